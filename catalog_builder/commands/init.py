"""`init`: starter settings and a starter wiki, every line commented."""

from __future__ import annotations

from pathlib import Path

from catalog_builder.errors import CatalogError
from catalog_builder.files import shipped, write_whole

#: What a starter consists of, within `site_config/`.
STARTER = ("catalog.yml", "publish.yml", "mkdocs.yml", "wiki/index.md", "wiki/about.md")


def init(folder: Path) -> list[Path]:
    """Write the starter files to `folder`/site_config; refuses, touching nothing, where one is there already."""
    targets = {folder / "site_config" / name: shipped("site_config", *name.split("/")) for name in STARTER}
    if there := [path for path in targets if path.exists()]:
        raise CatalogError(f"{there[0]}: is there already; edit it, or name another folder: `init FOLDER`.")
    for target, source in targets.items():
        write_whole(target, source.read_bytes())
    return list(targets)
