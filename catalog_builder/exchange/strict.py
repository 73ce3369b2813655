"""What an export holds that this program does not know: reading passes it over, `check` tells of it.

A newer program may add optional fields and streams without a new format, so reading is lenient. In an
export that should be this program's own, a field that nobody knows is a misspelling or a leak.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from catalog_builder.exchange.read import Export
from catalog_builder.exchange.schema import MANIFEST, STREAMS
from catalog_builder.model.base import Record


def unknown_in_manifest(export: Export) -> list[str]:
    """Streams, and dotted names of fields, that the manifest has and this program does not know."""
    raw = msgspec.json.decode((export.folder / MANIFEST).read_bytes())
    fields = dict.fromkeys(_unknown(raw, export.manifest))
    return [*fields, *(f"streams.{name}" for name in export.manifest.streams if name not in STREAMS)]


def unknown_in_stream(export: Export, name: str) -> dict[str, int]:
    """Dotted name of each field that this program does not know -> id of the first record that has it.

    Reads the stream once more. Raises ExportError where a shard is missing or damaged.
    """
    found: dict[str, int] = {}
    for raw, typed in zip(export.plain(name), export.stream(name, STREAMS[name]), strict=True):
        for field in _unknown(raw, typed):
            found.setdefault(field, raw["id"])
    return found


def _unknown(raw: Any, typed: object) -> Iterator[str]:
    """Dotted names of what plain JSON has and its decoded form has not."""
    if isinstance(typed, tuple):
        for one, of_typed in zip(raw, typed, strict=True):
            yield from _unknown(one, of_typed)
    elif isinstance(typed, Record | dict):
        known = (
            typed
            if isinstance(typed, dict)
            else {name: getattr(typed, name) for name in typed.__struct_fields__}
        )
        for name, value in raw.items():
            if name in known:
                yield from (f"{name}.{field}" for field in _unknown(value, known[name]))
            else:
                yield name
