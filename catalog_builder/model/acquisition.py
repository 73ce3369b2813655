"""How an image was acquired: its pixels and their sizes, its channels, the objective."""

from __future__ import annotations

from catalog_builder.model.base import HexColour, Positive, Record

_PREFIXES = {
    "Y": 24, "Z": 21, "E": 18, "P": 15, "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1, "": 0,
    "d": -1, "c": -2, "m": -3, "µ": -6, "n": -9, "p": -12, "f": -15, "a": -18, "z": -21, "y": -24,
}  # fmt: skip

#: Every length that OME's model knows -> metres; `pixel` and `reference frame` have no length of their own. A
#: line is a twelfth of an inch, a point one seventy-second (OME's UnitsLength); parsec is `pc`.
METRES: dict[str, float] = {
    **{f"{prefix}m": 10.0**power for prefix, power in _PREFIXES.items()},
    "Å": 1e-10, "thou": 2.54e-5, "li": 0.0254 / 12, "pt": 0.0254 / 72, "in": 0.0254, "ft": 0.3048, "yd": 0.9144,
    "mi": 1609.344, "ua": 149_597_870_700.0, "ly": 9_460_730_472_580_800.0, "pc": 3.085677581491367e16,
}  # fmt: skip


class Length(Record, frozen=True):
    """A physical length in the unit OMERO holds, shown as given; `unit` is the symbol, such as `µm`."""

    value: float
    unit: str

    @property
    def micrometres(self) -> float | None:
        """The same in µm, for comparing; None for a unit that is no length, such as `pixel`."""
        metres = METRES.get(self.unit)
        return self.value * metres * 1e6 if metres is not None else None


class Duration(Record, frozen=True):
    """A time span in the unit OMERO holds, shown as given; `unit` is the symbol, such as `s`."""

    value: float
    unit: str


class Dimensions(Record, frozen=True):
    """Pixels across (`x`, `y`), planes (`z`), channels (`c`) and time points (`t`)."""

    x: Positive
    y: Positive
    z: Positive = 1
    c: Positive = 1
    t: Positive = 1


class PixelSize(Record, frozen=True):
    """The physical size of a pixel; None where OMERO does not know it. `z` is the step between planes."""

    x: Length | None = None
    y: Length | None = None
    z: Length | None = None


class Channel(Record, frozen=True):
    """A channel: its name ('' if unnamed), its display colour, its wavelengths as given."""

    name: str = ""
    colour: HexColour | None = None
    excitation: Length | None = None
    emission: Length | None = None


class Objective(Record, frozen=True):
    """The objective: its model, its nominal magnification, its numerical aperture, what it is immersed in.

    Never its serial number: there is no field for it.
    """

    model: str = ""
    magnification: float | None = None
    numerical_aperture: float | None = None
    immersion: str = ""
