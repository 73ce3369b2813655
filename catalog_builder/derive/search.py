"""What the search box finds: wiki pages, containers by name, tags, keys and values; images only by number.

lunr.py builds the index without stemming and stop words, for `CAN` and `WAS` are genes. Its build costs
about a millisecond for each long document, so values beyond a limit are left to exact and prefix hits, which
the browser finds in the list of titles itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from lunr.builder import Builder
from lunr.pipeline import Pipeline
from lunr.trimmer import trimmer

from catalog_builder.derive.facets import Facet
from catalog_builder.derive.groupings import TagText
from catalog_builder.derive.order import datasets_in_order, plates_in_order
from catalog_builder.derive.table import Table
from catalog_builder.derive.values import PLATE, PROJECT, SCREEN, Term
from catalog_builder.exchange.read import Export
from catalog_builder.text import fold, natural_key

#: The version of the search data's layout.
SEARCH_VERSION = 1
#: So many documents are indexed by lunr; of the values, those of most images come first.
INDEXED = 4_000
#: So many values are listed at all.
LISTED_VALUES = 20_000


class Document(NamedTuple):
    """Something to find. `target` is what the site makes an address of: an id, a key, or a path."""

    kind: str
    """`page`, `project`, `dataset`, `screen`, `plate`, `tag`, `key` or `value`."""
    title: str
    target: int | str | tuple[str, str]
    images: int | None
    """How many images it leads to; None for wiki pages."""
    detail: str
    """A word of context: the tag set, the key's name."""
    text: str = ""
    """More words to find it by, not shown."""


def documents_of(
    export: Export, table: Table, tags: Iterable[TagText], facets: Sequence[Facet]
) -> Iterator[Document]:
    """Everything of the catalogue that the search box finds, most general first."""
    for project in sorted(export.projects.values(), key=lambda one: (natural_key(one.name), one.id)):
        count = _images(table, PROJECT, project.id)
        yield Document("project", project.name, project.id, count, "", project.description)
    for screen in sorted(export.screens.values(), key=lambda one: (natural_key(one.name), one.id)):
        count = _images(table, SCREEN, screen.id)
        yield Document("screen", screen.name, screen.id, count, "", screen.description)
    for dataset in datasets_in_order(export):
        images = len(table.in_dataset.get(dataset.id, ()))
        where = ", ".join(export.projects[p].name for p in dataset.projects if p in export.projects)
        yield Document("dataset", dataset.name, dataset.id, images, where, dataset.description)
    for plate in plates_in_order(export):
        where = ", ".join(export.screens[s].name for s in plate.screens if s in export.screens)
        count = _images(table, PLATE, plate.id)
        yield Document("plate", plate.name, plate.id, count, where, plate.description)
    for tag in tags:
        sets = sorted({export.tag_sets[s].name for one in tag.tags for s in one.sets if s in export.tag_sets})
        described = " ".join(one.description for one in tag.tags)
        yield Document("tag", tag.text, tag.id, tag.images, ", ".join(sets), described)
    keys = [facet for facet in facets if facet.key is not None]
    for facet in keys:
        yield Document(
            "key",
            facet.label,
            facet.key or "",
            facet.images,
            f"{len(facet.values)} value{'s' if len(facet.values) > 1 else ''}",
        )
    yield from _values(keys)


def _images(table: Table, facet: str, id_: int) -> int:
    """How many images are in a container."""
    term = table.vocabulary.find(Term(facet, str(id_)))
    return table.count(term) if term is not None else 0


def _values(keys: Sequence[Facet]) -> Iterator[Document]:
    """Values of all keys, those of most images first, so that a limit cuts off the rarest."""
    found = [
        (value.count, facet.label, value.label, facet.key or "", value.value)
        for facet in keys
        for value in facet.values
    ]
    found.sort(key=lambda one: (-one[0], natural_key(one[2]), one[1]))
    for count, key_label, label, key, value in found[:LISTED_VALUES]:
        yield Document("value", label, (key, value), count, key_label)


def search_index(documents: Sequence[Document]) -> dict[str, Any]:
    """A lunr index that lunr.js 2.3 loads: fields `title` (boosted) and `text`, references are positions."""
    builder = Builder()
    builder.ref("ref")
    builder.field("title", boost=10)
    builder.field("text")
    builder.pipeline.add(trimmer)
    builder.search_pipeline = Pipeline()
    for position, document in enumerate(documents[:INDEXED]):
        builder.add(
            {
                "ref": str(position),
                "title": fold(document.title)[:500],
                "text": fold(f"{document.detail} {document.text}")[:5_000],
            }
        )
    if not documents:  # lunr divides by their number; words are needed to be found, and this has none
        builder.add({"ref": "0", "title": "", "text": ""})
    serialised: dict[str, Any] = builder.build().serialize()
    return serialised


def id_runs(ids: Iterable[int]) -> list[tuple[int, int]]:
    """Ids as runs of (first, how many), ascending: ids of one import follow each other."""
    runs: list[tuple[int, int]] = []
    for one in sorted(ids):
        if runs and one == sum(runs[-1]):
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((one, 1))
    return runs
