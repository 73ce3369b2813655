"""The table of all images as an Arrow IPC file, for pandas, Polars and DuckDB: dictionary coded, one batch.

Its columns are described in its schema, under `catalog`, and in `docs/addresses.md`. The explorer reads files of its
own, made for counting (`explorer.py`).
"""

from __future__ import annotations

import json
import math
from array import array
from collections.abc import Mapping, Sequence
from itertools import accumulate, chain

import pyarrow as pa

from catalog_builder.derive.columns import Columns
from catalog_builder.derive.facets import DATES, IDS, Facet
from catalog_builder.derive.rows import PICTURE
from catalog_builder.derive.table import Table
from catalog_builder.derive.values import OWNER

#: The version of the table's layout, for anybody's scripts.
TABLE_VERSION = 1

_TYPES = {
    "B": pa.uint8(),
    "H": pa.uint16(),
    "I": pa.uint32(),
    "h": pa.int16(),
    "i": pa.int32(),
    "q": pa.int64(),
}


def arrow_table(table: Table, facets: Sequence[Facet], columns: Columns | None = None) -> bytes:
    """The rows in their order: `id`, `name`, `picture`, `pixel_size_um`, then a column a facet but days, as IPC bytes.

    `columns`: the facets coded before, for something else; they need not be coded twice.
    """
    columns = columns or Columns(table)
    held = [facet for facet in facets if facet.facet not in DATES]
    found: dict[str, pa.Array] = {
        "id": numbers(table.ids),
        "name": pa.array(table.names, pa.string()),
        "picture": pa.array([marks & PICTURE == PICTURE for marks in table.marks], pa.bool_()),
    }
    widths = [None if math.isnan(width) else width for width in table.pixels]
    if any(width is not None for width in widths):
        found["pixel_size_um"] = pa.array(widths, pa.float32())
    for facet in held:
        found[facet.facet] = _column(facet, columns)
    return ipc_file(found, {"version": TABLE_VERSION, "facets": [_described(facet) for facet in held]})


def ipc_file(columns: Mapping[str, pa.Array], described: object) -> bytes:
    """An Arrow IPC file of one batch; what it says of itself stands in its schema, under `catalog`."""
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


def numbers(of: array[int]) -> pa.Array:
    """An array of whole numbers as it lies in memory."""
    return pa.Array.from_buffers(_TYPES[of.typecode], len(of), [None, pa.py_buffer(of)])


def _column(facet: Facet, columns: Columns) -> pa.Array:
    """Codes into the facet's values: one a row for owners (null: none), a list a row for all others."""
    texts = [value.value for value in facet.in_order()[0]]
    dictionary = (
        pa.array([int(text) for text in texts], pa.int64()) if facet.facet in IDS else pa.array(texts)
    )
    rows, sets = columns.of(facet)
    if facet.facet == OWNER:
        single = pa.array([one[0] if one else None for one in sets], pa.int32()).take(numbers(rows))
        return pa.DictionaryArray.from_arrays(single, dictionary)
    offsets = array("i", [0, *accumulate(map(len, sets))])
    codes = array("i", chain.from_iterable(sets))
    lists = pa.ListArray.from_arrays(numbers(offsets), numbers(codes))
    of_rows = lists.take(numbers(rows))
    return pa.ListArray.from_arrays(
        of_rows.offsets, pa.DictionaryArray.from_arrays(of_rows.values, dictionary)
    )


def _described(facet: Facet) -> dict[str, object]:
    entry: dict[str, object] = {"facet": facet.facet, "column": facet.facet, "label": facet.label}
    if facet.facet in IDS:
        entry["labels"] = {value.value: value.label for value in facet.values}
    return entry
