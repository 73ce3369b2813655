"""Synthetic fields of a screen: hundreds of small cells at low power, cheap to draw by the plate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw

from catalog_builder.sources.demo.canvas import (
    Size,
    blurred,
    clouds,
    disc,
    double,
    emit,
    empty,
    half,
    levels,
    lozenge,
    plus,
    scatter,
    shot_noise,
    times,
    unit,
)


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of a well in three dyes: nuclei, the cells' bodies, and damage within the nuclei."""

    channels: tuple[tuple[str, str], ...]
    """What is stained, as `Cells.channels`: nuclei, bodies, foci, in this order."""
    nucleus: float = 11.0
    """Half the length of a nucleus on the reference canvas."""
    density: float = 0.8
    """Share of places that hold a cell."""
    damage: float = 0.05
    """How bright the foci are, from 0 to 1."""
    defocus: float = 0.0

    def draw(self, rng: Random, size: Size) -> Image.Image:
        """About 10 ms at 256 pixels."""
        canvas = double(size)
        scale = unit(canvas)
        nuclei, bodies, foci = empty(canvas), empty(canvas), empty(canvas)
        pens = [ImageDraw.Draw(layer) for layer in (nuclei, bodies, foci)]
        long = self.nucleus * scale
        for centre in scatter(rng, canvas, 3.1 * 11.0 * scale, jitter=0.26, margin=0.6):
            if rng.random() > self.density:
                continue
            angle, wide = rng.random() * math.tau, long * rng.uniform(0.62, 0.86)
            pens[1].polygon(lozenge(centre, long * 2.1, wide * 2.1, angle), fill=rng.randrange(40, 110))
            pens[0].polygon(lozenge(centre, long, wide, angle), fill=rng.randrange(120, 215))
            for _ in range(round(self.damage * rng.uniform(4, 11))):
                turn, away = rng.random() * math.tau, wide * 0.75 * rng.random()
                spot = (centre[0] + away * math.cos(turn), centre[1] + away * math.sin(turn))
                disc(pens[2], spot, 1.5 * scale, 255)
        small = half(nuclei).size
        grain = levels(clouds(rng, small, 9 * scale), 0.6, 150)
        sharp = (0.5 + self.defocus) * scale
        drawn = (
            times(blurred(half(nuclei), sharp), grain),
            times(blurred(half(bodies), 1.6 * scale + self.defocus), grain),
            plus(blurred(half(foci), sharp), levels(half(nuclei), 0.05)),
        )
        noisy = [shot_noise(rng, layer, 0.22) for layer in drawn]
        return emit([(layer, colour) for layer, (_, colour) in zip(noisy, self.channels, strict=True)])
