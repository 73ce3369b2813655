"""Rows to omero-py's objects and values to RTypes: what goes over the wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import omero
import omero.model
import omero.model.enums
from omero.rtypes import rbool, rdouble, rfloat, rint, rlong, rmap, robject, rstring, rtime

from . import model, security
from .hql.columns import CLASS, ENTITY, PERMISSIONS, UNIT, Column, Fetch, Frame
from .hql.errors import misuse
from .hql.query import fetches_a_collection
from .hql.run import Answer
from .model import Kind
from .security import Caller
from .store import Lab, Row, Unit

_WRAPPERS: dict[str, Callable[[Any], Any]] = {
    "RString": rstring,
    "RInt": rint,
    "RLong": rlong,
    "RDouble": lambda value: rdouble(float(value)),
    "RFloat": lambda value: rfloat(float(value)),
    "RBool": rbool,
    "RTime": rtime,
}
_DETAILS = {
    "owner": ("owner", "_owner", "Experimenter"),
    "group": ("group", "_group", "ExperimenterGroup"),
    "creationEvent": ("created", "_creationEvent", "Event"),
    "updateEvent": ("updated", "_updateEvent", "Event"),
    "externalInfo": ("external", "_externalInfo", "ExternalInfo"),
}


class Graph:
    """The objects of one reply: each row becomes one object, however often it is met."""

    def __init__(self, lab: Lab, who: Caller, all_groups: bool) -> None:
        self.lab = lab
        self.who = who
        self.all_groups = all_groups
        self._loaded: dict[int, Any] = {}
        self._members: dict[tuple[int, str], list[tuple[Row, Any]]] = {}

    def object(self, row: Row) -> Any:
        """The row with its plain fields; what it refers to is unloaded, its collections are not loaded."""
        known = self._loaded.get(id(row))
        if known is not None:
            return known
        made = self._loaded[id(row)] = getattr(omero.model, f"{row.entity}I")(row.id, True)
        made.unloadCollections()
        made._id = rlong(row.id)
        for name, found in model.entity(row.entity).properties.items():
            value = row.values.get(name)
            if value is not None and name != "id":
                setattr(made, f"_{name}", self._field(found, value))
        made._details = self._details(row)
        return made

    def _field(self, found: model.Property, value: Any) -> Any:
        if found.kind is Kind.ENTITY:
            return unloaded(value)
        if found.kind is Kind.UNIT:
            return quantity(found.target, value)
        if found.kind is Kind.PAIRS:
            return [omero.model.NamedValue(pair.name, pair.value) for pair in value]
        return _WRAPPERS[found.target](value)

    def _details(self, row: Row) -> Any:
        details = omero.model.DetailsI()
        for attribute, member, _ in _DETAILS.values():
            target = getattr(row, attribute)
            if target is not None:
                setattr(details, member, unloaded(target))
        details._permissions = self.permissions(row)
        return details

    def permissions(self, row: Row) -> Any:
        group = row if row.entity == "ExperimenterGroup" else row.group
        permissions = omero.model.PermissionsI("rw----") if group is None else security.permissions_of(group)
        permissions._restrictions = security.restrictions(self.who, row, self.all_groups)
        permissions._extendedRestrictions = []
        return permissions

    def attach(self, owner: Row, name: str, kind: str, member: Row | None) -> None:
        """Hang a fetched row on the row that owns it, as `join fetch` does."""
        parent = self.object(owner)
        if kind == "details":
            if member is not None:
                setattr(parent._details, _DETAILS[name][1], self.object(member))
        elif kind == "reference":
            if member is not None:
                setattr(parent, f"_{name}", self.object(member))
        elif kind == "collection":
            members = self._collection(owner, name, parent)
            if member is not None and all(known is not member for known, _ in members):
                members.append((member, self.object(member)))

    def attach_all(self, owner: Row, name: str, members: list[Row]) -> None:
        self._collection(owner, name, self.object(owner))
        for member in members:
            self.attach(owner, name, "collection", member)

    def _collection(self, owner: Row, name: str, parent: Any) -> list[tuple[Row, Any]]:
        members = self._members.setdefault((id(owner), name), [])
        setattr(parent, f"_{name}Loaded", True)
        return members

    def finish(self) -> None:
        """Write the collections: lists keep their positions, with nulls where a filter left members out."""
        for (owner, name), members in self._members.items():
            parent = self._loaded[owner]
            found = model.property_of(type(parent).__name__.removesuffix("I"), name)
            if found.indexed:
                positions = {self.lab.position(row, found.inverse): made for row, made in members}
                listed = [positions.get(place) for place in range(max(positions, default=-1) + 1)]
            else:
                listed = [made for _, made in members]
            setattr(parent, f"_{name}Seq", listed)


def unloaded(row: Row) -> Any:
    return getattr(omero.model, f"{row.entity}I")(row.id, False)


def quantity(target: str, unit: Unit) -> Any:
    units = getattr(omero.model.enums, f"Units{target}")
    return getattr(omero.model, f"{target}I")(unit.value, getattr(units, unit.unit))


def symbol(target: str, unit: str) -> str:
    units = getattr(omero.model.enums, f"Units{target}")
    return str(getattr(omero.model, f"{target}I").lookupSymbol(getattr(units, unit)))


# -- IQuery.findAllByQuery ---------------------------------------------------------------------------------------


def objects(answer: Answer, graph: Graph) -> list[Any]:
    """The entities of a query that selects one, with everything that it fetches."""
    column = answer.columns[0]
    if len(answer.columns) != 1 or answer.as_map or column.type != ENTITY:
        raise misuse(f"this query returns no objects: use projection [{answer.prepared.query.text}]")
    roots: list[Row | None] = []
    for result in answer.results:
        roots.append(result.values[0])
        if result.frame is not None:
            _attach_fetched(graph, answer.prepared.fetches, result.frame)
    if answer.prepared.query.distinct or fetches_a_collection(answer.prepared):
        # OMERO always sets a limit, and Hibernate then takes the duplicates out that a fetched collection makes.
        roots = list({id(row): row for row in roots}.values())
    found = [None if row is None else graph.object(row) for row in roots]
    graph.finish()
    return found


def _attach_fetched(graph: Graph, fetches: list[Fetch], frame: Frame) -> None:
    for fetch in fetches:
        owner = frame[fetch.owner]
        if owner is not None and fetch.kind != "pairs":
            graph.attach(owner, fetch.property, fetch.kind, frame[fetch.slot])


# -- IQuery.projection -------------------------------------------------------------------------------------------


def rows(answer: Answer, graph: Graph) -> list[list[Any]]:
    """The rows of a projection. A null that is the only column arrives as an empty row."""
    encoders = [encoder(column, graph) for column in answer.columns]
    if answer.as_map:
        return [[_as_map(answer, result.values, encoders, graph)] for result in answer.results]
    if len(encoders) == 1:
        encode = encoders[0]
        return [[] if r.values[0] is None else [encode(r.values[0])] for r in answer.results]
    return [
        [None if v is None else encode(v) for encode, v in zip(encoders, result.values, strict=True)]
        for result in answer.results
    ]


def _as_map(
    answer: Answer, values: tuple[Any, ...], encoders: list[Callable[[Any], Any]], graph: Graph
) -> Any:
    found = {}
    for name, value, encode, column in zip(answer.names, values, encoders, answer.columns, strict=True):
        if name.endswith("_details_permissions") and column.type == ENTITY and value is not None:
            found[name] = permissions_map(
                graph, value
            )  # OMERO's own convention, which its web client relies on
        else:
            found[name] = None if value is None else encode(value)
    return rmap(found)


def encoder(column: Column, graph: Graph) -> Callable[[Any], Any]:
    if column.type == ENTITY:
        return lambda row: robject(graph.object(row))
    if column.type == UNIT:
        return lambda unit: unit_map(column.target, unit)
    if column.type == PERMISSIONS:
        return lambda row: permissions_map(graph, row)
    if column.type == CLASS:
        return lambda name: rstring(model.entity(name).java_name)
    return _WRAPPERS[column.type]


def unit_map(target: str, unit: Unit) -> Any:
    return rmap(
        {
            "value": rdouble(unit.value),
            "unit": rstring(unit.unit),
            "symbol": rstring(symbol(target, unit.unit)),
        }
    )


def permissions_map(graph: Graph, row: Row) -> Any:
    permissions = graph.permissions(row)
    flags = {
        name: rbool(not denied)
        for name, denied in zip(security.RESTRICTIONS, permissions._restrictions, strict=True)
    }
    return rmap({"perm": rstring(str(permissions)), **flags})
