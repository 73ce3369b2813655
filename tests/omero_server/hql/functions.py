"""The functions and aggregates of HQL that this server knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import model
from . import tree
from .columns import CLASS, ENTITY, Column, Frame, Getter
from .errors import not_built, refuse
from .scope import Entry

if TYPE_CHECKING:
    from .expressions import Compiler

AGGREGATES = frozenset({"count", "sum", "avg", "min", "max", "minindex", "maxindex"})
_CASTS = {
    "long": ("RLong", int),
    "integer": ("RInt", int),
    "int": ("RInt", int),
    "string": ("RString", str),
    "double": ("RDouble", float),
    "float": ("RFloat", float),
}


@dataclass(frozen=True)
class Aggregate:
    """A value over all the rows of a group, put into its own slot when the group is complete."""

    slot: int
    argument: Getter
    combine: Callable[[list[Any]], Any]  # over the values that are not null


def is_aggregate(node: tree.Node) -> bool:
    return isinstance(node, tree.Call) and node.name in AGGREGATES


def compile_call(compiler: Compiler, node: tree.Call) -> Column:
    if node.name in AGGREGATES:
        return _aggregate(compiler, node)
    if node.name in ("index", "size", "type", "cast"):
        return {"index": _index, "size": _size, "type": _type, "cast": _cast}[node.name](compiler, node)
    if node.name not in _SIMPLE:
        raise not_built(f"the function {node.name}()")
    rtype, apply = _SIMPLE[node.name]
    arguments = [compiler.value(argument) for argument in node.arguments]
    slots = frozenset[int]().union(*(argument.slots for argument in arguments))
    getters = [argument.get for argument in arguments]
    if not getters:
        raise refuse(f"{node.name}() needs an argument [{compiler.run.text}]")
    return Column(rtype or arguments[0].type, lambda f: apply(*(get(f) for get in getters)), slots)


def _aggregate(compiler: Compiler, node: tree.Call) -> Column:
    argument = _index(compiler, node) if node.name in ("minindex", "maxindex") else None
    if node.star:
        if node.name != "count":
            raise refuse(f"{node.name}(*) is no aggregate [{compiler.run.text}]")
        argument = Column("RLong", lambda _frame: 1)
    elif argument is None:
        if len(node.arguments) != 1 or any(is_aggregate(a) for a in node.arguments):
            raise refuse(f"{node.name}() takes one value [{compiler.run.text}]")
        argument = compiler.value(node.arguments[0])
    name = node.name.removesuffix("index")
    distinct = node.distinct
    rtype = {"count": "RLong", "avg": "RDouble", "min": argument.type, "max": argument.type}.get(name, "")
    if name in ("sum", "avg") and argument.category != "number":
        raise refuse(f"function {name}({argument.type}) does not exist [{compiler.run.text}]")
    rtype = rtype or ("RLong" if argument.type in ("RInt", "RLong") else "RDouble")
    combine = _COMBINE[name]
    slot = compiler.run.new_slot()
    aggregate = Aggregate(
        slot, argument.get, lambda values: combine(list(dict.fromkeys(values)) if distinct else values)
    )
    compiler.aggregates.append(aggregate)
    return Column(rtype, lambda frame: frame[slot])


_COMBINE: dict[str, Callable[[list[Any]], Any]] = {
    "count": len,
    "sum": lambda values: sum(values) if values else None,
    "avg": lambda values: sum(values) / len(values) if values else None,
    "min": lambda values: min(values, default=None),
    "max": lambda values: max(values, default=None),
}


def _index(compiler: Compiler, node: tree.Call) -> Column:
    path = node.arguments[0] if node.arguments else None
    slot = (
        compiler.scope.slot_of(path.parts[0])
        if isinstance(path, tree.Path) and len(path.parts) == 1
        else None
    )
    if slot is None or not slot.list_field:
        raise refuse(f"{node.name}() takes an alias of a member of a list [{compiler.run.text}]")
    index, list_field, lab = slot.index, slot.list_field, compiler.run.lab

    def position(frame: Frame) -> int | None:
        member = frame[index]
        if isinstance(member, Entry):
            return member.position
        return None if member is None else lab.position(member, list_field)

    return Column("RInt", position, frozenset({index}))


def _size(compiler: Compiler, node: tree.Call) -> Column:
    path = node.arguments[0] if node.arguments else None
    if not isinstance(path, tree.Path):
        raise refuse(f"size() takes a collection [{compiler.run.text}]")
    members, slots = compiler.scope.members_of(path.parts)
    return Column("RInt", lambda f: len(members(f)), slots)


def _type(compiler: Compiler, node: tree.Call) -> Column:
    argument = compiler.compile(node.arguments[0]) if node.arguments else None
    if argument is None or argument.type not in (CLASS, ENTITY):
        raise refuse(f"type() takes an entity or its class [{compiler.run.text}]")
    get = argument.get

    def java_name(frame: Frame) -> str | None:
        found = get(frame)
        name = found if argument.type == CLASS or found is None else found.entity
        return None if name is None else model.entity(name).java_name

    return Column("RString", java_name, argument.slots)


def _cast(compiler: Compiler, node: tree.Call) -> Column:
    if node.cast_to not in _CASTS:
        raise not_built(f"cast(... as {node.cast_to})")
    rtype, convert = _CASTS[node.cast_to]
    argument = compiler.value(node.arguments[0])
    return Column(rtype, lambda f: None if (v := argument.get(f)) is None else convert(v), argument.slots)


def _unless_null(apply: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *values: None if None in values else apply(*values)


_SIMPLE: dict[str, tuple[str, Callable[..., Any]]] = {
    "lower": ("RString", _unless_null(str.lower)),
    "upper": ("RString", _unless_null(str.upper)),
    "trim": ("RString", _unless_null(str.strip)),
    "length": ("RInt", _unless_null(len)),
    "concat": ("RString", _unless_null(lambda *texts: "".join(map(str, texts)))),
    "substring": ("RString", _unless_null(lambda text, start, size=None: text[start - 1 :][:size])),
    "str": ("RString", _unless_null(str)),
    "abs": ("", _unless_null(abs)),
    "coalesce": ("", lambda *values: next((v for v in values if v is not None), None)),
    "nullif": ("", lambda first, second: None if first == second else first),
}
