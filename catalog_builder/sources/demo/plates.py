"""The demo's screen: two plates of 96 wells, four compounds in ten doses, controls at both ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from catalog_builder.model.base import Linked
from catalog_builder.model.plates import Field as Place
from catalog_builder.model.plates import Plate, Run, Screen, Well, line_name
from catalog_builder.sources.demo.screening import Field
from catalog_builder.sources.demo.study import (
    ACTIN,
    AIR_20X,
    DAPI,
    GH2AX,
    HIKARI,
    LAB,
    MARA,
    Optics,
    Study,
    linked,
    moment,
    stained,
)

SCREEN, FIRST_PLATE, SECOND_PLATE = 401, 411, 412

#: What a robot's software writes beside each picture.
NAMESPACE_MEASURED = "openmicroscopy.org/omero/bulk_annotations"

#: Columns 2 to 11, from low to high.
_DOSES = ("0.003", "0.01", "0.03", "0.1", "0.3", "1", "3", "10", "30", "100")

#: Rows two by two: compound -> the dose in µM that does half of what it can, how much damage, how much death.
_COMPOUNDS = {
    "Compound A": (0.8, 1.0, 0.75),
    "Compound B": (60.0, 0.3, 0.2),
    "Compound C": (4.0, 0.08, 0.95),
    "Compound D": (8.0, 0.7, 0.35),
}

#: Never filled: the dispenser's tip was blocked.
_EMPTY = frozenset(((3, 5), (4, 8), (7, 6)))
#: Filled, and not imaged: no focus was found.
_UNFOCUSED = (6, 10)
#: Columns of the first plate whose upper wells have a second field.
_TWO_FIELDS = frozenset((0, 2, 5, 8, 11))

_OPTICS = Optics(
    x=1080,
    y=1080,
    pixel=0.65,
    channels=tuple(stain.channel for stain in (DAPI, ACTIN, GH2AX)),
    objective=AIR_20X,
)


class Treated(NamedTuple):
    """What is in a well, and what it does: damage and death from 0 to 1."""

    compound: str
    dose: str
    damage: float
    death: float


def add_plates(study: Study) -> None:
    """The screen, its plates, and about two hundred images that are in no dataset."""
    _screen(study)
    _first(study)
    _second(study)


def _screen(study: Study) -> None:
    notes = study.tagged("DNA damage", "widefield") + study.noted(
        MARA,
        ("Study", "Fork stalling, series 8"),
        ("Protocol", "https://example.org/protocols/plates-v1"),
    )
    study.screens[SCREEN] = Screen(
        id=SCREEN,
        name="Dose response of four compounds",
        description=(
            "Ten doses of Compounds A to D, two rows each, with the solvent in the first and the last column. A second "
            "plate follows the middle rows in a second cell line, before and 24 h after the compounds were added."
        ),
        owner=MARA,
        group=LAB,
        annotations=tuple(sorted(notes)),
        linked=linked(notes, MARA, moment("2026-02-16", 9)),
        created=moment("2026-02-16", 8, 30),
    )


def _plate(study: Study, number: int, name: str, line: str, owner: int, created: str, text: str) -> None:
    notes = study.noted(owner, ("Cell line", line), ("Plate barcode", f"FR-{number:05}"))
    study.plates[number] = Plate(
        id=number,
        name=name,
        description=text,
        owner=owner,
        group=LAB,
        annotations=notes,
        linked=linked(notes, owner, moment(created, 12)),
        created=moment(created, 10, 15),
        screens=(SCREEN,),
        rows=8,
        columns=12,
    )


def _run(study: Study, number: int, plate: int, time: str, started: datetime) -> None:
    notes = study.tagged(time) + study.noted(HIKARI, ("Time", time))
    study.runs[number] = Run(
        id=number,
        name=f"{time} after treatment",
        owner=HIKARI,
        group=LAB,
        annotations=tuple(sorted(notes)),
        linked=linked(notes, HIKARI, started + timedelta(hours=3)),
        plate=plate,
        started=started,
        ended=started + timedelta(hours=1, minutes=20),
    )


def _first(study: Study) -> None:
    """All rows, 24 h after treatment, imaged once: so it has no run."""
    _plate(
        study,
        FIRST_PLATE,
        "FR-P1 HeLa",
        "HeLa",
        MARA,
        "2026-02-17",
        "24 h of treatment. Three wells stayed empty, for the dispenser's tip was blocked; G11 was never in focus.",
    )
    start = moment("2026-02-18", 10)
    for row in range(8):
        for column in range(12):
            if (row, column) in _EMPTY:
                continue
            treated = _treated(row, column)
            well = _well(study, FIRST_PLATE, row, column, treated, MARA, start)
            fields = 2 if row < 2 and column in _TWO_FIELDS else 1
            for field in range(fields if (row, column) != _UNFOCUSED else 0):
                _image(study, "P1", well, field, None, treated, 1.0, start)


def _second(study: Study) -> None:
    """The middle rows, before and after: fields are counted through both runs, as OMERO does."""
    _plate(
        study,
        SECOND_PLATE,
        "FR-P2 U2OS",
        "U2OS",
        HIKARI,
        "2026-02-24",
        "The inner rows alone, against the drying of edges. Imaged alive before treatment and again after 24 h.",
    )
    starts = {421: moment("2026-02-24", 14), 422: moment("2026-02-25", 14)}
    for (number, start), time in zip(starts.items(), ("0 h", "24 h"), strict=True):
        _run(study, number, SECOND_PLATE, time, start)
    for row in range(2, 6):
        for column in range(12):
            treated = _treated(row, column)
            well = _well(study, SECOND_PLATE, row, column, treated, HIKARI, starts[421])
            for field, (run, start) in enumerate(starts.items()):
                _image(study, "P2", well, field, run, treated, float(field), start)


def _treated(row: int, column: int) -> Treated:
    if column in (0, 11):
        return Treated("DMSO", "0", 0.04, 0.0)
    compound, (half, damage, death) = list(_COMPOUNDS.items())[row // 2]
    dose = _DOSES[column - 1]
    share = float(dose) / (float(dose) + half)
    return Treated(compound, dose, 0.04 + damage * share, death * share**1.5)


def _well(
    study: Study, plate: int, row: int, column: int, treated: Treated, owner: int, at: datetime
) -> Well:
    tags = ["DMSO"] if treated.compound == "DMSO" else []
    tags += ["check segmentation"] if treated.death > 0.6 else []
    notes = study.tagged(*tags) + study.noted(
        owner, ("Treatment", treated.compound), ("Concentration", f"{treated.dose} µM")
    )
    told: tuple[Linked, ...] = linked(study.tagged(*tags), HIKARI, at + timedelta(days=2)) if tags else ()
    number = 5001 + len(study.wells)
    study.wells[number] = Well(
        id=number,
        owner=owner,
        group=LAB,
        annotations=tuple(sorted(notes)),
        linked=told,
        plate=plate,
        row=row,
        column=column,
    )
    return study.wells[number]


def _image(
    study: Study,
    plate: str,
    well: Well,
    field: int,
    run: int | None,
    treated: Treated,
    effect: float,
    start: datetime,
) -> None:
    """A field of a well; `effect` 0 is before treatment, 1 after."""
    chance = Random(well.id * 10 + field)
    damage = 0.04 + (treated.damage - 0.04) * effect
    death = treated.death * effect
    cells = round(310 * (1 - death) * chance.uniform(0.9, 1.1))
    foci = round(30 * damage * chance.uniform(0.85, 1.15), 1)
    blurry = (plate, well.row, well.column) in {("P1", 0, 10), ("P2", 4, 2)}
    place = f"{line_name(well.row, 'letter')}{well.column + 1:02}"
    name = f"{plate}_{place}_r1_f{field + 1}.flex" if run != 422 else f"{plate}_{place}_r2_f1.flex"
    study.image(
        name,
        Field(
            channels=stained(DAPI, ACTIN, GH2AX),
            nucleus=11 + 5 * damage,
            density=0.82 * (1 - death),
            damage=damage,
            defocus=2.2 if blurry else 0.0,
        ),
        _OPTICS,
        owner=study.plates[well.plate].owner or MARA,
        acquired=start + timedelta(seconds=40 * (well.row * 12 + well.column) + 10 * field),
        notes=study.tagged(*(("out of focus",) if blurry else ()))
        + study.noted(
            MARA, ("Cells", str(cells)), ("Foci per nucleus", f"{foci:g}"), namespace=NAMESPACE_MEASURED
        ),
        fields=(Place(well=well.id, run=run, number=field),),
        rois=cells if (well.row, well.column) == (2, 5) else 0,
    )
