"""In which order conditions are tested, and which index each table is read through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from ..store import Lab, Row
from . import tree
from .columns import Column, Execution, Frame, Place, Probe, Step

_CHEAPEST = ("id", "reference", "value")


def conjuncts(node: tree.Node | None) -> list[tree.Node]:
    """The conditions that must all hold, so that each can be tested as soon as its aliases are known."""
    if node is None:
        return []
    if isinstance(node, tree.Binary) and node.operator == "and":
        return conjuncts(node.left) + conjuncts(node.right)
    if isinstance(node, tree.Between):
        return [tree.Binary(">=", node.operand, node.low), tree.Binary("<=", node.operand, node.high)]
    return [node]


def plan(run: Execution, steps: Sequence[Step], conditions: list[Column]) -> bool:
    """Give every table a way to be read and every condition its place. True if the first table is read in id order."""
    own = {step.slot for step in steps}
    probes = [probe for condition in conditions for probe in condition.probes]
    known: set[int] = set()
    ordered = False
    for number, step in enumerate(steps):
        if step.rows is None:
            usable = [
                p
                for p in _translated(probes, steps)
                if p.place.slot == step.slot and not (p.slots & own) - known
            ]
            step.rows, by_id = _access(run, step, usable)
            ordered = ordered or (number == 0 and by_id)
        known.add(step.slot)
        step.filters += [c.get for c in conditions if _placed_at(c, step, known, own, first=number == 0)]
    return ordered


def walk(steps: Sequence[Step], frame: Frame, at: int = 0) -> Iterator[None]:
    """Puts every combination of rows that the conditions allow into the frame, one after the other."""
    step = steps[at]
    slot, filters, last = step.slot, step.filters, at + 1 == len(steps)
    assert step.rows is not None
    for row in step.rows(frame):
        frame[slot] = row
        for holds in filters:
            if holds(frame) is not True:
                break
        else:
            if last:
                yield
            else:
                yield from walk(steps, frame, at + 1)


def _placed_at(condition: Column, step: Step, known: set[int], own: set[int], first: bool) -> bool:
    needed = condition.slots & own
    if not needed:
        return first
    return step.slot in needed and needed <= known


def _translated(probes: list[Probe], steps: Sequence[Step]) -> Iterable[Probe]:
    """The probes, and for `i.id in (...)` where i is p.image also the probe on p's foreign key."""
    origins = {step.slot: step.origin for step in steps if step.origin}
    for probe in probes:
        yield probe
        origin = origins.get(probe.place.slot)
        if origin and probe.place.kind == "id" and probe.operator == "in":
            yield Probe(origin, probe.operator, probe.keys, probe.slots)


def _access(run: Execution, step: Step, probes: list[Probe]) -> tuple[Callable[[Frame], Iterable[Row]], bool]:
    lab, entity, visible = run.lab, step.entity, run.visible
    exact = sorted((p for p in probes if p.operator == "in"), key=lambda p: _CHEAPEST.index(p.place.kind))
    if exact:
        lookup = _lookup(lab, entity, exact[0].place)
        keys = exact[0].keys
        return (lambda f: [row for key in keys(f) for row in lookup(key) if visible(row)]), False
    ranges = [p for p in probes if p.place.kind == "id"]
    return _range(lab, entity, ranges, visible), True


def _lookup(lab: Lab, entity: str, place: Place) -> Callable[[Any], Iterable[Row]]:
    if place.kind == "id":
        return lambda key: [] if (row := lab.get(entity, key)) is None else [row]
    if place.kind == "reference":
        return lambda key: lab.pointing(entity, place.field, key)
    return lambda key: lab.valued(entity, place.field, key)


def _range(
    lab: Lab, entity: str, probes: list[Probe], visible: Callable[[Row], bool]
) -> Callable[[Frame], Iterable[Row]]:
    low = next((p for p in probes if p.operator in (">", ">=")), None)
    high = next((p for p in probes if p.operator in ("<", "<=")), None)

    def rows(frame: Frame) -> Iterable[Row]:
        bounds = [None if probe is None else next(iter(probe.keys(frame))) for probe in (low, high)]
        low_open, high_open = (probe is not None and len(probe.operator) == 1 for probe in (low, high))
        return filter(visible, lab.between(entity, bounds[0], low_open, bounds[1], high_open))

    return rows
