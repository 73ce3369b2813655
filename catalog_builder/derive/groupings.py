"""Tags and keys as readers meet them: one entry a text or name, whoever owns how many of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog_builder.derive.columns import Columns
from catalog_builder.derive.facets import Facet
from catalog_builder.derive.table import Table
from catalog_builder.derive.values import TAG, Term
from catalog_builder.exchange.read import Export
from catalog_builder.model.annotations import Tag, TagSet
from catalog_builder.model.base import Carrier
from catalog_builder.model.plates import Plate, Run, Screen, Well
from catalog_builder.model.records import Dataset, Project
from catalog_builder.text import natural_key

#: What may carry a tag besides images, by the names that an export and a `TagText` give them.
CARRIERS = ("projects", "datasets", "screens", "plates", "runs", "wells")


@dataclass(frozen=True, slots=True)
class TagText:
    """All tags of one text: what a reader takes for one tag."""

    text: str
    tags: tuple[Tag, ...]
    """By ascending id; the first one's page is the one that links name."""
    term: int | None
    """None where no image holds it."""
    images: int
    projects: tuple[Project, ...]
    """Projects that carry it themselves, in natural order."""
    datasets: tuple[Dataset, ...]
    """Datasets that carry it themselves, in natural order."""
    screens: tuple[Screen, ...] = ()
    plates: tuple[Plate, ...] = ()
    runs: tuple[Run, ...] = ()
    wells: tuple[Well, ...] = ()
    """Those that carry it themselves: by name, wells by id."""

    @property
    def id(self) -> int:
        """The id that stands for the text in addresses."""
        return self.tags[0].id


@dataclass(frozen=True, slots=True)
class TagGroup:
    """A tag set and its tags in natural order; `tag_set` None holds the tags in no set."""

    tag_set: TagSet | None
    tags: tuple[TagText, ...]


def tag_texts(export: Export, table: Table) -> dict[str, TagText]:
    """Text -> the tags of that text, in natural order of the texts."""
    by_text: dict[str, list[Tag]] = {}
    for tag in sorted(export.tags.values(), key=lambda tag: tag.id):
        by_text.setdefault(tag.text, []).append(tag)
    carriers = {kind: _carriers(export, getattr(export, kind).values()) for kind in CARRIERS}
    return {
        text: _tag_text(table, by_text[text], {kind: found.get(text, ()) for kind, found in carriers.items()})
        for text in sorted(by_text, key=lambda text: (natural_key(text), text))
    }


def tag_groups(export: Export, texts: Iterable[TagText]) -> list[TagGroup]:
    """The tag sets by name, each with its tags, then the tags in no set; empty groups are left out."""
    members: dict[int | None, list[TagText]] = {}
    for text in texts:
        sets: set[int | None] = {s for tag in text.tags for s in tag.sets if s in export.tag_sets}
        for tag_set in sets or {None}:
            members.setdefault(tag_set, []).append(text)
    ordered = sorted(export.tag_sets.values(), key=lambda one: (natural_key(one.name), one.id))
    groups = [TagGroup(one, tuple(members[one.id])) for one in ordered if one.id in members]
    if None in members:
        groups.append(TagGroup(None, tuple(members[None])))
    return groups


def together_with(
    table: Table, tags: Facet, columns: Columns, term: int, *, most: int = 12
) -> list[tuple[str, int]]:
    """The tags that occur on the same images as `term`, with on how many; the most frequent first."""
    values = tags.in_order()[0]
    rows, sets = columns.of(tags)
    counts: Counter[int] = Counter()
    for one, images in Counter([rows[place] for place in table.with_term(term)]).items():
        for code in sets[one]:
            counts[code] += images
    found = [(values[code].value, images) for code, images in counts.items() if values[code].term != term]
    return sorted(found, key=lambda pair: (-pair[1], natural_key(pair[0]), pair[0]))[:most]


def _tag_text(table: Table, tags: Sequence[Tag], carriers: Mapping[str, Sequence[Any]]) -> TagText:
    term = table.vocabulary.find(Term(TAG, tags[0].text))
    return TagText(
        text=tags[0].text,
        tags=tuple(tags),
        term=term,
        images=table.count(term) if term is not None else 0,
        **{kind: tuple(found) for kind, found in carriers.items()},
    )


def _carriers(export: Export, containers: Iterable[Carrier]) -> dict[str, list[Carrier]]:
    """Tag text -> the containers that carry a tag of that text themselves, each once, by name and id."""
    found: dict[str, list[Carrier]] = {}
    for container in sorted(containers, key=lambda one: (natural_key(getattr(one, "name", "")), one.id)):
        for text in {export.tags[a].text for a in container.annotations if a in export.tags}:
            found.setdefault(text, []).append(container)
    return found
