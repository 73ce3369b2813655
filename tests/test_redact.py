"""The border: what may go out and what may not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from catalog_builder.exchange.schema import STREAMS
from catalog_builder.model.acquisition import Channel, PixelSize
from catalog_builder.model.annotations import KeyValues, Tag, TagSet
from catalog_builder.model.base import Record
from catalog_builder.model.catalogue import Catalogue, PublishedCatalogue, Thumbnail
from catalog_builder.model.records import Dataset, Group, Image, Person, Picture, Project
from catalog_builder.publish.policy import FIELDS, Policy
from catalog_builder.publish.redact import redact
from tests.catalogues import QUIET, catalogue, jpeg, lab

PRIVATE = {
    "groups": [Group(id=5, name="open", permissions="rwr---"), Group(id=6, name="secret", permissions="rw----")],
    "people": [Person(id=1, name="Ada Example"), Person(id=2, name="Ben Beispiel")],
    "projects": [
        Project(id=1, name="o", owner=1, group=5, annotations=(30, 31)),
        Project(id=2, name="s", owner=2, group=6),
    ],
    "datasets": [Dataset(id=11, owner=1, group=5, projects=(1, 2)), Dataset(id=12, owner=2, group=6, projects=(2,))],
    "tag_sets": [TagSet(id=20, name="o", owner=1, group=5), TagSet(id=21, name="s", owner=2, group=6)],
    "tags": [Tag(id=30, text="o", owner=1, group=5, sets=(20, 21)), Tag(id=31, text="s", owner=2, group=6, sets=(20,))],
    "key_values": [
        KeyValues(id=40, pairs=(("k", "o"),), owner=1, group=5),
        KeyValues(id=41, pairs=(("k", "s"),), owner=2, group=6),
    ],
    "images": [
        Image(id=101, owner=1, group=5, datasets=(11, 12), annotations=(30, 31, 40, 41)),
        Image(id=102, owner=2, group=6, datasets=(12,)),
    ],
}  # fmt: skip


def private(**changes: Any) -> Catalogue:
    records: dict[str, Any] = {**PRIVATE, **changes}
    images = records.pop("images")
    return catalogue(images, **records)


def all_images(published: PublishedCatalogue) -> dict[int, Image]:
    return {image.id: image for page in published.images() for image in page}


def test_of_a_private_group_nothing_goes_out_and_no_link_to_it_stays() -> None:
    published = redact(private(), Policy(rules=QUIET))
    images = all_images(published)
    assert set(published.groups) == {5}
    assert set(published.projects) == {1} and set(published.datasets) == {11}
    assert (
        set(published.tag_sets) == {20} and set(published.tags) == {30} and set(published.key_values) == {40}
    )
    assert set(images) == {101}
    assert published.projects[1].annotations == (30,)
    assert published.datasets[11].projects == (1,)
    assert published.tags[30].sets == (20,)
    assert images[101].datasets == (11,) and images[101].annotations == (30, 40)
    assert published.people == {1: Person(id=1, name="Ada Example")}, "Ben has nothing published"


@pytest.mark.parametrize(
    ("permissions", "goes_out"),
    [
        ("rwr---", True),
        ("rwra--", True),
        ("rwrw--", True),
        ("rwrwr-", True),
        ("r-r---", True),
        ("rw----", False),
        ("r-----", False),
        ("rwa---", False),
        ("rw-r--", False),
        ("rw--r-", False),
        ("rwR---", False),
        (" rw----", False),
        ("rw---- ", False),
        ("RW----", False),
        ("rw", False),
        ("", False),
        ("user: rw", False),
        ("private", False),
    ],
)
def test_a_group_is_private_unless_its_permissions_say_that_members_read(
    permissions: str, goes_out: bool
) -> None:
    groups = [
        Group(id=5, name="open", permissions="rwr---"),
        Group(id=6, name="odd", permissions=permissions),
    ]
    published = redact(private(groups=groups), Policy(rules=QUIET))
    assert (102 in all_images(published)) is goes_out
    assert (6 in published.groups) is goes_out and (2 in published.projects) is goes_out


@pytest.mark.parametrize("names", [["open"], ["Secret"], ["secret "], ["secre"], []])
def test_a_private_group_stays_in_unless_its_very_name_is_given(names: list[str]) -> None:
    assert set(redact(private(), Policy(rules=QUIET, named_groups=frozenset(names))).groups) == {5}


def test_a_private_group_that_is_named_goes_out_with_everything_of_it() -> None:
    published = redact(private(), Policy(rules=QUIET, named_groups=frozenset({"secret"})))
    assert set(all_images(published)) == {101, 102}
    assert set(published.groups) == {5, 6} and set(published.datasets) == {11, 12}
    assert set(published.people) == {1, 2} and set(published.tag_sets) == {20, 21}
    assert set(published.tags) == {30, 31} and set(published.key_values) == {40, 41}


@pytest.mark.parametrize(
    "namespace",
    [
        "openmicroscopy.org/omero/import",
        "openmicroscopy.org/omero/import/",
        "openmicroscopy.org/omero/import/companionFile",
        "openmicroscopy.org/omero/import/logFile/deeper",
    ],
)
def test_key_values_of_the_import_never_go_out(namespace: str) -> None:
    records = [KeyValues(id=40, namespace=namespace, pairs=(("path", "/home/ada"),))]
    images = [Image(id=101, annotations=(40,))]
    for policy in (Policy(rules=QUIET), Policy(rules=QUIET, named_groups=frozenset({"secret", namespace}))):
        published = redact(private(key_values=records, images=images), policy)
        assert published.key_values == {} and all_images(published)[101].annotations == ()


@pytest.mark.parametrize(
    "namespace", ["", "openmicroscopy.org/omero/importance", "openmicroscopy.org/omero/client/mapAnnotation"]
)
def test_other_namespaces_go_out(namespace: str) -> None:
    published = redact(private(key_values=[KeyValues(id=40, namespace=namespace)]), Policy(rules=QUIET))
    assert all_images(published)[101].annotations == (30, 40) and set(published.key_values) == {40}


def test_people_get_out_only_with_something_of_theirs_and_images_name_theirs_as_they_pass() -> None:
    published = redact(lab(), Policy(rules=QUIET))
    assert 9 not in published.people
    images = [Image(id=101, owner=9)]
    late = redact(catalogue(images, people=[Person(id=9, name="Late")]), Policy(rules=QUIET))
    assert late.people == {}
    list(late.images())
    assert late.people == {9: Person(id=9, name="Late")}


LONELY = {
    "groups": [*PRIVATE["groups"], Group(id=7, name="unused", permissions="rwr---")],
    "people": [*PRIVATE["people"], Person(id=3, name="Cleo Carrier")],
    "tag_sets": [TagSet(id=20, owner=3, group=7), TagSet(id=22), TagSet(id=23, owner=1)],
    "tags": [
        Tag(id=30, text="goes out", owner=1, group=5, sets=(23,)),
        Tag(id=31, text="on what is withheld", owner=3, group=7, sets=(20,)),
        Tag(id=32, text="the same, of no group", owner=3, sets=(22,)),
        Tag(id=33, text="on nothing", owner=3, group=7, sets=(23,)),
    ],
    "key_values": [KeyValues(id=41, owner=3, group=7), KeyValues(id=42), KeyValues(id=43, owner=1, group=5)],
    "projects": [Project(id=1, owner=1, group=5), Project(id=2, group=6, annotations=(31, 41))],
    "datasets": [Dataset(id=11, group=5, annotations=(43,)), Dataset(id=12, group=6, annotations=(32,))],
    "images": [
        Image(id=101, owner=1, group=5, annotations=(30,)),
        Image(id=102, group=6, annotations=(31, 32, 41, 42)),
        Image(id=103, group=99, annotations=(31, 32, 41, 42)),
    ],
}  # fmt: skip


def test_an_annotation_goes_out_only_with_something_published_that_carries_it() -> None:
    published = redact(private(**LONELY), Policy(rules=QUIET))
    assert published.tags == {} and published.tag_sets == {}, "no container carries a tag"
    assert set(published.key_values) == {43}, "a dataset's, before the images"
    assert set(all_images(published)) == {101}
    assert set(published.tags) == {30} and set(published.key_values) == {43}
    assert set(published.tag_sets) == {23}, "a tag set goes out with a tag of its own"
    assert set(published.groups) == {5} and set(published.people) == {1}


def test_an_annotation_brings_its_group_its_owner_and_its_sets_with_theirs() -> None:
    images = [Image(id=101, annotations=(31,))]
    published = redact(private(**{**LONELY, "images": images}), Policy(rules=QUIET))
    list(published.images())
    assert published.tags[31] == Tag(id=31, text="on what is withheld", owner=3, group=7, sets=(20,))
    assert published.tag_sets[20] == TagSet(id=20, owner=3, group=7)
    assert published.people[3].name == "Cleo Carrier" and set(published.groups) == {5, 7}


def test_an_owner_whom_the_source_does_not_know_is_not_named() -> None:
    published = redact(
        catalogue([Image(id=101, owner=77)], projects=[Project(id=1, owner=77)]), Policy(rules=QUIET)
    )
    assert published.projects[1].owner is None and all_images(published)[101].owner is None


def test_links_to_what_is_not_there_are_dropped_and_links_are_in_order_and_once() -> None:
    images = [Image(id=101, annotations=(31, 999, 30, 30), datasets=(12, 11, 998))]
    tags = [Tag(id=30, sets=(997,)), Tag(id=31)]
    published = redact(
        catalogue(images, tags=tags, datasets=[Dataset(id=11, projects=(996,)), Dataset(id=12)]),
        Policy(rules=QUIET),
    )
    image = all_images(published)[101]
    assert image.annotations == (30, 31) and image.datasets == (11, 12)
    assert published.tags[30].sets == () and published.datasets[11].projects == ()


def test_a_source_without_groups_passes() -> None:
    assert set(all_images(redact(catalogue([Image(id=1)]), Policy(rules=QUIET)))) == {1}


def test_pictures_lose_their_metadata_and_what_cannot_be_cleaned_stays_in() -> None:
    secret = b"\xff\xe1\x00\x12Exif\0\0ada@host.x"
    pictures = {1: jpeg(1)[:2] + secret + jpeg(1)[2:], 2: jpeg(2)[:40], 3: b"not a picture"}

    def fetch(images: Sequence[int]) -> Iterable[Thumbnail]:
        return [Thumbnail(image, pictures[image], 48, 32) for image in images]

    private = replace(catalogue([Image(id=i) for i in pictures], pictures=fetch), previews=fetch)
    published = redact(private, Policy(rules=QUIET))
    for fetched in (published.thumbnails([1, 2, 3]), published.previews([1, 2, 3])):
        assert [(one.image, one.jpeg) for one in fetched] == [(1, jpeg(1))]


def test_a_picture_that_nobody_asked_for_stays_in() -> None:
    """A fetcher asked for published images that answers with another's picture as well."""

    def fetch(_images: Sequence[int]) -> Iterable[Thumbnail]:
        return [Thumbnail(101, jpeg(1), 48, 32), Thumbnail(102, jpeg(2), 48, 32)]

    published = redact(replace(private(pictures=fetch), previews=fetch), Policy(rules=QUIET))
    assert [one.image for one in published.thumbnails([101])] == [101]
    assert [one.image for one in published.previews([101])] == [101]


