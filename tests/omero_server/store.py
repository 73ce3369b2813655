"""The lab that the stand-in serves: OMERO objects as plain rows in memory, indexed the way a database would be.

A row names its fields as omero-py's model does. References are the rows themselves, so following a foreign key costs
nothing; everything that points the other way is an index built when it is first asked for.
"""

from __future__ import annotations

import threading
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import omero.model
import omero.model.enums

from . import model
from .model import Kind

FIRST_IMPORT = 1_704_103_200_000  # 2024-01-01T10:00:00Z


class Unit(NamedTuple):
    """A quantity such as a pixel size: 0.1 MICROMETER."""

    value: float
    unit: str


class Pair(NamedTuple):
    """One entry of a map annotation."""

    name: str
    value: str


class Row:
    """One OMERO object. `values` holds what is not null; lists of NamedValue are tuples of Pair."""

    __slots__ = ("created", "entity", "external", "group", "id", "owner", "permissions", "updated", "values")

    def __init__(self, entity: str, id: int, values: dict[str, Any]) -> None:
        self.entity = entity
        self.id = id
        self.values = values
        self.owner: Row | None = None
        self.group: Row | None = None
        self.created: Row | None = None
        self.updated: Row | None = None
        self.external: Row | None = None
        self.permissions = "rw----"  # of a group; everything else takes those of its group

    def __repr__(self) -> str:
        return f"{self.entity}:{self.id}"

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)


class Ordered(NamedTuple):
    ids: list[int]
    rows: list[Row]


_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "RString": (str,),
    "RInt": (int,),
    "RLong": (int,),
    "RTime": (int,),
    "RBool": (bool,),
    "RDouble": (int, float),
    "RFloat": (int, float),
}


