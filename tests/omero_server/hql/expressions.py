"""Expressions of the tree, compiled to columns. SQL's three-valued logic: null compared with anything is null."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from . import functions, parameters, tree
from .columns import CLASS, NUMBERS, PERMISSIONS, UNIT, Column, Frame, Getter, Probe
from .errors import not_built, refuse
from .scope import Scope

if TYPE_CHECKING:
    from .query import Prepared

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MIRRORED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_ARITHMETIC = {"+": operator.add, "-": operator.sub, "*": operator.mul}


class Compiler:
    """Compiles the expressions of one query. `prepare` turns a subquery into something that can be run."""

    def __init__(self, scope: Scope, prepare: Callable[[tree.Query, Scope], Prepared]) -> None:
        self.scope = scope
        self.run = scope.run
        self.prepare = prepare
        self.aggregates: list[functions.Aggregate] = []

    def compile(self, node: tree.Node, join_entities: bool = False) -> Column:
        if isinstance(node, tree.Path):
            return self.scope.column(node.parts, join_entities)
        compile_node: Callable[[Compiler, Any], Column] = _COMPILERS[type(node)]
        return compile_node(self, node)

    def value(self, node: tree.Node) -> Column:
        """An expression in a comparison or a function: entities are their ids, and there are no whole units."""
        column = self.compile(node).as_value()
        if column.type in (UNIT, PERMISSIONS):
            raise not_built(f"a comparison of {column.type} values: use .value and .unit")
        return column

    def condition(self, node: tree.Node) -> Column:
        column = self.value(node)
        if column.type != "RBool":
            raise refuse(f"a condition is expected where the query has a {column.type} [{self.run.text}]")
        return column

    # -- one method for each kind of node ------------------------------------------------------------------------

    def literal(self, node: tree.Literal) -> Column:
        value = node.value
        return Column(node.rtype, lambda _frame: value)

    def parameter(self, node: tree.Parameter) -> Column:
        return parameters.scalar(self.run, node.name)

    def unary(self, node: tree.Unary) -> Column:
        if node.operator == "not":
            inner = self.condition(node.operand)
            return Column("RBool", lambda f: None if (v := inner.get(f)) is None else not v, inner.slots)
        inner = self.value(node.operand)
        return Column(inner.type, lambda f: None if (v := inner.get(f)) is None else -v, inner.slots)

    def binary(self, node: tree.Binary) -> Column:
        if node.operator in ("and", "or"):
            return self._logic(node)
        left, right = self.value(node.left), self.value(node.right)
        slots = left.slots | right.slots
        if node.operator == "||":
            return Column("RString", _both(left, right, lambda a, b: f"{a}{b}"), slots)
        if node.operator in ("+", "-", "*", "/"):
            return self._arithmetic(node.operator, left, right)
        parameters.same_category(left, right, self.run.text)
        if node.operator == "like":
            return Column("RBool", _both(left, right, _like), slots)
        compare = _COMPARE[node.operator]
        return Column("RBool", _both(left, right, compare), slots, probes=_probes(node.operator, left, right))

    def _logic(self, node: tree.Binary) -> Column:
        left, right = self.condition(node.left), self.condition(node.right)
        decisive = node.operator == "or"

        def get(frame: Frame) -> Any:
            first = left.get(frame)
            if first is decisive:
                return decisive
            second = right.get(frame)
            if second is decisive:
                return decisive
            return None if first is None or second is None else not decisive

        return Column("RBool", get, left.slots | right.slots)

    def _arithmetic(self, sign: str, left: Column, right: Column) -> Column:
        if not {left.type, right.type} <= NUMBERS:
            raise refuse(f"{left.type} {sign} {right.type} is no arithmetic [{self.run.text}]")
        whole = {left.type, right.type} <= {"RInt", "RLong"}
        wide = "RInt" if left.type == right.type == "RInt" else "RLong"
        apply = _ARITHMETIC.get(sign) or (operator.floordiv if whole else operator.truediv)
        return Column(wide if whole else "RDouble", _both(left, right, apply), left.slots | right.slots)

    def is_null(self, node: tree.IsNull) -> Column:
        inner, negated = self.compile(node.operand), node.negated
        return Column("RBool", lambda f: (inner.get(f) is None) is not negated, inner.slots)

    def is_empty(self, node: tree.IsEmpty) -> Column:
        members, slots = self.scope.members_of(node.collection.parts)
        negated = node.negated
        return Column("RBool", lambda f: (not members(f)) is not negated, slots)

    def between(self, node: tree.Between) -> Column:
        low = tree.Binary(">=", node.operand, node.low)
        return self._logic(tree.Binary("and", low, tree.Binary("<=", node.operand, node.high)))

    def contained(self, node: tree.In) -> Column:
        operand = self.value(node.operand)
        only = node.choices[0]
        if isinstance(only, tree.Subquery):
            return self._in_subquery(operand, self.prepare(only.query, self.scope))
        if isinstance(only, tree.Elements):
            members, slots = self.scope.members_of(only.path.parts)
            return Column(
                "RBool", _in_values(operand, lambda f: {row.id for row in members(f)}), operand.slots | slots
            )
        if isinstance(only, tree.Parameter) and len(node.choices) == 1:
            rtype, listed = parameters.choices(self.run, only.name)
            parameters.same_category(operand, Column(rtype, lambda _frame: None), self.run.text)
            return self._in_constants(operand, listed)
        columns = [self.value(choice) for choice in node.choices]
        parameters.same_categories([operand, *columns], self.run.text)
        if not any(column.slots for column in columns):
            return self._in_constants(operand, [column.get([]) for column in columns])
        slots = operand.slots.union(*(column.slots for column in columns))
        return Column("RBool", _in_values(operand, lambda f: {column.get(f) for column in columns}), slots)

    def _in_constants(self, operand: Column, listed: list[Any]) -> Column:
        known = frozenset(listed)
        keys = sorted(known, key=repr)
        probes = (Probe(operand.place, "in", lambda _frame: keys, frozenset()),) if operand.place else ()
        return Column("RBool", _in_values(operand, lambda _frame: known), operand.slots, probes=probes)

    def _in_subquery(self, operand: Column, inner: Prepared) -> Column:
        if len(inner.columns) != 1:
            raise refuse(f"a subquery behind `in` selects one value [{self.run.text}]")
        parameters.same_category(operand, inner.columns[0].as_value(), self.run.text)
        values = inner.once(lambda frame: frozenset(inner.values(frame)))
        probes = (Probe(operand.place, "in", values, inner.slots),) if operand.place else ()
        return Column("RBool", _in_values(operand, values), operand.slots | inner.slots, probes=probes)

    def exists(self, node: tree.Exists) -> Column:
        if isinstance(node.rows, tree.Elements):
            members, slots = self.scope.members_of(node.rows.path.parts)
            return Column("RBool", lambda f: bool(members(f)), slots)
        inner = self.prepare(node.rows.query, self.scope)
        return Column("RBool", inner.once(inner.any), inner.slots)

    def subquery(self, node: tree.Subquery) -> Column:
        inner = self.prepare(node.query, self.scope)
        if len(inner.columns) != 1:
            raise refuse(f"a subquery used as a value selects one value [{self.run.text}]")

        def get(frame: Frame) -> Any:
            found = inner.values(frame)
            if len(found) > 1:
                raise refuse(
                    f"more than one row returned by a subquery used as an expression [{self.run.text}]"
                )
            return found[0] if found else None

        return Column(inner.columns[0].as_value().type, inner.once(get), inner.slots)

    def case(self, node: tree.Case) -> Column:
        branches = [(self.condition(when), self.value(then)) for when, then in node.branches]
        otherwise = None if node.otherwise is None else self.value(node.otherwise)
        results = [then for _, then in branches] + ([otherwise] if otherwise else [])
        parameters.same_categories(results, self.run.text)

        def get(frame: Frame) -> Any:
            for when, then in branches:
                if when.get(frame) is True:
                    return then.get(frame)
            return otherwise.get(frame) if otherwise else None

        slots = frozenset[int]().union(*(c.slots for c in results), *(when.slots for when, _ in branches))
        return Column(results[0].type, get, slots)

    def elements(self, node: tree.Elements) -> Column:
        raise not_built(f"elements({node.path}) outside of `in` and `exists`")

    def call(self, node: tree.Call) -> Column:
        return functions.compile_call(self, node)


_COMPILERS: dict[type, Callable[..., Column]] = {
    tree.Literal: Compiler.literal,
    tree.Parameter: Compiler.parameter,
    tree.Unary: Compiler.unary,
    tree.Binary: Compiler.binary,
    tree.IsNull: Compiler.is_null,
    tree.IsEmpty: Compiler.is_empty,
    tree.Between: Compiler.between,
    tree.In: Compiler.contained,
    tree.Elements: Compiler.elements,
    tree.Exists: Compiler.exists,
    tree.Subquery: Compiler.subquery,
    tree.Case: Compiler.case,
    tree.Call: Compiler.call,
}


def _both(left: Column, right: Column, apply: Callable[[Any, Any], Any]) -> Getter:
    first, second = left.get, right.get

    def get(frame: Frame) -> Any:
        a = first(frame)
        if a is None:
            return None
        b = second(frame)
        return None if b is None else apply(a, b)

    return get


def _in_values(operand: Column, values: Callable[[Frame], Any]) -> Getter:
    """`x in (...)` is null, not false, when x is not found and there is a null among the values."""

    def get(frame: Frame) -> bool | None:
        value = operand.get(frame)
        if value is None:
            return None
        known = values(frame)
        if value in known:
            return True
        return None if None in known else False

    return get


def _probes(sign: str, left: Column, right: Column) -> tuple[Probe, ...]:
    found = []
    for one, other, op in ((left, right, sign), (right, left, _MIRRORED.get(sign, ""))):
        if one.place and op and one.type != CLASS and (op == "=" or one.place.kind == "id"):
            found.append(Probe(one.place, "in" if op == "=" else op, _key(other), other.slots))
    return tuple(found)


def _key(column: Column) -> Callable[[Frame], tuple[Any, ...]]:
    return lambda frame: (column.get(frame),)


def _like(value: str, pattern: str) -> bool:
    return _like_pattern(pattern).fullmatch(value) is not None


@lru_cache(maxsize=64)
def _like_pattern(pattern: str) -> re.Pattern[str]:
    wild = {"%": ".*", "_": "."}
    return re.compile("".join(wild.get(c) or re.escape(c) for c in pattern), re.DOTALL)
