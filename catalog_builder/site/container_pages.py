"""The pages of what contains images: the browse tree, projects, datasets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from catalog_builder.derive.facets import EMPTY, object_name
from catalog_builder.derive.table import Row, Rows
from catalog_builder.model.inheritance import Origin
from catalog_builder.model.records import Dataset, Project
from catalog_builder.site import links
from catalog_builder.site.annotation_parts import AnnotationParts
from catalog_builder.site.container_cards import ContainerCards
from catalog_builder.site.content import Content
from catalog_builder.site.gallery_facts import GalleryFacts
from catalog_builder.site.page import Page, PageWork
from catalog_builder.site.parts import (
    GALLERY_PAGES,
    Fact,
    Link,
    card,
    gallery_pages,
    group_fact,
    owner_fact,
    project_link,
    scene_groups,
    strip,
)
from catalog_builder.site.render import day
from catalog_builder.text import natural_key, visible

#: So many plates of a screen are on the browse page; the screen's own has all.
PLATES = 24


class Varying(NamedTuple):
    """A key or the tags, where the images of a dataset differ in it: its values, each leading to its images."""

    label: str
    href: str
    values: list[Link]
    more: int


def browse_page(content: Content) -> Iterator[Page]:
    """The whole tree: projects and their datasets, screens and their plates, and what is in none of them."""
    cards = content.once(ContainerCards)
    orphans = content.table.orphans
    plates_of = content.plates.of_screen
    context = {
        "crumbs": [Link("Browse")],
        "as_of": content.as_of,
        "projects": [
            (cards.project(project), [cards.dataset(d) for d in content.datasets_of.get(project.id, [])])
            for project in content.projects
        ],
        "orphan_datasets": [cards.dataset(dataset) for dataset in content.datasets_of.get(None, [])],
        "screens": [
            (
                cards.screen(screen),
                [cards.plate(plate, screen.id) for plate in plates_of.get(screen.id, [])[:PLATES]],
                len(plates_of.get(screen.id, [])[PLATES:]),
            )
            for screen in content.screens
        ],
        "orphan_plates": [cards.plate(plate, None) for plate in plates_of.get(None, [])],
        "orphan_images": [card(content, row) for row in orphans[: content.settings.page_size]],
        "orphans": len(orphans),
    }
    yield Page(
        links.BROWSE, "Browse", "All projects and datasets, screens and plates.", "pages/browse.html", context
    )


def project_pages(content: Content) -> Iterator[Page]:
    """A page a project."""
    annotations = content.once(AnnotationParts)
    cards = content.once(ContainerCards)
    for project in content.export.projects.values():
        name = object_name("project", project.name, project.id)
        own = Origin("project", project.id)
        datasets = content.datasets_of.get(project.id, [])
        images = content.count("project", str(project.id))
        context = {
            "kind": "project",
            "name": name,
            "description": project.description,
            "crumbs": [Link("Browse", links.BROWSE), Link(name, "", "project")],
            "annotations": annotations.of(dict.fromkeys(project.annotations, (own,)), own, project.linked),
            "datasets": [cards.dataset(dataset) for dataset in datasets],
            "strip": cards.project(project).pictures,
            "images": images,
            "explore": links.explore_project(project.id) if images else "",
            "facts": _facts(content, project, len(datasets), images),
            "omero_web": links.omero_web(content.settings.omero_web, "project", project.id),
        }
        yield Page(links.project(project.id), name, project.description, "pages/project.html", context)


def dataset_pages(content: Content) -> Iterator[Page]:
    """The pages of each dataset: as many as its gallery needs."""
    for dataset in content.export.datasets.values():
        yield from dataset_work(content, dataset).pages()


def dataset_work(content: Content, dataset: Dataset) -> PageWork:
    """The pages of a dataset: the further ones of its gallery, then the one that leads there."""
    rows = content.table.of_dataset(dataset.id)
    shared = _gallery_context(content, dataset, rows)
    known = _dataset_context(content, content.once(AnnotationParts), dataset, rows)
    facts = content.once(GalleryFacts)

    def pages() -> Iterator[Page]:
        groups: Sequence[Sequence[Row]] = scene_groups(rows)
        # Where every image has a page, galleries lead to all of them; elsewhere a list does.
        most = None if content.has_image_pages else GALLERY_PAGES
        galleries = gallery_pages(groups, content.settings.page_size, most)
        addresses = [links.dataset(dataset.id, number) for number in range(1, len(galleries) + 1)]
        shown = {
            "pages": addresses,
            "beyond": len(rows) - sum(len(group) for page in galleries for group in page),
        }
        first = known | {"strip": strip(content, rows), "varying": varying(content, dataset, rows)}
        for number, page in reversed(list(enumerate(galleries, 1))):
            title = shared["name"] + (f" – page {number}" if number > 1 else "")
            context = shared | shown | (first if number == 1 else {}) | {
                "groups": [tuple([card(content, row) for row in group]) for group in page],
                "told": facts.of(chain.from_iterable(page)),
                "page": number,
            }  # fmt: skip
            yield Page(addresses[number - 1], title, dataset.description, "pages/dataset.html", context)

    return PageWork(
        [shared, known, dataset.description, *rows.ingredients(), *facts.ingredients(rows)], pages
    )


def _gallery_context(content: Content, dataset: Dataset, rows: Rows) -> dict[str, Any]:
    """What all pages of a dataset's gallery show."""
    name = object_name("dataset", dataset.name, dataset.id)
    projects = [project_link(content, p) for p in dataset.projects if p in content.export.projects]
    return {
        "kind": "dataset",
        "name": name,
        "crumbs": [Link("Browse", links.BROWSE), *projects[:1], Link(name, "", "dataset")],
        "images": len(rows),
        "explore": links.explore_dataset(dataset.id) if rows else "",
        "list": "" if content.has_image_pages or not rows else links.dataset_list(dataset.id),
    }


