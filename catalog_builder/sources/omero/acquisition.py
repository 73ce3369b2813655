"""How images were acquired, as HQL tells it: sizes with their units, channels, objectives."""

from __future__ import annotations

import importlib
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from catalog_builder.model.acquisition import Channel, Duration, Length, Objective
from catalog_builder.sources.omero import queries
from catalog_builder.sources.omero.remote import Remote, Row


class Units:
    """A unit as HQL answers it (`MICROMETER`) -> its symbol (`µm`), from omero-py itself."""

    def __init__(self) -> None:
        model: Any = importlib.import_module("omero.model")
        self._symbols: dict[str, str] = {**model.TimeI.SYMBOLS, **model.LengthI.SYMBOLS}

    def length(self, value: float | None, unit: str | None) -> Length | None:
        """A length as OMERO holds it; None for none and for what no JSON can say (NaN, infinity)."""
        return None if finite(value) is None else Length(value=value or 0.0, unit=self._symbol(unit))

    def duration(self, value: float | None, unit: str | None) -> Duration | None:
        """The same of a time span."""
        return None if finite(value) is None else Duration(value=value or 0.0, unit=self._symbol(unit))

    def channels(self, rows: Iterator[Row]) -> dict[int, tuple[Channel, ...]]:
        """Rows of `queries.CHANNELS`: pixels id -> its channels in OMERO's order."""
        found: defaultdict[int, list[tuple[int, int, Channel]]] = defaultdict(list)
        for id_, pixels, place, name, red, green, blue, excitation, its_unit, emission, other_unit in rows:
            channel = Channel(
                name=name or "",
                colour=_colour(red, green, blue),
                excitation=self.length(excitation, its_unit),
                emission=self.length(emission, other_unit),
            )
            found[pixels].append((place or 0, id_, channel))
        return {
            pixels: tuple(channel for *_, channel in sorted(places, key=lambda known: known[:2]))
            for pixels, places in found.items()
        }

    def _symbol(self, unit: str | None) -> str:
        return self._symbols.get(unit or "", unit or "")


class Objectives:
    """The objectives met so far: a microscope has few, however many images it takes."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self._known: dict[int, Objective | None] = {}

    def read(self, ids: Iterable[int | None]) -> None:
        """Ask for those that were not met before: one call, or none."""
        wanted = {id_ for id_ in ids if id_ is not None and id_ not in self._known}
        self._known.update(dict.fromkeys(wanted))
        for id_, model, magnification, aperture, immersion in self._remote.by_ids(queries.OBJECTIVES, wanted):
            found = Objective(
                model=model or "",
                magnification=finite(magnification),
                numerical_aperture=finite(aperture),
                immersion=immersion or "",
            )
            self._known[id_] = None if found == Objective() else found

    def get(self, id_: int | None) -> Objective | None:
        """None for an image without an objective, or one of which nothing is known."""
        return self._known.get(id_) if id_ is not None else None


def finite(value: float | None) -> float | None:
    """The number, or None for what no JSON can say."""
    return value if value is not None and math.isfinite(value) else None


def _colour(*parts: int | None) -> str | None:
    """`#rrggbb`; alpha is not asked for, as OMERO's viewers do not use it. None unless all parts are known."""
    known = [part for part in parts if part is not None and 0 <= part <= 255]
    return "#" + "".join(f"{part:02x}" for part in known) if len(known) == len(parts) else None
