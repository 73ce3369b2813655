"""Places in the table of images: which image stands where, and stretches of places that are read as one."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence


class Positions(Mapping[int, int]):
    """Image id -> its place in the table."""

    def __init__(self, ids: array[int]) -> None:
        """`ids`: by place."""
        places = sorted(range(len(ids)), key=ids.__getitem__)
        self._ids = array("q", [ids[place] for place in places])
        self.places = array("I", places)
        """By ascending id."""

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids)

    def __getitem__(self, id_: int) -> int:
        at = bisect_left(self._ids, id_)
        if at == len(self._ids) or self._ids[at] != id_:
            raise KeyError(id_)
        return self.places[at]


def gathered(places: Sequence[int]) -> Sequence[int]:
    """Ascending places as a range, where no other lies between them, as those of a dataset mostly are."""
    if places and places[-1] - places[0] + 1 == len(places):
        return range(places[0], places[-1] + 1)
    return places


def stretches(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Places as stretches without gaps, each from the first to behind the last; a range is one."""
    if isinstance(places, range) and places.step == 1:
        yield places.start, places.stop
    elif places:
        start = before = places[0]
        for place in places[1:]:
            if place != before + 1:
                yield start, before + 1
                start = place
            before = place
        yield start, before + 1
