"""Synthetic fluorescence: cultured cells with nuclei, microtubules and foci on black.

What the scenes show follows what the study says of an image: the more damage, the more foci; the higher the
dose, the fewer cells and the larger their nuclei.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw

from catalog_builder.sources.demo.canvas import (
    Layer,
    Point,
    Size,
    blurred,
    clouds,
    disc,
    double,
    emit,
    empty,
    half,
    levels,
    outline,
    plus,
    scatter,
    shot_noise,
    times,
    unit,
)

_DIRECTIONS = 24
_FINE = 120

#: Along a filament: the share of its length, squared, how far out that is, how much the centrosome draws it in.
_FILAMENT = [
    (share, share * share, 0.25 + 0.75 * math.sqrt(share), 0.9 * (1 - share) ** 2.5)
    for share in (0.12, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0)
]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell: where its nucleus is, and how far the cell reaches in each of 24 directions."""

    centre: Point
    radius: float
    angle: float
    squeeze: float
    state: str
    """`resting`, `metaphase`, `anaphase` or `dying`."""
    reach: tuple[float, ...]

    def at(self, turn: float, distance: float) -> Point:
        """The point so far from the centre of the nucleus."""
        return self.centre[0] + distance * math.cos(turn), self.centre[1] + distance * math.sin(turn)

    def edge(self, share: float = 1.0) -> list[Point]:
        """The cell's outline, drawn in to this share of its reach."""
        return [self.at(k * math.tau / _DIRECTIONS, far * share) for k, far in enumerate(self.reach)]

    def reach_at(self, turn: float) -> float:
        """How far the cell reaches in this direction."""
        place = (turn % math.tau) / math.tau * _DIRECTIONS
        low = int(place)
        share = place - low
        return self.reach[low % _DIRECTIONS] * (1 - share) + self.reach[(low + 1) % _DIRECTIONS] * share


@dataclass(frozen=True, kw_only=True)
class Cells:
    """A field of cultured cells. `channels` pairs what is stained with the display colour."""

    channels: tuple[tuple[str, str], ...]
    """`nuclei`, `microtubules`, `actin`, `foci` or `background`, and `#rrggbb`."""
    nucleus: float = 40.0
    """Radius of a nucleus on the reference canvas."""
    squeeze: float = 0.78
    density: float = 0.85
    """Share of places that hold a cell."""
    foci: float = 3.0
    """Foci in a nucleus, on average."""
    dividing: float = 0.07
    dying: float = 0.0
    defocus: float = 0.0
    """Blur beyond the microscope's own, in picture pixels."""

    def draw(self, rng: Random, size: Size) -> Image.Image:
        """Every channel from the same cells."""
        canvas = double(size)
        cells = self._plated(rng, canvas)
        layers: list[tuple[Layer, str]] = []
        for stained, colour in self.channels:
            layer = _STAINS[stained](rng, cells, canvas, self)
            layers.append((shot_noise(rng, blurred(layer, self.defocus), 0.3), colour))
        return emit(layers)

    def _plated(self, rng: Random, canvas: Size) -> list[Cell]:
        """Cells side by side, each as wide as its neighbours let it be."""
        radius = self.nucleus * unit(canvas)
        places = [p for p in scatter(rng, canvas, radius * 3.2, jitter=0.19) if rng.random() < self.density]
        cells = []
        shown = radius * 2.6
        for x, y in places:
            if not (-shown < x < canvas[0] + shown and -shown < y < canvas[1] + shown):
                continue
            near = [(px - x, py - y) for px, py in places if 0 < abs(px - x) + abs(py - y) < radius * 9]
            cells.append(
                Cell(
                    centre=(x, y),
                    radius=radius * rng.gauss(1, 0.1),
                    angle=rng.random() * math.tau,
                    squeeze=min(1.0, self.squeeze * rng.gauss(1, 0.07)),
                    state=self._state(rng),
                    reach=_reach(rng, near, radius),
                )
            )
        return cells

    def _state(self, rng: Random) -> str:
        chance = rng.random()
        if chance < self.dying:
            return "dying"
        if chance < self.dying + self.dividing:
            return "metaphase" if rng.random() < 0.6 else "anaphase"
        return "resting"


def _reach(rng: Random, near: list[Point], radius: float) -> tuple[float, ...]:
    """Half way to the neighbours, and no further than a cell spreads by itself."""
    found = []
    lobes = rng.randrange(2, 5)
    phase = rng.random() * math.tau
    for step in range(_DIRECTIONS):
        turn = step * math.tau / _DIRECTIONS
        along_x, along_y = math.cos(turn), math.sin(turn)
        far = radius * (2.6 + 0.55 * math.sin(turn * lobes + phase) + rng.uniform(-0.15, 0.15))
        for dx, dy in near:
            along = dx * along_x + dy * along_y
            if along > 0:
                far = min(far, 0.53 * (dx * dx + dy * dy) / along)
        found.append(far)
    return tuple(found)


