"""The explorer's table as an Arrow IPC file: columns first, dictionary coded, one batch.

The same file opens in pandas, Polars and DuckDB. Its columns are described in its schema, under `catalog`, and
in `docs/addresses.md`.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence

import pyarrow as pa

from catalog_builder.derive.facets import Facet
from catalog_builder.derive.table import Table
from catalog_builder.derive.values import DATASET, OWNER, PLATE, PROJECT, SCREEN

#: The version of the table's layout, for the explorer and for anybody's scripts.
TABLE_VERSION = 1

#: Facets whose values are ids rather than text.
IDS = (PROJECT, DATASET, SCREEN, PLATE)


def arrow_table(table: Table, facets: Sequence[Facet]) -> bytes:
    """The rows in their order: `id`, `name`, `picture`, `pixel_size_um`, then a column a facet, as IPC file bytes."""
    columns: dict[str, pa.Array] = {
        "id": pa.array([row.id for row in table.rows], pa.int64()),
        "name": pa.array([row.name for row in table.rows], pa.string()),
        "picture": pa.array([row.picture for row in table.rows], pa.bool_()),
    }
    if any(row.pixel is not None for row in table.rows):
        columns["pixel_size_um"] = pa.array([row.pixel for row in table.rows], pa.float32())
    for facet in facets:
        columns[facet.facet] = _column(table, facet)
    described = {"version": TABLE_VERSION, "facets": [_described(facet) for facet in facets]}
    schema = pa.schema(
        [pa.field(name, column.type) for name, column in columns.items()],
        metadata={"catalog": json.dumps(described, ensure_ascii=False, separators=(",", ":"))},
    )
    batch = pa.record_batch(list(columns.values()), schema=schema)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, schema) as writer:
        writer.write_batch(batch)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _column(table: Table, facet: Facet) -> pa.Array:
    """Codes into the facet's values: one a row for owners (null: none), a list a row for all others."""
    code_of = {value.term: code for code, value in enumerate(facet.values)}
    rows: list[list[int]] = [[] for _ in table.rows]
    for term, code in code_of.items():
        for place in table.places[term]:
            rows[place].append(code)
    texts = [value.value for value in facet.values]
    dictionary = (
        pa.array([int(text) for text in texts], pa.int64()) if facet.facet in IDS else pa.array(texts)
    )
    if facet.facet == OWNER:
        single = pa.array([codes[0] if codes else None for codes in rows], pa.int32())
        return pa.DictionaryArray.from_arrays(single, dictionary)
    offsets, codes = array("i", [0]), array("i")
    for found in rows:
        codes.extend(found)
        offsets.append(len(codes))
    return pa.ListArray.from_arrays(
        pa.array(offsets, pa.int32()), pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), dictionary)
    )


def _described(facet: Facet) -> dict[str, object]:
    entry: dict[str, object] = {"facet": facet.facet, "column": facet.facet, "label": facet.label}
    if facet.facet in IDS:
        entry["labels"] = {value.value: value.label for value in facet.values}
    return entry
