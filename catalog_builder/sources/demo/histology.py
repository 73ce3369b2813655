"""Synthetic histology: sections of gut, lymph node, liver and skin, stained with H&E or for a marker.

Two layers of stain are drawn, one for nuclei and one for everything else, and light is sent through both.
Nuclei that carry the marker of an immunostain go to a third, brown one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw

from catalog_builder.sources.demo.canvas import (
    Outline,
    Point,
    Size,
    absorb,
    blurred,
    clouds,
    double,
    empty,
    fibres,
    half,
    levels,
    lozenge,
    outline,
    plus,
    scatter,
    times,
    unit,
)

HAEMATOXYLIN = "#5a3f9e"
PALE_HAEMATOXYLIN = "#6f86b8"
EOSIN = "#e67fa4"
BROWN = "#8a4a1c"


class Section:
    """The stains while a section is drawn: `matter` is what eosin binds, `nuclei` blue, `marked` brown."""

    def __init__(self, rng: Random, canvas: Size, *, matter: int) -> None:
        self.rng = rng
        self.canvas = canvas
        self.unit = unit(canvas)
        self.matter = empty(canvas, matter)
        self.nuclei = empty(canvas)
        self.marked = empty(canvas)
        self.matter_pen = ImageDraw.Draw(self.matter)
        self.nuclei_pen = ImageDraw.Draw(self.nuclei)
        self.marked_pen = ImageDraw.Draw(self.marked)

    def nucleus(self, shape: Outline, level: int, chance_marked: float = 0.0) -> None:
        """One nucleus, brown if it carries the marker."""
        if self.rng.random() < chance_marked:
            self.marked_pen.polygon(shape, fill=min(255, level + 70))
        self.nuclei_pen.polygon(shape, fill=level)

    def scattered(self, distance: float, share: float, radius: Point, marked: float = 0.0) -> None:
        """Nuclei of no particular order over the whole section, `share` of the places taken."""
        rng = self.rng
        for centre in scatter(rng, self.canvas, distance * self.unit, jitter=0.45, margin=0.2):
            if rng.random() < share:
                length = rng.uniform(*radius) * self.unit
                width = length * rng.uniform(0.45, 1.0)
                shape = lozenge(centre, length, width, rng.random() * math.pi)
                self.nucleus(shape, rng.randrange(110, 190), marked)


@dataclass(frozen=True, kw_only=True)
class Tissue:
    """A field of a stained section."""

    organ: str
    """`colon`, `tonsil`, `liver` or `skin`."""
    marker: bool = False
    """Stained for a marker in brown over blue instead of H&E."""
    severity: float = 0.0
    """How inflamed: 0 healthy, 1 the crypts are gone."""
    marked: float = 0.25
    """Share of the nuclei of the growing zone that carry the marker."""

    def draw(self, rng: Random, size: Size) -> Image.Image:
        """The organ's own layout, then the same texture, optics and light for all."""
        canvas = double(size)
        section = Section(rng, canvas, matter=95)
        _ORGANS[self.organ](section, self)
        scale = section.unit
        small = half(section.matter)
        grain = levels(clouds(rng, small.size, 7 * scale), 0.8, 125)
        matter = times(blurred(small, 0.5 * scale), grain)
        chromatin = levels(clouds(rng, small.size, 2.2 * scale, octaves=1), 0.55, 165)
        nuclei = times(blurred(half(section.nuclei), 0.55 * scale), chromatin)
        if not self.marker:
            return absorb([(matter, EOSIN), (nuclei, HAEMATOXYLIN), (levels(matter, 0.16), HAEMATOXYLIN)])
        brown = times(blurred(half(section.marked), 0.6 * scale), chromatin)
        haze = levels(matter, 0.2)
        return absorb(
            [(plus(levels(nuclei, 0.75), haze), PALE_HAEMATOXYLIN), (brown, BROWN), (haze, "#d8a878")]
        )


def _colon(section: Section, look: Tissue) -> None:
    """Crypts cut across: a ring of cells with pale mucus around a small opening, loose tissue between."""
    rng, scale = section.rng, section.unit
    _stroma(section, 0.55 + 0.45 * look.severity)
    section.scattered(15, 0.42 + 0.5 * look.severity, (2.6, 4.6), marked=0.05 if look.marker else 0)
    for centre in scatter(rng, section.canvas, 104 * scale, jitter=0.1 + 0.09 * look.severity, margin=0.6):
        if rng.random() < 0.75 * look.severity**1.5:
            continue
        radius = scale * rng.uniform(41, 49) * (1 + rng.uniform(-0.25, 0.2) * look.severity)
        squeeze = rng.uniform(0.78, 1.0) - 0.2 * look.severity * rng.random()
        _crypt(section, look, centre, radius, squeeze)
    if look.severity > 0.3:
        for _ in range(round(7 * look.severity)):
            spot = rng.random() * section.canvas[0], rng.random() * section.canvas[1]
            gap = outline(
                rng, spot, rng.uniform(8, 26) * scale, squeeze=0.4, angle=rng.random() * 3, rough=0.3
            )
            section.matter_pen.polygon(gap, fill=8)
            section.nuclei_pen.polygon(gap, fill=0)