def _nuclei(rng: Random, cells: list[Cell], canvas: Size, look: Cells) -> Layer:
    """DNA: grainy, with dark nucleoli; compact and bright in mitosis and in dying cells."""
    whole, holes = empty(canvas), empty(canvas)
    pen, eraser = ImageDraw.Draw(whole), ImageDraw.Draw(holes)
    for cell in cells:
        if cell.state == "resting":
            level = int(min(185, max(95, rng.gauss(140, 22))))
            shape = outline(
                rng, cell.centre, cell.radius, squeeze=cell.squeeze, angle=cell.angle, rough=0.035
            )
            pen.polygon(shape, fill=level)
            for _ in range(rng.randrange(2, 5)):
                spot = cell.at(rng.random() * math.tau, cell.radius * rng.uniform(0.1, 0.5))
                disc(eraser, spot, cell.radius * rng.uniform(0.09, 0.19), 190)
        elif cell.state == "dying":
            for _ in range(rng.randrange(3, 7)):
                spot = cell.at(rng.random() * math.tau, cell.radius * rng.uniform(0, 0.55))
                disc(pen, spot, cell.radius * rng.uniform(0.12, 0.34), 235)
        else:
            for offset in (0.0,) if cell.state == "metaphase" else (-0.42, 0.42):
                centre = cell.at(cell.angle, cell.radius * offset)
                turned = cell.angle + math.pi / 2
                pen.polygon(
                    outline(rng, centre, cell.radius * 0.72, squeeze=0.27, angle=turned, rough=0.06), fill=245
                )
    scale = unit(canvas)
    small = half(whole).size
    chromatin = levels(clouds(rng, small, 5.5 * scale, octaves=3), 0.95, 95)
    nucleoli = levels(blurred(half(holes), 1.4 * scale), -0.62, 255)
    sharp = times(blurred(half(whole), 0.9 * scale), chromatin, nucleoli)
    return plus(levels(sharp, 1.12), levels(blurred(half(whole), 11 * scale), 0.13), empty(small, 4))


def _microtubules(rng: Random, cells: list[Cell], canvas: Size, look: Cells) -> Layer:
    """Filaments that leave the centrosome and bend along the cell's edge; spindles in mitosis."""
    sheets = [empty(canvas) for _ in range(3)]
    pens = [ImageDraw.Draw(sheet) for sheet in sheets]
    body, shadow = empty(canvas), empty(canvas)
    haze, shade = ImageDraw.Draw(body), ImageDraw.Draw(shadow)
    scale = unit(canvas)
    thin = max(1, round(scale))
    for cell in cells:
        if cell.state == "dying":
            disc(haze, cell.centre, cell.radius, 80)
        elif cell.state == "resting":
            haze.polygon(cell.edge(), fill=rng.randrange(40, 62))
            _array(rng, cell, pens, thin)
            disc(shade, cell.centre, cell.radius * 0.85, 110)
        else:
            disc(haze, cell.centre, cell.radius * 1.4, 95)
            _spindle(rng, cell, pens, thin)
    lines = times(
        blurred(half(plus(*sheets)), 0.5 * scale), levels(blurred(half(shadow), 3 * scale), -1.0, 255)
    )
    lines = levels(lines, 1.5)
    return plus(
        lines,
        levels(blurred(lines, 5 * scale), 0.42),
        blurred(levels(half(body), 0.5), 3 * scale),
        empty(lines.size, 3),
    )


def _array(rng: Random, cell: Cell, pens: list[ImageDraw.ImageDraw], thin: int) -> None:
    """The microtubules of a resting cell: out from beside the nucleus, then along the cell's edge."""
    (x, y), sine, cosine = cell.centre, math.sin, math.cos
    start_x, start_y = cell.at(rng.random() * math.tau, cell.radius * 0.9)
    brightness = rng.gauss(1, 0.14)
    swirl = rng.gauss(0, 0.35)
    reach = [cell.reach_at(step * math.tau / _FINE) for step in range(_FINE)]
    steps = _FINE / math.tau
    for number in range(56):
        turn = number * 2.39996 + rng.uniform(-0.2, 0.2)
        bend = swirl + rng.gauss(0, 0.8)
        wobble, ripple = rng.uniform(-0.2, 0.2), rng.uniform(3, 8)
        length = rng.uniform(0.72, 1.02)
        path: list[Point] = []
        for share, squared, reached, pull in _FILAMENT:
            angle = turn + bend * squared + wobble * sine(share * ripple)
            far = reach[int(angle * steps) % _FINE] * length * reached * (1 - pull)
            path.append(
                (
                    x + (start_x - x) * pull + far * cosine(angle),
                    y + (start_y - y) * pull + far * sine(angle),
                )
            )
        pens[number % 3].line(path, fill=int(min(200, rng.uniform(64, 138) * brightness)), width=thin)


