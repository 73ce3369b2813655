"""Jinja2, strict and escaping: every value a template shows is text unless this program made it HTML."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime, timezone
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.runtime import Macro
from markupsafe import Markup

from catalog_builder.files import shipped
from catalog_builder.model.acquisition import Duration, Length

THIN_SPACE = "\u2009"
NBSP = "\u00a0"


def environment() -> Environment:
    """The environment of all catalogue pages: `pages/` and `parts/`, escaped, undefined names refused.

    Not MkDocs' own: that one does not escape, and OMERO text is anybody's text.
    """
    made = Environment(
        loader=FileSystemLoader(shipped("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters["number"] = number
    made.filters["day"] = day
    made.filters["plural"] = plural
    made.filters["middle"] = middle
    return made


def number(value: int) -> str:
    """Digits in threes with thin spaces: 12 345."""
    return f"{value:,}".replace(",", THIN_SPACE)


def plural(count: int, one: str, many: str | None = None) -> str:
    """The count and its noun: `1 image`, `12 images`."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def day(moment: datetime | None) -> str:
    """A date as ISO writes it, in UTC; '' for none."""
    return moment.astimezone(timezone.utc).date().isoformat() if moment else ""


def middle(text: str, longest: int = 60) -> str:
    """A name that is too long, broken in the middle: both ends of a file name tell files apart."""
    if len(text) <= longest:
        return text
    half = (longest - 1) // 2
    return f"{text[:half].rstrip()}…{text[-half:].lstrip()}"


def byte_size(count: int) -> str:
    """A number of bytes in powers of a thousand: `832 B`, `4.2 kB`, `1.5 GB`."""
    if count < 1000:
        return f"{count}{NBSP}B"
    size = float(count)
    for unit in ("kB", "MB", "GB", "TB"):
        size /= 1000
        if size < 1000 or unit == "TB":
            break
    return f"{size:.3g}{NBSP}{unit}"


def length_in_words(length: Length | Duration) -> str:
    """The number as given, up to four significant digits, and its unit."""
    return f"{length.value:.4g}{NBSP}{length.unit}"


class Renderer:
    """Templates by name, compiled once; parts that many pages share are drawn once.

    In templates, `part|once(macro, root)` is `macro(root, part)`, remembered, and `parts|each(macro, root)` is
    that for each of them. They are filters, for a filter costs a template less than a call.
    """

    #: So many drawn parts are remembered: most key-values, tags and owners stand on many pages.
    REMEMBERED = 20_000

    def __init__(self, **shared: Any) -> None:
        self._drawn: dict[tuple[str, str, Hashable], str] = {}
        self._templates: dict[str, Template] = {}
        self._environment = environment()
        self._environment.globals.update(shared)
        self._environment.filters.update(once=self._once, each=self._each)
        # Known everywhere: an import in each template would be made again for each page.
        self._environment.globals["part"] = self._environment.get_template("parts/macros.html").module

    def _once(self, part: Hashable, macro: Macro, root: str) -> str:
        key = (macro.name, root, part)
        drawn = self._drawn.get(key)
        if drawn is None:
            if len(self._drawn) >= self.REMEMBERED:
                self._drawn.clear()
            drawn = self._drawn[key] = macro(root, part)
        return drawn

    def _each(self, parts: Iterable[Hashable], macro: Macro, root: str) -> Markup:
        once = self._once
        return Markup(
            "".join([once(part, macro, root) for part in parts])
        )  # macros escape what they are given

    def body(self, template: str, context: Mapping[str, Any]) -> str:
        """The HTML of a page's content."""
        found = self._templates.get(template)
        if found is None:
            found = self._templates[template] = self._environment.get_template(template)
            # Jinja copies the globals for each page: a plain dictionary is copied in a fifth of the time.
            found.globals = dict(found.globals)
        return found.render(context)
