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
