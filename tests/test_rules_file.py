"""`publish.yml`: every mistake in one message, a starter that says what holds, and where the file is found."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
import yaml

from catalog_builder.commands.init import init
from catalog_builder.errors import SettingsError
from catalog_builder.settings.read import load_rules, load_settings, parse_rules, parse_settings
from catalog_builder.settings.rules import Names, Rules, Tagged, Things
from tests.catalogues import ROOT
from tests.test_settings import options

FILE = Path("site_config/publish.yml")
STARTER = ROOT / "site_config" / "publish.yml"


def problems(text: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        parse_rules(text, FILE)
    found = list(caught.value.problems)
    assert all(problem.startswith(f"{FILE}: ") and "\n" not in problem for problem in found)
    return found


def test_the_starter_is_the_programs_own_defaults() -> None:
    assert parse_rules(STARTER.read_text("utf-8"), STARTER) == Rules() == parse_rules("", FILE)


def test_the_starter_names_every_option() -> None:
    content = yaml.safe_load(STARTER.read_text("utf-8"))
    for dotted, _ in options(Rules):
        holder = content
        for part in dotted.split("."):
            if holder == []:  # what would stand in it is an example in the comment
                assert re.search(rf"^# .*\b{part}: ", STARTER.read_text("utf-8"), re.MULTILINE), dotted
                break
            holder = holder[0] if isinstance(holder, list) else holder
            assert part in holder, f"site_config/publish.yml: {dotted} is missing"
            holder = holder[part]


@pytest.mark.parametrize(("name", "described"), list(options(Rules)))
def test_every_option_is_described_and_documented(name: str, described: str) -> None:
    assert described.endswith("."), f"{name}: its description is a sentence"
    text = (ROOT / "docs" / "publishing.md").read_text("utf-8")
    for part in name.split("."):
        assert f"`{part}`" in text, name


def test_every_rule_can_be_written() -> None:
    text = """
groups: {allow: [Lab], deny: [Old *]}
projects: {allow: [51, Mitosis *]}
tagged: {only: [public], never: [], until: [Embargo until]}
people: none
by_others: []
mask: []
comments: on
"""
    assert parse_rules(text, FILE) == msgspec.structs.replace(
        Rules(),
        groups=Names(allow=("Lab",), deny=("Old *",)),
        projects=Things(allow=(51, "Mitosis *")),
        tagged=Tagged(only=("public",), never=(), until=("Embargo until",)),
        people="none",
        by_others=(),
        mask=(),
        comments=True,
    )


@pytest.mark.parametrize(
    ("text", "key", "word"),
    [
        ("gruops: {}", "gruops", "`groups`"), ("groups: [Lab]", "groups", "option: value"),
        ("groups: {alow: []}", "groups.alow", "`allow`"), ("people: initial", "people", "full, initials, none"),
        ("projects: {allow: [1.5]}", "projects.allow", "names and ids"),
        ("tags: {deny: [5]}", "tags.deny", "[one, two]"),
        ("by_others: [tag]", "by_others", "tags, key_values"), ("comments: 1", "comments", "true or false"),
        ("mask: [{pattern: '('}]", "mask.1.pattern", "regular expression"),
        ("mask: [{pattern: 'x*'}]", "mask.1.pattern", "'x*'"),
        ("mask: [x]", "mask.1", "option: value"), ("tagged: {until: 2027-01-01}", "tagged.until", "[one, two]"),
        ("where: [{keys: [a]}]", "where.1.keys", "Cell line"), ("where: [{keys: {a: b}}]", "where.1.keys", "Cell line"),
        ("password: hunter2", "password", "OMERO_PASSWORD"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence(text: str, key: str, word: str) -> None:
    (problem,) = problems(text)
    assert problem.startswith(f"{FILE}: {key}: ") and word in problem and "hunter2" not in problem


def test_all_mistakes_come_at_once() -> None:
    assert len(problems("people: some\nkeys: {alow: []}\nlinked: maybe")) == 3


def test_what_was_in_the_settings_once_says_where_it_went() -> None:
    with pytest.raises(SettingsError, match=r"publish: stands in publish.yml now"):
        parse_settings("publish: {comments: true}", Path("catalog.yml"))


def test_the_rules_beside_the_settings_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_rules(None, None) == Rules()
    init(Path())
    assert load_rules(None, None) == Rules() and load_settings(None).settings
    (tmp_path / "site_config" / "publish.yml").write_text("people: full")
    assert load_rules(None, None).people == "full"
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "catalog.yml").write_text("")
    assert load_rules(None, Path("other/catalog.yml")) == Rules(), (
        "nothing beside: the starter's, not another's"
    )
    (tmp_path / "mine.yml").write_text("people: none")
    assert load_rules(Path("mine.yml"), Path("other/catalog.yml")).people == "none"


def test_rules_that_are_named_and_not_there_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--rules"):
        load_rules(tmp_path / "gone.yml", None)


def test_a_folder_where_the_rules_should_be_is_no_reason_to_publish_by_the_starters(tmp_path: Path) -> None:
    (tmp_path / "publish.yml").mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        load_rules(None, tmp_path / "catalog.yml")
