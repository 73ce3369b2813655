"""Filter results in wiki pages: what a block may say, what it shows, and what is said of one that is wrong."""

from __future__ import annotations

import json
import re
import shutil
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import yaml

from catalog_builder.commands.check import check
from catalog_builder.commands.init import init
from catalog_builder.errors import CatalogError
from catalog_builder.exchange.read import Export
from catalog_builder.settings.read import load_settings
from catalog_builder.site.content import Content
from catalog_builder.site.memory import MEMORY
from catalog_builder.site.wiki_blocks import HEADINGS, Blocks
from catalog_builder.site.wiki_options import LIMIT, MOST, OPTIONS, read_options
from tests.catalogues import ROOT, build, catalogue, lab, tree, write
from tests.test_hostile_text import HOSTILE, Page, hostile_catalogue
from tests.test_mkdocs_plugin import configure, dead_links, mkdocs


@pytest.fixture(scope="module")
def demo(demo_export: Path) -> Blocks:
    return Blocks(Content(Export(demo_export), load_settings(None).settings))


def asked(blocks: Blocks, text: str) -> dict[str, Any]:
    context, problems = blocks.context(text, 2)
    assert not problems, problems
    return context


def wrong(blocks: Blocks, text: str) -> list[str]:
    context, problems = blocks.context(text, 2)
    assert problems and context == {"trouble": True}
    return problems


def query(context: dict[str, Any]) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(context["explore"]).query, keep_blank_values=True)


# Reading.


def test_every_option_is_documented() -> None:
    rows = re.findall(r"^\| (`.*?) \|", (ROOT / "docs" / "wiki.md").read_text("utf-8"), re.MULTILINE)
    documented = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    assert documented == set(OPTIONS)
    text = (ROOT / "docs" / "wiki.md").read_text("utf-8")
    assert f"0 to {MOST}; {LIMIT} where" in text and f"at most {HEADINGS} headings" in text
    for name in ("README.md", "docs/settings.md"):
        assert "wiki.md" in (ROOT / name).read_text("utf-8"), name


def test_the_documents_blocks_are_blocks() -> None:
    for name in ("docs/wiki.md", "site_config/wiki/index.md", "site_config/demo/wiki/findings.md"):
        blocks = re.findall(r"^```catalog\n(.*?)^```$", (ROOT / name).read_text("utf-8"), re.M | re.S)
        assert blocks, name
        for block in blocks:
            assert read_options(block)[1] == [], (name, block)


def test_texts_are_taken_as_they_are_written() -> None:
    text = 'tags: [No, 007, 1.0, 2026-02-30, ~, "", "#1", on]\nkey: {Day: 3, Barcode: [0x10, null]}\nlimit: 007\n'
    wanted, problems = read_options(text)
    assert not problems
    assert wanted.texts["tags"] == ("No", "007", "1.0", "2026-02-30", "~", "", "#1", "on")
    assert wanted.pairs["key"] == {"Day": ("3",), "Barcode": ("0x10", "null")} and wanted.limit == 7


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tag: x", "no option 'tag'; did you mean 'tags'"),
        ("Group By: x", "no option 'Group By'; did you mean 'group by'"),
        ("zzzzzz: x", "no option 'zzzzzz'"),
        ("tags: [a", "line 1 cannot be understood"),
        ("tags: 'a", "cannot be understood"),
        ("tags: a: b", "cannot be understood"),
        ("tags: \x07", "cannot be understood"),
        ("- a", "`option: value`"),
        ("words", "`option: value`"),
        ("tags: a\ntags: b", "'tags' twice"),
        ("key: {a: 1, a: 2}", "'a' twice"),
        ("tags: []", "empty list"),
        ("tags:", "holds nothing"),
        ("words: [a, b]", "plain text"),
        ("tags: [[a]]", "plain text"),
        ("tags: {a: b}", "plain text"),
        ("key: a", "names with values"),
        ("key: {a: {b: c}}", "limits"),
        ("key: {a: {from: 1, to: 2, by: 3}}", "limits"),
        ("not key: {a: {from: 1}}", "plain text"),
        ("acquired: 2026", "limits"),
        ("limit: many", "0 to 500"),
        ("limit: 501", "0 to 500"),
        ("limit: -1", "0 to 500"),
        ("limit: ٣", "0 to 500"),
        ("limit: " + "9" * 5000, "0 to 500"),
        ("? [a]\n: b", "where the option should stand"),
        ("tags: &a [*a]", "plain text"),
        ("tags: " + "[" * 5000, ""),
    ],
)
def test_what_is_written_wrongly_is_said(text: str, said: str) -> None:
    _, problems = read_options(text)
    assert problems and said in problems[0] and len(problems[0]) < 300


