"""Names to slots: aliases, paths, and the joins that a path brings along.

Hibernate turns a path that goes further than a foreign key into an INNER JOIN of the whole query, wherever the path
stands: a row without the reference is dropped, even if only the select clause asked. That trap is reproduced here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any, NamedTuple

from .. import model
from ..model import Kind
from ..store import Row
from .columns import CLASS, ENTITY, PERMISSIONS, UNIT, Column, Execution, Fetch, Frame, Place, Slot, Step
from .errors import refuse

NAMED_VALUE = "NamedValue"
RowSource = Callable[[Frame], Iterable[Any]]
_DETAILS = {
    "owner": ("owner", "Experimenter"),
    "group": ("group", "ExperimenterGroup"),
    "creationEvent": ("created", "Event"),
    "updateEvent": ("updated", "Event"),
    "externalInfo": ("external", "ExternalInfo"),
}


class Entry(NamedTuple):
    """A pair of a map annotation, with its place in the list."""

    name: str
    value: str
    position: int


class Scope:
    """The names of one query; a subquery's scope falls back on that of the query around it."""

    def __init__(self, run: Execution, outer: Scope | None = None) -> None:
        self.run = run
        self.outer = outer
        self.aliases: dict[str, Slot] = {}
        self.roots: list[Slot] = []
        self.steps: list[Step] = []
        self.fetches: list[Fetch] = []
        self._joined: dict[tuple[int, str], Slot] = {}

    @property
    def own_slots(self) -> frozenset[int]:
        return frozenset(step.slot for step in self.steps)

    # -- from and join -------------------------------------------------------------------------------------------

    def add_root(self, name: str, alias: str) -> Slot:
        try:
            entity = model.mapped(name).name
        except model.UnknownEntity as unknown:
            raise refuse(f"{unknown} [{self.run.text}]") from None
        slot = self._new(alias, entity)
        self.roots.append(slot)
        self.steps.append(Step(slot.index, None, entity))
        return slot

    def add_join(self, parts: tuple[str, ...], alias: str, outer: bool, fetch: bool) -> Step:
        """A written join, as an inner one: the caller applies its `with` condition and then `outer_rows`."""
        owner, rest = self._start(parts, needs_alias=True)
        while len(rest) > (2 if rest[0] == "details" else 1):
            hop = 2 if rest[0] == "details" else 1
            owner = self._implicit_join(owner, rest[:hop])
            rest = rest[hop:]
        if not rest:
            raise refuse(f"Path expected for join! [{self.run.text}]")
        target, rows, kind, list_field = self._relation(owner, rest)
        slot = self._new(alias, target, list_field)
        origin = Place(owner.index, "reference", rest[-1]) if kind == "reference" and not outer else None
        step = Step(slot.index, rows, origin=origin, needs=frozenset({owner.index}))
        self.steps.append(step)
        if fetch:
            self.fetches.append(Fetch(slot.index, owner.index, rest[-1], kind))
        return step

    def _new(self, alias: str, entity: str, list_field: str = "") -> Slot:
        if alias in self.aliases:
            raise refuse(f"Duplicate definition of alias '{alias}' [{self.run.text}]")
        slot = Slot(self.run.new_slot(), entity, list_field)
        if alias:
            self.aliases[alias] = slot
        return slot

    def _relation(self, owner: Slot, parts: tuple[str, ...]) -> tuple[str, RowSource, str, str]:
        """Of the property at the end of a join: its target, how to read it, its kind, the list it is part of."""
        follow, target, kind = self._reference(owner, parts)
        if follow is not None:
            return target, _single(owner.index, follow), kind, ""
        found = self._property(owner, parts[0])
        if found.kind is Kind.COLLECTION:
            return (
                found.target,
                self._members(owner, found),
                "collection",
                found.inverse if found.indexed else "",
            )
        if found.kind is Kind.PAIRS:
            return NAMED_VALUE, _pairs(owner.index, found.name), "pairs", NAMED_VALUE
        raise refuse(f"cannot join {owner.entity}.{found.name}: it is no association [{self.run.text}]")

    def _members(self, owner: Slot, found: model.Property) -> Callable[[Frame], list[Row]]:
        index, lab, visible = owner.index, self.run.lab, self.run.visible
        target, inverse = found.target, found.inverse

        def members(frame: Frame) -> list[Row]:
            row = frame[index]
            return [] if row is None else [r for r in lab.pointing(target, inverse, row.id) if visible(r)]

        return members

    # -- paths ---------------------------------------------------------------------------------------------------

    def column(self, parts: tuple[str, ...], join_entities: bool = False) -> Column:
        """What a path stands for. In a select clause, an entity at its end is joined (`join_entities`)."""
        if self._find(parts[0]) is None and (len(parts) == 1 or parts[:2] == ("ome", "model")):
            named = self._class_literal(".".join(parts))
            if named:
                return named
        slot, rest = self._start(parts)
        return self._walk(slot, rest, join_entities)

    def members_of(self, parts: tuple[str, ...]) -> tuple[Callable[[Frame], list[Row]], frozenset[int]]:
        """The rows of a collection given by its path: for elements(), size() and `is empty`."""
        owner, rest = self._start(parts)
        while len(rest) > 1:
            owner, rest = self._implicit_join(owner, rest[:1]), rest[1:]
        found = self._property(owner, rest[0]) if rest else None
        if found is None or found.kind is not Kind.COLLECTION:
            raise refuse(f"{'.'.join(parts)} is no collection [{self.run.text}]")
        return self._members(owner, found), frozenset({owner.index})

    def slot_of(self, alias: str) -> Slot | None:
        return self._find(alias)

    def _find(self, alias: str) -> Slot | None:
        found = self.aliases.get(alias)
        return found if found or self.outer is None else self.outer._find(alias)

    def _start(self, parts: tuple[str, ...], needs_alias: bool = False) -> tuple[Slot, tuple[str, ...]]:
        found = self._find(parts[0])
        if found is not None:
            return found, parts[1:]
        # Without an alias, `from Well where plate.id = :id` means the properties of the table itself.
        for root in self.roots:
            try:
                self._property(root, parts[0])
            except Exception:
                continue
            return root, parts
        if needs_alias or len(parts) > 1:
            raise refuse(f"Invalid path: '{'.'.join(parts)}': {parts[0]} is not mapped [{self.run.text}]")
        raise refuse(f"{parts[0]} is neither an alias, a property nor an entity [{self.run.text}]")

    def _class_literal(self, name: str) -> Column | None:
        try:
            entity = model.mapped(name)
        except model.UnknownEntity:
            return None
        return Column(CLASS, lambda _frame: entity.name, target=entity.name)

    def _walk(self, slot: Slot, parts: tuple[str, ...], join_entities: bool) -> Column:
        index, slots = slot.index, frozenset({slot.index})
        if not parts:
            if slot.entity == NAMED_VALUE:
                raise refuse(
                    f"an entry of a map has no value of its own: ask for its .name and .value [{self.run.text}]"
                )
            return Column(ENTITY, lambda f: f[index], slots, slot.entity, Place(index, "id", "id"))
        name, rest = parts[0], parts[1:]
        if name == "class" and not rest:
            return Column(CLASS, lambda f: None if f[index] is None else f[index].entity, slots)
        if name == "details":
            return self._walk_details(slot, parts, join_entities)
        found = self._property(slot, name)
        if found.kind is Kind.ENTITY:
            return self._walk_reference(slot, (name,), rest, join_entities)
        if found.kind is Kind.UNIT and len(rest) <= 1:
            return self._unit(slot, found, rest)
        if found.kind is Kind.VALUE and not rest:
            return self._value(slot, found)
        if found.kind is Kind.COLLECTION:
            raise refuse(f"illegal attempt to dereference collection {slot.entity}.{name} [{self.run.text}]")
        raise refuse(f"could not resolve property: {'.'.join(parts)} of: {slot.entity} [{self.run.text}]")

    def _value(self, slot: Slot, found: model.Property) -> Column:
        index, name, slots = slot.index, found.name, frozenset({slot.index})
        if slot.entity == NAMED_VALUE:
            return Column("RString", lambda f: None if f[index] is None else getattr(f[index], name), slots)
        if name == "id":
            return Column(
                "RLong",
                lambda f: None if f[index] is None else f[index].id,
                slots,
                place=Place(index, "id", "id"),
            )
        place = Place(index, "value", name)
        return Column(
            found.target,
            lambda f: None if f[index] is None else f[index].values.get(name),
            slots,
            place=place,
        )

    def _unit(self, slot: Slot, found: model.Property, rest: tuple[str, ...]) -> Column:
        index, name, slots = slot.index, found.name, frozenset({slot.index})

        def quantity(frame: Frame) -> Any:
            return None if frame[index] is None else frame[index].values.get(name)

        def part(frame: Frame) -> Any:
            whole = quantity(frame)
            return None if whole is None else getattr(whole, rest[0])

        if not rest:
            return Column(UNIT, quantity, slots, found.target)
        if rest[0] not in ("value", "unit"):
            raise refuse(f"could not resolve property: {rest[0]} of: {found.target} [{self.run.text}]")
        return Column("RDouble" if rest[0] == "value" else "RString", part, slots)

    def _walk_details(self, slot: Slot, parts: tuple[str, ...], join_entities: bool) -> Column:
        index, slots = slot.index, frozenset({slot.index})
        if parts[1:] == ("permissions",):
            return Column(PERMISSIONS, lambda f: f[index], slots)
        return self._walk_reference(slot, parts[:2], parts[2:], join_entities)

    def _walk_reference(
        self, slot: Slot, hop: tuple[str, ...], rest: tuple[str, ...], join_entities: bool
    ) -> Column:
        if (rest and rest != ("id",)) or (not rest and join_entities):
            return self._walk(self._implicit_join(slot, hop), rest, join_entities)
        follow, target, kind = self._reference(slot, hop)
        assert follow is not None
        index = slot.index
        place = Place(index, "reference", hop[-1]) if kind == "reference" else None
        column = Column(
            ENTITY,
            lambda f: None if f[index] is None else follow(f[index]),
            frozenset({index}),
            target,
            place,
        )
        return column.as_value() if rest else column

    def _implicit_join(self, slot: Slot, hop: tuple[str, ...]) -> Slot:
        key = (slot.index, ".".join(hop))
        if key not in self._joined:
            target, rows, kind, _ = self._relation(slot, hop)
            if kind not in ("reference", "details"):
                raise refuse(
                    f"illegal attempt to dereference collection {slot.entity}.{hop[-1]} [{self.run.text}]"
                )
            self._joined[key] = self._new("", target)
            origin = Place(slot.index, "reference", hop[-1]) if kind == "reference" else None
            needs = frozenset({slot.index})
            self.steps.append(Step(self._joined[key].index, rows, origin=origin, needs=needs))
        return self._joined[key]

    def _property(self, slot: Slot, name: str) -> model.Property:
        if slot.entity == NAMED_VALUE:
            if name in ("name", "value"):
                return model.Property(name, Kind.VALUE, "RString", NAMED_VALUE)
            raise refuse(f"could not resolve property: {name} of: {NAMED_VALUE} [{self.run.text}]")
        try:
            return model.property_of(slot.entity, name)
        except model.UnknownProperty as unknown:
            raise refuse(f"{unknown} [{self.run.text}]") from None

    def _details(self, slot: Slot, parts: tuple[str, ...]) -> tuple[Callable[[Row], Row | None], str]:
        if len(parts) < 2 or parts[1] not in _DETAILS or slot.entity == NAMED_VALUE:
            raise refuse(f"could not resolve property: {'.'.join(parts)} of: {slot.entity} [{self.run.text}]")
        attribute, target = _DETAILS[parts[1]]
        return attrgetter(attribute), target

    def _reference(
        self, slot: Slot, parts: tuple[str, ...]
    ) -> tuple[Callable[[Row], Row | None] | None, str, str]:
        """How to follow a foreign key: `image`, or `details.owner`; None where the path is no foreign key."""
        if parts[0] == "details":
            follow, target = self._details(slot, parts)
            return follow, target, "details"
        found = self._property(slot, parts[0])
        if found.kind is not Kind.ENTITY:
            return None, found.target, ""
        name = found.name
        return lambda row: row.values.get(name), found.target, "reference"


def _single(index: int, follow: Callable[[Row], Row | None]) -> Callable[[Frame], tuple[Row, ...]]:
    def rows(frame: Frame) -> tuple[Row, ...]:
        row = frame[index]
        found = None if row is None else follow(row)
        return () if found is None else (found,)

    return rows


def _pairs(index: int, name: str) -> Callable[[Frame], list[Entry]]:
    def rows(frame: Frame) -> list[Entry]:
        pairs = () if frame[index] is None else frame[index].values.get(name) or ()
        return [Entry(pair.name, pair.value, position) for position, pair in enumerate(pairs)]

    return rows


def matching_rows(rows: RowSource, slot: int, condition: Callable[[Frame], Any]) -> RowSource:
    """The rows of a join that its `with` condition holds for."""

    def matching(frame: Frame) -> list[Any]:
        found = []
        for row in rows(frame):
            frame[slot] = row
            if condition(frame) is True:
                found.append(row)
        return found

    return matching


def outer_rows(rows: RowSource) -> RowSource:
    """A left outer join: where there is no row, one that is null."""
    return lambda frame: rows(frame) or (None,)
