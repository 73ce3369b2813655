"""Settings: every problem in one message, each with file, key and remedy; and a starter that says what holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_origin, get_type_hints

import msgspec
import pytest
import yaml

from catalog_builder.errors import SettingsError
from catalog_builder.settings.options import FacetSetting, Previews, Read, Section, Settings, Thumbnails
from catalog_builder.settings.read import load_settings, parse_rules, parse_settings
from tests.catalogues import ROOT

FILE = Path("site_config/catalog.yml")
STARTER = ROOT / "site_config" / "catalog.yml"


def problems(text: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        parse_settings(text, FILE)
    found = list(caught.value.problems)
    assert str(caught.value) == "\n".join(found)
    assert all(problem.startswith(f"{FILE}:") and "\n" not in problem for problem in found)
    return found


def options(section: type[Section] = Settings, prefix: str = "") -> Iterator[tuple[str, str]]:
    """(dotted name, description) of every option."""
    for name, hint in get_type_hints(section, include_extras=True).items():
        inner, *notes = get_args(hint)
        (note,) = [note for note in notes if isinstance(note, msgspec.Meta)]
        yield prefix + name, note.description or ""
        part = get_args(inner)[0] if get_origin(inner) is tuple else inner
        if isinstance(part, type) and issubclass(part, Section):
            yield from options(part, f"{prefix}{name}.")


def test_an_empty_file_and_one_of_comments_mean_the_defaults() -> None:
    assert parse_settings("", FILE) == parse_settings("# nothing\n", FILE) == Settings()


@pytest.mark.parametrize(
    "value",
    [
        "2026-02-30", '!!int "x"', '!!int ""', '!!float "x"', '!!timestamp "x"', "!!bool x", "9" * 5_000,
        "0x" + "f" * 5_000, '!!binary "ä"', "!!omap 1", "1" + ":59" * 3_000, "!!set [1]",
        "2026-01-01T25:00:00Z", "2026-01-01 00:00:00+99:99",
    ],
)  # fmt: skip
def test_a_value_that_yaml_chokes_on_is_one_sentence(value: str) -> None:
    (problem,) = problems(f"cite: {value}\n")
    assert len(problem) < 400


def test_every_line_may_be_left_out() -> None:
    assert parse_settings("read: {groups: [A, B]}\nthumbnails: {size: 96}", FILE) == Settings(
        read=Read(groups=("A", "B")), thumbnails=Thumbnails(size=96)
    )


@pytest.mark.parametrize("size", [0, 512, 1000, 2048])
def test_previews_have_512_to_2048_pixels_or_there_are_none(size: int) -> None:
    assert parse_settings(f"previews: {{size: {size}}}", FILE).previews == Previews(size=size)


def test_an_unknown_option_names_the_one_that_was_meant() -> None:
    (problem,) = problems("titel: Mine")
    assert ": titel: there is no such option; did you mean `title`?" in problem
    (problem,) = problems("thumbnails: {sice: 96}")
    assert ": thumbnails.sice: " in problem and "`size`" in problem
    (problem,) = problems("qqqqqq: 1")
    assert ": qqqqqq: " in problem and "remove the line" in problem


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("title: 12", "title"),
        ("title:", "title"),
        ("title: [a]", "title"),
        ("accent: red", "accent"),
        ('accent: "#12345"', "accent"),
        ("licence: CC0", "licence"),
        ("licence: {url: javascript:alert(1)}", "licence.url"),
        ("imprint: example.org", "imprint"),
        ("privacy: 'javascript://example.org/%0aalert(1)'", "privacy"),
        ("omero_web: omero.example.org", "omero_web"),
        ("page_size: 1", "page_size"),
        ("page_size: 1000", "page_size"),
        ("page_size: sixty", "page_size"),
        ("thumbnails: {mode: fast}", "thumbnails.mode"),
        ("thumbnails: {size: 12}", "thumbnails.size"),
        ("thumbnails: [batch]", "thumbnails"),
        ("previews: {size: 511}", "previews.size"),
        ("previews: {size: 2049}", "previews.size"),
        ("previews: {size: -1}", "previews.size"),
        ("previews: {size: large}", "previews.size"),
        ("previews: 1024", "previews"),
        ("read: {groups: Lab}", "read.groups"),
        ("read: {projects: [twelve]}", "read.projects"),
        ("read: {datasets: {1: 2}}", "read.datasets"),
        ("read:", "read"),
        ("facets: tag", "facets"),
        ("facets: {facet: tag}", "facets"),
        ("facets: [tag]", "facets.1"),
        ("facets: [{facet: tag}, {facet: owner, kind: bars}]", "facets.2.kind"),
        ("facets: [{facet: tag, kind: true}]", "facets.1.kind"),
        ("facets: [{facet: ''}]", "facets.1.facet"),
        ("facets: [{facet: 12}]", "facets.1.facet"),
    ],
)
def test_a_wrong_value_is_named_by_its_whole_key_with_what_would_fit(text: str, key: str) -> None:
    (problem,) = problems(text)
    assert problem.startswith(f"{FILE}: {key}: ")
    assert "does not fit" in problem or "must hold" in problem


def test_a_facet_without_its_name_and_one_of_an_unknown_option_are_named_by_their_place() -> None:
    found = problems("facets: [{facet: tag}, {label: Mine}, {facet: owner, lable: x}]")
    assert [problem.split(": ")[1] for problem in found] == ["facets.2.facet", "facets.3.lable"]
    assert "is missing; add `facet: ...`" in found[0] and "`label`" in found[1]


def test_facets_are_read_in_order_and_yaml_does_not_make_a_false_of_off() -> None:
    text = "facets:\n- facet: key:Compound\n  label: Mine\n- {facet: owner, kind: off}\n- {facet: tag, kind: 'off'}"
    assert parse_settings(text, FILE).facets == (
        FacetSetting(facet="key:Compound", label="Mine"),
        FacetSetting(facet="owner", kind="off"),
        FacetSetting(facet="tag", kind="off"),
    )
    assert parse_rules("comments: off", FILE).comments is False


def test_a_wrong_value_is_shown_but_not_at_any_length() -> None:
    (problem,) = problems("accent: " + "x" * 5000)
    assert "'xxxx" in problem and len(problem) < 400


def test_all_problems_come_at_once_in_the_order_of_the_file() -> None:
    found = problems(
        "titel: x\naccent: red\nread: {grups: [], projects: [a]}\nthumbnails: {size: 1, mode: z}\n1: 2"
    )
    assert [re.split(": ", problem)[1] for problem in found] == [
        "titel", "accent", "read.grups", "read.projects", "thumbnails.size", "thumbnails.mode", "1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "password: hunter2", "host: omero.example.org", "omero_password: hunter2", "user: ada", "session: hunter2",
        "OMERO_PASSWORD: hunter2", "port: 4064", "read: {password: hunter2}", "server: omero.example.org",
    ],
)  # fmt: skip
def test_a_login_is_refused_is_not_shown_and_the_environment_is_named(line: str) -> None:
    (problem,) = problems(line)
    assert "OMERO_PASSWORD" in problem and "remove this line" in problem
    assert "hunter2" not in problem and "example.org" not in problem


@pytest.mark.parametrize(
    "text",
    ["title: [", "\ttitle: x", "a: b: c", "title: 'x",
     "title: !!python/object:os.system x", "? [a]\n: b", "title: \x07",
     "[" * 3000, "&a [*a", "title: *gone", "%YAML 9"],
)  # fmt: skip
def test_what_is_not_yaml_is_one_sentence(text: str) -> None:
    (problem,) = problems(text)
    assert len(problem) < 300


@pytest.mark.parametrize("text", ["- a\n- b", "just words", "12", "true"])
def test_yaml_that_is_no_list_of_options_is_one_sentence(text: str) -> None:
    (problem,) = problems(text)
    assert "`option: value`" in problem


def test_two_documents_are_one_sentence() -> None:
    assert len(problems("title: a\n---\ntitle: b")) == 1


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    (tmp_path / "catalog.yml").write_bytes(b"\xef\xbb\xbftitle: Mine\n")
    assert load_settings(tmp_path / "catalog.yml").settings.title == "Mine"


# Files.


def test_the_settings_beside_one_are_found_without_being_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings(None).settings.title == Settings().title
    (tmp_path / "site_config").mkdir()
    (tmp_path / "site_config" / "catalog.yml").write_text("title: Mine")
    assert load_settings(None).settings.title == "Mine"


@pytest.mark.parametrize("content", [None, b"title: \xff", b"mkdocs: gone.yml"])
def test_a_file_that_cannot_be_used_is_one_sentence(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "catalog.yml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        load_settings(path)
    assert len(caught.value.problems) == 1 and str(path) in str(caught.value)


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path)


# The starter, which is also the documentation that everybody reads first.


def test_the_starter_is_the_programs_own_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    starter = load_settings(STARTER)
    # The file beside it is named there, so that people find it; where nothing is named it is the same one.
    assert msgspec.structs.replace(starter.settings, mkdocs="") == Settings()
    monkeypatch.chdir(tmp_path)
    assert starter.mkdocs == load_settings(None).mkdocs


def test_the_starter_names_every_option_once_with_a_comment() -> None:
    content = yaml.safe_load(STARTER.read_text("utf-8"))
    lines = STARTER.read_text("utf-8").splitlines()
    for dotted, _ in options():
        holder = content
        for part in dotted.split("."):
            if isinstance(holder, list):  # empty: what would stand in it is an example in the comment
                assert re.search(rf"^# .*\b{part}: ", STARTER.read_text("utf-8"), re.MULTILINE), dotted
                break
            assert part in holder, f"site_config/catalog.yml: {dotted} is missing"
            holder = holder[part]
    for number, line in enumerate(lines):
        if re.match(r"\w+:", line) and not re.match(r"(privacy):", line):
            assert lines[number - 1].startswith("#"), (
                f"site_config/catalog.yml: line {number + 1} has no comment"
            )


@pytest.mark.parametrize(("name", "described"), list(options()))
def test_every_option_is_described_and_documented(name: str, described: str) -> None:
    assert described.endswith("."), f"{name}: its description is a sentence"
    text = (ROOT / "docs" / "settings.md").read_text("utf-8")
    section, _, last = name.rpartition(".")
    assert f"`{name}`" in text or (section and f"`{section}`" in text and f"`{last}`" in text), name


def test_the_demos_settings_are_good() -> None:
    loaded = load_settings(ROOT / "site_config" / "demo" / "catalog.yml")
    assert loaded.mkdocs.is_file() and loaded.settings.label == "demo"
