"""The one place that touches the site folder: compares, writes aside, renames, deletes last.

A page that is unchanged is not touched; a full disk or Ctrl-C leaves every old page openable. What was
written stands in a list within the site, so that only what this program wrote is ever changed or deleted. A
build that was cut short leaves a second list, of what it added: the next one must not forget it there, for
it may be just what somebody stopped the build for.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from catalog_builder import __version__
from catalog_builder.errors import SiteError
from catalog_builder.exchange.read import DAMAGE
from catalog_builder.files import unwritable, write_changed, write_whole

#: The list of the site's files with their digests; `check` reads it.
LIST = "catalog-files.json"

#: While a build goes on: the paths that it adds, each ended by a zero byte.
UNFINISHED = ".catalog-unfinished"


class SiteFiles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The list: every file of the site but the list itself, relative to the site, with its SHA-256."""

    generator: str
    files: dict[str, str]


class SiteWriter:
    """Takes files in the order they may appear: data before the pages that name it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._before = set(self._read_list())
        self._before.update(self._read_unfinished())
        self._unfinished: BinaryIO | None = None
        self._now: dict[str, str] = {}
        self.written = 0
        """How many files were new or changed."""
        self.removed = 0
        """How many files were deleted as no longer part of the site."""

    def put(self, path: str, content: bytes) -> None:
        """Have `content` at `path`, relative to the site's root, with `/`."""
        if path in self._now:
            raise SiteError(
                f"{path}: the wiki has a file where the catalogue has one, too; rename it in the wiki."
            )
        if _safe(path) not in self._before:
            self._add(path, content)
        if write_changed(f"{self.folder}/{path}", content):
            self.written += 1
        self._now[path] = hashlib.sha256(content).hexdigest()

    def put_tree(self, tree: Path) -> None:
        """Have all files of a folder, at the same places."""
        for source in sorted(path for path in tree.rglob("*") if path.is_file()):
            self.put(source.relative_to(tree).as_posix(), source.read_bytes())

    def finish(self) -> None:
        """Write the list, then delete what earlier builds wrote and this one did not."""
        gone = sorted(self._before - self._now.keys(), reverse=True)
        for path in gone:
            self._note(_safe(path))
        self._write_list(self._now)
        for path in gone:
            self._remove(self.folder / path)
        if self._unfinished is not None:
            self._unfinished.close()
        (self.folder / UNFINISHED).unlink(missing_ok=True)

    def _add(self, path: str, content: bytes) -> None:
        """Before a file is new: nothing of somebody else's may stand there, and the next build must know."""
        target = self.folder / path
        if os.path.lexists(target) and not (target.is_file() and target.read_bytes() == content):
            raise SiteError(
                f"{target}: was not written by catalog-builder; move it, or name another folder with --to."
            )
        self._note(path)

    def _note(self, path: str) -> None:
        try:
            if self._unfinished is None:
                self._unfinished = (self.folder / UNFINISHED).open("ab", buffering=0)
            self._unfinished.write(path.encode("utf-8", "surrogateescape") + b"\0")
        except OSError as error:
            raise unwritable(self.folder / UNFINISHED, error) from error

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
        if any((self.folder / name).exists() for name in ("index.html", "manifest.json")):
            raise SiteError(
                f"{self.folder}: holds something that catalog-builder did not write; "
                "name an empty or new folder with --to."
            )

    def _write_list(self, files: dict[str, str]) -> None:
        content = SiteFiles(generator=f"catalog-builder {__version__}", files=dict(sorted(files.items())))
        write_whole(self.folder / LIST, msgspec.json.format(msgspec.json.encode(content), indent=0) + b"\n")

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
    if not path or path[0] == "/" or ".." in path.split("/") or "\\" in path or "\0" in path:
        raise SiteError(f"{path!r}: is not a path within the site.")
    return path
