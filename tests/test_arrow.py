"""The explorer's table, read back as anybody would read it, against brute force."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import given, settings

from catalog_builder.derive.arrow import TABLE_VERSION, arrow_table
from catalog_builder.derive.facets import facets_of
from catalog_builder.derive.table import Table
from catalog_builder.exchange.read import Export
from tests.catalogues import exported, lab, write
from tests.random_catalogues import Lab, counts, export_of, holds, labs


def table_of(export: Export) -> tuple[pa.Table, dict[str, Any], bytes]:
    rows = Table(export)
    content = arrow_table(rows, facets_of(export, rows))
    read = pa.ipc.open_file(pa.BufferReader(content)).read_all()
    read.validate(full=True)
    return read, json.loads(read.schema.metadata[b"catalog"]), content


@given(labs())
@settings(max_examples=60, deadline=None)
def test_what_is_read_back_is_what_holds(lab: Lab) -> None:
    with export_of(lab) as export:
        read, described, _ = table_of(export)
    images = {image.id: image for image in lab.images}
    rows = read.to_pylist()
    assert sorted(row["id"] for row in rows) == sorted(images)
    facets = [one["facet"] for one in described["facets"]]
    assert set(read.column_names) == {"id", "name", "picture", *facets}
    assert set(facets) == {facet for facet, _ in counts(lab)} - {"acquired"}
    for row in rows:
        assert row["name"] == images[row["id"]].name and row["picture"] is False
        found: set[tuple[str, str]] = set()
        for facet in facets:
            values = [row[facet]] if facet == "owner" else row[facet]
            assert len(values) == len(set(values)), "a value twice in one row"
            found |= {(facet, str(value)) for value in values if value is not None}
        assert found == {one for one in holds(lab, images[row["id"]]) if one[0] != "acquired"}


def test_columns_are_of_the_kinds_that_the_explorer_and_the_documentation_say(tmp_path: Path) -> None:
    write(lab(), tmp_path)
    read, described, _ = table_of(Export(tmp_path))
    assert described["version"] == TABLE_VERSION
    assert read.schema.field("id").type == pa.int64() and read.schema.field("picture").type == pa.bool_()
    assert pa.types.is_dictionary(read.schema.field("owner").type)
    for one in described["facets"]:
        assert one["column"] == one["facet"] and one["label"]
        kind = read.schema.field(one["facet"]).type
        if one["facet"] != "owner":
            assert pa.types.is_list(kind) and pa.types.is_dictionary(kind.value_type)
            kind = kind.value_type
        assert kind.value_type == (
            pa.int64() if one["facet"] in ("project", "dataset", "screen", "plate") else pa.string()
        )
    labels = {one["facet"]: one.get("labels") for one in described["facets"]}
    assert labels["project"] == {"1": "Project 10", "2": "Project 9"}
    assert labels["dataset"] == {"11": "Shared", "12": "Second", "13": "Orphaned"}
    assert len(read.to_batches()) == 1, "one batch, so that a dictionary is read once"
    assert read.column("picture").to_pylist() == [True] * 6


def test_counts_taken_from_the_file_are_the_counts_on_the_pages(tmp_path: Path) -> None:
    write(lab(), tmp_path)
    export = Export(tmp_path)
    read, _, _ = table_of(export)
    facets = [facet for facet in facets_of(export, Table(export)) if facet.kind != "date"]
    assert len(facets) == len(read.column_names) - 4, "all but id, name, picture and pixel_size_um"
    for facet in facets:
        column = read.column(facet.facet).combine_chunks()
        flat = column if facet.facet == "owner" else column.flatten()
        found = {
            str(c["values"]): c["counts"] for c in flat.value_counts().to_pylist() if c["values"] is not None
        }
        assert found == {value.value: value.count for value in facet.values}


def test_the_same_rows_give_the_same_bytes_and_no_rows_give_a_table_that_opens(tmp_path: Path) -> None:
    write(lab(), tmp_path / "lab")
    assert table_of(Export(tmp_path / "lab"))[2] == table_of(Export(tmp_path / "lab"))[2]
    read, described, _ = table_of(exported(tmp_path / "empty"))
    assert read.num_rows == 0 and read.column_names == ["id", "name", "picture"] and described["facets"] == []
