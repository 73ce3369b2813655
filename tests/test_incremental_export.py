"""A second export into the same folder, over real Ice: fetched, written and told of is what changed, and no more.

Whatever was edited, removed or linked in between, the folder then holds what an export into an empty one would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("omero", reason="omero-py and Ice are not installed")

from catalog_builder.exchange.changes import Changes
from catalog_builder.exchange.read import Export
from catalog_builder.exchange.schema import MANIFEST, PICTURES, PREVIEWS
from catalog_builder.settings.options import Previews, Settings, Thumbnails
from tests.catalogues import QUIET, jpeg, stamps, tree
from tests.nightly import MARKS, SMALL, UNSEEN, Night, Nightly, acting, image, served, small_lab_exported
from tests.omero_server.lab import COLLEAGUE, MEMBER, READ_ANNOTATE, READ_ONLY, small_lab
from tests.omero_server.labs import things
from tests.omero_server.store import Lab, Row

pytestmark = pytest.mark.omero


@pytest.fixture
def nightly(tmp_path: Path) -> Iterator[Nightly]:
    with small_lab_exported(tmp_path / "export") as exported:
        yield exported


# -- what people do to a lab between two nights --------------------------------------------------------------


def link_between(lab: Lab, parent: Row, child: Row) -> Row:
    """The link from one object to another."""
    for entity in (f"{parent.entity}{child.entity}Link", f"{parent.entity}AnnotationLink"):
        if entity in LINKS:
            for link in lab.pointing(entity, "parent", parent.id):
                if link["child"] is child:
                    return link
    raise LookupError(f"{parent} and {child} are not linked")


LINKS = ("ProjectDatasetLink", "DatasetImageLink", "ImageAnnotationLink", "DatasetAnnotationLink")


def rename_an_image(lab: Lab) -> None:
    lab.edit(image(lab), name="renamed.dv")


def rename_a_channel(lab: Lab) -> None:
    pixels = things.pixels_of(lab, image(lab))
    lab.edit(lab.pointing("Channel", "pixels", pixels.id)[1]["logicalChannel"], name="Alexa 488")


def correct_a_pixel_size(lab: Lab) -> list[Row]:
    lab.edit(things.pixels_of(lab, image(lab)), physicalSizeX=(0.2, "MICROMETER"))
    return [image(lab)]


def correct_an_objective(lab: Lab) -> None:
    lab.edit(lab.find("Objective", model="Plan-Apo"), nominalMagnification=100.0)


def give_an_image_away(lab: Lab) -> None:
    """As OMERO's chown does it: neither the version nor the update event tells."""
    image(lab).owner = lab.find("Experimenter", omeName=COLLEAGUE)


def draw_a_region(lab: Lab) -> None:
    with acting(lab, image(lab)):
        lab.add("Roi", image=image(lab))


def edit_a_key_value(lab: Lab) -> None:
    (annotation,) = (
        row for row in lab.rows("MapAnnotation") if ("Study", "Centrosome atlas") in (row["mapValue"] or ())
    )
    lab.edit(annotation, mapValue=[("Study", "Centriole atlas"), ("Organism", "Homo sapiens")])


def clear_a_key_value(lab: Lab) -> None:
    (annotation,) = (row for row in lab.rows("MapAnnotation") if ("Marker", "b") in (row["mapValue"] or ()))
    lab.edit(annotation, mapValue=[])


def unlink_a_tag(lab: Lab) -> None:
    lab.delete(link_between(lab, image(lab), lab.find("TagAnnotation", textValue="good")))


def unlink_a_tag_everywhere(lab: Lab) -> None:
    tag = lab.find("TagAnnotation", textValue="U2OS")
    for link in lab.pointing("ImageAnnotationLink", "child", tag.id):
        lab.delete(link)


def rename_a_tag(lab: Lab) -> None:
    lab.edit(lab.find("TagAnnotation", textValue="U2OS"), textValue="U-2 OS")


