"""Fenced blocks in Markdown whose language is `catalog`: taken out before Markdown sees them, drawn where they stood.

A word of its own stands for each block meanwhile, so it does not matter which Markdown extension fences code, or
colours it. Where that word does not come out of Markdown as a paragraph (in a comment, in an example that is
itself code), what was written comes back as it was.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from html import escape
from typing import NamedTuple

LANGUAGE = "catalog"

_FENCE = re.compile(r"([ \t]*)(`{3,}|~{3,})[ \t]*([^`]*)")
_LANGUAGE = re.compile(rf"\{{?\s*\.?{LANGUAGE}(?![\w-])")
_HEADING = re.compile(r"<h([1-6])\b", re.IGNORECASE)


class Fence(NamedTuple):
    """A block: what stands between its fences, and all of it as it was written."""

    content: str
    written: str


class TakenOut(NamedTuple):
    """Markdown with a word in place of each block."""

    markdown: str
    word: str
    fences: list[Fence]


def take_out(markdown: str) -> TakenOut:
    """The Markdown without its blocks. Blocks inside other fences are somebody's example and stay."""
    word = "qzcatalogblock"
    while word in markdown:
        word += "q"
    fences: list[Fence] = []
    kept: list[str] = []
    lines = markdown.split("\n")
    at = 0
    while at < len(lines):
        opening = _FENCE.fullmatch(lines[at])
        end = _end(lines, at, opening[2]) if opening else None
        if opening is None or end is None:
            kept.append(lines[at])
            at += 1
            continue
        if _LANGUAGE.match(opening[3]):
            content = textwrap.dedent("\n".join(lines[at + 1 : end]))
            kept += ["", f"{opening[1]}{word}{len(fences)}q", ""]
            fences.append(Fence(content, textwrap.dedent("\n".join(lines[at : end + 1]))))
        else:
            kept += lines[at : end + 1]
        at = end + 1
    return TakenOut("\n".join(kept) if fences else markdown, word, fences)


def put_in(html: str, taken: TakenOut, draw: Callable[[int, str, int], str]) -> str:
    """What Markdown made, with each block drawn; `draw` is given its number from 1, its content, and the level of a
    heading below the one that it stands under."""
    if not taken.fences:
        return html
    stands_for = rf"{taken.word}(\d+)q"
    found = re.compile(rf"<p[^>]*>\s*{stands_for}\s*</p>|{stands_for}")
    parts: list[str] = []
    level, end = 1, 0
    for match in found.finditer(html):
        before = html[end : match.start()]
        headings = _HEADING.findall(before)
        level = int(headings[-1]) if headings else level
        number = int(match[1] or match[2])
        fence = taken.fences[number]
        parts += [
            before,
            draw(number + 1, fence.content, min(level + 1, 6)) if match[1] else escape(fence.written),
        ]
        end = match.end()
    return "".join([*parts, html[end:]])


def without(html: str, taken: TakenOut) -> str:
    """What Markdown made, without the words that stand for blocks: what of a page is the wiki's own text."""
    return re.sub(rf"{taken.word}\d+q", "", html) if taken.fences else html


def _end(lines: list[str], start: int, fence: str) -> int | None:
    """The line that closes the fence of a line; None where nothing does, and so it is none."""
    closing = re.compile(rf"[ \t]*{re.escape(fence[0])}{{{len(fence)},}}[ \t]*")
    return next((at for at in range(start + 1, len(lines)) if closing.fullmatch(lines[at])), None)
