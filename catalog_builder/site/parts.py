"""Parts that pages share: cards, chips, key-values with their origins, facts. Text only; templates make HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit

from catalog_builder.derive.facets import EMPTY, NO_NAME, object_name
from catalog_builder.derive.table import Row
from catalog_builder.derive.values import KEY_PREFIX
from catalog_builder.model.inheritance import Origin, Origins, united
from catalog_builder.model.kinds import NAMESPACE_CLIENT
from catalog_builder.model.plates import well_name
from catalog_builder.site import links
from catalog_builder.site.content import Content
from catalog_builder.site.render import Renderer
from catalog_builder.text import visible

AnyValue = TypeVar("AnyValue", bound=Hashable)

_WEB = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)


class Link(NamedTuple):
    """A word that is a door: `href` from the site's root ("": none), a `kind` for its mark, how many images."""

    text: str
    href: str = ""
    kind: str = ""
    images: int | None = None


class Card(NamedTuple):
    """A picture and a name, leading to a page."""

    id: int
    name: str
    href: str
    picture: str
    alt: str
    missing: bool


class Chip(NamedTuple):
    """A tag: where it leads, how many images it holds for, and where it comes from if it is inherited."""

    text: str
    href: str
    images: int
    origins: tuple[Link, ...]


class Pair(NamedTuple):
    """A key and a value; `web` is the address the value is, if it is one."""

    key: str
    key_href: str
    value: str
    value_href: str
    web: str
    images: int


class Handed(NamedTuple):
    """Pairs that come from the same place, in their order; no origins: the object's own."""

    origins: tuple[Link, ...]
    pairs: tuple[Pair, ...]


class Namespace(NamedTuple):
    """The pairs of one namespace; `label` is '' for what people edit by hand, which needs no name."""

    name: str
    label: str
    handed: tuple[Handed, ...]
    """The object's own pairs first, then what it inherits, by where it comes from."""


class Fact(NamedTuple):
    """A label and what is known: words, each of them perhaps a door."""

    label: str
    values: tuple[Link, ...]


class Annotations(NamedTuple):
    """What holds for an object: its tags, and its key-values by namespace."""

    chips: tuple[Chip, ...]
    namespaces: tuple[Namespace, ...]


def card(row: Row) -> Card:
    """The card of an image."""
    name = object_name("image", row.name, row.id)
    picture = links.thumbnail(row.id) if row.picture else links.PLACEHOLDER
    return Card(row.id, name, links.image(row.id), picture, "", not row.picture)


