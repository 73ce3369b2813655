"""The annotations: stored once, linked from whatever carries them. Ids are unique across all kinds here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from catalog_builder.model.base import Count, Id, Moment, Record


class Annotation(Record, frozen=True):
    """What all annotations share. `owner` None: not published."""

    id: Id
    owner: Id | None = None
    group: Id | None = None


class Noted(Annotation, frozen=True):
    """An annotation that a namespace tells apart from others of its kind."""

    namespace: str = ""
    description: str = ""


class TagSet(Annotation, frozen=True):
    """A tag set: a tag that groups tags."""

    name: str = ""
    description: str = ""


class Tag(Annotation, frozen=True):
    """A tag. Two people may own tags of the same text: they keep their ids and share a page."""

    text: str = ""
    description: str = ""
    sets: tuple[Id, ...] = ()
    """Ids of the tag sets it is in, ascending; often empty, sometimes several."""


class KeyValues(Annotation, frozen=True):
    """A map annotation: ordered pairs of key and value.

    Keys repeat legally; keys and values may be empty. Never a dict: that would lose order and repeats.
    """

    namespace: str = ""
    pairs: tuple[tuple[str, str], ...] = ()
    revision: str = ""
    """Changes when the source's record of it changes; '' where the source cannot tell."""


class PairPool:
    """Equal pairs as one object: ten pairs on each of a million images are mostly a few thousand different ones."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[str, str]] = {}
        self._texts: dict[str, str] = {}

    def shared(self, pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """The same pairs, each the one that was met first."""
        return tuple([self._known.get(pair) or self._new(*pair) for pair in pairs])

    def _new(self, key: str, value: str) -> tuple[str, str]:
        pair = (self._texts.setdefault(key, key), value)  # keys repeat even where values do not
        return self._known.setdefault(pair, pair)


class Comment(Noted, frozen=True):
    """What somebody wrote about an object, and when. Private unless the publishing rules let it out."""

    text: str = ""
    created: Moment | None = None


class Rating(Annotation, frozen=True):
    """How many stars of five somebody gave. Private unless the publishing rules let it out."""

    stars: Count = 0


class Attachment(Noted, frozen=True):
    """A file attached to an object: its name, size in bytes and media type, never its bytes or its path.

    Private unless the publishing rules let it out.
    """

    name: str = ""
    size: Count | None = None
    media_type: str = ""


class Term(Noted, frozen=True):
    """A term of an ontology, such as `GO:0005813`."""

    term: str = ""


class Value(Noted, frozen=True):
    """A single value: a yes or no, a number, or a moment (`value` is then ISO 8601 in UTC)."""

    kind: Literal["boolean", "integer", "number", "timestamp"] = "integer"
    value: bool | int | float | str = 0


class Xml(Noted, frozen=True):
    """An XML annotation, listed by its namespace and description. What it says is neither read nor published."""


#: Every kind of annotation that objects carry: stream name -> record type. Tag sets hang on tags only.
ANNOTATIONS: dict[str, type[Annotation]] = {
    "tags": Tag,
    "key_values": KeyValues,
    "comments": Comment,
    "ratings": Rating,
    "attachments": Attachment,
    "terms": Term,
    "values": Value,
    "xml": Xml,
}
