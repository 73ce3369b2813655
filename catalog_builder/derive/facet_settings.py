"""What the settings say of facets: their order, what they are called, and which kind of filter they get."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from catalog_builder.derive.facets import FIXED, SEPARATOR, Facet
from catalog_builder.derive.kinds import days_of, numbers_of
from catalog_builder.derive.values import KEY_PREFIX
from catalog_builder.settings.options import FacetSetting


class Arranged(NamedTuple):
    """The facets as the settings want them, and what they want that cannot be, each in a sentence."""

    facets: list[Facet]
    remarks: list[str]


def arranged(facets: Sequence[Facet], settings: Sequence[FacetSetting]) -> Arranged:
    """The facets that the settings name first, in that order, then the others as they are."""
    known = {facet.facet: facet for facet in facets}
    named: dict[str, Facet] = {}
    remarks = []
    for one in settings:
        if one.facet in named:
            remarks.append(
                f"Settings: facets: names {one.facet!r} twice; the first one holds, remove the other."
            )
        elif one.facet in known:
            named[one.facet], remark = _set(known[one.facet], one)
            remarks += [remark] if remark else []
        elif (
            one.facet not in FIXED
        ):  # a catalogue without plates has no such facet, and one with them later has
            remarks.append(f"Settings: facets: no image has {one.facet!r}; {_meant(one.facet, list(known))}")
    return Arranged([*named.values(), *(facet for facet in facets if facet.facet not in named)], remarks)


def _set(facet: Facet, wanted: FacetSetting) -> tuple[Facet, str]:
    """A facet as a setting wants it, and why not, where that is impossible."""
    facet = replace(facet, label=wanted.label or facet.label)
    values = [value.value for value in facet.values]
    cannot = f"Settings: facets: {wanted.facet!r} cannot be of the kind {wanted.kind!r}: "
    if wanted.kind == "auto" or wanted.kind == facet.kind:
        return facet, ""
    if wanted.kind == "off":
        return replace(facet, hidden=True), ""
    if facet.key is None and wanted.kind != "choice":
        return facet, f"{cannot}only keys can; to have no filter for it, write `kind: off`."
    if wanted.kind == "number":
        read = numbers_of(values)
        if read.numbers.count(None) == len(values):
            return facet, f"{cannot}none of its values is a number ({values[0]!r})."
        return replace(facet, kind="number", unit=read.unit), ""
    if wanted.kind == "date" and days_of(values) is None:
        odd = next(value for value in values if days_of([value]) is None)
        return facet, f"{cannot}not all of its values are dates as ISO 8601 writes them ({odd!r})."
    if wanted.kind == "search" and any(SEPARATOR in value for value in values):
        return facet, f"{cannot}one of its values holds the control character U+001F."
    return replace(facet, kind=wanted.kind, unit=""), ""


def _meant(name: str, known: Sequence[str]) -> str:
    """The nearest facet that there is, whether or not `key:` was forgotten; capitals do not matter."""
    bare = {one.removeprefix(KEY_PREFIX).lower(): one for one in known}
    near = difflib.get_close_matches(name.removeprefix(KEY_PREFIX).lower(), bare, n=1)
    return f"did you mean {bare[near[0]]!r}?" if near else "remove the line."
