"""What of a catalogue that goes out is suspicious, by kind and by where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec

from catalog_builder.model.annotations import ANNOTATIONS
from catalog_builder.model.base import Record
from catalog_builder.model.catalogue import PublishedCatalogue
from catalog_builder.model.records import Image
from catalog_builder.publish.fields import TEXTS
from catalog_builder.publish.leaks import Hit, Leaks
from catalog_builder.publish.tally import CONTAINERS, Tally


class Suspicion(msgspec.Struct, frozen=True, kw_only=True):
    """Pieces of one kind in one place: `e-mail address` in `values of the key 'Contact'`."""

    kind: str
    where: str
    count: int
    example: str
    """The piece that was found first, with a little of what stands around it."""


class Suspicions:
    """Looks through everything that goes out; each different text is looked at once."""

    def __init__(self, leaks: Leaks) -> None:
        self._found: dict[tuple[str, str], tuple[int, str]] = {}
        self._in_text = lru_cache(100_000)(lambda text: tuple(leaks.in_text(text)))
        self._in_key = lru_cache(10_000)(lambda key: tuple(leaks.in_key(key)))

    def passing(self, pages: Iterable[list[Image]]) -> Iterator[list[Image]]:
        """The same pages of images, looked through as they pass."""
        for page in pages:
            for image in page:
                self._record("images", image)
                for channel in image.channels:
                    self._add("names of channels", channel.name, self._in_text(channel.name))
            yield page

    def of(self, published: PublishedCatalogue, tally: Tally) -> tuple[Suspicion, ...]:
        """All of them, by kind and place. To be asked when all images have passed."""
        for stream in (*CONTAINERS, "groups", "tag_sets", *ANNOTATIONS):
            for one in getattr(published, stream).values():
                self._record(stream, one)
        for one in tally.key_values():
            for key, value in one.pairs:
                self._add("names of keys", key, self._in_key(key))
                self._add(f"values of the key {key!r}", value, self._in_text(value))
        return tuple(
            Suspicion(kind=kind, where=where, count=count, example=example)
            for (kind, where), (count, example) in sorted(self._found.items())
        )

    def _record(self, stream: str, record: Record) -> None:
        for field in (*TEXTS, "value"):
            text = getattr(record, field, "")
            if isinstance(text, str) and text:
                self._add(f"{field}s of {stream.replace('_', ' ')}", text, self._in_text(text))

    def _add(self, where: str, text: str, hits: tuple[Hit, ...]) -> None:
        for hit in hits:
            count, example = self._found.get((hit.kind, where), (0, ""))
            self._found[hit.kind, where] = (count + 1, example or around(text, hit.piece))


def around(text: str, piece: str, width: int = 30) -> str:
    """A piece with as many characters on either side, on one line."""
    start = max(text.find(piece), 0)
    since, upto = max(start - width, 0), start + len(piece) + width
    cut = text[since:upto]
    return f"{'…' * (since > 0)}{' '.join(cut.split())}{'…' * (upto < len(text))}"
