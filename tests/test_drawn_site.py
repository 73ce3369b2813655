"""Catalogues of more images than have pages: chunks, counts, lists of datasets, links that lead to the right form."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_builder.commands.check import check
from catalog_builder.derive.chunks import CUT, LONGEST, chunk_starts, in_steps
from catalog_builder.exchange.read import Export
from catalog_builder.exchange.write import CUT as SHARD_CUT
from catalog_builder.model.annotations import KeyValues, Tag
from catalog_builder.model.records import Dataset, Image
from catalog_builder.settings.options import Settings
from catalog_builder.site.content import COUNTED, Content
from catalog_builder.site.dataset_lists import LISTED, LONGEST_VALUE
from catalog_builder.site.parts import GALLERY_PAGES
from tests.catalogues import ROOT, build, exported, lab, tree, write


def settings_file(folder: Path, **options: object) -> Path:
    """The shipped settings with some options changed."""
    made = folder / "settings" / "catalog.yml"
    made.parent.mkdir(exist_ok=True)
    lines = [f"mkdocs: {ROOT / 'site_config' / 'mkdocs.yml'}"]
    made.write_text("\n".join(lines + [f"{name}: {json.dumps(value)}" for name, value in options.items()]))
    return made


def chunks(site: Path) -> dict[int, dict[str, Any]]:
    """First id -> chunk."""
    return {
        int(path.name.split(".")[0]): json.loads(gzip.decompress(path.read_bytes()))
        for path in (site / "data" / "images").rglob("*.json.gz")
    }


def counts(site: Path, name: str) -> dict[str, int]:
    found = json.loads(gzip.decompress((site / "data" / "counts" / f"{name}.json.gz").read_bytes()))
    return dict(zip(found["values"], found["counts"], strict=True))


def hrefs(site: Path, page: str) -> Iterator[str]:
    yield from re.findall(r'href="([^"]*)"', (site / page).read_text("utf-8"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small lab without image pages."""
    folder = tmp_path_factory.mktemp("drawn")
    write(lab(), folder / "export")
    build(folder / "export", folder / "site", settings_file(folder, image_pages=0))
    return folder / "site"


def test_no_image_has_a_page_and_every_link_leads_to_the_one_that_draws_it(site: Path) -> None:
    files = set(tree(site))
    assert {path for path in files if path.startswith("images/")} == {"images/index.html"}
    assert check(site) == []
    led = set()
    for page in (path for path in files if path.endswith(".html")):
        for href in hrefs(site, page):
            assert not re.search(r"images/\d", href), f"{page}: {href}"
            led.update(re.findall(r"^(?:\.\./)?images/index\.html\?id=(\d+)$", href))
    assert led == {"101", "102", "103", "104", "105", "106"}


@pytest.mark.parametrize(("limit", "drawn"), [(6, False), (5, True), (20_000, False), (0, True)])
def test_the_limit_is_a_number_of_images(tmp_path: Path, limit: int, drawn: bool) -> None:
    write(lab(), tmp_path / "export")
    content = Content(Export(tmp_path / "export"), Settings(image_pages=limit))
    assert content.has_image_pages is not drawn
    assert content.image_page(101) == ("images/index.html?id=101" if drawn else "images/101.html")
    assert content.has("images/101.html") is not drawn and content.has("images/index.html")
    assert ("images/101.html" in set(content.addresses())) is not drawn


def test_scripts_are_told_where_images_are(site: Path, tmp_path: Path) -> None:
    """Those of the search box by its data, others by the page that they run in."""
    assert (
        json.loads((site / "data" / "search.json").read_bytes())["imagePage"] == "images/index.html?id={id}"
    )
    assert 'data-images="drawn"' in (site / "explore.html").read_text("utf-8")
    assert 'data-images="drawn"' in (site / "plates" / "71.html").read_text("utf-8")
    build(site.parent / "export", tmp_path)
    assert json.loads((tmp_path / "data" / "search.json").read_bytes())["imagePage"] == "images/{id}.html"
    for page in ("explore.html", "plates/71.html"):
        assert "data-images" not in (tmp_path / page).read_text("utf-8")


def test_a_chunk_says_everything_once(site: Path) -> None:
    ((first, chunk),) = chunks(site).items()
    assert first == 101 and chunk["next"] is None
    assert [image["id"] for image in chunk["images"]] == [101, 102, 103, 104, 105, 106]
    for table in ("containers", "keys", "pairs", "chains", "channels", "facts", "scenes"):
        written = [json.dumps(one) for one in chunk[table]]
        assert len(written) == len(set(written)), table
    tags = [one for one in chunk["annotations"] if one[0] == "tag"]
    assert tags.count(["tag", "DAPI", 31]) == 2, (
        "tags of one text keep apart, for each has carriers of its own"
    )
    assert chunk["images"][5]["chains"] == [], "an orphan"
    assert json.dumps(chunk).count("Centrosome lab") == 1


