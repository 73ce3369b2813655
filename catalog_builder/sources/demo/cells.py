"""The demo's first project: repair foci in cultured cells, by compound, dose, time and gene."""

from __future__ import annotations

from catalog_builder.sources.demo.fluorescence import Cells
from catalog_builder.sources.demo.study import (
    ACTIN,
    DAPI,
    GH2AX,
    HIKARI,
    MARA,
    NAMESPACE_BIOSAMPLE,
    P53BP1,
    TUBULIN,
    Study,
    confocal,
    minutes_after,
    moment,
    stained,
)

PROJECT = 101

CELL_LINES = {
    "HeLa": ("CVCL_0030", "HeLa", "cervix"),
    "U2OS": ("CVCL_0042", "U-2 OS", "bone"),
    "RPE-1": ("CVCL_4388", "hTERT RPE-1", "retina"),
}

_ANTIBODIES = (
    ("Primary antibody", "anti-γH2AX (pSer139), mouse, 1:1000"),
    ("Primary antibody", "anti-α-tubulin, rat, 1:500"),
    ("Secondary antibody", "anti-mouse Alexa Fluor 594, 1:800"),
    ("Secondary antibody", "anti-rat Alexa Fluor 488, 1:800"),
)

#: Gene symbol -> Ensembl gene, mean number of 53BP1 foci after knock-down and 2 Gy.
_GENES = {
    "non-targeting": ("", 17.0),
    "ATM": ("ENSG00000149311", 7.0),
    "BRCA1": ("ENSG00000012048", 24.0),
    "CAN": ("ENSG00000126883", 15.0),
    "CHEK1": ("ENSG00000149554", 27.0),
    "DEK": ("ENSG00000124795", 20.0),
    "TP53BP1": ("ENSG00000067369", 1.0),
    "WAS": ("ENSG00000015285", 12.0),
}


def add_cells(study: Study) -> None:
    """The project and its four datasets; a fifth, the controls, it shares with the live project."""
    study.project(
        PROJECT,
        "DNA damage by Compound A and Compound B",
        MARA,
        "2025-09-01",
        "Compound A stalls replication forks; Compound B is its inactive twin, with one methyl group moved. We ask how "
        "many double-strand breaks each of them leaves, how fast they are repaired, and which genes the repair needs. "
        "Breaks are counted as γH2AX or 53BP1 foci in each nucleus.\n\n"
        "All fields were chosen in the DAPI channel, before anyone had seen the foci. Three biological replicates were "
        "stained on the same day with the same master mix; exposure was set once, on the 10 µM sample, and kept. "
        "Images that failed are still here, with a tag that says why: whoever counts again should be able to leave "
        "out the same ones. The tubulin channel is there to tell cells apart and to find divisions; its brightness "
        "was never measured and differs between the cell lines.\n\n"
        "Every picture in this project is synthetic, drawn by a program to show what a catalogue looks like.",
        study.tagged("DNA damage")
        + study.noted(
            MARA,
            ("Study", "Fork stalling, series 7"),
            ("Funding", "no grant: this study is invented"),
            ("Protocol", "https://example.org/protocols/foci-v3"),
        ),
    )
    _doses(study)
    _times(study)
    _compounds(study)
    _genes(study)


def _line(study: Study, line: str, owner: int, *more: tuple[str, str]) -> tuple[int, ...]:
    """The annotations of a dataset of one cell line: by hand, and as an ontology has it."""
    accession, name, organ = CELL_LINES[line]
    by_hand = study.noted(owner, ("Cell line", line), *more)
    return by_hand + study.noted(
        owner,
        ("Organism", "Homo sapiens"),
        ("Organism taxon", "NCBITaxon:9606"),
        ("Biological entity", name),
        ("Organ of origin", organ),
        ("Cell line accession", f"https://www.cellosaurus.org/{accession}"),
        namespace=NAMESPACE_BIOSAMPLE,
    )


