"""What people say about the demo's study beside tags and key-values: comments, stars, files, terms, values, XML."""

from __future__ import annotations

from msgspec import structs

from catalog_builder.model.base import Linked
from catalog_builder.sources.demo.cells import PROJECT as CELLS
from catalog_builder.sources.demo.plates import FIRST_PLATE, SCREEN
from catalog_builder.sources.demo.study import CORE, HIKARI, JUERGEN, LAYLA, MARA, Study, linked, moment
from catalog_builder.sources.demo.tissues import PROJECT as TISSUES


def add_remarks(study: Study) -> None:
    """Each kind on at least one object, some of them on containers, to be inherited."""
    _on_containers(study)
    _on_images(study)


def _on_containers(study: Study) -> None:
    term = study.remark(
        "terms",
        MARA,
        term="GO:0006281",
        namespace="go",
        description="DNA repair: https://www.ebi.ac.uk/QuickGO/term/GO:0006281",
    )
    attached = study.remark(
        "attachments", MARA, name="foci-protocol-v3.pdf", size=482_133, media_type="application/pdf"
    )
    _say_of(study, "projects", CELLS, term + attached, MARA)
    scores = study.remark(
        "attachments",
        LAYLA,
        group=CORE,
        name="histology-scores.csv",
        size=18_204,
        media_type="text/csv",
        description="Both readers, blinded.",
    )
    tissue = study.remark("terms", LAYLA, group=CORE, term="UBERON:0001155", namespace="uberon")
    _say_of(study, "projects", TISSUES, scores + tissue, LAYLA)
    xml = study.remark(
        "xml", JUERGEN, namespace="example.org/microscope/settings", description="As the stand wrote it."
    )
    _say_of(study, "datasets", 205, xml, JUERGEN)
    layout = study.remark(
        "attachments", MARA, name="plate-layout.xlsx", size=24_576, media_type="application/vnd.ms-excel"
    )
    _say_of(study, "screens", SCREEN, layout, MARA)
    z_factor = study.remark(
        "values", HIKARI, kind="number", value=0.62, namespace="example.org/z-factor", description="Z′ factor"
    )
    passed = study.remark(
        "values",
        HIKARI,
        kind="boolean",
        value=True,
        namespace="example.org/quality-control",
        description="Passed",
    )
    _say_of(study, "plates", FIRST_PLATE, z_factor + passed, HIKARI)


def _on_images(study: Study) -> None:
    comment = study.remark(
        "comments",
        HIKARI,
        text="Look at the cell in the lower left: is it a micronucleus, or debris? I would leave it out of the count.",
        created=moment("2025-09-22", 16, 40),
    )
    answer = study.remark(
        "comments", MARA, text="Debris: it is in all channels.", created=moment("2025-09-23", 8, 5)
    )
    stars = study.remark("ratings", MARA, stars=5)
    counted = study.remark(
        "values",
        MARA,
        kind="integer",
        value=23,
        namespace="example.org/nuclei",
        description="Nuclei, counted by eye",
    )
    checked = study.remark(
        "values",
        MARA,
        kind="timestamp",
        value="2025-10-01T09:30:00Z",
        namespace="example.org/checked",
        description="Last checked",
    )
    _say_of_image(study, 2002, comment + answer + stars + counted + checked, MARA, rois=23)
    slide = study.remark(
        "comments",
        LAYLA,
        group=CORE,
        text="The fold in section 2 is in the block, not in the cut.",
        created=moment("2026-03-12", 9, 20),
    )
    few = study.remark("ratings", LAYLA, group=CORE, stars=3)
    for image in study.images:
        if image.name == "SL-0417.czi [section 2]":
            _say_of_image(study, image.id, slide + few, LAYLA, rois=4)


def _say_of(study: Study, kind: str, number: int, notes: tuple[int, ...], by: int) -> None:
    held = getattr(study, kind)
    one = held[number]
    held[number] = structs.replace(
        one,
        annotations=tuple(sorted((*one.annotations, *notes))),
        linked=_by_annotation(one.linked + linked(notes, by, moment("2026-03-02", 13))),
    )


def _say_of_image(study: Study, number: int, notes: tuple[int, ...], by: int, *, rois: int) -> None:
    place = number - study.images[0].id
    one = study.images[place]
    study.images[place] = structs.replace(
        one,
        annotations=tuple(sorted((*one.annotations, *notes))),
        linked=_by_annotation(linked(one.annotations + notes, by, moment("2026-03-02", 13))),
        rois=rois,
    )


def _by_annotation(told: tuple[Linked, ...]) -> tuple[Linked, ...]:
    return tuple(sorted(told, key=lambda one: one.annotation))
