"""The demo's second project: sections of colon under inflammation, reference tissues, and whole slides."""

from __future__ import annotations

from catalog_builder.sources.demo.canvas import Scene
from catalog_builder.sources.demo.histology import Tissue
from catalog_builder.sources.demo.slides import Label, Macro, SwissRoll
from catalog_builder.sources.demo.study import (
    AIR_20X,
    CAMERA,
    CORE,
    LAYLA,
    NAMESPACE_BIOSAMPLE,
    Optics,
    Study,
    moment,
)

PROJECT = 102

#: Day of the experiment -> treatment, how inflamed, histology score, marked share of the crypt's nuclei.
_COURSE = {
    "0": ("untreated", 0.0, "0", 0.2),
    "3": ("DSS", 0.25, "1", 0.28),
    "5": ("DSS", 0.5, "2", 0.4),
    "7": ("DSS", 0.9, "4", 0.6),
}

_FIELD = Optics(x=2048, y=1536, pixel=0.25, channels=CAMERA, pixel_type="uint8", objective=AIR_20X)


def add_tissues(study: Study) -> None:
    """The project and its four datasets."""
    study.project(
        PROJECT,
        "Colitis atlas, mouse and human",
        LAYLA,
        "2025-11-17",
        "How a colon loses its crypts in a week of dextran sulphate (DSS), and where cells still divide. Mouse colon "
        "in H&E and for Ki-67, human tissues as reference. Read by two people who did not know the groups. "
        "All sections are synthetic: no animal and no patient stands behind them.",
        study.tagged("inflammation", "brightfield")
        + study.noted(
            LAYLA,
            ("Study", "Colitis atlas"),
            ("Section thickness", "4 µm"),
            ("Sectioned by", "ليلى المنصوري"),
            ("Scanner objective", "20x/0.75"),
            group=CORE,
        ),
    )
    _colon(study, 206, "Mouse colon, H&E", "H&E", "2025-12-01", 7)
    _colon(study, 207, "Mouse colon, Ki-67", "IHC Ki-67", "2025-12-03", 6)
    _references(study)
    _slides(study)


def _colon(study: Study, dataset: int, name: str, stain: str, day: str, fields: int) -> None:
    immuno = stain != "H&E"
    antibodies = (
        ("Primary antibody", "anti-Ki-67, rabbit, 1:200"),
        ("Secondary antibody", "anti-rabbit, HRP polymer"),
        ("Chromogen", "DAB"),
    )
    study.dataset(
        dataset,
        name,
        LAYLA,
        day,
        "Dividing cells in brown, all others in blue. In a healthy crypt they sit at the bottom; under DSS "
        "the zone creeps up."
        if immuno
        else "Crypts cut across, from healthy (day 0) to mostly lost (day 7). Score 0 to 4, the mean of two readers.",
        study.tagged(stain, "mouse")
        + study.noted(
            LAYLA,
            ("Stain", stain),
            ("Strain", "C57BL/6J"),
            ("Fixation", "10 % formalin, 24 h"),
            *(antibodies if immuno else ()),
            group=CORE,
        )
        + study.noted(
            LAYLA,
            ("Organism", "Mus musculus"),
            ("Organism taxon", "NCBITaxon:10090"),
            ("Organ", "colon"),
            ("Organ term", "UBERON:0001155"),
            group=CORE,
            namespace=NAMESPACE_BIOSAMPLE,
        ),
        (PROJECT,),
    )
    for row, (course_day, (treatment, severity, score, marked)) in enumerate(_COURSE.items()):
        for field in range(1, fields + 1):
            animal = f"M{row * 3 + 1 + field % 3:02}"
            best = field == 2 and course_day in ("0", "7")
            study.image(
                f"{animal}_d{course_day}_{'Ki67' if immuno else 'HE'}_{field:02}.tif",
                Tissue(organ="colon", marker=immuno, severity=severity, marked=marked),
                _FIELD,
                owner=LAYLA,
                acquired=moment(day, 11, row * 8 + field),
                datasets=(dataset,),
                notes=study.tagged(treatment, *(("publication quality", "figure 4") if best else ()))
                + study.noted(
                    LAYLA,
                    ("Treatment", treatment if treatment != "DSS" else "DSS 2.5 %"),
                    ("Day", course_day),
                    ("Animal", animal),
                    ("Sex", "female" if field % 2 else "male"),
                    *(
                        (("Ki-67 positive", f"{round(marked * 100)} %"),)
                        if immuno
                        else (("Histology score", score),)
                    ),
                    group=CORE,
                ),
            )


