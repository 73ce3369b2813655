"""The house: floors, rooms of a size, and the promises that code is read for rather than run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.catalogues import ROOT

PACKAGE = ROOT / "catalog_builder"
TEMPLATES = ROOT / "templates"

#: Room (a folder, or a file of the ground or the doors) -> floor, as the design has them.
FLOORS = {
    "__init__": 0, "errors": 0, "text": 0, "files": 0, "progress": 0, "collector": 0, "parallel": 0, "runlog": 0,
    "model": 1,
    "settings": 2, "exchange": 2,
    "sources": 3, "publish": 3,
    "derive": 4,
    "site": 5,
    "commands": 6,
    "cli": 7, "mkdocs_plugin": 7, "omero_plugin": 7, "__main__": 7,
}  # fmt: skip
LONGEST_FILE, LONGEST_FUNCTION = 350, 70

MODULES = sorted(PACKAGE.rglob("*.py"))
SCRIPTS = sorted((TEMPLATES / "static" / "js").rglob("*.js"))
SHEETS = sorted((TEMPLATES / "static" / "css").rglob("*.css"))
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "vendor" not in path.parts)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


@cache
def syntax(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, module of ours) for every import, wherever in the file it stands."""
    known = {module_name(one) for one in MODULES}
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Import):
            yield from (
                (node.lineno, one.name) for one in node.names if one.name.split(".")[0] == "catalog_builder"
            )
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{named(path)}:{node.lineno}: imports are absolute"
            if node.module and node.module.split(".")[0] == "catalog_builder":
                for one in node.names:
                    inner = f"{node.module}.{one.name}"
                    yield node.lineno, inner if inner in known else node.module


def test_every_room_has_its_floor() -> None:
    assert {room(module_name(path)) for path in MODULES} == set(FLOORS)


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_room_imports_lower_floors_or_its_own_folder(path: Path) -> None:
    here = room(module_name(path))
    for line, module in imports(path):
        there = room(module)
        allowed = FLOORS[there] < FLOORS[here] or (there == here and path.parent != PACKAGE)
        # The ground's rooms are files of one floor: errors and progress may be used by files.
        allowed = allowed or FLOORS[there] == FLOORS[here] == 0
        # Other ways to the same commands.
        allowed = allowed or (here, there) in (("__main__", "cli"), ("omero_plugin", "cli"))
        assert allowed, (
            f"{named(path)}:{line}: floor {FLOORS[here]} imports {module} of floor {FLOORS[there]}"
        )


def test_a_source_imports_no_other_source() -> None:
    for path in (PACKAGE / "sources").rglob("*.py"):
        for line, module in imports(path):
            if module.startswith("catalog_builder.sources."):
                other = module.split(".")[2]
                own = path.relative_to(PACKAGE / "sources").parts[0].removesuffix(".py")
                assert other in (own, "base", "pictures"), f"{named(path)}:{line}: {module}"


def test_no_circles() -> None:
    graph = {module_name(path): {module for _, module in imports(path)} for path in MODULES}
    done: set[str] = set()

    def visit(module: str, way: list[str]) -> None:
        if module in way:
            raise AssertionError(" -> ".join([*way[way.index(module) :], module]))
        if module not in done:
            for other in sorted(graph.get(module, ())):
                visit(other, [*way, module])
            done.add(module)

    for module in sorted(graph):
        visit(module, [])


def test_the_build_imports_neither_a_source_nor_the_publishing_rules() -> None:
    """So it cannot leak what the export does not hold."""
    graph = {module_name(path): {module for _, module in imports(path)} for path in MODULES}
    reached: set[str] = set()
    waiting = ["catalog_builder.commands.build", "catalog_builder.mkdocs_plugin"]
    while waiting:
        module = waiting.pop()
        if module not in reached:
            reached.add(module)
            waiting.extend(graph.get(module, ()))
    leaks = [module for module in reached if room(module) in ("sources", "publish")]
    assert not leaks


def test_the_core_knows_no_mkdocs_and_no_omero() -> None:
    for path in MODULES:
        for node in ast.walk(syntax(path)):
            modules = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for module in modules:
                foreign = module.split(".")[0]
                where = f"{named(path)}:{node.lineno}"
                if foreign in ("mkdocs", "properdocs"):
                    assert room(module_name(path)) in ("mkdocs_plugin", "commands"), where
                if foreign in ("omero", "Ice", "Glacier2", "omero_model"):
                    inside = path.is_relative_to(PACKAGE / "sources" / "omero")
                    assert inside or path.name == "omero_plugin.py", where


def test_only_the_border_makes_what_may_be_written() -> None:
    """`PublishedCatalogue(...)` is called in publish/redact.py alone; nobody gets one by another way."""
    makers = set()
    for path in [*MODULES, *sorted((ROOT / "tests").rglob("*.py"))]:
        for node in ast.walk(syntax(path)):
            if isinstance(node, ast.Call):
                called = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                if called == "PublishedCatalogue":
                    makers.add(named(path))
    assert makers == {"catalog_builder/publish/redact.py"}