def add_a_tag(lab: Lab) -> None:
    with acting(lab, image(lab)):
        things.add_tag(lab, "new", [image(lab), image(lab, "pcnt_02.dv")])


def delete_an_image(lab: Lab) -> None:
    lab.delete(image(lab, "orphan image 2"))


def import_an_image(lab: Lab) -> list[Row]:
    with acting(lab, image(lab)):
        return [things.add_image(lab, "new.dv", [lab.find("Dataset", name="PCNT")])]


def move_a_dataset(lab: Lab) -> None:
    dataset, project = lab.find("Dataset", name="CDK5RAP2"), lab.find("Project", name="Controls")
    lab.delete(link_between(lab, lab.find("Project", name="Centrosomes"), dataset))
    with acting(lab, dataset):
        lab.link(project, dataset)


def delete_a_dataset(lab: Lab) -> None:
    """Its images stay, as orphans; one of the four is in another dataset."""
    lab.delete(lab.find("Dataset", name="CDK5RAP2"))


def draw_an_image_otherwise(lab: Lab) -> list[Row]:
    """What OMERO does when somebody saves other contrasts."""
    pixels = things.pixels_of(lab, image(lab))
    (settings,) = lab.pointing("RenderingDef", "pixels", pixels.id)
    lab.edit(settings)
    lab.pictures[pixels.id] = jpeg(7, (48, 36))
    return [image(lab)]


def rename_a_well_and_a_person(lab: Lab) -> None:
    lab.edit(lab.find("Experimenter", omeName=MEMBER), lastName="Membrane")
    lab.edit(lab.find("Plate", name="Plate 1"), name="Plate one")


Edit = Callable[[Lab], "list[Row] | None"]
#: What was done, and what is changed by it: (added, changed, removed) per kind, and what must be asked for.
EDITS: list[tuple[Edit, dict[str, tuple[int, int, int]], set[str]]] = [
    (rename_an_image, {"images": (0, 1, 0)}, {"images", "channels"}),
    (rename_a_channel, {"images": (0, 1, 0)}, {"images", "channels"}),
    (correct_a_pixel_size, {"images": (0, 1, 0)}, {"images", "channels"}),
    (correct_an_objective, {"images": (0, 1, 0)}, {"images", "channels"}),
    (give_an_image_away, {"images": (0, 1, 0)}, {"images", "channels"}),
    (draw_a_region, {"images": (0, 1, 0)}, {"images", "channels"}),
    (edit_a_key_value, {"key_values": (0, 1, 0)}, {"pairs"}),
    (clear_a_key_value, {"key_values": (0, 1, 0)}, {"pairs"}),
    (unlink_a_tag, {"images": (0, 1, 0)}, set()),
    (unlink_a_tag_everywhere, {"tags": (0, 0, 1), "images": (0, 4, 0)}, set()),
    (rename_a_tag, {"tags": (0, 1, 0)}, set()),
    (add_a_tag, {"tags": (1, 0, 0), "images": (0, 2, 0)}, set()),
    (delete_an_image, {"images": (0, 0, 1)}, set()),
    (import_an_image, {"images": (1, 0, 0)}, {"images", "channels"}),
    (move_a_dataset, {"datasets": (0, 1, 0)}, set()),
    (delete_a_dataset, {"datasets": (0, 0, 1), "images": (0, 5, 0)}, set()),
    (draw_an_image_otherwise, {"images": (0, 1, 0)}, set()),
    (rename_a_well_and_a_person, {"people": (0, 1, 0), "plates": (0, 1, 0)}, set()),
]


@pytest.mark.parametrize(("edit", "changes", "asked"), EDITS, ids=[edit.__name__ for edit, *_ in EDITS])
def test_what_people_did_and_nothing_else_is_fetched_written_and_told(
    nightly: Nightly, edit: Edit, changes: dict[str, tuple[int, int, int]], asked: set[str]
) -> None:
    redrawn = edit(nightly.lab) or []
    night = nightly.export()
    assert night.changes == {name: Changes(*counts) for name, counts in changes.items()}
    assert night.asked == asked
    assert night.drawn == sorted(things.pixels_of(nightly.lab, row).id for row in redrawn)
    assert [name for name in night.written if name != PICTURES] == sorted(changes)
    assert nightly.equals_an_export_from_nothing()