def _doses(study: Study) -> None:
    study.dataset(
        201,
        "HeLa, Compound A, dose response",
        MARA,
        "2025-09-08",
        "Four doses for 24 h; 0 µM is the solvent. Nine fields a dose, three from each replicate. Above 1 µM the cells "
        "get sparse and their nuclei large: compare foci per nucleus, not per field.",
        study.tagged("24 h", "confocal")
        + _line(
            study,
            "HeLa",
            MARA,
            ("Seeding density", "20000 cells/well"),
            ("Fixation", "4 % PFA, 10 min"),
            *_ANTIBODIES,
        ),
        (PROJECT,),
    )
    doses = {
        "0": (1.5, 0.92, 0.0, 0.10),
        "0.1": (5, 0.88, 0.0, 0.09),
        "1": (13, 0.75, 0.03, 0.05),
        "10": (28, 0.52, 0.13, 0.0),
    }
    optics = confocal(DAPI, TUBULIN, GH2AX)
    start = moment("2025-09-12", 9, 40)
    for row, (dose, (foci, density, dying, dividing)) in enumerate(doses.items()):
        for field in range(1, 10):
            blurry, best = (dose, field) in {("0.1", 7), ("10", 9)}, (dose, field) in {("0", 2), ("10", 4)}
            treatment = "DMSO" if dose == "0" else "Compound A"
            extra = ("out of focus",) if blurry else ("publication quality", "figure 2") if best else ()
            study.image(
                f"HeLa_A_{dose}uM_24h_r{(field + 2) // 3}_f{field}.nd2",
                Cells(
                    channels=stained(DAPI, TUBULIN, GH2AX),
                    nucleus=37 + 2.2 * row,
                    foci=foci,
                    density=density,
                    dying=dying,
                    dividing=dividing,
                    defocus=2.6 if blurry else 0.0,
                ),
                optics,
                owner=MARA,
                acquired=minutes_after(start, row * 9 + field),
                datasets=(201,),
                notes=study.tagged(treatment, *extra)
                + study.noted(
                    MARA,
                    ("Treatment", treatment),
                    ("Concentration", f"{dose} µM"),
                    ("Time", "24 h"),
                    ("Replicate", str((field + 2) // 3)),
                ),
                text="The stage drifted during the stack; kept for completeness." if blurry else "",
            )


def _times(study: Study) -> None:
    study.dataset(
        202,
        "U2OS, Compound A, time course",
        HIKARI,
        "2025-10-02",
        "1 µM of Compound A, fixed at once, after 3 h and after 24 h. The foci peak at 3 h and have "
        "halved by the next day.",
        study.tagged("Compound A", "widefield")
        + _line(
            study, "U2OS", HIKARI, ("Concentration", "1 µM"), ("Fixation", "4 % PFA, 10 min"), *_ANTIBODIES
        ),
        (PROJECT,),
    )
    optics = confocal(DAPI, TUBULIN, GH2AX, x=1344, y=1008, pixel=0.11)
    start = moment("2025-10-07", 13, 5)
    for row, (time, foci) in enumerate({"0 h": 1.5, "3 h": 26.0, "24 h": 11.0}.items()):
        for field in range(1, 13):
            dividing = (time, field) in {("0 h", 3), ("0 h", 8), ("24 h", 5)}
            tags = study.tagged(time, *(("check segmentation",) if field == 11 else ()))
            # Both owners' tag of the same text, as it happens where two people look at the same images.
            tags += study.tagged("mitosis", by=HIKARI if field == 3 else MARA) if dividing else ()
            study.image(
                f"U2OS_A_1uM_{time.replace(' ', '')}_f{field:02}.czi",
                Cells(
                    channels=stained(DAPI, TUBULIN, GH2AX),
                    nucleus=46,
                    squeeze=0.7,
                    foci=foci,
                    dividing=0.3 if dividing else 0.03,
                ),
                optics,
                owner=HIKARI,
                acquired=minutes_after(start, row * 12 + field),
                datasets=(202,),
                notes=tags
                + study.noted(
                    HIKARI, ("Time", time), ("Replicate", str((field + 3) // 4)), ("Field", str(field))
                ),
            )


def _compounds(study: Study) -> None:
    study.dataset(
        203,
        "RPE-1, Compound B against DMSO",
        MARA,
        "2025-11-03",
        "The inactive twin at 1 µM next to the solvent, in cells that are not a tumour's. A small rise "
        "at 3 h that is gone after a day.",
        study.tagged("confocal")
        + _line(
            study,
            "RPE-1",
            MARA,
            ("Concentration", "1 µM"),
            ("Fixation", "methanol, -20 °C, 5 min"),
            *_ANTIBODIES,
        ),
        (PROJECT,),
    )
    foci = {("Compound B", "3 h"): 7.0, ("Compound B", "24 h"): 3.0}
    conditions = [
        (treatment, time) for treatment in ("Compound B", "DMSO") for time in ("0 h", "3 h", "24 h")
    ]
    start = moment("2025-11-11", 10, 20)
    for row, (treatment, time) in enumerate(conditions):
        for field in range(1, 6):
            study.image(
                f"RPE1_{treatment[-1] if treatment != 'DMSO' else treatment}_{time.replace(' ', '')}_f{field}.nd2",
                Cells(
                    channels=stained(DAPI, ACTIN, GH2AX),
                    nucleus=41,
                    squeeze=0.82,
                    foci=foci.get((treatment, time), 1.5),
                    dividing=0.04,
                ),
                confocal(DAPI, ACTIN, GH2AX, x=768, y=1024) if field == 5 else confocal(DAPI, ACTIN, GH2AX),
                owner=MARA,
                acquired=minutes_after(start, row * 5 + field),
                datasets=(203,),
                notes=study.tagged(treatment, time)
                + study.noted(
                    MARA, ("Treatment", treatment), ("Time", time), ("Replicate", str(1 + field % 3))
                ),
            )


def _genes(study: Study) -> None:
    study.dataset(
        204,
        "53BP1 foci after knock-down",
        HIKARI,
        "2026-01-12",
        "Seven genes and a non-targeting control, 48 h of siRNA, then 2 Gy and 1 h to recover. CAN and WAS are gene "
        "symbols, whatever a spelling checker makes of them. TP53BP1 is its own control: without it, no foci.",
        study.tagged("siRNA", "confocal", "48 h")
        + _line(
            study,
            "U2OS",
            HIKARI,
            ("Irradiation", "2 Gy"),
            ("Recovery", "1 h"),
            ("Primary antibody", "anti-53BP1, rabbit, 1:500"),
            ("Secondary antibody", "anti-rabbit Alexa Fluor 568, 1:800"),
        ),
        (PROJECT,),
    )
    start = moment("2026-01-20", 9, 0)
    for row, (gene, (accession, foci)) in enumerate(_GENES.items()):
        for field in range(1, 5):
            notes = study.noted(
                HIKARI, ("Gene symbol", gene), ("siRNA", f"pool {row + 1}"), ("Field", str(field))
            )
            if accession:
                notes += study.noted(HIKARI, ("Gene identifier", accession), namespace=NAMESPACE_BIOSAMPLE)
            study.image(
                f"si{gene.replace('non-targeting', 'NT')}_2Gy_f{field}.czi",
                Cells(channels=stained(DAPI, P53BP1), nucleus=54, foci=foci, dividing=0.03),
                confocal(DAPI, P53BP1, pixel=0.09),
                owner=HIKARI,
                acquired=minutes_after(start, row * 4 + field),
                datasets=(204,),
                notes=notes
                + (study.tagged("publication quality") if field == 1 and gene in ("BRCA1", "WAS") else ()),
            )