def test_counts_stand_apart_and_only_where_they_are_more_than_one(site: Path) -> None:
    assert counts(site, "tag") == {"published": 3, "DAPI": 4}
    (gene,) = (site / "data" / "counts").glob("gene-*.json.gz")
    assert counts(site, gene.name.removesuffix(".json.gz")) == {"CAN": 3, "WAS": 3}
    assert counts(site, "owner") == {"Ada Example": 3, "Ben Beispiel": 2}
    assert not list((site / "data" / "counts").glob("sample-*")), "a value of one image each"
    chunk = chunks(site)[101]
    keys = {name: rest for name, *rest in chunk["keys"]}
    assert keys["Sample"][1:] == [0] and len(keys["Gene"]) == 1


def test_large_keys_are_counted_in_parts(tmp_path: Path) -> None:
    values = COUNTED + 1
    pairs = {
        100_000 + i: KeyValues(id=100_000 + i, pairs=(("Probe", f"p{i // 2}"),)) for i in range(2 * values)
    }
    images = [Image(id=i, annotations=(100_000 + i,)) for i in range(2 * values)]
    export = exported(tmp_path / "export", images, key_values=list(pairs.values()))
    content = Content(export, Settings(image_pages=0))
    assert content.count_parts == {"key:Probe": 2}
    build(tmp_path / "export", tmp_path / "site", settings_file(tmp_path, image_pages=0))
    names = [path.name for path in (tmp_path / "site" / "data" / "counts").iterdir() if path.suffix == ".gz"]
    assert len(names) == 2
    parts = [counts(tmp_path / "site", name.removesuffix(".json.gz")) for name in sorted(names)]
    assert sum(map(len, parts)) == values and all(800 < len(part) < 1_300 for part in parts)
    assert set(parts[0].values()) | set(parts[1].values()) == {2}


# Where chunks begin.


def test_a_chunk_is_never_in_two_shards_and_its_name_is_its_first_id() -> None:
    assert SHARD_CUT % CUT == 0
    ids = [*range(5, 40_000, 3)]
    (starts,) = chunk_starts(ids, [len(ids)])
    assert starts[0] == 5 and starts == sorted(set(starts))
    sizes = [ids.index(b) - ids.index(a) for a, b in pairwise(starts)]
    assert max(sizes) <= LONGEST and 15 < len(starts) < 45
    again = chunk_starts(ids, [4_000, len(ids) - 4_000])
    assert set(starts) <= {start for shard in again for start in shard}


@given(st.sets(st.integers(0, 2**53), min_size=2, max_size=400), st.data())
def test_one_image_more_or_less_moves_no_other_chunk(ids: set[int], data: st.DataObject) -> None:
    ordered = sorted(ids)
    one = data.draw(st.sampled_from(ordered))
    fewer = [other for other in ordered if other != one]
    (before,), (after,) = chunk_starts(ordered, [len(ordered)]), chunk_starts(fewer, [len(fewer)])
    assert len(set(before) ^ set(after)) <= 2


@given(st.sets(st.integers(0, 2**53)))
def test_steps_lead_to_every_start(numbers: set[int]) -> None:
    ordered, found, place = sorted(numbers), [], 0
    for step in in_steps(ordered).split():
        place += int(step, 36)
        found.append(place)
    assert found == ordered


@pytest.fixture(scope="module")
def long_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """3,500 images in one dataset, in galleries of 12 pictures."""
    folder = tmp_path_factory.mktemp("long")
    images = [
        Image(
            id=i,
            name=f"image {i}",
            datasets=(1,),
            annotations=(2, 3 + i % 2, *((100_000 + i,) if i % 3 else ())),
        )
        for i in range(1, 3_501)
    ]
    tags = [Tag(id=2, text="on all"), Tag(id=3, text="even"), Tag(id=4, text="odd")]
    values = [
        KeyValues(id=100_000 + i, pairs=(("Well", f"w{i}"), ("Gene", "B"), ("Gene", "A")))
        for i in range(3_501)
    ]
    datasets = [Dataset(id=1, name="Long", annotations=(2,)), Dataset(id=2, name="None")]
    exported(folder / "export", images, tags=tags, key_values=values, datasets=datasets)
    build(folder / "export", folder / "site", settings_file(folder, image_pages=0, page_size=12))
    return folder / "site"


