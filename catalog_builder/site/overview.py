"""The whole catalogue in a few pictures, for the home page: when, how, how large, tagged and described with what."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, NamedTuple

from catalog_builder.derive.facets import EMPTY, NO_NAME, Facet
from catalog_builder.derive.groupings import TagGroup
from catalog_builder.derive.summary import PARTS, timeline
from catalog_builder.derive.values import ACQUIRED, IMPORTED
from catalog_builder.site import links
from catalog_builder.site.charts import Bar, Columns, bars, plain_columns, time_columns
from catalog_builder.site.content import Content
from catalog_builder.site.render import number, plural
from catalog_builder.text import fold, natural_key, visible

#: So many tag sets, tags of each, and keys are on the home page; pages of their own have them all.
TAG_SETS, TAGS, KEYS = 8, 8, 12
#: So many ways of imaging.
MODALITIES = 8
#: So many numbers of channels are told of.
CHANNELS = 6

_MODALITY = re.compile(
    r"modalit(y|ies)\b|^(imaging|microscopy|acquisition)( (method|technique|mode|type)s?)?$"
    r"|\b(imaging|microscopy) (method|technique|mode|type)s?$"
)
#: Whether an image has several planes, and several time points -> what to call one, and several.
_FORMS = {
    (False, False): ("single plane", "single planes"),
    (True, False): ("stack", "stacks"),
    (False, True): ("time series", "time series"),
    (True, True): ("stack over time", "stacks over time"),
}
_NUMBERED = re.compile(r"[0-9]")


class Panel(NamedTuple):
    """Bars under a heading."""

    heading: str
    bars: list[Bar]
    more: int
    """How many there are besides."""
    href: str
    """Where all of them are; '' for nowhere."""
    about: str = ""


class When(NamedTuple):
    """Images over time."""

    heading: str
    columns: Columns
    first: str
    last: str
    without: int
    """How many images have no such day, and where those are."""
    without_href: str


class Sizes(NamedTuple):
    """How large images are."""

    columns: Columns
    forms: list[tuple[str, int]]
    """Single planes, stacks, time series: of how many images each is the form."""
    channels: list[tuple[str, int]]
    """Of how many images have how many channels."""


def overview(content: Content) -> dict[str, Any]:
    """The context of the pictures of the whole."""
    modality, group = _modality(content)
    groups = [one for one in content.tag_groups if one is not group and any(tag.images for tag in one.tags)]
    keys = content.keys[:KEYS]
    return {
        "when": _when(content),
        "modality": modality,
        "sizes": _sizes(content),
        "tag_sets": [_tag_panel(one) for one in groups[:TAG_SETS]],
        "more_tag_sets": max(0, len(groups) - TAG_SETS),
        "keys": bars(
            ((key.label, links.key(key.key or ""), key.images) for key in keys), most=len(content.table)
        ),
        "more_keys": len(content.keys) - len(keys),
    }


def _when(content: Content) -> When | None:
    """By the days when images were taken, if at least half of them have one; else by those when they came to OMERO."""
    facets = {facet.facet: facet for facet in content.facets}
    acquired, imported = facets.get(ACQUIRED), facets.get(IMPORTED)
    facet = acquired if acquired and 2 * acquired.images >= len(content.table) else imported or acquired
    found = timeline(facet, content.table) if facet else None
    if facet is None or found is None:
        return None
    unit = {"years": f"{found.spans[0].end.year - found.spans[0].start.year + 1} years"}.get(
        found.unit, found.unit
    )
    done = "taken" if facet.facet == ACQUIRED else "imported"
    without = len(content.table) - facet.images
    one_day = found.first == found.last
    return When(
        f"Images {done}" if one_day else f"Images {done}, by {unit}",
        time_columns(facet, found),
        found.first.isoformat(),
        found.last.isoformat(),
        without,
        links.explore_without(facet.facet) if without else "",
    )


def _modality(content: Content) -> tuple[Panel | None, TagGroup | None]:
    """How images were taken, from the first of these that tells: a tag set or a key that is called so, objectives,
    numbers of channels, file formats. And the tag set, where it is one: it need not be shown twice."""
    for group in content.tag_groups:
        if (
            group.tag_set is not None
            and _is_modality(group.tag_set.name)
            and any(t.images for t in group.tags)
        ):
            return _tag_panel(group), group
    for key in content.keys:
        if key.kind == "choice" and _is_modality(key.label):
            return _key_panel(key), None
    known: Counter[tuple[str, str]] = Counter()
    for kind, images in content.table.makeups.items():
        known["Objectives", kind.objective] += images
        known["Channels", plural(kind.channels, "channel") if kind.channels else ""] += images
        known["File formats", kind.format] += images
    for heading in ("Objectives", "Channels", "File formats"):
        held = {text: images for (of, text), images in known.items() if of == heading and text}
        if 2 * sum(held.values()) >= len(content.table) > 0:
            ordered = sorted(held.items(), key=lambda one: (-one[1], natural_key(one[0]), one[0]))
            shown = bars((text, "", images) for text, images in ordered[:MODALITIES])
            return Panel(heading, shown, len(ordered) - len(shown), ""), None
    return None, None


def _is_modality(name: str) -> bool:
    return bool(_MODALITY.search(fold(name).strip()))


def _tag_panel(group: TagGroup) -> Panel:
    """The tags of a set that most images carry, those first; in natural order where they count something."""
    held = [tag for tag in group.tags if tag.images]
    most = sorted(held, key=lambda tag: -tag.images)[:TAGS]
    if all(_NUMBERED.match(tag.text) for tag in most):
        most.sort(key=lambda tag: natural_key(tag.text))
    name = visible(group.tag_set.name, NO_NAME) if group.tag_set else "In no tag set"
    about = group.tag_set.description if group.tag_set else ""
    shown = bars((visible(tag.text, EMPTY), links.tag(tag.id), tag.images) for tag in most)
    return Panel(name, shown, len(held) - len(most), links.TAGS, about)


def _key_panel(key: Facet) -> Panel:
    name = key.key or ""
    values = key.values[:MODALITIES]
    shown = bars((value.label, links.explore_key(name, value.value), value.count) for value in values)
    return Panel(key.label, shown, len(key.values) - len(values), links.key(name))


def _sizes(content: Content) -> Sizes | None:
    """By the longer side, in powers of two; and in words, how many have several planes, time points, channels."""
    longest: Counter[int] = Counter()
    channels: Counter[int] = Counter()
    forms: Counter[tuple[bool, bool]] = Counter()
    for kind, images in content.table.makeups.items():
        if kind.channels:
            longest[kind.longest] += images
            channels[kind.channels] += images
            forms[kind.stack, kind.series] += images
    if not longest:
        return None
    least, most = min(longest), max(longest)
    # A whole slide among icons: what is below the twelfth size from the top is one part.
    lowest = max(least, most - PARTS + 1)
    parts = [
        (
            _pixels(power),
            f"up to {number(2**power)} pixels",
            longest[power] if power > lowest else sum(n for p, n in longest.items() if p <= lowest),
        )
        for power in range(lowest, most + 1)
    ]
    return Sizes(
        plain_columns(parts),
        [(_FORMS[form][images != 1], images) for form, images in forms.most_common()],
        [(plural(count, "channel"), images) for count, images in sorted(channels.items())[:CHANNELS]],
    )


def _pixels(power: int) -> str:
    """On an axis: `512`, `1k` for 1,024, `32k`."""
    return str(2**power) if power < 10 else f"{2 ** (power - 10)}k"
