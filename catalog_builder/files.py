"""Files: written aside and renamed, so that a reader sees the old one or the new one, never a half."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path

from catalog_builder.errors import CatalogError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

#: Opens a file that is not there yet, and no link, wherever it leads.
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


def write_whole(path: str | Path, content: bytes, *, durable: bool = False) -> None:
    """Write `path` so that it holds either what it held or all of `content`; makes missing folders.

    Raises CatalogError, leaving nothing behind, where the disk is full or the folder cannot be written.
    A run that is killed may leave a hidden `.part` file, which the next write of the same path replaces. That
    a power cut leaves no half either is promised only to a `durable` file, which waits for the disk.
    """
    folder, name = os.path.split(path)
    aside = os.path.join(folder, f".{name}.part")
    try:
        try:
            _write_plain(aside, content, durable)
        except FileNotFoundError:
            os.makedirs(folder, exist_ok=True)
            _write_plain(aside, content, durable)
        os.replace(aside, path)
    except BaseException as error:
        with suppress(OSError):
            os.unlink(aside)
        if isinstance(error, OSError):
            raise unwritable(path, error) from error
        raise


def write_private(path: Path, content: bytes) -> None:
    """Write `path` whole, or not at all, readable by its owner alone, from its first byte on."""
    aside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.unlink(missing_ok=True)
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        aside.replace(path)
    except OSError as error:
        with suppress(OSError):
            aside.unlink()
        raise unwritable(path, error) from error


def write_new(path: str, content: bytes) -> None:
    """Write a file that is not there yet and that nothing names yet: in place, for half the work of `write_whole`.

    Makes missing folders. Raises CatalogError, leaving nothing behind, as `write_whole` does; only a run that is
    killed may leave a part of the file.
    """
    try:
        try:
            handle = os.open(path, _NEW, 0o644)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            handle = os.open(path, _NEW, 0o644)
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        _fill(handle, content)
    except BaseException as error:
        with suppress(OSError):
            os.unlink(path)
        if isinstance(error, OSError):
            raise unwritable(path, error) from error
        raise


def _write_plain(path: str, content: bytes, durable: bool) -> None:
    """Write a new file with the fewest system calls: the one thing a build does tens of thousands of times.

    What a killed run or somebody else left at `path` is taken away, never opened: a link would lead elsewhere.
    """
    try:
        handle = os.open(path, _NEW, 0o644)
    except FileExistsError:
        os.unlink(path)
        handle = os.open(path, _NEW, 0o644)
    _fill(handle, content, durable)


def _fill(handle: int, content: bytes, durable: bool = False) -> None:
    """Write all of `content` and close."""
    try:
        written = os.write(handle, content)
        while written < len(content):
            written += os.write(handle, memoryview(content)[written:])
        if durable:
            os.fsync(handle)
    finally:
        os.close(handle)


def write_changed(path: str | Path, content: bytes, *, durable: bool = False) -> bool:
    """Write `path` unless it holds exactly `content` already; True if it was written."""
    try:
        if os.stat(path).st_size == len(content) and _holds(path, content):
            return False
    except FileNotFoundError:
        pass
    except OSError as error:
        raise unwritable(path, error) from error
    write_whole(path, content, durable=durable)
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


#: Stands in a folder, empty and hidden, while a run writes there.
LOCK = ".catalog-builder.lock"


@contextmanager
def locked(folder: Path, refusal: type[CatalogError] = CatalogError) -> Iterator[None]:
    """Have a folder alone for the time of a run; makes it if need be. Raises `refusal` at once where another has it.

    The system's own lock on a hidden file, so it ends with the process, however that ends: the file that a
    killed run leaves stands in nobody's way. Where a disk knows no locks, the run goes on without.
    """
    path = folder / LOCK
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = _taken(path)
    except OSError as error:
        raise unwritable(path, error) from error
    if handle is None:
        raise refusal(
            f"{folder}: another run is writing to it; wait until it has ended, or name another folder with --to."
        )
    try:
        yield
    finally:
        with suppress(OSError):  # Windows removes no open file
            path.unlink()
        os.close(handle)
        if sys.platform == "win32":
            with suppress(OSError):
                path.unlink()


def _taken(path: Path) -> int | None:
    """A handle on the lock file at `path`, locked; None where another run has it."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
        try:
            if not _lock(handle):
                os.close(handle)
                return None
            if os.path.samestat(os.fstat(handle), path.stat()):
                return handle
        except FileNotFoundError:
            pass
        except BaseException:
            os.close(handle)
            raise
        os.close(
            handle
        )  # the run before took its file away between our opening and our locking it: once more


def _lock(handle: int) -> bool:
    """Whether nobody else holds the lock, which is ours then."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
    return True


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
