"""Second exports over an export that is damaged, of a lab from which things go meanwhile, of several shards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("omero", reason="omero-py and Ice are not installed")

from catalog_builder.errors import SourceError
from catalog_builder.exchange.before import JOURNAL, Before
from catalog_builder.exchange.changes import Changes
from catalog_builder.exchange.read import Export
from catalog_builder.exchange.schema import MANIFEST, PICTURES
from catalog_builder.progress import Silent
from tests.catalogues import stamps, tree
from tests.nightly import MARKS, UNSEEN, Night, Nightly, acting, image, served, small_lab_exported
from tests.omero_server.lab import big_lab
from tests.omero_server.labs import things

pytestmark = pytest.mark.omero


@pytest.fixture
def nightly(tmp_path: Path) -> Iterator[Nightly]:
    with small_lab_exported(tmp_path / "export") as exported:
        yield exported


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
    renamed = image(nightly.lab)
    nightly.lab.edit(renamed, name="renamed.dv")
    nightly.server.queries = Meanwhile(words, lambda: nightly.lab.delete(renamed))
    progress = Silent()
    night = nightly.export(progress=progress)
    assert night.changes["images"] == Changes(removed=1)
    assert progress.gaps == 1 and "1 of 44 images went away" in progress.notes[0]
    assert nightly.export().changes == {}
    assert nightly.equals_an_export_from_nothing()


# -- a run that failed ---------------------------------------------------------------------------------------


def test_pictures_that_a_failed_run_had_fetched_are_not_fetched_again(tmp_path: Path) -> None:
    """The connection is lost for good with some pictures fetched and others not."""
    with served(big_lab(400, datasets=2, pairs=1), tmp_path / "export") as nightly:
        nightly.server.faults.plan()
        everything = nightly.export(to=tmp_path / "undisturbed", calls=1).drawn
        calls = nightly.server.faults.calls
        nightly.server.faults.plan(drop=range(calls - 8, calls + 100))
        with pytest.raises(SourceError, match="lost"):
            nightly.export(calls=1, backoff=(0, 0))
        left = (nightly.folder / JOURNAL).read_bytes().splitlines()
        assert 0 < len(left) < len(everything) and not (nightly.folder / MANIFEST).exists()
        nightly.server.faults.plan()
        night = nightly.export()
        assert len(night.drawn) == len(everything) - len(left)
        assert tree(nightly.folder) == tree(tmp_path / "undisturbed")


# -- a lab of several shards ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hundred(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nightly]:
    """A hundred datasets with a key-value each and 5,000 images, exported once, without pictures."""
    lab = big_lab(5_000, datasets=100, pairs=2)
    for dataset in lab.rows("Dataset"):
        with acting(lab, dataset):
            things.add_pairs(lab, [("Compound", f"of {dataset['name']}")], [dataset])
    with served(lab, tmp_path_factory.mktemp("hundred") / "export") as exported:
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
