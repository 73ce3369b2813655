"""Pictures to serve as thumbnails, and everything that can be wrong with one."""

from __future__ import annotations

import random
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

# OMERO's JPEG quality of 0.85
_QUALITY = 85
MISSING, EMPTY, CLOCK, TRUNCATED, HTML, NOT_JPEG, BOMB = (
    "missing",
    "empty",
    "clock",
    "truncated",
    "html",
    "not jpeg",
    "bomb",
)
FAULTS = (MISSING, EMPTY, CLOCK, TRUNCATED, HTML, NOT_JPEG, BOMB)


def fitted(width: int, height: int, longest_side: int) -> tuple[int, int]:
    """The size of a thumbnail by its longest side; small images are enlarged, as OMERO does."""
    scale = longest_side / max(width, height)
    return max(1, int(width * scale)), max(1, int(height * scale))


def spoil(picture: bytes, fault: str) -> bytes:
    """The picture as a server in trouble sends it. (A missing one is left out by the caller.)"""
    if fault == EMPTY:
        return b""
    if fault == CLOCK:
        return clock()
    if fault == TRUNCATED:
        return picture[: len(picture) // 2]
    if fault == HTML:
        return b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
    if fault == NOT_JPEG:
        return _encode(Image.new("RGB", (8, 8), "red"), "PNG")
    if fault == BOMB:
        return bomb(picture)
    raise ValueError(f"there is no fault {fault}; there are {', '.join(FAULTS)}")


@lru_cache(maxsize=4096)
def draw(seed: int, width: int, height: int) -> bytes:
    """Something like cells in a dark field; the same seed and size give the same bytes."""
    dice = random.Random(seed)
    background = tuple(dice.randrange(5, 40) for _ in range(3))
    picture = Image.new("RGB", (width, height), background)
    pen = ImageDraw.Draw(picture)
    for _ in range(8):
        radius = dice.uniform(0.04, 0.16) * max(width, height)
        x, y = dice.uniform(0, width), dice.uniform(0, height)
        colour = tuple(dice.randrange(60, 256) for _ in range(3))
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    return _encode(picture, "JPEG")


@lru_cache(maxsize=1)
def clock() -> bytes:
    """What OMERO shows while it makes a pyramid: the same small drawing whatever size was asked for."""
    picture = Image.new("RGB", (64, 64), "white")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((4, 4, 59, 59), outline="grey", width=3)
    pen.line((32, 32, 32, 12), fill="grey", width=3)
    pen.line((32, 32, 46, 38), fill="grey", width=3)
    return _encode(picture, "JPEG")


def bomb(picture: bytes) -> bytes:
    """The same file, whose header promises 65,535 x 65,535 pixels: 13 GB for whoever unpacks it."""
    frame = picture.index(b"\xff\xc0") + 5
    return picture[:frame] + b"\xff\xff\xff\xff" + picture[frame + 4 :]


def _encode(picture: Image.Image, kind: str) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, kind, quality=_QUALITY)
    return buffer.getvalue()
