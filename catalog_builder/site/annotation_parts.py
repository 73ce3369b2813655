"""What an object is annotated with, ready to show: tags, key-values, all other annotations, each with its origin."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from catalog_builder.derive.facets import EMPTY, NO_NAME
from catalog_builder.derive.values import KEY_PREFIX
from catalog_builder.model.annotations import (
    Annotation,
    Attachment,
    Comment,
    KeyValues,
    Rating,
    Tag,
    Term,
    Value,
)
from catalog_builder.model.base import Linked
from catalog_builder.model.inheritance import Origin, Origins, united
from catalog_builder.model.kinds import NAMESPACE_CLIENT
from catalog_builder.site import links
from catalog_builder.site.content import Content
from catalog_builder.site.parts import CONTAINER_LINKS, Chip, Link, owner_link
from catalog_builder.site.render import Renderer, byte_size, day, plural
from catalog_builder.text import visible

_WEB = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)

#: Of five, as OMERO's clients give them.
_STARS = 5


class Pair(NamedTuple):
    """A key and a value; `web` is the address the value is, if it is one."""

    key: str
    key_href: str
    value: str
    value_href: str
    web: str
    images: int


class Handed(NamedTuple):
    """Map annotations that come from the same place, each with its pairs in order; no origins: the object's own."""

    origins: tuple[Link, ...]
    annotations: tuple[tuple[Pair, ...], ...]


class Namespace(NamedTuple):
    """The pairs of one namespace; `label` is '' for what people edit by hand, which needs no name."""

    name: str
    label: str
    handed: tuple[Handed, ...]
    """The object's own pairs first, then what it inherits, by where it comes from."""


class Note(NamedTuple):
    """Any other annotation: `label` is its namespace or '', `by` who wrote it and when, as far as that is known."""

    text: str
    label: str
    description: str
    by: tuple[Link, ...]
    origins: tuple[Link, ...]


class Notes(NamedTuple):
    """All annotations of one kind under their heading; `kind` is the stream's name."""

    kind: str
    heading: str
    notes: tuple[Note, ...]


class Told(NamedTuple):
    """Who put which annotation on the object, and when."""

    what: Link
    by: Link | None
    on: str


class Annotations(NamedTuple):
    """What holds for an object."""

    chips: tuple[Chip, ...]
    namespaces: tuple[Namespace, ...]
    notes: tuple[Notes, ...] = ()
    told: tuple[Told, ...] = ()

    @property
    def any(self) -> bool:
        """Whether there is anything that holds for what is within."""
        return bool(self.chips or self.namespaces or self.notes)


def _value_text(one: Value) -> str:
    if one.kind == "boolean":
        return "yes" if one.value is True else "no"
    if isinstance(one.value, float):
        return f"{one.value:g}"
    return visible(str(one.value), EMPTY)


def _attachment_text(one: Attachment) -> str:
    size = f", {byte_size(one.size)}" if one.size is not None else ""
    return f"{visible(one.name, NO_NAME)} ({visible(one.media_type, 'file')}{size})"


#: Stream name -> heading, and what an annotation of it says. Comments are text, XML is never read.
NOTES: dict[str, tuple[str, Callable[[Any], str]]] = {
    "ratings": ("Ratings", lambda one: f"{'★' * min(one.stars, _STARS)}{'☆' * (_STARS - one.stars)}"),
    "terms": ("Terms", lambda one: visible(one.term, EMPTY)),
    "values": ("Values", _value_text),
    "comments": ("Comments", lambda one: visible(one.text, EMPTY)),
    "attachments": ("Attached files", _attachment_text),
    "xml": ("XML annotations", lambda one: visible(one.namespace, "without a namespace")),
}


