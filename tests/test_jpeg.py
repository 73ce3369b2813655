"""JPEG metadata is cut out without touching the picture."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest
from PIL import Image as Picture
from PIL import ImageCms, ImageDraw

from catalog_builder.publish.jpeg import strip_metadata

SECRET = b"SECRET-\xff\xd9-of-a-patient"


def drawn(mode: str = "RGB", **options: Any) -> bytes:
    picture = Picture.new("RGB", (97, 61), (20, 90, 160))
    pen = ImageDraw.Draw(picture)
    for number in range(0, 90, 7):
        pen.ellipse((number, number // 2, number + 20, number // 2 + 30), fill=(number * 2, 255 - number, 80))
    made = io.BytesIO()
    picture.convert(mode).save(made, "JPEG", **options)
    return made.getvalue()


def pixels(jpeg: bytes) -> tuple[str, bytes]:
    picture = Picture.open(io.BytesIO(jpeg))
    picture.load()
    return picture.mode, picture.tobytes()


def with_segments(jpeg: bytes, *segments: tuple[int, bytes]) -> bytes:
    """The same picture with segments put in behind its start, and bytes behind its end."""
    added = b"".join(struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body for marker, body in segments)
    return jpeg[:2] + added + jpeg[2:]


KINDS: dict[str, dict[str, Any]] = {
    "baseline": {},
    "progressive": {"progressive": True},
    "grey": {"mode": "L"},
    "CMYK with Adobe's marker": {"mode": "CMYK"},
    "restart markers": {"restart_marker_blocks": 2},
    "progressive CMYK": {"mode": "CMYK", "progressive": True},
    "full colour sampling": {"subsampling": 0, "quality": 98},
}


@pytest.mark.parametrize("kind", KINDS)
def test_pixels_stay_and_metadata_goes(kind: str) -> None:
    plain = drawn(**KINDS[kind])
    exif = Picture.Exif()
    exif[0x010E] = SECRET.decode("latin-1")
    dirty = drawn(
        **KINDS[kind],
        exif=exif,
        comment=SECRET,
        icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + SECRET,
        xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>",
    )
    dirty = with_segments(dirty, (0xED, b"Photoshop 3.0\0" + SECRET), (0xFE, SECRET), (0xEF, SECRET)) + SECRET
    assert dirty.count(SECRET) >= 6
    clean = strip_metadata(dirty)
    assert b"SECRET" not in clean and b"patient" not in clean
    assert pixels(clean) == pixels(dirty) == pixels(plain)
    picture = Picture.open(io.BytesIO(clean))
    assert not picture.getexif() and "icc_profile" not in picture.info and "comment" not in picture.info
    assert strip_metadata(clean) == clean, "nothing more to take out the second time"


NEEDED = {*range(0xC0, 0xD0), 0xDA, 0xDB, 0xDC, 0xDD} - {0xC8}


@pytest.mark.parametrize("marker", sorted({*range(0x02, 0xFF)} - {*range(0xD0, 0xDA)} - NEEDED))
def test_a_segment_that_decoding_does_not_need_goes_whatever_it_is(marker: int) -> None:
    jpeg = drawn()
    clean = strip_metadata(with_segments(jpeg, (marker, SECRET)))
    assert b"SECRET" not in clean
    assert clean == strip_metadata(jpeg)


def test_every_segment_that_decoding_needs_stays() -> None:
    for marker in sorted(NEEDED - {0xDA}):
        assert b"as it was" in strip_metadata(with_segments(drawn(), (marker, b"as it was")))


def test_the_compressed_picture_keeps_its_bytes() -> None:
    jpeg = drawn()
    scan = jpeg[jpeg.index(b"\xff\xda") :]
    assert strip_metadata(with_segments(jpeg, (0xE1, b"Exif\0\0" + SECRET))).endswith(scan)


def test_a_second_picture_behind_the_first_goes_whole() -> None:
    """Cameras append a preview or a whole second JPEG, which has metadata and an end of its own."""
    hidden = with_segments(drawn(mode="L"), (0xE1, b"Exif\0\0" + SECRET))
    clean = strip_metadata(drawn() + hidden)
    assert b"SECRET" not in clean
    assert clean == strip_metadata(drawn())


def test_a_segment_between_two_scans_goes_too() -> None:
    jpeg = drawn(progressive=True)
    second = (
        jpeg.rindex(b"\xff\xc4")
        if jpeg.rindex(b"\xff\xc4") > jpeg.index(b"\xff\xda")
        else jpeg.rindex(b"\xff\xda")
    )
    comment = b"\xff\xfe" + struct.pack(">H", len(SECRET) + 2) + SECRET
    dirty = jpeg[:second] + comment + jpeg[second:]
    assert pixels(dirty) == pixels(jpeg)
    assert strip_metadata(dirty) == strip_metadata(jpeg)


def test_the_preview_within_a_jfif_header_goes() -> None:
    jpeg = drawn()
    assert jpeg[6:11] == b"JFIF\0"
    length = int.from_bytes(jpeg[4:6], "big")
    header = jpeg[6 : 4 + length - 2] + b"\x02\x01" + b"SECRET"  # a preview of 2 x 1 pixels
    dirty = jpeg[:2] + b"\xff\xe0" + struct.pack(">H", len(header) + 2) + header + jpeg[4 + length :]
    clean = strip_metadata(dirty)
    assert b"SECRET" not in clean and pixels(clean) == pixels(jpeg)
    assert Picture.open(io.BytesIO(clean)).info["jfif_version"] == (1, 1)


def test_fill_bytes_before_a_marker_are_legal() -> None:
    jpeg = drawn()
    assert pixels(strip_metadata(jpeg[:2] + b"\xff\xff" + jpeg[2:])) == pixels(jpeg)


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\xff",
        b"\xff\xd8",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xd9",
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        b"GIF89a",
        bytes(200),
    ],
)
def test_what_is_no_jpeg_is_refused(broken: bytes) -> None:
    with pytest.raises(ValueError):
        strip_metadata(broken)


@pytest.mark.parametrize("kind", ["baseline", "progressive"])
def test_a_truncated_jpeg_is_refused_wherever_it_ends(kind: str) -> None:
    jpeg = drawn(**KINDS[kind])
    for end in range(len(jpeg)):
        with pytest.raises(ValueError):
            strip_metadata(jpeg[:end])


def test_a_segment_that_claims_no_length_does_not_hang() -> None:
    with pytest.raises(ValueError):
        strip_metadata(b"\xff\xd8\xff\xe1\x00\x00" + drawn()[2:])
    with pytest.raises(ValueError):
        strip_metadata(b"\xff\xd8" + b"\xff\x01" * 50)