def _references(study: Study) -> None:
    study.dataset(
        208,
        "Human reference tissues",
        LAYLA,
        "2026-02-02",
        "Tonsil, liver and skin, as everybody's eye knows them: to check a stain before a precious slide goes in.",
        study.tagged("human")
        + study.noted(
            LAYLA,
            ("Organism", "Homo sapiens"),
            ("Organism taxon", "NCBITaxon:9606"),
            group=CORE,
            namespace=NAMESPACE_BIOSAMPLE,
        ),
        (PROJECT,),
    )
    terms = {"tonsil": "UBERON:0002372", "liver": "UBERON:0002107", "skin": "UBERON:0002097"}
    for row, (organ, term) in enumerate(terms.items()):
        for field in range(1, 7):
            immuno = field == 4
            stain = "IHC Ki-67" if immuno else "H&E"
            optics = (
                Optics(x=1536, y=2048, pixel=0.25, channels=CAMERA, pixel_type="uint8")
                if field == 5
                else _FIELD
            )
            study.image(
                f"{organ}_{stain.split()[-1].replace('&', '')}_{field:02}.tif",
                Tissue(organ=organ, marker=immuno, marked=0.35),
                optics,
                owner=LAYLA,
                acquired=moment("2026-02-05", 10 + row, field * 7),
                datasets=(208,),
                notes=study.tagged(stain)
                + study.noted(
                    LAYLA,
                    ("Organ", organ),
                    ("Organ term", term),
                    ("Donor age", f"{31 + 7 * row + field} years"),
                    group=CORE,
                    namespace=NAMESPACE_BIOSAMPLE,
                ),
            )


def _slides(study: Study) -> None:
    study.dataset(
        209,
        "Whole slides",
        LAYLA,
        "2026-03-09",
        "Colons opened along their length and rolled up, so that all of one fits a slide. SL-0417 holds three "
        "sections, its label and the scanner's overview in one file; of the other slides only the section was kept.",
        study.tagged("slide scanner", "mouse", "H&E")
        + study.noted(
            LAYLA,
            ("Organ", "colon"),
            ("Scan date", "2026-03-11"),
            ("File format", "multi-scene, pyramid"),
            group=CORE,
        ),
        (PROJECT,),
    )
    lines = ("SL-0417", "mouse colon", "H&E", "2026-03-11")
    scenes: list[tuple[str, Scene, int, int]] = [
        ("section 1", SwissRoll(turns=3.4), 36864, 27648),
        ("section 2", SwissRoll(turns=3.1, severity=0.25), 32768, 32768),
        ("section 3", SwissRoll(turns=2.7, severity=0.6), 27648, 36864),
        ("label image", Label(lines=lines), 768, 1024),
        ("macro image", Macro(lines=lines), 1920, 660),
    ]
    for series, (part, scene, x, y) in enumerate(scenes):
        pixel = 0.25 if "section" in part else 38.5
        study.image(
            f"SL-0417.czi [{part}]",
            scene,
            Optics(x=x, y=y, pixel=pixel, channels=CAMERA, pixel_type="uint8"),
            owner=LAYLA,
            acquired=moment("2026-03-11", 14, 2),
            datasets=(209,),
            notes=study.noted(LAYLA, ("Slide", "SL-0417"), ("Part", part), group=CORE),
            text="Section 2 folded at its outer end; do not measure its length." if series == 1 else "",
            series=series,
        )
    for number, (treatment, severity) in enumerate((("untreated", 0.0), ("DSS", 0.5), ("DSS", 1.0)), 418):
        study.image(
            f"SL-0{number}.czi [section 1]",
            SwissRoll(turns=3.0 + 0.2 * (number % 3), severity=severity),
            Optics(x=32768, y=28672, pixel=0.25, channels=CAMERA, pixel_type="uint8"),
            owner=LAYLA,
            acquired=moment("2026-03-11", 14, number - 400),
            datasets=(209,),
            notes=study.tagged(treatment)
            + study.noted(LAYLA, ("Slide", f"SL-0{number}"), ("Part", "section 1"), group=CORE),
        )