# What there is.


def test_all_any_and_none_of_some_tags(demo: Blocks) -> None:
    both = asked(demo, "tags: [Compound A, 3 h]")
    assert both["images"] == both["shown"] == len(both["cards"]) == 12
    assert query(both) == [("all:tag", "Compound A"), ("all:tag", "3 h"), ("v", "2")]
    one = asked(demo, "tags: Compound A")
    assert query(one) == [("tag", "Compound A")] and one["images"] == 87 and one["shown"] == LIMIT
    either = asked(demo, "tags: Compound A\nany tags: [3 h, 24 h]\nnot tags: check segmentation\nlimit: 500")
    assert ("all:tag", "Compound A") in query(either) and ("tag", "3 h") in query(either)
    assert ("not:tag", "check segmentation") in query(either)
    assert 12 < either["images"] < 87 and either["shown"] == either["images"]


def test_keys_and_where_things_are(demo: Blocks) -> None:
    cells = asked(demo, "key: {Cell line: [HeLa, RPE-1]}\nnot key: {Treatment: DMSO}\nhas key: Time")
    assert (
        cells["images"] and ("key:Cell line", "RPE-1") in query(cells) and ("has", "key:Time") in query(cells)
    )
    assert asked(demo, "lacks key: Cell line")["images"] == 498 - 378
    by_name = asked(demo, "dataset: U2OS, Compound A, time course")
    assert by_name["images"] == 36 and by_name["explore"].startswith("explore.html?dataset=")
    assert asked(demo, f"dataset: {query(by_name)[0][1]}") == by_name
    assert asked(demo, "screen: Dose response of four compounds\nplate: [FR-P1 HeLa]")["images"] == 102
    assert asked(demo, "owner: Hikari Satō (佐藤ひかり)\nproject: [101, 103]")["images"]


def test_limits_words_and_order(demo: Blocks) -> None:
    within = asked(demo, "key: {Concentration: {from: 0.1, to: 1}}\nsort: -Concentration\nlimit: 500")
    assert within["images"] == 37 + 17 + 126
    assert [pair for pair in query(within) if pair[0] != "v"] == [
        ("min:key:Concentration", "0.1"), ("max:key:Concentration", "1"), ("sort", "-key:Concentration"),
    ]  # fmt: skip
    assert within["cards"][0].name != asked(demo, "key: {Concentration: {from: 0.1, to: 1}}")["cards"][0].name
    assert asked(demo, "acquired: {from: 2026-01, to: 2026-02}")["images"] == 68 + 216
    assert asked(demo, "imported: {to: 2025-10}\nwords: scratch")["images"] >= 0
    names = [one.name for one in asked(demo, "sort: name\nlimit: 5")["cards"]]
    assert names != [one.name for one in asked(demo, "sort: -name\nlimit: 5")["cards"]]


def test_groups_share_the_pictures_and_lead_on(demo: Blocks) -> None:
    found = asked(demo, "dataset: U2OS, Compound A, time course\ngroup by: Time\nlimit: 7")
    assert [group.label for group in found["groups"]] == ["0 h", "3 h", "24 h"]
    assert [group.images for group in found["groups"]] == [12, 12, 12]
    assert [len(group.cards) for group in found["groups"]] == [3, 2, 2] and found["shown"] == 7
    assert not found["cards"] and ("group", "key:Time") in query(found)
    assert found["groups"][1].href.endswith("&key%3ATime=3%20h")
    sets = asked(demo, "group by: [tag set:Treatment, Cell line]\nlimit: 500")
    first = sets["groups"][0]
    assert (first.label, first.images, first.level) == ("Compound A", 87, 2) and not first.cards
    assert first.groups[0].level == 3 and first.groups[-1].label == "" and "lacks" in first.groups[-1].href
    assert sum(group.images for group in first.groups) == 87
    assert sets["groups"][-1].label == "" and "not%3Atag=DMSO" in sets["groups"][-1].href
    assert ("group", "tag set:Treatment") in query(sets)
    # A key and a tag set of one name: the key, unless the other is named.
    assert asked(demo, "group by: Treatment")["groups"][0].of == "Treatment"
    assert ("group", "key:Treatment") in query(asked(demo, "group by: Treatment"))
    many = asked(demo, "group by: Cells\nlimit: 0")
    assert len(many["groups"]) == HEADINGS and many["more"] == 93 - HEADINGS and many["shown"] == 0


