"""What images are made of, in a few coarse kinds that a million of them can be counted by."""

from __future__ import annotations

from typing import NamedTuple

from catalog_builder.model.acquisition import Dimensions, Objective


class Makeup(NamedTuple):
    """A kind of image. There are few: sizes go by powers of two, and the number of planes or time points counts not."""

    longest: int = 0
    """The longer side is at most two to this power of pixels, and more than half of that; 0 where nobody knows."""
    stack: bool = False
    series: bool = False
    """Whether it has several time points."""
    channels: int = 0
    """0 where nobody knows."""
    objective: str = ""
    """Magnification, numerical aperture and immersion, such as `63×/1.4 Oil`; '' where nobody knows."""
    format: str = ""


def makeup_of(dimensions: Dimensions | None, objective: Objective | None, format_: str) -> Makeup:
    """The kind of an image."""
    called = objective_name(objective) if objective else ""
    if dimensions is None:
        return Makeup(objective=called, format=format_)
    longest = (max(dimensions.x, dimensions.y) - 1).bit_length()
    return Makeup(longest, dimensions.z > 1, dimensions.t > 1, dimensions.c, called, format_)


def objective_name(objective: Objective) -> str:
    """What tells objectives apart on a microscope's turret; '' where neither is known."""
    lens = f"{objective.magnification:g}×" if objective.magnification is not None else ""
    if objective.numerical_aperture is not None:
        lens += f"/{objective.numerical_aperture:g}"
    return f"{lens} {objective.immersion}".strip() if lens else ""
