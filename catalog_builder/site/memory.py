"""What a build remembers for the next one: what each piece of the site was made of, and how its files were left.

A piece whose ingredients are the same need not be made again, if its files are as they were: size, time of change and
inode, which no copy from elsewhere has. The digest of ingredients covers the program's own code, its templates and
the packages it draws with, so that nothing it ever read can change unseen.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from sys import version_info

import msgspec

from catalog_builder.files import shipped

#: The list of the site's files with their digests; `check` reads it.
LIST = "catalog-files.json"

#: What the next build need not do again. Serves nobody else, and may be deleted.
MEMORY = ".catalog-memory"

#: The version of the memory's layout.
MEMORY_VERSION = 1

#: What else has a say in what is written.
_PACKAGES = ("jinja2", "markupsafe", "msgspec", "pyarrow", "lunr", "mkdocs", "rjsmin")

#: Size, time of change in nanoseconds, inode: of a file that nobody has touched since.
Stamp = tuple[int, int, int]


class SiteFiles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The list: every file of the site but the list itself, relative to the site, with its SHA-256."""

    generator: str
    files: dict[str, str]


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of the site: the digest of its ingredients ('': made each time), and its files."""

    made_of: str
    files: tuple[str, ...]


class Memory(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a build left behind. It holds while the site's list is the one it was written with."""

    version: int = MEMORY_VERSION
    list: str = ""
    """The digest of the site's list."""
    settled: int = 0
    """Files changed after this moment may have been changed once more without a trace: they are read."""
    made_of: str = ""
    """The digest of all that the catalogue is made of."""
    whole: str = ""
    """The same with what the wiki adds to the catalogue's files; '' where there was something to remark."""
    glance: str = ""
    """The catalogue's part of the home page, with a mark where the wiki's text goes."""
    blocks: Mapping[str, str] = {}
    """Filter results in wiki pages, as HTML, by the digest of page, block and level of headings."""
    pieces: dict[str, Remembered] = {}
    stamps: dict[str, Stamp] = {}


def digest(ingredients: Iterable[object]) -> str:
    """One digest of many things: bytes and numbers as they lie in memory, all else as Python writes it out."""
    made = hashlib.sha256()
    for one in ingredients:
        content = one if isinstance(one, bytes | bytearray | array) else repr(one).encode("utf-8", "replace")
        made.update(b"%d " % (len(content) * getattr(content, "itemsize", 1)))
        made.update(content)
    return made.hexdigest()


@lru_cache(maxsize=1)
def program() -> str:
    """The digest of this program: its code, what it ships, the versions of what it draws with."""
    package = Path(__file__).parent.parent
    files = sorted(
        {*package.rglob("*.py"), *(one for one in shipped("templates").rglob("*") if one.is_file())}
    )
    return digest(
        [tuple(version_info), *map(_version, _PACKAGES)]
        + [part for one in files for part in (str(one.relative_to(package.parent)), one.read_bytes())]
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