@pytest.mark.parametrize("field", ["thumbnail", "preview"])
def test_a_picture_record_that_the_source_made_up_does_not_pass(field: str) -> None:
    picture = Picture(path="../../etc/passwd", sha256="0" * 64, width=1, height=1)
    forged = msgspec.structs.replace(Image(id=101), **{field: picture})
    assert all_images(redact(catalogue([forged]), Policy(rules=QUIET)))[101].pictures == {}


# Fields.


def struct_types(described: Any) -> set[type[Record]]:
    """The record types in a described type, parts of parts included."""
    if isinstance(described, msgspec.inspect.StructType):
        inner = set().union(*(struct_types(field.type) for field in described.fields))
        return {described.cls, *inner} if issubclass(described.cls, Record) else inner
    parts = [getattr(described, name, None) for name in ("item_type", "type", "key_type", "value_type")]
    parts += [*getattr(described, "types", ()), *(getattr(described, "item_types", None) or ())]
    return set().union(*(struct_types(part) for part in parts if isinstance(part, msgspec.inspect.Type)))


def test_every_field_of_every_record_was_decided_upon() -> None:
    types = set().union(*(struct_types(msgspec.inspect.type_info(one)) for one in STREAMS.values()))
    assert Picture in types and len(types) > len(STREAMS)
    undecided = {
        f"{one.__name__}.{name}"
        for one in types - {Picture}
        for name in one.__struct_fields__
        if name not in FIELDS.get(one, ())
    }
    assert undecided == {"Image.thumbnail", "Image.preview"}, (
        "a new field stays in: if anybody may read it, add it to FIELDS in catalog_builder/publish/policy.py"
    )
    assert set(FIELDS) == types - {Picture}


def test_a_field_that_is_not_listed_stays_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if each had been added a minute ago: in records, in parts of records, in lists of parts."""
    before = redact(lab(), Policy(rules=QUIET))
    assert (full := all_images(before)[101]).dimensions and full.pixel_size and full.pixel_size.x
    for one, hidden in ((Image, "description"), (Tag, "description"), (Channel, "name"), (PixelSize, "z")):
        monkeypatch.setitem(FIELDS, one, tuple(name for name in FIELDS[one] if name != hidden))
    published = redact(lab(), Policy(rules=QUIET))
    image = all_images(published)[101]
    monkeypatch.undo()
    monkeypatch.setitem(FIELDS, Channel, ("colour",))
    assert all_images(redact(lab(), Policy(rules=QUIET)))[101].channels[0] == Channel(colour="#0000ff"), (
        "in a part alone"
    )
    assert image == msgspec.structs.replace(
        full,
        description="",
        channels=tuple(msgspec.structs.replace(one, name="") for one in full.channels),
        pixel_size=msgspec.structs.replace(full.pixel_size, z=None),
    )
    assert published.tags[31].description == "" and lab().tags[31].description
