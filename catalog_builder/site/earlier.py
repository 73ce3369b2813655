"""The site that is there already, as far as it can be trusted: what was made of what, and what nobody has touched.

Only read here. A site folder may have come from anywhere, so what its lists say of a file is believed only while the
file has the very size, moment of change and inode that were noted when it was written: no copy has.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from catalog_builder.exchange.read import DAMAGE
from catalog_builder.site.memory import LIST, MEMORY, MEMORY_VERSION, Memory, SiteFiles, Stamp

HOME = "index.html"

#: Stands for the wiki's text in what is remembered of the home page: a word that stands nowhere else.
WIKI_TEXT = "qzcatalogwikitextqz"


class EarlierSite:
    """What the last build left in a folder; nothing where that is not there, damaged, or of another version."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or Path()
        self.memory = Memory()
        self.files: Mapping[str, str] = {}
        """Path -> digest of every file, as the list has them."""
        if folder is None:
            return
        try:
            memory = msgspec.json.decode((folder / MEMORY).read_bytes(), type=Memory)
            listed = (folder / LIST).read_bytes()
            files = msgspec.json.decode(listed, type=SiteFiles).files
        except (OSError, *DAMAGE):
            return
        if memory.version == MEMORY_VERSION and memory.list == hashlib.sha256(listed).hexdigest():
            self.memory, self.files = memory, files

    def is_as_left(self, path: str) -> bool:
        """Whether nobody has touched a file since the last build; read only if it is too young to tell."""
        known, digest = self.memory.stamps.get(path), self.files.get(path)
        if known is None or digest is None or stamp(f"{self._folder}/{path}") != known:
            return False
        if known[1] < self.memory.settled:
            return True
        return hashlib.sha256((self._folder / path).read_bytes()).hexdigest() == digest

    def is_intact(self, pieces: Iterable[str]) -> bool:
        """Whether the last build made such pieces of the site, and all of their files are as it left them."""
        known = [self.memory.pieces.get(piece) for piece in pieces]
        return all(one is not None and all(map(self.is_as_left, one.files)) for one in known)

    def glance(self, made_of: str) -> str | None:
        """The catalogue's part of the home page, if that shows it, and it is made of the very same; else None."""
        if self.memory.made_of != made_of or not self.memory.glance or not self.is_as_left(HOME):
            return None
        home = (self._folder / HOME).read_text("utf-8", "replace")
        # The memory itself might be anybody's; the home page is known by what no copy has.
        return (
            self.memory.glance if all(part in home for part in self.memory.glance.split(WIKI_TEXT)) else None
        )

    def block(self, made_of: str, page: str, name: str) -> str | None:
        """A filter result of a wiki page, if that shows it, and it is made of the very same; else None."""
        drawn = self.memory.blocks.get(name)
        if self.memory.made_of != made_of or drawn is None or not self.is_as_left(page):
            return None
        return drawn if drawn in (self._folder / page).read_text("utf-8", "replace") else None


def stamp(path: str) -> Stamp | None:
    """What tells whether a file has been touched; None where there is no plain file."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns, found.st_ino) if stat.S_ISREG(found.st_mode) else None
