"""The demo's third project: wounds that close and organoids that bud; and what belongs to no project yet."""

from __future__ import annotations

from datetime import timedelta

from catalog_builder.model.acquisition import Channel
from catalog_builder.sources.demo.brightfield import Organoids, Phase
from catalog_builder.sources.demo.slides import Rhizome
from catalog_builder.sources.demo.study import (
    AIR_10X,
    HIKARI,
    JUERGEN,
    NAMESPACE_BIOSAMPLE,
    TRANSMITTED,
    Optics,
    Study,
    moment,
)

PROJECT = 103

#: Treatment -> width of the wound, as a share of the picture, after 0, 6, 12 and 24 h.
_WOUNDS = {
    "DMSO": (0.52, 0.36, 0.2, 0.03),
    "Compound A": (0.52, 0.45, 0.38, 0.27),
    "Compound B": (0.52, 0.37, 0.22, 0.05),
}


def add_live(study: Study) -> None:
    """The project and its two datasets (it shares a third), an orphaned dataset, orphaned images."""
    study.project(
        PROJECT,
        "Growth and migration, live",
        HIKARI,
        "2026-01-05",
        "Does a cell that repairs its DNA still move and grow? Wound closure in a monolayer, and organoids from day 1 "
        "to day 7, with the same two compounds as in the foci project. Everything here was alive when the shutter "
        "opened (or would have been: the pictures are synthetic).",
        study.tagged("cell migration")
        + study.noted(HIKARI, ("Study", "Live response"), ("Stage", "37 °C, 5 % CO₂")),
    )
    _wounds(study)
    _organoids(study)
    _confluence(study)
    _orphans(study)


def _wounds(study: Study) -> None:
    study.dataset(
        210,
        "Wound closure",
        HIKARI,
        "2026-01-19",
        "A scratch through a monolayer of RPE-1 cells. Each image is the hour around the time it is named for, one "
        "frame every 5 min. With DMSO or Compound B the gap is closed after a day; with Compound A it is not.",
        study.tagged("phase contrast")
        + study.noted(
            HIKARI,
            ("Start", "2026-01-19"),
            ("Cell line", "RPE-1"),
            ("Frame interval", "5 min"),
            ("Concentration", "1 µM"),
        )
        + study.noted(
            HIKARI,
            ("Organism", "Homo sapiens"),
            ("Organism taxon", "NCBITaxon:9606"),
            ("Biological entity", "hTERT RPE-1"),
            namespace=NAMESPACE_BIOSAMPLE,
        ),
        (PROJECT,),
    )
    optics = Optics(x=1280, y=960, t=13, pixel=0.65, channels=TRANSMITTED, objective=AIR_10X, time_step=5)
    for treatment, widths in _WOUNDS.items():
        for position in range(1, 4):
            for hours, wound in zip((0, 6, 12, 24), widths, strict=True):
                study.image(
                    f"wound_{treatment.replace('Compound ', '')}_p{position}_{hours:02}h.tif",
                    Phase(confluence=0.9, wound=wound * (0.92 + 0.06 * position)),
                    optics,
                    owner=HIKARI,
                    acquired=moment("2026-01-21", 8) + timedelta(hours=hours, minutes=2 * position),
                    datasets=(210,),
                    notes=study.tagged(treatment, f"{hours} h")
                    + study.noted(
                        HIKARI,
                        ("Treatment", treatment),
                        ("Time", f"{hours} h"),
                        ("Position", str(position)),
                        ("Gap width", f"{round(wound * 832)} µm"),
                    ),
                )


def _organoids(study: Study) -> None:
    study.dataset(
        211,
        "Intestinal organoids, day 1 to 7",
        HIKARI,
        "2026-04-13",
        "Spheres on day 1, buds from day 3. With 0.1 µM of Compound A they grow and stay round: whatever makes the "
        "crypts is gone.",
        study.tagged("brightfield", "mouse")
        + study.noted(
            HIKARI, ("Start", "2026-04-13"), ("Matrix", "basement membrane gel, 20 µl"), ("Passage", "9")
        )
        + study.noted(
            HIKARI,
            ("Organism", "Mus musculus"),
            ("Organism taxon", "NCBITaxon:10090"),
            ("Organ", "small intestine"),
            namespace=NAMESPACE_BIOSAMPLE,
        ),
        (PROJECT,),
    )
    optics = Optics(x=1200, y=1200, z=21, step=10.0, pixel=1.3, channels=TRANSMITTED)
    for treatment, budding in (("DMSO", 1.0), ("Compound A", 0.08)):
        for day in (1, 3, 5, 7):
            for well in (1, 2, 3):
                best = well == 2 and day == 7
                study.image(
                    f"organoid_{treatment.replace('Compound ', '')}_d{day}_w{well}.nd2",
                    Organoids(day=day, budding=budding),
                    optics,
                    owner=HIKARI,
                    acquired=moment("2026-04-14", 16, well * 6) + timedelta(days=day),
                    datasets=(211,),
                    notes=study.tagged(treatment, *(("publication quality",) if best else ()))
                    + study.noted(
                        HIKARI,
                        ("Treatment", treatment),
                        ("Concentration", "0.1 µM" if budding < 1 else "0 µM"),
                        ("Day", str(day)),
                        ("Well", f"B{well + 1}"),
                    ),
                )


def _confluence(study: Study) -> None:
    study.dataset(
        212,
        "Confluence pilot",
        HIKARI,
        "2026-05-18",
        "A first try of the new incubator, not in a project yet.",
        study.tagged("phase contrast")
        + study.noted(HIKARI, ("Cell line", "HeLa"), ("Seeding density", "5000 cells/well")),
    )
    optics = Optics(x=1280, y=960, pixel=0.65, channels=TRANSMITTED)
    for treatment, doubling in (("DMSO", 0.21), ("Compound A", 0.07)):
        for step, hours in enumerate((0, 12, 24, 36, 48)):
            missing = treatment == "DMSO" and hours == 36
            study.image(
                f"conf_{treatment.replace('Compound ', '')}_{hours:02}h.tif",
                None if missing else Phase(confluence=0.14 + doubling * step),
                optics,
                owner=HIKARI,
                acquired=moment("2026-05-19", 9) + timedelta(hours=hours),
                datasets=(212,),
                notes=study.noted(HIKARI, ("Treatment", treatment), ("Time", f"{hours} h")),
            )


def _orphans(study: Study) -> None:
    """In no dataset: what is left of a demonstration, without a description, mostly without a tag."""
    looks = (
        ("#2fd27a", "#ff8a3c", 1.0),
        ("#4fc3ff", "#ff4fa0", 1.6),
        ("#2fd27a", "#ffd23c", 2.2),
        ("#b58cff", "#ff6a5c", 1.2),
        ("#2fd27a", "#ff3f6f", 1.4),
    )
    for number, (walls, vessels, nearness) in enumerate(looks, 1):
        channels = (Channel(name="Green", colour=walls), Channel(name="Red", colour=vessels))
        study.image(
            f"Convallaria_demo_{number:03}.lsm",
            Rhizome(walls=walls, vessels=vessels, nearness=nearness),
            Optics(x=1024, y=768 if number < 4 else 1024, pixel=0.42, channels=channels, pixel_type="uint8"),
            owner=JUERGEN,
            acquired=moment("2026-06-02", 15, number),
            notes=study.tagged("widefield") if number == 1 else (),
        )
    nameless = (Channel(), Channel())
    study.image(
        "Snap-6612.lsm",
        None,
        Optics(x=512, y=512, pixel=0.42, channels=nameless),
        owner=JUERGEN,
        acquired=None,
    )
