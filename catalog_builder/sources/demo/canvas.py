"""What the demo's pictures are painted with: seeded textures, outlines, light that adds, stain that absorbs.

Scenes are drawn twice as large as they are shown and halved by `half`, which smooths every edge. A layer is
a picture of mode "L": how much light a dye sends out, or how much of a stain there is. All chance comes from
the `random.Random` handed in, so a seed is a picture.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from random import Random
from typing import Protocol, TypeAlias

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter

Layer: TypeAlias = Image.Image
Size: TypeAlias = tuple[int, int]
Point: TypeAlias = tuple[float, float]
Outline: TypeAlias = list[Point]

#: Lengths in scenes are pixels of a canvas whose longest side is this; `unit` scales them to the real one.
REFERENCE = 512


class Scene(Protocol):
    """What a picture shows, apart from chance."""

    def draw(self, rng: Random, size: Size) -> Image.Image:
        """Paint an RGB picture of exactly this size; `size` is the final one, not the doubled canvas."""


def double(size: Size) -> Size:
    """The canvas of a picture of this size."""
    return size[0] * 2, size[1] * 2


def half(layer: Layer) -> Layer:
    """From canvas to picture size, every four pixels averaged."""
    return layer.reduce(2)


def unit(size: Size) -> float:
    """What one pixel of the reference canvas measures on a canvas of this size."""
    return max(size) / REFERENCE


def empty(size: Size, level: int = 0) -> Layer:
    """A layer that is `level` everywhere."""
    return Image.new("L", size, level)


def speckle(rng: Random, size: Size) -> Layer:
    """Noise without grain, pixel by pixel, around 128."""
    count = size[0] * size[1]
    first = Image.frombytes("L", size, rng.randbytes(count))
    return ImageChops.blend(first, Image.frombytes("L", size, rng.randbytes(count)), 0.5)


def clouds(rng: Random, size: Size, grain: float, octaves: int = 2) -> Layer:
    """Smooth noise around 128 with bumps of `grain` pixels, and finer ones over them."""
    found = _bumps(rng, size, grain)
    for octave in range(1, octaves):
        found = ImageChops.blend(found, _bumps(rng, size, grain / 2**octave), 0.36)
    return found


def fibres(rng: Random, size: Size, grain: float, stretch: float) -> Layer:
    """Smooth noise drawn out sideways `stretch` times, as collagen is."""
    return _stretched(rng, size, (max(grain * stretch, 1.0), max(grain, 1.0)))


def _bumps(rng: Random, size: Size, grain: float) -> Layer:
    return _stretched(rng, size, (max(grain, 1.0), max(grain, 1.0)))


def _stretched(rng: Random, size: Size, grain: Point) -> Layer:
    columns, rows = (math.ceil(side / step) + 3 for side, step in zip(size, grain, strict=True))
    seeds = Image.frombytes("L", (columns, rows), rng.randbytes(columns * rows))
    box = (1.0, 1.0, 1.0 + size[0] / grain[0], 1.0 + size[1] / grain[1])
    return seeds.resize(size, Image.Resampling.BICUBIC, box=box)


def levels(layer: Layer, gain: float, offset: float = 0.0) -> Layer:
    """`value * gain + offset`, kept within 0 and 255."""
    return layer.point(_straight(gain, offset))


@lru_cache(maxsize=256)
def _straight(gain: float, offset: float) -> list[int]:
    return [min(255, max(0, round(value * gain + offset))) for value in range(256)]


def blurred(layer: Layer, radius: float) -> Layer:
    """The layer out of focus by so many pixels."""
    return layer.filter(ImageFilter.GaussianBlur(radius)) if radius > 0 else layer


def times(*layers: Layer) -> Layer:
    """The product, 255 standing for one."""
    product = layers[0]
    for layer in layers[1:]:
        product = ImageChops.multiply(product, layer)
    return product


def plus(*layers: Layer) -> Layer:
    """The sum, kept below 256."""
    total = layers[0]
    for layer in layers[1:]:
        total = ImageChops.add(total, layer)
    return total


def shot_noise(rng: Random, layer: Layer, strength: float) -> Layer:
    """The layer as a camera counts it: noisier where it is brighter, and a little everywhere."""
    noise = speckle(rng, layer.size)
    amplitude = levels(layer, 0.75, 40)
    brighter = times(levels(noise, 2 * strength, -255 * strength), amplitude)
    darker = times(levels(noise, -2 * strength, 255 * strength), amplitude)
    return ImageChops.subtract(ImageChops.add(layer, brighter), darker)


def emit(layers: Sequence[tuple[Layer, str]]) -> Image.Image:
    """Dyes that shine: their light adds up, each in its colour (`#rrggbb`)."""
    bands = [empty(layers[0][0].size) for _ in range(3)]
    for layer, colour in layers:
        for band, share in enumerate(ImageColor.getrgb(colour)[:3]):
            if share:
                bands[band] = ImageChops.add(bands[band], levels(layer, share / 255))
    return Image.merge("RGB", bands)


def absorb(layers: Sequence[tuple[Layer, str]], glass: str = "#f6f4f3") -> Image.Image:
    """Stains in transmitted light: each, where it is thick, takes the white of the glass to its colour.

    Follows Beer and Lambert: twice the stain squares what passes.
    """
    bands = [empty(layers[0][0].size, level) for level in ImageColor.getrgb(glass)[:3]]
    for layer, colour in layers:
        for band, passing in enumerate(ImageColor.getrgb(colour)[:3]):
            share = max(passing, 1) / 255
            bands[band] = ImageChops.multiply(bands[band], layer.point(_passing(share)))
    return Image.merge("RGB", bands)


@lru_cache(maxsize=64)
def _passing(share: float) -> list[int]:
    return [round(255 * share ** (value / 200)) for value in range(256)]


def outline(
    rng: Random,
    centre: Point,
    radius: float,
    *,
    squeeze: float = 1.0,
    angle: float = 0.0,
    rough: float = 0.06,
) -> Outline:
    """A closed shape around `centre`: an ellipse (`squeeze` < 1 is flatter) with a living edge."""
    first, second, third = rng.random() * math.tau, rng.random() * math.tau, rng.random() * math.tau
    along_x, along_y = radius * math.cos(angle), radius * math.sin(angle)
    across_x, across_y = -squeeze * along_y, squeeze * along_x
    half_rough, third_rough = rough / 2, rough / 3
    sine = math.sin
    shape: Outline = []
    for turn, along, across in _circle(max(8, min(36, round(radius * 0.9)))):
        wave = rough * sine(2 * turn + first) + half_rough * sine(3 * turn + second)
        reach = 1 + wave + third_rough * sine(4 * turn + third)
        along *= reach
        across *= reach
        shape.append(
            (centre[0] + along * along_x + across * across_x, centre[1] + along * along_y + across * across_y)
        )
    return shape


@lru_cache(maxsize=64)
def _circle(points: int) -> list[tuple[float, float, float]]:
    """Angle, cosine and sine at so many points around."""
    turns = [step * math.tau / points for step in range(points)]
    return [(turn, math.cos(turn), math.sin(turn)) for turn in turns]


def disc(pen: ImageDraw.ImageDraw, centre: Point, radius: float, level: int) -> None:
    """A filled circle."""
    x, y = centre
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=level)


def lozenge(centre: Point, length: float, width: float, angle: float) -> Outline:
    """A small nucleus: eight points, cheap to draw by the hundred; `length` and `width` are half axes."""
    ax, ay = length * math.cos(angle), length * math.sin(angle)
    bx, by = -width * math.sin(angle), width * math.cos(angle)
    x, y = centre
    k = 0.72
    return [
        (x + ax, y + ay),
        (x + k * (ax + bx), y + k * (ay + by)),
        (x + bx, y + by),
        (x - k * (ax - bx), y - k * (ay - by)),
        (x - ax, y - ay),
        (x - k * (ax + bx), y - k * (ay + by)),
        (x - bx, y - by),
        (x + k * (ax - bx), y + k * (ay - by)),
    ]


def scatter(
    rng: Random, size: Size, distance: float, jitter: float = 0.3, margin: float = 1.0
) -> Iterator[Point]:
    """Points about `distance` apart over the canvas and `margin` distances beyond its edge."""
    rise = distance * math.sqrt(3) / 2
    over = margin * distance
    shift_x, shift_y = rng.random() * distance, rng.random() * rise
    for row in range(math.ceil((size[1] + 2 * over) / rise) + 1):
        for column in range(math.ceil((size[0] + 2 * over) / distance) + 1):
            x = (column + row % 2 / 2) * distance - over - shift_x
            y = row * rise - over - shift_y
            yield x + rng.uniform(-jitter, jitter) * distance, y + rng.uniform(-jitter, jitter) * distance
