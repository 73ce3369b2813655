"""A second export into the same folder, over real Ice: fetched, written and told of is what changed, and no more.

Whatever was edited, removed or linked in between, the folder then holds what an export into an empty one would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from click.testing import CliRunner, Result

pytest.importorskip("omero", reason="omero-py and Ice are not installed")

from catalog_builder.cli import main
from catalog_builder.commands.check import check
from catalog_builder.commands.export import export, on_request
from catalog_builder.exchange.before import Before
from catalog_builder.exchange.changes import Changes
from catalog_builder.exchange.read import Export
from catalog_builder.exchange.schema import MANIFEST, PICTURES
from catalog_builder.progress import Silent
from catalog_builder.settings.options import Publish, Settings, Thumbnails
from catalog_builder.sources.base import Scope
from catalog_builder.sources.omero.login import Login
from catalog_builder.sources.omero.source import OmeroSource
from tests.catalogues import jpeg, stamps, tree
from tests.omero_server import OmeroServer
from tests.omero_server.lab import COLLEAGUE, MEMBER, READ_ANNOTATE, READ_ONLY, big_lab, small_lab
from tests.omero_server.labs import things
from tests.omero_server.store import Lab, Row

pytestmark = pytest.mark.omero

SMALL = Settings(thumbnails=Thumbnails(size=48))
UNSEEN = Settings(thumbnails=Thumbnails(mode="none"))
#: What is asked for only where something changed, by a text that no other query has.
MARKS = {"images": "i.name, i.description", "channels": "index(c)", "pairs": "index(mv)"}


class Night(NamedTuple):
    """What one export did: the report, the folders that it wrote to, the pictures and the records it asked for."""

    changes: dict[str, Changes]
    written: list[str]
    drawn: list[int]
    asked: set[str]


class Nightly:
    """One lab, exported again and again into one folder."""

    def __init__(self, server: OmeroServer, folder: Path) -> None:
        self.server = server
        self.lab = server.lab
        self.folder = folder

    def export(self, settings: Settings = SMALL, *, to: Path | None = None, **options: Any) -> Night:
        """`groups` and `full` are as in the command; `progress` hears of the gaps."""
        server, folder = self.server, to or self.folder
        scope = Scope(groups=options.pop("groups", (READ_ONLY,)))
        progress = options.pop("progress", Silent())
        before = stamps(folder)
        server.reset_calls()
        source = OmeroSource(
            Login(host=server.host, port=server.port, user=MEMBER, password=server.password(MEMBER)),
            thumbnails=settings.thumbnails.mode,
            thumbnail_size=settings.thumbnails.size,
            also=on_request(settings),
            progress=progress,
        )
        written = export(source, scope, settings, folder, progress, **options)
        assert not [finding for finding in check(folder) if "have no picture" not in finding.what]
        after = stamps(folder)
        touched = [path.partition("/")[0] for path in after if before.get(path) != after[path]]
        asked = {name for name, mark in MARKS.items() if any(mark in query for query in server.queries)}
        return Night(written.changes, sorted({*touched} - {MANIFEST}), sorted({*server.drawn}), asked)

    def equals_an_export_from_nothing(self, settings: Settings = SMALL, **options: Any) -> bool:
        """Byte for byte, the manifest too."""
        afresh = self.folder.with_name("afresh")
        night = self.export(settings, to=afresh, full=True, **options)
        assert night.asked == {*MARKS}
        return tree(self.folder) == tree(afresh)


@pytest.fixture(autouse=True)
def fixed_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")


@pytest.fixture
def nightly(tmp_path: Path) -> Iterator[Nightly]:
    """The small lab, exported once."""
    with OmeroServer(small_lab()) as server:
        exported = Nightly(server, tmp_path / "export")
        exported.export()
        # It asks each night anew: OMERO has no picture of an image without pixels, and that is no change.
        server.lab.delete(server.lab.find("Image", name="bare image"))
        exported.export()
        yield exported


# -- what people do to a lab between two nights --------------------------------------------------------------


def image(lab: Lab, name: str = "pcnt_01.dv") -> Row:
    return lab.find("Image", name=name)


def link_between(lab: Lab, parent: Row, child: Row) -> Row:
    """The link from one object to another."""
    for entity in (f"{parent.entity}{child.entity}Link", f"{parent.entity}AnnotationLink"):
        if entity in LINKS:
            for link in lab.pointing(entity, "parent", parent.id):
                if link["child"] is child:
                    return link
    raise LookupError(f"{parent} and {child} are not linked")


LINKS = ("ProjectDatasetLink", "DatasetImageLink", "ImageAnnotationLink", "DatasetAnnotationLink")


def acting(lab: Lab, row: Row) -> Any:
    assert row.owner and row.group
    return lab.acting(row.owner, row.group)


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
    with OmeroServer(small_lab()) as server:
        nightly = Nightly(server, tmp_path)
        nightly.export()
        assert server.lab.rows("RenderingDef")
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


@pytest.mark.parametrize(
    ("publish", "added"),
    [({"comments": True}, "comments"), ({"ratings": True}, "ratings"), ({"linked": True}, "")],
)
def test_other_rules_take_over_no_record_and_every_picture(
    nightly: Nightly, publish: dict[str, bool], added: str
) -> None:
    """And back again: what was let out for a night is gone."""
    before = tree(nightly.folder)
    wider = Settings(publish=Publish(**publish), thumbnails=SMALL.thumbnails)
    night = nightly.export(wider)
    assert night.asked == {*MARKS} and night.drawn == []
    assert bool(added) == any(counts.added for counts in night.changes.values())
    assert not added or night.changes[added].added > 0
    assert nightly.equals_an_export_from_nothing(wider)
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


# -- an earlier export that is not whole ---------------------------------------------------------------------


def shard_of(folder: Path, stream: str) -> Path:
    return next((folder / stream).glob("*.jsonl"))


def picture_of(folder: Path, image_id: int) -> Path:
    return next((folder / PICTURES).glob(f"*/{image_id}-*.jpg"))


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def take_away(path: Path) -> None:
    path.unlink()


def scribble(path: Path) -> None:
    path.write_bytes(b"\xff{" * 100)


DAMAGES = [cut_short, take_away, scribble]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("stream", ["images", "key_values", "people"])
def test_a_damaged_shard_costs_a_fetch(nightly: Nightly, damage: Callable[[Path], None], stream: str) -> None:
    damage(shard_of(nightly.folder, stream))
    expected = {"images": {"images", "channels"}, "key_values": {"pairs"}, "people": set()}
    assert nightly.export().asked == expected[stream]
    assert nightly.equals_an_export_from_nothing()


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_picture_is_fetched_and_no_other(nightly: Nightly, damage: Callable[[Path], None]) -> None:
    damage(picture_of(nightly.folder, image(nightly.lab).id))
    night = nightly.export()
    assert night == Night({}, [PICTURES], [things.pixels_of(nightly.lab, image(nightly.lab)).id], set())
    assert nightly.equals_an_export_from_nothing()


@pytest.mark.parametrize("damage", DAMAGES[::2])
def test_a_damaged_manifest_costs_everything_but_the_run(
    nightly: Nightly, damage: Callable[[Path], None]
) -> None:
    damage(nightly.folder / MANIFEST)
    (nightly.folder / MANIFEST).write_bytes((nightly.folder / MANIFEST).read_bytes() + b"catalog-builder")
    night = nightly.export()
    assert night.asked == {*MARKS} and night.written == []
    assert nightly.equals_an_export_from_nothing()


# -- what goes while it is read ------------------------------------------------------------------------------


class Meanwhile(list[str]):
    """The server's list of queries; does something when the first with these words comes in."""

    def __init__(self, words: str, act: Callable[[], None]) -> None:
        super().__init__()
        self._words = words
        self._acts = [act]

    def append(self, query: str) -> None:
        super().append(query)
        if self._acts and self._words in query:
            self._acts.pop()()