def test_nothing_asked_is_everything_and_nothing_found_is_nothing(demo: Blocks) -> None:
    everything = asked(demo, "")
    assert everything["images"] == 498 and everything["explore"] == "explore.html"
    assert asked(demo, "# a comment\n") == everything
    nothing = asked(demo, "tags: [H&E, siRNA]\ngroup by: Time")
    assert nothing["images"] == 0 and not nothing["groups"] and not nothing["cards"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tags: [Compound A, Compund B]", "`tags`: there is no tag 'Compund B'; did you mean 'Compound B'?"),
        ("not tags: compound a", "did you mean 'Compound A'?"),
        ("any tags: figure", "did you mean 'figure "),
        ("key: {cell line: HeLa}", "no image has the key 'cell line'; did you mean 'Cell line'?"),
        ("key: {Cell line: Hela}", "the value 'Hela' of the key 'Cell line'; did you mean 'HeLa'?"),
        ("has key: Tmie", "did you mean 'Time'?"),
        ("project: Colitis", "did you mean 'Colitis atlas, mouse and human'?"),
        ("dataset: 4711", "there is no dataset with the id or name '4711'"),
        ("plate: " + "9" * 400, "there is no plate"),
        ("owner: Mara", "did you mean 'Mara Lindqvist-Osei'?"),
        ("group by: Tretment", "did you mean 'Treatment'?"),
        ("group by: tag set:Treatmnt", "no tag set 'Treatmnt'; did you mean 'Treatment'?"),
        ("group by: key:Tme", "did you mean 'Time'?"),
        ("sort: nam", "did you mean 'name'?"),
        ("key: {Treatment: {from: 1}}", "no numbers or days"),
        ("key: {Concentration: {from: 1 µM}}", "without the unit (they are in µM)"),
        ("acquired: {from: 2026-13}", "no day, month or year"),
        ("acquired: {to: yesterday}", "no day, month or year"),
    ],
)
def test_what_there_is_not_is_said_with_the_nearest_that_there_is(demo: Blocks, text: str, said: str) -> None:
    (problem,) = wrong(demo, text)
    assert said in problem


def test_all_that_is_wrong_is_said_at_once(demo: Blocks) -> None:
    assert (
        len(wrong(demo, "tag: x\ntags: [x, y]\nkey: {x: 1, y: 2}\nsort: x\nlimit: x\ngroup by: [x, y]")) == 8
    )


# In pages.


@pytest.fixture
def wiki(tmp_path: Path) -> Path:
    """A lab, and a wiki with blocks on a page in a folder."""
    write(lab(), tmp_path / "export")
    init(tmp_path)
    pages = tmp_path / "site_config" / "wiki"
    (pages / "guide").mkdir()
    (pages / "guide" / "deep.md").write_text(
        "# Deep zebra\n\n## Stained\n\n```catalog\ntags: DAPI\ngroup by: Gene\n```\n\n* in a list\n\n"
        "    ```catalog\n    tags: CAN\n    ```\n\n````\n```catalog\ntags: shown as code\n```\n````\n"
    )
    return tmp_path


def blocks_of(page: Path) -> list[str]:
    return re.findall(
        r'<section class="wiki-block".*?</section>(?=\s*(?:<(?!section)|$))', page.read_text("utf-8"), re.S
    )


