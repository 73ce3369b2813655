"""Python's collector of cyclic garbage, and how to keep it from walking through millions of records."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

#: So many objects come before the young ones are looked through; the old ones are hardly ever.
_SELDOM = (500_000, 10_000, 10_000)


@contextmanager
def seldom() -> Iterator[None]:
    """Collect so seldom in the block that it costs nothing, and never look at what was there before.

    Exports and builds make millions of small records that live to the end and hold no cycles: a collector that
    walks them again and again doubles the time of a run, and never finds anything.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
