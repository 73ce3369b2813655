"""The annotations: stored once, linked from whatever carries them. Ids are unique across all kinds here."""

from __future__ import annotations

from catalog_builder.model.records import Id, Record


class TagSet(Record, frozen=True):
    """A tag set: a tag that groups tags."""

    id: Id
    name: str = ""
    description: str = ""
    owner: Id | None = None
    group: Id | None = None


class Tag(Record, frozen=True):
    """A tag. Two people may own tags of the same text: they keep their ids and share a page."""

    id: Id
    text: str = ""
    description: str = ""
    owner: Id | None = None
    group: Id | None = None
    sets: tuple[Id, ...] = ()
    """Ids of the tag sets it is in, ascending; often empty, sometimes several."""


class KeyValues(Record, frozen=True):
    """A map annotation: ordered pairs of key and value.

    Keys repeat legally; keys and values may be empty. Never a dict: that would lose order and repeats.
    """

    id: Id
    namespace: str = ""
    pairs: tuple[tuple[str, str], ...] = ()
    owner: Id | None = None
    group: Id | None = None
