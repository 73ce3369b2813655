"""The demo's study: complete, sound, and the same each time it is drawn."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from io import BytesIO
from itertools import chain

import msgspec
import pytest
from PIL import Image as Picture
from PIL import ImageStat

from catalog_builder.errors import SourceError
from catalog_builder.model.annotations import ANNOTATIONS
from catalog_builder.model.base import Carrier
from catalog_builder.model.catalogue import Catalogue
from catalog_builder.model.inheritance import Inheritance, Origin
from catalog_builder.model.kinds import NAMESPACE_CLIENT
from catalog_builder.model.records import Image
from catalog_builder.sources.base import Scope, Source
from catalog_builder.sources.demo.pictures import fitted
from catalog_builder.sources.demo.source import CONTAINERS, DemoSource, demo_study

#: One image of each kind of scene.
ONE_OF_EACH = (2001, 2075, 2106, 2135, 2147, 2175, 2199, 2205, 2211, 2217, 2220, 2221, 2228, 2261, 2295, 2301)


@pytest.fixture(scope="module")
def study() -> Catalogue:
    return DemoSource().read(Scope())


@pytest.fixture(scope="module")
def images() -> list[Image]:
    return _images(DemoSource().read(Scope()))


def _images(catalogue: Catalogue) -> list[Image]:
    return [image for page in catalogue.images() for image in page]


def test_it_is_a_source() -> None:
    source: Source = DemoSource()
    with source as opened:
        assert opened.read(Scope()).total_images == 498


def test_it_has_what_the_readme_promises(study: Catalogue, images: list[Image]) -> None:
    assert (len(study.projects), len(study.datasets), len(images)) == (3, 12, 498)
    assert sorted(len(dataset.projects) for dataset in study.datasets.values()) == [0, *[1] * 10, 2]
    assert sum(not image.datasets and not image.fields for image in images) == 6
    assert {each.namespace for each in study.key_values.values()} == {
        NAMESPACE_CLIENT,
        "rembi/biosample",
        "openmicroscopy.org/omero/bulk_annotations",
    }
    assert all(getattr(study, stream) for stream in ANNOTATIONS), "every kind of annotation"
    assert {group.permissions for group in study.groups.values()} == {"rwr---"}


def test_ids_ascend_and_every_link_resolves(study: Catalogue, images: list[Image]) -> None:
    ids = [image.id for image in images]
    assert ids == sorted(set(ids))
    streams = [getattr(study, stream) for stream in ANNOTATIONS]
    annotations = [*study.tag_sets, *(id_ for stream in streams for id_ in stream)]
    assert len(annotations) == len(set(annotations))
    linked: set[int] = set()
    containers = [getattr(study, kind).values() for kind in CONTAINERS]
    for holder in (*chain.from_iterable(containers), *images):
        assert holder.owner in study.people and holder.group in study.groups
        assert list(holder.annotations) == sorted(set(holder.annotations)), holder
        assert {told.annotation for told in holder.linked} <= set(holder.annotations), holder
        assert {told.by for told in holder.linked} <= set(study.people)
        linked.update(holder.annotations)
    assert linked == {id_ for stream in streams for id_ in stream}
    for tag in study.tags.values():
        assert set(tag.sets) <= set(study.tag_sets) and tag.owner in study.people
    for dataset in study.datasets.values():
        assert set(dataset.projects) <= set(study.projects)
    assert {d for image in images for d in image.datasets} == set(study.datasets)
    for image in images:
        for field in image.fields:
            assert field.run is None or study.runs[field.run].plate == study.wells[field.well].plate
    assert {well.plate for well in study.wells.values()} == set(study.plates)


def test_records_survive_json(study: Catalogue, images: list[Image]) -> None:
    """The types' own rules (colours, moments with a zone, sizes above nought) hold, and all text is UTF-8."""
    for kind in ("people", "groups", *CONTAINERS, "tag_sets", *ANNOTATIONS):
        for record in getattr(study, kind).values():
            assert msgspec.json.decode(msgspec.json.encode(record), type=type(record)) == record
    for image in images:
        assert msgspec.json.decode(msgspec.json.encode(image), type=Image) == image


