"""Facets: every count against brute force; one key in two namespaces is one facet."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings

from catalog_builder.derive.facets import FIXED, facets_of
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
    keys = [facet.images for facet in facets[len(fixed) :]]
    assert keys == sorted(keys, reverse=True)


@given(labs())
@settings(max_examples=40, deadline=None)
def test_tags_that_occur_together_are_counted_on_images(lab: Lab) -> None:
    with export_of(lab) as export:
        table = Table(export)
        texts = tag_texts(export, table)
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
        assert {term.value: count for term, count in together_with(table, one.term)} == expected


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
