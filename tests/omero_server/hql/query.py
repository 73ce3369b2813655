"""A query of the tree made ready to run: names resolved, conditions placed, rules of SQL checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from . import tree
from .columns import ENTITY, PERMISSIONS, UNIT, Column, Execution, Fetch, Frame, Step
from .errors import refuse
from .expressions import Compiler
from .functions import Aggregate, is_aggregate
from .plan import conjuncts, plan, walk
from .scope import Scope, matching_rows, outer_rows


@dataclass(frozen=True)
class Sorting:
    column: Column
    descending: bool


@dataclass
class Prepared:
    """A query that can be run against a frame, once or, as a subquery, for every row around it."""

    run: Execution
    query: tree.Query
    steps: list[Step]
    columns: list[Column]
    names: list[str]
    sorting: list[Sorting]
    fetches: list[Fetch]
    grouping: list[Column]
    aggregates: list[Aggregate]
    having: Column | None
    slots: frozenset[int]  # of the queries around this one
    ids_in_order: bool  # rows come by ascending id of the first table, and are wanted so

    def frames(self, frame: Frame) -> Iterator[None]:
        """Every row of the result, in the frame: groups, where the query has aggregates."""
        frame.extend([None] * (self.run.size - len(frame)))
        if not self.aggregates and not self.grouping:
            return walk(self.steps, frame)
        return self._groups(frame)

    def any(self, frame: Frame) -> bool:
        return next((True for _ in self.frames(frame)), False)

    def values(self, frame: Frame) -> list[Any]:
        """The only column of a subquery; entities as their ids."""
        column = self.columns[0].as_value()
        return [column.get(frame) for _ in self.frames(frame)]

    def once(self, compute: Callable[[Frame], Any]) -> Callable[[Frame], Any]:
        """A subquery that does not look at the rows around it is answered a single time."""
        if self.slots:
            return compute
        known: list[Any] = []

        def remembered(frame: Frame) -> Any:
            if not known:
                known.append(compute(frame))
            return known[0]

        return remembered

    def _groups(self, frame: Frame) -> Iterator[None]:
        groups: dict[tuple[Any, ...], tuple[Frame, list[list[Any]]]] = {}
        for _ in walk(self.steps, frame):
            key = tuple(column.get(frame) for column in self.grouping)
            if key not in groups:
                groups[key] = (list(frame), [[] for _ in self.aggregates])
            for aggregate, collected in zip(self.aggregates, groups[key][1], strict=True):
                value = aggregate.argument(frame)
                if value is not None:
                    collected.append(value)
        if not groups and not self.grouping:
            groups[()] = ([None] * len(frame), [[] for _ in self.aggregates])
        own = [step.slot for step in self.steps]
        for snapshot, collected_values in groups.values():
            for slot in own:
                frame[slot] = snapshot[slot]
            for aggregate, collected in zip(self.aggregates, collected_values, strict=True):
                frame[aggregate.slot] = aggregate.combine(collected)
            if self.having is None or self.having.get(frame) is True:
                yield


def prepare(run: Execution, query: tree.Query) -> Prepared:
    return _prepare(query, Scope(run))


def _prepare(query: tree.Query, scope: Scope) -> Prepared:
    compiler = Compiler(scope, lambda inner, outer: _prepare(inner, Scope(outer.run, outer)))
    for source in query.sources:
        _add_source(compiler, source)
    columns, names = _select(compiler, query)
    aggregates = len(compiler.aggregates)
    conditions = [compiler.condition(node) for node in conjuncts(query.where)]
    if len(compiler.aggregates) > aggregates:
        raise refuse(f"aggregate functions are not allowed in where [{query.text}]")
    grouping = [compiler.compile(node) for node in query.group_by]
    having = None if query.having is None else compiler.condition(query.having)
    sorting = [_sorting(compiler, order, query, columns) for order in query.order_by]
    _check_fetches(scope, columns, query)
    _check_distinct(query)
    if compiler.aggregates or grouping:
        _check_grouping(query)
    by_id = plan(scope.run, scope.steps, conditions)
    everything = [
        *columns,
        *conditions,
        *grouping,
        *(s.column for s in sorting),
        *([having] if having else []),
    ]
    needed = frozenset[int]().union(
        *(column.slots for column in everything), *(step.needs for step in scope.steps)
    )
    return Prepared(
        run=scope.run,
        query=query,
        steps=scope.steps,
        columns=columns,
        names=names,
        sorting=sorting,
        fetches=scope.fetches,
        grouping=grouping,
        aggregates=compiler.aggregates,
        having=having,
        slots=needed - scope.own_slots,
        ids_in_order=by_id and _first_by_id(scope, sorting) and not compiler.aggregates and not grouping,
    )


def _add_source(compiler: Compiler, source: tree.Root | tree.Join) -> None:
    scope = compiler.scope
    if isinstance(source, tree.Root):
        _add_root(scope, source)
        return
    step = scope.add_join(source.path.parts, source.alias, source.outer, source.fetch)
    assert step.rows is not None
    if source.condition is not None:
        if source.fetch:
            raise refuse(f"with-clause not allowed on fetched associations [{scope.run.text}]")
        condition = compiler.condition(source.condition)
        if condition.slots - {step.slot}:
            raise refuse(f"with-clause can only reference columns in the driving table [{scope.run.text}]")
        step.rows = matching_rows(step.rows, step.slot, condition.get)
    if source.outer:
        step.rows = outer_rows(step.rows)


def _add_root(scope: Scope, root: tree.Root) -> None:
    parts = tuple(root.entity.split("."))
    if scope.slot_of(parts[0]) is not None and len(parts) > 1:
        # `from x.collection c` inside a subquery: a table that starts from an alias of the query around it
        scope.add_join(parts, root.alias, outer=False, fetch=False)
    else:
        scope.add_root(root.entity, root.alias)


def _select(compiler: Compiler, query: tree.Query) -> tuple[list[Column], list[str]]:
    if not query.items:
        if len(compiler.scope.roots) != 1 or any(
            isinstance(s, tree.Join) and not s.fetch for s in query.sources
        ):
            raise refuse(f"a query over several tables needs a select clause [{query.text}]")
        slot = compiler.scope.roots[0]
        index = slot.index
        return [Column(ENTITY, lambda f: f[index], frozenset({index}), slot.entity)], [""]
    columns = [compiler.compile(item.node, join_entities=True) for item in query.items]
    names = [item.alias or str(number) for number, item in enumerate(query.items)]
    return columns, names


def _sorting(compiler: Compiler, order: tree.Order, query: tree.Query, columns: list[Column]) -> Sorting:
    node = order.node
    aliases = [item.alias for item in query.items]
    if isinstance(node, tree.Path) and len(node.parts) == 1 and node.parts[0] in aliases:
        column = columns[aliases.index(node.parts[0])].as_value()
    else:
        column = compiler.value(node)
    if column.type in (UNIT, PERMISSIONS):
        raise refuse(f"{column.type} has no order: sort by its .value [{query.text}]")
    return Sorting(column, order.descending)


def _first_by_id(scope: Scope, sorting: list[Sorting]) -> bool:
    place = sorting[0].column.place if sorting and not sorting[0].descending else None
    return place is not None and place.kind == "id" and place.slot == scope.steps[0].slot


# -- rules of Hibernate and PostgreSQL ---------------------------------------------------------------------------


def _check_fetches(scope: Scope, columns: list[Column], query: tree.Query) -> None:
    selected = {c.place.slot for c in columns if c.type == ENTITY and c.place} | {
        root.index for root in scope.roots if not query.items
    }
    for fetch in scope.fetches:
        if fetch.owner not in selected:
            raise refuse(
                "query specified join fetching, but the owner of the fetched association was not present in the"
                f" select list [{query.text}]"
            )
        selected.add(fetch.slot)


def _check_distinct(query: tree.Query) -> None:
    """PostgreSQL sorts a distinct result only by what was selected."""
    if not query.distinct:
        return
    selected = {item.node for item in query.items}
    names = {item.alias for item in query.items}
    whole = {node.parts[0] for node in selected if isinstance(node, tree.Path) and len(node.parts) == 1}
    for order in query.order_by:
        node = order.node
        within = isinstance(node, tree.Path) and (node.parts[0] in whole or str(node) in names)
        if node not in selected and not within:
            raise refuse(
                f"for SELECT DISTINCT, ORDER BY expressions must appear in select list [{query.text}]"
            )


def _check_grouping(query: tree.Query) -> None:
    grouped = set(query.group_by)
    whole = {
        n.parts[0]
        for n in grouped
        if isinstance(n, tree.Path) and (len(n.parts) == 1 or n.parts[1:] == ("id",))
    }
    names = {item.alias for item in query.items if item.alias}
    for node in (*(item.node for item in query.items), *(order.node for order in query.order_by)):
        for path in _loose_paths(node, grouped):
            if path.parts[0] not in whole and str(path) not in names:
                raise refuse(
                    f'column "{path}" must appear in the GROUP BY clause or be used in an aggregate [{query.text}]'
                )


def _loose_paths(node: tree.Node, grouped: set[tree.Node]) -> Iterator[tree.Path]:
    if node in grouped or is_aggregate(node):
        return
    if isinstance(node, tree.Path):
        yield node
    for child in _children(node):
        yield from _loose_paths(child, grouped)


def _children(node: tree.Node) -> tuple[tree.Node, ...]:
    if isinstance(node, tree.Call):
        return node.arguments
    if isinstance(node, tree.Binary):
        return node.left, node.right
    if isinstance(node, tree.Unary):
        return (node.operand,)
    if isinstance(node, tree.Case):
        return (
            *(part for branch in node.branches for part in branch),
            *([node.otherwise] if node.otherwise else []),
        )
    return ()


def fetches_a_collection(prepared: Prepared) -> bool:
    return any(fetch.kind in ("collection", "pairs") for fetch in prepared.fetches)
