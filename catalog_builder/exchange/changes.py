"""What an export changed, record by record: added, changed, removed, per kind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import msgspec

from catalog_builder.exchange.read import DAMAGE
from catalog_builder.exchange.schema import Manifest, Shard


class Changes(NamedTuple):
    """How many records of one kind came, changed and went."""

    added: int = 0
    changed: int = 0
    removed: int = 0


class _Line(msgspec.Struct):
    id: int


def changes_between(folder: Path, before: Manifest | None, after: Manifest) -> dict[str, Changes]:
    """Stream name -> what changed; streams in which nothing did are left out.

    Only shards that are not the same are read, so it costs what changed. A shard that is gone or damaged counts
    as if it had held nothing.
    """
    found: dict[str, Changes] = {}
    for name, shards in after.streams.items():
        earlier = before.streams.get(name, ()) if before else ()
        if not earlier:
            if count := after.counts[name]:
                found[name] = Changes(added=count)
            continue
        old, new = _lines(folder, _only(earlier, shards)), _lines(folder, _only(shards, earlier))
        changes = Changes(
            added=len(new.keys() - old.keys()),
            changed=sum(old[id_] != new[id_] for id_ in old.keys() & new.keys()),
            removed=len(old.keys() - new.keys()),
        )
        if any(changes):
            found[name] = changes
    return found


def counted(stream: str, count: int) -> str:
    """`1 tag set`, `2 people`."""
    words = stream.replace("_", " ")
    if count != 1 or stream == "xml":
        return f"{count} {words}"
    return "1 person" if stream == "people" else f"1 {words.removesuffix('s')}"


def in_words(changes: Mapping[str, Changes]) -> str:
    """`images: 3 added, 1 changed; tags: 2 removed`, or `nothing changed`."""
    told = [f"{name.replace('_', ' ')}: {', '.join(_words(one))}" for name, one in changes.items()]
    return "; ".join(told) or "nothing changed"


def _words(changes: Changes) -> Iterator[str]:
    for what, count in changes._asdict().items():
        if count:
            yield f"{count} {what}"


def _only(shards: Iterable[Shard], others: Sequence[Shard]) -> list[Shard]:
    known = {(shard.path, shard.sha256) for shard in others}
    return [shard for shard in shards if (shard.path, shard.sha256) not in known]


def _lines(folder: Path, shards: Iterable[Shard]) -> dict[int, bytes]:
    """Id -> digest of the record's line."""
    decoder = msgspec.json.Decoder(_Line)
    found: dict[int, bytes] = {}
    for shard in shards:
        with suppress(OSError, *DAMAGE):
            for line in (folder / shard.path).read_bytes().splitlines():
                found[decoder.decode(line).id] = hashlib.blake2b(line, digest_size=12).digest()
    return found
