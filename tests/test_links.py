"""Addresses: from ids, lasting, and safe whatever things are called."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from catalog_builder.exchange.read import Export
from catalog_builder.model.annotations import KeyValues, Tag
from catalog_builder.model.records import Dataset, Image, Project
from catalog_builder.site import links
from tests.catalogues import build, exported, tree

names = st.text(max_size=30) | st.sampled_from(
    ["", "..", "../../etc", "a/b", "a\\b", "CON", ".", "%2e%2e", "\0", "a" * 9999]
)


def test_the_addresses_that_are_promised() -> None:
    """`docs/addresses.md` promises these to everybody who linked to a page: they never change."""
    assert links.project(12) == "projects/12.html"
    assert links.dataset(34) == "datasets/34.html" and links.dataset(34, 2) == "datasets/34-2.html"
    assert links.image(123) == "images/123.html" and links.IMAGE_BY_ID == "images/index.html"
    assert links.tag(45) == "tags/45.html" and links.tag(45, 3) == "tags/45-3.html"
    assert links.key("Gene Symbol") == "keys/gene-symbol-fe7ad8767ac7f810.html"
    assert links.thumbnail(123_456) == "thumbnails/123/123456.jpg"
    assert links.preview(123_456) == "previews/123/123456.jpg"
    assert (links.TAGS, links.KEYS, links.BROWSE, links.EXPLORE) == (
        "tags/index.html", "keys/index.html", "browse.html", "explore.html",
    )  # fmt: skip


@given(st.integers(0, 2**63 - 1), st.sets(st.integers(0, 5_000), max_size=500))
def test_no_folder_of_pictures_holds_more_than_a_thousand(first: int, offsets: set[int]) -> None:
    """However close or far apart the ids are: a folder is for a thousand ids, and each has one file in it."""
    for address in (links.thumbnail, links.preview):
        ids = {first + offset for offset in offsets} | {first * 7 + 999, 999, 1000, 2**62}
        folders = Counter(address(id_).rpartition("/")[0] for id_ in {*ids, *range(2_000)})
        assert max(folders.values()) == 1000
        assert len({address(id_) for id_ in ids}) == len(ids)


@given(names, names)
def test_a_key_has_one_address_within_its_folder_and_no_two_share_one(one: str, other: str) -> None:
    for name in (one, other):
        assert re.fullmatch(r"keys/[a-z0-9-]{1,40}-[0-9a-f]{16}\.html", links.key(name))
    assert (links.key(one) == links.key(other)) == (one == other)
    assert links.key(one) != links.KEYS


def test_keys_that_slug_alike_keep_two_pages() -> None:
    alike = ["Gene", "gene", "GENE", "gène", "gene!", " gene"]
    assert len({links.key(name) for name in alike}) == len(alike)


@given(st.lists(st.tuples(names, names), max_size=3), names)
def test_the_explorers_address_gives_back_what_was_chosen(choices: list[tuple[str, str]], words: str) -> None:
    address = links.explore(*choices, words=words)
    assert address.isascii() and not re.search(r"[\s\"'<>]", address)
    parts = urlsplit(address)
    assert parts.path == links.EXPLORE and not parts.fragment
    expected = [*choices, *([("q", words)] if words else [])]
    assert parse_qsl(parts.query, keep_blank_values=True) == expected


def test_omero_web_is_nowhere_unless_it_is_named() -> None:
    assert links.omero_web("", "image", 5) == ""
    assert (
        links.omero_web("https://omero.example.org/", "image", 5)
        == "https://omero.example.org/webclient/?show=image-5"
    )


def records(names: str) -> dict[str, list[Any]]:
    return {
        "projects": [Project(id=1, name=names)],
        "datasets": [Dataset(id=2, name=names, projects=(1,))],
        "tags": [Tag(id=3, text=f"tag {names}")],
        "key_values": [KeyValues(id=4, pairs=(("key", names),))],
    }


def test_renaming_and_adding_move_no_page(tmp_path: Path) -> None:
    first = [Image(id=i, name=f"b{i}", datasets=(2,), annotations=(3, 4)) for i in (10, 11)]
    exported(tmp_path / "before", first, **records("before"))
    renamed = [Image(id=i, name=f"a{i}", datasets=(2,), annotations=(3, 4)) for i in (5, 10, 11, 12)]
    more = records("0 renamed")
    more["projects"].append(Project(id=0, name=""))
    more["tags"].append(Tag(id=99, text="another"))
    more["key_values"].append(KeyValues(id=98, pairs=(("Key", "slugs like the other"),)))
    exported(tmp_path / "after", renamed, **more)
    build(tmp_path / "before", tmp_path / "site before")
    build(tmp_path / "after", tmp_path / "site after")
    before = {path for path in tree(tmp_path / "site before") if path.endswith((".html", ".jpg"))}
    after = {path for path in tree(tmp_path / "site after") if path.endswith((".html", ".jpg"))}
    assert before <= after
    assert "a10" in (tmp_path / "site after" / "images" / "10.html").read_text("utf-8")


def test_everything_a_wiki_may_link_to_is_a_page_of_the_site(tmp_path: Path) -> None:
    from catalog_builder.settings.options import Settings
    from catalog_builder.site.content import Content

    images = [Image(id=i, datasets=(2,), annotations=(3, 4)) for i in (10, 11)]
    exported(tmp_path / "export", images, **records("x"))
    build(tmp_path / "export", tmp_path / "site")
    content = Content(Export(tmp_path / "export"), Settings())
    addresses = set(content.addresses())
    assert all(map(content.has, addresses)) and list(content.addresses())[-1].startswith("images/")
    for wrong in (
        "images/0.html",
        "images/01.html",
        "images/-1.html",
        f"tags/{'9' * 5_000}.html",
        "index.html",
        "",
    ):
        assert not content.has(wrong)
    assert addresses <= set(tree(tmp_path / "site")) and len(addresses) == 5 + 1 + 1 + 2 + 1 + 1


def test_keys_of_one_slug_whose_hashes_begin_alike_keep_two_addresses(tmp_path: Path) -> None:
    """Found in 60,317 tries: with eight digits they shared one address, and the build ended."""
    one, other = "key @,%,#", "key +@$;#"
    assert links.key(one)[:-13] == links.key(other)[:-13], "the first eight digits are the same"
    key_values = [KeyValues(id=40, namespace="", pairs=((one, "1"), (other, "2")))]
    exported(tmp_path / "export", [Image(id=1, annotations=(40,))], key_values=key_values)
    build(tmp_path / "export", tmp_path / "site")
    assert {links.key(one), links.key(other)} <= set(tree(tmp_path / "site"))
