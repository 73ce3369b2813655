"""The pages of words: tags, keys, the explorer, and the catalogue at a glance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Any, NamedTuple

from catalog_builder.derive.facets import DATES, EMPTY, NO_NAME, Facet
from catalog_builder.derive.groupings import CARRIERS, TagGroup, TagText, together_with
from catalog_builder.derive.summary import spread, timeline
from catalog_builder.derive.table import Rows
from catalog_builder.derive.values import OWNER, TAG
from catalog_builder.model.plates import Well
from catalog_builder.site import links
from catalog_builder.site.charts import figures, spread_columns, time_columns
from catalog_builder.site.container_cards import ContainerCard, ContainerCards
from catalog_builder.site.content import Content
from catalog_builder.site.gallery_facts import GalleryFacts
from catalog_builder.site.overview import overview
from catalog_builder.site.page import Page, PageWork
from catalog_builder.site.parts import (
    GALLERY_PAGES,
    Card,
    Chip,
    Link,
    card,
    gallery_pages,
    plate_link,
    run_link,
    strip,
    well_link,
)
from catalog_builder.text import visible

#: So many values of a facet are listed for readers without JavaScript; "more" leads to the others.
LISTED = 50

#: So many facets stand open: the first that have more than one value to choose from; the same as in facet-panel.js.
OPEN = 8

#: More days, and more numbers, are left to their scale by scripts; the same as in facet-order.js.
FEW_DAYS, MANY_NUMBERS = 6, 200

#: So many values of a key are on its page, those of most images first; the explorer has them all.
VALUES_ON_PAGE = 1_000

#: So many wells that carry a tag are named on its page; its images are all there.
WELLS_ON_PAGE = 120


#: So many pages of a tag's gallery are a piece of a build's work.
PAGES_AT_ONCE = 4


class ShownGroup(NamedTuple):
    """A tag set, or the tags in none, as rows of chips."""

    name: str
    description: str
    chips: list[Chip]


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A value of a facet: `value` as it stands in addresses, `label` as people read it."""

    value: str
    label: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class ShownFacet:
    """A facet of the explorer without JavaScript."""

    facet: str
    label: str
    href: str | None
    values: list[ShownValue]
    more: int
    images: int
    """How many images have any value of it."""
    is_open: bool
    is_scale: bool
    """Whether scripts draw its values along a scale, of numbers or of days."""
    is_long: bool
    """Whether none of its values stand open beside that scale."""


def tag_index_page(content: Content) -> Iterator[Page]:
    """All tags, by tag set."""
    context = {
        "crumbs": [Link("Tags")],
        "groups": [shown_group(group) for group in content.tag_groups],
        "total": len(content.tags),
    }
    yield Page(links.TAGS, "Tags", "All tags, by tag set, with how many images.", "pages/tags.html", context)


class TagPart(NamedTuple):
    """Some pages of the gallery of the tags of one text. `first`: the number of the first of them."""

    text: TagText
    first: int