# -- nights on which nothing happens -------------------------------------------------------------------------


def test_an_unchanged_lab_is_not_fetched_and_no_byte_is_written(nightly: Nightly) -> None:
    before = stamps(nightly.folder)
    night = nightly.export()
    assert night == Night({}, [], [], set())
    assert not [call for call in nightly.server.calls if "Thumbnail" in call], (
        "not so much as a store was opened"
    )
    after = stamps(nightly.folder)
    assert {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)} == {
        MANIFEST
    }
    assert nightly.equals_an_export_from_nothing()


def test_rendering_settings_that_an_export_made_omero_add_are_no_change(tmp_path: Path) -> None:
    with served(small_lab(), tmp_path) as nightly:
        nightly.export()
        assert nightly.lab.rows("RenderingDef")
        assert nightly.export().changes == {}


def test_a_picture_that_omero_did_not_have_is_asked_for_again(nightly: Nightly) -> None:
    pixels = things.pixels_of(nightly.lab, image(nightly.lab))
    nightly.lab.thumbnail_faults[pixels.id] = "missing"
    nightly.export(full=True)
    (missing,) = (one for one in Export(nightly.folder).images() if one.thumbnail is None)
    assert missing.id == image(nightly.lab).id
    nightly.lab.thumbnail_faults.clear()
    night = nightly.export()
    assert night.drawn == [pixels.id] and night.changes == {"images": Changes(changed=1)}
    assert nightly.equals_an_export_from_nothing()


# -- another way of exporting --------------------------------------------------------------------------------


def test_another_size_of_pictures_fetches_them_all_and_no_record(nightly: Nightly) -> None:
    larger = Settings(thumbnails=Thumbnails(size=64))
    night = nightly.export(larger)
    counts = Export(nightly.folder).manifest.counts
    assert len(night.drawn) == counts["images"] == counts["thumbnails"]
    assert night.changes == {"images": Changes(changed=counts["images"])} and night.asked == set()
    assert nightly.equals_an_export_from_nothing(larger)


def test_no_pictures_and_then_pictures_again(nightly: Nightly) -> None:
    images = Export(nightly.folder).manifest.counts["images"]
    assert nightly.export(UNSEEN) == Night({"images": Changes(changed=images)}, ["images"], [], set())
    assert not (nightly.folder / PICTURES).exists()
    assert nightly.equals_an_export_from_nothing(UNSEEN)
    assert len(nightly.export().drawn) == images


def test_previews_are_fetched_once_and_then_taken_over(nightly: Nightly) -> None:
    """Whoever wants them later gets them for all images, and no thumbnail and no record is fetched for that."""
    larger = Settings(thumbnails=SMALL.thumbnails, previews=Previews(size=512))
    night = nightly.export(larger)
    counts = Export(nightly.folder).manifest.counts
    images = {one.id: one for one in Export(nightly.folder).images()}
    larger_ones = {
        id_ for id_, one in images.items() if one.dimensions and max(one.dimensions.x, one.dimensions.y) > 48
    }
    assert 0 < len(larger_ones) < len(images), (
        "images that are no larger than their thumbnail need no second picture"
    )
    assert {id_ for id_, one in images.items() if one.preview} == larger_ones
    assert counts["previews"] == len(night.drawn) == len(larger_ones)
    assert night.changes == {"images": Changes(changed=len(larger_ones))} and night.asked == set()
    assert night.written == ["images", PREVIEWS]
    assert nightly.export(larger) == Night({}, [], [], set())
    redrawn = draw_an_image_otherwise(nightly.lab)
    nightly.lab.pictures.clear()
    assert nightly.export(larger).drawn == [things.pixels_of(nightly.lab, row).id for row in redrawn]
    assert nightly.equals_an_export_from_nothing(larger)
    assert nightly.export().drawn == [] and not (nightly.folder / PREVIEWS).exists()
    assert nightly.equals_an_export_from_nothing()


