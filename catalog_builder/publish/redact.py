"""The border: the only way from a source to the export.

Everything past here may be read by anybody. So a project, dataset or image passes only if its group passes,
and links name only what passes too. All else goes out with something it belongs to: annotations that a
published object carries, tag sets that hold a published tag, groups and owners of what is published.
Pictures lose their metadata. What has no field in the records (e-mail, login, paths, comments, ratings,
attachments) cannot pass at all.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from typing import Any, TypeVar

from msgspec.structs import replace

from catalog_builder.model.annotations import KeyValues, Tag, TagSet
from catalog_builder.model.catalogue import (
    Catalogue,
    FetchThumbnails,
    ImagePages,
    PublishedCatalogue,
    Thumbnail,
)
from catalog_builder.model.records import Described, Group, Person, Record
from catalog_builder.publish.jpeg import strip_metadata
from catalog_builder.publish.policy import FIELDS, Policy

Owned = TypeVar("Owned", bound=Described | Tag | TagSet | KeyValues)
Thing = TypeVar("Thing", bound=Described)
AnyRecord = TypeVar("AnyRecord", bound=Record)


def redact(private: Catalogue, policy: Policy) -> PublishedCatalogue:
    """What of `private` may go out under `policy`. Images are judged as they stream."""
    border = _Border(private, policy)
    projects = {i: border.carrier(one) for i, one in private.projects.items() if border.admits(one)}
    datasets = {
        i: replace(border.carrier(one), projects=_only(one.projects, projects))
        for i, one in private.datasets.items()
        if border.admits(one)
    }
    return PublishedCatalogue(
        people=border.people,
        groups=border.groups,
        projects=projects,
        datasets=datasets,
        tag_sets=border.tag_sets,
        tags=border.tags,
        key_values=border.key_values,
        images=_published_images(private, border, datasets),
        thumbnails=_stripped(private.thumbnails),
        total_images=private.total_images,
    )


class _Border:
    """Lets a thing out, and with it what belongs to it; what nothing published names stays in.

    `people`, `groups`, `tag_sets`, `tags` and `key_values` are what is out so far: they grow as images
    stream by.
    """

    def __init__(self, private: Catalogue, policy: Policy) -> None:
        self._private = private
        self._policy = policy
        self._open = {
            group.id
            for group in private.groups.values()
            if policy.allows_group(group.name, private=group.private)
        }
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.tag_sets: dict[int, TagSet] = {}
        self.tags: dict[int, Tag] = {}
        self.key_values: dict[int, KeyValues] = {}

    def admits(self, record: Described | Tag | TagSet | KeyValues) -> bool:
        """Whether the group of a record passes; a record without one belongs to a source that has none."""
        return record.group is None or record.group in self._open

    def carrier(self, thing: Thing) -> Thing:
        """An admitted project, dataset or image as it goes out, with those of its annotations that may."""
        carried = {i for i in thing.annotations if self._lets_out_annotation(i)}
        return self._owned(replace(thing, annotations=tuple(sorted(carried))))

    def _lets_out_annotation(self, id_: int) -> bool:
        if id_ in self.tags or id_ in self.key_values:
            return True
        tag = self._private.tags.get(id_)
        if tag is not None and self.admits(tag):
            sets = {i for i in tag.sets if self._lets_out_set(i)}
            self.tags[id_] = self._owned(replace(tag, sets=tuple(sorted(sets))))
            return True
        one = self._private.key_values.get(id_)
        if one is not None and self.admits(one) and self._policy.allows_namespace(one.namespace):
            self.key_values[id_] = self._owned(one)
            return True
        return False

    def _lets_out_set(self, id_: int) -> bool:
        tag_set = self._private.tag_sets.get(id_)
        if tag_set is None or not self.admits(tag_set):
            return False
        if id_ not in self.tag_sets:
            self.tag_sets[id_] = self._owned(tag_set)
        return True

    def _owned(self, record: Owned) -> Owned:
        """What of the record may go out, its group and owner with it; an owner who is not known is not named."""
        record = _allowed(record)
        if record.group is not None:
            self.groups.setdefault(record.group, _allowed(self._private.groups[record.group]))
        if record.owner is None or record.owner in self.people:
            return record
        person = self._private.people.get(record.owner)
        if person is None:
            return replace(record, owner=None)
        self.people[person.id] = _allowed(person)
        return record


def _allowed(record: AnyRecord) -> AnyRecord:
    """A copy that holds the fields that may go out, and of their parts the same; all others at their default."""
    fields = {name: _allowed_value(getattr(record, name)) for name in FIELDS[type(record)]}
    return type(record)(**fields)


def _allowed_value(value: Any) -> Any:
    if isinstance(value, Record):
        return _allowed(value)
    if isinstance(value, tuple) and value and isinstance(value[0], Record):
        return tuple(_allowed(part) for part in value)
    return value


def _only(ids: Iterable[int], allowed: Container[int]) -> tuple[int, ...]:
    return tuple(sorted({i for i in ids if i in allowed}))


def _published_images(
    private: Catalogue, border: _Border, datasets: Container[int]
) -> Callable[[], ImagePages]:
    def pages() -> ImagePages:
        for page in private.images():
            yield [
                replace(border.carrier(image), datasets=_only(image.datasets, datasets))
                for image in page
                if border.admits(image)
            ]

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