def tag_parts(content: Content) -> Iterator[TagPart]:
    """All pages of all tags; of each tag the further ones before the one that leads there."""
    size = content.settings.page_size
    for text in content.tags.values():
        last = min(-(-text.images // size), GALLERY_PAGES)
        yield from (TagPart(text, first) for first in reversed(range(2, last + 1, PAGES_AT_ONCE)))
        yield TagPart(text, 1)


def tag_pages(content: Content) -> Iterator[Page]:
    """A page for every tag; tags of one text show the same, each at its own lasting address."""
    for part in tag_parts(content):
        yield from tag_work(content, part).pages()


def tag_work(content: Content, part: TagPart) -> PageWork:
    """Some pages of the tags of one text; the first of all has what is known of them beside."""
    text, size = part.text, content.settings.page_size
    shared = _tag_gallery_context(text)
    if part.first == 1:
        shared |= _tag_context(content, content.once(ContainerCards), text)
    rows = Rows(content.table, content.table.with_term(text.term))
    galleries = gallery_pages(rows, size, GALLERY_PAGES)
    some = range(part.first, min(part.first + (PAGES_AT_ONCE if part.first > 1 else 1), len(galleries) + 1))
    shown = rows[(some.start - 1) * size : (some.stop - 1) * size]
    beyond = len(rows) - sum(map(len, galleries))
    facts = content.once(GalleryFacts)

    def pages() -> Iterator[Page]:
        for number in some:
            page = galleries[number - 1]
            title = shared["name"] + (f" – page {number}" if number > 1 else "")
            context = shared | {
                "cards": [card(content, row) for row in page],
                "told": facts.of(page),
                "page": number,
                "beyond": beyond,
            }
            for tag in text.tags:
                addresses = [links.tag(tag.id, each) for each in range(1, len(galleries) + 1)]
                paged = context | {"pages": addresses}
                yield Page(addresses[number - 1], title, shared["description"], "pages/tag.html", paged)

    about = [shared, [tag.id for tag in text.tags], len(galleries), beyond]
    return PageWork([*about, *shown.ingredients(), *facts.ingredients(shown)], pages)


def _tag_gallery_context(text: TagText) -> dict[str, Any]:
    """What all pages of a tag's gallery show."""
    descriptions = dict.fromkeys(tag.description for tag in text.tags if tag.description)
    return {
        "name": visible(text.text, EMPTY),
        "description": "\n\n".join(descriptions),
        "crumbs": [Link("Tags", links.TAGS), Link(visible(text.text, EMPTY), "", "tag")],
        "images": text.images,
        "explore": links.explore_tag(text.text) if text.images else "",
    }


def _tag_context(content: Content, cards: ContainerCards, text: TagText) -> dict[str, Any]:
    """What the first page shows beside."""
    people = content.export.people
    sets = {s for tag in text.tags for s in tag.sets if s in content.export.tag_sets}
    facet = next((facet for facet in content.facets if facet.facet == TAG), None)
    together = (
        together_with(content.table, facet, content.columns, text.term)
        if facet is not None and text.term is not None
        else []
    )
    owners = [(tag.id, people[tag.owner].name if tag.owner in people else "") for tag in text.tags]
    return {
        "sets": sorted(visible(content.export.tag_sets[s].name, NO_NAME) for s in sets),
        "owners": owners,
        "carriers": [(len(found), kind) for kind in CARRIERS if (found := getattr(text, kind))],
        "containers": [(kind, made) for kind, made in _carrier_cards(cards, text).items() if made],
        "runs": [run_link(content, run.id) for run in text.runs],
        "wells": [_well_of_plate(content, well) for well in text.wells[:WELLS_ON_PAGE]],
        "more_wells": max(0, len(text.wells) - WELLS_ON_PAGE),
        "together": [
            Chip(visible(other, EMPTY), links.tag(content.tags[other].id), count, ())
            for other, count in together
        ],
    }


def _carrier_cards(cards: ContainerCards, text: TagText) -> dict[str, list[ContainerCard]]:
    return {
        "projects": [cards.project(project) for project in text.projects],
        "datasets": [cards.dataset(dataset) for dataset in text.datasets],
        "screens": [cards.screen(screen) for screen in text.screens],
        "plates": [cards.plate(plate, None) for plate in text.plates],
    }


def _well_of_plate(content: Content, well: Well) -> Link:
    """A well's name behind its plate's: `Plate 1 B12`."""
    link = well_link(content, well.id)
    if well.plate not in content.export.plates:
        return link
    return link._replace(text=f"{plate_link(content, well.plate).text} {link.text}")


def key_index_page(content: Content) -> Iterator[Page]:
    """All keys, those that most images have first."""
    keys = [
        (Link(key.label, links.key(key.key or ""), "", key.images), len(key.values), _examples(key))
        for key in content.keys
    ]
    context = {"crumbs": [Link("Keys")], "keys": keys}
    yield Page(links.KEYS, "Keys", "All keys of key-value pairs.", "pages/keys.html", context)


def key_pages(content: Content) -> Iterator[Page]:
    """A page a key: its values as bars, each leading to its images."""
    for key in content.keys:
        name = key.key or ""
        longest = max(value.count for value in key.values)
        bars = [
            (Link(value.label, links.explore_key(name, value.value), "", value.count), value.count, longest)
            for value in key.values[:VALUES_ON_PAGE]
        ]
        context = {
            "name": key.label,
            "values": len(key.values),
            "more": len(key.values) - len(bars),
            "explore": links.EXPLORE,
            "crumbs": [Link("Keys", links.KEYS), Link(key.label)],
            "images": key.images,
            "bars": bars,
            **_picture_of(content, key),
            "namespaces": content.namespaces_of_key.get(name, []),
        }
        yield Page(links.key(name), key.label, f"Values of {key.label}.", "pages/key.html", context)


def _picture_of(content: Content, key: Facet) -> dict[str, Any]:
    """The numbers or the days of a key as columns, where it has such; one column would tell no more than its value."""
    context: dict[str, Any] = {"columns": None, "figures": [], "unit": key.unit, "timeline": None}
    measured = spread(key, content.table)
    days = None if measured else timeline(key, content.table)
    if measured and len(measured.parts) > 1:
        context |= {
            "columns": spread_columns(key, measured),
            "figures": figures(key, measured),
            "scale": measured.scale,
        }
    elif days and len(days.spans) > 1:
        context |= {"columns": time_columns(key, days), "timeline": days}
    return context


def explore_page(content: Content) -> Iterator[Page]:
    """The explorer; without JavaScript, its facets as lists of links."""
    facets = [facet for facet in content.facets if facet.kind != "search" and not facet.hidden]
    first = {facet.facet for facet in [each for each in facets if len(each.values) > 1][:OPEN]}
    context = {
        "total": len(content.table),
        "as_of": content.as_of,
        "facets": [_shown_facet(content, facet, facet.facet in first) for facet in facets],
    }
    yield Page(links.EXPLORE, "Explore", "All images, to filter.", "pages/explore.html", context)


def at_a_glance(content: Content) -> dict[str, Any]:
    """The context of the home page's pictures and numbers."""
    manifest = content.export.manifest
    cards = content.once(ContainerCards)
    numbers = (
        Link("project", links.BROWSE, "project", len(content.export.projects)),
        Link("dataset", links.BROWSE, "dataset", len(content.export.datasets)),
        Link("screen", links.BROWSE, "screen", len(content.export.screens)),
        Link("plate", links.BROWSE, "plate", len(content.export.plates)),
        Link("image", links.EXPLORE, "image", manifest.counts.get("images", 0)),
        Link("tag", links.TAGS, "tag", len(content.tags)),
    )
    return {
        "as_of": content.as_of,
        "numbers": [number for number in numbers if number.images],
        "pictures": _mosaic(content),
        "projects": [cards.project(project) for project in content.projects],
        "screens": [cards.screen(screen) for screen in content.screens],
        **overview(content),
    }


def _mosaic(content: Content, most: int = 12) -> list[Card]:
    """Pictures from across datasets and plates, each in turn, so that every part of the catalogue shows."""
    strips = [strip(content, rows, most) for rows in content.table.in_dataset.values()]
    for plate in islice(content.export.plates.values(), most):
        wells = content.plates.grid(plate).wells
        places = [row.place for one in wells for row in islice(one.pictures.values(), 1)]
        strips.append(strip(content, Rows(content.table, places), most))
    turns = [card for turn in zip_longest(*strips) for card in turn if card and not card.missing]
    return turns[: min(most, len(turns) // 4 * 4) or len(turns)]


def shown_group(group: TagGroup) -> ShownGroup:
    """A tag set's chips."""
    chips = [Chip(visible(tag.text, EMPTY), links.tag(tag.id), tag.images, ()) for tag in group.tags]
    if group.tag_set is None:
        return ShownGroup("In no tag set", "", chips)
    return ShownGroup(visible(group.tag_set.name, NO_NAME), group.tag_set.description, chips)


def _shown_facet(content: Content, facet: Facet, is_open: bool) -> ShownFacet:
    index = {TAG: links.TAGS, **dict.fromkeys((OWNER, *DATES))}
    href = links.key(facet.key) if facet.key is not None else index.get(facet.facet, links.BROWSE)
    values = [
        ShownValue(value.value, value.label, value.count, _value_href(content, facet, value.value))
        for value in facet.values[:LISTED]
    ]
    many = len(facet.values)
    is_scale = facet.kind in ("number", "date") and many > 1
    is_long = is_scale and many > (FEW_DAYS if facet.kind == "date" else MANY_NUMBERS)
    more = many - len(values)
    return ShownFacet(facet.facet, facet.label, href, values, more, facet.images, is_open, is_scale, is_long)


def _value_href(content: Content, facet: Facet, value: str) -> str:
    """A page that shows the value's images or tells of it without JavaScript."""
    if facet.facet == TAG:
        return links.tag(content.tags[value].id)
    if facet.facet in links.CONTAINERS:
        return links.CONTAINERS[facet.facet](int(value))
    if facet.key is not None:
        return links.key(facet.key)
    return links.explore((facet.facet, value))


def _examples(key: Facet, most: int = 4) -> list[Link]:
    name = key.key or ""
    return [
        Link(value.label, links.explore_key(name, value.value), "", value.count)
        for value in key.values[:most]
    ]
