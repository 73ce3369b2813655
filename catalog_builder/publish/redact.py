"""The border: the only way from a source to the export.

Everything past here may be read by anybody. So a container or an image passes only if its group passes, and
links name only what passes too: a run, a well, a field only with its plate. All else goes out with something
it belongs to: annotations that a published object carries, tag sets that hold a published tag, groups and
owners of what is published. Pictures lose their metadata. What has no field in the records (e-mail, login,
paths, an attachment's bytes) cannot pass at all; comments, ratings and attachments pass where a rule says so.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from msgspec.structs import replace

from catalog_builder.model.annotations import ANNOTATIONS, Annotation, KeyValues, Tag, TagSet
from catalog_builder.model.base import Carrier, Linked
from catalog_builder.model.catalogue import (
    Catalogue,
    FetchThumbnails,
    ImagePages,
    PublishedCatalogue,
    Thumbnail,
)
from catalog_builder.model.plates import Run, Well
from catalog_builder.model.records import Dataset, Group, Image, Person
from catalog_builder.publish.fields import Fields
from catalog_builder.publish.gates import Gates
from catalog_builder.publish.jpeg import strip_metadata
from catalog_builder.publish.notes import NO_KEY, NoteGates
from catalog_builder.publish.policy import Policy

Owned = TypeVar("Owned", bound=Carrier | Annotation)
Thing = TypeVar("Thing", bound=Carrier)


def redact(private: Catalogue, policy: Policy) -> PublishedCatalogue:
    """What of `private` may go out under `policy`. Images are judged as they stream."""
    return Border(private, policy).published()


class Border:
    """Lets a thing out, and with it what belongs to it; what nothing published names stays in.

    `people`, `groups`, `tag_sets` and `annotations` are what is out so far: they grow as images stream by.
    """

    def __init__(self, private: Catalogue, policy: Policy) -> None:
        self._private = private
        self._people_as = policy.rules.people
        self._linked = policy.rules.linked
        self.gates = Gates(private, policy)
        self.fields = Fields(policy)
        self.notes = NoteGates(private, policy, self.gates)
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.tag_sets: dict[int, TagSet] = {}
        self.annotations: dict[str, Any] = {name: {} for name in ANNOTATIONS}
        # Most objects carry nothing new: ids of those that go out on anything, and of those that go out on
        # things of their owner alone.
        self._out: set[int] = set()
        self._out_on_own: dict[int, int] = {}

    def published(self) -> PublishedCatalogue:
        """What goes out; to be asked for once."""
        private, gates = self._private, self.gates
        projects = self._carriers(gates.projects)
        screens = self._carriers(gates.screens)
        datasets = {
            i: replace(one, projects=_only(one.projects, projects))
            for i, one in self._carriers(gates.datasets).items()
        }
        plates = {
            i: replace(one, screens=_only(one.screens, screens))
            for i, one in self._carriers(gates.plates).items()
        }
        known = _Known(datasets, runs=self._carriers(gates.runs), wells=self._carriers(gates.wells))
        return PublishedCatalogue(
            people=self.people,
            groups=self.groups,
            projects=projects,
            datasets=datasets,
            screens=screens,
            plates=plates,
            runs=known.runs,
            wells=known.wells,
            tag_sets=self.tag_sets,
            images=lambda: self._images(known),
            thumbnails=_stripped(private.thumbnails),
            renderings=private.renderings,
            previews=_stripped(private.previews),
            preview_renderings=private.preview_renderings,
            total_images=private.total_images,
            **self.annotations,
        )

    def _images(self, known: _Known) -> ImagePages:
        for page in self._private.images():
            yield [known.links(self._carrier(image)) for image in page if self.gates.image(image)]

    def _carriers(self, things: Mapping[int, Thing]) -> dict[int, Thing]:
        """Containers that pass, as they go out."""
        return {i: self._carrier(one) for i, one in things.items()}

    def _carrier(self, thing: Thing) -> Thing:
        """A container or image that passes as it goes out, with those of its annotations that may."""
        if not thing.linked and self._are_out(thing):
            return self._owned(thing)
        carried = {i for i in thing.annotations if self._lets_out_annotation(i, thing.owner)}
        linked = tuple(
            self._who_linked(one) for one in thing.linked if self._linked and one.annotation in carried
        )
        return self._owned(replace(thing, annotations=tuple(sorted(carried)), linked=linked))

    def _who_linked(self, linked: Linked) -> Linked:
        return replace(linked, by=self._person(linked.by))

    def _are_out(self, thing: Carrier) -> bool:
        """Whether all annotations of a thing are known to go out on it."""
        out, on_own, owner = self._out, self._out_on_own, thing.owner
        return all(i in out or (i in on_own and on_own[i] == owner) for i in thing.annotations)

    def _lets_out_annotation(self, id_: int, owner: int | None) -> bool:
        """Whether it goes out on an object of this owner."""
        if id_ in self._out:
            return True
        if (found := self.notes.find(id_)) is None:
            return False
        stream, one = found
        if not self.notes.admits(stream, one):
            return False
        whose = None if self.notes.by_anybody(stream) else one.owner
        if whose is not None and whose != owner:
            self.notes.by_somebody_else(stream, one)
            return False
        out = self.annotations[stream]
        if id_ not in out:
            parts = self._parts(one)
            if isinstance(one, KeyValues) and one.pairs and not parts.pairs:  # type: ignore[attr-defined]
                self.notes.refuse(stream, one, NO_KEY)
                return False
            out[id_] = self._owned(parts)
        if whose is None:
            self._out.add(id_)
        else:
            self._out_on_own[id_] = whose
        return True

    def _parts(self, annotation: Annotation) -> Annotation:
        """A tag with those of its tag sets that may go out, key-values with those of their keys."""
        if isinstance(annotation, KeyValues):
            return self.fields.pairs(annotation)
        if isinstance(annotation, Tag):
            sets = tuple(sorted({i for i in annotation.sets if self._lets_out_set(i)}))
            return replace(annotation, sets=sets)
        return annotation

    def _lets_out_set(self, id_: int) -> bool:
        tag_set = self._private.tag_sets.get(id_)
        if tag_set is None or not self.notes.admits_set(tag_set):
            return False
        if id_ not in self.tag_sets:
            self.tag_sets[id_] = self._owned(tag_set)
        return True

    def _owned(self, record: Owned) -> Owned:
        """What of the record may go out, its group and owner with it; an owner who is not known is not named."""
        record = self.fields.allowed(record)
        if record.group is not None and record.group not in self.groups:
            self.groups[record.group] = self.fields.allowed(self._private.groups[record.group])
        owner = self._person(record.owner)
        return record if owner == record.owner else replace(record, owner=owner)

    def _person(self, id_: int | None) -> int | None:
        """The person, let out by being named; None where nobody is known by that id, or nobody is named."""
        if id_ is None or self._people_as == "none":
            return None
        if id_ in self.people:
            return id_
        person = self._private.people.get(id_)
        if person is None:
            return None
        if self._people_as == "initials":
            person = replace(person, name=initials(person.name))
        self.people[id_] = self.fields.allowed(person)
        return id_


class _Known(NamedTuple):
    """What is published of what images lie in."""

    datasets: dict[int, Dataset]
    runs: dict[int, Run]
    wells: dict[int, Well]

    def links(self, image: Image) -> Image:
        """The image with those links alone that lead to what is published."""
        if not image.fields and all(i in self.datasets for i in image.datasets):
            return image
        fields = [
            replace(field, run=field.run if field.run in self.runs else None)
            for field in image.fields
            if field.well in self.wells
        ]
        return replace(image, datasets=_only(image.datasets, self.datasets), fields=tuple(fields))


def initials(name: str) -> str:
    """`A. E.` of `Ada Example`, `J.-P. S.` of `Jean-Paul Sartre`; '' of a name without letters."""
    words = (re.findall(r"[^\W\d_]+", word) for word in name.split())
    return " ".join("-".join(f"{part[0].upper()}." for part in word) for word in words if word)


def _only(ids: Iterable[int], allowed: Container[int]) -> tuple[int, ...]:
    return tuple(sorted({i for i in ids if i in allowed}))


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