EXTENSIONS = {
    "none": "[]",
    "codehilite": "[codehilite]",
    "superfences": "[pymdownx.superfences, pymdownx.highlight]",
}


@pytest.mark.parametrize(
    ("theme", "extensions", "program"),
    [
        ("catalog", "none", "mkdocs"),
        ("catalog", "codehilite", "properdocs"),
        ("catalog", "superfences", "mkdocs"),
        ("material", "superfences", "mkdocs"),
        ("material", "none", "properdocs"),
        ("readthedocs", "codehilite", "mkdocs"),
    ],
)
def test_in_any_theme_with_any_extension(wiki: Path, theme: str, extensions: str, program: str) -> None:
    if extensions == "superfences":
        pytest.importorskip("pymdownx")
    configure(wiki, theme=theme, markdown_extensions=EXTENSIONS[extensions])
    mkdocs(wiki, *(["--strict"] if theme == "catalog" else []), program=program)
    page = wiki / "site" / "guide" / "deep.html"
    html = page.read_text("utf-8")
    assert html.count('class="wiki-block"') == 2
    assert 'href="../images/101.html"' in html and "../explore.html?tag=DAPI&amp;group=key%3AGene" in html
    assert '<h3><a href="../explore.html?tag=DAPI&amp;key%3AGene=CAN"><bdi' in html, (
        "a level below its section"
    )
    assert "tags: shown as code" in unescape(re.sub(r"<[^>]+>", "", html)) and "qzcatalog" not in html
    assert 'catalog.css"' in html
    assert not dead_links(wiki / "site", "guide/deep.html")
    if theme == "catalog":
        assert check(wiki / "site") == []


def test_pages_with_folders_of_their_own_find_the_way(wiki: Path) -> None:
    configure(wiki, use_directory_urls="true")
    mkdocs(wiki)
    html = (wiki / "site" / "guide" / "deep" / "index.html").read_text("utf-8")
    assert 'href="../../images/101.html"' in html and check(wiki / "site") == []


def test_the_search_has_the_pages_words_and_not_the_galleries(wiki: Path) -> None:
    build(wiki / "export", wiki / "site", wiki / "site_config" / "catalog.yml")
    documents = json.loads((wiki / "site" / "data" / "search.json").read_bytes())["documents"]
    texts = [document for document in documents if document[0] == "page"]
    assert any("Deep zebra" in document[1] for document in texts)
    assert "qzcatalog" not in (wiki / "site" / "data" / "search.json").read_text("utf-8")


def test_a_mistake_is_a_note_by_page_and_block_and_no_broken_build(wiki: Path) -> None:
    page = wiki / "site_config" / "wiki" / "about.md"
    page.write_text(
        "# About\n\n```catalog\ntags: DAPI\n```\n\n```catalog\ntags: DAPPI\nlimt: 3\n```\n\nMore.\n"
    )
    notes: list[str] = []
    build(wiki / "export", wiki / "site", wiki / "site_config" / "catalog.yml", notes)
    assert notes == [
        "Wiki: about.md: catalog block 2: there is no option 'limt'; did you mean 'limit'?",
        "Wiki: about.md: catalog block 2: `tags`: there is no tag 'DAPPI'; did you mean 'DAPI'?",
    ]
    html = (wiki / "site" / "about.html").read_text("utf-8")
    assert "could not be found" in html and "DAPPI" not in html and "More." in html
    for program in ("mkdocs", "properdocs"):
        said = mkdocs(wiki, "--strict", program=program, code=1)
        assert "about.md: catalog block 2" in said and "DAPI" in said
    assert "catalog block 2" in mkdocs(wiki)


def test_a_block_on_the_home_page_stands_in_its_text(wiki: Path) -> None:
    index = wiki / "site_config" / "wiki" / "index.md"
    index.write_text(index.read_text("utf-8") + "\n\n```catalog\ntags: DAPI\nlimit: 1\n```\n")
    notes: list[str] = []
    build(wiki / "export", wiki / "site", wiki / "site_config" / "catalog.yml", notes)
    html = (wiki / "site" / "index.html").read_text("utf-8")
    assert notes == [] and html.count('class="wiki-block"') == 1, "the starter's own example is a comment"
    assert "1 of 4 images" in unescape(html)


