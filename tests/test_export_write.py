"""The export on its way out: what it holds, what it leaves alone, and what a run that dies leaves behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from catalog_builder.commands.check import check
from catalog_builder.errors import CatalogError, ExportError, SourceError
from catalog_builder.exchange.before import Before
from catalog_builder.exchange.read import Export
from catalog_builder.exchange.schema import MANIFEST, STREAMS
from catalog_builder.exchange.write import CUT, write_export
from catalog_builder.files import LOCK, locked
from catalog_builder.model.annotations import KeyValues, Tag
from catalog_builder.model.base import Record
from catalog_builder.model.catalogue import (
    Catalogue,
    FetchThumbnails,
    Thumbnail,
    no_renderings,
    no_thumbnails,
)
from catalog_builder.model.records import Dataset, Image
from catalog_builder.progress import Silent
from catalog_builder.publish.policy import Policy
from catalog_builder.publish.redact import redact
from tests.catalogues import OPEN, ROOT, catalogue, environment, exported, jpeg, lab, stamps, tree, write


def test_every_record_comes_back_as_it_was(tmp_path: Path) -> None:
    write(lab(), tmp_path)
    export, expected = Export(tmp_path), redact(lab(), OPEN)
    images = [image for page in expected.images() for image in page]
    for name in STREAMS:
        if name not in ("images", "key_values"):
            assert getattr(export, name) == getattr(expected, name), name
    written = {record.id: record for record in export.stream("key_values", KeyValues)}
    assert written == expected.key_values
    shown = {
        id_: msgspec.structs.replace(one, owner=None, group=None, revision="") for id_, one in written.items()
    }
    assert dict(export.key_values) == shown, "what pages do not show is left out"
    found = list(export.images())
    assert [msgspec.structs.replace(image, thumbnail=None, preview=None) for image in found] == images
    for image in found:
        assert image.thumbnail and export.picture(image.thumbnail) == jpeg(image.id)
        assert (image.thumbnail.width, image.thumbnail.height) == (48, 32)
        assert bool(image.preview) == bool(image.id % 5)
        if image.preview:
            assert export.picture(image.preview) == jpeg(image.id, (96, 64))
            assert (image.preview.width, image.preview.height) == (96, 64)
            assert image.preview.path.startswith(f"previews/0/{image.id}-")
            assert image.preview.revision == f"drawn {image.id} large"


def test_the_lab_of_these_tests_fills_every_field_somewhere(tmp_path: Path) -> None:
    """So that the round trip above covers a field that is added later, or fails."""
    write(lab(), tmp_path)
    export = Export(tmp_path)
    filled: set[str] = set()

    def walk(record: object) -> None:
        if isinstance(record, Record):
            for field in msgspec.structs.fields(type(record)):
                value = getattr(record, field.name)
                if value not in (field.default, ()):
                    filled.add(f"{type(record).__name__}.{field.name}")
                for inner in value if isinstance(value, tuple) else (value,):
                    walk(inner)

    seen: set[type] = set()

    def fields(record_type: object) -> set[str]:
        if not (isinstance(record_type, type) and issubclass(record_type, Record)) or record_type in seen:
            return set()
        seen.add(record_type)
        found = set()
        for field in msgspec.inspect.type_info(record_type).fields:
            found.add(f"{record_type.__name__}.{field.name}")
            for part in _parts(field.type):
                found |= fields(part)
        return found

    expected = set().union(*(fields(record_type) for record_type in STREAMS.values()))
    for name, record_type in STREAMS.items():
        for record in export.stream(name, record_type):
            walk(record)
    assert expected - filled == set()


def _parts(described: object) -> list[object]:
    """The struct types within a described type."""
    if isinstance(described, msgspec.inspect.StructType):
        return [described.cls]
    if isinstance(described, msgspec.inspect.UnionType):
        return [part for one in described.types for part in _parts(one)]
    inner = getattr(described, "item_type", None) or getattr(described, "type", None)
    return _parts(inner) if inner is not None else []


def test_repeated_and_empty_keys_keep_their_order(tmp_path: Path) -> None:
    pairs = (("b", "2"), ("a", "1"), ("b", "2"), ("", ""), ("b", ""), ("", "x"), ("a", "0"))
    export = exported(tmp_path, [Image(id=1, annotations=(1,))], key_values=[KeyValues(id=1, pairs=pairs)])
    assert export.key_values[1].pairs == pairs


def test_a_field_at_its_default_is_left_out_and_nothing_else_is_said(tmp_path: Path) -> None:
    write(catalogue([Image(id=7)], pictures=lambda _: ()), tmp_path)
    (line,) = next((tmp_path / "images").glob("*.jsonl")).read_text("utf-8").splitlines()
    assert json.loads(line) == {"id": 7}


def test_the_manifest_counts_and_names_what_is_there(tmp_path: Path) -> None:
    manifest = write(lab(), tmp_path, label="My lab")
    said = json.loads((tmp_path / MANIFEST).read_bytes())
    assert (
        said["format"] == 1 and said["label"] == "My lab" and said["generator"].startswith("catalog-builder ")
    )
    assert said["counts"] == {
        "people": 2, "groups": 1, "projects": 2, "datasets": 3, "tag_sets": 1, "tags": 4, "key_values": 4,
        "screens": 1, "plates": 1, "runs": 1, "wells": 1, "comments": 1, "ratings": 1, "attachments": 1, "terms": 1,
        "values": 2, "xml": 1, "images": 6, "thumbnails": 6, "previews": 5,
    }  # fmt: skip
    named = {shard.path for shards in manifest.streams.values() for shard in shards}
    there = set(tree(tmp_path)) - {MANIFEST}
    assert {path for path in there if not path.startswith(("thumbnails/", "previews/"))} == named
    assert len(there - named) == 6 + 5


def test_source_date_epoch_dates_the_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert write(lab(), tmp_path).exported.isoformat() == "1970-01-02T00:00:00+00:00"


def test_an_export_is_of_the_moment_when_it_began(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")

    def pages() -> Iterator[list[Image]]:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "172800")
        yield [Image(id=1)]

    manifest = write(replace(catalogue(), images=pages), tmp_path)
    assert manifest.exported.isoformat() == "1970-01-02T00:00:00+00:00"


@pytest.mark.parametrize("wrong", ["yesterday", "-1", "", "1.5", "9" * 30])
def test_a_source_date_epoch_that_is_none_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", wrong)
    with pytest.raises(CatalogError, match="SOURCE_DATE_EPOCH"):
        write(lab(), tmp_path)


def many(ids: range, name: str = "image") -> list[Image]:
    return [Image(id=i, name=f"{name} {i}", annotations=(3,)) for i in ids]


def test_a_second_export_keeps_every_file_but_the_manifest(tmp_path: Path) -> None:
    write(lab(), tmp_path)
    before = stamps(tmp_path)
    write(lab(), tmp_path)
    after = stamps(tmp_path)
    assert {path for path in before if before[path] != after.get(path)} <= {MANIFEST}
    assert set(before) == set(after)


def test_one_image_more_changes_its_own_shard_alone(tmp_path: Path) -> None:
    private = {"tags": [Tag(id=3)], "page": 500, "pictures": lambda _: ()}
    write(catalogue(many(range(1, 4 * CUT)), **private), tmp_path)
    before = stamps(tmp_path)
    assert sum(path.startswith("images/") for path in before) > 1, "too few images to be cut"
    changed = [image for image in many(range(1, 4 * CUT)) if image.id != 3 * CUT]
    write(catalogue(changed, **private), tmp_path)
    after = stamps(tmp_path)
    assert len([path for path in after if before.get(path) != after[path] and path != MANIFEST]) == 1
    assert len([path for path in before if path not in after]) == 1
    assert [image.id for image in Export(tmp_path).images()] == [image.id for image in changed]


def test_an_id_that_is_itself_a_cut_changes_two_shards_and_no_more(tmp_path: Path) -> None:
    cuts = [i for i in range(1, 8 * CUT) if zlib.crc32(str(i).encode()) % CUT == 0]
    assert len(cuts) > 2, "the shards before, behind and elsewhere"
    private = {"tags": [Tag(id=3)], "page": 500, "pictures": lambda _: ()}
    write(catalogue(many(range(1, 8 * CUT)), **private), tmp_path)
    before = set(tree(tmp_path))
    write(catalogue([image for image in many(range(1, 8 * CUT)) if image.id != cuts[1]], **private), tmp_path)
    after = set(tree(tmp_path))
    assert len(before - after) == 2 and len(after - before) == 1
    write(catalogue(many(range(1, 8 * CUT)), **private), tmp_path)
    assert set(tree(tmp_path)) == before


def test_shards_wait_for_the_disk_and_the_manifest_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []

    def noted(handle: int) -> None:
        synced.append(os.fstat(handle).st_ino)

    monkeypatch.setattr(os, "fsync", noted)
    write(lab(), tmp_path)
    durable = {path.stat().st_ino for path in tmp_path.glob("*/*.jsonl")}
    assert set(synced[:-1]) == durable and synced[-1] == (tmp_path / MANIFEST).stat().st_ino


def test_what_went_from_the_source_goes_from_the_export(tmp_path: Path) -> None:
    write(lab(), tmp_path)
    write(lab(images=[Image(id=101, name="one")], tags=[]), tmp_path)
    assert check(tmp_path) == []
    for pictures in ("thumbnails/", "previews/"):
        (only,) = (path for path in tree(tmp_path) if path.startswith(pictures))
        assert only.startswith(f"{pictures}0/101-")
    assert not (tmp_path / "tags").exists() or not list((tmp_path / "tags").iterdir())


def test_exporting_again_mends_a_damaged_shard_and_a_damaged_picture(tmp_path: Path) -> None:
    """What the reader of a damaged export is told to do must help."""
    write(lab(), tmp_path)
    whole = tree(tmp_path)
    for pattern in ("images/*.jsonl", "thumbnails/*/*.jpg", "previews/*/*.jpg"):
        damaged = next(tmp_path.glob(pattern))
        content = damaged.read_bytes()
        damaged.write_bytes(content[:-9] + b"\0" * 9)
    assert len(check(tmp_path)) == 1
    write(lab(), tmp_path)
    assert check(tmp_path) == []
    after = tree(tmp_path)
    assert {path: after[path] for path in after if path != MANIFEST} == {
        p: whole[p] for p in whole if p != MANIFEST
    }


def test_previews_that_are_no_longer_wanted_are_withdrawn_and_thumbnails_stay(tmp_path: Path) -> None:
    write(lab(), tmp_path)
    before = stamps(tmp_path)
    write(replace(lab(), previews=no_thumbnails, preview_renderings=no_renderings), tmp_path)
    assert check(tmp_path) == [] and not (tmp_path / "previews").exists()
    assert all(image.thumbnail and not image.preview for image in Export(tmp_path).images())
    after = stamps(tmp_path)
    assert {path for path in before if path.startswith("thumbnails/")} == {
        path for path in after if path.startswith("thumbnails/") and before[path] == after[path]
    }


def test_what_is_fetched_again_of_the_two_pictures_is_what_changed(tmp_path: Path) -> None:
    """Each has a revision of its own; where a source tells none, it is asked each time."""
    write(lab(), tmp_path)
    asked: dict[str, list[int]] = {"thumbnails": [], "previews": []}

    def noting(kind: str, fetch: FetchThumbnails) -> FetchThumbnails:
        def noted(images: Sequence[int]) -> Iterable[Thumbnail]:
            asked[kind] += images
            return fetch(images)

        return noted

    private = replace(
        lab(), thumbnails=noting("thumbnails", lab().thumbnails), previews=noting("previews", lab().previews)
    )
    write(private, tmp_path)
    assert asked == {"thumbnails": [], "previews": [105]}, "of 105 there was none"
    redrawn = replace(private, preview_renderings=lambda image: f"drawn {image} larger")
    write(redrawn, tmp_path)
    assert asked == {"thumbnails": [], "previews": [105, 101, 102, 103, 104, 105, 106]}
    next((tmp_path / "previews" / "0").glob("101-*")).write_bytes(b"damaged")
    write(redrawn, tmp_path)
    assert asked["thumbnails"] == [] and asked["previews"][-2:] == [101, 105]
    assert check(tmp_path) == []


def test_both_pictures_of_a_run_that_lost_its_source_are_taken_over(tmp_path: Path) -> None:
    def pages() -> Iterator[list[Image]]:
        yield [Image(id=i) for i in (1, 2)]
        raise SourceError("The line went dead.")

    with pytest.raises(SourceError, match=r"kept for the next run"):
        write(replace(lab(), images=pages), tmp_path)
    assert sorted(path.split("-")[0] for path in tree(tmp_path) if path.endswith(".jpg")) == [
        "previews/0/1", "previews/0/2", "thumbnails/0/1", "thumbnails/0/2",
    ]  # fmt: skip

    def no_more(images: Sequence[int]) -> Iterable[Thumbnail]:
        raise AssertionError(f"asked for {images}")

    again = replace(lab(images=[Image(id=1), Image(id=2)]), thumbnails=no_more, previews=no_more)
    write(again, tmp_path)
    assert check(tmp_path) == []
    assert all(image.thumbnail and image.preview for image in Export(tmp_path).images())


# Somebody else's folder.


@pytest.mark.parametrize(
    "foreign",
    [
        "notes.txt",
        "images/holiday.jpg",
        "images/2024/raw.tif",
        "projects/thesis.docx",
        "thumbnails/mine.jpg",
        "previews/0/mine.jpg",
        "tags/101-00000000.jsonl.bak",
    ],
)
def test_a_folder_with_somebody_elses_files_is_refused_and_untouched(tmp_path: Path, foreign: str) -> None:
    (tmp_path / foreign).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / foreign).write_text("mine")
    with pytest.raises(ExportError, match=r"name an empty or new folder with --to"):
        write(lab(), tmp_path)
    assert list(tree(tmp_path)) == [foreign]


def test_somebody_elses_manifest_does_not_make_a_folder_an_export(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"name": "My web app", "start_url": "/"}')
    before = tree(tmp_path)
    with pytest.raises(ExportError, match=r"manifest\.json"):
        write(lab(), tmp_path)
    assert tree(tmp_path) == before


def test_a_folder_that_holds_nothing_but_a_repository_takes_an_export(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main")
    write(lab(), tmp_path)
    write(lab(), tmp_path)
    assert (tmp_path / ".git" / "HEAD").is_file()


def test_within_an_export_only_what_an_export_wrote_is_ever_removed(tmp_path: Path) -> None:
    write(lab(), tmp_path)
    (tmp_path / "images" / "mine.txt").write_text("mine")
    (tmp_path / "README").write_text("mine")
    write(lab(images=[]), tmp_path)
    assert (tmp_path / "images" / "mine.txt").read_text() == "mine"
    assert (tmp_path / "README").read_text() == "mine"
    assert not list(tmp_path.glob("images/*.jsonl"))


def test_what_a_dead_run_left_aside_is_removed_by_the_next(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / ".1-0123abcd.jsonl.part").write_text("half")
    (tmp_path / ".manifest.json.part").write_text("half")
    write(lab(), tmp_path)
    assert not [path for path in tree(tmp_path) if path.endswith(".part")]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ExportError, match="is a file, not a folder"):
        write(lab(), tmp_path / "file")
    with pytest.raises(CatalogError, match="cannot be written"):
        write(lab(), tmp_path / "file" / "below")
    assert (tmp_path / "file").read_text() == "mine"


# Runs that die.

SLOW = """
import sys
from pathlib import Path
from catalog_builder.model.catalogue import Thumbnail
from catalog_builder.model.records import Image, Project
from tests.catalogues import catalogue, jpeg, write

