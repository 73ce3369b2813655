"""What the explorer loads: columns to count, then texts, ids, an order, cards and wells, each when it is asked for.

All are Arrow IPC files or JSON, packed by gzip here, for many web servers pack neither. `docs/addresses.md`
describes them.
"""

from __future__ import annotations

import gzip
import json
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Literal, NamedTuple

import pyarrow as pa

from catalog_builder.derive.arrow import ipc_file, numbers
from catalog_builder.derive.columns import Columns, Part
from catalog_builder.derive.facets import IDS, NO_NAME, SEPARATOR, Facet, object_name
from catalog_builder.derive.groupings import TagGroup
from catalog_builder.derive.rows import PICTURE, PREVIEW
from catalog_builder.derive.table import Table
from catalog_builder.derive.values import DATASET, PLATE, PROJECT, SCREEN, TAG
from catalog_builder.exchange.read import Export
from catalog_builder.model.base import Described
from catalog_builder.text import natural_key, visible

#: The version of these files.
EXPLORER_VERSION = 2

#: So many rows have their names and pictures in one file of cards, and so many of these are in one folder.
CHUNK, CHUNKS_IN_FOLDER = 500, 1_000

#: The last row or column of a plate that the file of wells can name.
LAST_LINE = 2**15 - 1


class Packed(NamedTuple):
    """A file of the explorer: its name for the loader, what is packed in it, and its bytes, packed."""

    name: str
    format: Literal["arrow", "json"]
    content: bytes


def explorer_pieces(
    export: Export, table: Table, facets: Sequence[Facet], tag_groups: Sequence[TagGroup], columns: Columns
) -> dict[str, Callable[[], Iterator[Packed]]]:
    """What makes them, each for itself, by name: several processes may share the work."""
    searched = [facet for facet in facets if facet.kind == "search"]

    def counted() -> Iterator[Packed]:
        parts = {facet.facet: columns.parts_of(facet) for facet in facets if facet.kind != "search"}
        yield _facets(export, table, facets, tag_groups, parts)

    def texts() -> Iterator[Packed]:
        yield _arrow("text", {"name": _names(table), **{one.facet: _texts(one, columns) for one in searched}})

    def orders() -> Iterator[Packed]:
        yield _arrow("ids", {"id": numbers(table.ids)})
        yield _arrow("order", {"name": numbers(places_by_name(table.names))})

    def wells() -> Iterator[Packed]:
        if table.has_fields:
            plates = [facet for facet in facets if facet.facet == PLATE]
            values = [value.value for facet in plates for value in facet.in_order()[0]]
            parts = [part for facet in plates for part in columns.parts_of(facet)]
            yield _wells(export, table, values, parts)

    return {
        "facets": counted,
        "text": texts,
        "order": orders,
        "wells": wells,
        "cards": partial(_cards, table),
    }


