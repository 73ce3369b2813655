"""Every kind of annotation, each once; and which of them hang on what."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple, TypeVar

import msgspec

from catalog_builder.model.annotations import (
    Annotation,
    Attachment,
    Comment,
    KeyValues,
    PairPool,
    Rating,
    Tag,
    TagSet,
    Term,
    Value,
    Xml,
)
from catalog_builder.model.base import Carrier, Linked
from catalog_builder.sources.omero import queries
from catalog_builder.sources.omero.containers import moment
from catalog_builder.sources.omero.failures import NotUnderstood
from catalog_builder.sources.omero.queries import Query
from catalog_builder.sources.omero.reach import Reach
from catalog_builder.sources.omero.remote import Remote, Row

Pairs = tuple[tuple[str, str], ...]
Thing = TypeVar("Thing", bound=Carrier)


class Kind(NamedTuple):
    """How one kind of annotation is read: its stream, its query, and what makes it of the columns behind
    id, owner and group."""

    stream: str
    query: Query
    make: Callable[..., Annotation]


def _texts(record: Callable[..., Annotation], *names: str) -> Callable[..., Annotation]:
    """A record whose columns are texts, an empty one where OMERO has none."""

    def make(*columns: str | None, **known: Any) -> Annotation:
        return record(**known, **{name: text or "" for name, text in zip(names, columns, strict=True)})

    return make


def _comment(namespace: str, description: str, text: str, created: int | None, **known: Any) -> Annotation:
    return Comment(
        **known,
        namespace=namespace or "",
        description=description or "",
        text=text or "",
        created=moment(created),
    )


def _attachment(
    namespace: str, description: str, name: str, size: int | None, media_type: str, **known: Any
) -> Annotation:
    return Attachment(
        **known,
        namespace=namespace or "",
        description=description or "",
        name=name or "",
        size=size if size is not None and size >= 0 else None,
        media_type=media_type or "",
    )


def _value(kind: str) -> Callable[..., Annotation]:
    def make(namespace: str, description: str, value: Any, **known: Any) -> Annotation:
        if kind == "timestamp":
            at = moment(value)
            value = at.isoformat().replace("+00:00", "Z") if at else ""
        return Value(
            **known,
            namespace=namespace or "",
            description=description or "",
            kind=kind,  # type: ignore[arg-type]
            value="" if value is None or value != value else value,  # NaN is no JSON
        )

    return make


#: The kinds besides tags and key-values, which have more to them than a row.
KINDS = (
    Kind("comments", queries.COMMENTS, _comment),
    Kind("ratings", queries.RATINGS, lambda stars, **known: Rating(**known, stars=max(0, stars or 0))),
    Kind("attachments", queries.ATTACHMENTS, _attachment),
    Kind("terms", queries.TERMS, _texts(Term, "namespace", "description", "term")),
    Kind("values", queries.INTEGERS, _value("integer")),
    Kind("values", queries.NUMBERS, _value("number")),
    Kind("values", queries.BOOLEANS, _value("boolean")),
    Kind("values", queries.TIMESTAMPS, _value("timestamp")),
    Kind("xml", queries.XML, _texts(Xml, "namespace", "description")),
)

#: Read only where the publishing rules let them out.
ON_REQUEST = frozenset({"comments", "ratings", "attachments"})


@dataclass(frozen=True)
class Annotations:
    """Every annotation that hangs on something within reach, by id."""

    tag_sets: dict[int, TagSet] = field(default_factory=dict)
    by_stream: dict[str, dict[int, Any]] = field(default_factory=dict)
    """Stream name -> annotations of that kind."""

    def owners(self) -> set[int | None]:
        """Ids of those who own one of them."""
        return {annotation.owner for annotation in self._all()}

    def groups(self) -> set[int | None]:
        """Ids of the groups that one of them is in."""
        return {annotation.group for annotation in self._all()}

    def ids(self) -> set[int]:
        """Ids of all of them, tag sets aside."""
        return set(chain.from_iterable(self.by_stream.values()))

    def _all(self) -> Iterator[Annotation]:
        return chain(self.tag_sets.values(), *(found.values() for found in self.by_stream.values()))


def read_annotations(
    remote: Remote, reach: Reach, also: Collection[str], before: Mapping[int, KeyValues]
) -> Annotations:
    """The annotations within reach, whoever owns them; what may go out is decided elsewhere.

    `also`: which of comments, ratings and attachments are asked for. `before`: map annotations of the last
    export; the pairs of those that have not changed are not asked for again.
    """
    rows = _by_id(remote.rows(queries.TAGS, reach))
    members, tag_sets = _tag_sets(remote, reach, rows)
    tags = {
        id_: Tag(
            id=id_,
            text=text or "",
            description=description or "",
            owner=owner,
            group=group,
            sets=tuple(sorted(members[id_])),
        )
        for id_, owner, group, text, description in rows
    }
    found: dict[str, dict[int, Any]] = {"tags": tags, "key_values": _key_values(remote, reach, before)}
    for stream, query, make in KINDS:
        if stream not in ON_REQUEST or stream in also:
            of_kind = found.setdefault(stream, {})
            for id_, owner, group, *columns in _by_id(remote.rows(query, reach)):
                of_kind[id_] = make(*columns, id=id_, owner=owner, group=group)
    return Annotations(tag_sets, found)


class Links(NamedTuple):
    """What hangs on one object: ids of annotations, ascending, and who linked them where that was asked."""

    annotations: tuple[int, ...] = ()
    linked: tuple[Linked, ...] = ()


def with_links(things: dict[int, Thing], links: dict[int, Links]) -> dict[int, Thing]:
    """The things with what hangs on them."""
    return {
        id_: msgspec.structs.replace(thing, **links[id_]._asdict()) if id_ in links else thing
        for id_, thing in things.items()
    }


def gather_links(rows: Iterable[Row], known: Collection[int]) -> dict[int, Links]:
    """Rows of link, object, annotation (and who, when) -> what hangs on each object, of what is known.

    Several people may link one annotation to one object: it counts once, and each of them is told of.
    """
    found: defaultdict[int, set[int]] = defaultdict(set)
    linked: defaultdict[int, list[tuple[int, int, Linked]]] = defaultdict(list)
    for link, one, annotation, *who in rows:
        if annotation in known:
            found[one].add(annotation)
            if who:
                told = Linked(annotation=annotation, by=who[0], at=moment(who[1]))
                linked[one].append((annotation, link, told))
    return {
        one: Links(
            tuple(sorted(annotations)),
            tuple(told for *_, told in sorted(linked.get(one, ()), key=lambda told: told[:2])),
        )
        for one, annotations in found.items()
    }


def gather(rows: Iterable[Row], known: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Rows of link, one, other -> the others of each one that are known, ascending and each once."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for _, one, other in rows:
        if other in known:
            found[one].add(other)
    return {one: tuple(sorted(others)) for one, others in found.items()}


def _by_id(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row[0])


def _tag_sets(
    remote: Remote, reach: Reach, tags: list[Row]
) -> tuple[defaultdict[int, set[int]], dict[int, TagSet]]:
    """Tag id -> ids of its sets, and those sets that hold a tag within reach."""
    members: defaultdict[int, set[int]] = defaultdict(set)
    if not tags:
        return members, {}
    ids = {row[0] for row in tags}
    for _, parent, child in remote.rows(queries.TAG_SET_LINKS, reach):
        if child in ids:
            members[child].add(parent)
    wanted = {id_ for sets in members.values() for id_ in sets}
    sets = {
        id_: TagSet(id=id_, name=name or "", description=description or "", owner=owner, group=group)
        for id_, name, description, owner, group in sorted(
            remote.by_ids(queries.TAG_SETS, wanted), key=lambda row: row[0]
        )
    }
    for of_tag in members.values():
        of_tag &= set(sets)
    return members, sets


def _key_values(remote: Remote, reach: Reach, before: Mapping[int, KeyValues]) -> dict[int, KeyValues]:
    """The map annotations with their pairs in order; one without pairs stays."""
    rows = _by_id(remote.rows(queries.KEY_VALUES, reach))
    known: dict[int, KeyValues] = {}
    fresh: dict[int, dict[str, Any]] = {}
    for id_, owner, group, namespace, version, event in rows:
        state = owner, group, sys.intern(namespace or ""), f"{version or 0}.{event or 0}"
        one = before.get(id_)
        if one is not None and (one.owner, one.group, one.namespace, one.revision) == state:
            known[id_] = one
        else:
            fresh[id_] = dict(zip(("owner", "group", "namespace", "revision"), state, strict=True))
    pool = PairPool()
    pairs: dict[int, Pairs] = {}
    for id_, found in _pairs_of(remote, reach, list(fresh), len(rows)) if fresh else ():
        pairs[id_] = pool.shared(found)
    return known | {id_: KeyValues(id=id_, pairs=pairs.get(id_, ()), **fresh[id_]) for id_ in fresh}


def _pairs_of(remote: Remote, reach: Reach, wanted: list[int], of: int) -> Iterator[tuple[int, Pairs]]:
    """Map annotation id -> its pairs: asked for by id where they are few, else all that are within reach."""
    try:
        if 2 * len(wanted) > of:
            yield from _pairs(remote, reach)
        else:
            yield from _in_order(list(remote.by_ids(queries.CHANGED_PAIRS, wanted)))
    except NotUnderstood:
        yield from _pairs_of_objects(remote, wanted)


def _pairs(remote: Remote, reach: Reach) -> Iterator[tuple[int, Pairs]]:
    """Map annotation id -> its pairs, read as rows: a call for every 5 x `page` pairs.

    A full page may end within an annotation: its rows are dropped and it leads the next page. Where one
    annotation fills a page by itself, the next page is twice as long.
    """
    last, limit = -1, 5 * remote.page
    while True:
        rows = remote.one_page(queries.PAIRS, reach, limit, last=last)
        full = len(rows) == limit
        cut = max(row[0] for row in rows) if full else None
        whole = _in_order(row for row in rows if row[0] != cut)
        yield from whole
        if not full:
            return
        last, limit = (whole[-1][0], limit) if whole else (last, 2 * limit)


def _in_order(rows: Iterable[Row]) -> list[tuple[int, Pairs]]:
    """Rows of annotation, place, key, value -> the pairs of each annotation, by ascending id."""
    collected: defaultdict[int, list[tuple[int, str, str]]] = defaultdict(list)
    for id_, place, key, value in rows:
        collected[id_].append((place, key or "", value or ""))
    return [
        (id_, tuple((key, value) for _, key, value in sorted(places, key=lambda pair: pair[0])))
        for id_, places in sorted(collected.items())
    ]


def _pairs_of_objects(remote: Remote, ids: list[int]) -> Iterator[tuple[int, Pairs]]:
    """The same, read as objects, for a server that cannot tell a pair's place."""
    for annotation in remote.objects(queries.PAIRS_AS_OBJECTS, ids):
        held = [pair for pair in annotation.getMapValue() or () if pair is not None]
        yield annotation.id.val, tuple((pair.name or "", pair.value or "") for pair in held)
