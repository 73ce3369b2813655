"""Synthetic transmitted light: living cells in phase contrast, and organoids in gel."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageChops, ImageDraw

from catalog_builder.sources.demo.canvas import (
    Layer,
    Point,
    Size,
    blurred,
    clouds,
    disc,
    double,
    empty,
    half,
    levels,
    outline,
    plus,
    scatter,
    shot_noise,
    unit,
)


@dataclass(frozen=True, kw_only=True)
class Phase:
    """Adherent cells in phase contrast: grey bodies in bright halos."""

    confluence: float
    """Share of the dish that is covered."""
    wound: float | None = None
    """Width of the scratch as a share of the picture, or None where there is none."""

    def draw(self, rng: Random, size: Size) -> Image.Image:
        """Thick is dark, edges shine: the difference of what is near and what is around."""
        canvas = double(size)
        scale = unit(canvas)
        bodies, bright, dark = empty(canvas), empty(canvas), empty(canvas)
        pens = [ImageDraw.Draw(layer) for layer in (bodies, bright, dark)]
        for centre in self._places(rng, canvas):
            if rng.random() < 0.06 and self.confluence > 0.1:
                _round_cell(rng, centre, scale, pens)
            else:
                _spread_cell(rng, centre, scale, pens, crowded=self.confluence)
        near = half(bodies)
        halo = blurred(near, 5 * scale)
        rim = ImageChops.subtract(halo, blurred(near, 0.8 * scale))
        grain = clouds(rng, near.size, 5 * scale, octaves=3)
        interior = Image.composite(
            levels(grain, 0.55, 42), levels(grain, 0.07, 128), blurred(near, 0.9 * scale)
        )
        lit = plus(interior, levels(rim, 1.0), blurred(half(bright), 0.7 * scale))
        seen = ImageChops.subtract(lit, blurred(half(dark), 0.7 * scale))
        return _grey(shot_noise(rng, ImageChops.multiply(seen, _lamp(rng, near.size)), 0.1))

    def _places(self, rng: Random, canvas: Size) -> list[Point]:
        width = canvas[0]
        slant, phase = rng.uniform(-0.12, 0.12), rng.random() * 6
        found = []
        for x, y in scatter(rng, canvas, 42 * unit(canvas), jitter=0.28, margin=0.8):
            if self.wound is not None:
                ragged = 0.03 * math.sin(y / canvas[1] * 9 + phase) + rng.gauss(0, 0.02)
                middle = width * (0.5 + slant * (y / canvas[1] - 0.5) + ragged)
                if abs(x - middle) < self.wound * width / 2 and rng.random() > 0.025:
                    continue
            if rng.random() < self.confluence:
                found.append((x, y))
        return found


def _spread_cell(
    rng: Random, centre: Point, scale: float, pens: list[ImageDraw.ImageDraw], *, crowded: float
) -> None:
    body, bright, dark = pens
    radius = rng.uniform(19, 30) * scale * (1.3 - 0.15 * crowded)
    angle = rng.gauss(0.6, 0.7)
    squeeze = rng.uniform(0.36, 0.72)
    shape = outline(rng, centre, radius, squeeze=squeeze, angle=angle, rough=0.16)
    body.polygon(shape, fill=rng.randrange(170, 235))
    bright.line([*shape, shape[0]], fill=rng.randrange(30, 75), width=max(1, round(2 * scale)))
    core = outline(rng, centre, radius * 0.36, squeeze=0.8, angle=angle, rough=0.04)
    dark.polygon(core, fill=10)
    bright.line([*core, core[0]], fill=52, width=max(1, round(scale)))
    for _ in range(2):
        spot = centre[0] + rng.gauss(0, 3) * scale, centre[1] + rng.gauss(0, 3) * scale
        disc(dark, spot, rng.uniform(1.5, 2.4) * scale, 48)


def _round_cell(rng: Random, centre: Point, scale: float, pens: list[ImageDraw.ImageDraw]) -> None:
    """Rounded up, dividing or dead: shines."""
    body, bright, dark = pens
    radius = rng.uniform(8, 11) * scale
    disc(body, centre, radius * 1.1, 255)
    disc(bright, centre, radius, 175)
    disc(dark, centre, radius * 0.55, rng.randrange(20, 90))


@dataclass(frozen=True, kw_only=True)
class Organoids:
    """Organoids in gel: hollow spheres that grow, and bud with the days."""

    day: float
    budding: float = 1.0
    """0: spheres that never bud; 1: as a healthy culture does."""

    def draw(self, rng: Random, size: Size) -> Image.Image:
        """The sharp ones over those out of focus."""
        canvas = double(size)
        scale = unit(canvas)
        picture = levels(clouds(rng, size, 26 * scale), 0.13, 182)
        radius = (15 + 8.5 * self.day) * scale
        places = list(scatter(rng, canvas, radius * 2 + 74 * scale, jitter=0.26, margin=0.25))
        rng.shuffle(places)
        for blur in (7.0, 2.2, 0.8):
            walls, cores = empty(canvas), empty(canvas)
            pens = ImageDraw.Draw(walls), ImageDraw.Draw(cores)
            for centre in places[: round(len(places) * (0.25 if blur > 1 else 1))]:
                self._grow(rng, centre, radius * rng.uniform(0.6, 1.15), scale, pens)
            places = places[round(len(places) * 0.25) :]
            picture = _laid_over(rng, picture, half(walls), half(cores), blur * scale, scale)
        return _grey(shot_noise(rng, ImageChops.multiply(picture, _lamp(rng, picture.size)), 0.08))

    def _grow(
        self,
        rng: Random,
        centre: Point,
        radius: float,
        scale: float,
        pens: tuple[ImageDraw.ImageDraw, ImageDraw.ImageDraw],
    ) -> None:
        wall = max(4.5 * scale, radius * 0.17)
        lobes = [(centre, radius)]
        buds = round(max(0.0, self.day - 1.5) * 1.25 * self.budding * rng.uniform(0.5, 1.25))
        start = rng.random() * math.tau
        for bud in range(buds):
            turn = start + bud * math.tau / buds + rng.uniform(-0.35, 0.35)
            far = radius * rng.uniform(0.95, 1.2)
            spot = centre[0] + far * math.cos(turn), centre[1] + far * math.sin(turn)
            lobes.append((spot, radius * rng.uniform(0.3, 0.5)))
        for spot, reach in lobes:
            pens[0].polygon(outline(rng, spot, reach, rough=0.035), fill=255)
        for spot, reach in lobes:
            pens[1].polygon(outline(rng, spot, max(reach - wall, reach * 0.35), rough=0.05), fill=255)
        for _ in range(round(self.day * 1.6)):
            turn, far = rng.random() * math.tau, rng.random() * (radius - wall) * 0.6
            spot = centre[0] + far * math.cos(turn), centre[1] + far * math.sin(turn)
            disc(pens[1], spot, rng.uniform(2, 5) * scale, rng.randrange(110, 200))


def _laid_over(rng: Random, below: Layer, walls: Layer, cores: Layer, blur: float, scale: float) -> Layer:
    """Cell walls darken, hollows lighten, and an edge out of focus shines."""
    wall, core = blurred(walls, blur), blurred(cores, blur)
    texture = levels(clouds(rng, walls.size, 3.5 * scale, octaves=3), 0.5, 25)
    shown = Image.composite(texture, below, levels(wall, 0.86))
    hollow = levels(clouds(rng, walls.size, 8 * scale), 0.3, 150)
    shown = Image.composite(hollow, shown, levels(core, 0.92))
    shine = ImageChops.subtract(blurred(walls, blur + 2.5 * scale), wall)
    return plus(shown, levels(shine, 0.6))


def _lamp(rng: Random, size: Size) -> Layer:
    """The lamp's light: falls off to the corners, a little off centre."""
    fall = Image.radial_gradient("L")
    side = 256 / 1.5
    x, y = (256 - side) / 2 + rng.uniform(-18, 18), (256 - side) / 2 + rng.uniform(-18, 18)
    seen = fall.resize(size, Image.Resampling.BILINEAR, box=(x, y, x + side, y + side))
    return levels(seen, -0.3, 262)


def _grey(layer: Layer) -> Image.Image:
    return Image.merge("RGB", (layer, layer, layer))
