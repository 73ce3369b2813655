"""Facets: every count against brute force; one key in two namespaces is one facet."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings

from catalog_builder.derive.columns import Columns
from catalog_builder.derive.facets import FIXED, Facet, facets_of
from catalog_builder.derive.groupings import tag_groups, tag_texts, together_with
from catalog_builder.derive.table import Table
from catalog_builder.derive.values import TAG, Term
from catalog_builder.exchange.read import Export
from catalog_builder.model.annotations import KeyValues, Tag, TagSet
from catalog_builder.model.records import Dataset, Image, Person, Project
from tests.catalogues import exported, lab, write
from tests.random_catalogues import Lab, counts, export_of, holds, labs


@given(labs())
@settings(max_examples=60, deadline=None)
def test_every_count_is_what_counting_by_hand_gives(lab: Lab) -> None:
    with export_of(lab) as export:
        facets = facets_of(export, Table(export))
    expected = counts(lab)
    assert {(f.facet, v.value): v.count for f in facets for v in f.values} == dict(expected)
    for facet in facets:
        having = sum(any(name == facet.facet for name, _ in holds(lab, image)) for image in lab.images)
        assert facet.images == having
        found = [value.count for value in facet.values]
        assert found == sorted(found, reverse=True)
    names = [facet.facet for facet in facets]
    assert len(names) == len(set(names))
    fixed = [name for name in names if name in FIXED]
    assert fixed == [name for name in FIXED if name in fixed] == names[: len(fixed)]
    constant = [len(f.values) == 1 and f.images == len(lab.images) for f in facets[len(fixed) :]]
    assert constant == sorted(constant), "what tells no images apart comes last"


@given(labs())
@settings(max_examples=40, deadline=None)
def test_tags_that_occur_together_are_counted_on_images(lab: Lab) -> None:
    with export_of(lab) as export:
        table = Table(export)
        texts = tag_texts(export, table)
        facets = {facet.facet: facet for facet in facets_of(export, table)}
    columns = Columns(table)
    sets = [{value for facet, value in holds(lab, image) if facet == "tag"} for image in lab.images]
    for text, one in texts.items():
        assert one.images == sum(text in found for found in sets)
        if one.term is None:
            assert one.images == 0
            continue
        expected = {
            other: sum(text in found and other in found for found in sets)
            for other in set().union(*(found for found in sets if text in found)) - {text}
        }
        assert dict(together_with(table, facets["tag"], columns, one.term)) == expected


def test_one_key_in_two_namespaces_is_one_facet_and_an_image_counts_once(tmp_path: Path) -> None:
    write(lab(), tmp_path)
    export = Export(tmp_path)
    (gene,) = [facet for facet in facets_of(export, Table(export)) if facet.facet == "key:Gene"]
    # Dataset 11 hands CAN and WAS to 101, 102, 103; image 101 has CAN once more, in another namespace.
    assert [(value.value, value.count) for value in gene.values] == [("CAN", 3), ("WAS", 3)]
    assert gene.images == 3 and gene.key == "Gene"


def test_empty_keys_values_and_names_have_words_to_show_and_keep_their_value(tmp_path: Path) -> None:
    images = [Image(id=1, datasets=(5,), owner=3, annotations=(7, 8))]
    export = exported(
        tmp_path, images, people=[Person(id=3, name="")], datasets=[Dataset(id=5, projects=(6,))],
        projects=[Project(id=6)],        tags=[Tag(id=8, text="")], key_values=[KeyValues(id=7, pairs=(("", ""),))],
    )  # fmt: skip
    facets = {facet.facet: facet for facet in facets_of(export, Table(export))}
    assert set(facets) == {"tag", "project", "dataset", "owner", "key:"}
    assert facets["key:"].label and facets["key:"].key == ""
    for name, value in {"tag": "", "project": "6", "dataset": "5", "owner": "", "key:": ""}.items():
        (found,) = facets[name].values
        assert found.value == value and found.label, name


def test_values_of_one_count_stand_in_natural_order(tmp_path: Path) -> None:
    pairs = tuple(("well", value) for value in ("A10", "A2", "b1", "A1", "Ä3", "7", "10", "9" * 5000))
    export = exported(tmp_path, [Image(id=1, annotations=(7,))], key_values=[KeyValues(id=7, pairs=pairs)])
    (well,) = [facet for facet in facets_of(export, Table(export)) if facet.key]
    assert [value.value[:4] for value in well.values] == ["7", "10", "9999", "A1", "A2", "Ä3", "A10", "b1"]


# The order, and what is no facet by itself.


def keys_of(tmp_path: Path, rows: list[dict[str, str]]) -> list[Facet]:
    """The facets of keys, for an image a row."""
    images = [Image(id=n, annotations=(1000 + n,)) for n in range(1, len(rows) + 1)]
    annotations = [KeyValues(id=1000 + n, pairs=tuple(row.items())) for n, row in enumerate(rows, 1)]
    export = exported(tmp_path, images, key_values=annotations)
    return facets_of(export, Table(export))


def test_what_tells_images_apart_comes_first_and_what_tells_none_apart_last(tmp_path: Path) -> None:
    rows = [
        {
            "constant": "same",
            "address": f"https://example.org/{n % 6}",
            "own name": f"image {n}",
            "half": f"side {n % 2}",
            "six": f"one of {'abcdef'[n % 6]}",
            "Six again": f"two of {'abcdef'[n % 6]}",
            "a few": f"a {n % 3}",
            "measured": str(n),
        }
        for n in range(60)
    ]
    for row in rows[:57]:
        del row["a few"]
    for row in rows[:3]:
        del row["Six again"]
    facets = keys_of(tmp_path, rows)
    assert [facet.key for facet in facets] == [
        "measured", "six", "Six again", "half", "address", "own name", "a few", "constant",
    ]  # fmt: skip
    assert {facet.key: facet.kind for facet in facets if facet.kind != "choice"} == {"measured": "number"}


def test_the_order_stays_when_an_image_is_added(tmp_path: Path) -> None:
    rows = [{"a": f"a{n % 5}", "b": f"b{n % 4}", "c": f"c{n % 2}"} for n in range(100)]
    before = [facet.key for facet in keys_of(tmp_path / "before", rows)]
    for n, row in enumerate([{"a": "a0", "b": "b9", "c": "c9"}, {"b": "b1"}, {"c": "c5"}]):
        assert [facet.key for facet in keys_of(tmp_path / str(n), [*rows, row])] == before


@pytest.mark.parametrize(("keys", "images", "fewest"), [(20, 40, 2), (19, 40, 1), (20, 3_000, 3)])
def test_where_there_are_many_keys_those_of_very_few_images_are_searched_for_only(
    tmp_path: Path, keys: int, images: int, fewest: int
) -> None:
    rows: list[dict[str, str]] = [
        {f"key {n}": f"value {place % 2}" for n in range(keys - 2)} for place in range(images)
    ]
    for row in rows[:fewest]:
        row["enough"] = "x"
    for row in rows[: fewest - 1 or 1]:
        row["rare"] = "x"
    kinds = {facet.key: facet.kind for facet in keys_of(tmp_path, rows)}
    assert len(kinds) == keys and kinds["enough"] == "choice"
    assert kinds["rare"] == ("search" if fewest > 1 else "choice")
    assert {kinds[f"key {n}"] for n in range(keys - 2)} == {"choice"}


def test_a_study_whose_171_columns_are_all_keys_has_a_sane_list(tmp_path: Path, shared_data: Path) -> None:
    """What tells mice, organs and genes apart is on top, then columns of one word on a few images, then constants."""
    folder = shared_data / "idr0018-neff-histopathology"
    if not folder.is_dir():
        pytest.skip(f"the study is not there: {folder}")
    (table,) = folder.glob("*/*-annotation.csv")
    with table.open(encoding="utf-8-sig", newline="") as lines:
        rows = [
            {key: value for key, value in line.items() if value.strip()} for line in csv.DictReader(lines)
        ]
    facets = keys_of(tmp_path, rows)
    shown = [facet for facet in facets if facet.kind != "search"]
    assert (len(facets), len(shown)) == (171, 89)
    assert {facet.key for facet in facets if facet.kind == "search" and facet.images > 1} == {"Image Name"}
    assert all(len(facet.values) > 1 and facet.images == 899 for facet in shown[:18])
    assert [facet.key for facet in shown[:2]] == ["Characteristics [Individual]", "Dataset Name"]
    assert {facet.key for facet in shown[-5:]} == {
        "Characteristics [Organism]", "Comment [Gene Annotation Comments]",
        "Term Source 1 Accession", "Term Source 1 REF", "Term Source 3 REF",
    }  # fmt: skip


def test_a_catalogue_of_nothing_has_no_facets(tmp_path: Path) -> None:
    export = exported(tmp_path, [Image(id=1, name="bare")])
    assert facets_of(export, Table(export)) == []
    export = exported(tmp_path / "empty")
    assert facets_of(export, Table(export)) == [] and len(Table(export)) == 0


# Tags as readers meet them.


def test_tags_of_one_text_are_one_under_the_lowest_id_with_all_that_carry_any_of_them(tmp_path: Path) -> None:
    write(lab(), tmp_path)
    export = Export(tmp_path)
    table = Table(export)
    texts = tag_texts(export, table)
    dapi = texts["DAPI"]
    assert dapi.id == 31 and [tag.id for tag in dapi.tags] == [31, 32]
    assert [dataset.id for dataset in dapi.datasets] == [12, 11], "in natural order of their names"
    assert dapi.images == 4  # 101, 102, 103 by dataset 11; 103, 104 by dataset 12
    assert texts["published"].projects[0].id == 1
    assert table.vocabulary.find(Term(TAG, "nowhere")) is None


def test_tag_sets_come_by_name_and_tags_in_none_come_last(tmp_path: Path) -> None:
    sets = [TagSet(id=1, name="B"), TagSet(id=2, name="a"), TagSet(id=3, name="unused")]
    tags = [Tag(id=i, text=f"t{i}", sets=s) for i, s in ((10, (1,)), (9, (1, 2)), (11, ()))]
    carrier = Project(id=1, annotations=(9, 10, 11))
    export = exported(tmp_path, projects=[carrier], tags=tags, tag_sets=sets)
    groups = tag_groups(export, tag_texts(export, Table(export)).values())
    found = [
        (group.tag_set.name if group.tag_set else None, [tag.text for tag in group.tags]) for group in groups
    ]
    assert found == [("a", ["t9"]), ("B", ["t9", "t10"]), (None, ["t11"])]
