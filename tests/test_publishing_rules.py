"""The publishing rules, each by what goes out under it and what does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
import pytest

from catalog_builder.model.acquisition import Channel, Dimensions
from catalog_builder.model.annotations import Comment, KeyValues, Tag, TagSet
from catalog_builder.model.base import Linked
from catalog_builder.model.catalogue import Catalogue, PublishedCatalogue
from catalog_builder.model.plates import Field, Plate, Run, Screen, Well
from catalog_builder.model.records import Dataset, Group, Image, Person, Project
from catalog_builder.publish.policy import Policy
from catalog_builder.publish.redact import Border, initials
from catalog_builder.publish.unmet import unmet_rules
from catalog_builder.settings.rules import Mask, Names, Rules, Tagged, Things, Where
from tests.catalogues import QUIET, catalogue


def private(**changes: Any) -> Catalogue:
    """Two projects, three datasets (11 in both, 13 in none), a plate of two wells, an image in each and an orphan."""
    records: dict[str, Any] = {
        "people": [Person(id=1, name="Ada Example"), Person(id=2, name="Jean-Paul Beispiel")],
        "groups": [Group(id=5, name="Lab", permissions="rwr---")],
        "projects": [Project(id=1, name="Mitosis", owner=1, group=5), Project(id=2, name="Secret", owner=1, group=5)],
        "datasets": [
            Dataset(id=11, name="shared", owner=1, group=5, projects=(1, 2)),
            Dataset(id=12, name="second", owner=1, group=5, projects=(2,)),
            Dataset(id=13, name="alone", owner=1, group=5),
        ],
        "screens": [Screen(id=51, name="Screen", owner=1, group=5)],
        "plates": [Plate(id=61, name="Plate", owner=1, group=5, screens=(51,))],
        "runs": [Run(id=71, name="Run", owner=1, group=5, plate=61)],
        "wells": [
            Well(id=81, owner=1, group=5, plate=61, row=0, column=0),
            Well(id=82, owner=1, group=5, plate=61, row=0, column=1),
        ],
        "images": [
            Image(id=101, name="a", owner=1, group=5, datasets=(11,)),
            Image(id=102, name="b", owner=1, group=5, datasets=(12,)),
            Image(id=103, name="c", owner=1, group=5, datasets=(13,)),
            Image(id=104, name="d", owner=1, group=5, fields=(Field(well=81, run=71),)),
            Image(id=105, name="e", owner=1, group=5, fields=(Field(well=82),)),
            Image(id=106, name="orphan", owner=1, group=5),
        ],
    } | changes  # fmt: skip
    return catalogue(records.pop("images"), **records)


class Out:
    """What went out: ids by kind, and everything by id."""

    def __init__(self, catalogue: Catalogue, rules: Rules, **policy: Any) -> None:
        self.rules = rules
        self.border = Border(catalogue, Policy(rules=rules, **policy))
        self.all: PublishedCatalogue = self.border.published()
        self.images = {image.id: image for page in self.all.images() for image in page}

    def __getattr__(self, kind: str) -> set[int]:
        return set(getattr(self.all, kind))

    def warnings(self) -> list[str]:
        return list(unmet_rules(self.border, self.rules, taken_over=False))


def rules(**changes: Any) -> Rules:
    return msgspec.structs.replace(QUIET, **changes)


def tagged(kind: str, id_: int, tag: int = 30, text: str = "public") -> Catalogue:
    """The same catalogue with a tag on one object."""
    plain = private()
    things = (
        dict(getattr(plain, kind)) if kind != "images" else {i.id: i for page in plain.images() for i in page}
    )
    things[id_] = msgspec.structs.replace(things[id_], annotations=(tag,))
    return private(**{kind: list(things.values()), "tags": [Tag(id=tag, text=text, owner=1, group=5)]})


# What goes out by name.


def test_without_a_rule_everything_that_is_no_ones_secret_goes_out() -> None:
    out = Out(private(), rules())
    assert {*out.images} == {101, 102, 103, 104, 105, 106} and out.datasets == {11, 12, 13}
    assert out.plates == {61} and out.wells == {81, 82} and out.runs == {71} and out.warnings() == []


@pytest.mark.parametrize("name", ["Secret", "secret", "SEC*", "s?cret", 2])
def test_what_is_in_a_denied_project_stays_in_wherever_else_it_lies(name: str | int) -> None:
    out = Out(private(), rules(projects=Things(deny=(name,))))
    assert out.projects == {1} and out.datasets == {13} and {*out.images} == {103, 104, 105, 106}


@pytest.mark.parametrize("name", ["Mitosis", 1])
def test_where_some_projects_are_allowed_what_lies_in_none_of_them_stays_in(name: str | int) -> None:
    out = Out(private(), rules(projects=Things(allow=(name,))))
    assert out.projects == {1} and out.datasets == {11} and {*out.images} == {101, 104, 105}
    assert out.all.datasets[11].projects == (1,)


def test_datasets_screens_plates_and_images_have_rules_of_their_own() -> None:
    assert {*Out(private(), rules(datasets=Things(deny=("alone",)))).images} == {101, 102, 104, 105, 106}
    assert {*Out(private(), rules(datasets=Things(allow=(11,)))).images} == {101, 104, 105}
    for denied in ({"screens": Things(deny=("Screen",))}, {"plates": Things(deny=(61,))}):
        out = Out(private(), rules(**denied))
        assert {*out.images} == {101, 102, 103, 106} and not out.plates and not out.wells and not out.runs
    assert {*Out(private(), rules(images=Things(deny=("?",)))).images} == {106}


def test_a_group_that_is_denied_or_not_allowed_keeps_everything_in() -> None:
    for groups in (Names(deny=("lab",)), Names(allow=("Other",))):
        out = Out(private(), rules(groups=groups))
        assert not out.images and not out.projects and not out.groups and not out.people


@pytest.mark.parametrize("role", ["label", "macro"])
def test_labels_and_whole_slides_are_off(role: Any) -> None:
    images = [Image(id=1, role=role), Image(id=2)]
    assert {*Out(private(images=images), Rules()).images} == {2}
    assert {
        *Out(private(images=images), msgspec.structs.replace(Rules(), **{f"{role}_images": True})).images
    } == {1, 2}


# What goes out by tags and days.


@pytest.mark.parametrize(
    ("kind", "id_", "images", "datasets"),
    [
        ("projects", 1, {101}, {11}), ("projects", 2, {101, 102}, {11, 12}), ("datasets", 13, {103}, {13}),
        ("images", 102, {102}, set()), ("screens", 51, {104, 105}, set()), ("plates", 61, {104, 105}, set()),
        ("wells", 82, {105}, set()), ("runs", 71, {104}, set()),
    ],
)  # fmt: skip
def test_only_what_has_the_tag_or_lies_in_what_has_it(
    kind: str, id_: int, images: set[int], datasets: set[int]
) -> None:
    out = Out(tagged(kind, id_), rules(tagged=Tagged(only=("Public",), never=())))
    assert {*out.images} == images and out.datasets == datasets
    assert all(set(image.datasets) <= out.datasets for image in out.images.values())
    assert out.projects == ({id_} if kind == "projects" else set())


@pytest.mark.parametrize(
    ("kind", "id_", "images"),
    [
        ("projects", 2, {103, 104, 105, 106}), ("datasets", 11, {102, 103, 104, 105, 106}),
        ("images", 106, {101, 102, 103, 104, 105}), ("screens", 51, {101, 102, 103, 106}),
        ("wells", 81, {101, 102, 103, 105, 106}), ("runs", 71, {101, 102, 103, 105, 106}),
    ],
)  # fmt: skip
def test_never_what_has_the_tag_nor_anything_in_it(kind: str, id_: int, images: set[int]) -> None:
    out = Out(tagged(kind, id_, text="Embargoed until May"), Rules())
    assert {*out.images} == images and 30 not in out.tags


def test_a_tag_that_says_never_counts_though_itself_it_stays_in() -> None:
    kept_in = rules(tags=Names(deny=("embargo*",)), tagged=Tagged(never=("embargo*",)))
    assert 106 not in Out(tagged("images", 106, text="embargo"), kept_in).images


@pytest.mark.parametrize(
    ("value", "is_out"),
    [
        ("2026-11-26", True), ("2026-11-27", True), ("2026-11-28", False), (" 2026-11-27 ", True),
        ("2026-11-27T23:30:00Z", True), ("2026-11-27T23:30:00-05:00", False), ("2026-11-28T00:30:00+02:00", True),
        ("soon", False), ("", False), ("27.11.2026", False), ("2026-02-30", False), ("9999-12-31", False),
    ],
)  # fmt: skip
def test_an_embargo_ends_on_its_day_and_one_without_a_day_never(value: str, is_out: bool) -> None:
    """On the dataset; the key itself is not even published."""
    held = [KeyValues(id=40, owner=1, group=5, pairs=(("Embargo until", value), ("Dose", "1")))]
    datasets = [Dataset(id=11, owner=1, group=5, annotations=(40,))]
    under = rules(tagged=Tagged(never=(), until=("embargo*",)), keys=Names(deny=("embargo*",)))
    today = date(2026, 11, 27)
    out = Out(private(datasets=datasets, key_values=held), under, today=today)
    assert (101 in out.images) is is_out and (11 in out.datasets) is is_out
    if is_out:
        assert out.all.key_values[40].pairs == (("Dose", "1"),)


def test_an_embargo_needs_every_record_read_anew() -> None:
    assert Policy(rules=rules(tagged=Tagged(until=("x",)))).needs_all and not Policy().needs_all
    raw = msgspec.structs.replace(KeyValues(id=40), pairs=msgspec.Raw(b"[]"))  # as taken over from an export
    with pytest.raises(TypeError):
        Out(private(key_values=[raw]), rules(tagged=Tagged(until=("x",))))


def treated() -> Catalogue:
    """Dataset 11 got compound A; images 101 and 104 are of HeLa cells, 102 of U2OS, and 101 is tagged as good."""
    images = [
        Image(id=101, owner=1, group=5, datasets=(11,), annotations=(30, 41)),
        Image(id=102, owner=1, group=5, datasets=(11,), annotations=(42,)),
        Image(id=104, owner=1, group=5, annotations=(41,)),
    ]
    return private(
        datasets=[Dataset(id=11, owner=1, group=5, annotations=(40,))],
        images=images,
        tags=[Tag(id=30, text="good", owner=1, group=5)],
        key_values=[
            KeyValues(id=40, owner=1, group=5, pairs=(("Compound", "A"), ("Compound", "B"))),
            KeyValues(id=41, owner=1, group=5, pairs=(("Cell line", "HeLa"),)),
            KeyValues(id=42, owner=1, group=5, pairs=(("cell  LINE", "U2OS"),)),
        ],
    )


@pytest.mark.parametrize(
    ("where", "images"),
    [
        ([Where(keys={"Compound": ("a",)})], {101, 102}),
        ([Where(keys={"Cell line": ("hela", "u2*")})], {101, 102, 104}),
        ([Where(keys={"Cell line": ("HeLa",), "Compound": ("A",)})], {101}),
        ([Where(keys={"Cell line": ("U2OS",)}), Where(keys={"Compound": ("B",)})], {102}),
        ([Where(tags=("good",))], {101}),
        ([Where(tags=("good",)), Where(keys={"Cell line": ("U2OS",)})], set()),
        ([Where(keys={"Compound": ("C",)})], set()),
        ([], {101, 102, 104}),
    ],
)
def test_only_what_meets_every_condition_itself_or_by_what_it_lies_in(
    where: list[Where], images: set[int]
) -> None:
    out = Out(treated(), rules(where=tuple(where)))
    assert {*out.images} == images
    assert bool(out.warnings()) is (where == [Where(keys={"Compound": ("C",)})])


# What goes out with an object.


NOTES: dict[str, Any] = {
    "tag_sets": [TagSet(id=20, name="Cell", owner=1, group=5), TagSet(id=21, name="Internal", owner=1, group=5)],
    "tags": [
        Tag(id=30, text="HeLa", owner=1, group=5, sets=(20,)),
        Tag(id=31, text="todo", owner=1, group=5, sets=(20, 21)),
        Tag(id=32, text="free", owner=1, group=5),
    ],
    "key_values": [
        KeyValues(id=40, owner=1, group=5, pairs=(("Dose", "1"), ("Patient ID", "7"), ("Dose", "2"))),
        KeyValues(id=41, owner=2, group=5, pairs=(("Colleague", "x"),)),
        KeyValues(id=42, owner=1, group=5, namespace="lab.example.org/x", pairs=(("Elsewhere", "y"),)),
    ],
    "comments": [Comment(id=50, owner=2, group=5, text="hm")],
    "images": [Image(id=101, owner=1, group=5, annotations=(30, 31, 32, 40, 41, 42, 50))],
}  # fmt: skip


def test_the_starter_lets_out_what_a_careful_person_would() -> None:
    out = Out(private(**NOTES), Rules())
    assert out.images[101].annotations == (30, 31, 32, 40)
    assert out.all.key_values[40].pairs == (("Dose", "1"), ("Dose", "2"))
    assert out.all.people == {1: Person(id=1, name="A. E.")} and not out.comments


@pytest.mark.parametrize(
    ("changes", "tags"),
    [
        ({"tags": Names(deny=("t*",))}, (30, 32)),
        ({"tags": Names(allow=("HELA",))}, (30,)),
        ({"tag_sets": Names(deny=("internal",))}, (30, 32)),
        ({"tag_sets": Names(allow=("cell",))}, (30, 31)),
        ({"tag_sets": Names(allow=("internal",))}, (31,)),
    ],
)
def test_tags_go_out_by_their_names_and_those_of_their_sets(
    changes: dict[str, Names], tags: tuple[int, ...]
) -> None:
    out = Out(private(**NOTES), rules(**changes))
    assert tuple(i for i in out.images[101].annotations if i < 40) == tags
    named = {i for i in tags for i in out.all.tags[i].sets}
    assert out.tag_sets == named


def test_namespaces_hold_for_every_kind_of_annotation() -> None:
    out = Out(private(**NOTES), rules(namespaces=Names(allow=("lab.*",))))
    assert out.images[101].annotations == (30, 31, 32, 42)
    out = Out(private(**NOTES), rules(namespaces=Names(deny=("",)), comments=True))
    assert out.images[101].annotations == (30, 31, 32, 42), "a comment without a namespace, too"


def test_what_belongs_to_somebody_else_goes_out_only_where_a_rule_says_so() -> None:
    out = Out(private(**NOTES), rules(by_others=("tags",), comments=True))
    assert out.images[101].annotations == (30, 31, 32, 40, 42)
    out = Out(private(**NOTES), rules(by_others=("key_values",), comments=True))
    assert out.images[101].annotations == (30, 31, 32, 40, 41, 42)


def test_one_annotation_on_things_of_two_people_goes_out_on_its_owners_alone() -> None:
    images = [Image(id=i, owner=1 + i % 2, group=5, annotations=(41,)) for i in range(101, 107)]
    out = Out(private(**NOTES | {"images": images}), rules(by_others=()))
    assert {i for i, image in out.images.items() if image.annotations} == {101, 103, 105}


@pytest.mark.parametrize(
    "key",
    ["Patient ID", "PATIENT id", "  patient\u00a0id ", "\uff30atient ID", "pat\u200bient ID", "my patients"],
)
def test_a_key_that_only_looks_different_is_denied_all_the_same(key: str) -> None:
    held = [KeyValues(id=40, owner=1, pairs=((key, "7"), ("Dose", "1")))]
    out = Out(private(images=[Image(id=1, owner=1, annotations=(40,))], key_values=held), Rules())
    assert out.all.key_values[40].pairs == (("Dose", "1"),)


def test_masks_take_pieces_out_of_values_and_texts() -> None:
    held = [
        KeyValues(
            id=40,
            owner=1,
            pairs=(("Contact", "Ask ada@lab.example.org, or bob@x.org"), ("Source", r"C:\Users\ada\x.tif 3")),
        )
    ]
    image = Image(
        id=1,
        name="/home/ada/data/x.tif",
        description=r"See \\nas\share\run and ada@lab.example.org",
        owner=1,
        annotations=(40, 30),
    )
    tag = Tag(id=30, text="by ada@lab.example.org", owner=1)
    out = Out(private(images=[image], key_values=held, tags=[tag]), Rules())
    assert out.all.key_values[40].pairs == (("Contact", "Ask [e-mail], or [e-mail]"), ("Source", "[path] 3"))
    assert out.images[1].name == "[path]" and out.images[1].description == "See [path] and [e-mail]"
    assert out.all.tags[30].text == "by [e-mail]"


def test_a_mask_keeps_to_its_keys_and_away_from_texts() -> None:
    mask = Mask(pattern=r"\d{4}", keys=("Code*",), texts=False, by=r"\1")
    held = [KeyValues(id=40, owner=1, pairs=(("Code", "x1234y"), ("Year", "1984")))]
    images = [Image(id=1, name="1234", owner=1, annotations=(40,))]
    out = Out(private(images=images, key_values=held), rules(mask=(mask,)))
    assert out.all.key_values[40].pairs == (("Code", r"x\1y"), ("Year", "1984")), (
        "and what it puts is no template"
    )
    assert out.images[1].name == "1234"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Ada Example", "A. E."), ("Jean-Paul Beispiel", "J.-P. B."), ("ada", "A."), ("", ""), ("李 小龙", "李. 小."),
        ("Dr. O'Neil 3rd", "D. O.-N. R."), ("Ada Example (ada)", "A. E. A."),
    ],
)  # fmt: skip
def test_initials(name: str, short: str) -> None:
    assert initials(name) == short


@pytest.mark.parametrize(
    ("people", "names"), [("full", {"Ada Example"}), ("initials", {"A. E."}), ("none", set())]
)
def test_people(people: Any, names: set[str]) -> None:
    linked = (Linked(annotation=32, by=1),)
    images = [Image(id=1, owner=1, group=5, annotations=(32,), linked=linked)]
    out = Out(private(**NOTES | {"images": images}), rules(people=people, linked=True))
    assert {person.name for person in out.all.people.values()} == names
    assert (out.images[1].owner, out.images[1].linked[0].by) == ((1, 1) if names else (None, None))
    assert Policy(rules=rules(people=people)).needs_all is (people == "none")


def test_acquisition_and_file_format_can_be_kept_in() -> None:
    image = Image(
        id=1,
        pixel_type="uint8",
        channels=(Channel(name="GFP"),),
        format="DV",
        files=3,
        dimensions=Dimensions(x=1, y=1),
    )
    whole = Out(private(images=[image]), rules()).images[1]
    assert whole == image
    bare = Out(private(images=[image]), rules(acquisition=False, file_format=False)).images[1]
    assert bare == Image(id=1, dimensions=Dimensions(x=1, y=1))


def test_key_values_of_which_no_key_goes_out_stay_in_whole() -> None:
    held = [KeyValues(id=40, owner=1, pairs=(("DOB", "x"),)), KeyValues(id=41, owner=1, pairs=())]
    out = Out(private(images=[Image(id=1, owner=1, annotations=(40, 41))], key_values=held), Rules())
    assert out.key_values == {41} and out.images[1].annotations == (41,), "one that was empty is no secret"


# Rules that fit nothing.


def unmet(out: Out) -> Iterator[str]:
    for warning in out.warnings():
        assert warning.startswith("publish.yml: ") and "\n" not in warning
        yield warning.split(": ")[1]


def test_a_rule_that_fits_nothing_is_named() -> None:
    misspelt = rules(
        groups=Names(allow=("*", "Labb")), projects=Things(deny=("Sceret", 99)), datasets=Things(deny=("alone",)),
        tagged=Tagged(only=(), never=("embrago",), until=("Embrago until",)), tags=Names(deny=("nope",)),
        keys=Names(deny=("Pateint",)), namespaces=Names(allow=("*", "lab.exmaple.org/*")),
        mask=(Mask(pattern="never here"),),
    )  # fmt: skip
    assert [*unmet(Out(private(**NOTES), misspelt))] == [
        "groups.allow", "projects.deny", "projects.deny", "namespaces.allow", "tags.deny", "keys.deny",
        "tagged.never", "tagged.until", "mask",
    ]  # fmt: skip


def test_those_of_the_starter_are_not_named_for_they_are_meant_for_everybody() -> None:
    assert [*unmet(Out(private(), Rules()))] == []


def test_where_records_were_taken_over_nothing_is_said_of_keys_and_values() -> None:
    out = Out(private(), rules(keys=Names(deny=("x",)), mask=(Mask(pattern="x9"),), tags=Names(deny=("y",))))
    assert len(out.warnings()) == 3
    (only,) = unmet_rules(out.border, out.rules, taken_over=True)
    assert "tags.deny" in only
