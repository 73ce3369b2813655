"""Reads settings files; reports everything that is wrong in one message, each with file, key and remedy."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

import msgspec
import yaml

from catalog_builder.errors import SettingsError
from catalog_builder.files import shipped
from catalog_builder.settings.options import Section, Settings
from catalog_builder.settings.rules import Rules

AnySection = TypeVar("AnySection", bound=Section)

DEFAULT = Path("site_config/catalog.yml")

#: The publishing rules, beside the settings.
RULES = "publish.yml"

#: What was an option once, and where it stands now.
_MOVED = {"publish": f"stands in {RULES} now, beside this file; write it there and remove it here."}

#: Things people look for here and must not find: a settings file is shared and committed.
_SECRET = re.compile(
    r"(?i)^(omero_)?(host|port|server|user|username|login|password|passwd|session|key|token)$"
)


class Loaded(NamedTuple):
    """Settings and the folder that relative paths in them start from."""

    settings: Settings
    mkdocs: Path
    """The MkDocs settings file."""


def settings_file(path: Path | None) -> Path:
    """`path`; where None, `site_config/catalog.yml` if it exists, else the shipped one."""
    if path is not None:
        return path
    return DEFAULT if DEFAULT.is_file() else shipped("site_config", "catalog.yml")


def load_settings(path: Path | None) -> Loaded:
    """The settings of `path`; where None, of `site_config/catalog.yml` if it exists, else the shipped ones."""
    path = settings_file(path)
    settings = parse_settings(_read(path), path)
    mkdocs = path.parent / settings.mkdocs if settings.mkdocs else shipped("site_config", "mkdocs.yml")
    if not mkdocs.is_file():
        raise SettingsError(
            [
                f"{path}: mkdocs: there is no file {str(mkdocs)!r}; "
                "correct the path or run `catalog-builder init`."
            ]
        )
    return Loaded(settings, mkdocs)


def load_rules(path: Path | None, config: Path | None) -> Rules:
    """The publishing rules of `path`; where None, of `publish.yml` beside the settings `config`, else the shipped."""
    if path is None:
        beside = settings_file(config).with_name(RULES)
        path = beside if beside.exists() else shipped("site_config", RULES)
    return parse_rules(_read(path, "--rules"), path)


def parse_settings(text: str, path: Path) -> Settings:
    """Settings from YAML text; `path` is for the messages. Raises SettingsError with every problem."""
    return parse(_yaml(text, path), path, Settings)


def parse_rules(text: str, path: Path) -> Rules:
    """The same for the publishing rules."""
    return parse(_yaml(text, path), path, Rules)


def yaml_of(path: Path) -> Any:
    """What the YAML of a settings file holds."""
    return _yaml(_read(path), path)


def parse(content: Any, path: Path, section: type[AnySection]) -> AnySection:
    """Settings from what YAML holds; `path` is for the messages. Raises SettingsError with every problem."""
    if content is None:
        return section()
    content = _off(content, section)
    problems = list(_problems(content, section, path, ""))
    if problems:
        raise SettingsError(problems)
    return msgspec.convert(content, section)


def _yaml(text: str, path: Path) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "is not YAML"
        raise SettingsError(
            [f"{path}:{where} cannot be understood ({problem}); check indents and quotes."]
        ) from None
    except RecursionError:
        raise SettingsError(
            [f"{path}: is nested too deeply; start afresh with `catalog-builder init`."]
        ) from None
    except (ValueError, TypeError, AttributeError, OverflowError, LookupError) as error:
        # What PyYAML lets out of values that look like a date or a number and are none: 2026-02-30, !!int x.
        raise SettingsError(
            [f"{path}: holds a value that is no date or number ({_shown_error(error)}); put it in quotes."]
        ) from None


def _read(path: Path, option: str = "--config") -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SettingsError(
            [f"{path}: there is no such file; correct {option} or run `catalog-builder init`."]
        ) from None
    except UnicodeDecodeError:
        raise SettingsError([f"{path}: is not UTF-8 text; save it as UTF-8."]) from None
    except OSError as error:
        raise SettingsError([f"{path}: cannot be read ({error.strerror}); check its rights."]) from None


def _off(content: Any, section: type[Section]) -> Any:
    """The same with the word `off` where YAML has made a false of it and the option knows the word."""
    if not isinstance(content, dict):
        return content
    hints = get_type_hints(section, include_extras=True)
    found = dict(content)
    for name in content.keys() & hints.keys():
        nested, listed = _section(hints[name])
        if nested and listed and isinstance(content[name], list):
            found[name] = [_off(one, nested) for one in content[name]]
        elif nested and not listed:
            found[name] = _off(content[name], nested)
        elif content[name] is False and "off" in get_args(_bare(hints[name])):
            found[name] = "off"
    return found


def _problems(content: object, section: type[Section], path: Path, prefix: str) -> Iterator[str]:
    if not isinstance(content, dict):
        where = prefix.rstrip(".") or "the file"
        yield f"{path}: {where}: must hold `option: value` lines, not {_shown(content)}."
        return
    hints = get_type_hints(section, include_extras=True)
    for name, value in content.items():
        key = f"{prefix}{name}"
        if name not in hints:
            moved = _MOVED.get(key) if section is Settings else None
            yield f"{path}: {key}: {moved or _unknown(str(name), hints)}"
            continue
        nested, listed = _section(hints[name])
        if nested and not listed:
            yield from _problems(value, nested, path, f"{key}.")
            continue
        if nested and isinstance(value, list):
            for place, one in enumerate(value, 1):
                yield from _problems(one, nested, path, f"{key}.{place}.")
            continue
        if not _fits(value, section, name, hints[name]):
            yield f"{path}: {key}: {_wrong(value, hints[name])}"
    for field in msgspec.structs.fields(section):
        if field.required and field.name not in content:
            yield f"{path}: {prefix}{field.name}: is missing; add `{field.name}: ...`. {_described(hints[field.name])}"


def _fits(value: object, section: type[Section], name: str, hint: Any) -> bool:
    """Whether a value is of its option's type, and keeps the section's own rules."""
    try:
        converted = msgspec.convert(value, hint)
        if not any(field.required for field in msgspec.structs.fields(section)):
            section(**{name: converted})
    except (msgspec.ValidationError, ValueError):
        return False
    return True


def _unknown(name: str, options: dict[str, Any]) -> str:
    if _SECRET.match(name):
        return (
            "never stands in the settings; set the environment variable "
            "(OMERO_HOST, OMERO_PORT, OMERO_USER, OMERO_PASSWORD or OMERO_SESSION) and remove this line."
        )
    near = difflib.get_close_matches(name, options, n=1)
    return f"there is no such option; {f'did you mean `{near[0]}`?' if near else 'remove the line.'}"


def _section(hint: Any) -> tuple[type[Section] | None, bool]:
    """The part of the file that an option holds, if it holds one, and whether it holds a list of such."""
    inner = _bare(hint)
    listed = get_origin(inner) is tuple
    part = _bare(get_args(inner)[0]) if listed else inner
    return (part if isinstance(part, type) and issubclass(part, Section) else None), listed


def _wrong(value: object, hint: Any) -> str:
    return f"{_shown(value)} does not fit: it must be {_expected(_bare(hint))}. {_described(hint)}".rstrip()


def _described(hint: Any) -> str:
    notes = (note.description for note in get_args(hint)[1:] if isinstance(note, msgspec.Meta))
    return next(notes, None) or ""


def _expected(wanted: Any) -> str:
    """A type, in words that somebody who edits YAML knows."""
    if get_origin(wanted) is Literal:
        return "one of " + ", ".join(map(str, get_args(wanted)))
    if get_origin(wanted) is tuple:
        lists: dict[Any, str] = {
            int: "a list of ids, such as [12, 51]",
            str: "a list, such as [one, two]",
            str | int: "a list of names and ids, such as [Mitosis *, 51]",
        }
        inner = _bare(get_args(wanted)[0])
        if get_origin(inner) is Literal:
            return "a list of some of " + ", ".join(map(str, get_args(inner)))
        return lists.get(inner, "a list of `- option: value` lines")
    if get_origin(wanted) is dict:
        return "lines such as `Cell line: [HeLa, U2OS]`"
    numbers = {bool: "true or false", int: "a whole number", float: "a number"}
    return numbers.get(wanted, "text, as described here")


def _bare(hint: Any) -> Any:
    return get_args(hint)[0] if get_origin(hint) is not None and hasattr(hint, "__metadata__") else hint


def _shown_error(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__


def _shown(value: object) -> str:
    try:
        text = repr(value)
    except ValueError:  # Python writes out no number of more than 4,300 digits
        return "a number too long to show"
    return text if len(text) <= 60 else text[:57] + "..."
