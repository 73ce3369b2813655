"""What the parser makes of an HQL string, before any name is looked up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Path:
    """`image`, `image.details.owner.id`."""

    parts: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.parts)


@dataclass(frozen=True)
class Literal:
    value: Any
    rtype: str  # RString, RLong, ...


@dataclass(frozen=True)
class Parameter:
    name: str


@dataclass(frozen=True)
class Unary:
    operator: str  # "not", "-"
    operand: Node


@dataclass(frozen=True)
class Binary:
    operator: str  # and or = <> < <= > >= + - * / || like
    left: Node
    right: Node


@dataclass(frozen=True)
class IsNull:
    operand: Node
    negated: bool


@dataclass(frozen=True)
class IsEmpty:
    collection: Path
    negated: bool


@dataclass(frozen=True)
class Between:
    operand: Node
    low: Node
    high: Node


@dataclass(frozen=True)
class In:
    operand: Node
    choices: tuple[Node, ...]  # a single Subquery, Elements or Parameter, or any number of values


@dataclass(frozen=True)
class Elements:
    """`elements(x.y)`: the members of a collection, where a subquery could stand."""

    path: Path


@dataclass(frozen=True)
class Exists:
    rows: Subquery | Elements


@dataclass(frozen=True)
class Subquery:
    query: Query


@dataclass(frozen=True)
class Call:
    name: str  # in lower case
    arguments: tuple[Node, ...]
    distinct: bool = False
    star: bool = False
    cast_to: str = ""


@dataclass(frozen=True)
class Case:
    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node | None


Node = (
    Path
    | Literal
    | Parameter
    | Unary
    | Binary
    | IsNull
    | IsEmpty
    | Between
    | In
    | Elements
    | Exists
    | Subquery
    | Call
    | Case
)


@dataclass(frozen=True)
class Item:
    """One column of the select clause."""

    node: Node
    alias: str


@dataclass(frozen=True)
class Root:
    """`from Image i`."""

    entity: str
    alias: str


@dataclass(frozen=True)
class Join:
    path: Path
    alias: str
    outer: bool
    fetch: bool
    condition: Node | None


@dataclass(frozen=True)
class Order:
    node: Node
    descending: bool


@dataclass(frozen=True)
class Query:
    text: str
    items: tuple[Item, ...] = ()  # none: the select clause is left out
    as_map: bool = False
    distinct: bool = False
    sources: tuple[Root | Join, ...] = ()
    where: Node | None = None
    group_by: tuple[Node, ...] = ()
    having: Node | None = None
    order_by: tuple[Order, ...] = field(default=())
