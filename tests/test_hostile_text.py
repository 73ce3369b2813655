"""Text from OMERO is anybody's text: shown as text on every page, in no path, and in no script."""

from __future__ import annotations

import base64
import gzip
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pyarrow as pa
import pytest

from catalog_builder.commands.check import check
from catalog_builder.model.acquisition import Channel, Length, PixelSize
from catalog_builder.model.annotations import KeyValues, Tag, TagSet
from catalog_builder.model.records import Dataset, Group, Image, Person, Project
from catalog_builder.site.shell import ADDRESS, BODY, DESCRIPTION, SECTION, TITLE
from tests.catalogues import ROOT, build, catalogue, tree, write

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "\"'><svg/onload=alert(1)>",
    "</title></textarea></style><!-- ",
    "--><b>bold</b>",
    "]]><![CDATA[",
    "javascript:alert(1)",
    "../../../etc/passwd",
    "C:\\Windows\\..\\x",
    "a/b\\c?d#e&amp;f%2e%2e%00",
    "&lt;script&gt; &#60; &notanentity",
    "{{ 7*7 }}",
    "{% include '/etc/passwd' %}{# #}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "\U0001f9ec\U0001f468‍\U0001f469‍\U0001f467 émoji",
    "مرحبا \u202edlrow\u202c עולם",
    "x" * 10_000,
    "9" * 10_000,
    "",
    " ",
    "\t\n",
    "bell \x07 null \x00 escape \x1b[31m del \x7f",
    "line\u2028separator\u2029paragraph",
    "\ufeffbom \ufffe \uffff",
    BODY,
    TITLE,
    DESCRIPTION,
    SECTION,
    ADDRESS,
    f"<p>{BODY}</p>",
    f"{ADDRESS}/{ADDRESS}.html",
    "https://example.org/?a=1&b=\"><script>alert(1)</script>",
    "https://user:pw@example.org/<b>",
    "*markdown* [link](javascript:alert(1)) `code`",
    "null",
    "__proto__",
    "constructor",
    "toString",
    "'; DROP TABLE images; --",
    "=cmd|' /C calc'!A0",
]  # fmt: skip


def hostile_catalogue(folder: Path) -> None:
    count = len(HOSTILE)
    texts = list(enumerate(HOSTILE, 1))
    write(
        catalogue(
            [
                Image(
                    id=i, name=text, description=text, owner=i, group=1, datasets=(i,),
                    annotations=(1000 + i, 2000 + i),
                    pixel_type=text, channels=(Channel(name=text, excitation=Length(value=1e300, unit=text)),),
                    pixel_size=PixelSize(x=Length(value=5e-324, unit=text)), fileset=i // 2,
                )
                for i, text in texts
            ]
            + [Image(id=9999, name=HOSTILE[0])],
            people=[Person(id=i, name=text) for i, text in texts],
            groups=[Group(id=1, name=HOSTILE[0], permissions="rwr---")],
            projects=[Project(id=i, name=text, description=text, annotations=(2000 + i,)) for i, text in texts],
            datasets=[
                Dataset(id=i, name=text, description=text, projects=(i,), annotations=(1000 + i % count + 1,))
                for i, text in texts
            ],
            tag_sets=[TagSet(id=i, name=text, description=text) for i, text in texts],
            tags=[Tag(id=1000 + i, text=text, description=text, sets=(i, i % count + 1)) for i, text in texts],
            key_values=[
                KeyValues(id=2000 + i, namespace=text, pairs=((text, text), (text, HOSTILE[i % count]), ("key", text)))
                for i, text in texts
            ],
        ),
        folder,
        label=HOSTILE[0],
    )  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "within"
    hostile_catalogue(folder / "export")
    assert check(folder / "export") == []
    build(folder / "export", folder / "site")
    return folder / "site"


VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
OPTIONAL = {"li", "p", "dt", "dd", "tr", "td", "th", "thead", "tbody", "option"}


