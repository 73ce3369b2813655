"""What looks as if it should not go out: one row a kind, with what finds it and what makes sure.

Each pattern begins at a boundary and repeats within bounds, so a long text costs no more than its length. A hit
is a suspicion for a person to judge: a number may look like an insurance number and be none. Where identifiers
carry a check digit, only those whose digit is right are reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from catalog_builder.publish.patterns import plain
from catalog_builder.settings.rules import E_MAIL


class Hit(NamedTuple):
    """A kind of leak, and the piece of text that looks like one."""

    kind: str
    piece: str


class _Kind(NamedTuple):
    name: str
    pattern: re.Pattern[str]
    is_one: Callable[[str], bool] = lambda _: True


def _digits(text: str) -> list[int]:
    return [int(c) for c in text if c.isascii() and c.isdigit()]


def _is_nhs(text: str) -> bool:
    """NHS number: ten digits, the last of them from the others modulo 11."""
    digits = _digits(text)
    check = 11 - sum(d * w for d, w in zip(digits, range(10, 1, -1), strict=False)) % 11
    return len(digits) == 10 and check % 11 == digits[9] and check != 10


def _is_kvnr(text: str) -> bool:
    """German health insurance number: a letter, nine digits, the last from the others (weights 1 and 2)."""
    digits = _digits(f"{ord(text[0].upper()) - 64:02}{text[1:]}")
    products = (d * (1 + place % 2) for place, d in enumerate(digits[:-1]))
    return sum(p // 10 + p % 10 for p in products) % 10 == digits[-1]


def _is_ahv(text: str) -> bool:
    """Swiss social security number: thirteen digits with the check digit of an EAN."""
    digits = _digits(text)
    return len(digits) == 13 and sum(d * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10 == 0


def _is_nir(text: str) -> bool:
    """French social security number: thirteen digits and 97 minus their remainder by 97."""
    digits = "".join(map(str, _digits(text)))
    return len(digits) == 15 and 97 - int(digits[:13]) % 97 == int(digits[13:])


def _is_ssn(text: str) -> bool:
    """US social security number: not of the ranges that are never given out."""
    area, group, serial = text.split("-")
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def _has_digits(text: str) -> bool:
    return 7 <= len(_digits(text)) <= 15


_DAY = r"(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./ -]{1,2}(?:\d{1,2}|[A-Za-z]{3,9})[./ -]{1,2}\d{2,4})"
#: Ends of the names of hosts that only an institute itself can reach, and of those that everybody can.
_INSIDE = "local|localdomain|lan|intra|intranet|internal|corp"
_ZONES = (
    "com|org|net|edu|gov|int|eu|de|uk|fr|ch|at|nl|be|lu|se|no|dk|fi|es|it|pl|cz|ie|pt|gr|hu|us|ca|au|nz|jp|cn|in|kr"
    "|sg|br|za|il"
)

#: In the order in which they are asked; what one has found, a later one does not find again.
KINDS: tuple[_Kind, ...] = (
    _Kind("private key", re.compile(r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----")),
    _Kind(
        "token",
        re.compile(
            r"\b(?:gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_\w{20,255}|glpat-[\w-]{20,64}|AKIA[0-9A-Z]{16}"
            r"|xox[abprs]-[\w-]{10,250}|sk-[\w-]{20,200}|pypi-[\w-]{50,250}|eyJ[\w-]{8,2000}\.eyJ[\w-]{8,4000}\.[\w-]{8,2000})"
        ),
    ),
    _Kind("login in an address", re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{1,64}:[^\s/@]{1,128}@")),
    _Kind(
        "password or key",
        re.compile(
            r"(?i)(?<![a-z])(?:password|passwd|passphrase|pwd|kennwort|passwort|secret|token|api[ _-]?key"
            r"|session(?:[ _-]?(?:id|key|uuid))?)"
            r"\s{0,3}[:=]\s{0,3}[^\s,;]{4,200}"
        ),
    ),
    _Kind("e-mail address", re.compile(E_MAIL)),
    _Kind(
        "home path",
        re.compile(
            r"(?<![\w/])(?:[A-Za-z]:[\\/]{1,2}(?:Users|Documents and Settings)|/(?:home|Users|root|export/home))"
            r"[\\/]{1,2}[^\s,;\"']{1,200}"
        ),
    ),
    _Kind("share of the network", re.compile(r"(?<![\w\\])\\\\[\w.$-]{1,64}\\[^\s,;\"']{1,200}")),
    _Kind(
        "absolute path",
        re.compile(
            r"(?<![\w/:.<-])(?:/[\w.+@-]{1,80}){2,30}/?"
            r"|(?<!\w)[A-Za-z]:\\[^\s,;\"'\\]{1,80}(?:\\[^\s,;\"'\\]{1,80}){0,30}"
        ),
        lambda text: not re.fullmatch(r"/\d+(?:/\d+)*/?", text),
    ),
    _Kind(
        "private IP address",
        re.compile(
            r"(?<![\d.])(?:10\.\d{1,3}|127\.\d{1,3}|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}(?![\d.]*\d)"
            r"|(?i:(?<![\w:])(?:f[cd][0-9a-f]{2}|fe80)(?::[0-9a-f]{0,4}){2,7}(?![\w:]))"
        ),
        lambda text: ":" in text or all(int(part) < 256 for part in text.split(".")),
    ),
    _Kind(
        "host name",
        re.compile(
            rf"(?i)(?<![\w./@:-])(?!www\.)[a-z0-9](?:[a-z0-9-]{{0,62}}\.){{1,6}}(?:{_INSIDE})(?![\w-])"
            r"|(?<![\w./@:-])(?!www\.)[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){1,6}"
            rf"\.(?:{_ZONES})(?![\w-]|\.\w)"
        ),
    ),
    _Kind(
        "date of birth",
        re.compile(
            r"(?i)(?<![a-z])(?:d\.?o\.?b|born|birth\s?da(?:te|y)|date of birth|geb(?:\.|oren|urtsdatum)|née?\s+le)"
            rf"\W{{0,5}}(?:on |am |le )?{_DAY}"
        ),
    ),
    _Kind(
        "patient or insurance number",
        re.compile(
            r"(?i)(?<![a-z])(?:patient(?:en)?|pat|mrn|nhs|kvnr|kvn?r|versicherten|insurance|ssn|hospital)[\s_.:#-]{0,3}"
            r"(?:id|no|nr|num|number|nummer)?[\s_.:#-]{0,3}[a-z]{0,2}\d[\d /-]{2,20}\d"
        ),
    ),
    _Kind("NHS number", re.compile(r"(?<![\w.-])\d{3}[ -]\d{3}[ -]\d{4}(?![\w-])"), _is_nhs),
    _Kind("US social security number", re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"), _is_ssn),
    _Kind("German insurance number", re.compile(r"(?<!\w)[A-Z]\d{9}(?!\w)"), _is_kvnr),
    _Kind("Swiss insurance number", re.compile(r"(?<!\w)756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}(?!\w)"), _is_ahv),
    _Kind(
        "French insurance number",
        re.compile(r"(?<!\w)[12] ?\d{2} ?(?:0\d|1[0-2]|[2-9]\d) ?\d{2} ?\d{3} ?\d{3} ?\d{2}(?!\w)"),
        _is_nir,
    ),
    _Kind(
        "phone number",
        re.compile(
            r"(?<![\w+.-])\+\d{1,3}(?:[ /().-]{0,3}\d){6,14}(?!\w)|(?<!\w)\(\d{3}\) ?\d{3}-\d{4}(?!\w)"
            r"|(?i:(?<![a-z])(?:tel|telephone|telefon|phone|fon|mobile|mobil|fax)\b"
            r"[.:\s]{1,4}[+(]?\d(?:[ /().-]{0,3}\d){5,14})"
        ),
        _has_digits,
    ),
)

#: Words of keys under which such things stand, whatever they look like.
KEYS = re.compile(
    r"patient|birth|\bdob\b|geburt|insurance|versicher|\bmrn\b|\bssn\b|medical record|social security|e-?mail"
    r"|\bphone|telephone|telefon|address|anschrift|password|passwort|\btoken\b|api.?key|user ?name|\blogin"
    r"|file ?path|directory|\bhome\b|\bhost"
)


class Leaks:
    """Finds suspicious pieces in texts. `logins`: the login names of the server's accounts, as far as known."""

    def __init__(self, logins: Iterable[str] = ()) -> None:
        known = sorted({one for one in logins if len(one) >= 3} - {"root", "guest"}, key=len, reverse=True)
        words = "|".join(map(re.escape, known))
        self._logins = re.compile(rf"(?<![\w.-])(?:{words})(?![\w-])") if words else None

    def in_text(self, text: str) -> Iterator[Hit]:
        """Everything suspicious in a text, each piece of it under one kind."""
        taken: list[tuple[int, int]] = []
        kinds = [*KINDS, _Kind("login name", self._logins)] if self._logins else KINDS
        for kind in kinds:
            for found in kind.pattern.finditer(text):
                start, end = found.span()
                if any(start < upto and since < end for since, upto in taken):
                    continue
                if kind.is_one(found[0]):
                    taken.append((start, end))
                    yield Hit(kind.name, found[0])

    def in_key(self, key: str) -> Iterator[Hit]:
        """The same for a key, and whether it is named like something that should not go out."""
        if found := KEYS.search(plain(key)):
            yield Hit("key named like something private", found[0])
        yield from self.in_text(key)