def strip(rows: Sequence[Row], most: int = 4) -> list[Card]:
    """A few cards spread over the rows, those with a picture first."""
    shown = [row for row in rows if row.picture] or list(rows)
    step = max(1, len(shown) // most)
    return [card(row) for row in shown[::step][:most]]


def gallery_pages(rows: Sequence[Row], size: int) -> list[Sequence[Row]]:
    """The rows in pages; always one page, perhaps empty."""
    return [rows[start : start + size] for start in range(0, len(rows), size)] or [()]


def project_link(content: Content, project_id: int) -> Link:
    """A project's name, leading to its page."""
    return Link(
        object_name("project", content.export.projects[project_id].name, project_id),
        links.project(project_id),
        "project",
    )


def dataset_link(content: Content, dataset_id: int) -> Link:
    """A dataset's name, leading to its page."""
    return Link(
        object_name("dataset", content.export.datasets[dataset_id].name, dataset_id),
        links.dataset(dataset_id),
        "dataset",
    )


def screen_link(content: Content, screen_id: int) -> Link:
    """A screen's name, leading to its page."""
    return Link(
        object_name("screen", content.export.screens[screen_id].name, screen_id),
        links.screen(screen_id),
        "screen",
    )


def plate_link(content: Content, plate_id: int) -> Link:
    """A plate's name, leading to its page."""
    return Link(
        object_name("plate", content.export.plates[plate_id].name, plate_id), links.plate(plate_id), "plate"
    )


def run_link(content: Content, run_id: int) -> Link:
    """A run's name, leading to its plate's page: runs have none of their own."""
    run = content.export.runs[run_id]
    return Link(object_name("run", run.name, run_id), links.plate(run.plate), "run")


def well_link(content: Content, well_id: int) -> Link:
    """A well's name on its plate, such as `B12`, leading to its page."""
    well = content.export.wells[well_id]
    plate = content.export.plates.get(well.plate)
    return Link(well_name(plate, well.row, well.column), links.well(well_id), "well")


#: Kind of what hands annotations down -> what makes its link.
CONTAINER_LINKS: dict[str, Callable[[Content, int], Link]] = {
    "project": project_link,
    "dataset": dataset_link,
    "screen": screen_link,
    "plate": plate_link,
    "run": run_link,
    "well": well_link,
}


def owner_fact(content: Content, owner: int | None) -> Iterable[Fact]:
    """Whose it is, leading to everything of theirs."""
    person = content.export.people.get(owner) if owner is not None else None
    if person:
        count = content.count("owner", person.name)
        yield Fact(
            "Owner",
            (
                Link(
                    visible(person.name, NO_NAME),
                    links.explore_owner(person.name) if count else "",
                    "",
                    count,
                ),
            ),
        )


def group_fact(content: Content, group: int | None) -> Iterable[Fact]:
    """The OMERO group it is in."""
    found = content.export.groups.get(group) if group is not None else None
    if found:
        yield Fact("Group", (Link(visible(found.name, NO_NAME)),))


class AnnotationParts:
    """Makes the annotations of an object ready to show; remembers pairs, for images share them."""

    #: So many pairs are remembered, as many as a renderer remembers drawn: each image may have its own.
    REMEMBERED = Renderer.REMEMBERED

    def __init__(self, content: Content) -> None:
        self._content = content
        self._pairs: dict[tuple[str, str], Pair] = {}
        self._badges_of: dict[Origins, tuple[Link, ...]] = {}

    def of(self, found: Mapping[int, Origins], own: Origin) -> Annotations:
        """Annotations of the object `own`: annotation id -> origins. Equal values are one, with all origins."""
        export = self._content.export
        tags: dict[str, Origins] = {}
        pairs: dict[str, dict[tuple[str, str], Origins]] = {}
        for annotation, origins in found.items():
            if key_values := export.key_values.get(annotation):
                _unite(pairs.setdefault(key_values.namespace, {}), key_values.pairs, origins)
            elif tag := export.tags.get(annotation):
                _unite(tags, (tag.text,), origins)
        return Annotations(
            tuple(self._chip(text, origins, own) for text, origins in tags.items()),
            tuple(self._namespace(name, pairs[name], own) for name in sorted(pairs, key=_client_first)),
        )

    def _chip(self, text: str, origins: Origins, own: Origin) -> Chip:
        tag = self._content.tags[text]
        return Chip(visible(text, EMPTY), links.tag(tag.id), tag.images, self._badges(origins, own))

    def _namespace(self, name: str, pairs: Mapping[tuple[str, str], Origins], own: Origin) -> Namespace:
        by_badges: dict[tuple[Link, ...], list[Pair]] = {}
        for pair, origins in pairs.items():
            by_badges.setdefault(self._badges(origins, own), []).append(self._pair(pair))
        handed = sorted(by_badges.items(), key=lambda one: bool(one[0]))  # own ones first, else as they came
        label = "" if name in ("", NAMESPACE_CLIENT) else name
        return Namespace(name, label, tuple([Handed(badges, tuple(found)) for badges, found in handed]))

    def _pair(self, pair: tuple[str, str]) -> Pair:
        known = self._pairs.get(pair)
        if known is None:
            if len(self._pairs) >= self.REMEMBERED:
                self._pairs.clear()
            key, value = pair
            count = self._content.count(KEY_PREFIX + key, value)
            web = _web(value)
            known = self._pairs[pair] = Pair(
                visible(key, NO_NAME),
                links.key(key) if count else "",
                visible(value, EMPTY),
                links.explore_key(key, value) if count else "",
                web,
                count,
            )
        return known

    def _badges(self, origins: Origins, own: Origin) -> tuple[Link, ...]:
        """Where it comes from, unless it is the object's own alone."""
        if len(origins) == 1 and origins[0] == own:
            return ()
        known = self._badges_of.get(origins)
        if known is None:
            known = tuple(self._badge(origin, own) for origin in origins)
            if own not in origins:  # what names an image itself serves that image only
                self._badges_of[origins] = known
        return known

    def _badge(self, origin: Origin, own: Origin) -> Link:
        if origin == own:
            return Link(f"this {origin.kind}", "", origin.kind)
        return CONTAINER_LINKS[origin.kind](self._content, origin.id)


def _web(value: str) -> str:
    """The address that a value is; '' where it is none, or one that no browser can make sense of."""
    address = value.strip()
    try:
        return address if _WEB.fullmatch(address) and urlsplit(address).hostname else ""
    except ValueError:
        return ""


def _unite(known: dict[AnyValue, Origins], values: Iterable[AnyValue], origins: Origins) -> None:
    for value in values:
        before = known.get(value)
        known[value] = origins if before is None else united(before, origins)


def _client_first(namespace: str) -> tuple[bool, str]:
    """People's own pairs first, then the namespaces in order."""
    return (namespace not in ("", NAMESPACE_CLIENT), namespace)