def _spindle(rng: Random, cell: Cell, pens: list[ImageDraw.ImageDraw], thin: int) -> None:
    """Two poles, and fibres bulging between them."""
    poles = cell.at(cell.angle, cell.radius * 0.95), cell.at(cell.angle + math.pi, cell.radius * 0.95)
    across_x, across_y = -math.sin(cell.angle), math.cos(cell.angle)
    for number in range(15):
        bulge = cell.radius * 0.7 * (number / 14 * 2 - 1)
        path: list[Point] = []
        for step in range(9):
            share = step / 8
            out = bulge * math.sin(math.pi * share)
            x = poles[0][0] + (poles[1][0] - poles[0][0]) * share + out * across_x
            y = poles[0][1] + (poles[1][1] - poles[0][1]) * share + out * across_y
            path.append((x, y))
        pens[number % 3].line(path, fill=int(rng.uniform(70, 130)), width=thin)
    for pole in poles:
        disc(pens[0], pole, cell.radius * 0.08, 150)


def _actin(rng: Random, cells: list[Cell], canvas: Size, look: Cells) -> Layer:
    """Stress fibres side by side through the cell, and a bright rim."""
    sheets = [empty(canvas) for _ in range(2)]
    pens = [ImageDraw.Draw(sheet) for sheet in sheets]
    body = empty(canvas)
    haze = ImageDraw.Draw(body)
    scale = unit(canvas)
    for cell in cells:
        rim = cell.edge(0.97)
        haze.polygon(rim, fill=rng.randrange(40, 70))
        pens[0].line([*rim, rim[0]], fill=rng.randrange(90, 160), width=max(1, round(2 * scale)))
        for number in range(34):
            turn = cell.angle + rng.gauss(0, 0.5)
            far = turn + math.pi + rng.gauss(0, 0.5)
            path = [cell.at(turn, cell.reach_at(turn) * 0.95), cell.at(far, cell.reach_at(far) * 0.95)]
            pens[number % 2].line(path, fill=rng.randrange(45, 130), width=max(1, round(scale)))
    lines = blurred(half(plus(*sheets)), 0.6 * scale)
    return plus(lines, levels(blurred(lines, 5 * scale), 0.4), blurred(levels(half(body), 0.6), 2 * scale))


def _foci(rng: Random, cells: list[Cell], canvas: Size, look: Cells) -> Layer:
    """Repair foci: small and bright within the nucleus, on its faint glow."""
    dots, glow = empty(canvas), empty(canvas)
    pen, haze = ImageDraw.Draw(dots), ImageDraw.Draw(glow)
    scale = unit(canvas)
    for cell in cells:
        if cell.state == "dying":
            disc(haze, cell.centre, cell.radius * 0.6, 255)
            continue
        level = int(min(120, 14 + look.foci * 1.6) * rng.uniform(0.6, 1.3))
        haze.polygon(
            outline(rng, cell.centre, cell.radius, squeeze=cell.squeeze, angle=cell.angle, rough=0.03),
            fill=level,
        )
        count = max(0, round(rng.gauss(look.foci, 0.5 * look.foci**0.75 + 0.4)))
        for _ in range(count):
            turn, far = rng.random() * math.tau, cell.radius * 0.84 * math.sqrt(rng.random())
            x, y = far * math.cos(turn), far * math.sin(turn) * cell.squeeze
            cosine, sine = math.cos(cell.angle), math.sin(cell.angle)
            spot = (cell.centre[0] + x * cosine - y * sine, cell.centre[1] + x * sine + y * cosine)
            disc(pen, spot, rng.uniform(1.6, 3.4) * scale, rng.randrange(190, 256))
    sharp = blurred(half(dots), 0.55 * scale)
    return plus(
        levels(sharp, 1.35),
        levels(blurred(sharp, 3 * scale), 0.9),
        blurred(levels(half(glow), 0.6), 1.5 * scale),
    )


def _background(rng: Random, cells: list[Cell], canvas: Size, look: Cells) -> Layer:
    """No antibody: what is left is a trace of the cell and dust."""
    body = empty(canvas)
    haze = ImageDraw.Draw(body)
    scale = unit(canvas)
    for cell in cells:
        disc(haze, cell.centre, cell.radius * 1.9, 22)
    for _ in range(rng.randrange(2, 7)):
        disc(haze, (rng.random() * canvas[0], rng.random() * canvas[1]), rng.uniform(1, 3) * scale, 170)
    return plus(blurred(half(body), 1.5 * scale), empty(half(body).size, 10))


_STAINS = {
    "nuclei": _nuclei,
    "microtubules": _microtubules,
    "actin": _actin,
    "foci": _foci,
    "background": _background,
}
