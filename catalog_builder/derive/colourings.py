"""What the wells of plates can be coloured by: keys and tags in which they differ, with a legend for each.

A key whose values are all numbers of one unit is a scale from low to high; any other key is a set of categories,
the most frequent first. What holds for every well tells none of them apart and colours nothing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from catalog_builder.derive.facets import EMPTY, NO_NAME
from catalog_builder.derive.plates import PlacedWell, View
from catalog_builder.derive.table import Table
from catalog_builder.derive.values import KEY_PREFIX, TAG, Term
from catalog_builder.text import natural_key, visible

#: Colours of a scale from low to high, and as many categories as can be told apart.
STEPS, CATEGORIES = 12, 12
#: Steps that more values than the scale has colours are gathered in.
BINS = 7

#: Shades that stand for no single value.
OTHERS, SEVERAL = "others", "several"
SEVERAL_LABEL = "several values"

_NUMBER = re.compile(r"([+-]?\d{1,15}(?:\.\d{1,15})?(?:[eE][+-]?\d{1,2})?)\s*([^\d\s.,+-][^\d]{0,19})?")
#: How people write that there is no number.
_NOTHING = frozenset(("", "-", "–", "na", "n/a", "nan", "none", "null"))
_PREFIXES = {"p": 1e-12, "n": 1e-9, "u": 1e-6, "µ": 1e-6, "μ": 1e-6, "m": 1e-3, "": 1.0, "k": 1e3}
_SCALED = re.compile(r"([pnuµμmk]?)((?:mol|M|g|L|l|s|m|V|A|Hz)(?:/m?[lL])?)")


@dataclass(frozen=True, slots=True)
class Shade:
    """An entry of a legend: its colour (`c0`, ... for categories, `s0`, ... for steps) and what it stands for."""

    colour: str
    label: str
    values: tuple[str, ...]
    """The values it stands for; none for "several"."""
    wells: int


@dataclass(frozen=True, slots=True)
class Colouring:
    """A key, or a tag: the values there are, how each is coloured, and which wells hold which."""

    facet: str
    label: str
    values: tuple[str, ...]
    """In natural order, or from low to high."""
    shades: tuple[Shade, ...]
    shade_of: tuple[int, ...]
    """For each value the place of its shade."""
    wells: dict[int, tuple[int, ...]]
    """Well id -> places of its values; wells without any are left out."""
    imaged: frozenset[str]
    """The values that some image on these plates holds: the explorer finds them."""
    views: dict[View, dict[int, tuple[int, ...]]]
    """As `wells`, for each run and field by itself, where these differ: what was measured of every image."""

    @property
    def name(self) -> str:
        """What it is called in addresses: `key:NAME`, or `tag:TEXT`, for each tag colours by itself."""
        return f"{TAG}:{self.values[0]}" if self.facet == TAG else self.facet

    def held(self, view: View | None = None) -> dict[int, tuple[int, ...]]:
        """Well id -> places of its values, as a run and field has them; None: over all of them."""
        return self.views.get(view, self.wells) if view is not None else self.wells

    def colour(self, well: int, view: View | None = None) -> str:
        """The colour of a well in a run and field; '' for one that holds no value."""
        found = {self.shade_of[value] for value in self.held(view).get(well, ())}
        if len(found) > 1:
            return SEVERAL
        return self.shades[found.pop()].colour if found else ""

    def counted(self, view: View | None = None) -> list[Shade]:
        """The legend as a run and field has it: how many wells have each colour there, "several" only where some do."""
        counts = Counter(self.colour(well, view) for well in self.held(view))
        shades = [
            replace(shade, wells=counts[shade.colour]) for shade in self.shades if shade.colour != SEVERAL
        ]
        return [*shades, Shade(SEVERAL, SEVERAL_LABEL, (), counts[SEVERAL])] if counts[SEVERAL] else shades


def colourings(table: Table, wells: Sequence[PlacedWell]) -> list[Colouring]:
    """Everything that tells the wells apart: the most telling key first, then keys, then tags, by name."""
    held = {one.well.id: _terms(table, one) for one in wells}
    counts = Counter(term for terms in held.values() for term in terms)
    telling = {term for term, count in counts.items() if count < len(held)}
    imaged: dict[str, set[str]] = {}
    for number in {number for one in wells for row in one.pictures.values() for number in row.terms}:
        term = table.vocabulary.terms[number]
        imaged.setdefault(term.facet, set()).add(term.value)
    by_name: dict[tuple[str, str], dict[int, list[str]]] = {}
    for well, terms in held.items():
        for term in terms & telling:
            by_name.setdefault(_name(term), {}).setdefault(well, []).append(term.value)
    views = _by_view(table, wells, telling)
    found = []
    for name, of_well in by_name.items():
        of_view = views.get(name, {})
        differing = of_view if _differ(of_well, of_view, wells) else {}
        found.append(_colouring(name[0], of_well, frozenset(imaged.get(name[0], ())), differing))
    found.sort(key=lambda one: (one.facet == TAG, natural_key(one.label), one.name))
    best = max(found, key=lambda one: _telling(one, len(held)), default=None)
    if best is not None and best.facet != TAG:
        found.remove(best)
        found.insert(0, best)
    return found


def _terms(table: Table, one: PlacedWell) -> set[Term]:
    """Keys with values, and tags, that hold for the well or any of its images."""
    vocabulary = table.vocabulary
    found: set[Term] = set()
    for annotation in vocabulary.inheritance.of_well(one.well.id):
        found.update(vocabulary.terms_of(annotation))
    terms = vocabulary.terms
    for number in {number for row in one.pictures.values() for number in row.terms}:
        facet = terms[number].facet
        if facet == TAG or facet.startswith(KEY_PREFIX):
            found.add(terms[number])
    return found


def _by_view(
    table: Table, wells: Sequence[PlacedWell], telling: set[Term]
) -> dict[tuple[str, str], dict[View, dict[int, list[str]]]]:
    """Key or tag -> what wells hold of it in each run and field: what they are annotated with, and the image there."""
    vocabulary = table.vocabulary
    found: dict[tuple[str, str], dict[View, dict[int, list[str]]]] = {}
    for one in wells:
        own = {term for a in vocabulary.inheritance.of_well(one.well.id) for term in vocabulary.terms_of(a)}
        for view, row in one.pictures.items():
            there = own.union(vocabulary.terms[number] for number in row.terms)
            for term in there & telling:
                of_view = found.setdefault(_name(term), {}).setdefault(view, {})
                of_view.setdefault(one.well.id, []).append(term.value)
    return found


def _differ(
    of_well: dict[int, list[str]], views: dict[View, dict[int, list[str]]], wells: Sequence[PlacedWell]
) -> bool:
    """Whether some well holds less in one of its runs and fields than over all of them."""
    return any(
        len(views.get(view, {}).get(one.well.id, ())) != len(of_well.get(one.well.id, ()))
        for one in wells
        for view in one.pictures
    )


def _name(term: Term) -> tuple[str, str]:
    """What colours together: all values of a key, each tag by itself."""
    return (term.facet, term.value if term.facet == TAG else "")


def _telling(one: Colouring, wells: int) -> tuple[bool, bool, bool, float]:
    """How much it says at a glance: a key that most wells have, of few values, spread evenly over the wells."""
    shares = [shade.wells / max(1, wells) for shade in one.shades if shade.wells]
    few = 2 <= len(one.values) <= max(CATEGORIES, wells / 3)
    spread = -sum(share * math.log(share) for share in shares)
    return (one.facet != TAG, few, 2 * len(one.wells) >= wells, round(spread, 6))


def _colouring(
    facet: str,
    of_well: dict[int, list[str]],
    imaged: frozenset[str],
    by_view: dict[View, dict[int, list[str]]],
) -> Colouring:
    counts = Counter(value for values in of_well.values() for value in values)
    numbers = _numbers(counts)
    if numbers:
        values = sorted(counts, key=lambda value: (value not in numbers, numbers.get(value, 0.0), value))
        groups = _steps([value for value in values if value in numbers], counts)
        rest = [value for value in values if value not in numbers]
    else:
        values = sorted(counts, key=lambda value: (natural_key(value), value))
        ranked = sorted(
            values, key=lambda value: -counts[value]
        )  # of one count in natural order, as they are
        most = CATEGORIES if len(ranked) <= CATEGORIES else CATEGORIES - 1
        groups = [(f"c{place}", [value]) for place, value in enumerate(ranked[:most])]
        frequent = set(ranked[:most])
        rest = [value for value in values if value not in frequent]
    places = {value: place for place, value in enumerate(values)}
    wells = _placed(places, of_well)
    groups += [(OTHERS, rest)] if rest else []
    shade_of = {value: place for place, (_, group) in enumerate(groups) for value in group}
    coloured = Counter(_shade([shade_of[value] for value in held]) for held in of_well.values())
    shades = [
        Shade(colour, _label(colour, group), tuple(group), coloured[place])
        for place, (colour, group) in enumerate(groups)
    ]
    if coloured[None]:
        shades.append(Shade(SEVERAL, SEVERAL_LABEL, (), coloured[None]))
    label = visible(facet[len(KEY_PREFIX) :], NO_NAME) if facet != TAG else visible(values[0], EMPTY)
    shade_places = tuple(shade_of[value] for value in values)
    views = {view: _placed(places, held) for view, held in by_view.items()}
    return Colouring(facet, label, tuple(values), tuple(shades), shade_places, wells, imaged, views)


def _placed(places: dict[str, int], of_well: dict[int, list[str]]) -> dict[int, tuple[int, ...]]:
    """Well id -> places of its values; wells without any are left out."""
    return {well: _sorted([places[value] for value in held]) for well, held in of_well.items() if held}


def _sorted(places: list[int]) -> tuple[int, ...]:
    """In order; most wells hold one value, and there are many of them."""
    return tuple(sorted(places)) if len(places) > 1 else (places[0],)


def _shade(found: list[int]) -> int | None:
    """The one shade of a well; None for several."""
    return found[0] if len(found) == 1 or len(set(found)) == 1 else None


def _label(colour: str, group: Sequence[str]) -> str:
    if colour == OTHERS:
        return f"{len(group)} others" if len(group) > 1 else visible(group[0], EMPTY)
    first, last = visible(group[0], EMPTY), visible(group[-1], EMPTY)
    return first if len(group) == 1 else f"{first} – {last}"


def _steps(values: Sequence[str], counts: Counter[str]) -> list[tuple[str, list[str]]]:
    """Values from low to high, each its own step; too many are gathered in steps of about as many wells each."""
    if len(values) <= STEPS:
        groups = [[value] for value in values]
    else:
        total, passed = sum(counts[value] for value in values), 0
        bins: dict[int, list[str]] = {}
        for value in values:
            bins.setdefault(passed * BINS // total, []).append(value)
            passed += counts[value]
        groups = list(bins.values())
    spread = (STEPS - 1) / max(1, len(groups) - 1)
    return [(f"s{round(place * spread)}", group) for place, group in enumerate(groups)]


def _numbers(values: Iterable[str]) -> dict[str, float]:
    """Value -> what it measures, where all are numbers of comparable units and three differ; else nothing."""
    found: dict[str, tuple[float, str]] = {}
    for value in values:
        read = _NUMBER.fullmatch(value.strip())
        if read:
            found[value] = (float(read[1]), (read[2] or "").strip())
        elif value.strip().lower() not in _NOTHING:
            return {}
    if len({number for number, _ in found.values()}) < 3:
        return {}
    units = {unit for number, unit in found.values() if unit or number}
    if len(units) <= 1:
        return {value: number for value, (number, _) in found.items()}
    scaled = {unit: _scale(unit) for unit in units}
    if len({base for _, base in scaled.values()}) > 1 or "" in units:
        return {}
    return {value: number * scaled.get(unit, (1.0, ""))[0] for value, (number, unit) in found.items()}


def _scale(unit: str) -> tuple[float, str]:
    """What one of the unit is in its base unit, and that: nM -> (1e-9, M). A unit of no known prefix is its own."""
    read = _SCALED.fullmatch(unit)
    return (_PREFIXES[read[1]], read[2]) if read else (1.0, unit)
