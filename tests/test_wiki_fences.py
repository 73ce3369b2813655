"""Blocks taken out of Markdown and put into what becomes of it, whatever Markdown does in between."""

from __future__ import annotations

import markdown as python_markdown
import pytest

from catalog_builder.site.wiki_fences import put_in, take_out, without

PAGE = """# Title

Before.

```catalog
tags: A
```

## Below

~~~~ {.catalog}
tags: B
~~~
words: c
~~~~
"""

#: As MkDocs has it, and what people put in its place or beside it.
EXTENSIONS = (
    ["fenced_code"],
    ["fenced_code", "codehilite"],
    ["pymdownx.superfences"],
    ["pymdownx.superfences", "pymdownx.highlight"],
    [],
)


def drawn(text: str, extensions: list[str]) -> str:
    """The page as HTML, each block as `[number|content|level]`."""
    taken = take_out(text)
    html = python_markdown.markdown(taken.markdown, extensions=extensions)
    return put_in(html, taken, lambda number, content, level: f"[{number}|{content}|{level}]")


def installed(extensions: list[str]) -> list[str]:
    if any(one.startswith("pymdownx") for one in extensions):
        pytest.importorskip("pymdownx")
    if "codehilite" in extensions or "pymdownx.highlight" in extensions:
        pytest.importorskip("pygments")
    return extensions


@pytest.mark.parametrize("extensions", EXTENSIONS, ids=str)
def test_blocks_are_drawn_where_they_stood(extensions: list[str]) -> None:
    html = drawn(PAGE, installed(extensions))
    assert "[1|tags: A|2]" in html and "[2|tags: B\n~~~\nwords: c|3]" in html
    assert html.index("Before") < html.index("[1|") < html.index("Below") < html.index("[2|")
    assert "<p>[" not in html and "qzcatalog" not in html


@pytest.mark.parametrize("extensions", EXTENSIONS, ids=str)
def test_a_block_in_a_list_stays_in_it(extensions: list[str]) -> None:
    html = drawn("* one\n\n    ```catalog\n    tags: A\n    ```\n\n* two\n", installed(extensions))
    assert html.index("<li>") < html.index("[1|tags: A|2]") < html.index("two")
    assert html.count("<ul>") == 1


@pytest.mark.parametrize("extensions", EXTENSIONS, ids=str)
def test_examples_and_comments_stay_what_they_are(extensions: list[str]) -> None:
    """What is code on the page is code there, and what is in a comment is drawn nowhere."""
    example = "````\n```catalog\ntags: <A>\n```\n````\n"
    indented = "Text:\n\n    ```catalog\n    tags: <A>\n    ```\n"
    comment = "<!-- Take this:\n\n```catalog\ntags: <A>\n```\n-->\n"
    other = "```catalogue\ntags: A\n```\n\n```python\ncatalog\n```\n"
    for text in (example, indented, comment, other):
        html = drawn(text, installed(extensions))
        assert "[1|" not in html and "qzcatalog" not in html, html
        assert "tags: &lt;A&gt;" in html or "tags: A" in html or text is comment, html
    assert "tags:" in drawn(comment, extensions) and "<A>" not in drawn(indented, extensions)


def test_a_fence_that_nothing_closes_is_none() -> None:
    text = "```catalog\ntags: A\n\nMore words.\n``\n"
    assert take_out(text).markdown == text and not take_out(text).fences


def test_a_page_without_blocks_is_untouched() -> None:
    text = "# Title \n\n\n```python\nx = 1\n```\n"
    assert take_out(text).markdown == text
    assert put_in("<p>x</p>", take_out(text), lambda *_: "") == "<p>x</p>"


def test_the_word_that_stands_for_a_block_is_in_no_page() -> None:
    text = "qzcatalogblock0q and qzcatalogblockq1q\n\n```catalog\ntags: A\n```\n"
    taken = take_out(text)
    html = python_markdown.markdown(taken.markdown)
    shown = put_in(html, taken, lambda *_: "[drawn]")
    assert shown.count("[drawn]") == 1 and "qzcatalogblock0q and qzcatalogblockq1q" in shown
    assert without(html, taken).count("qzcatalogblock") == 2


def test_levels_follow_the_headings_and_never_pass_the_last() -> None:
    text = "```catalog\n```\n\n###### Deep\n\n```catalog\n```\n\n```catalog\n```\n"
    html = drawn(text, ["fenced_code"])
    assert "[1||2]" in html and "[2||6]" in html and "[3||6]" in html