def test_only_one_room_touches_the_site_folder() -> None:
    """`site/` makes text; what writes or deletes files there is write.py."""
    touching = {
        "write_text",
        "write_bytes",
        "unlink",
        "mkdir",
        "makedirs",
        "rmdir",
        "rename",
        "open",
        "rmtree",
    }
    touching |= {"write_whole", "write_changed"}
    for path in (PACKAGE / "site").glob("*.py"):
        calls = [node for node in ast.walk(syntax(path)) if isinstance(node, ast.Call)]
        for node in calls if path.name != "write.py" else ():
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            assert called not in touching, f"{named(path)}:{node.lineno}: {called}"
    for folder in ("derive", "model"):
        for path in (PACKAGE / folder).glob("*.py"):
            imported = [node.module for node in ast.walk(syntax(path)) if isinstance(node, ast.ImportFrom)]
            assert "pathlib" not in imported, f"{named(path)}: reads or writes files"


@pytest.mark.parametrize("path", [*MODULES, *SCRIPTS], ids=named)
def test_no_file_is_longer_than_can_be_kept_in_mind(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_function_is_longer_than_a_screen(path: Path) -> None:
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < LONGEST_FUNCTION, (
                f"{named(path)}:{node.lineno}: {node.name}"
            )


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_print_and_exit_are_for_the_command_line_and_errors_are_not_swallowed(path: Path) -> None:
    for node in ast.walk(syntax(path)):
        where = f"{named(path)}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Call) and path.name != "cli.py":
            assert getattr(node.func, "id", "") not in ("print", "exit", "quit"), where
            assert ast.unparse(node.func) not in ("sys.exit", "os._exit", "click.echo"), where
        if isinstance(node, ast.ExceptHandler):
            kind = ast.unparse(node.type) if node.type else "BaseException"
            if kind in ("Exception", "BaseException"):
                raises = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
                assert raises, f"{where}: swallows everything"


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    text = ast.get_docstring(syntax(path)) or ""
    assert text and text.splitlines()[0].endswith((".", ":", ";", ",")), named(path)
    assert path.stem not in ("utils", "helpers", "common", "util", "misc")


# The front end.

#: What puts text into a page as markup, or runs it.
MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function\(|createContextualFragment"
    r"|setTimeout\(\s*[\"'`]|\.srcdoc|DOMParser|setHTMLUnsafe"
)


@pytest.mark.parametrize("path", SCRIPTS, ids=named)
def test_no_script_makes_markup_of_text_or_asks_another_host(path: Path) -> None:
    text = path.read_text("utf-8")
    code = re.sub(
        r"/\*.*?\*/|(?<!:)//[^\n]*", lambda found: "\n" * found.group().count("\n"), text, flags=re.DOTALL
    )
    assert not MARKUP.search(code), MARKUP.search(code)
    assert not re.search(r"https?://(?!www\.w3\.org/)", code)
    assert not re.search(r"^\s*(import|export)\b", code, re.MULTILINE), (
        "module scripts are blocked from file://"
    )


#: The plan is one file that needs nothing beside it: its styles stand within, and its policy allows them alone.
ALONE = ROOT / "templates" / "plan" / "plan.html"


@pytest.mark.parametrize("path", [page for page in PAGES if page != ALONE], ids=named)
def test_no_template_holds_script_or_style_or_loads_from_elsewhere(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    for script in re.findall(r"<script\b([^>]*)>(.*?)</script>", text, re.DOTALL | re.IGNORECASE):
        assert "src=" in script[0] and not script[1].strip(), f"{named(path)}: a script in the page"
    assert not re.search(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text, re.IGNORECASE)
    assert not re.search(
        r"(src|href|action|srcset|poster|data)\s*=\s*[\"']?\s*(https?:)?//", text, re.IGNORECASE
    )
    # `tojson` and links are made in Python; `safe` would let OMERO's text through as markup.
    assert not re.search(r"\|\s*safe\b|autoescape\s+false|Markup", text)


@pytest.mark.parametrize("path", SHEETS, ids=named)
def test_no_style_sheet_loads_from_elsewhere(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert not re.search(r"@import|https?://|url\(\s*[\"']?//", text)


def test_everything_in_mkdocs_own_environment_is_escaped_by_hand() -> None:
    """That environment does not escape: what is written out there carries `|e`, `|url`, or is markup on purpose."""
    ours = {"title|lower", "title", "name", "root", "address"}  # the program's own words
    markup = {
        "page.content",
        "script|script_tag",
        "path|url",
        "nav_items(nav)",
        "nav_items(item.children)",
    } | ours
    for path in sorted((TEMPLATES / "theme").glob("*.html")):
        for found in re.findall(r"\{\{-?(.*?)-?\}\}", path.read_text("utf-8"), re.DOTALL):
            expression = found.strip()
            safe = expression.endswith(("|e", "|url", "|script_tag")) or expression in markup
            safe = safe or expression.startswith("config.theme.locale")
            assert safe, f"{named(path)}: {{{{ {expression} }}}} is written out as it is"