def _crypt(section: Section, look: Tissue, centre: Point, radius: float, squeeze: float) -> None:
    rng, scale = section.rng, section.unit
    angle = rng.random() * math.pi
    cosine, sine = math.cos(angle), math.sin(angle)

    def at(turn: float, far: float) -> Point:
        x, y = far * math.cos(turn), far * math.sin(turn) * squeeze
        return centre[0] + x * cosine - y * sine, centre[1] + x * sine + y * cosine

    def shape(share: float) -> Outline:
        return outline(rng, centre, radius * share, squeeze=squeeze, angle=angle, rough=0.03)

    for pen in (section.nuclei_pen, section.marked_pen):
        pen.polygon(shape(1.12), fill=0)
    section.matter_pen.polygon(shape(1.14), fill=22)
    section.matter_pen.polygon(shape(1.06), fill=rng.randrange(125, 150))
    mucus = 0.85 * (1 - 0.75 * look.severity)
    for step in range(13):
        if rng.random() < mucus:
            turn = (step + rng.uniform(-0.2, 0.2)) * math.tau / 13
            drop = outline(
                rng,
                at(turn, radius * 0.56),
                radius * rng.uniform(0.13, 0.19),
                squeeze=0.8,
                angle=turn + angle,
            )
            section.matter_pen.polygon(drop, fill=rng.randrange(28, 52))
    section.matter_pen.polygon(
        outline(rng, centre, radius * rng.uniform(0.14, 0.24), squeeze=0.6, angle=angle, rough=0.2), fill=4
    )
    count = round(radius / scale * 0.62)
    for step in range(count):
        turn = (step + rng.uniform(-0.25, 0.25)) * math.tau / count
        spot = at(turn, radius * rng.uniform(0.83, 0.95))
        along = math.atan2(spot[1] - centre[1], spot[0] - centre[0])
        length = rng.uniform(4.6, 6.4) * scale
        shape_of_one = lozenge(spot, length, length * rng.uniform(0.5, 0.66), along)
        section.nucleus(shape_of_one, rng.randrange(135, 205), look.marked if look.marker else 0)


def _stroma(section: Section, density: float) -> None:
    """Loose connective tissue as a base: wavy, with gaps."""
    texture = fibres(section.rng, section.canvas, 9 * section.unit, 2.6)
    section.matter.paste(levels(texture, 0.95 * density, 8))


def _tonsil(section: Section, look: Tissue) -> None:
    """Lymphocytes wall to wall; paler germinal centres of large cells within a dense mantle."""
    rng, scale = section.rng, section.unit
    width, height = section.canvas
    centres = [
        (c, rng.uniform(88, 125) * scale)
        for c in scatter(rng, section.canvas, 300 * scale, jitter=0.2, margin=0.3)
    ]
    _stroma(section, 0.5)
    for centre in scatter(rng, (width, height), 10.5 * scale, jitter=0.36, margin=0.2):
        x, y = centre
        depth = min((math.hypot(x - cx, (y - cy) * 1.2) / radius for (cx, cy), radius in centres), default=9)
        if depth < 1:
            if rng.random() < 0.52:
                length = rng.uniform(4.2, 6.0) * scale
                marked = look.marked * 2.6 if look.marker else 0
                shape = lozenge(centre, length, length * 0.8, rng.random() * 3)
                section.nucleus(shape, rng.randrange(95, 150), marked)
        elif rng.random() < (0.97 if depth < 1.45 else 0.78):
            length = rng.uniform(3.4, 4.6) * scale
            shape = lozenge(centre, length, length * 0.88, rng.random() * 3)
            section.nucleus(shape, rng.randrange(165, 225), 0.04 if look.marker else 0)


