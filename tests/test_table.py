"""The table of all images: its order, its terms, and what stands beside what."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_builder.derive.order import datasets_in_order
from catalog_builder.derive.table import Table
from catalog_builder.exchange.read import Export
from catalog_builder.model.records import Dataset, Image, Project
from catalog_builder.text import fold, natural_key, short_hash, slug, visible
from tests.catalogues import exported, lab, write
from tests.random_catalogues import Lab, export_of, holds, labs


@given(labs())
@settings(max_examples=60, deadline=None)
def test_the_terms_of_every_row_are_what_holds_for_its_image_each_once(lab: Lab) -> None:
    with export_of(lab) as export:
        table = Table(export)
    assert sorted(row.id for row in table.rows) == [image.id for image in lab.images]
    images = {image.id: image for image in lab.images}
    terms = table.vocabulary.terms
    assert len(terms) == len(set(terms))
    for row in table.rows:
        assert list(row.terms) == sorted(set(row.terms))
        assert {(terms[n].facet, terms[n].value) for n in row.terms} == holds(lab, images[row.id])
    for number in range(len(terms)):
        assert list(table.places[number]) == [p for p, row in enumerate(table.rows) if number in row.terms]


@given(labs())
@settings(max_examples=40, deadline=None)
def test_images_of_a_dataset_stand_together_and_orphans_last(lab: Lab) -> None:
    with export_of(lab) as export:
        table = Table(export)
        order = [dataset.id for dataset in datasets_in_order(export)]
    homes = [row.datasets[0] if row.datasets else None for row in table.rows]
    ranks = [order.index(home) if home is not None else len(order) for home in homes]
    assert ranks == sorted(ranks)
    for place, row in enumerate(table.rows):
        assert table.position[row.id] == place
        before, after = table.neighbours(row)
        assert before == (table.rows[place - 1] if place and homes[place - 1] == homes[place] else None)
        same = place + 1 < len(homes) and homes[place + 1] == homes[place]
        assert after == (table.rows[place + 1] if same else None)
    for dataset, rows in table.in_dataset.items():
        assert [row.id for row in rows] == [row.id for row in table.rows if dataset in row.datasets]


def test_names_stand_in_natural_order_and_projects_before_orphaned_datasets(tmp_path: Path) -> None:
    write(lab(), tmp_path)
    export = Export(tmp_path)
    assert [dataset.name for dataset in datasets_in_order(export)] == ["Second", "Shared", "Orphaned"]
    assert [row.id for row in Table(export).rows] == [104, 103, 101, 102, 105, 106]


def test_a_dataset_stands_under_the_first_of_its_projects(tmp_path: Path) -> None:
    datasets = [
        Dataset(id=1, name="z", projects=(2,)),
        Dataset(id=2, name="a", projects=(1, 2)),
        Dataset(id=3, name="0"),
    ]
    projects = [Project(id=1, name="p10"), Project(id=2, name="p9")]
    export = exported(tmp_path, datasets=datasets, projects=projects)
    assert [dataset.id for dataset in datasets_in_order(export)] == [1, 2, 3]


def test_scenes_of_a_file_are_found_by_series_and_single_files_have_none(tmp_path: Path) -> None:
    images = [Image(id=i, name=n, fileset=f, series=s) for i, n, f, s in (
        (1, "c", 7, 2), (2, "b", 7, 0), (3, "a", 7, 1), (4, "x", 8, 0), (5, "y", None, 0), (6, "z", None, 0),
    )]  # fmt: skip
    scenes = Table(exported(tmp_path, images)).scenes
    assert {fileset: [row.id for row in rows] for fileset, rows in scenes.items()} == {7: [2, 3, 1]}


def test_a_row_is_a_place_in_the_table_and_is_not_kept(tmp_path: Path) -> None:
    """A million images must not need a million records: what is known of them stands in columns."""
    table = Table(exported(tmp_path, [Image(id=i, name="n") for i in range(1, 50)]))
    row = table.rows[7]
    assert not hasattr(row, "__dict__") and table.rows[7] is not row and table.rows[7] == row
    assert (row.id, row.name, row.place) == (8, "n", 7)


# The ground floor, on which the order stands.


def test_natural_order() -> None:
    names = ["a10", "a2", "A1", "b", "", "10", "9", "a02", "ä3", "a 1", "１"]
    ordered = sorted(names, key=lambda name: (natural_key(name), name))
    assert ordered.index("9") < ordered.index("10") < ordered.index("A1") < ordered.index("a2")
    assert ordered.index("a2") < ordered.index("ä3") < ordered.index("a10") < ordered.index("b")
    assert ordered[0] == ""


@given(st.lists(st.text(max_size=8), max_size=6))
def test_any_texts_can_be_ordered_folded_and_made_a_path_of(texts: list[str]) -> None:
    sorted(texts, key=natural_key)
    for text in texts:
        assert fold(fold(text)) == fold(text)
        made = slug(text)
        assert made and made.isascii() and len(made) <= 40
        assert all(c.isalnum() or c == "-" for c in made) and made == made.lower()
        assert made[0] != "-" and made[-1] != "-"


def test_names_that_cannot_be_seen_are_made_visible() -> None:
    assert (
        visible("a ", "(none)") == "a "
        and visible("", "(none)") == "(none)"
        and visible(" \t", "(none)") == "“ \t”"
    )


def test_digits_by_the_thousand_are_compared_and_not_counted() -> None:
    assert natural_key("9" * 10_000) < natural_key("1" + "0" * 10_000)
    assert natural_key("0" * 10_000 + "1") == natural_key("1")
    assert short_hash("a") != short_hash("A") and len(short_hash("x" * 100_000)) == 16
