"""What a `catalog` block in a wiki page may say, read from its YAML; whether such things exist is for others to know.

Every value is taken as the text it is: a tag `No`, a day `3` and a barcode `007` are no booleans and no numbers here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Literal, NamedTuple, TypeAlias

import yaml

from catalog_builder.text import fold

#: How an option is written: one text or a list; names with values; two limits; one text; a whole number.
Form: TypeAlias = Literal["texts", "pairs", "limits", "text", "number"]

OPTIONS: Mapping[str, Form] = {
    "tags": "texts",
    "any tags": "texts",
    "not tags": "texts",
    "key": "pairs",
    "not key": "pairs",
    "has key": "texts",
    "lacks key": "texts",
    "project": "texts",
    "dataset": "texts",
    "screen": "texts",
    "plate": "texts",
    "owner": "texts",
    "acquired": "limits",
    "imported": "limits",
    "words": "text",
    "group by": "texts",
    "sort": "text",
    "limit": "number",
}
LIMITS = ("from", "to")

#: Pictures in a block where it does not say, and how many it may ask for.
LIMIT, MOST = 24, 500

#: So many words are looked through for one that is nearly as somebody wrote it, and so long ones.
_KNOWN, _LONG = 20_000, 200


class Limits(NamedTuple):
    """From where to where, both included; '' for no limit."""

    least: str = ""
    most: str = ""


Asked: TypeAlias = tuple[str, ...] | Limits


class Wanted(NamedTuple):
    """What a block says, by option: texts, limits, or what is said of each key."""

    texts: Mapping[str, tuple[str, ...]]
    pairs: Mapping[str, Mapping[str, Asked]]
    limits: Mapping[str, Limits]
    limit: int

    def text(self, option: str) -> str:
        """The one text of an option, '' where it is not there."""
        return next(iter(self.texts.get(option, ())), "")


class Mistake(ValueError):
    """What is wrong in a block, for whoever writes the page."""


def read_options(content: str) -> tuple[Wanted, list[str]]:
    """What the block says, and everything that is wrong with how it says it."""
    try:
        node = yaml.compose(content, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        where = f"line {mark.line + 1} " if mark else ""
        why = f"{where}cannot be understood ({problem or 'is not YAML'})"
        return _nothing(), [f"{why}; check indents, and put what holds signs in quotes"]
    except RecursionError:
        return _nothing(), ["is nested too deeply"]
    if node is None:
        return _nothing(), []
    if not isinstance(node, yaml.MappingNode):
        return _nothing(), ["must hold `option: value` lines, such as `tags: Compound A`"]
    return _options(node)


def nearest(text: str, known: Iterable[str]) -> str:
    """`; did you mean 'X'?`, where something is nearly called so; '' where nothing is."""
    by_fold: dict[str, str] = {}
    for one in islice(known, _KNOWN):
        if one and len(one) <= _LONG:
            by_fold.setdefault(fold(one), one)
    folded = fold(text[: 2 * _LONG]).strip()
    found = [folded] if folded in by_fold else difflib.get_close_matches(folded, by_fold, n=1)
    if not found and len(folded) > 2:  # `Colitis` for `Colitis atlas`: too far apart for difflib
        found = sorted((one for one in by_fold if folded in one), key=len)[:1]
    return f"; did you mean {shown(by_fold[found[0]])}?" if found else ""


def shown(text: str) -> str:
    """A text in quotes, on one line and not too long."""
    text = repr(text)
    return text if len(text) <= 100 else f"{text[:60]}…{text[-30:]}"


def _nothing() -> Wanted:
    return Wanted({}, {}, {}, LIMIT)


def _options(node: yaml.MappingNode) -> tuple[Wanted, list[str]]:
    texts: dict[str, tuple[str, ...]] = {}
    pairs: dict[str, dict[str, Asked]] = {}
    limits: dict[str, Limits] = {}
    limit = LIMIT
    problems: list[str] = []
    for name, value in _named(node, problems, "the option"):
        form = OPTIONS.get(name)
        try:
            if form is None:
                raise Mistake(f"there is no option {shown(name)}{nearest(name, OPTIONS)}")
            if form == "texts":
                texts[name] = _texts(value, f"`{name}`")
            elif form == "text":
                texts[name] = (_text(value, f"`{name}`"),)
            elif form == "limits":
                limits[name] = _limits(value, f"`{name}`")
            elif form == "number":
                limit = _number(value, f"`{name}`")
            else:
                pairs[name] = _pairs(value, name, problems)
        except Mistake as mistake:
            problems.append(str(mistake))
    return Wanted(texts, pairs, limits, limit), problems


def _named(node: yaml.MappingNode, problems: list[str], what: str) -> Iterable[tuple[str, yaml.Node]]:
    """The names and values of a mapping; YAML itself would keep the last of two of one name and say nothing."""
    met: set[str] = set()
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            problems.append(f"holds a list or a mapping where {what} should stand")
        elif key.value in met:
            problems.append(f"names {what} {shown(key.value)} twice; write its values as one list")
        else:
            met.add(key.value)
            yield key.value, value


def _pairs(node: yaml.Node, option: str, problems: list[str]) -> dict[str, Asked]:
    if not isinstance(node, yaml.MappingNode):
        raise Mistake(f"`{option}` must hold names with values, such as `{option}: {{cell type: B cell}}`")
    found: dict[str, Asked] = {}
    for name, value in _named(node, problems, "the key"):
        what = f"the key {shown(name)}"
        if isinstance(value, yaml.MappingNode) and option == "key":
            found[name] = _limits(value, what)
        else:
            found[name] = _texts(value, what)
    return found


def _limits(node: yaml.Node, what: str) -> Limits:
    if isinstance(node, yaml.MappingNode):
        held = {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}
        if held and len(held) == len(node.value) and set(held) <= set(LIMITS):
            return Limits(
                *(_text(held[name], f"`{name}` of {what}") if name in held else "" for name in LIMITS)
            )
    raise Mistake(f"{what} must hold limits, such as {{from: 1, to: 10}}; one of the two may be left out")


def _texts(node: yaml.Node, what: str) -> tuple[str, ...]:
    if isinstance(node, yaml.SequenceNode):
        if not node.value:
            raise Mistake(f"{what} holds an empty list; name something or take the line away")
        return tuple(dict.fromkeys(_text(one, f"the list of {what}") for one in node.value))
    return (_text(node, what),)


def _text(node: yaml.Node, what: str) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise Mistake(f"{what} must hold plain text; put a text that begins with a sign in quotes")
    if not node.value and node.style is None:
        raise Mistake(f'{what} holds nothing; name something or take the line away (an empty value is "")')
    return str(node.value)


def _number(node: yaml.Node, what: str) -> int:
    text = _text(node, what)
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= MOST):
        raise Mistake(f"{what} must hold a whole number from 0 to {MOST}, not {shown(text)}")
    return int(text)