@pytest.mark.parametrize("words", ["from Image i left outer join", MARKS["images"]])
def test_an_image_that_goes_while_it_is_read_is_left_out_and_told(nightly: Nightly, words: str) -> None:
    """Before the states are asked for, or between that and the record."""
    rename_an_image(nightly.lab)
    renamed = image(nightly.lab, "renamed.dv")
    nightly.server.queries = Meanwhile(words, lambda: nightly.lab.delete(renamed))
    progress = Silent()
    night = nightly.export(progress=progress)
    assert night.changes["images"] == Changes(removed=1)
    assert progress.gaps == 1 and "1 of 44 images went away" in progress.notes[0]
    assert nightly.export().changes == {}
    assert nightly.equals_an_export_from_nothing()


# -- a lab of several shards ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hundred(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nightly]:
    """A hundred datasets with a key-value each and 5,000 images, exported once, without pictures."""
    lab = big_lab(5_000, datasets=100, pairs=2)
    for dataset in lab.rows("Dataset"):
        with acting(lab, dataset):
            things.add_pairs(lab, [("Compound", f"of {dataset['name']}")], [dataset])
    with OmeroServer(lab) as server:
        exported = Nightly(server, tmp_path_factory.mktemp("hundred") / "export")
        exported.export(UNSEEN)
        assert all(
            len(Export(exported.folder).manifest.streams[name]) > 1 for name in ("images", "key_values")
        )
        yield exported


def files_that_differ(nightly: Nightly, edit: Callable[[], None]) -> tuple[Night, set[str], set[str]]:
    """An export after an edit: the night, the files it wrote, the files it took away."""
    before = stamps(nightly.folder)
    edit()
    night = nightly.export(UNSEEN)
    after = stamps(nightly.folder)
    written = {path for path in after if before.get(path) != after[path]} - {MANIFEST}
    return night, written, before.keys() - after.keys()