def test_tags_show_what_happens_in_a_group(study: Catalogue) -> None:
    owners = defaultdict(set)
    for tag in study.tags.values():
        owners[tag.text].add(tag.owner)
    assert len(owners["mitosis"]) == 2
    assert {len(tag.sets) for tag in study.tags.values()} == {0, 1, 2}


def test_key_values_repeat_and_name_genes(study: Catalogue) -> None:
    pairs = [pair for each in study.key_values.values() for pair in each.pairs]
    assert {("Gene symbol", "CAN"), ("Gene symbol", "WAS")} <= set(pairs)
    assert any(value.startswith("https://") for _, value in pairs)
    assert any(
        count > 1
        for each in study.key_values.values()
        for count in Counter(k for k, _ in each.pairs).values()
    )
    # One key in two namespaces, to be one facet.
    assert len({each.namespace for each in study.key_values.values() if "Organ" in dict(each.pairs)}) == 2


def test_images_inherit_from_both_projects_of_a_shared_dataset(study: Catalogue, images: list[Image]) -> None:
    inheritance = Inheritance(study.projects, study.datasets)
    control = next(image for image in images if image.datasets == (205,))
    origins = {origin for held in inheritance.of_image(control).values() for origin in held}
    assert {Origin("dataset", 205), Origin("project", 101), Origin("project", 103)} <= origins


def test_one_file_holds_five_scenes(images: list[Image]) -> None:
    files = defaultdict(list)
    for image in images:
        files[image.fileset].append(image)
    (slide,) = [held for held in files.values() if len(held) > 1]
    assert [image.series for image in slide] == [0, 1, 2, 3, 4]
    assert [image.role for image in slide] == ["", "", "", "label", "macro"]
    assert [image.name for image in slide[3:]] == ["SL-0417.czi [label image]", "SL-0417.czi [macro image]"]
    assert all(image.series == 0 for held in files.values() if len(held) == 1 for image in held)


def test_plates_are_as_plates_happen(study: Catalogue, images: list[Image]) -> None:
    """Empty places, a well without images, wells of two fields, a plate of two runs and one without any."""
    wells = {plate: [w for w in study.wells.values() if w.plate == plate] for plate in study.plates}
    assert {plate: len(held) for plate, held in wells.items()} == {411: 93, 412: 48}
    fields = Counter(field.well for image in images for field in image.fields)
    assert [well.row for well in wells[411] if well.id not in fields] == [6]
    assert Counter(fields[well.id] for well in wells[411]) == {0: 1, 1: 82, 2: 10}
    runs = Counter(field.run for image in images for field in image.fields)
    assert runs == {None: 102, 421: 48, 422: 48} and {run.plate for run in study.runs.values()} == {412}
    ends = {well.column for well in study.wells.values() if ("Treatment", "DMSO") in _pairs(study, well)}
    assert ends == {0, 11}, "controls"


def _pairs(study: Catalogue, holder: Carrier) -> list[tuple[str, str]]:
    return [pair for id_ in holder.annotations if (held := study.key_values.get(id_)) for pair in held.pairs]


def test_channels_are_those_of_the_picture(images: list[Image]) -> None:
    scenes = demo_study().scenes
    for image in images:
        assert image.dimensions is not None and image.dimensions.c == len(image.channels)
        shown = getattr(scenes.get(image.id), "channels", None)
        if shown is not None:
            assert [colour for _, colour in shown] == [channel.colour for channel in image.channels], (
                image.name
            )


@pytest.mark.parametrize("size", [48, 256])
def test_pictures_are_whole_jpegs_of_the_promised_size(size: int, images: list[Image]) -> None:
    catalogue = DemoSource(thumbnail_size=size).read(Scope())
    shapes = {image.id: image.dimensions for image in images}
    drawn = list(catalogue.thumbnails(ONE_OF_EACH))
    assert [thumbnail.image for thumbnail in drawn] == list(ONE_OF_EACH)
    for thumbnail in drawn:
        picture = Picture.open(BytesIO(thumbnail.jpeg))
        picture.load()
        shape = shapes[thumbnail.image]
        assert shape is not None and picture.format == "JPEG" and picture.mode == "RGB"
        assert picture.size == (thumbnail.width, thumbnail.height) == fitted(shape.x, shape.y, size)
        assert max(picture.size) == size and not picture.getexif()
        assert ImageStat.Stat(picture.convert("L")).stddev[0] > 5, f"image:{thumbnail.image} shows nothing"


