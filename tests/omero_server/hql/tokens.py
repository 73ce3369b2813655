"""An HQL string as a list of tokens."""

from __future__ import annotations

import re
from typing import NamedTuple

from .errors import refuse

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>\d+\.\d+(?:[eE][+-]?\d+)?[dDfF]?|\d+[lLdDfF]?)
      | (?P<string>'(?:[^']|'')*')
      | (?P<parameter>:[A-Za-z_]\w*)
      | (?P<word>[A-Za-z_$][\w$]*)
      | (?P<symbol><>|!=|<=|>=|\^=|\|\||[=<>+\-*/(),.])
    )""",
    re.VERBOSE,
)


class Token(NamedTuple):
    kind: str  # number, string, parameter, word, symbol, end
    text: str
    position: int

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.text.lower() in words

    def is_symbol(self, *symbols: str) -> bool:
        return self.kind == "symbol" and self.text in symbols


def tokenize(hql: str) -> list[Token]:
    """The tokens, an "end" last. Raises QueryException for a character that HQL does not have."""
    tokens: list[Token] = []
    position = 0
    end = len(hql.rstrip())
    while position < end:
        match = _TOKEN.match(hql, position)
        if match is None:
            raise refuse(f"unexpected char: '{hql[position:].lstrip()[:1]}' [{hql}]")
        kind = match.lastgroup or ""
        tokens.append(Token(kind, match.group(kind), match.start(kind)))
        position = match.end()
    tokens.append(Token("end", "", end))
    return tokens


class TokenReader:
    """Walks along the tokens of a query; what a parser is built on."""

    def __init__(self, hql: str) -> None:
        self.hql = hql
        self.tokens = tokenize(hql)
        self.at = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def peek(self, ahead: int = 1) -> Token:
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def take_word(self, *words: str) -> bool:
        if self.next.is_word(*words):
            self.at += 1
            return True
        return False

    def take_symbol(self, *symbols: str) -> bool:
        if self.next.is_symbol(*symbols):
            self.at += 1
            return True
        return False

    def need_word(self, word: str) -> None:
        if not self.take_word(word):
            raise self.unexpected(f"expecting {word}")

    def need_symbol(self, symbol: str) -> None:
        if not self.take_symbol(symbol):
            raise self.unexpected(f"expecting '{symbol}'")

    def unexpected(self, wanted: str = "") -> Exception:
        found = self.next.text or "end of query"
        return refuse(f"unexpected token: {found} {wanted} near column {self.next.position + 1} [{self.hql}]")

    def expect_end(self) -> None:
        if self.next.kind != "end":
            raise self.unexpected()