def test_a_catalogue_of_nothing_has_nothing_to_show_and_says_so(tmp_path: Path) -> None:
    write(catalogue(), tmp_path / "export")
    blocks = Blocks(Content(Export(tmp_path / "export"), load_settings(None).settings))
    assert asked(blocks, "")["images"] == 0
    for text in ("tags: x", "key: {x: y}", "owner: x", "acquired: {from: 2026}", "group by: x", "project: x"):
        assert wrong(blocks, text)
    for text in ("group by: plate", "sort: acquired", "words: x"):
        assert asked(blocks, text)["images"] == 0


def test_names_that_break_things_are_text_here_too(tmp_path: Path) -> None:
    """Each hostile text as a tag, as a key, as a value, as what is grouped by, and as what is not there at all."""
    hostile_catalogue(tmp_path / "export")
    init(tmp_path)
    fences = []
    for text in HOSTILE:
        for block in (
            {"tags": [text], "group by": ["tag", f"key:{text}"], "limit": "3"},
            {"key": {text: text, "key": [text]}, "dataset": [text], "owner": text},
            {"group by": [f"tag set:{text}"]},
            {"words": f"{text}x"},
            {"tags": [f"{text}?"], "key": {f"{text}?": f"{text}?"}, f"{text}?": "x"},
        ):
            fences.append(f"``````catalog\n{yaml.safe_dump(block, allow_unicode=True)}``````\n")
    (tmp_path / "site_config" / "wiki" / "hostile.md").write_text("# Page\n\n" + "\n".join(fences), "utf-8")
    notes: list[str] = []
    build(tmp_path / "export", tmp_path / "site", tmp_path / "site_config" / "catalog.yml", notes)
    page = Page("hostile.html", (tmp_path / "site" / "hostile.html").read_text("utf-8"))
    assert page.problems == [] and check(tmp_path / "site") == []
    assert len([a for _, a in page.elements if a.get("class") == "wiki-block"]) == len(fences)
    for tag, attributes in page.elements:
        assert (
            tag not in ("b", "style", "iframe", "object") and "src" in attributes if tag == "script" else True
        )
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert not re.match(r"\s*javascript:", attributes.get("href") or "", re.IGNORECASE)
    assert len(notes) >= 3 * len(HOSTILE) and all("\n" not in note and len(note) < 500 for note in notes)
    shutil.rmtree(tmp_path / "site")


def test_a_block_of_an_unchanged_catalogue_stays_and_only_what_stands_on_the_page_is_believed(
    wiki: Path,
) -> None:
    settings = wiki / "site_config" / "catalog.yml"
    build(wiki / "export", wiki / "site", settings)
    before = tree(wiki / "site")
    build(wiki / "export", wiki / "site", settings)
    assert tree(wiki / "site") == before
    shutil.move(wiki / "export" / "images", wiki / "images")
    with pytest.raises(CatalogError, match="images"):  # though nothing of them is needed
        build(wiki / "export", wiki / "site", settings)
    assert tree(wiki / "site") == before
    page = wiki / "site_config" / "wiki" / "guide" / "deep.md"
    page.write_text(page.read_text("utf-8").replace("tags: CAN", "tags: published"), "utf-8")
    with pytest.raises(CatalogError):
        build(wiki / "export", wiki / "site", settings)
    shutil.move(wiki / "images", wiki / "export" / "images")
    build(wiki / "export", wiki / "site", settings)
    assert "explore.html?tag=published" in (wiki / "site" / "guide" / "deep.html").read_text("utf-8")
    # A page that somebody has touched, and a memory that says what no page shows, are not believed.
    (wiki / "site" / "guide" / "deep.html").write_text("gone")
    build(wiki / "export", wiki / "site", settings)
    assert 'class="wiki-block"' in (wiki / "site" / "guide" / "deep.html").read_text("utf-8")
    memory = wiki / "site" / MEMORY
    memory.write_bytes(memory.read_bytes().replace(b"wiki-block", b"wiki-bl0ck"))
    build(wiki / "export", wiki / "site", settings)
    assert "wiki-bl0ck" not in (wiki / "site" / "guide" / "deep.html").read_text("utf-8")