class Lab:
    """What an OMERO server holds. `seed` fixes the order of rows wherever a query leaves it open."""

    def __init__(self, seed: int = 1) -> None:
        self.seed = seed
        self.passwords: dict[str, str] = {}
        self.pictures: dict[int, bytes] = {}  # by pixels id: the bytes to serve instead of a drawn picture
        self.thumbnail_faults: dict[int, str] = {}  # by pixels id: what goes wrong, see pictures.FAULTS
        self.config: dict[str, str] = {}
        self._tables: dict[str, list[Row]] = {}
        self._by_id: dict[str, dict[int, Row]] = {}
        self._next_id: dict[str, int] = {}
        self._events: dict[int, Row] = {}
        self._indexes: dict[tuple[str, ...], Any] = {}
        self._lock = threading.RLock()
        self._owner: Row | None = None
        self._group: Row | None = None
        self._time = FIRST_IMPORT

    # -- filling -------------------------------------------------------------------------------------------------

    @contextmanager
    def acting(self, owner: Row, group: Row, time: int | None = None) -> Iterator[None]:
        """Objects added inside belong to this owner and group, and were created at this time (ms since 1970)."""
        before = self._owner, self._group, self._time
        self._owner, self._group, self._time = owner, group, self._time if time is None else time
        try:
            yield
        finally:
            self._owner, self._group, self._time = before

    def add(self, entity: str, *, id: int | None = None, updated: int | None = None, **fields: Any) -> Row:
        """Add one object; None fields stay null. Raises ValueError for a field that omero-py's model does not have."""
        known = _fields(entity)
        values = {
            name: known[name](value) for name, value in fields.items() if value is not None and name in known
        }
        unknown = fields.keys() - known.keys()
        if unknown:
            raise ValueError(
                f"{entity} has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(known))}"
            )
        with self._lock:
            root = model.entity(entity).lineage[-1]
            rows = self._by_id.setdefault(root, {})
            if id is None:
                # Ids of different kinds never start alike: a client that mixes up image and pixels ids must fail.
                id = self._next_id.get(root, zlib.crc32(root.encode()) % 900 + 101)
            if id in rows:
                raise ValueError(f"there is a {root} with id {id} already")
            self._next_id[root] = max(id + 1, self._next_id.get(root, 0))
            row = rows[id] = Row(entity, id, values)
            row.owner, row.group = self._owner, self._group
            if entity != "Event":
                row.created = self.event(self._time)
                row.updated = row.created if updated is None else self.event(updated)
            self._tables.setdefault(entity, []).append(row)
            self._index_one(row)
        return row

    def event(self, time: int) -> Row:
        if time not in self._events:
            self._events[time] = self.add(
                "Event", time=time, experimenter=self._owner, experimenterGroup=self._group
            )
        return self._events[time]

    def link(self, parent: Row, child: Row, **fields: Any) -> Row:
        """Link two objects by the class that OMERO has for them: DatasetImageLink, ImageAnnotationLink, ..."""
        if "Annotation" in model.entity(child.entity).lineage:
            left = "Annotation" if "Annotation" in model.entity(parent.entity).lineage else parent.entity
            return self.add(f"{left}AnnotationLink", parent=parent, child=child, **fields)
        return self.add(f"{parent.entity}{child.entity}Link", parent=parent, child=child, **fields)

    def add_group(self, name: str, permissions: str, **fields: Any) -> Row:
        group = self.add("ExperimenterGroup", name=name, ldap=False, **fields)
        group.permissions = permissions
        return group

    def add_user(
        self, login: str, password: str, groups: Iterable[Row], leads: Iterable[Row] = (), **fields: Any
    ) -> Row:
        """An account. The first of its groups is the one it works in unless it says otherwise."""
        user = self.add("Experimenter", omeName=login, ldap=False, **fields)
        self.passwords[login] = password
        led = list(leads)
        for group in groups:
            self.add("GroupExperimenterMap", parent=group, child=user, owner=group in led)
        return user

    def enumeration(self, entity: str, value: str) -> Row:
        """The enumeration entry of that value, added when it is the first time."""
        for row in self._tables.get(entity, ()):
            if row.values.get("value") == value:
                return row
        row = self.add(entity, value=value)
        row.owner = row.group = None  # enumerations belong to nobody
        return row

    def edit(self, row: Row, **fields: Any) -> None:
        """Change an object as saving it does, its version and update event, too. None makes a field null."""
        known = _fields(row.entity)
        with self._lock:
            for name, value in fields.items():
                row.values.pop(name, None)
                if value is not None:
                    row.values[name] = known[name](value)
            if "version" in known:
                row.values["version"] = (row.values.get("version") or 0) + 1
            row.updated = self.add(
                "Event", time=self._time, experimenter=row.owner, experimenterGroup=row.group
            )
            self._indexes.clear()

    def delete(self, row: Row) -> None:
        """Take an object away, and with it whatever refers to it: its links, pixels, channels, fields."""
        with self._lock:
            gone = [row]
            for one in gone:  # grows on the way
                gone += [
                    other
                    for rows in self._tables.values()
                    for other in rows
                    if one in other.values.values() and other not in gone
                ]
            for one in gone:
                self._tables[one.entity].remove(one)
                del self._by_id[model.entity(one.entity).root][one.id]
            self._indexes.clear()

    # -- reading -------------------------------------------------------------------------------------------------

    def rows(self, entity: str) -> list[Row]:
        """Every row of the entity and its subclasses, in no particular order."""
        found: list[Row] = self._index(("rows", entity), lambda: self._read(entity))
        return found

    def get(self, entity: str, id: int) -> Row | None:
        row = self._by_id.get(model.entity(entity).root, {}).get(id)
        return row if row is not None and row.entity in model.descendants(entity) else None

    def find(self, entity: str, **fields: Any) -> Row:
        """The one row with these values; for tests."""
        found = [
            r for r in self.rows(entity) if all(r.values.get(name) == value for name, value in fields.items())
        ]
        if len(found) != 1:
            raise LookupError(f"{len(found)} {entity} with {fields}")
        return found[0]

    def pointing(self, entity: str, field: str, target_id: int) -> list[Row]:
        """The rows whose foreign key `field` is `target_id`, oldest first: what a collection holds."""
        return self._grouped(entity, field).get(target_id, [])

    def valued(self, entity: str, field: str, value: Any) -> list[Row]:
        """The rows whose plain field has this value."""
        return self._grouped(entity, field).get(value, [])

    def between(
        self, entity: str, low: int | None, low_open: bool, high: int | None, high_open: bool
    ) -> list[Row]:
        """The rows whose id is in the range, in the order of their ids."""
        ordered: Ordered = self._index(("ordered", entity), lambda: self._ordered(entity))
        start = 0 if low is None else (bisect_right if low_open else bisect_left)(ordered.ids, low)
        stop = (
            len(ordered.ids)
            if high is None
            else (bisect_left if high_open else bisect_right)(ordered.ids, high)
        )
        return ordered.rows[start:stop]

    def position(self, row: Row, field: str) -> int:
        """The place of a row in the list it belongs to, such as a channel among the channels of its pixels."""
        owner = row.values[field]
        positions = self._index(("position", row.entity, field), dict)
        if row.id not in positions:
            siblings = self.pointing(row.entity, field, owner.id)
            positions.update((sibling.id, place) for place, sibling in enumerate(siblings))
        return int(positions[row.id])

    def _read(self, entity: str) -> list[Row]:
        return [row for name in model.descendants(entity) for row in self._tables.get(name, ())]

    def _grouped(self, entity: str, field: str) -> dict[Any, list[Row]]:
        groups: dict[Any, list[Row]] = self._index(
            ("grouped", entity, field), lambda: self._group_by(entity, field)
        )
        return groups

    def _index(self, key: tuple[str, ...], build: Any) -> Any:
        found = self._indexes.get(key)
        if found is None:
            with self._lock:
                found = self._indexes[key] = build()
        return found

    def _group_by(self, entity: str, field: str) -> dict[Any, list[Row]]:
        groups: dict[Any, list[Row]] = {}
        for row in self.rows(entity):
            value = row.values.get(field)
            if value is not None:
                groups.setdefault(value.id if isinstance(value, Row) else value, []).append(row)
        return groups

    def _index_one(self, row: Row) -> None:
        """Take a new row into the indexes that there are; one that goes by order is built anew when needed."""
        lineage = model.entity(row.entity).lineage
        for key in [key for key in self._indexes if key[1] in lineage]:
            if key[0] == "rows":
                self._indexes[key].append(row)
            elif key[0] == "grouped":
                value = row.values.get(key[2])
                if value is not None:
                    of = value.id if isinstance(value, Row) else value
                    self._indexes[key].setdefault(of, []).append(row)
            else:
                del self._indexes[key]

    def _ordered(self, entity: str) -> Ordered:
        rows = sorted(self.rows(entity), key=lambda row: row.id)
        return Ordered([row.id for row in rows], rows)