def test_previews_need_no_thumbnails(nightly: Nightly) -> None:
    alone = Settings(thumbnails=UNSEEN.thumbnails, previews=Previews(size=512))
    nightly.export(alone)
    assert not (nightly.folder / PICTURES).exists()
    assert all(one.preview and not one.thumbnail for one in Export(nightly.folder).images())
    assert nightly.export(alone) == Night({}, [], [], set())
    assert nightly.equals_an_export_from_nothing(alone)


@pytest.mark.parametrize(
    ("publish", "added"),
    [({"comments": True}, "comments"), ({"ratings": True}, "ratings"), ({"linked": True}, "")],
)
def test_other_rules_take_over_no_record_and_every_picture(
    nightly: Nightly, publish: dict[str, bool], added: str
) -> None:
    """And back again: what was let out for a night is gone."""
    before = tree(nightly.folder)
    wider = msgspec.structs.replace(QUIET, **publish)
    night = nightly.export(rules=wider)
    assert night.asked == {*MARKS} and night.drawn == []
    assert bool(added) == any(counts.added for counts in night.changes.values())
    assert not added or night.changes[added].added > 0
    assert nightly.equals_an_export_from_nothing(rules=wider)
    nightly.export()
    assert tree(nightly.folder) == before


def test_full_fetches_everything_and_writes_nothing_that_is_there(nightly: Nightly) -> None:
    images = Export(nightly.folder).manifest.counts["images"]
    night = nightly.export(full=True)
    assert len(night.drawn) == images and night.asked == {*MARKS}
    assert night.changes == {} and night.written == []


def test_records_of_another_program_version_are_not_taken_over(nightly: Nightly) -> None:
    manifest = nightly.folder / MANIFEST
    manifest.write_bytes(manifest.read_bytes().replace(b"catalog-builder ", b"catalog-builder 0.0."))
    night = nightly.export()
    assert night.asked == {*MARKS} and night.drawn == [] and night.changes == {}
    assert nightly.equals_an_export_from_nothing()


def test_what_moves_to_another_group_says_so(nightly: Nightly) -> None:
    """As OMERO's chgrp does it: neither the version nor the update event tells."""
    both = {"groups": (READ_ONLY, READ_ANNOTATE)}
    nightly.export(**both)
    moved = image(nightly.lab, "orphan image 2")
    for row in (moved, things.pixels_of(nightly.lab, moved)):
        row.group = nightly.lab.find("ExperimenterGroup", name=READ_ANNOTATE)
    night = nightly.export(**both)
    assert night.changes == {"images": Changes(changed=1)}
    assert moved.group
    assert next(one.group for one in Export(nightly.folder).images() if one.id == moved.id) == moved.group.id
    assert nightly.equals_an_export_from_nothing(**both)


def test_another_scope_takes_over_what_both_hold(nightly: Nightly) -> None:
    """A dataset alone after the whole group, and the group again."""
    dataset = nightly.lab.find("Dataset", name="PCNT")
    alone = nightly.export(groups=(), datasets=(dataset.id,))
    assert alone.drawn == [] and alone.changes["images"].removed > 0 and alone.changes["datasets"].removed > 0
    assert nightly.equals_an_export_from_nothing(groups=(), datasets=(dataset.id,))
    nightly.export()
    assert nightly.equals_an_export_from_nothing()


def test_the_order_of_rows_that_omero_leaves_open_is_no_change(nightly: Nightly) -> None:
    """Another seed: the same lab, answered in another order."""
    with served(small_lab(seed=7), nightly.folder) as other:
        other.lab.delete(other.lab.find("Image", name="bare image"))
        assert other.export() == Night({}, [], [], set())
        assert other.equals_an_export_from_nothing()
