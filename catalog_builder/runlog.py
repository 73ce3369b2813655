"""What a run did and how long it took, for a file that can be sent to whoever helps.

It holds words of this program, numbers and times: never a host, a user, a password, a session, nor anything that was
read. Of errors it holds their kind and where they came from, for their texts may hold any of these.
"""

from __future__ import annotations

import logging
import os
import platform
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog_builder import __version__
from catalog_builder.files import unwritable

_LOG = logging.getLogger("catalog_builder.run")
_LOG.propagate = False
_LOG.addHandler(logging.NullHandler())


def begin(path: Path) -> None:
    """Write from now on to `path`, readable by its owner alone; what was there is gone."""
    try:
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise unwritable(path, error) from error
    handler = logging.StreamHandler(os.fdopen(handle, "w", encoding="utf-8"))
    handler.setFormatter(logging.Formatter("%(asctime)s.%(msecs)03dZ %(message)s", "%Y-%m-%dT%H:%M:%S"))
    handler.formatter.converter = time.gmtime  # type: ignore[union-attr]
    _LOG.addHandler(handler)
    _LOG.setLevel(logging.INFO)
    event(f"catalog-builder {__version__}, Python {platform.python_version()}, {platform.system()}")


def event(what: str) -> None:
    """Something happened. `what` is made of this program's own words and of numbers."""
    _LOG.info(what)


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Something that takes time: how long it took, and how it failed if it did."""
    if not _LOG.isEnabledFor(logging.INFO):
        yield
        return
    began = time.monotonic()
    try:
        yield
    except BaseException as error:
        event(f"{what}: {type(error).__name__} after {time.monotonic() - began:.3f} s")
        raise
    event(f"{what}: {time.monotonic() - began:.3f} s")


def failed(error: BaseException) -> None:
    """The run ended by this: its kind, and the lines of code that it came through."""
    chain: list[str] = []
    now: BaseException | None = error
    while now is not None and len(chain) < 5:
        frames = traceback.extract_tb(now.__traceback__)[-12:]
        came = " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
        chain.append(f"{type(now).__name__} at {came}")
        now = now.__cause__ or (None if now.__suppress_context__ else now.__context__)
    event("ended by " + "; from ".join(chain))