def test_every_scene_is_drawn_once_in_the_test_above() -> None:
    scenes = demo_study().scenes
    assert {type(scenes[number]) for number in ONE_OF_EACH} == {type(scene) for scene in scenes.values()}


def test_some_images_have_no_picture(images: list[Image]) -> None:
    scenes = demo_study().scenes
    missing = [image.id for image in images if image.id not in scenes]
    assert len(missing) == 4
    assert list(DemoSource().read(Scope()).thumbnails(missing)) == []


def test_more_damage_makes_more_light() -> None:
    """The pictures follow the annotations: foci are brighter at 10 µM than with the solvent."""

    def red_within(number: int) -> float:
        (thumbnail,) = DemoSource(thumbnail_size=128).read(Scope()).thumbnails([number])
        histogram = Picture.open(BytesIO(thumbnail.jpeg)).getchannel("R").histogram()
        return sum(histogram[200:])

    assert red_within(2029) > 4 * red_within(2001)


DIGEST = """
import hashlib, msgspec
from catalog_builder.sources.base import Scope
from catalog_builder.model.annotations import ANNOTATIONS
from catalog_builder.sources.demo.source import CONTAINERS, DemoSource
catalogue = DemoSource(thumbnail_size=64).read(Scope())
digest = hashlib.sha256()
for kind in ("people", "groups", *CONTAINERS, "tag_sets", *ANNOTATIONS):
    digest.update(msgspec.json.encode(list(getattr(catalogue, kind).values())))
for page in catalogue.images():
    digest.update(msgspec.json.encode(page))
for thumbnail in catalogue.thumbnails({ids}):
    digest.update(thumbnail.jpeg)
print(digest.hexdigest())
"""


def test_it_is_the_same_at_any_time_and_place() -> None:
    def run(hash_seed: str, zone: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": zone, "LC_ALL": "C"}
        script = DIGEST.replace("{ids}", str(ONE_OF_EACH))
        return subprocess.run(
            [sys.executable, "-c", script], env=environment, check=True, capture_output=True, text=True
        ).stdout

    first = run("1", "Pacific/Auckland")
    assert len(first.strip()) == 2 * hashlib.sha256().digest_size
    assert first == run("2", "America/Bogota")


def _names(catalogue: Catalogue) -> Iterator[str]:
    yield from (f"project:{number}" for number in catalogue.projects)
    yield from (f"dataset:{number}" for number in catalogue.datasets)


def test_a_scope_narrows_it() -> None:
    narrowed = DemoSource().read(Scope(projects=(103,)))
    assert set(_names(narrowed)) == {"project:103", "dataset:205", "dataset:210", "dataset:211"}
    assert narrowed.datasets[205].projects == (103,)
    assert narrowed.total_images == len(_images(narrowed)) == 72
    assert "DSS" not in {tag.text for tag in narrowed.tags.values()}
    alone = DemoSource().read(Scope(datasets=(212,)))
    assert set(_names(alone)) == {"dataset:212"} and alone.total_images == 10
    core = DemoSource().read(Scope(groups=("Tissue Imaging Core",)))
    assert set(core.projects) == {102} and core.total_images == 78 and not core.plates
    plate = DemoSource().read(Scope(plates=(412,)))
    assert (set(plate.plates), set(plate.screens), len(plate.wells), len(plate.runs)) == ({412}, set(), 48, 2)
    assert plate.plates[412].screens == () and plate.total_images == 96 and not plate.datasets
    screen = DemoSource().read(Scope(screens=(401,)))
    assert set(screen.plates) == {411, 412} and screen.total_images == 198


def test_a_scope_with_unknown_names_says_all_of_them() -> None:
    with pytest.raises(
        SourceError,
        match=r'group "Nobody", no project:7, no dataset:8, no screen:9, no plate:10; name one of its groups',
    ):
        DemoSource().read(Scope(groups=("Nobody",), projects=(7,), datasets=(8,), screens=(9,), plates=(10,)))
