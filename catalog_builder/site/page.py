"""A page before it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple


class Page(NamedTuple):
    """Where it stands, what it is called, and what its template shows.

    `address` is relative to the site's root; `title` and `description` are text of any length and kind.
    """

    address: str
    title: str
    description: str
    template: str
    context: Mapping[str, Any]

    @property
    def section(self) -> str:
        """The part of the site whose link in the frame is marked: `browse`, `explore`, `tags` or `keys`."""
        folder = self.address.split("/")[0].removesuffix(".html")
        return folder if folder in ("explore", "tags", "keys") else "browse"

    @property
    def depth(self) -> int:
        """How many folders deep it is."""
        return self.address.count("/")

    @property
    def root(self) -> str:
        """The way from the page to the site's root: '' or '../'."""
        return "../" * self.depth


class PageWork(NamedTuple):
    """Pages that are made together, and everything that they are made of: where that is the same, so are they."""

    ingredients: list[object]
    pages: Callable[[], Iterator[Page]]
