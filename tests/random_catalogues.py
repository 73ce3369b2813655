"""Random small catalogues for hypothesis, and what counts on them are by brute force: loops and nothing else."""

from __future__ import annotations

import itertools
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

from hypothesis import strategies as st

from catalog_builder.exchange.read import Export
from catalog_builder.model.annotations import KeyValues, Tag, TagSet
from catalog_builder.model.records import Dataset, Image, Person, Project
from tests.catalogues import catalogue, write

WORDS = ["CAN", "can", "WAS", "A2", "A10", "", "é", "img-1", "key:x", "tag", "1", "01"]
NAMESPACES = ["", "one", "two"]
MOMENTS = [None, *(datetime(2026, 2, day, 23, 59, tzinfo=timezone.utc) for day in (9, 10))]


class Lab(NamedTuple):
    """The records of a catalogue."""

    people: list[Person]
    projects: list[Project]
    datasets: list[Dataset]
    tag_sets: list[TagSet]
    tags: list[Tag]
    key_values: list[KeyValues]
    images: list[Image]


def _some(of: list[int], most: int = 3) -> st.SearchStrategy[tuple[int, ...]]:
    if not of:
        return st.just(())
    return st.sets(st.sampled_from(of), max_size=most).map(lambda found: tuple(sorted(found)))


@st.composite
def labs(draw: st.DrawFn) -> Lab:
    """Up to eight images in up to three datasets and projects, annotated anywhere."""
    words = st.sampled_from(WORDS)
    people = [Person(id=i, name=draw(words)) for i in range(1, draw(st.integers(0, 3)) + 1)]
    tag_sets = [TagSet(id=i, name=draw(words)) for i in range(5, 5 + draw(st.integers(0, 2)))]
    sets = [one.id for one in tag_sets]
    tags = [
        Tag(id=i, text=draw(words), sets=draw(_some(sets))) for i in range(10, 10 + draw(st.integers(0, 4)))
    ]
    key_values = [
        KeyValues(
            id=i,
            namespace=draw(st.sampled_from(NAMESPACES)),
            pairs=tuple(draw(st.lists(st.tuples(words, words), max_size=4))),
        )
        for i in range(20, 20 + draw(st.integers(0, 4)))
    ]
    annotations = [tag.id for tag in tags] + [one.id for one in key_values]
    owners = st.sampled_from([None, *(person.id for person in people)])
    projects = [
        Project(id=i, name=draw(words), annotations=draw(_some(annotations)))
        for i in range(1, draw(st.integers(0, 3)) + 1)
    ]
    datasets = [
        Dataset(
            id=i,
            name=draw(words),
            annotations=draw(_some(annotations)),
            projects=draw(_some([project.id for project in projects])),
        )
        for i in range(1, draw(st.integers(0, 3)) + 1)
    ]
    images = [
        Image(
            id=i,
            name=draw(words),
            owner=draw(owners),
            acquired=draw(st.sampled_from(MOMENTS)),
            annotations=draw(_some(annotations)),
            datasets=draw(_some([dataset.id for dataset in datasets])),
        )
        for i in range(100, 100 + draw(st.integers(0, 8)))
    ]
    return Lab(people, projects, datasets, tag_sets, tags, key_values, images)


@contextmanager
def export_of(lab: Lab) -> Iterator[Export]:
    """The lab as an export on disk."""
    records = lab._asdict()
    images = records.pop("images")
    with tempfile.TemporaryDirectory() as folder:
        write(catalogue(images, pictures=lambda _: (), **records), Path(folder))
        yield Export(Path(folder))


def holds(lab: Lab, image: Image) -> set[tuple[str, str]]:
    """Every (facet, value) that holds for an image."""
    datasets = [dataset for dataset in lab.datasets if dataset.id in image.datasets]
    projects = [
        project for project in lab.projects if any(project.id in dataset.projects for dataset in datasets)
    ]
    found = {("dataset", str(dataset.id)) for dataset in datasets}
    found |= {("project", str(project.id)) for project in projects}
    found |= {("owner", person.name) for person in lab.people if person.id == image.owner}
    found |= {("acquired", f"{image.acquired:%Y-%m-%d}")} if image.acquired else set()
    carried = set(itertools.chain.from_iterable(one.annotations for one in (image, *datasets, *projects)))
    found |= {("tag", tag.text) for tag in lab.tags if tag.id in carried}
    for one in lab.key_values:
        if one.id in carried:
            found |= {(f"key:{key}", value) for key, value in one.pairs}
    return found


def counts(lab: Lab) -> Counter[tuple[str, str]]:
    """(facet, value) -> how many images it holds for."""
    return Counter(itertools.chain.from_iterable(holds(lab, image) for image in lab.images))
