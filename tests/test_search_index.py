"""The search index: names as they are written, found by lunr; everything found leads to a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lunr.index import Index

from catalog_builder.derive import search
from catalog_builder.derive.search import Document, documents_of, id_runs, search_index
from catalog_builder.exchange.read import Export
from catalog_builder.model.annotations import KeyValues, Tag
from catalog_builder.model.records import Image, Project
from catalog_builder.settings.options import Settings
from catalog_builder.site.assets import WikiEntry, search_data
from catalog_builder.site.content import Content
from tests.catalogues import exported, lab, write


def content(folder: Path) -> Content:
    write(lab(), folder)
    return Content(Export(folder), Settings())


def documents(of: Content) -> list[Document]:
    return list(documents_of(of.export, of.table, of.tags.values(), of.facets))


def found(data: dict[str, Any], words: str) -> list[tuple[str, str]]:
    """(kind, title) of what lunr finds, best first, from the index as it lies on disk."""
    index = Index.load(json.dumps(data["index"]))
    return [tuple(data["documents"][int(hit["ref"])][:2]) for hit in index.search(words)]


def test_genes_that_are_stop_words_are_found(tmp_path: Path) -> None:
    data = search_data(content(tmp_path), [])
    assert ("tag", "CAN") in found(data, "can") and ("value", "CAN") in found(data, "can")
    assert ("value", "WAS") in found(data, "was")
    for word in ("the", "can", "was", "it", "not"):
        made = search_index([Document("tag", word.upper(), 1, 0, "")])
        assert len(Index.load(json.dumps(made)).search(word)) == 1, word


@pytest.mark.parametrize(
    ("name", "other"), [("stalling", "stall"), ("foci", "focus"), ("studies", "study"), ("tagged", "tag")]
)
def test_no_word_is_cut_to_its_stem(name: str, other: str) -> None:
    made = search_index([Document("tag", name, 1, 0, "")])
    index = Index.load(json.dumps(made))
    assert index.search(name) and not index.search(other)
    stored = json.dumps(made["invertedIndex"])
    assert f'"{name}"' in stored and "stemmer" not in json.dumps(made["pipeline"])


def test_accents_and_case_are_folded_on_both_sides() -> None:
    made = search_index([Document("tag", "Zürich", 1, 0, "", "ÉCOLE")])
    index = Index.load(json.dumps(made))
    assert index.search("zurich") and index.search("ecole")


def test_ids_with_hyphens_are_documents_of_their_own_with_their_title_whole(tmp_path: Path) -> None:
    data = search_data(content(tmp_path), [])
    assert ("value", "img-1000007") in [tuple(one[:2]) for one in data["documents"]]
    assert ("value", "img-1000007") in found(data, "img-1000007")


def test_everything_that_is_listed_is_there_once_with_its_count(tmp_path: Path) -> None:
    listed = {(one.kind, one.title, one.target): one.images for one in documents(content(tmp_path))}
    assert len(listed) == len(documents(Content(Export(tmp_path), Settings())))
    assert listed["project", "Project 9", 2] == 4 and listed["dataset", "Orphaned", 13] == 1
    assert listed["tag", "DAPI", 31] == 4 and listed["key", "Gene", "Gene"] == 3
    assert listed["value", "CAN", ("Gene", "CAN")] == 3
    assert not [kind for kind, _, _ in listed if kind == "image"]


def test_every_address_leads_to_a_page_of_the_catalogue_or_into_the_explorer(tmp_path: Path) -> None:
    of = content(tmp_path)
    wiki = [WikiEntry("About", "about.html#top", "words of the wiki", "About")]
    data = search_data(of, wiki)
    for kind, _, address, *_ in data["documents"]:
        if kind == "page":
            assert address == "about.html#top"
        elif kind == "value":
            assert address.startswith("explore.html?key%3A")
        else:
            assert of.has(address), address
    assert found(data, "words") == [("page", "About")]


def test_descriptions_are_searched_and_not_shown(tmp_path: Path) -> None:
    data = search_data(content(tmp_path), [])
    assert ("tag", "DAPI") in found(data, "stain")
    assert all("A stain" not in str(document) for document in data["documents"])


def test_long_catalogues_are_capped_and_keep_the_values_of_most_images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "INDEXED", 5)
    monkeypatch.setattr(search, "LISTED_VALUES", 3)
    pairs = tuple(("k", f"v{i}") for i in range(10))
    images = [Image(id=1, annotations=(7, 8)), Image(id=2, annotations=(8,))]
    key_values = [KeyValues(id=7, pairs=pairs), KeyValues(id=8, pairs=(("k", "v9"),))]
    tags = [Tag(id=i, text=f"t{i}") for i in range(20, 30)]
    carrier = Project(id=1, annotations=tuple(range(20, 30)))
    export = exported(tmp_path, images, key_values=key_values, tags=tags, projects=[carrier])
    data = search_data(Content(export, Settings()), [])
    values = [title for kind, title, *_ in data["documents"] if kind == "value"]
    assert len(values) == 3 and values[0] == "v9"
    assert len(data["index"]["fieldVectors"]) == 2 * 5


def test_a_name_of_any_length_makes_no_long_index() -> None:
    long = Document("tag", "x" * 100_000, 1, 0, "", "y " * 100_000)
    assert len(json.dumps(search_index([long]))) < 5_000


def test_ids_are_runs() -> None:
    assert id_runs([5, 1, 2, 3, 9, 10]) == [(1, 3), (5, 1), (9, 2)]
    assert id_runs([]) == [] and id_runs([0]) == [(0, 1)]


def test_the_ids_of_all_images_are_in_the_data(tmp_path: Path) -> None:
    assert search_data(content(tmp_path), [])["images"] == [(101, 6)]


def test_a_catalogue_of_nothing_has_an_index_that_loads(tmp_path: Path) -> None:
    data = search_data(Content(exported(tmp_path), Settings()), [])
    assert found(data, "anything") == [] and data["documents"] == []
