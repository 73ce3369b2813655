"""Scripts and style sheets: the small files of the source, a room each, as the few that pages load.

A page of fifty scripts waits fifty times for a server far away, and its comments weigh more than its code.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from rjsmin import jsmin

from catalog_builder.files import shipped

#: Script of the site -> those of the source, without ending, in the order in which they run.
SCRIPTS = {
    "catalog": ("catalog", "loader", "fold", "wording", "finder", "search", "page"),
    "enlarge": ("zoom", "close-up", "lightbox", "enlarge"),
    "image": ("stencil", "image-words", "image-record", "image-page"),
    "plate": ("plate-data", "plate-panel", "plate"),
    "explorer": (
        *("query", "table", "bits", "columns", "counting", "conditions", "order", "branches", "texts"),
        *("text-search", "facets", "measures", "bins", "facet-order", "facet-rows", "facet-tree"),
        *("facet-range", "facet-asking", "facet-view", "facet-panel", "chips", "drawer", "scroll-map"),
        *("virtual-rows", "virtual-grid", "zoom", "close-up", "lightbox", "card-store", "image-cards"),
        *("grid-view", "table-columns", "table-view", "branch-state", "tree-view", "pieces", "plate-maps"),
        *("plates-view", "menu", "group-menu", "column-menu", "toolbar", "csv", "take-away", "extras"),
        *("results", "address-bar", "place", "explorer"),
    ),
}

#: Style sheet of the site -> those of the source, in the order in which they hold.
STYLES = {
    "catalog": ("catalog", "charts"),
    "frame": ("frame", "search"),
    "explorer": ("explorer", "facets", "views", "lightbox"),
}

#: Says where the comments are, first in every script.
_HEAD = "/* catalog-builder. Put together from the files of its source, where they are explained. */\n"


def static_files() -> Iterator[tuple[str, bytes]]:
    """All of `templates/static`: path below `static/`, content. Released packages stay as they are."""
    root = shipped("templates", "static")
    for name, parts in SCRIPTS.items():
        scripts = "\n".join(str(jsmin(_text(root / "js" / f"{part}.js"))) for part in parts)
        yield f"js/{name}.js", f"{_HEAD}{scripts}\n".encode()
    for name, parts in STYLES.items():
        sheets = "\n".join(_text(root / "css" / f"{part}.css") for part in parts)
        yield f"css/{name}.css", sheets.encode()
    within = {f"js/{part}.js" for part in chain(*SCRIPTS.values())}
    # A page that is enlarged elsewhere needs that sheet by itself, too.
    within |= {f"css/{part}.css" for part in chain(*STYLES.values())} - {"css/lightbox.css"}
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        name = path.relative_to(root).as_posix()
        if name not in within:
            yield name, path.read_bytes()


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
