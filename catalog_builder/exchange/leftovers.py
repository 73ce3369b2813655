"""Files that an export wrote and its manifest does not name: what earlier runs left, and runs that died.

They must go: the picture of an image that was withdrawn since has no business in a folder that is published.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from contextlib import suppress
from pathlib import Path

from catalog_builder.errors import CatalogError
from catalog_builder.exchange.read import Export
from catalog_builder.exchange.schema import MANIFEST, PICTURE_FOLDERS, STREAMS

#: What a run may clear away once no manifest names it: shards and pictures, by the names they are given.
OURS = re.compile(
    rf"(?:{'|'.join(STREAMS)})/\d+-[0-9a-f]{{8}}\.jsonl"
    rf"|(?:{'|'.join(PICTURE_FOLDERS.values())})/\d+/\d+-[0-9a-f]{{8}}\.jpg"
)

#: A file that was on its way to its place when a run was killed.
_LEFT_ASIDE = re.compile(r"\..+\.part")


def unnamed_files(folder: Path, named: Container[str]) -> Iterator[str]:
    """Paths of our files that are not in `named`; nobody else's files, wherever they lie."""
    for path in _everything(folder):
        name = path.relative_to(folder).as_posix()
        if _is_unnamed(name, named):
            yield name


def remove_unnamed(folder: Path, named: Container[str]) -> None:
    """Clear away what `unnamed_files` finds, and the folders that are empty then."""
    for path in _everything(folder):
        if path.is_dir() and not path.is_symlink():
            with suppress(OSError):  # not empty: it still holds named files
                path.rmdir()
        elif _is_unnamed(path.relative_to(folder).as_posix(), named):
            path.unlink(missing_ok=True)


def clear_unfinished(folder: Path, *, pictures: bool = True) -> None:
    """After a run that failed: take away what it added, as far as can be. The manifest that is there rules.

    Where there is none, no file is of use. Where it or its images cannot be read, all files stay. `pictures`
    False: they stay, for the next run takes them over.
    """
    with suppress(CatalogError, OSError):
        named = _named_by(Export(folder)) if (folder / MANIFEST).exists() else set()
        if not pictures:
            for pictured in PICTURE_FOLDERS.values():
                named |= {path.relative_to(folder).as_posix() for path in (folder / pictured).rglob("*.jpg")}
        remove_unnamed(folder, named)


def _named_by(export: Export) -> set[str]:
    shards = {shard.path for shards in export.manifest.streams.values() for shard in shards}
    return shards.union(picture.path for image in export.images() for picture in image.pictures.values())


def _is_unnamed(name: str, named: Container[str]) -> bool:
    ours = OURS.fullmatch(name) or _LEFT_ASIDE.fullmatch(name.rpartition("/")[2])
    return ours is not None and name not in named


def _everything(folder: Path) -> list[Path]:
    """Whatever lies where an export has its files, what is within a folder before the folder itself."""
    homes = [
        home
        for name in (*STREAMS, *PICTURE_FOLDERS.values())
        if (home := folder / name).is_dir() and not home.is_symlink()
    ]
    inside = [path for home in homes for path in (*sorted(home.rglob("*"), reverse=True), home)]
    return [*inside, *sorted(folder.glob(".*.part"))]
