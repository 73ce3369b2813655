"""The shell: a page that a theme drew once, filled at its holes."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_builder.errors import SiteError
from catalog_builder.site.shell import (
    ADDRESS,
    BODY,
    DESCRIPTION,
    MARKDOWN,
    PLACEHOLDERS,
    SECTION,
    TITLE,
    Shell,
)

DRAWN = (
    f'<title>{TITLE} - Wiki</title><meta content="{DESCRIPTION}"><link href="https://example.org/{ADDRESS}/{ADDRESS}.html">'
    f"<body data-section=\"{SECTION}\"><a href='x' title='{TITLE}'></a><p>{BODY}</p></body>"
)
PLAIN = {
    "title": "T",
    "description": "D",
    "body": "<b>B</b>",
    "address": "images/1.html",
    "section": "browse",
}


def test_every_hole_is_filled_and_the_rest_stays() -> None:
    assert Shell(DRAWN).fill(**PLAIN).decode() == (
        '<title>T - Wiki</title><meta content="D"><link href="https://example.org/images/1.html">'
        "<body data-section=\"browse\"><a href='x' title='T'></a><b>B</b></body>"
    )


@pytest.mark.parametrize("around", ["<p>{}</p>", "<p>\n{}\n</p>", "{}", "<div>{}</div>"])
def test_the_paragraph_that_markdown_makes_goes_with_the_hole(around: str) -> None:
    filled = Shell("<main>" + around.format(BODY) + "</main>").fill(**PLAIN).decode()
    assert "<p>" not in filled and "<b>B</b>" in filled


@pytest.mark.parametrize(
    "drawn", ["", "<html></html>", f"<title>{TITLE}</title>", f"<p>{BODY}</p><p>{BODY}</p>"]
)
def test_a_theme_that_does_not_show_the_content_once_is_a_sentence(drawn: str) -> None:
    with pytest.raises(SiteError, match="does not show a page's content exactly once") as caught:
        Shell(drawn)
    assert "theme `catalog`" in str(caught.value)


class Reader(HTMLParser):
    """What a browser would read: elements, attributes, text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= dict(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(
    st.text(alphabet=st.characters(exclude_characters="\r\0")),
    st.text(alphabet=st.characters(exclude_characters="\r\0")),
)
def test_titles_and_descriptions_are_text_wherever_they_stand(title: str, description: str) -> None:
    filled = Shell(DRAWN).fill(**{**PLAIN, "title": title, "description": description, "body": "<b>BODY</b>"})
    reader = Reader()
    reader.feed(filled.decode())
    assert reader.tags == ["title", "meta", "link", "body", "a", "b"]
    assert reader.attributes["content"] == description.encode("utf-8", "replace").decode()
    assert reader.attributes["title"] == title.encode("utf-8", "replace").decode()


NASTY = [
    "x\\",
    "a\nb",
    "\"quoted\" 'twice'",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "`${alert(1)}`",
    "\u2028\u2029",
]


@pytest.mark.parametrize("quote", ['"', "'", "`"])
@pytest.mark.parametrize("title", NASTY)
def test_in_a_script_a_title_is_part_of_its_string_and_of_nothing_else(title: str, quote: str) -> None:
    script = f"<SCRIPT async>var name = {quote}{TITLE}{quote}, at = {quote}{ADDRESS}{quote};</SCRIPT>"
    filled = Shell(script + DRAWN).fill(**{**PLAIN, "title": title}).decode()
    found = re.match(r"<SCRIPT async>var name = (.)(.*)(.), at = .images/1\.html.;</SCRIPT><title>", filled)
    assert found and found[1] == found[3] == quote, filled
    assert not set(found[2]) & set("\"'`<>\n\u2028\u2029$") - {'"'} and not re.search(r'(?<!\\)"', found[2])
    assert json.loads(f'"{found[2]}"') == title


def test_a_theme_that_prints_the_content_into_a_script_is_a_sentence() -> None:
    with pytest.raises(SiteError, match="exactly once"):
        Shell(f"<script>'{BODY}'</script>{DRAWN}")


@pytest.mark.parametrize("word", [TITLE, BODY, DESCRIPTION, SECTION, ADDRESS, f"{ADDRESS}.html"])
def test_something_that_is_called_like_a_hole_is_text_like_any_other(word: str) -> None:
    shell = Shell(DRAWN)
    filled = shell.fill(
        title=word, description=word, body=f"<p>{word}</p>", address="a.html", section="tags"
    ).decode()
    assert filled.count(word) >= 4
    assert shell.fill(**PLAIN) == Shell(DRAWN).fill(**PLAIN), "filling once leaves nothing behind"


def test_what_utf8_cannot_say_does_not_stop_a_build() -> None:
    assert b"?" in Shell(DRAWN).fill(**{**PLAIN, "title": "\ud800"})


def test_the_placeholder_pages_carry_every_word_and_no_markup() -> None:
    assert {path.count("/") for path in PLACEHOLDERS.values()} == set(PLACEHOLDERS)
    for word in (TITLE, DESCRIPTION, SECTION, BODY):
        assert MARKDOWN.count(word) == 1
        assert word.isalpha() and word.islower(), "no theme, no Markdown and no slug changes it"