def files_promised(facets_file: bytes) -> list[str]:
    """The files in `data/` that a file of facets leads the page to. Raises ValueError where it is damaged."""
    metadata = pa.ipc.open_file(pa.py_buffer(unpacked(facets_file))).schema.metadata or {}
    try:
        about = json.loads(metadata[b"catalog"])
        chunks = -(-about["rows"] // about["chunk"])
    except (LookupError, TypeError, ArithmeticError) as error:
        raise ValueError("it does not say what is in it") from error
    return [f"{name}.arrow.gz" for name in ("text", "ids", "order")] + [
        f"{_card(chunk)}.json.gz" for chunk in range(chunks)
    ]


def pictures_promised(cards_file: bytes) -> list[int]:
    """The ids of the images whose pictures a file of cards shows. Raises ValueError where it is damaged."""
    try:
        cards = json.loads(unpacked(cards_file))
        return [int(id_) for id_, picture in zip(cards["id"], cards["picture"], strict=True) if picture]
    except (LookupError, TypeError) as error:
        raise ValueError("it holds no cards") from error


def _facets(
    export: Export,
    table: Table,
    facets: Sequence[Facet],
    tag_groups: Sequence[TagGroup],
    parts: Mapping[str, list[Part]],
) -> Packed:
    columns: dict[str, pa.Array] = {}
    described = []
    for facet in facets:
        if facet.facet not in parts:
            continue
        names = []
        for part in parts[facet.facet]:
            names.append(str(len(columns)))
            columns[names[-1]] = numbers(part.codes)
        entry = _described(facet, len(table))
        entry["parts"] = [
            {"column": name} if part.sets is None else {"column": name, "sets": part.sets}
            for name, part in zip(names, parts[facet.facet], strict=True)
        ]
        if groups := _groups(export, facet, tag_groups):
            entry["groups"] = groups
        described.append(entry)
    about = {
        "version": EXPLORER_VERSION,
        "rows": len(table),
        "chunk": CHUNK,
        "facets": described,
        "search": [{"facet": one.facet, "label": one.label} for one in facets if one.kind == "search"],
    }
    return _arrow("facets", columns, about)


def _described(facet: Facet, images: int) -> dict[str, Any]:
    """A facet as the page knows it; what is not there is as if it were empty."""
    values, measured = facet.in_order()
    entry: dict[str, Any] = {
        "facet": facet.facet,
        "label": facet.label,
        "kind": facet.kind,
        "values": [value.value for value in values],
        "counts": [*(value.count for value in values), images - facet.images],
    }
    if facet.facet in IDS:
        entry["labels"] = {value.value: value.label for value in values}
    if facet.kind == "number":
        entry["numbers"] = [_short(number) for number in measured]
        if facet.unit:
            entry["unit"] = facet.unit
    if facet.hidden:
        entry["hidden"] = True
    return entry


def _short(number: float | None) -> float | int | None:
    return int(number) if number is not None and number.is_integer() else number


def _groups(export: Export, facet: Facet, tag_groups: Sequence[TagGroup]) -> list[dict[str, Any]]:
    """Tag sets of tags, projects of datasets, screens of plates, in the order to show, each with its values."""
    code = {value.value: place for place, value in enumerate(facet.in_order()[0])}
    found: list[tuple[str, int, list[str]]] = []
    if facet.facet == TAG:
        for group in tag_groups:
            if group.tag_set is not None:
                label = visible(group.tag_set.name, NO_NAME)
                found.append((label, group.tag_set.id, [tag.text for tag in group.tags]))
    elif facet.facet == DATASET:
        found = _members(
            PROJECT, export.projects, [(one.id, one.projects) for one in export.datasets.values()]
        )
    elif facet.facet == PLATE:
        found = _members(SCREEN, export.screens, [(one.id, one.screens) for one in export.plates.values()])
    return [
        {"label": label, "value": str(id_), "codes": codes}
        for label, id_, values in found
        if (codes := sorted(code[value] for value in values if value in code))
    ]


def _members(
    kind: str, containers: Mapping[int, Described], members: Iterable[tuple[int, Iterable[int]]]
) -> list[tuple[str, int, list[str]]]:
    """Name, id and members of each container, in natural order. `members`: id, and the containers it is in."""
    held: dict[int, list[str]] = {}
    for id_, within in members:
        for container in within:
            held.setdefault(container, []).append(str(id_))
    ordered = sorted(containers.values(), key=lambda one: (natural_key(one.name), one.id))
    return [(object_name(kind, one.name, one.id), one.id, held.get(one.id, [])) for one in ordered]


def _names(table: Table) -> pa.Array:
    return pa.array(table.names, pa.string())


def _texts(facet: Facet, columns: Columns) -> pa.Array:
    """The values of a search-only key, one text a row; null where a row has none."""
    texts = [value.value for value in facet.in_order()[0]]
    rows, sets = columns.of(facet)
    joined = [SEPARATOR.join(texts[code] for code in one) if one else None for one in sets]
    return pa.array(joined, pa.string()).take(numbers(rows))


def places_by_name(names: Sequence[str]) -> array[int]:
    """The place of each row when all are sorted by name: A2 before A10; rows of one name stay as they are."""
    keys = [natural_key(name) for name in names]
    places = array("I", bytes(4 * len(names)))
    for place, row in enumerate(sorted(range(len(names)), key=keys.__getitem__)):
        places[row] = place
    return places


def _wells(export: Export, table: Table, plates: Sequence[str], parts: Sequence[Part]) -> Packed:
    """Row and column of each image's well on its first plate, counted from 0; -1 in no well, or on no plate of ours."""
    code = {plate: place for place, plate in enumerate(plates)}
    lines = array("h", [-1]) * len(table), array("h", [-1]) * len(table)
    for place, row in enumerate(table.rows):
        wells = [export.wells[field.well] for field in row.fields]
        codes = [code[str(well.plate)] for well in wells if str(well.plate) in code]
        if not codes:
            continue
        first = codes[0] if len(set(codes)) == 1 else next(_codes(parts, place))
        well = next(well for well in wells if code.get(str(well.plate)) == first)
        if max(well.row, well.column) <= LAST_LINE:
            lines[0][place], lines[1][place] = well.row, well.column
    return _arrow("wells", {"row": numbers(lines[0]), "column": numbers(lines[1])})


def _codes(parts: Sequence[Part], row: int) -> Iterator[int]:
    """A row's values, as the page reads them."""
    for part in parts:
        held = part.codes[row]
        yield from part.sets[held] if part.sets is not None else (held,)


def _cards(table: Table) -> Iterator[Packed]:
    """What a card shows, for so many rows in a file."""
    for chunk, start in enumerate(range(0, len(table), CHUNK)):
        end = start + CHUNK
        cards = {
            "id": table.ids[start:end].tolist(),
            "name": table.names[start:end],
            "picture": [marks & PICTURE for marks in table.marks[start:end]],
            "preview": [int(marks & PREVIEW > 0) for marks in table.marks[start:end]],
        }
        text = json.dumps(cards, ensure_ascii=False, separators=(",", ":"))
        yield Packed(_card(chunk), "json", packed(text.encode("utf-8", "replace")))


def _card(chunk: int) -> str:
    return f"cards/{chunk // CHUNKS_IN_FOLDER}/{chunk}"


def _arrow(name: str, columns: Mapping[str, pa.Array], described: object = None) -> Packed:
    return Packed(name, "arrow", packed(ipc_file(columns, described)))


def packed(content: bytes) -> bytes:
    """Gzip without the clock, and without the name of the system that made it: the same content, the same bytes."""
    made = gzip.compress(content, 6, mtime=0)
    return b"%b\xff%b" % (made[:9], made[10:])


def unpacked(content: bytes) -> bytes:
    """What `packed` packed. Raises ValueError where it is damaged."""
    if not content:
        raise ValueError("it is empty")
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(str(error)) from error
