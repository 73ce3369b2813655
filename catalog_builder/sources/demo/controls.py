"""The demo's controls: what the microscope itself does to a picture. Shared by the two projects that use it."""

from __future__ import annotations

from catalog_builder.sources.demo.canvas import Scene
from catalog_builder.sources.demo.cells import PROJECT as CELLS
from catalog_builder.sources.demo.fluorescence import Cells
from catalog_builder.sources.demo.live import PROJECT as LIVE
from catalog_builder.sources.demo.slides import Beads
from catalog_builder.sources.demo.study import (
    ACTIN,
    DAPI,
    GH2AX,
    JUERGEN,
    SECONDARY,
    TUBULIN,
    Optics,
    Stain,
    Study,
    confocal,
    minutes_after,
    moment,
    stained,
)


def add_controls(study: Study) -> None:
    """One dataset in two projects; unstained cells have no picture, for there is nothing to see."""
    study.dataset(
        205,
        "Microscope and staining controls",
        JUERGEN,
        "2025-09-03",
        "Taken on the first Monday of the month, for both projects that use the stand: beads for the shift between "
        "colours, one dye at a time for bleed-through, secondary antibody alone for background.",
        study.tagged("confocal")
        + study.noted(
            JUERGEN, ("Microscope", "spinning disk, Würfelgebäude room 2.11"), ("Objective", "63x/1.4 oil")
        ),
        (CELLS, LIVE),
    )
    colours = tuple(stain.channel.colour or "#ffffff" for stain in (DAPI, TUBULIN, GH2AX))
    grey = "#ffffff"
    rows: list[tuple[str, Scene | None, tuple[Stain, ...], tuple[str, ...]]] = [
        ("beads_before_alignment", Beads(colours=colours, shift=2.4), (DAPI, TUBULIN, GH2AX), ("beads",)),
        ("beads_after_alignment", Beads(colours=colours), (DAPI, TUBULIN, GH2AX), ("beads",)),
        ("beads_dense", Beads(colours=colours, count=260), (DAPI, TUBULIN, GH2AX), ("beads",)),
        (
            "secondary_only_1",
            Cells(channels=stained(DAPI, SECONDARY)),
            (DAPI, SECONDARY),
            ("secondary only",),
        ),
        (
            "secondary_only_2",
            Cells(channels=stained(DAPI, SECONDARY), density=0.6),
            (DAPI, SECONDARY),
            ("secondary only",),
        ),
        ("DAPI_alone", Cells(channels=(("nuclei", grey),), dividing=0.15), (DAPI,), ()),
        ("tubulin_alone", Cells(channels=(("microtubules", grey),)), (TUBULIN,), ()),
        ("actin_alone", Cells(channels=(("actin", grey),)), (ACTIN,), ()),
        (
            "all_four",
            Cells(channels=stained(DAPI, TUBULIN, ACTIN, GH2AX), foci=6),
            (DAPI, TUBULIN, ACTIN, GH2AX),
            (),
        ),
        ("unstained_1", None, (DAPI, TUBULIN), ("unstained",)),
        ("unstained_2", None, (DAPI, TUBULIN), ("unstained",)),
        (
            "out_of_focus_reference",
            Cells(channels=stained(DAPI, TUBULIN), defocus=4),
            (DAPI, TUBULIN),
            ("out of focus",),
        ),
    ]
    for number, (name, scene, stains, tags) in enumerate(rows):
        one_grey = len(stains) == 1
        optics = confocal(*stains)
        if one_grey:
            plain = stains[0].channel
            shown = type(plain)(
                name=plain.name, colour=grey, excitation=plain.excitation, emission=plain.emission
            )
            optics = Optics(x=1024, y=1024, pixel=0.13, channels=(shown,))
        study.image(
            f"{name}.nd2",
            scene,
            optics,
            owner=JUERGEN,
            acquired=minutes_after(moment("2025-10-06", 8, 0), number),
            datasets=(205,),
            notes=study.tagged(*tags),
        )
