"""Files: written aside and renamed, so that a reader sees the old one or the new one, never a half."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path

from catalog_builder.errors import CatalogError

#: Opens a file that is not there yet, and no link, wherever it leads.
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


def write_whole(path: str | Path, content: bytes) -> None:
    """Write `path` so that it holds either what it held or all of `content`; makes missing folders.

    Raises CatalogError, leaving nothing behind, where the disk is full or the folder cannot be written.
    A run that is killed may leave a hidden `.part` file, which the next write of the same path replaces.
    """
    folder, name = os.path.split(path)
    aside = os.path.join(folder, f".{name}.part")
    try:
        try:
            _write_plain(aside, content)
        except FileNotFoundError:
            os.makedirs(folder, exist_ok=True)
            _write_plain(aside, content)
        os.replace(aside, path)
    except BaseException as error:
        with suppress(OSError):
            os.unlink(aside)
        if isinstance(error, OSError):
            raise unwritable(path, error) from error
        raise


def _write_plain(path: str, content: bytes) -> None:
    """Write a new file with the fewest system calls: the one thing a build does tens of thousands of times.

    What a killed run or somebody else left at `path` is taken away, never opened: a link would lead elsewhere.
    """
    try:
        handle = os.open(path, _NEW, 0o644)
    except FileExistsError:
        os.unlink(path)
        handle = os.open(path, _NEW, 0o644)
    try:
        written = os.write(handle, content)
        while written < len(content):
            written += os.write(handle, memoryview(content)[written:])
    finally:
        os.close(handle)


def write_changed(path: str | Path, content: bytes) -> bool:
    """Write `path` unless it holds exactly `content` already; True if it was written."""
    try:
        if os.stat(path).st_size == len(content) and _holds(path, content):
            return False
    except FileNotFoundError:
        pass
    except OSError as error:
        raise unwritable(path, error) from error
    write_whole(path, content)
    return True


def _holds(path: str | Path, content: bytes) -> bool:
    with open(path, "rb", buffering=0) as file:
        return file.read() == content


#: What to do about a file that cannot be written, by what the system has against it.
_REMEDIES = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "free some space"),
    **dict.fromkeys((errno.EACCES, errno.EPERM), "get the right to write there, or name another folder"),
    errno.EROFS: "name a folder on a disk that takes files",
    **dict.fromkeys(
        (errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENOTEMPTY, errno.ELOOP),
        "something else stands in its way: move that, or name another folder",
    ),
    errno.ENAMETOOLONG: "name a folder with a shorter path",
}


def unwritable(path: str | Path, error: OSError) -> CatalogError:
    """One sentence for a file that cannot be written."""
    reason = (error.strerror or type(error).__name__).lower()
    remedy = _REMEDIES.get(error.errno or 0, "put that right or name another folder")
    return CatalogError(
        f"{path}: cannot be written ({reason}); {remedy}, then run the same command again. "
        "What stood there before is still there."
    )


@contextmanager
def staging_folder() -> Iterator[Path]:
    """A folder for work in progress, gone afterwards whatever happens."""
    with tempfile.TemporaryDirectory(prefix="catalog-builder-") as name:
        yield Path(name)


def shipped(*parts: str) -> Path:
    """A folder that comes with the program: within the package in a wheel, beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "_shipped"
    return (inside if inside.is_dir() else package.parent).joinpath(*parts)


def now() -> datetime:
    """The moment of an export in UTC, to the second; `SOURCE_DATE_EPOCH` overrides the clock."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is not None:
        try:
            return datetime.fromtimestamp(int(epoch) if epoch.isdecimal() else -1e99, timezone.utc)
        except (ValueError, OverflowError, OSError):
            raise CatalogError(
                f"SOURCE_DATE_EPOCH: {epoch!r} is not a count of seconds; unset it or give a whole number."
            ) from None
    return datetime.now(timezone.utc).replace(microsecond=0)