class Page(HTMLParser):
    """A page as a browser sees it, and whether everything that is opened is closed."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.path = path
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.links: list[str] = []
        """The words of every link that has no label and no picture."""
        self.problems: list[str] = []
        self.feed(text)
        self.close()
        if self.open:
            self.problems.append(f"never closed: {self.open}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.problems.append(f"<{tag}> has an attribute twice: {names}")
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "a" and "aria-label" not in dict(attrs) and "template" not in self.open:
            self.links.append("")
        elif tag == "img" and self.links and "a" in self.open:
            self.links[-1] += "picture"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open[-1] != tag and self.open[-1] in OPTIONAL:
            self.open.pop()
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> at {self.getpos()} closes nothing")

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if "a" in self.open and self.links:
            self.links[-1] += data

    def handle_comment(self, data: str) -> None:
        if not data.startswith(" This page is yours"):  # the starter wiki's word to whoever edits it
            self.problems.append(f"a comment: {data[:80]}")


def pages(site: Path) -> Iterator[Page]:
    for path in sorted(site.rglob("*.html")):
        yield Page(path.relative_to(site).as_posix(), path.read_bytes().decode("utf-8"))


@pytest.fixture(scope="module")
def parsed(site: Path) -> dict[str, Page]:
    return {page.path: page for page in pages(site)}


def test_every_page_is_whole(parsed: dict[str, Page]) -> None:
    assert len(parsed) > 5 * len(HOSTILE)
    problems = {path: page.problems for path, page in parsed.items() if page.problems}
    assert not problems


def test_no_element_or_attribute_comes_from_a_name(parsed: dict[str, Page]) -> None:
    """Every kind of page has the elements that the same kind has for a plain name, and no script but ours."""
    for path, page in parsed.items():
        for tag, attributes in page.elements:
            where = f"{path}: <{tag}>"
            assert tag not in (
                "iframe",
                "object",
                "embed",
                "style",
                "base",
                "b",
                "script" if "src" not in attributes else "-",
            ), where
            assert not [name for name in attributes if name.startswith("on") or name == "style"], where
            for name in ("href", "src", "action"):
                target = attributes.get(name) or ""
                assert not re.match(r"\s*(javascript|data|vbscript):", target, re.IGNORECASE), (
                    f"{where} {target[:80]}"
                )
            if tag == "script":
                assert re.fullmatch(r"(\.\./|/)?static/(js|vendor)/[\w.-]+\.js", attributes["src"] or ""), (
                    where
                )
            if tag in ("img", "link") and attributes.get("rel") != "canonical":
                assert "//" not in (attributes.get("src") or attributes.get("href") or ""), where


def test_every_page_forbids_what_is_not_its_own(parsed: dict[str, Page]) -> None:
    for path, page in parsed.items():
        policies = [
            a.get("content")
            for t, a in page.elements
            if t == "meta" and a.get("http-equiv") == "Content-Security-Policy"
        ]
        assert len(policies) == 1, path
        rules = dict(rule.strip().split(" ", 1) for rule in (policies[0] or "").split(";") if rule.strip())
        assert (
            rules["default-src"] == "'none'"
            and rules["script-src"] == "'self'"
            and rules["style-src"] == "'self'"
        ), path
        assert not re.search(r"unsafe|https?:|\*", policies[0] or ""), path
        assert (
            page.elements.index(("meta", {"http-equiv": "Content-Security-Policy", "content": policies[0]}))
            <= 4
        ), path


def visible(text: str) -> str:
    """The text as a page shows it: what cannot be in a page left out, white space as one."""
    return " ".join(text.replace("\x00", "").replace("\r", "\n").split())


@pytest.mark.parametrize("number", range(1, len(HOSTILE) + 1), ids=lambda i: repr(HOSTILE[i - 1][:20]))
def test_names_are_shown_as_the_text_they_are(parsed: dict[str, Page], number: int) -> None:
    text = visible(HOSTILE[number - 1])
    for path in (
        f"images/{number}.html",
        f"projects/{number}.html",
        f"datasets/{number}.html",
        f"tags/{1000 + number}.html",
    ):
        page = parsed[path]
        shown = visible("".join(page.text))
        titles = [visible(v or "") for _, a in page.elements for n, v in a.items() if n == "title"]
        assert text in shown or text in titles, path
        heading = next(i for i, (tag, _) in enumerate(page.elements) if tag == "h1")
        assert heading, path
        if not text:
            assert ("“" if HOSTILE[number - 1] else "(") in shown, f"{path}: nothing to see"
            assert all(visible(link) for link in page.links), f"{path}: a link without a word"
    assert "49" not in visible("".join(parsed[f"images/{HOSTILE.index('{{ 7*7 }}') + 1}.html"].text)).split()


def test_nothing_is_written_outside_the_site_or_at_an_address_that_a_name_chose(site: Path) -> None:
    assert {path.name for path in site.parent.iterdir()} == {"export", "site"}
    assert {path.name for path in site.parent.parent.iterdir()} == {"within"}
    allowed = re.compile(
        r"(images|projects|datasets|tags)/\d+(-\d+)?\.html|(images|tags|keys)/index\.html|keys/[a-z0-9-]+-[0-9a-f]{16}\.html"
        r"|thumbnails/\d+/\d+\.jpg|data/(cards/\d+/)?[a-z0-9]+\.(js|json|arrow)(\.gz)?|static/.*|[a-z0-9-]+\.(html|json)|\.[a-z-]+"
    )  # fmt: skip
    assert [path for path in tree(site) if not allowed.fullmatch(path)] == []
    assert len([path for path in tree(site) if path.startswith("keys/")]) == len(HOSTILE) + 2


def test_links_lead_somewhere_whatever_things_are_called(site: Path) -> None:
    assert check(site) == []


def test_the_data_is_json_and_the_scripts_around_it_are_scripts(site: Path) -> None:
    titles = {
        document[1] for document in json.loads((site / "data" / "search.json").read_bytes())["documents"]
    }
    assert set(HOSTILE) - {""} <= titles
    for name in ("search", "facets", "text", "cards/0/0"):
        script = (site / "data" / f"{name}.js").read_bytes().decode("utf-8")
        assert (
            script.startswith(f'catalog.receive("{name}",')
            and script.endswith(");\n")
            and script.count("\n") == 1
        )
        assert "\u2028" not in script and "\u2029" not in script
        payload = json.loads(script[len(f'catalog.receive("{name}",') : -3])
        if name == "search":
            assert payload["documents"]
        else:
            (packed,) = (site / "data").glob(f"{name}.*.gz")
            assert base64.b64decode(payload) == packed.read_bytes()
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not there to read the scripts; they were read as JSON")
    for path in [
        *(site / "data").rglob("*.js"),
        *sorted((ROOT / "templates" / "static" / "js").glob("*.js")),
    ]:
        read = subprocess.run([node, "--check", str(path)], capture_output=True, text=True, check=False)
        assert read.returncode == 0, read.stderr


def test_the_explorers_hooks_carry_the_very_text(site: Path, parsed: dict[str, Page]) -> None:
    found: dict[str, set[str]] = {}
    facet = ""
    for _, attributes in parsed["explore.html"].elements:
        facet = attributes.get("data-facet") or facet if "data-facet" in attributes else facet
        if "data-value" in attributes:
            found.setdefault(facet, set()).add(attributes["data-value"] or "")
            assert re.fullmatch(r"\d+", attributes["data-count"] or "")

    def seen(text: str) -> str:
        return text.replace("\x00", "")

    assert {seen(text) for text in found["tag"]} == {seen(text) for text in HOSTILE}
    assert {seen(text) for text in found["owner"]} == {seen(text) for text in HOSTILE}
    assert found["key:key"]


def columns(site: Path, name: str) -> pa.Table:
    content = gzip.decompress((site / "data" / f"{name}.arrow.gz").read_bytes())
    return pa.ipc.open_file(pa.py_buffer(content)).read_all()


def test_keys_of_one_image_are_searched_for_by_their_very_text(site: Path) -> None:
    facets = columns(site, "facets")
    described = json.loads(facets.schema.metadata[b"catalog"])
    names = {f"key:{text}" for text in HOSTILE}
    assert {one["facet"] for one in described["search"]} == names
    texts = columns(site, "text").to_pylist()
    for number, text in enumerate(HOSTILE, 1):
        (row,) = [row for row in texts if row["name"] == text and row[f"key:{text}"] is not None]
        other = HOSTILE[number % len(HOSTILE)]
        assert set(row[f"key:{text}"].split("\x1f")) == {text, other}
