"""IQuery."""

from __future__ import annotations

from typing import Any

import omero
import omero.api
from omero.rtypes import rstring

from .. import marshal, model
from ..dispatch import Call, Service, serves
from ..hql.errors import misuse, refuse
from ..hql.run import Answer, execute
from ..marshal import Graph
from ..model import Kind
from ..store import Row


@serves(omero.api.IQuery)
class Query(Service):
    def projection(self, call: Call, hql: str, parameters: Any) -> list[list[Any]]:
        graph = graph_of(call)
        found = marshal.rows(answer(call, hql, parameters), graph)
        graph.finish()
        return found

    def findAllByQuery(self, call: Call, hql: str, parameters: Any) -> list[Any]:
        return marshal.objects(answer(call, hql, parameters), graph_of(call))

    def findByQuery(self, call: Call, hql: str, parameters: Any) -> Any:
        found = marshal.objects(answer(call, hql, parameters), graph_of(call))
        return _only(found, hql)

    def get(self, call: Call, klass: str, id: int) -> Any:
        row = _visible_row(call, klass, id)
        if row is None:
            raise omero.ValidationException(
                None, None, f"The requested object ({klass},{id}) is not available."
            )
        return graph_of(call).object(row)

    def find(self, call: Call, klass: str, id: int) -> Any:
        row = _visible_row(call, klass, id)
        return None if row is None else graph_of(call).object(row)

    def findAll(self, call: Call, klass: str, filter: Any) -> list[Any]:
        limit = filter.limit.val if filter and filter.limit else None
        offset = filter.offset.val if filter and filter.offset else None
        hql = f"select x from {_entity(klass)} x"
        return marshal.objects(_execute(call, hql, {}, limit, offset), graph_of(call))

    def findByString(self, call: Call, klass: str, field: str, value: str) -> Any:
        hql = f"select x from {_entity(klass)} x where x.{_text_field(klass, field)} = :value"
        return _only(marshal.objects(_execute(call, hql, {"value": rstring(value)}), graph_of(call)), hql)

    def findAllByString(
        self, call: Call, klass: str, field: str, value: str, case_sensitive: bool, filter: Any
    ) -> list[Any]:
        path = f"x.{_text_field(klass, field)}"
        hql = f"select x from {_entity(klass)} x where {path if case_sensitive else f'lower({path})'} like :value"
        pattern = rstring(f"%{value if case_sensitive else value.lower()}%")
        return marshal.objects(_execute(call, hql, {"value": pattern}), graph_of(call))


def answer(call: Call, hql: str, parameters: Any) -> Answer:
    """A query with what omero.sys.Parameters says. Its filter's owner and group are ignored, as OMERO ignores them."""
    call.server.queries.append(hql)
    page = parameters.theFilter if parameters is not None else None
    limit = page.limit.val if page is not None and page.limit is not None else None
    offset = page.offset.val if page is not None and page.offset is not None else None
    if offset is not None and limit is None:
        limit = 2**31 - 1
    return _execute(call, hql, parameters.map if parameters is not None else None, limit, offset)


def graph_of(call: Call) -> Graph:
    return Graph(call.lab, call.who, call.group is None)


def _execute(
    call: Call, hql: str, parameters: Any, limit: int | None = None, offset: int | None = None
) -> Answer:
    return execute(call.lab, call.who, call.visible(), hql, parameters, limit, offset, call.group is None)


def _entity(klass: str) -> str:
    try:
        return model.entity(klass).name
    except model.UnknownEntity:
        raise misuse(f"{klass} does not specify a valid class.") from None


def _text_field(klass: str, field: str) -> str:
    try:
        found = model.property_of(_entity(klass), field)
    except model.UnknownProperty as unknown:
        raise refuse(str(unknown)) from None
    if found.kind is not Kind.VALUE or found.target != "RString":
        raise refuse(f"{klass}.{field} is no text")
    return field


def _visible_row(call: Call, klass: str, id: int) -> Row | None:
    row = call.lab.get(_entity(klass), id)
    return row if row is not None and call.visible()(row) else None


def _only(found: list[Any], hql: str) -> Any:
    distinct = list({id(one): one for one in found}.values())
    if len(distinct) > 1:
        raise misuse(
            f"Query named:\n\n\t{hql}\n\nhas returned more than one Object\n"
            "findBy methods must return a single value.\nPlease try findAllBy methods for queries which return Lists."
        )
    return distinct[0] if distinct else None