@cache
def _fields(entity: str) -> dict[str, Any]:
    """By field name: what checks and normalises a value for it."""
    checks = {}
    for name, found in model.entity(entity).properties.items():
        if found.kind is not Kind.COLLECTION and name != "id":
            checks[name] = _check(entity, found)
    return checks


def _check(entity: str, found: model.Property) -> Any:
    def value(given: Any) -> Any:
        allowed = _PYTHON_TYPES[found.target]
        if not isinstance(given, allowed) or (isinstance(given, bool) and bool not in allowed):
            raise ValueError(f"{entity}.{found.name} is a {found.target}, not {given!r}")
        return given

    def unit(given: Any) -> Unit:
        quantity = Unit(*given)
        if not hasattr(getattr(omero.model.enums, f"Units{found.target}"), quantity.unit):
            raise ValueError(f"{entity}.{found.name} has no unit {quantity.unit}")
        return quantity

    def reference(given: Any) -> Row:
        if not isinstance(given, Row) or given.entity not in model.descendants(found.target):
            raise ValueError(f"{entity}.{found.name} is a {found.target}, not {given!r}")
        return given

    def pairs(given: Any) -> tuple[Pair, ...]:
        return tuple(Pair(*pair) for pair in given)

    return {Kind.VALUE: value, Kind.UNIT: unit, Kind.ENTITY: reference, Kind.PAIRS: pairs}[found.kind]
