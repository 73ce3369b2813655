"""How an image was acquired: its pixels and their sizes, its channels, the objective."""

from __future__ import annotations

from catalog_builder.model.base import HexColour, Positive, Record


class Length(Record, frozen=True):
    """A physical length in the unit OMERO holds, shown as given; `unit` is the symbol, such as `µm`."""

    value: float
    unit: str


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
