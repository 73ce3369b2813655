"""Reads the explorer's files as the page does: unpacked, columns to values, sets to texts."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from catalog_builder.derive.columns import Columns
from catalog_builder.derive.explorer import Packed, explorer_pieces
from catalog_builder.derive.facet_settings import arranged
from catalog_builder.derive.facets import facets_of
from catalog_builder.derive.groupings import tag_groups, tag_texts
from catalog_builder.derive.table import Table
from catalog_builder.exchange.read import Export
from catalog_builder.settings.options import FacetSetting


class ExplorerData:
    """The files by name, and what they say. `read`: the packed bytes of a file, by name and ending."""

    def __init__(self, read: Callable[[str], bytes], names: Sequence[str]) -> None:
        self._read = read
        self.names = sorted(names)
        self.facets_table = self.arrow("facets")
        self.about: dict[str, Any] = json.loads(self.facets_table.schema.metadata[b"catalog"])
        self.facets: dict[str, dict[str, Any]] = {one["facet"]: one for one in self.about["facets"]}

    @classmethod
    def of_site(cls, site: Path) -> ExplorerData:
        data = site / "data"
        names = [path.relative_to(data).as_posix() for path in data.rglob("*.gz")]
        return cls(lambda name: (data / name).read_bytes(), names)

    @classmethod
    def of_export(cls, export: Export, settings: Sequence[FacetSetting] = ()) -> ExplorerData:
        files = {f"{one.name}.{one.format}.gz": one.content for one in files_of(export, settings)}
        return cls(files.__getitem__, list(files))

    def arrow(self, name: str) -> pa.Table:
        """A file's columns, as anybody reads them."""
        table = pa.ipc.open_file(pa.py_buffer(gzip.decompress(self._read(f"{name}.arrow.gz")))).read_all()
        table.validate(full=True)
        assert len(table.to_batches()) <= 1
        return table

    def json(self, name: str) -> Any:
        return json.loads(gzip.decompress(self._read(f"{name}.json.gz")))

    def codes(self, facet: str) -> list[list[int]]:
        """The codes of each row: the union over the facet's parts, none twice."""
        described = self.facets[facet]
        nothing = len(described["values"])
        found: list[list[int]] = [[] for _ in range(self.about["rows"])]
        for part in described["parts"]:
            for row, code in enumerate(self.facets_table.column(part["column"]).to_pylist()):
                found[row] += part["sets"][code] if "sets" in part else [code] if code < nothing else []
        assert all(len(held) == len(set(held)) for held in found)
        rows = Counter(code for held in found for code in held or [nothing])
        assert described["counts"] == [rows[code] for code in range(nothing + 1)]
        return found

    def holds(self) -> list[set[tuple[str, str]]]:
        """Facet and value of all that each row is found by, keys that are only searched included."""
        found: list[set[tuple[str, str]]] = [set() for _ in range(self.about["rows"])]
        for facet, described in self.facets.items():
            for row, codes in enumerate(self.codes(facet)):
                found[row] |= {(facet, described["values"][code]) for code in codes}
        text = self.arrow("text")
        for one in self.about["search"]:
            for row, joined in enumerate(text.column(one["facet"]).to_pylist()):
                if joined is not None:
                    values = joined.split("\x1f")
                    assert len(values) == len(set(values))
                    found[row] |= {(one["facet"], value) for value in values}
        return found

    def cards(self) -> list[tuple[int, str, int]]:
        """Id, name and picture of each row, from the chunks."""
        chunk = self.about["chunk"]
        found: list[tuple[int, str, int]] = []
        for number in range(-(-self.about["rows"] // chunk)):
            cards = self.json(f"cards/{number // 1000}/{number}")
            assert len(found) == number * chunk and len(cards["id"]) <= chunk
            found += zip(cards["id"], cards["name"], cards["picture"], strict=True)
        return found


def files_of(export: Export, settings: Sequence[FacetSetting] = ()) -> list[Packed]:
    """All files of an export's explorer."""
    table = Table(export)
    facets = arranged(facets_of(export, table), settings).facets
    groups = tag_groups(export, tag_texts(export, table).values())
    pieces = explorer_pieces(export, table, facets, groups, Columns(table))
    return [packed for make in pieces.values() for packed in make()]
