"""Takes everything out of a JPEG that is not needed to draw it, without touching the picture itself.

A JPEG is a row of segments; those that decoding needs are kept as they are, with the compressed picture,
and all others are cut out whole, whatever they hold (ITU T.81, annex B, table B.1).
"""

from __future__ import annotations

import re

_START, _SCAN, _END = 0xD8, 0xDA, 0xD9
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_JFIF, _ADOBE = 0xE0, 0xEE

#: The segments that decoding needs: frames (0xC8 is reserved) with their Huffman (0xC4) and arithmetic (0xCC)
#: tables, scans, quantization tables, the number of lines, the restart interval.
_NEEDED = (frozenset(range(0xC0, 0xD0)) - {0xC8}) | {_SCAN, 0xDB, 0xDC, 0xDD}

#: The first marker behind compressed data, in which 0xFF is followed by zero or is a restart. What looks
#: like the end further on may belong to a second picture behind this one, with metadata of its own.
_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")


def strip_metadata(jpeg: bytes) -> bytes:
    """The same picture without metadata. Raises ValueError where the bytes are not a well-formed JPEG.

    Kept beside what decoding needs: the JFIF header (without its embedded preview) and Adobe's marker of 12
    bytes, which says how colours are coded. What follows the end of the picture is dropped too.
    """
    if jpeg[:2] != bytes((0xFF, _START)):
        raise ValueError("not a JPEG")
    kept = [jpeg[:2]]
    at = 2
    drawn = False
    while True:
        marker, at = _marker(jpeg, at)
        if marker == _END and drawn:
            return b"".join([*kept, bytes((0xFF, _END))])
        if marker == _END:
            raise ValueError("a JPEG without a picture")
        if marker in _STANDALONE:
            continue
        length = int.from_bytes(jpeg[at : at + 2], "big")
        if length < 2 or at + length > len(jpeg):
            raise ValueError("a truncated JPEG")
        kept.append(_cleaned(marker, jpeg[at : at + length]))
        at += length
        if marker == _SCAN:
            following = _AFTER_SCAN.search(jpeg, at)
            if following is None:
                raise ValueError("a truncated JPEG")
            kept.append(jpeg[at : following.start()])
            at = following.start()
            drawn = True


def _marker(jpeg: bytes, at: int) -> tuple[int, int]:
    """The marker at `at` and where its segment starts; any number of fill bytes may precede it."""
    if at >= len(jpeg) or jpeg[at] != 0xFF:
        raise ValueError("a truncated JPEG")
    while at < len(jpeg) and jpeg[at] == 0xFF:
        at += 1
    if at >= len(jpeg):
        raise ValueError("a truncated JPEG")
    return jpeg[at], at + 1


def _cleaned(marker: int, segment: bytes) -> bytes:
    head = bytes((0xFF, marker))
    if marker == _JFIF:
        if segment[2:7] != b"JFIF\0" or len(segment) < 16:
            return b""
        # Version, density; then a preview of 0 x 0 pixels in place of whatever was embedded.
        return head + b"\x00\x10" + segment[2:14] + b"\0\0"
    if marker == _ADOBE:
        return head + b"\x00\x0e" + segment[2:14] if segment[2:7] == b"Adobe" and len(segment) >= 14 else b""
    return head + segment if marker in _NEEDED else b""
