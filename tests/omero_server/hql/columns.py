"""Expressions that are ready to be evaluated.

While a query runs there is one *frame*: a list with a place (slot) for the row that each alias currently stands for. A
column reads its value from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..security import Caller
from ..store import Lab, Row

Frame = list[Any]
Getter = Callable[[Frame], Any]

NUMBERS = frozenset({"RInt", "RLong", "RDouble", "RFloat"})
ENTITY, UNIT, CLASS, PERMISSIONS, AGGREGATED = "entity", "unit", "class", "permissions", "aggregated"


class Place(NamedTuple):
    """The column of a table that an expression is, if it is nothing else: what an index can be asked for."""

    slot: int
    kind: str  # "id", "reference", "value"
    field: str


@dataclass(frozen=True)
class Probe:
    """A condition that narrows a table through an index: `place operator keys`."""

    place: Place
    operator: str  # "in" (which covers =), "<", "<=", ">", ">="
    keys: Callable[[Frame], Iterable[Any]]
    slots: frozenset[int]  # what must be known before the keys are


@dataclass(frozen=True)
class Column:
    type: str  # an RType's name, or one of the words above
    get: Getter
    slots: frozenset[int] = frozenset()
    target: str = ""  # the entity, or the quantity (Length) of a unit
    place: Place | None = None
    probes: tuple[Probe, ...] = ()

    @property
    def category(self) -> str:
        """What may be compared with what: an entity stands for its id."""
        return "number" if self.type in NUMBERS or self.type == ENTITY else self.type

    def as_value(self) -> Column:
        """An entity in a comparison is its id, read from the foreign key without a join."""
        if self.type != ENTITY:
            return self
        get = self.get

        def id_of(frame: Frame) -> int | None:
            row = get(frame)
            return None if row is None else int(row.id)

        return Column("RLong", id_of, self.slots, place=self.place)


@dataclass
class Slot:
    """What an alias stands for."""

    index: int
    entity: str  # "NamedValue" for an entry of a map annotation
    list_field: str = ""  # for a member of a list: the member's property that points to the list's owner


@dataclass
class Step:
    """One table or join: given the frame so far, the rows it adds."""

    slot: int
    rows: Callable[[Frame], Iterable[Any]] | None  # None: a whole table, how to read it is planned later
    entity: str = ""
    origin: Place | None = None  # for an inner join along a foreign key: the key it follows
    needs: frozenset[int] = frozenset()  # the slots that `rows` looks at
    filters: list[Getter] = field(default_factory=list)


@dataclass(frozen=True)
class Fetch:
    """A `join fetch`: where the fetched row hangs on the row that owns it."""

    slot: int
    owner: int
    property: str  # "owner", "group", ... of details, or a property of the entity
    kind: str  # "reference", "collection", "details"


@dataclass
class Execution:
    """Everything a query needs to know besides its own text."""

    lab: Lab
    who: Caller
    all_groups: bool
    visible: Callable[[Row], bool]
    parameters: dict[str, Any]  # RTypes by name
    text: str
    size: int = 0  # of the frame

    def new_slot(self) -> int:
        self.size += 1
        return self.size - 1
