"""The built-in labs, by one name each."""

from .idr import idr_lab
from .labs.big import big_lab
from .labs.people import (
    COLLEAGUE,
    LEADER,
    MEMBER,
    PRIVATE,
    READ_ANNOTATE,
    READ_ONLY,
    READ_WRITE,
    ROOT,
    STRANGER,
)
from .labs.small import CANARIES, HOSTILE_NAMES, small_lab
from .packs import pack_lab

__all__ = [
    "CANARIES",
    "COLLEAGUE",
    "HOSTILE_NAMES",
    "LEADER",
    "MEMBER",
    "PRIVATE",
    "READ_ANNOTATE",
    "READ_ONLY",
    "READ_WRITE",
    "ROOT",
    "STRANGER",
    "big_lab",
    "idr_lab",
    "pack_lab",
    "small_lab",
]
