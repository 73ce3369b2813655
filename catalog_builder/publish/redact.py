"""The border: the only way from a source to the export.

Everything past here may be read by anybody. So a record passes only if its group passes, its links name
only what passes too, people keep a name only if something published is theirs, and pictures lose their
metadata. What has no field in the records (e-mail, login, paths, comments, ratings, attachments) cannot
pass at all.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from catalog_builder.model.annotations import KeyValues, Tag, TagSet
from catalog_builder.model.catalogue import (
    Catalogue,
    FetchThumbnails,
    ImagePages,
    PublishedCatalogue,
    Thumbnail,
)
from catalog_builder.model.records import Described, Person
from catalog_builder.publish.jpeg import strip_metadata
from catalog_builder.publish.policy import Policy

Owned = TypeVar("Owned", bound=Described | Tag | TagSet | KeyValues)
Thing = TypeVar("Thing", bound=Described)


def redact(private: Catalogue, policy: Policy) -> PublishedCatalogue:
    """What of `private` may go out under `policy`. Images are judged as they stream."""
    groups = {
        group.id: group
        for group in private.groups.values()
        if policy.allows_group(group.name, private=group.private)
    }
    people = _Owners(private.people)
    in_groups = _group_filter(groups)
    tag_sets = people.of(in_groups(private.tag_sets))
    tags = {
        i: replace(tag, sets=_only(tag.sets, tag_sets))
        for i, tag in people.of(in_groups(private.tags)).items()
    }
    key_values = people.of(
        {i: one for i, one in in_groups(private.key_values).items() if policy.allows_namespace(one.namespace)}
    )
    annotations = tags.keys() | key_values.keys()
    projects = _linked(people.of(in_groups(private.projects)), annotations)
    datasets = {
        i: replace(dataset, projects=_only(dataset.projects, projects))
        for i, dataset in _linked(people.of(in_groups(private.datasets)), annotations).items()
    }
    return PublishedCatalogue(
        people=people.published,
        groups=groups,
        projects=projects,
        datasets=datasets,
        tag_sets=tag_sets,
        tags=tags,
        key_values=key_values,
        images=_published_images(private, groups, people, datasets, annotations),
        thumbnails=_stripped(private.thumbnails),
        total_images=private.total_images,
    )


class _Owners:
    """Lets a person out only when something published is theirs; grows as images stream by."""

    def __init__(self, people: Mapping[int, Person]) -> None:
        self._people = people
        self.published: dict[int, Person] = {}

    def of(self, records: dict[int, Owned]) -> dict[int, Owned]:
        return {i: self.owned(record) for i, record in records.items()}

    def owned(self, record: Owned) -> Owned:
        if record.owner is None or record.owner in self.published:
            return record
        person = self._people.get(record.owner)
        if person is None:
            return replace(record, owner=None)
        self.published[person.id] = person
        return record


def _group_filter(groups: Container[int]) -> Callable[[dict[int, Owned]], dict[int, Owned]]:
    def keep(records: dict[int, Owned]) -> dict[int, Owned]:
        # A record without a group belongs to a source that has none.
        return {i: record for i, record in records.items() if record.group is None or record.group in groups}

    return keep


def _linked(records: dict[int, Thing], annotations: Container[int]) -> dict[int, Thing]:
    return {
        i: replace(record, annotations=_only(record.annotations, annotations))
        for i, record in records.items()
    }


def _only(ids: Iterable[int], allowed: Container[int]) -> tuple[int, ...]:
    return tuple(sorted({i for i in ids if i in allowed}))


def _published_images(
    private: Catalogue,
    groups: Container[int],
    people: _Owners,
    datasets: Container[int],
    annotations: Container[int],
) -> Callable[[], ImagePages]:
    def pages() -> ImagePages:
        for page in private.images():
            yield [
                replace(
                    people.owned(image),
                    annotations=_only(image.annotations, annotations),
                    datasets=_only(image.datasets, datasets),
                    thumbnail=None,
                )
                for image in page
                if image.group is None or image.group in groups
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
