"""The border: the only way from a source to the export.

Everything past here may be read by anybody. So a container or an image passes only if its group passes, and
links name only what passes too: a run, a well, a field only with its plate. All else goes out with something
it belongs to: annotations that a published object carries, tag sets that hold a published tag, groups and
owners of what is published. Pictures lose their metadata. What has no field in the records (e-mail, login,
paths, an attachment's bytes) cannot pass at all; comments, ratings and attachments pass where a rule says so.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar, get_args

from msgspec.structs import fields as fields_of
from msgspec.structs import replace

from catalog_builder.model.annotations import ANNOTATIONS, Annotation, Tag, TagSet
from catalog_builder.model.base import Carrier, Linked, Record
from catalog_builder.model.catalogue import (
    Catalogue,
    FetchThumbnails,
    ImagePages,
    PublishedCatalogue,
    Thumbnail,
)
from catalog_builder.model.records import Group, Image, Person
from catalog_builder.publish.jpeg import strip_metadata
from catalog_builder.publish.policy import FIELDS, Policy

Owned = TypeVar("Owned", bound=Carrier | Annotation)
Thing = TypeVar("Thing", bound=Carrier)
AnyRecord = TypeVar("AnyRecord", bound=Record)


def redact(private: Catalogue, policy: Policy) -> PublishedCatalogue:
    """What of `private` may go out under `policy`. Images are judged as they stream."""
    border = _Border(private, policy)
    projects = border.carriers(private.projects)
    screens = border.carriers(private.screens)
    datasets = {
        i: replace(one, projects=_only(one.projects, projects))
        for i, one in border.carriers(private.datasets).items()
    }
    plates = {
        i: replace(one, screens=_only(one.screens, screens))
        for i, one in border.carriers(private.plates).items()
    }
    runs = border.carriers({i: one for i, one in private.runs.items() if one.plate in plates})
    wells = border.carriers({i: one for i, one in private.wells.items() if one.plate in plates})

    def kept_links(image: Image) -> Image:
        if not image.fields and all(i in datasets for i in image.datasets):
            return image
        fields = [
            replace(field, run=field.run if field.run in runs else None)
            for field in image.fields
            if field.well in wells
        ]
        return replace(image, datasets=_only(image.datasets, datasets), fields=tuple(fields))

    return PublishedCatalogue(
        people=border.people,
        groups=border.groups,
        projects=projects,
        datasets=datasets,
        screens=screens,
        plates=plates,
        runs=runs,
        wells=wells,
        tag_sets=border.tag_sets,
        images=_published_images(private, border, kept_links),
        thumbnails=_stripped(private.thumbnails),
        renderings=private.renderings,
        previews=_stripped(private.previews),
        preview_renderings=private.preview_renderings,
        total_images=private.total_images,
        **border.annotations,
    )


class _Border:
    """Lets a thing out, and with it what belongs to it; what nothing published names stays in.

    `people`, `groups`, `tag_sets` and `annotations` are what is out so far: they grow as images stream by.
    """

    def __init__(self, private: Catalogue, policy: Policy) -> None:
        self._private = private
        self._policy = policy
        self._fields = _Fields()
        self._open = {
            group.id
            for group in private.groups.values()
            if policy.allows_group(group.name, private=group.private)
        }
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.tag_sets: dict[int, TagSet] = {}
        self.annotations: dict[str, Any] = {name: {} for name in ANNOTATIONS}
        self._kinds: list[tuple[dict[int, Any], type[Annotation], dict[int, Any]]] = [
            (getattr(private, name), kind, self.annotations[name]) for name, kind in ANNOTATIONS.items()
        ]
        self._out: set[int] = set()  # ids of those, for most objects carry nothing new

    def admits(self, record: Carrier | Annotation) -> bool:
        """Whether the group of a record passes; a record without one belongs to a source that has none."""
        return record.group is None or record.group in self._open

    def carriers(self, things: Mapping[int, Thing]) -> dict[int, Thing]:
        """Those that are admitted, as they go out."""
        return {i: self.carrier(one) for i, one in things.items() if self.admits(one)}

    def carrier(self, thing: Thing) -> Thing:
        """An admitted container or image as it goes out, with those of its annotations that may."""
        if not thing.linked and self._out.issuperset(thing.annotations):
            return self._owned(thing)
        carried = {i for i in thing.annotations if self._lets_out_annotation(i)}
        linked = tuple(
            self._who_linked(one) for one in thing.linked if self._policy.linked and one.annotation in carried
        )
        return self._owned(replace(thing, annotations=tuple(sorted(carried)), linked=linked))

    def _who_linked(self, linked: Linked) -> Linked:
        return replace(linked, by=self._person(linked.by))

    def _lets_out_annotation(self, id_: int) -> bool:
        if id_ in self._out:
            return True
        for held, kind, out in self._kinds:
            one = held.get(id_)
            if one is not None:
                if not (self.admits(one) and self._policy.allows_kind(kind) and self._in_the_open(one)):
                    return False
                out[id_] = self._owned(self._with_sets(one))
                self._out.add(id_)
                return True
        return False

    def _in_the_open(self, annotation: Annotation) -> bool:
        return self._policy.allows_namespace(getattr(annotation, "namespace", ""))

    def _with_sets(self, annotation: Annotation) -> Annotation:
        """A tag with those of its tag sets that may go out."""
        if not isinstance(annotation, Tag):
            return annotation
        return replace(annotation, sets=tuple(sorted({i for i in annotation.sets if self._lets_out_set(i)})))

    def _lets_out_set(self, id_: int) -> bool:
        tag_set = self._private.tag_sets.get(id_)
        if tag_set is None or not self.admits(tag_set):
            return False
        if id_ not in self.tag_sets:
            self.tag_sets[id_] = self._owned(tag_set)
        return True

    def _owned(self, record: Owned) -> Owned:
        """What of the record may go out, its group and owner with it; an owner who is not known is not named."""
        record = self._fields.allowed(record)
        if record.group is not None and record.group not in self.groups:
            self.groups[record.group] = self._fields.allowed(self._private.groups[record.group])
        owner = self._person(record.owner)
        return record if owner == record.owner else replace(record, owner=owner)

    def _person(self, id_: int | None) -> int | None:
        """The person, let out by being named; None where nobody is known by that id."""
        if id_ is None or id_ in self.people:
            return id_
        person = self._private.people.get(id_)
        if person is None:
            return None
        self.people[id_] = self._fields.allowed(person)
        return id_


class _Fields:
    """Takes out of records what is not listed in `FIELDS`."""

    def __init__(self) -> None:
        self._hidden: dict[type[Record], tuple[tuple[str, Any], ...] | None] = {}

    def allowed(self, record: AnyRecord) -> AnyRecord:
        """The fields that may go out, and of their parts the same; all others at their default."""
        kind = type(record)
        if kind not in self._hidden:
            self._hidden[kind] = self._hidden_in(kind)
        hidden = self._hidden[kind]
        if hidden is not None:  # nothing to take out: the most frequent case, and there may be a million
            for name, default in hidden:
                if getattr(record, name) != default:
                    break
            else:
                return record
        return kind(**{name: self._allowed_value(getattr(record, name)) for name in _listed(kind)})

    def _hidden_in(self, kind: type[Record]) -> tuple[tuple[str, Any], ...] | None:
        """The fields that stay in, with their defaults; None where a part of an allowed field has any of its own."""
        listed = _listed(kind)
        allowed = [field for field in fields_of(kind) if field.name in listed]
        parts = [part for field in allowed for part in _records_in(field.type)]
        if any(self._hidden_in(part) != () for part in parts):
            return None
        return tuple((field.name, field.default) for field in fields_of(kind) if field.name not in listed)

    def _allowed_value(self, value: Any) -> Any:
        if isinstance(value, Record):
            return self.allowed(value)
        if isinstance(value, tuple) and value and isinstance(value[0], Record):
            return tuple(self.allowed(part) for part in value)
        return value


def _listed(kind: type[Record]) -> tuple[str, ...]:
    """The fields that may go out, of the kind itself or of the one that it is a form of."""
    return next(FIELDS[one] for one in kind.__mro__ if one in FIELDS)


def _records_in(hint: Any) -> Iterator[type[Record]]:
    """The records that a field of this type may hold."""
    for inner in get_args(hint):
        yield from _records_in(inner)
    if isinstance(hint, type) and issubclass(hint, Record):
        yield hint


def _only(ids: Iterable[int], allowed: Container[int]) -> tuple[int, ...]:
    return tuple(sorted({i for i in ids if i in allowed}))


def _published_images(
    private: Catalogue, border: _Border, kept_links: Callable[[Image], Image]
) -> Callable[[], ImagePages]:
    def pages() -> ImagePages:
        for page in private.images():
            yield [kept_links(border.carrier(image)) for image in page if border.admits(image)]

    return pages


def _stripped(fetch: FetchThumbnails) -> FetchThumbnails:
    def fetch_stripped(images: Sequence[int]) -> Iterable[Thumbnail]:
        asked = frozenset(images)
        for thumbnail in fetch(images):
            if thumbnail.image not in asked:
                continue  # whatever a source hands over: only published images show their picture
            try:
                jpeg = strip_metadata(thumbnail.jpeg)
            except ValueError:
                continue  # not a picture that can be cleaned: the site draws its placeholder
            yield thumbnail._replace(jpeg=jpeg)

    return fetch_stripped
