"""Tags, tag sets and key-values, each once; and which of them hang on what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from catalog_builder.model.annotations import KeyValues, Tag, TagSet
from catalog_builder.sources.omero import queries
from catalog_builder.sources.omero.connect import NotUnderstood
from catalog_builder.sources.omero.queries import Query, Reach
from catalog_builder.sources.omero.remote import Remote, Row

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Annotations:
    """Every annotation that hangs on something within reach, by id."""

    tag_sets: dict[int, TagSet] = field(default_factory=dict)
    tags: dict[int, Tag] = field(default_factory=dict)
    key_values: dict[int, KeyValues] = field(default_factory=dict)

    def owners(self) -> set[int | None]:
        """Ids of those who own one of them."""
        return {annotation.owner for annotation in self._all()}

    def groups(self) -> set[int | None]:
        """Ids of the groups that one of them is in."""
        return {annotation.group for annotation in self._all()}

    def _all(self) -> Iterator[TagSet | Tag | KeyValues]:
        yield from self.tag_sets.values()
        yield from self.tags.values()
        yield from self.key_values.values()


def read_annotations(remote: Remote, reach: Reach) -> Annotations:
    """The annotations within reach, whoever owns them; what may go out is decided elsewhere."""
    rows = sorted(remote.rows(queries.TAGS, reach), key=lambda row: row[0])
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
        for id_, text, description, owner, group in rows
    }
    return Annotations(tag_sets, tags, _key_values(remote, reach))


def links_of(
    remote: Remote, query: Query, reach: Reach, known: Collection[int]
) -> dict[int, tuple[int, ...]]:
    """Object id -> ids of its annotations, ascending, for a query of links; those not `known` are left out.

    Several people may link one annotation to one object: it counts once.
    """
    return gather(remote.rows(query, reach), known)


def gather(rows: Iterable[Row], known: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Rows of link, one, other -> the others of each one that are known, ascending and each once."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for _, one, other in rows:
        if other in known:
            found[one].add(other)
    return {one: tuple(sorted(others)) for one, others in found.items()}


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


def _key_values(remote: Remote, reach: Reach) -> dict[int, KeyValues]:
    """The map annotations with their pairs in order; one without pairs stays."""
    rows = sorted(remote.rows(queries.KEY_VALUES, reach), key=lambda row: row[0])
    if not rows:
        return {}
    ids = [row[0] for row in rows]
    try:
        pairs = dict(_pairs(remote, reach))
    except NotUnderstood:
        pairs = dict(_pairs_of_objects(remote, ids))
    return {
        id_: KeyValues(id=id_, namespace=namespace or "", pairs=pairs.get(id_, ()), owner=owner, group=group)
        for id_, namespace, owner, group in rows
    }


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
        collected: defaultdict[int, list[tuple[int, str, str]]] = defaultdict(list)
        for id_, place, key, value in rows:
            if id_ != cut:
                collected[id_].append((place, key or "", value or ""))
        for id_, places in sorted(collected.items()):
            yield id_, tuple((key, value) for _, key, value in sorted(places, key=lambda pair: pair[0]))
        if not full:
            return
        last, limit = (max(collected), limit) if collected else (last, 2 * limit)


def _pairs_of_objects(remote: Remote, ids: list[int]) -> Iterator[tuple[int, Pairs]]:
    """The same, read as objects, for a server that cannot tell a pair's place."""
    for annotation in remote.objects(queries.PAIRS_AS_OBJECTS, ids):
        held = [pair for pair in annotation.getMapValue() or () if pair is not None]
        yield annotation.id.val, tuple((pair.name or "", pair.value or "") for pair in held)
