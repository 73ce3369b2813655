"""The pages of words: tags, keys, the explorer, and the catalogue at a glance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Any, NamedTuple

from catalog_builder.derive.facets import EMPTY, NO_NAME, Facet
from catalog_builder.derive.groupings import CARRIERS, TagGroup, TagText, together_with
from catalog_builder.derive.values import OWNER, TAG
from catalog_builder.model.plates import Well
from catalog_builder.site import links
from catalog_builder.site.container_cards import ContainerCard, ContainerCards
from catalog_builder.site.content import Content
from catalog_builder.site.page import Page
from catalog_builder.site.parts import (
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

#: So many values of a facet are listed for readers without JavaScript.
LISTED = 50

#: So many values of a key are on its page, those of most images first; the explorer has them all.
VALUES_ON_PAGE = 1_000

#: So many wells that carry a tag are named on its page; its images are all there.
WELLS_ON_PAGE = 120


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


def tag_index_page(content: Content) -> Iterator[Page]:
    """All tags, by tag set."""
    context = {
        "crumbs": [Link("Tags")],
        "groups": [shown_group(group) for group in content.tag_groups],
        "total": len(content.tags),
    }
    yield Page(links.TAGS, "Tags", "All tags, by tag set, with how many images.", "pages/tags.html", context)


def tag_pages(content: Content) -> Iterator[Page]:
    """A page for every tag; tags of one text show the same, each at its own lasting address."""
    cards = ContainerCards(content)
    for text in content.tags.values():
        shared = _tag_context(content, cards, text)
        rows = [content.table.rows[place] for place in content.table.with_term(text.term)]
        pages = gallery_pages(rows, content.settings.page_size)
        for tag in text.tags:
            addresses = [links.tag(tag.id, number) for number in range(1, len(pages) + 1)]
            for number, page in enumerate(pages, 1):
                title = shared["name"] + (f" – page {number}" if number > 1 else "")
                context = shared | {"cards": [card(row) for row in page], "pages": addresses, "page": number}
                yield Page(addresses[number - 1], title, shared["description"], "pages/tag.html", context)


def _tag_context(content: Content, cards: ContainerCards, text: TagText) -> dict[str, Any]:
    people = content.export.people
    sets = {s for tag in text.tags for s in tag.sets if s in content.export.tag_sets}
    descriptions = dict.fromkeys(tag.description for tag in text.tags if tag.description)
    together = together_with(content.table, text.term) if text.term is not None else []
    owners = [(tag.id, people[tag.owner].name if tag.owner in people else "") for tag in text.tags]
    return {
        "name": visible(text.text, EMPTY),
        "description": "\n\n".join(descriptions),
        "crumbs": [Link("Tags", links.TAGS), Link(visible(text.text, EMPTY), "", "tag")],
        "sets": sorted(visible(content.export.tag_sets[s].name, NO_NAME) for s in sets),
        "owners": owners,
        "images": text.images,
        "explore": links.explore_tag(text.text) if text.images else "",
        "carriers": [(len(found), kind) for kind in CARRIERS if (found := getattr(text, kind))],
        "containers": [(kind, made) for kind, made in _carrier_cards(cards, text).items() if made],
        "runs": [run_link(content, run.id) for run in text.runs],
        "wells": [_well_of_plate(content, well) for well in text.wells[:WELLS_ON_PAGE]],
        "more_wells": max(0, len(text.wells) - WELLS_ON_PAGE),
        "together": [
            Chip(visible(term.value, EMPTY), links.tag(content.tags[term.value].id), count, ())
            for term, count in together
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
            "namespaces": content.namespaces_of_key.get(name, []),
        }
        yield Page(links.key(name), key.label, f"Values of {key.label}.", "pages/key.html", context)


def explore_page(content: Content) -> Iterator[Page]:
    """The explorer; without JavaScript, its facets as lists of links."""
    context = {
        "total": len(content.table),
        "as_of": content.as_of,
        "facets": [_shown_facet(content, facet) for facet in content.facets],
    }
    yield Page(links.EXPLORE, "Explore", "All images, to filter.", "pages/explore.html", context)


def at_a_glance(content: Content) -> dict[str, Any]:
    """The context of the home page's pictures and numbers."""
    manifest = content.export.manifest
    cards = ContainerCards(content)
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
        "groups": [shown_group(group, most=12) for group in content.tag_groups[:8]],
        "keys": [Link(key.label, links.key(key.key or ""), "", key.images) for key in content.keys[:12]],
        "more_keys": max(0, len(content.keys) - 12),
    }


def _mosaic(content: Content, most: int = 12) -> list[Card]:
    """Pictures from across datasets and plates, each in turn, so that every part of the catalogue shows."""
    strips = [strip(rows, most) for rows in content.table.in_dataset.values()]
    for plate in islice(content.export.plates.values(), most):
        wells = content.plates.grid(plate).wells
        strips.append(strip([row for one in wells for row in islice(one.pictures.values(), 1)], most))
    turns = [card for turn in zip_longest(*strips) for card in turn if card and not card.missing]
    return turns[: min(most, len(turns) // 4 * 4) or len(turns)]


def shown_group(group: TagGroup, most: int | None = None) -> ShownGroup:
    """A tag set's chips; with `most`, only those of most images."""
    tags = list(group.tags)
    if most is not None and len(tags) > most:
        tags = sorted(tags, key=lambda tag: -tag.images)[:most]
    chips = [Chip(visible(tag.text, EMPTY), links.tag(tag.id), tag.images, ()) for tag in tags]
    if group.tag_set is None:
        return ShownGroup("In no tag set", "", chips)
    return ShownGroup(visible(group.tag_set.name, NO_NAME), group.tag_set.description, chips)


def _shown_facet(content: Content, facet: Facet) -> ShownFacet:
    index = {TAG: links.TAGS, OWNER: None}
    href = links.key(facet.key) if facet.key is not None else index.get(facet.facet, links.BROWSE)
    values = [
        ShownValue(value.value, value.label, value.count, _value_href(content, facet, value.value))
        for value in facet.values[:LISTED]
    ]
    return ShownFacet(facet.facet, facet.label, href, values, len(facet.values) - len(values))


def _value_href(content: Content, facet: Facet, value: str) -> str:
    """A page that shows the value's images or tells of it without JavaScript."""
    if facet.facet == TAG:
        return links.tag(content.tags[value].id)
    if facet.facet in links.CONTAINERS:
        return links.CONTAINERS[facet.facet](int(value))
    if facet.key is not None:
        return links.key(facet.key)
    return links.explore_owner(value)


def _examples(key: Facet, most: int = 4) -> list[Link]:
    name = key.key or ""
    return [
        Link(value.label, links.explore_key(name, value.value), "", value.count)
        for value in key.values[:most]
    ]