def _dataset_context(
    content: Content, annotations: AnnotationParts, dataset: Dataset, rows: Rows
) -> dict[str, Any]:
    """What the first page shows beside, as far as it is not of the images."""
    return {
        "description": dataset.description,
        "projects": [project_link(content, p) for p in dataset.projects if p in content.export.projects],
        "annotations": annotations.of(
            content.inheritance.of_dataset(dataset.id), Origin("dataset", dataset.id), dataset.linked
        ),
        "facts": _facts(content, dataset, None, len(rows)),
        "omero_web": links.omero_web(content.settings.omero_web, "dataset", dataset.id),
    }


def varying(content: Content, dataset: Dataset, rows: Rows, most: int = 8) -> list[Varying]:
    """The tags and keys in which the images differ, each value with how many images and the way to them."""
    terms = content.table.vocabulary.terms
    by_facet: dict[str, list[tuple[str, int]]] = {}
    for number, count in content.table.shared_terms(rows).items():
        term = terms[number]
        if count < len(rows) and (term.facet == "tag" or term.key is not None):
            by_facet.setdefault(term.facet, []).append((term.value, count))
    found = []
    for facet in content.facets:
        values = sorted(by_facet.get(facet.facet, []), key=lambda one: (-one[1], natural_key(one[0]), one[0]))
        if not values:
            continue
        within = ("dataset", str(dataset.id))
        shown = [
            Link(visible(value, EMPTY), links.explore((facet.facet, value), within), "", count)
            for value, count in values[:most]
        ]
        href = links.key(facet.key) if facet.key is not None else links.TAGS
        found.append(Varying(facet.label, href, shown, len(values) - len(shown)))
    return found


def _facts(content: Content, one: Project | Dataset, datasets: int | None, images: int) -> tuple[Fact, ...]:
    facts = list(chain(owner_fact(content, one.owner), group_fact(content, one.group)))
    if one.created:
        facts.append(Fact("Created", (Link(day(one.created)),)))
    if datasets is not None:
        facts.append(Fact("Datasets", (Link(str(datasets)),)))
    facts.append(Fact("Images", (Link(str(images)),)))
    facts.append(Fact("Project ID" if datasets is not None else "Dataset ID", (Link(str(one.id)),)))
    return tuple(facts)
