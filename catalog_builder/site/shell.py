"""The shell: a page that the wiki's theme drew once, cut at its holes, filled as often as there are pages.

The theme draws one placeholder page for each depth of address. Words that stand nowhere else mark where
title, description, content and the page's own address go.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape

from catalog_builder.errors import SiteError

TITLE = "qzcatalogtitleqz"
DESCRIPTION = "qzcatalogdescriptionqz"
BODY = "qzcatalogbodyqz"
SECTION = "qzcatalogsectionqz"
ADDRESS = "qzcatalogaddressqz"

#: The placeholder of each depth: how many folders deep the page is -> its Markdown file.
PLACEHOLDERS: Mapping[int, str] = {0: f"{ADDRESS}.md", 1: f"{ADDRESS}/{ADDRESS}.md"}

#: Material draws a heading of its own where it finds none in the content; catalogue pages bring theirs.
HEADING = "<!-- <h1 -->"

#: The Markdown of every placeholder. The front matter is JSON, which YAML reads whatever it holds.
MARKDOWN = (
    f'---\n{{"title": "{TITLE}", "description": "{DESCRIPTION}", '
    f'"catalog_section": "{SECTION}", "hide": ["toc", "navigation"]}}\n---\n{HEADING}\n\n{BODY}\n'
)

#: What stands in a script: there, text is part of a JavaScript string, not of HTML.
_SCRIPTS = re.compile(r"<script\b[^>]*>(.*?)</script", re.DOTALL | re.IGNORECASE)

_HOLES = re.compile(
    rf"<p>\s*{BODY}\s*</p>|{BODY}|{TITLE}|{DESCRIPTION}|{SECTION}|(?:{ADDRESS}/)?{ADDRESS}(?:\.html)?"
)


class Shell:
    """The page of one depth, cut at its holes."""

    def __init__(self, drawn: str) -> None:
        self.drawn = drawn
        self._pieces: list[bytes] = []
        self._holes: list[tuple[str, bool]] = []  # the word, and whether it stands in a script
        end = 0
        drawn = drawn.replace(HEADING, "")
        scripts = [found.span(1) for found in _SCRIPTS.finditer(drawn)]
        for hole in _HOLES.finditer(drawn):
            self._pieces.append(_utf8(drawn[end : hole.start()]))
            in_script = any(start <= hole.start() < stop for start, stop in scripts)
            self._holes.append((_name_of(hole.group()), in_script))
            end = hole.end()
        self._last = _utf8(drawn[end:])
        self._has_scripts = any(in_script for _, in_script in self._holes)
        if self._holes.count((BODY, False)) != 1 or (BODY, True) in self._holes:
            raise SiteError(
                "The MkDocs theme does not show a page's content exactly once, so catalogue pages cannot be "
                "put into it; use the theme `catalog`, or one whose main.html shows `page.content`."
            )

    def fill(self, *, title: str, description: str, body: str, address: str, section: str) -> bytes:
        """A whole page as UTF-8: `title` and `description` are text, `body` is HTML, `address` a path,
        `section` the part of the site whose link in the frame is marked."""
        # Escaped for text and for quoted attributes alike: a theme may use either.
        values = {
            TITLE: _utf8(escape(title)),
            DESCRIPTION: _utf8(escape(description)),
            BODY: _utf8(body),
            SECTION: _utf8(escape(section)),
            ADDRESS: _utf8(escape(address)),
        }
        scripted: dict[str, bytes] = {}
        if self._has_scripts:
            texts = {TITLE: title, DESCRIPTION: description, SECTION: section, ADDRESS: address}
            scripted = {name: _utf8(_in_a_string(text)) for name, text in texts.items()}
        parts: list[bytes] = []
        for piece, (hole, in_script) in zip(self._pieces, self._holes, strict=True):
            parts.append(piece)
            parts.append(scripted[hole] if in_script else values[hole])
        parts.append(self._last)
        return b"".join(parts)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _in_a_string(text: str) -> str:
    """Text for the inside of a string in a script, whatever its quotes; valid JSON as well.

    What could end the string, the line or the script is written by its number.
    """
    return re.sub(r"[<>&'`$]", lambda found: f"\\u{ord(found.group()):04x}", json.dumps(text)[1:-1])


def _name_of(found: str) -> str:
    for name in (BODY, TITLE, DESCRIPTION, SECTION):
        if name in found:
            return name
    return ADDRESS
