"""Synthetic slides and test samples: a rolled gut at low power, a slide's macro picture and label, beads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw, ImageFont

from catalog_builder.sources.demo.canvas import (
    Point,
    Size,
    absorb,
    blurred,
    clouds,
    disc,
    double,
    emit,
    empty,
    half,
    levels,
    lozenge,
    outline,
    plus,
    scatter,
    shot_noise,
    times,
    unit,
)
from catalog_builder.sources.demo.histology import EOSIN, HAEMATOXYLIN


@dataclass(frozen=True, kw_only=True)
class SwissRoll:
    """A colon, opened, rolled up and cut: a spiral of folds on its muscle."""

    severity: float = 0.0
    turns: float = 3.4

    def draw(self, rng: Random, size: Size) -> Image.Image:
        """Follows the spiral from inside out, one fold after the other."""
        canvas = double(size)
        scale = unit(canvas)
        matter, nuclei = empty(canvas, 3), empty(canvas)
        pens = ImageDraw.Draw(matter), ImageDraw.Draw(nuclei)
        reach = min(canvas) * 0.46
        stretch = canvas[0] / canvas[1] if canvas[0] > canvas[1] else 1.0
        pitch = reach / (self.turns + 0.35)
        turn, phase = math.tau * 0.35, rng.random() * math.tau
        while turn < math.tau * self.turns:
            radius = pitch * (turn / math.tau + 0.3) * (1 + 0.035 * math.sin(3 * turn + phase))
            spot = (
                canvas[0] / 2 + radius * stretch**0.6 * math.cos(turn + phase),
                canvas[1] / 2 + radius * math.sin(turn + phase),
            )
            self._fold(rng, spot, turn + phase, pitch, pens)
            turn += 4.3 * scale / radius
        small = half(matter).size
        grain = levels(clouds(rng, small, 3 * scale), 0.7, 140)
        stained = times(blurred(half(matter), 0.6 * scale), grain)
        return absorb([(stained, EOSIN), (times(blurred(half(nuclei), 0.7 * scale), grain), HAEMATOXYLIN)])

    def _fold(
        self,
        rng: Random,
        spot: Point,
        turn: float,
        pitch: float,
        pens: tuple[ImageDraw.ImageDraw, ImageDraw.ImageDraw],
    ) -> None:
        """Muscle outside, then a gap, then crypts towards the middle of the roll."""
        out_x, out_y = math.cos(turn), math.sin(turn)

        def at(depth: float) -> Point:
            return spot[0] + depth * pitch * out_x, spot[1] + depth * pitch * out_y

        ill = rng.random() < self.severity * 0.5
        height = rng.uniform(0.4, 0.5) * (0.55 if ill else 1.0)
        wide = max(1, round(pitch * 0.085))
        pens[0].line([at(0.28), at(0.4)], fill=190, width=wide + 1)
        pens[0].line([at(0.24), at(-height)], fill=105, width=wide)
        pens[0].line([at(0.22), at(0.16)], fill=60, width=wide)
        pens[1].line(
            [at(0.1), at(-height * 0.75)], fill=90 if ill else rng.randrange(105, 175), width=max(1, wide - 1)
        )
        if ill:
            disc(pens[1], at(rng.uniform(-0.2, 0.2)), pitch * 0.1, 110)
        elif rng.random() < 0.045:
            pens[1].polygon(lozenge(at(0.15), pitch * 0.16, pitch * 0.09, turn + math.pi / 2), fill=185)


@dataclass(frozen=True, kw_only=True)
class Macro:
    """The whole glass as the scanner's first camera sees it: label, cover slip, pieces of tissue."""

    lines: tuple[str, ...]
    pieces: int = 3

    def draw(self, rng: Random, size: Size) -> Image.Image:
        """A slide lying on its side, or standing in a tall picture."""
        canvas = double(size)
        tall = canvas[1] > canvas[0]
        lying = (max(canvas), min(canvas))
        slide = self._slide(rng, lying)
        small = slide.reduce(2)
        return small.transpose(Image.Transpose.ROTATE_270) if tall else small

    def _slide(self, rng: Random, canvas: Size) -> Image.Image:
        width, height = canvas
        scale = unit(canvas)
        matter, nuclei = empty(canvas), empty(canvas)
        pens = ImageDraw.Draw(matter), ImageDraw.Draw(nuclei)
        for piece in range(self.pieces):
            centre = (width * (0.41 + 0.5 * (piece + 0.5) / self.pieces), height * rng.uniform(0.44, 0.56))
            reach = min(height * 0.27, width * 0.2 / self.pieces)
            for share, fill in ((1.0, 100), (0.8, 25), (0.62, 105), (0.42, 22), (0.26, 95)):
                ring = outline(rng, centre, reach * share * 1.15, squeeze=0.9, rough=0.05)
                pens[0].polygon(ring, fill=fill)
                pens[1].polygon(ring, fill=fill // 2)
        grain = levels(clouds(rng, canvas, 5 * scale), 0.8, 120)
        picture = absorb(
            [(times(matter, grain), EOSIN), (times(nuclei, grain), HAEMATOXYLIN)], glass="#dfe5e6"
        )
        pen = ImageDraw.Draw(picture)
        pen.rectangle((width * 0.34, height * 0.1, width * 0.965, height * 0.9), outline="#b9c4c6", width=2)
        label = Label(lines=self.lines).draw(rng, (round(width * 0.3), round(height * 0.92)))
        picture.paste(label, (round(width * 0.012), round(height * 0.04)))
        pen.rectangle((0, 0, width - 1, height - 1), outline="#9aa5a8", width=3)
        return picture


@dataclass(frozen=True, kw_only=True)
class Label:
    """A slide's paper label: a square code and a few printed lines."""

    lines: tuple[str, ...]

    def draw(self, rng: Random, size: Size) -> Image.Image:
        """The code is chance and codes nothing."""
        picture = Image.new("RGB", size, "#f7f5ee")
        pen = ImageDraw.Draw(picture)
        width, height = size
        step = max(1, int(min(width * 0.62, height * 0.5) / 17))
        left, top = (width - 17 * step) // 2, round(height * 0.07)
        for row in range(17):
            for column in range(17):
                frame = column == 0 or row == 16 or ((column + row) % 2 == 0 and (row == 0 or column == 16))
                if frame or (0 < row < 16 and 0 < column < 16 and rng.random() < 0.5):
                    x, y = left + column * step, top + row * step
                    pen.rectangle((x, y, x + step - 1, y + step - 1), fill="#1d1d22")
        room = height - top - 17 * step
        longest = max((len(line) for line in self.lines), default=1)
        points = max(6.0, min(room / (len(self.lines) * 1.45), width * 1.6 / longest))
        font = ImageFont.load_default(points)
        down = top + 17 * step + (room - len(self.lines) * points * 1.3) / 2
        for line in self.lines:
            pen.text((width / 2, down), line, fill="#26262b", font=font, anchor="ma")
            down += points * 1.3
        return picture


@dataclass(frozen=True, kw_only=True)
class Beads:
    """Fluorescent beads that shine in every channel; `shift` pixels of colour error between channels."""

    colours: tuple[str, ...]
    shift: float = 0.0
    count: int = 70

    def draw(self, rng: Random, size: Size) -> Image.Image:
        """The same beads in each colour, a little displaced."""
        canvas = double(size)
        scale = unit(canvas)
        places = [
            (
                rng.random() * canvas[0],
                rng.random() * canvas[1],
                rng.randrange(150, 256),
                rng.choice((2.2, 3.2, 5.0)),
            )
            for _ in range(self.count)
        ]
        layers = []
        for number, colour in enumerate(self.colours):
            layer = empty(canvas)
            pen = ImageDraw.Draw(layer)
            for x, y, level, radius in places:
                disc(
                    pen,
                    (x + number * self.shift * 2 * scale, y - number * self.shift * scale),
                    radius * scale,
                    level,
                )
            sharp = half(layer)
            glow = plus(
                blurred(sharp, 0.7 * scale), levels(blurred(sharp, 4 * scale), 1.1), empty(sharp.size, 4)
            )
            layers.append((shot_noise(rng, glow, 0.25), colour))
        return emit(layers)


@dataclass(frozen=True, kw_only=True)
class Rhizome:
    """A slice of lily of the valley, the sample every microscope is tried with: cell walls that glow."""

    walls: str = "#2fd27a"
    vessels: str = "#ff8a3c"
    nearness: float = 1.0
    """1 shows a quarter of the stem; more comes closer."""

    def draw(self, rng: Random, size: Size) -> Image.Image:
        """Rings of cells around a corner of the picture, with a ring of wide vessels."""
        canvas = double(size)
        scale = unit(canvas) * self.nearness
        heart = (canvas[0] * rng.uniform(-0.05, 0.25), canvas[1] * rng.uniform(0.85, 1.1))
        green, orange = empty(canvas), empty(canvas)
        pens = ImageDraw.Draw(green), ImageDraw.Draw(orange)
        for centre in scatter(rng, canvas, 31 * scale, jitter=0.16, margin=0.8):
            away = math.hypot(centre[0] - heart[0], centre[1] - heart[1]) / scale
            ring = outline(
                rng, centre, rng.uniform(15.5, 19) * scale, squeeze=0.9, angle=rng.random(), rough=0.08
            )
            inner = 205 < away < 285
            level = 90 if inner else rng.randrange(120, 210)
            pens[0].line([*ring, ring[0]], fill=level, width=max(1, round(2.4 * scale)))
            if inner:
                for turn in range(5):
                    angle = turn * math.tau / 5 + away
                    spot = centre[0] + 10 * scale * math.cos(angle), centre[1] + 10 * scale * math.sin(angle)
                    rim = outline(rng, spot, rng.uniform(5.5, 8.5) * scale, rough=0.04)
                    pens[1].line([*rim, rim[0]], fill=rng.randrange(170, 250), width=max(2, round(3 * scale)))
        layers = []
        for layer, colour in ((green, self.walls), (orange, self.vessels)):
            sharp = blurred(half(layer), 0.7 * unit(canvas))
            layers.append(
                (shot_noise(rng, plus(sharp, levels(blurred(sharp, 7 * scale), 0.5)), 0.25), colour)
            )
        return emit(layers)