number, folder = int(sys.argv[1]), Path(sys.argv[2])
images = [Image(id=i, name=f"image {number} {i}") for i in range(1, 400)]
fetch = lambda ids: [Thumbnail(i, jpeg(i + number), 48, 32) for i in ids]
write(catalogue(images, page=10, pictures=fetch, projects=[Project(id=1, name=f"project {number}")]), folder)
"""


def named_by(folder: Path) -> set[str]:
    """Every file that the export in a folder needs."""
    export = Export(folder)
    shards = {shard.path for shards in export.manifest.streams.values() for shard in shards}
    pictures = {picture.path for image in export.images() for picture in image.pictures.values()}
    return shards | pictures | {MANIFEST}


def killed(folder: Path, number: int, seconds: float) -> int:
    """Begin an export, and kill it so many seconds after its first file."""
    pictures = folder / "thumbnails" / "0"
    before = len(os.listdir(pictures))
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, str(number), str(folder)], env=environment(), cwd=ROOT
    )
    while process.poll() is None and len(os.listdir(pictures)) == before:
        time.sleep(0.001)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    return process.wait()


def test_a_run_killed_at_any_moment_leaves_the_earlier_export_or_the_new_one(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    old = [Image(id=i, name=f"image 0 {i}") for i in range(1, 400)]
    write(catalogue(old, page=100), folder)
    deaths = 0
    for number, seconds in enumerate((0.0, 0.02, 0.05, 0.1, 0.15), 1):
        deaths += killed(folder, number, seconds) == -signal.SIGKILL
        found = check(folder)
        assert not [finding for finding in found if finding.error]
        left = set(tree(folder)) - named_by(folder) - {LOCK}
        assert bool(found) == bool(left), "what was left behind is a warning"
        names = {image.name.split()[1] for image in Export(folder).images()}
        assert len(names) == 1, "images of two runs in one export"
    assert deaths >= 2, "the runs were over before they were killed: make them longer"
    write(catalogue(old, page=100), folder)
    assert check(folder) == []
    assert set(tree(folder)) == named_by(folder), "dead runs left files behind"


LIMITED = """
import resource, sys
from pathlib import Path
from catalog_builder.errors import CatalogError
from tests.catalogues import lab, write

resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), -1))
try:
    write(lab(projects=[]), Path(sys.argv[2]))
except CatalogError as error:
    sys.exit(str(error))
"""


@pytest.mark.parametrize("limit", [0, 300, 700, 1000])
def test_a_disk_that_is_full_is_a_sentence_and_the_earlier_export_stays(tmp_path: Path, limit: int) -> None:
    write(lab(), tmp_path)
    before = tree(tmp_path)
    (next(tmp_path.glob("thumbnails/*/101-*"))).unlink()  # something to write first, for the small limits
    del before[next(path for path in before if path.startswith("thumbnails/0/101-"))]
    died = subprocess.run(
        [sys.executable, "-c", LIMITED, str(limit), str(tmp_path)], env=environment(), cwd=ROOT, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert died.returncode == 1 and "cannot be written" in died.stderr and "Traceback" not in died.stderr
    after = tree(tmp_path)
    assert {path: after.get(path) for path in before} == before
    assert not [path for path in after if path.endswith(".part")]


def test_a_source_that_breaks_off_leaves_the_earlier_export(tmp_path: Path) -> None:
    write(lab(), tmp_path)
    before = tree(tmp_path)

    def broken() -> Iterator[list[Image]]:
        yield [Image(id=1, name="first")]
        raise OSError("the line went dead")

    private = replace(catalogue(datasets=[Dataset(id=1)]), images=broken)
    with pytest.raises(OSError, match="went dead"):
        write_export(redact(private, Policy()), Before(tmp_path), label="", rules="", progress=Silent())
    assert tree(tmp_path) == before
    assert check(tmp_path) == []


def breaking_off(error: BaseException) -> Catalogue:
    """A source that ends in the middle of the images, when a page of them is written."""

    def pages() -> Iterator[list[Image]]:
        yield [Image(id=i, name="new") for i in (1, 101, 5000)]
        raise error

    return replace(catalogue(pictures=lambda ids: [Thumbnail(i, jpeg(7), 48, 32) for i in ids]), images=pages)


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), OSError("broken"), ExportError("broken"), MemoryError()]
)
def test_a_run_that_fails_takes_away_what_it_added_and_nothing_else(
    tmp_path: Path, error: BaseException
) -> None:
    write(lab(), tmp_path)
    (tmp_path / "thumbnails" / "mine.jpg").write_text("mine")
    (tmp_path / "thumbnails" / "0" / "999-01234567.jpg").write_text("left by a run that was killed")
    before = tree(tmp_path)
    with pytest.raises(type(error)):
        write(breaking_off(error), tmp_path)
    del before["thumbnails/0/999-01234567.jpg"]
    assert tree(tmp_path) == before
    assert not (tmp_path / "thumbnails" / "5").exists()


def test_two_exports_to_one_folder_are_one_and_a_sentence(tmp_path: Path) -> None:
    write(lab(), tmp_path / "export")
    refusals = []

    def pages() -> Iterator[list[Image]]:
        yield [Image(id=1, name="first")]
        with pytest.raises(ExportError) as caught:
            write(lab(), tmp_path / "export")
        refusals.append(str(caught.value))
        write(lab(), tmp_path / "another")
        yield [Image(id=2, name="second")]

    write(replace(catalogue(), images=pages), tmp_path / "export")
    (sentence,) = refusals
    assert str(tmp_path / "export") in sentence and "another run" in sentence and "\n" not in sentence
    assert check(tmp_path / "export") == [] and check(tmp_path / "another") == []
    assert set(tree(tmp_path / "export")) == named_by(tmp_path / "export"), "the lock goes with the run"


HOLDING = """
import sys
from pathlib import Path
from catalog_builder.files import locked

