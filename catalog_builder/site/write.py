"""The one place that touches the site folder: compares, writes aside, renames, deletes last.

A page that is unchanged is not touched; a full disk or Ctrl-C leaves every old page openable. A page that is
new is written in place, for nothing leads to it yet: half the work for the disk. What was
written stands in a list within the site, so that only what this program wrote is ever changed or deleted. A
build that was cut short leaves a second list, of what it added: the next one must not forget it there, for
it may be just what somebody stopped the build for. A third, hidden one tells the next build what each piece of the
site was made of and how its files were left: what has the same ingredients and was touched by nobody is neither
made nor read again.

A site folder may have come from anywhere. So all lists are read as somebody else's text, no link is
followed out of the folder, and hidden files (`.git`) are never changed or deleted. What is said of a file is
believed only while that has the very inode and moment of change that were noted: no copy has.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from catalog_builder import __version__
from catalog_builder.errors import CatalogError, SiteError
from catalog_builder.exchange.read import DAMAGE
from catalog_builder.files import unwritable, write_changed, write_new
from catalog_builder.site.earlier import EarlierSite, stamp
from catalog_builder.site.memory import LIST, MEMORY, Memory, Remembered, SiteFiles

#: While a build goes on: the paths that it adds, each ended by a zero byte.
UNFINISHED = ".catalog-unfinished"

#: Within so many nanoseconds a file may change twice and show one moment of change.
_TICK = 20_000_000


class SiteWriter:
    """Takes files in the order they may appear: data before the pages that name it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._root = os.path.realpath(folder)
        self._real_folders: set[str] = set()
        self._before = {self._ours(path, LIST): digest for path, digest in self._read_list().items()}
        for path in self._read_unfinished():  # some of them are listed, too: what was about to be deleted
            self._before.setdefault(self._ours(path, UNFINISHED), "")
        self.earlier = EarlierSite(folder)
        self._pieces: dict[str, Remembered] = {}
        self._unfinished: BinaryIO | None = None
        self._now: dict[str, str] = {}
        self.written = 0
        """How many files were new or changed."""
        self.removed = 0
        """How many files were deleted as no longer part of the site."""

    def put(self, path: str, content: bytes) -> None:
        """Have `content` at `path`, relative to the site's root, with `/`."""
        if path in self._now:
            raise SiteError(f"{path}: two pages of the catalogue have this address; please report it.")
        self._refuse_links(_safe(path))
        target = f"{self.folder}/{path}"
        digest = hashlib.sha256(content).hexdigest()
        if path in self._before:
            if self._before[path] != digest or not self.earlier.is_as_left(path):
                self.written += write_changed(target, content)
        elif self._may_add(path, target, content):
            write_new(target, content)
            self.written += 1
        else:
            return
        if not _hidden(path):
            self._now[path] = digest

    def keep_all(self, whole: str) -> Sequence[str] | None:
        """Where all that the catalogue's files are made of is as it was, and they are as they were left, have them
        stay: these. None where anything is not so."""
        memory = self.earlier.memory
        if not whole or memory.whole != whole or not self.earlier.is_intact(memory.pieces):
            return None
        return [path for piece in memory.pieces for path in self.keep(piece)]

    def made_of(self, piece: str) -> str:
        """What the last build made a piece of, if all files of that are as it left them; else ''."""
        return self.earlier.memory.pieces[piece].made_of if self.earlier.is_intact([piece]) else ""

    def keep(self, piece: str) -> Sequence[str]:
        """Have the files of a piece, as the last build left them, stay where they are: these."""
        known = self.earlier.memory.pieces[piece]
        for path in known.files:
            if path in self._now:
                raise SiteError(f"{path}: two pages of the catalogue have this address; please report it.")
            self._refuse_links(_safe(path))
            self._now[path] = self._before[path]
        self._pieces[piece] = known
        return known.files

    def made(self, piece: str, made_of: str, files: Sequence[str]) -> Sequence[str]:
        """A piece of the site has come to its end: note what it was made of, and its files, which are these."""
        self._pieces[piece] = Remembered(made_of=made_of, files=tuple(files))
        return files

    def put_tree(self, tree: Path) -> None:
        """Have all files of a folder, the wiki as MkDocs built it, at the same places."""
        for source in sorted(path for path in tree.rglob("*") if path.is_file()):
            path = source.relative_to(tree).as_posix()
            if path in self._now:
                raise SiteError(
                    f"{path}: the wiki has a file where the catalogue has one, too; rename it in the wiki."
                )
            self.put(path, source.read_bytes())

    def finish(self, memory: Memory | None = None) -> None:
        """Write the list, then delete what earlier builds wrote and this one did not, then note it all for the next.

        `memory`: what to note beside the files.
        """
        gone = sorted(self._before - self._now.keys(), reverse=True)
        for path in gone:
            self._note(path)
        self._write_list(self._now)
        for path in gone:
            self._refuse_links(path)
            self._remove(self.folder / path)
        if self._unfinished is not None:
            self._unfinished.close()
        (self.folder / UNFINISHED).unlink(missing_ok=True)
        self._write_memory(memory or Memory())

    def _write_memory(self, memory: Memory) -> None:
        """Failing costs the next build its time and nothing else."""
        stamps = {path: stamp(f"{self.folder}/{path}") for path in self._now}
        found = msgspec.structs.replace(
            memory,
            list=hashlib.sha256((self.folder / LIST).read_bytes()).hexdigest(),
            settled=(self.folder / LIST).stat().st_mtime_ns - _TICK,
            pieces=self._pieces,
            stamps={path: stamp for path, stamp in stamps.items() if stamp is not None},
        )
        with suppress(CatalogError):
            write_changed(self.folder / MEMORY, msgspec.json.encode(found))

    def _may_add(self, path: str, target: str, content: bytes) -> bool:
        """Before a file is new: the next build must know. False where somebody has put the same there: it is theirs."""
        if os.path.lexists(target):
            if os.path.isfile(target) and Path(target).read_bytes() == content:
                return False
            raise SiteError(
                f"{target}: was not written by catalog-builder; move it, or name another folder with --to."
            )
        if not _hidden(path):
            self._note(path)
        return True

    def _refuse_links(self, path: str) -> None:
        """No folder on the way to `path` may be a link: it would lead out of the site. Looked up once a folder."""
        folder = path.rpartition("/")[0]
        if folder in self._real_folders:
            return
        below = os.path.join(self._root, *folder.split("/"))
        if os.path.normcase(os.path.realpath(below)) != os.path.normcase(below.rstrip(os.sep)):
            raise SiteError(
                f"{self.folder / folder}: is a link that leads elsewhere; remove the link and build again."
            )
        self._real_folders.add(folder)

    def _note(self, path: str) -> None:
        try:
            if self._unfinished is None:
                self._unfinished = self._open_unfinished()
            self._unfinished.write(path.encode("utf-8", "surrogateescape") + b"\0")
        except OSError as error:
            raise unwritable(self.folder / UNFINISHED, error) from error

    def _open_unfinished(self) -> BinaryIO:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        return os.fdopen(os.open(self.folder / UNFINISHED, flags, 0o644), "ab", buffering=0)

    def _read_unfinished(self) -> list[str]:
        try:
            *paths, _cut_short = (self.folder / UNFINISHED).read_bytes().split(b"\0")
        except FileNotFoundError:
            return []
        return [path.decode("utf-8", "surrogateescape") for path in paths]

    def _read_list(self) -> dict[str, str]:
        path = self.folder / LIST
        try:
            return msgspec.json.decode(path.read_bytes(), type=SiteFiles).files
        except (FileNotFoundError, NotADirectoryError):
            self._refuse_foreign()
            self._write_list({})  # marks the folder as ours before the first page is in it
            return {}
        except (OSError, *DAMAGE) as error:
            raise SiteError(
                f"{path}: is damaged; delete the folder {self.folder} and build again."
            ) from error

    def _refuse_foreign(self) -> None:
        if self.folder.exists() and not self.folder.is_dir():
            raise SiteError(f"{self.folder}: is a file, not a folder; name another with --to.")
        # A checkout of a branch for publishing holds hidden files and perhaps the name of its domain.
        foreign = [
            path.name for path in self.folder.glob("*") if not _hidden(path.name) and path.name != "CNAME"
        ]
        if foreign:
            raise SiteError(
                f"{self.folder}: holds something that catalog-builder did not write ({min(foreign)!r}); "
                "name an empty or new folder with --to."
            )

    def _ours(self, path: str, named_by: str) -> str:
        """A path that one of the lists names, if this program can have written it."""
        with suppress(SiteError):
            if not _hidden(_safe(path)):
                return path
        raise SiteError(
            f"{self.folder / named_by}: names {path!r}, which no build writes; "
            f"empty the folder {self.folder} and build again."
        )

    def _write_list(self, files: dict[str, str]) -> None:
        content = SiteFiles(generator=f"catalog-builder {__version__}", files=dict(sorted(files.items())))
        write_changed(self.folder / LIST, msgspec.json.format(msgspec.json.encode(content), indent=0) + b"\n")

    def _remove(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise unwritable(path, error) from error
        self.removed += 1
        with suppress(OSError):  # the folder still holds files
            path.parent.rmdir()


def _safe(path: str) -> str:
    """The path itself; anything that would leave the site is a defect, never input to be mended."""
    if not path or path[0] == "/" or ".." in path.split("/") or any(c in path for c in "\\\0"):
        raise SiteError(f"{path!r}: is not a path within the site.")
    if ":" in path:  # on Windows, the name of a drive or of a stream
        raise SiteError(
            f"{path}: has a colon, which not every system takes in a name; rename it in the wiki."
        )
    return path


def _hidden(path: str) -> bool:
    """Whether it is, or is in, what file managers hide: a repository, settings of a web server."""
    return path[0] == "." or "/." in path
