"""Inheritance: union over all parents, each annotation once, every origin listed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from catalog_builder.model.inheritance import Inheritance, Origin
from catalog_builder.model.records import Dataset, Image, Project

PROJECTS = {p.id: p for p in (Project(id=1, annotations=(30, 31)), Project(id=2, annotations=(31,)))}
DATASETS = {
    d.id: d
    for d in (
        Dataset(id=11, projects=(1, 2), annotations=(32,)),
        Dataset(id=12, projects=(2,), annotations=(32, 33)),
        Dataset(id=13),
    )
}


def inherited(image: Image) -> dict[int, list[tuple[str, int]]]:
    return {
        a: [tuple(o) for o in origins]
        for a, origins in Inheritance(PROJECTS, DATASETS).of_image(image).items()
    }


def test_an_image_carries_its_own_annotations_and_those_of_its_dataset_and_projects() -> None:
    found = inherited(Image(id=5, annotations=(34,), datasets=(11,)))
    assert found == {
        34: [("image", 5)],
        32: [("dataset", 11)],
        30: [("project", 1)],
        31: [("project", 1), ("project", 2)],
    }


def test_an_image_in_two_datasets_lists_each_origin_once_though_both_ways_meet_in_one_project() -> None:
    found = inherited(Image(id=5, datasets=(11, 12)))
    assert found[31] == [("project", 1), ("project", 2)], "project 2 is reached twice and listed once"
    assert found[32] == [("dataset", 11), ("dataset", 12)]
    assert found[33] == [("dataset", 12)]


def test_what_is_on_the_image_and_above_it_is_one_annotation_with_all_origins_own_first() -> None:
    assert inherited(Image(id=5, annotations=(31, 32), datasets=(12,))) == {
        31: [("image", 5), ("project", 2)],
        32: [("image", 5), ("dataset", 12)],
        33: [("dataset", 12)],
    }


def test_an_orphan_inherits_nothing_and_a_dataset_in_no_project_hands_down_its_own_only() -> None:
    assert inherited(Image(id=5, annotations=(30,))) == {30: [("image", 5)]}
    assert inherited(Image(id=5, datasets=(13,))) == {}


def test_what_the_export_does_not_hold_is_passed_over() -> None:
    datasets = {11: Dataset(id=11, projects=(1, 99), annotations=(32,))}
    inheritance = Inheritance(PROJECTS, datasets)
    image = Image(id=5, datasets=(11, 98))
    assert set(inheritance.of_image(image)) == {30, 31, 32}


def test_asking_twice_gives_the_same_and_one_image_does_not_change_the_answer_for_the_next() -> None:
    inheritance = Inheritance(PROJECTS, DATASETS)
    first, second = Image(id=5, annotations=(32,), datasets=(11,)), Image(id=6, datasets=(11,))
    before = inheritance.of_image(second)
    inheritance.of_image(first)
    inheritance.of_image(Image(id=7, datasets=(11, 12), annotations=(30, 31, 32, 33)))
    assert inheritance.of_image(second) == before
    assert inheritance.of_dataset(11)[32] == (Origin("dataset", 11),)


ids = st.sets(st.integers(0, 6), max_size=4).map(lambda found: tuple(sorted(found)))


@given(
    projects=st.lists(ids, max_size=4),
    datasets=st.lists(st.tuples(ids, ids), max_size=4),
    own=ids,
    parents=ids,
)
def test_any_catalogue_agrees_with_walking_every_way_up(
    projects: list[tuple[int, ...]],
    datasets: list[tuple[tuple[int, ...], tuple[int, ...]]],
    own: tuple[int, ...],
    parents: tuple[int, ...],
) -> None:
    above = {i: Project(id=i, annotations=a) for i, a in enumerate(projects)}
    among = {i: Dataset(id=i, annotations=a, projects=p) for i, (a, p) in enumerate(datasets)}
    image = Image(id=1000, annotations=own, datasets=parents)
    expected: dict[int, set[tuple[str, int]]] = {}
    for annotation in own:
        expected.setdefault(annotation, set()).add(("image", 1000))
    for dataset in (among[d] for d in parents if d in among):
        for annotation in dataset.annotations:
            expected.setdefault(annotation, set()).add(("dataset", dataset.id))
        for project in (above[p] for p in dataset.projects if p in above):
            for annotation in project.annotations:
                expected.setdefault(annotation, set()).add(("project", project.id))
    found = Inheritance(above, among).of_image(image)
    assert {a: {tuple(o) for o in origins} for a, origins in found.items()} == expected
    assert all(len(origins) == len(set(origins)) for origins in found.values())