class AnnotationParts:
    """Makes the annotations of an object ready to show; remembers what images share."""

    #: So many pairs are remembered, as many as a renderer remembers drawn: each image may have its own.
    REMEMBERED = Renderer.REMEMBERED

    def __init__(self, content: Content) -> None:
        self._content = content
        self._pairs: dict[tuple[str, str], Pair] = {}
        self._badges_of: dict[Origins, tuple[Link, ...]] = {}

    def of(self, found: Mapping[int, Origins], own: Origin, linked: Iterable[Linked] = ()) -> Annotations:
        """Annotations of the object `own`: annotation id -> origins. Tags of one text are one, with all origins."""
        export = self._content.export
        tags: dict[str, Origins] = {}
        pairs: dict[str, list[tuple[KeyValues, Origins]]] = {}
        notes: dict[str, list[tuple[Annotation, Origins]]] = {}
        for annotation, origins in found.items():
            if key_values := export.key_values.get(annotation):
                if key_values.pairs:
                    pairs.setdefault(key_values.namespace, []).append((key_values, origins))
            elif tag := export.tags.get(annotation):
                before = tags.get(tag.text)
                tags[tag.text] = origins if before is None else united(before, origins)
            else:
                for stream in NOTES:
                    if note := getattr(export, stream).get(annotation):
                        notes.setdefault(stream, []).append((note, origins))
        return Annotations(
            tuple([self._chip(text, origins, own) for text, origins in tags.items()]),
            tuple([self._namespace(name, pairs[name], own) for name in sorted(pairs, key=client_first)]),
            tuple([self._notes(stream, notes[stream], own) for stream in NOTES if stream in notes]),
            tuple([self.told(one) for one in linked]),
        )

    def _chip(self, text: str, origins: Origins, own: Origin) -> Chip:
        tag = self._content.tags[text]
        return Chip(visible(text, EMPTY), links.tag(tag.id), tag.images, self._badges(origins, own))

    def _namespace(self, name: str, annotations: list[tuple[KeyValues, Origins]], own: Origin) -> Namespace:
        by_badges: dict[tuple[Link, ...], list[tuple[Pair, ...]]] = {}
        for one, origins in annotations:
            shown = tuple([self._pair(pair) for pair in one.pairs])
            by_badges.setdefault(self._badges(origins, own), []).append(shown)
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
            web = web_address(value)
            known = self._pairs[pair] = Pair(
                visible(key, NO_NAME),
                links.key(key) if count else "",
                visible(value, EMPTY),
                links.explore_key(key, value) if count else "",
                web,
                count,
            )
        return known

    def _notes(self, stream: str, found: list[tuple[Annotation, Origins]], own: Origin) -> Notes:
        shown = [
            self.note(stream, one)._replace(origins=self._badges(origins, own)) for one, origins in found
        ]
        return Notes(stream, NOTES[stream][0], tuple(sorted(shown, key=lambda note: bool(note.origins))))

    def note(self, stream: str, one: Annotation) -> Note:
        """An annotation of one of the other kinds, without its origins."""
        text, about = NOTES[stream][1](one), getattr(one, "description", "")
        # A bare number means nothing: what it is a number of leads.
        leads = stream in ("values", "terms")
        return Note(
            f"{about}: {text}" if leads and about else text,
            getattr(one, "namespace", "") if stream != "xml" else "",
            "" if leads else about,
            self._by(one),
            (),
        )

    def _by(self, one: Annotation) -> tuple[Link, ...]:
        """Who wrote a comment or gave a rating, and when."""
        if not isinstance(one, Comment | Rating):
            return ()
        who = owner_link(self._content, one.owner)
        when = day(one.created) if isinstance(one, Comment) else ""
        return (*([who] if who else []), *([Link(when)] if when else []))

    def told(self, linked: Linked) -> Told:
        """Who put an annotation there, and when."""
        return Told(
            self._named(self._content.export.annotation(linked.annotation)),
            owner_link(self._content, linked.by),
            day(linked.at),
        )

    def _named(self, one: Annotation | None) -> Link:
        """An annotation in a word."""
        if isinstance(one, Tag):
            return Link(visible(one.text, EMPTY), links.tag(self._content.tags[one.text].id), "tag")
        if isinstance(one, KeyValues):
            return Link(plural(len(one.pairs), "key-value pair"))
        if isinstance(one, Term):
            return Link(visible(one.term, EMPTY))
        words = {
            "Comment": "a comment",
            "Rating": "a rating",
            "Attachment": "an attached file",
            "Value": "a value",
        }
        return Link(words.get(type(one).__name__, "an annotation"))

    def _badges(self, origins: Origins, own: Origin) -> tuple[Link, ...]:
        """Where it comes from, unless it is the object's own alone."""
        if len(origins) == 1 and origins[0] == own:
            return ()
        if own in origins:  # what says `this image` serves that image only, and what others remember not it
            return tuple(self._badge(origin, own) for origin in origins)
        known = self._badges_of.get(origins)
        if known is None:
            known = self._badges_of[origins] = tuple(self._badge(origin, own) for origin in origins)
        return known

    def _badge(self, origin: Origin, own: Origin) -> Link:
        if origin == own:
            return Link(f"this {origin.kind}", "", origin.kind)
        return CONTAINER_LINKS[origin.kind](self._content, origin.id)


def web_address(value: str) -> str:
    """The address that a value is; '' where it is none, or one that no browser can make sense of."""
    address = value.strip()
    try:
        return address if _WEB.fullmatch(address) and urlsplit(address).hostname else ""
    except ValueError:
        return ""


def client_first(namespace: str) -> tuple[bool, str]:
    """People's own pairs first, then the namespaces in order."""
    return (namespace not in ("", NAMESPACE_CLIENT), namespace)
