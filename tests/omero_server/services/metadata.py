"""IMetadata and ITypes: annotations and enumerations, read only."""

from __future__ import annotations

from typing import Any

import omero
import omero.api
from omero.rtypes import rlist, rlong, rstring

from .. import marshal, model
from ..dispatch import Call, Service, serves
from ..hql.errors import misuse
from ..hql.run import execute
from ..store import Row
from .query import graph_of


@serves(omero.api.IMetadata)
class Metadata(Service):
    def loadSpecifiedAnnotations(
        self, call: Call, kind: str, include: list[str], exclude: list[str], options: Any
    ) -> list[Any]:
        entity = model.entity(kind).name
        hql = f"select a from {entity} a left outer join fetch a.details.owner"
        if entity == "FileAnnotation":
            hql += " left outer join fetch a.file"
        conditions, parameters = ["a.id > 0"], {}
        if include:
            conditions.append("a.ns in (:include)")
            parameters["include"] = rlist([rstring(ns) for ns in include])
        if exclude:
            conditions.append("(a.ns is null or a.ns not in (:exclude))")
            parameters["exclude"] = rlist([rstring(ns) for ns in exclude])
        owner = options.theFilter.ownerId if options is not None and options.theFilter is not None else None
        if owner is not None:
            conditions.append("a.details.owner.id = :owner")
            parameters["owner"] = owner
        return _objects(call, f"{hql} where {' and '.join(conditions)}", parameters)

    def loadAnnotations(
        self,
        call: Call,
        root_type: str,
        ids: list[int],
        kinds: list[str],
        annotators: list[int],
        options: Any,
    ) -> dict[int, list[Any]]:
        """By id of the annotated object: its annotations, of these classes where any are named."""
        entity = model.entity(root_type).name
        hql = f"select l from {entity}AnnotationLink l join fetch l.child where l.parent.id in (:ids)"
        wanted = {name for kind in kinds for name in model.descendants(model.entity(kind).name)}
        found: dict[int, list[Any]] = {id: [] for id in ids}
        for link in _objects(call, hql, {"ids": rlist([rlong(id) for id in ids])}) if ids else ():
            child = link.child
            by = child.details.owner.id.val
            if (not wanted or type(child).__name__[:-1] in wanted) and (not annotators or by in annotators):
                found[link.parent.id.val].append(child)
        return found

    def loadInstrument(self, call: Call, id: int) -> Any:
        hql = (
            "select i from Instrument i left outer join fetch i.microscope"
            " left outer join fetch i.objective where i.id = :id"
        )
        found = _objects(call, hql, {"id": rlong(id)})
        if not found:
            raise misuse(f"No such Instrument: {id}")
        return found[0]


@serves(omero.api.ITypes)
class Types(Service):
    def allEnumerations(self, call: Call, kind: str) -> list[Any]:
        graph = graph_of(call)
        return [graph.object(row) for row in _entries(call, kind)]

    def getEnumeration(self, call: Call, kind: str, value: str) -> Any:
        matching = [row for row in _entries(call, kind) if row.values["value"] == value]
        if not matching:
            raise misuse(f"{kind} has no entry {value}")
        return graph_of(call).object(matching[0])

    def getEnumerationTypes(self, call: Call) -> list[str]:
        return sorted(name for name in model.all_entities() if model.is_enumeration(name))


def _entries(call: Call, kind: str) -> list[Row]:
    try:
        name = model.entity(kind).name
    except model.UnknownEntity as unknown:
        raise misuse(str(unknown)) from None
    if not model.is_enumeration(name):
        raise misuse(f"{name} is no enumeration")
    return sorted(call.lab.rows(name), key=lambda row: str(row.values["value"]))


def _objects(call: Call, hql: str, parameters: dict[str, Any]) -> list[Any]:
    answer = execute(call.lab, call.who, call.visible(), hql, parameters, all_groups=call.group is None)
    return marshal.objects(answer, graph_of(call))