def test_chunks_are_in_order_and_each_knows_the_next(long_site: Path) -> None:
    found = chunks(long_site)
    starts = sorted(found)
    assert len(starts) > 3
    assert [found[start]["next"] for start in starts] == [*starts[1:], None]
    ids = [image["id"] for start in starts for image in found[start]["images"]]
    assert ids == list(range(1, 3_501))
    page = (long_site / "images" / "index.html").read_text("utf-8")
    (steps,) = re.findall(r'data-chunks="([^"]*)"', page)
    assert steps == in_steps(starts)


def test_neighbours_reach_over_the_ends_of_chunks(long_site: Path) -> None:
    images = {image["id"]: image for chunk in chunks(long_site).values() for image in chunk["images"]}
    assert "before" not in images[1] and "after" not in images[3_500]
    for id_ in range(1, 3_500):
        assert images[id_]["after"] == [id_ + 1, f"image {id_ + 1}"]
        assert images[id_ + 1]["before"] == [id_, f"image {id_}"]


def test_a_dataset_lists_all_its_images_with_what_tells_them_apart(long_site: Path) -> None:
    pages = [f"datasets/1-list{number}.html" for number in ("", *(f"-{n}" for n in range(2, 8)))]
    assert len(pages) == -(-3_500 // LISTED)
    assert all((long_site / page).is_file() for page in pages)
    assert not (long_site / "datasets" / "1-list-8.html").exists()
    assert not (long_site / "datasets" / "2-list.html").exists(), "nothing to list"
    html = (long_site / pages[1]).read_text("utf-8")
    head = re.sub(r"<[^>]*>", " ", html[html.index("<thead>") : html.index("</thead>")]).split()
    assert head[:2] == ["ID", "Name"] and set(head[2:]) == {"Tags", "Well", "Gene"}
    rows = re.findall(r"<tr><td>.*?</tr>", html)
    assert len(rows) == LISTED
    (row,) = [row for row in rows if ">502<" in row]
    assert 'href="../images/index.html?id=502"' in row and "image 502" in row and "w502" in row
    assert "A, B" in re.sub(r"<[^>]*>", "", row), "in natural order"
    assert "even" in row and "on all" not in row, "what all of them hold is on the dataset's page"
    assert 'href="../datasets/1-list.html"' in html and 'href="../datasets/1-list-3.html"' in html
    assert 'href="../datasets/1-list.html"' in (long_site / "datasets" / "1.html").read_text("utf-8")


def test_galleries_come_to_an_end_that_says_so(long_site: Path) -> None:
    shown = GALLERY_PAGES * 12
    for kind, left in (("datasets/1", 3_500 - shown), ("tags/2", 3_500 - shown), ("tags/3", 1_750 - shown)):
        last = long_site / f"{kind}-{GALLERY_PAGES}.html"
        assert f"{left:,}".replace(",", "\u2009") + " images more" in last.read_text("utf-8"), kind
        assert not (long_site / f"{kind}-{GALLERY_PAGES + 1}.html").exists()
        assert "images more" not in (long_site / f"{kind}.html").read_text("utf-8")
    html = (long_site / f"tags/2-{GALLERY_PAGES}.html").read_text("utf-8")
    assert 'href="../explore.html?tag=on%20all"' in html


def test_datasets_show_all_their_images_where_these_have_pages(long_site: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    build(long_site.parent / "export", site, settings_file(tmp_path, page_size=12))
    assert (site / "datasets" / f"1-{-(-3_500 // 12)}.html").is_file()
    assert not list((site / "datasets").glob("*-list*"))
    assert (site / "tags" / f"2-{GALLERY_PAGES}.html").is_file()
    assert not (site / "tags" / f"2-{GALLERY_PAGES + 1}.html").exists(), "tags are for the explorer"


def test_long_values_are_cut_in_lists(tmp_path: Path) -> None:
    values = [KeyValues(id=10 + i, pairs=(("k", f"{i}" + "x" * 10_000),)) for i in range(2)]
    images = [Image(id=i, name="n" * 5_000, datasets=(1,), annotations=(10 + i,)) for i in range(2)]
    exported(tmp_path / "export", images, key_values=values, datasets=[Dataset(id=1)])
    build(tmp_path / "export", tmp_path / "site", settings_file(tmp_path, image_pages=0))
    html = (tmp_path / "site" / "datasets" / "1-list.html").read_text("utf-8")
    assert len(html) < 20_000 and "x" * (LONGEST_VALUE // 2 - 2) in html


def test_what_stands_in_both_forms_of_a_catalogue_is_the_same(site: Path, tmp_path: Path) -> None:
    """Turning the limit one way and back leaves nothing behind."""
    export = site.parent / "export"
    build(export, tmp_path / "static")
    for _ in range(2):
        build(export, tmp_path / "site", settings_file(tmp_path, image_pages=0))
        assert tree(tmp_path / "site") == tree(site)
        build(export, tmp_path / "site")
        assert tree(tmp_path / "site") == tree(tmp_path / "static")