with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_another_process_keeps_the_folder_until_it_dies_and_no_longer(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(tmp_path)], env=environment(), cwd=ROOT, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout and process.stdout.readline() == b"held\n"
        with pytest.raises(ExportError, match="another run"):
            write(lab(), tmp_path)
        assert list(tree(tmp_path)) == [LOCK]
        process.kill()
    assert (tmp_path / LOCK).read_bytes() == b"", "what a killed run leaves holds nothing"
    write(lab(), tmp_path)
    assert check(tmp_path) == [] and not (tmp_path / LOCK).exists()


def test_a_lock_ends_with_an_error_and_is_no_link_to_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(KeyError), locked(tmp_path / "export"):
        raise KeyError
    with locked(tmp_path / "export"):
        pass
    (tmp_path / "export" / LOCK).symlink_to(tmp_path / "mine")
    with pytest.raises(CatalogError, match="cannot be written"), locked(tmp_path / "export"):
        pass
    assert not (tmp_path / "mine").exists()


def test_a_first_run_that_fails_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        write(breaking_off(KeyboardInterrupt()), tmp_path / "export")
    assert tree(tmp_path) == {}
    write(lab(), tmp_path / "export")


def test_a_run_that_fails_over_a_damaged_export_takes_nothing_away(tmp_path: Path) -> None:
    write(lab(), tmp_path)
    (shard,) = (tmp_path / "images").iterdir()
    shard.write_bytes(shard.read_bytes()[:-9])
    before = tree(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        write(breaking_off(KeyboardInterrupt()), tmp_path)
    after = tree(tmp_path)
    assert {path: after.get(path) for path in before} == before


def test_files_that_the_manifest_does_not_name_are_a_warning(tmp_path: Path) -> None:
    write(lab(), tmp_path)
    left = [
        "images/7-01234567.jsonl",
        "thumbnails/0/101-01234567.jpg",
        "thumbnails/0/.102-01234567.jpg.part",
        "previews/0/101-01234567.jpg",
    ]
    for path in left:
        (tmp_path / path).write_text("left")
    (found,) = check(tmp_path)
    assert not found.error and found.where in left and "4 in all" in found.what
    write(lab(), tmp_path)
    assert check(tmp_path) == [] and not set(left) & set(tree(tmp_path))


def test_files_are_readable_by_others_whatever_made_them(tmp_path: Path) -> None:
    """A site and its export are served by another user than the one who writes them."""
    umask = os.umask(0o022)
    try:
        write(lab(), tmp_path)
    finally:
        os.umask(umask)
    assert all(path.stat().st_mode & 0o044 == 0o044 for path in tmp_path.rglob("*"))