def test_one_key_value_of_one_dataset_rewrites_its_shard_alone(hundred: Nightly) -> None:
    dataset = hundred.lab.find("Dataset", name="Dataset 0042")
    (link,) = (
        link
        for link in hundred.lab.pointing("DatasetAnnotationLink", "parent", dataset.id)
        if link["child"].entity == "MapAnnotation"
    )
    night, written, gone = files_that_differ(
        hundred, lambda: hundred.lab.edit(link["child"], mapValue=[("Compound", "A")])
    )
    assert night.changes == {"key_values": Changes(changed=1)} and night.asked == {"pairs"}
    (shard,) = written
    assert shard.startswith("key_values/") and len(gone) == 1
    lines = (hundred.folder / shard).read_bytes().splitlines()
    assert link["child"].id in {msgspec.json.decode(line)["id"] for line in lines}
    assert hundred.equals_an_export_from_nothing(UNSEEN)


def test_one_image_renamed_rewrites_its_shard_alone(hundred: Nightly) -> None:
    renamed = hundred.lab.find("Image", name="image 002500")
    night, written, gone = files_that_differ(hundred, lambda: hundred.lab.edit(renamed, name="another"))
    assert night.changes == {"images": Changes(changed=1)}
    assert night.asked == {"images", "channels"} and len(written) == len(gone) == 1


def test_a_damaged_shard_of_several_costs_its_own_images_and_no_other(hundred: Nightly) -> None:
    shard, *_ = Export(hundred.folder).manifest.streams["images"]
    lost = {
        msgspec.json.decode(line)["id"] for line in (hundred.folder / shard.path).read_bytes().splitlines()
    }
    cut_short(hundred.folder / shard.path)
    rules = Export(hundred.folder).manifest.rules
    before = Before(hundred.folder, rules=rules)
    ids = sorted(row.id for row in hundred.lab.rows("Image"))
    assert {id_ for id_ in ids if before.image(id_) is None} == lost and 0 < len(lost) < len(ids)
    _, written, gone = files_that_differ(hundred, lambda: None)
    assert written == {shard.path} and not gone
    assert hundred.equals_an_export_from_nothing(UNSEEN)


# -- the command ---------------------------------------------------------------------------------------------


@pytest.fixture
def configured(nightly: Nightly) -> Path:
    """Settings that read what `nightly` exports, as it does."""
    settings = nightly.folder.with_name("catalog.yml")
    settings.write_text(f"read: {{groups: [{READ_ONLY}]}}\nthumbnails: {{size: 48}}\n")
    return settings


def command(nightly: Nightly, configured: Path, *options: str) -> Result:
    """`catalog-builder export`, as a user types it."""
    server = nightly.server
    server.reset_calls()
    login = {
        "OMERO_HOST": server.host,
        "OMERO_PORT": str(server.port),
        "OMERO_USER": MEMBER,
        "OMERO_PASSWORD": server.password(MEMBER),
    }
    arguments = ["export", "--config", str(configured), "--to", str(nightly.folder), *options]
    result = CliRunner().invoke(main, arguments, env=login)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_the_command_tells_what_changed(nightly: Nightly, configured: Path) -> None:
    told = "Since the last export: "
    assert f"{told}nothing changed.\n" in command(nightly, configured).output
    add_a_tag(nightly.lab)
    rename_an_image(nightly.lab)
    unlink_a_tag_everywhere(nightly.lab)
    output = command(nightly, configured).output
    assert f"{told}tags: 1 added, 1 removed; images: 6 changed.\n" in output
    assert f"{nightly.folder}: 3 people, 1 groups" in output and "44 images, 44 thumbnails\n" in output
    assert not nightly.server.drawn


def test_the_command_starts_afresh_when_told(nightly: Nightly, configured: Path) -> None:
    result = command(nightly, configured, "--full")
    assert result.exit_code == 0 and "Since the last export: nothing changed." in result.output
    assert len(nightly.server.drawn) == 44


def test_strict_fails_with_gaps_and_the_export_is_there_all_the_same(
    nightly: Nightly, configured: Path
) -> None:
    assert command(nightly, configured, "--strict").exit_code == 0
    missing = import_an_image(nightly.lab)[0]
    nightly.lab.thumbnail_faults[things.pixels_of(nightly.lab, missing).id] = "empty"
    for _ in range(2):  # a gap is one as long as it is there
        strict = command(nightly, configured, "--strict")
        assert strict.exit_code == 1 and "no usable picture" in strict.output
        assert "Error: The export has gaps" in strict.output
        assert missing.id in {one.id for one in Export(nightly.folder).images()}
    lenient = command(nightly, configured)
    assert lenient.exit_code == 0 and "no usable picture" in lenient.output
    nightly.lab.thumbnail_faults.clear()
    assert command(nightly, configured, "--strict").exit_code == 0
