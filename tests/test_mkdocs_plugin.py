"""The door for MkDocs and ProperDocs: the same site, in any theme."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from catalog_builder.commands.check import check
from catalog_builder.commands.init import init
from catalog_builder.model.records import Image
from catalog_builder.site.shell import ADDRESS, BODY, DESCRIPTION, SECTION, TITLE
from tests.catalogues import build, environment, exported, lab, tree, write

WIKI = """# Welcome

A [project](projects/1.html), an [image](images/101.html), [all of them](explore.html?tag=CAN#x),
[tags](tags/index.html) and [a dataset](datasets/11.html#top). See [about](about.md).
"""


@pytest.fixture
def wiki(tmp_path: Path) -> Path:
    """A lab with an export and a wiki of its own; site_config/ is what `init` writes."""
    write(lab(), tmp_path / "export")
    init(tmp_path)
    (tmp_path / "site_config" / "wiki" / "index.md").write_text(WIKI)
    (tmp_path / "site_config" / "wiki" / "guide").mkdir()
    (tmp_path / "site_config" / "wiki" / "guide" / "deep.md").write_text(
        "# Deep\n\nTo the [tag](../tags/31.html).\n"
    )
    return tmp_path


def mkdocs(wiki: Path, *options: str, program: str = "mkdocs", code: int = 0) -> str:
    """`mkdocs build` as a user runs it; returns what it said."""
    finished = subprocess.run(
        [sys.executable, "-m", program, "build", "-f", str(wiki / "site_config" / "mkdocs.yml"), *options],
        env=environment(NO_MKDOCS_2_WARNING="1"), capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert finished.returncode == code, finished.stderr
    return finished.stdout + finished.stderr


def ours(wiki: Path, to: Path) -> list[str]:
    notes: list[str] = []
    build(wiki / "export", to, wiki / "site_config" / "catalog.yml", notes)
    return notes


def configure(wiki: Path, **changes: str) -> None:
    """Replace top-level settings of mkdocs.yml."""
    path = wiki / "site_config" / "mkdocs.yml"
    text = path.read_text("utf-8")
    for name, value in changes.items():
        text = re.sub(rf"^{name}:.*\n(?:[ \t].*\n)*", "", text, flags=re.MULTILINE) + f"\n{name}: {value}\n"
    path.write_text(text, "utf-8")


@pytest.mark.parametrize("program", ["mkdocs", "properdocs"])
def test_the_plugin_gives_the_same_site_as_the_command(wiki: Path, program: str) -> None:
    assert ours(wiki, wiki / "by command") == []
    mkdocs(wiki, "--strict", program=program)
    by_command, by_plugin = tree(wiki / "by command"), tree(wiki / "site")
    assert by_command == by_plugin
    assert check(wiki / "site") == []
    # Again, over the site that is there: MkDocs would empty the folder, the plugin does not let it.
    (wiki / "site" / "CNAME").write_text("catalogue.example.org")
    mkdocs(wiki, program=program)
    assert tree(wiki / "site") == by_plugin | {"CNAME": tree(wiki / "site")["CNAME"]}


def test_nothing_of_the_shell_is_left_anywhere(wiki: Path) -> None:
    configure(wiki, site_url="https://catalogue.example.org/lab/")
    mkdocs(wiki, "--strict")
    for path in (wiki / "site").rglob("*"):
        assert ADDRESS not in path.name
        if path.suffix in (".html", ".xml", ".json", ".js", ".txt") and path.is_file():
            text = path.read_text("utf-8")
            for word in (TITLE, BODY, DESCRIPTION, SECTION, ADDRESS):
                assert word not in text, f"{path.name}: {word}"
    sitemap = (wiki / "site" / "sitemap.xml").read_text("utf-8")
    assert "https://catalogue.example.org/lab/about.html" in sitemap
    assert "https://catalogue.example.org/lab/images/101.html" in (
        wiki / "site" / "images" / "101.html"
    ).read_text("utf-8")


def test_without_its_address_a_site_has_no_sitemap_and_no_search_script_of_mkdocs(wiki: Path) -> None:
    mkdocs(wiki)
    files = tree(wiki / "site")
    assert not [path for path in files if path.startswith(("sitemap", "search/"))]


def test_links_of_the_wiki_to_the_catalogue_are_no_warning_and_links_to_nothing_are(wiki: Path) -> None:
    assert ours(wiki, wiki / "a") == []
    (wiki / "site_config" / "wiki" / "about.md").write_text(
        "[gone](images/4711.html) and [gone](tags/nothing.html) and [x](no.md)"
    )
    notes = ours(wiki, wiki / "a")
    assert len(notes) == 3 and all(
        any(word in note for note in notes) for word in ("4711", "nothing", "no.md")
    )
    said = mkdocs(wiki, "--strict", code=1)
    assert "4711" in said and "projects/1.html" not in said


def test_the_home_page_has_its_own_text_and_the_catalogue_at_a_glance(wiki: Path) -> None:
    ours(wiki, wiki / "site")
    home = (wiki / "site" / "index.html").read_text("utf-8")
    assert "Welcome" in home and "Project 10" in home and "published" in home
    assert "Project 10" not in (wiki / "site" / "about.html").read_text("utf-8")


def test_a_bad_export_or_bad_settings_are_a_sentence_under_mkdocs_too(wiki: Path) -> None:
    mkdocs(wiki)
    before = tree(wiki / "site")
    settings = wiki / "site_config" / "catalog.yml"
    good = settings.read_text("utf-8")
    settings.write_text("titel: x")
    said = mkdocs(wiki, code=1)
    assert "did you mean `title`?" in said and "Traceback" not in said
    settings.write_text(good)
    (shard,) = (wiki / "export" / "tags").glob("*.jsonl")
    shard.write_bytes(b"x")
    said = mkdocs(wiki, code=1)
    assert str(shard) in said.replace("/site_config/../", "/") and "Traceback" not in said
    assert tree(wiki / "site") == before


def test_words_of_the_wiki_are_searched_and_excluded_pages_are_not(wiki: Path) -> None:
    (wiki / "site_config" / "wiki" / "hidden.md").write_text(
        "---\nsearch:\n  exclude: true\n---\n# Hidden zebra\n"
    )
    (wiki / "site_config" / "wiki" / "shown.md").write_text("# Giraffe\n\n## Neck of it\n\nlong\n")
    ours(wiki, wiki / "site")
    data = (wiki / "site" / "data" / "search.json").read_text("utf-8")
    assert '"shown.html"' in data and "shown.html#neck-of-it" in data and "giraffe" in data
    assert "zebra" not in data and ADDRESS not in data


class Links(HTMLParser):
    """Everything a page names, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.text = ""
        self.title = ""
        self._in: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in.append(tag)
        self.targets += [
            value for name, value in attrs if name in ("href", "src") and value and tag != "base"
        ]

    def handle_data(self, data: str) -> None:
        if self._in and self._in[-1] == "title":
            self.title += data
        self.text += data


def dead_links(site: Path, page: str) -> list[str]:
    reader = Links()
    reader.feed((site / page).read_text("utf-8"))
    dead = []
    for target in reader.targets:
        parts = urlsplit(target)
        if parts.scheme or parts.netloc or not parts.path:
            continue
        path = unquote(urljoin(f"/{page}", parts.path)).lstrip("/")
        path += "index.html" if not path or path.endswith("/") else ""
        if not (site / path).is_file():
            dead.append(target)
    return dead


@pytest.mark.parametrize("theme", ["material", "mkdocs", "readthedocs"])
def test_any_theme_takes_the_catalogue_in(wiki: Path, theme: str) -> None:
    configure(wiki, theme=theme)
    mkdocs(wiki)
    site = wiki / "site"
    assert {path for path in tree(wiki / "site") if path.startswith("images/")} == {
        f"images/{name}.html" for name in (101, 102, 103, 104, 105, 106, "index")
    }  # fmt: skip
    for page, title, words in (
        ("images/101.html", "slide 2.czi [1]", ("Line one", "2048", "Gene", "CAN")),
        ("datasets/11.html", "Shared", ("in both",)),
        ("tags/31.html", "DAPI", ("A stain",)),
        ("browse.html", "Browse", ("Project 10", "Orphaned")),
        ("explore.html", "Explore", ("Gene", "published")),
    ):
        reader = Links()
        reader.feed((site / page).read_text("utf-8"))
        assert title in reader.title, page
        for word in words:
            assert word in reader.text, f"{page}: {word}"
        assert any(target.endswith("static/css/catalog.css") for target in reader.targets), page
        assert not dead_links(site, page), page
    assert not dead_links(site, "about.html")
    assert TITLE not in (site / "about.html").read_text("utf-8")


def test_the_catalogue_is_in_the_navigation_of_another_theme_at_every_depth(wiki: Path) -> None:
    configure(wiki, theme="mkdocs", site_url="https://lab.example.org/wiki/")
    mkdocs(wiki)
    for page in ("about.html", "guide/deep.html", "images/101.html", "browse.html"):
        reader = Links()
        reader.feed((wiki / "site" / page).read_text("utf-8"))
        found = {
            urlsplit(urljoin(f"https://lab.example.org/wiki/{page}", target)).path
            for target in reader.targets
        }
        assert {
            f"/wiki/{entry}"
            for entry in ("browse.html", "explore.html", "tags/index.html", "keys/index.html")
        } <= found


def test_addresses_without_html_for_the_wiki_leave_the_catalogue_where_it_is(wiki: Path) -> None:
    configure(wiki, use_directory_urls="true")
    mkdocs(wiki)
    files = tree(wiki / "site")
    assert "about/index.html" in files and "images/101.html" in files and "guide/deep/index.html" in files
    assert check(wiki / "site") == []
    deep = (wiki / "site" / "guide" / "deep" / "index.html").read_text("utf-8")
    assert 'href="../../tags/31.html"' in deep


def test_a_wiki_without_a_home_page_or_with_none_at_all_still_builds(wiki: Path) -> None:
    for path in (wiki / "site_config" / "wiki").rglob("*.md"):
        path.unlink()
    ours(wiki, wiki / "site")
    assert "images/101.html" in tree(wiki / "site")


def test_a_failed_build_leaves_no_folder_behind(wiki: Path, tmp_path: Path) -> None:
    (tmp_path / "temporary").mkdir()
    (wiki / "site_config" / "wiki" / "browse.md").write_text("# In the way")
    failed = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-f", str(wiki / "site_config" / "mkdocs.yml")],
        env=environment(TMPDIR=str(tmp_path / "temporary")), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert failed.returncode == 1 and "rename it in the wiki" in failed.stderr
    assert list((tmp_path / "temporary").iterdir()) == []


def test_after_a_build_mkdocs_knows_the_site_folder_for_what_it_does_next(
    wiki: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`mkdocs gh-deploy` builds and then publishes `config.site_dir`."""
    from mkdocs.commands.build import build as mkdocs_build
    from mkdocs.config import load_config

    config = load_config(str(wiki / "site_config" / "mkdocs.yml"))
    config.plugins.on_startup(command="gh-deploy", dirty=False)
    mkdocs_build(config)
    assert Path(config.site_dir).resolve() == (wiki / "site").resolve()
    assert (Path(config.site_dir) / "images" / "101.html").is_file()


def test_front_matter_of_the_wikis_own_means_nothing_to_the_frame(wiki: Path) -> None:
    (wiki / "site_config" / "wiki" / "about.md").write_text(
        "---\nsection: browse\ncatalog_section: tags\n---\n# About\n"
    )
    ours(wiki, wiki / "site")
    assert '<body data-section="wiki">' in (wiki / "site" / "about.html").read_text("utf-8")
    assert '<body data-section="tags">' in (wiki / "site" / "tags" / "index.html").read_text("utf-8")


def test_readthedocs_prints_titles_into_scripts_and_they_stay_strings(tmp_path: Path) -> None:
    names = ["x\\", "two\nlines", "\"quotes\" 'of' both", "</script><script>alert(1)</script>"]
    images = [Image(id=number, name=name) for number, name in enumerate(names, 1)]
    exported(tmp_path / "export", images)
    init(tmp_path)
    configure(tmp_path, theme="readthedocs")
    mkdocs(tmp_path)
    for number, name in enumerate(names, 1):
        html = (tmp_path / "site" / "images" / f"{number}.html").read_text("utf-8")
        (found,) = re.findall(r"mkdocs_page_name = (\".*\");\n", html)
        assert json.loads(found) == name
        assert "<script>alert" not in html


def test_the_navigation_of_the_wiki_is_whole_however_deep(wiki: Path) -> None:
    pages = wiki / "site_config" / "wiki"
    (pages / "guide" / "deeper" / "still").mkdir(parents=True)
    (pages / "guide" / "deeper" / "still" / "end.md").write_text("# The <end>\n")
    ours(wiki, wiki / "site")
    end = (wiki / "site" / "guide" / "deeper" / "still" / "end.html").read_text("utf-8")
    nav = end[end.index('aria-label="Site"') : end.index("</nav>")]
    assert 'href="../../deep.html"' in nav and 'href="../../../about.html"' in nav
    assert nav.count('<details class="frame-section" open>') == 2, "the way to the page shown is open"
    assert nav.count('<summary aria-current="true">') == 3
    assert '<a href="end.html" aria-current="page">' in nav and ">Guide</summary>" in nav
    assert check(wiki / "site") == []
    configure(
        wiki,
        nav="""
  - index.md
  - Papers:
      - Ours: https://example.org/paper?a=1&b=2
      - Deep one: guide/deep.md
      - Further:
          - The end: guide/deeper/still/end.md
  - Elsewhere: https://example.org/
  - Images: explore.html?tag=CAN
  - about.md""",
    )
    ours(wiki, wiki / "site")
    home = (wiki / "site" / "index.html").read_text("utf-8")
    nav = home[home.index('aria-label="Site"') : home.index("</nav>")]
    for said in (
        'href="https://example.org/paper?a=1&amp;b=2"', 'href="https://example.org/"', 'href="explore.html?tag=CAN"',
        'href="guide/deep.html"', 'href="guide/deeper/still/end.html"', "<summary>Papers</summary>",
        "<summary>Further</summary>",
    ):  # fmt: skip
        assert said in nav, said
