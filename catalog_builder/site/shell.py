"""The shell: a page that the wiki's theme drew once, cut at its holes, filled as often as there are pages.

The theme draws one placeholder page for each depth of address. Words that stand nowhere else mark where
title, description, content and the page's own address go.
"""

from __future__ import annotations

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
    f'"section": "{SECTION}", "hide": ["toc", "navigation"]}}\n---\n{HEADING}\n\n{BODY}\n'
)

_HOLES = re.compile(
    rf"<p>\s*{BODY}\s*</p>|{BODY}|{TITLE}|{DESCRIPTION}|{SECTION}|(?:{ADDRESS}/)?{ADDRESS}(?:\.html)?"
)


class Shell:
    """The page of one depth, cut at its holes."""

    def __init__(self, drawn: str) -> None:
        self._pieces: list[str] = []
        self._holes: list[str] = []
        end = 0
        drawn = drawn.replace(HEADING, "")
        for hole in _HOLES.finditer(drawn):
            self._pieces.append(drawn[end : hole.start()])
            self._holes.append(_name_of(hole.group()))
            end = hole.end()
        self._last = drawn[end:]
        if self._holes.count(BODY) != 1:
            raise SiteError(
                "The MkDocs theme does not show a page's content exactly once, so catalogue pages cannot be "
                "put into it; use the theme `catalog`, or one whose main.html shows `page.content`."
            )

    def fill(self, *, title: str, description: str, body: str, address: str, section: str) -> bytes:
        """A whole page as UTF-8: `title` and `description` are text, `body` is HTML, `address` a path,
        `section` the part of the site whose link in the frame is marked."""
        # Escaped for text and for quoted attributes alike: a theme may use either.
        values = {
            TITLE: escape(title),
            DESCRIPTION: escape(description),
            BODY: body,
            SECTION: escape(section),
            ADDRESS: escape(address),
        }
        parts: list[str] = []
        for piece, hole in zip(self._pieces, self._holes, strict=True):
            parts.append(piece)
            parts.append(values[hole])
        parts.append(self._last)
        return "".join(parts).encode("utf-8", "replace")


def _name_of(found: str) -> str:
    for name in (BODY, TITLE, DESCRIPTION, SECTION):
        if name in found:
            return name
    return ADDRESS