def _liver(section: Section, look: Tissue) -> None:
    """Plates of large pink cells with round nuclei, pale channels between, a vein."""
    rng, scale = section.rng, section.unit
    section.matter.paste(18, (0, 0, *section.canvas))
    vein = (rng.uniform(0.15, 0.85) * section.canvas[0], rng.uniform(0.15, 0.85) * section.canvas[1])
    wide = rng.uniform(42, 66) * scale
    for centre in scatter(rng, section.canvas, 33 * scale, jitter=0.16, margin=0.8):
        away = math.hypot(centre[0] - vein[0], centre[1] - vein[1])
        if away < wide + 15 * scale:
            continue
        towards = math.atan2(centre[1] - vein[1], centre[0] - vein[0])
        size = rng.uniform(17.5, 20.5) * scale
        body = outline(rng, centre, size, squeeze=rng.uniform(0.74, 0.86), angle=towards, rough=0.07)
        section.matter_pen.polygon(body, fill=rng.randrange(130, 185))
        for offset in (0.0,) if rng.random() < 0.85 else (-0.35, 0.35):
            spot = (centre[0] + offset * size + rng.gauss(0, 2) * scale, centre[1] + rng.gauss(0, 2) * scale)
            length = rng.uniform(5, 6.4) * scale
            shape = lozenge(spot, length, length * 0.94, 0)
            section.nucleus(shape, rng.randrange(110, 170), 0.3 * look.marked if look.marker else 0)
        if rng.random() < 0.4:
            edge = (centre[0] + size * 0.8 * math.sin(towards), centre[1] - size * 0.8 * math.cos(towards))
            section.nucleus(lozenge(edge, 6 * scale, 2 * scale, towards), 205)
    section.matter_pen.polygon(outline(rng, vein, wide + 5 * scale, rough=0.05), fill=150)
    section.matter_pen.polygon(outline(rng, vein, wide, rough=0.06), fill=2)
    for _ in range(round(wide / scale / 2.6)):
        turn = rng.random() * math.tau
        spot = (vein[0] + (wide + 2 * scale) * math.cos(turn), vein[1] + (wide + 2 * scale) * math.sin(turn))
        section.nucleus(lozenge(spot, 6.5 * scale, 2.2 * scale, turn + math.pi / 2), 200)


def _skin(section: Section, look: Tissue) -> None:
    """From above: flakes of keratin, layered epidermis with pegs, wavy collagen."""
    rng, scale = section.rng, section.unit
    width, height = section.canvas
    phases = [rng.random() * math.tau for _ in range(4)]

    def surface(x: float) -> float:
        return height * 0.2 + scale * 9 * (
            math.sin(x / scale / 61 + phases[0]) + math.sin(x / scale / 27 + phases[1])
        )

    def base(x: float) -> float:
        peg = math.sin(x / scale / 24 + phases[2]) + 0.6 * math.sin(x / scale / 13 + phases[3])
        return surface(x) + scale * (86 + 25 * peg)

    steps = [x * width / 64 for x in range(65)]
    bundles = levels(fibres(rng, section.canvas, 8 * scale, 3.2), 1.25, -35)
    section.matter.paste(
        plus(levels(bundles, 0.75), levels(clouds(rng, section.canvas, 16 * scale), 0.35, -5))
    )
    section.scattered(34, 0.6, (3.0, 6.0))
    top = [(x, surface(x)) for x in steps]
    bottom = [(x, base(x)) for x in reversed(steps)]
    for pen in (section.nuclei_pen, section.marked_pen):
        pen.polygon([(0, 0), (width, 0), *bottom], fill=0)
    section.matter_pen.polygon([(0, 0), (width, 0), *reversed(top)], fill=2)
    section.matter_pen.polygon([*top, *bottom], fill=138)
    for flake in range(6):
        lift = scale * (4 + 8 * flake) * rng.uniform(0.85, 1.1)
        start, end = sorted(rng.sample(range(65), 2)) if flake > 1 else (0, 64)
        line = [
            (x, surface(x) - lift + scale * 3 * math.sin(x / scale / 17 + flake))
            for x in steps[start : end + 1]
        ]
        if len(line) > 1:
            section.matter_pen.line(
                line, fill=rng.randrange(120, 215), width=max(1, round(rng.uniform(2, 7) * scale))
            )
    for x, y in scatter(rng, section.canvas, 13.5 * scale, jitter=0.25, margin=0.3):
        depth = (y - surface(x)) / max(1.0, base(x) - surface(x))
        if not 0.12 < depth < 0.99:
            continue
        basal = depth > 0.84
        length = (rng.uniform(5, 6.2) if basal else rng.uniform(3.4, 5.0)) * scale
        flat = 0.6 if basal else 0.35 + 0.6 * depth
        shape = lozenge((x, y), length, length * flat, math.pi / 2 * basal + rng.gauss(0, 0.2))
        level = rng.randrange(170, 225) if basal else rng.randrange(90, 160)
        section.nucleus(shape, level, look.marked * (1.6 if basal else 0.2) if look.marker else 0)


_ORGANS = {"colon": _colon, "tonsil": _tonsil, "liver": _liver, "skin": _skin}
