"""The images of a dataset as a table, where they are too many for a page each: what a reader without JavaScript has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from catalog_builder.derive.facets import EMPTY, object_name
from catalog_builder.derive.table import Rows
from catalog_builder.derive.values import TAG
from catalog_builder.model.records import Dataset
from catalog_builder.site import links
from catalog_builder.site.content import Content
from catalog_builder.site.gallery_facts import GalleryFacts
from catalog_builder.site.page import Page, PageWork
from catalog_builder.site.parts import Link, dataset_link, gallery_pages, project_link
from catalog_builder.site.render import middle
from catalog_builder.text import natural_key, visible

#: So many images are on one page of the list.
LISTED = 500

#: A value is shown with so many characters at most; the page of its image has all of them.
LONGEST_VALUE = 200


class ListedImage(NamedTuple):
    """A row of the table: the image, and what it holds under each heading."""

    id: int
    name: str
    href: str
    cells: list[str]


class _Columns(NamedTuple):
    """The headings, and the place and the text of each term among them."""

    headings: list[Link]
    of_term: Mapping[int, tuple[int, int, str]]
    """Which heading, the place among the values there, the text."""


def dataset_list_pages(content: Content) -> Iterator[Page]:
    """The list of each dataset in pages; none where every image has a page."""
    for dataset in content.export.datasets.values():
        yield from dataset_list_work(content, dataset).pages()


def dataset_list_work(content: Content, dataset: Dataset) -> PageWork:
    """The list of a dataset, in pages."""
    rows = content.table.of_dataset(dataset.id)
    if content.has_image_pages or not rows:
        return PageWork([], lambda: iter(()))
    name = object_name("dataset", dataset.name, dataset.id)
    projects = [project_link(content, p) for p in dataset.projects if p in content.export.projects]
    shared = {
        "name": name,
        "crumbs": [
            Link("Browse", links.BROWSE),
            *projects[:1],
            dataset_link(content, dataset.id),
            Link("List"),
        ],
        "dataset": links.dataset(dataset.id),
        "images": len(rows),
    }

    def pages() -> Iterator[Page]:
        columns = _columns(content, rows)
        pages = gallery_pages(rows.places, LISTED)
        addresses = [links.dataset_list(dataset.id, number) for number in range(1, len(pages) + 1)]
        for number, page in enumerate(pages, 1):
            title = f"{name} – list" + (f", page {number}" if number > 1 else "")
            listed = (_listed(content, place, columns) for place in page)
            context = shared | {
                "headings": columns.headings,
                "rows": listed,
                "pages": addresses,
                "page": number,
            }
            yield Page(
                addresses[number - 1], title, f"All images of {name}.", "pages/dataset_list.html", context
            )

    facts = content.once(GalleryFacts)
    return PageWork([shared, *rows.ingredients(), *facts.ingredients(rows)], pages)


def _columns(content: Content, rows: Rows) -> _Columns:
    """The tags and the keys in which the images differ; what all of them hold stands on the dataset's page."""
    table = content.table
    by_facet: dict[str, list[int]] = {}
    for number, count in table.shared_terms(rows).items():
        if count < len(rows):
            by_facet.setdefault(table.vocabulary.terms[number].facet, []).append(number)
    headings: list[Link] = []
    of_term: dict[int, tuple[int, int, str]] = {}
    for facet in content.facets:
        if facet.facet not in by_facet or (facet.key is None and facet.facet != TAG):
            continue
        values = sorted((table.vocabulary.terms[number].value, number) for number in by_facet[facet.facet])
        values.sort(key=lambda one: natural_key(one[0]))
        for rank, (value, number) in enumerate(values):
            of_term[number] = (len(headings), rank, middle(visible(value, EMPTY), LONGEST_VALUE))
        headings.append(Link(facet.label, links.TAGS if facet.key is None else links.key(facet.key)))
    return _Columns(headings, of_term)


def _listed(content: Content, place: int, columns: _Columns) -> ListedImage:
    table = content.table
    id_ = table.ids[place]
    cells = [""] * len(columns.headings)
    for heading, _, text in sorted([one for n in table.terms(place) if (one := columns.of_term.get(n))]):
        cells[heading] = f"{cells[heading]}, {text}" if cells[heading] else text
    return ListedImage(id_, object_name("image", table.names[place], id_), content.image_page(id_), cells)
