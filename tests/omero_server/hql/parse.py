"""HQL text to a tree. Knows the grammar and no names; what it does not know it refuses by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from . import tree
from .errors import not_built, refuse
from .tokens import TokenReader

_COMPARISONS = {"=": "=", "<>": "<>", "!=": "<>", "^=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_CLAUSES = (
    "where",
    "group",
    "having",
    "order",
    "inner",
    "left",
    "right",
    "full",
    "join",
    "fetch",
    "with",
    "on",
    "union",
)
_NOT_ALIASES = (
    *_CLAUSES,
    "from",
    "as",
    "and",
    "or",
    "not",
    "in",
    "asc",
    "desc",
    "nulls",
    "is",
    "like",
    "between",
    "end",
)
_UPDATES = ("insert", "update", "delete")


def parse(hql: str) -> tree.Query:
    """Raises QueryException, naming the word, for anything that is not a query this server can read."""
    parser = _Parser(hql)
    query = parser.query()
    parser.expect_end()
    return query


T = TypeVar("T")


class _Parser(TokenReader):
    # -- clauses -------------------------------------------------------------------------------------------------

    def query(self) -> tree.Query:
        if self.next.is_word(*_UPDATES):
            raise refuse(f"{self.next.text} is no query: this server changes nothing [{self.hql}]")
        items, as_map, distinct = self.select() if self.take_word("select") else ((), False, False)
        self.need_word("from")
        sources = self.sources()
        where = self.expression() if self.take_word("where") else None
        group_by: tuple[tree.Node, ...] = ()
        having = None
        if self.take_word("group"):
            self.need_word("by")
            group_by = tuple(self.comma_separated(self.expression))
            having = self.expression() if self.take_word("having") else None
        order_by: tuple[tree.Order, ...] = ()
        if self.take_word("order"):
            self.need_word("by")
            order_by = tuple(self.comma_separated(self.order))
        return tree.Query(self.hql, items, as_map, distinct, sources, where, group_by, having, order_by)

    def comma_separated(self, one: Callable[[], T]) -> list[T]:
        found = [one()]
        while self.take_symbol(","):
            found.append(one())
        return found

    def select(self) -> tuple[tuple[tree.Item, ...], bool, bool]:
        distinct = self.take_word("distinct")
        if self.next.is_word("new"):
            kind = self.peek()
            if not kind.is_word("map"):
                raise not_built(f"select new {kind.text}(...)")
            self.take(), self.take()
            self.need_symbol("(")
            items = tuple(self.comma_separated(self.item))
            self.need_symbol(")")
            return items, True, distinct
        return tuple(self.comma_separated(self.item)), False, distinct

    def item(self) -> tree.Item:
        return tree.Item(self.expression(), self.alias())

    def alias(self) -> str:
        if self.take_word("as"):
            if self.next.kind != "word":
                raise self.unexpected("expecting an alias")
            return self.take().text
        if self.next.kind == "word" and not self.next.is_word(*_NOT_ALIASES):
            return self.take().text
        return ""

    def sources(self) -> tuple[tree.Root | tree.Join, ...]:
        found: list[tree.Root | tree.Join] = [self.root()]
        while True:
            if self.take_symbol(","):
                found.append(self.root())
            elif self.next.is_word("inner", "left", "right", "full", "join"):
                found.append(self.join())
            else:
                return tuple(found)

    def root(self) -> tree.Root:
        if self.take_word("in") or self.peek().is_word("in"):
            raise not_built("from ... in ...")
        name = ".".join(self.path().parts)
        return tree.Root(name, self.alias())

    def join(self) -> tree.Join:
        kind = "inner"
        if self.next.is_word("inner", "left", "right", "full"):
            kind = self.take().text.lower()
            if kind == "left":
                self.take_word("outer")
        if kind in ("right", "full"):
            raise not_built(f"{kind} join")
        self.need_word("join")
        fetch = self.take_word("fetch")
        if fetch and self.next.is_word("all"):
            raise not_built("fetch all properties")
        path, alias = self.path(), self.alias()
        if self.next.is_word("on"):
            raise refuse(f"unexpected token: on (HQL writes a join's condition with `with`) [{self.hql}]")
        condition = self.expression() if self.take_word("with") else None
        return tree.Join(path, alias, kind == "left", fetch, condition)

    def order(self) -> tree.Order:
        node = self.expression()
        descending = not self.take_word("asc") and self.take_word("desc")
        if self.next.is_word("nulls"):
            raise self.unexpected("(OMERO's Hibernate 3 cannot say where nulls go)")
        return tree.Order(node, descending)

    # -- expressions, loosest binding first ----------------------------------------------------------------------

    def expression(self) -> tree.Node:
        left = self.conjunction()
        while self.take_word("or"):
            left = tree.Binary("or", left, self.conjunction())
        return left

    def conjunction(self) -> tree.Node:
        left = self.negation()
        while self.take_word("and"):
            left = tree.Binary("and", left, self.negation())
        return left

    def negation(self) -> tree.Node:
        return tree.Unary("not", self.negation()) if self.take_word("not") else self.comparison()

    def comparison(self) -> tree.Node:
        left = self.sum()
        while True:
            if self.next.kind == "symbol" and self.next.text in _COMPARISONS:
                left = tree.Binary(_COMPARISONS[self.take().text], left, self.sum())
            elif self.take_word("is"):
                left = self.is_something(left)
            elif self.next.is_word("in", "like", "between"):
                left = self.test(left)
            elif self.next.is_word("not") and self.peek().is_word("in", "like", "between"):
                self.take()
                left = tree.Unary("not", self.test(left))
            elif self.next.is_word("member"):
                raise not_built("member of")
            else:
                return left

    def is_something(self, operand: tree.Node) -> tree.Node:
        negated = self.take_word("not")
        if self.take_word("null"):
            return tree.IsNull(operand, negated)
        if self.take_word("empty") and isinstance(operand, tree.Path):
            return tree.IsEmpty(operand, negated)
        raise self.unexpected("expecting null")

    def test(self, operand: tree.Node) -> tree.Node:
        word = self.take().text.lower()
        if word == "like":
            pattern = self.sum()
            if self.next.is_word("escape"):
                raise not_built("like ... escape")
            return tree.Binary("like", operand, pattern)
        if word == "between":
            low = self.sum()
            self.need_word("and")
            return tree.Between(operand, low, self.sum())
        return tree.In(operand, self.choices())

    def choices(self) -> tuple[tree.Node, ...]:
        if self.next.is_word("elements"):
            return (self.primary(),)
        self.need_symbol("(")
        if self.next.is_word("select", "from"):
            found: tuple[tree.Node, ...] = (tree.Subquery(self.query()),)
        elif self.next.is_symbol(")"):
            raise self.unexpected("(an empty list)")
        else:
            found = tuple(self.comma_separated(self.expression))
        self.need_symbol(")")
        return found

    def sum(self) -> tree.Node:
        left = self.product()
        while self.next.is_symbol("+", "-", "||"):
            left = tree.Binary(self.take().text, left, self.product())
        return left

    def product(self) -> tree.Node:
        left = self.sign()
        while self.next.is_symbol("*", "/"):
            left = tree.Binary(self.take().text, left, self.sign())
        return left

    def sign(self) -> tree.Node:
        if self.take_symbol("-"):
            return tree.Unary("-", self.sign())
        self.take_symbol("+")
        return self.primary()

    def primary(self) -> tree.Node:
        token = self.next
        if token.kind == "number":
            return _number(self.take().text)
        if token.kind == "string":
            return tree.Literal(self.take().text[1:-1].replace("''", "'"), "RString")
        if token.kind == "parameter":
            return tree.Parameter(self.take().text[1:])
        if self.take_symbol("("):
            inside: tree.Node = (
                tree.Subquery(self.query()) if self.next.is_word("select", "from") else self.expression()
            )
            if self.next.is_symbol(","):
                raise not_built("tuples")
            self.need_symbol(")")
            return inside
        if token.kind != "word":
            raise self.unexpected()
        return self.word()

    def word(self) -> tree.Node:
        word = self.next.text.lower()
        if word in ("true", "false"):
            self.take()
            return tree.Literal(word == "true", "RBool")
        if word == "case":
            return self.case()
        if word == "exists":
            self.take()
            return tree.Exists(self.exists())
        if word in ("all", "any", "some") and self.peek().is_symbol("("):
            raise not_built(f"{word} (...)")
        if word == "null":
            raise refuse(f"unexpected token: null (HQL compares with `is null`) [{self.hql}]")
        if self.peek().is_symbol("("):
            return self.call()
        return self.path()

    def exists(self) -> tree.Subquery | tree.Elements:
        found = self.primary()
        if not isinstance(found, tree.Subquery | tree.Elements):
            raise self.unexpected("expecting a subquery after exists")
        return found

    def case(self) -> tree.Node:
        self.take()
        if not self.next.is_word("when"):
            raise not_built("case <value> when")
        branches = []
        while self.take_word("when"):
            condition = self.expression()
            self.need_word("then")
            branches.append((condition, self.expression()))
        otherwise = self.expression() if self.take_word("else") else None
        self.need_word("end")
        return tree.Case(tuple(branches), otherwise)

    def call(self) -> tree.Node:
        name = self.take().text.lower()
        self.need_symbol("(")
        if self.take_symbol("*"):
            self.need_symbol(")")
            return tree.Call(name, (), star=True)
        distinct = self.take_word("distinct")
        arguments = [] if self.next.is_symbol(")") else self.comma_separated(self.expression)
        cast_to = ""
        if name == "cast":
            self.need_word("as")
            cast_to = self.take().text.lower()
        self.need_symbol(")")
        if name == "elements":
            if len(arguments) != 1 or not isinstance(arguments[0], tree.Path):
                raise refuse(f"elements() takes a collection [{self.hql}]")
            return tree.Elements(arguments[0])
        return tree.Call(name, tuple(arguments), distinct, cast_to=cast_to)

    def path(self) -> tree.Path:
        parts = []
        while True:
            if self.next.kind != "word":
                raise self.unexpected("expecting a name")
            parts.append(self.take().text)
            if not self.take_symbol("."):
                return tree.Path(tuple(parts))


def _number(text: str) -> tree.Literal:
    if text[-1] in "lL":
        return tree.Literal(int(text[:-1]), "RLong")
    if text[-1] in "fFdD" or "." in text:
        return tree.Literal(float(text.rstrip("fFdD")), "RDouble")
    return tree.Literal(int(text), "RInt")
