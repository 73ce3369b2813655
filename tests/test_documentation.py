"""What can be typed, chosen or met is documented; `test_settings` and `test_export_read` hold the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from catalog_builder.cli import main
from catalog_builder.site.pages import PAGE_TYPES
from catalog_builder.sources.base import SOURCES
from tests.catalogues import ROOT


def document(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def options() -> Iterator[tuple[str, str]]:
    """(command, option) as they are typed, and (command, '') for the command itself."""
    for name, command in sorted(main.commands.items()):
        yield name, ""
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                yield from ((name, option) for option in parameter.opts if option.startswith("--"))


@pytest.mark.parametrize(("command", "option"), list(options()))
def test_every_command_and_option_is_documented(command: str, option: str) -> None:
    text = document("docs/commands.md")
    if not option:
        assert re.search(rf"`(catalog-builder )?{command}\b[^`\n]*`", text), f"docs/commands.md: {command}"
        return
    sections = re.split(r"^#+ ", text, flags=re.MULTILINE)
    of_command = "".join(
        section for section in sections if re.match(rf"`?(catalog-builder )?{command}\b", section)
    )
    assert re.search(rf"`[^`\n]*{option}\b[^`\n]*`", of_command), f"docs/commands.md: {command}: {option}"


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_and_option_says_what_it_is_for(name: str) -> None:
    command = main.commands[name]
    assert command.help and command.help.splitlines()[0].endswith(".")
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help and parameter.help.endswith((".", ";")), f"{name} {parameter.opts}"


def test_the_documentation_names_no_command_or_option_that_is_none() -> None:
    options_of = {
        name: {o for p in command.params for o in p.opts} for name, command in main.commands.items()
    }
    for name in ("README.md", "docs/commands.md"):
        for line in re.findall(r"catalog-builder ([a-z]+(?:[^\S\n]+[^\n`|&;#]*)?)", document(name)):
            command, *words = line.split()
            if command in options_of:
                for word in words:
                    option = re.match(r"\[?(--[a-z-]+)", word)
                    if option:
                        assert option[1] in options_of[command] | {"--help"}, f"{name}: {line}"


@pytest.mark.parametrize("page_type", PAGE_TYPES)
def test_every_page_type_is_documented(page_type: str) -> None:
    text = document("docs/architecture.md") + document("docs/addresses.md")
    assert re.search(rf"\b{page_type}\b", text, re.IGNORECASE), page_type


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_is_documented(source: str) -> None:
    assert re.search(rf"\b{source}\b", document("docs/architecture.md"), re.IGNORECASE)


def test_every_room_is_in_the_map_of_the_house() -> None:
    text = document("docs/architecture.md")
    rooms = {path.name for path in (ROOT / "catalog_builder").iterdir() if (path / "__init__.py").is_file()}
    for room in sorted(rooms):
        assert f"{room}/" in text, room


def test_links_between_the_documents_lead_somewhere() -> None:
    for path in [*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md")]:
        text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text("utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
            if "://" not in target and not target.startswith("mailto:"):
                assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_the_version_is_in_the_changelog() -> None:
    from catalog_builder import __version__

    assert f"## {__version__}" in document("CHANGELOG.md")
