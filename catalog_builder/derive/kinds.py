"""What a key's values are: words to choose from, numbers of one unit, or days.

`3 h` and `0.5 µM` are numbers; `1,5` (which is fifteen to some), `007` (which names something) and `> 3` are none. A
few values that are no numbers, or none of the others' unit, do not make a key of numbers another: they stay values
to choose, outside of every range. Days are days only where all values are.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple

#: What a facet is to its reader; `search`: too many values to list, found by words and addresses alone.
Kind = Literal["choice", "number", "date", "search"]

#: Numbers beyond this, either way, are none: what a scale of them needs would be too large for a computer's numbers.
LARGEST = 1e300
#: Fewer numbers than this are a choice.
FEWEST_NUMBERS = 3
#: Of a hundred values at least so many are numbers, those aside that say that there is none.
NUMBERS_IN_HUNDRED = 95
#: How people write that there is no number.
NOTHING = frozenset(("", "-", "–", "na", "n/a", "n.a.", "nan", "nd", "n.d.", "none", "null", "unknown"))

# Letters, with a power at most; joined as in mg/ml, and up to three words: no digits that say something else.
_PIECE = r"(?:(?:[^\W\d_]|⁻){1,12}(?:\^?[-−]?[0-9])?%?|[%‰°′″][^\W\d_]{0,4})"
_WORD = rf"{_PIECE}(?:[/.·⋅*]{_PIECE}){{0,3}}"
# No more digits than a double keeps, and no leading zeros: those are identifiers.
_NUMBER = re.compile(
    r"([+\-−]?(?:(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{0,15})?|\.[0-9]{1,15})(?:[eE][+\-]?[0-9]{1,3})?)"
    rf"\s*({_WORD}(?: {_WORD}){{0,2}})?"
)
_DAY = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?(?:Z|[+\-−][0-9]{2}:?[0-9]{2})?)?"
)


class Numbers(NamedTuple):
    """What the values of a key measure."""

    numbers: list[float | None]
    """One for each value, in the order of the values; None for a value that is no number of the unit."""
    unit: str
    """As the first number has it; '' for none."""


def numbers_of(values: Sequence[str]) -> Numbers:
    """The numbers that `values` are, with the unit of the first of them or, where that has none, without."""
    found: list[float | None] = []
    unit: str | None = None
    for value in values:
        read = _NUMBER.fullmatch(value.strip())
        number = float(read[1].replace("−", "-")) if read else math.inf
        if read is None or abs(number) > LARGEST:
            found.append(None)
            continue
        of_value = read[2] or ""
        unit = of_value if unit is None else unit
        found.append(number if of_value == unit or _alike(of_value) == _alike(unit) else None)
    return Numbers(found, unit or "")


def are_numbers(values: Sequence[str], read: Numbers) -> bool:
    """Whether a key is one of numbers: several of them, and next to nothing else."""
    numbers = {number for number in read.numbers if number is not None}
    said = sum(
        number is not None or value.strip().lower() not in NOTHING
        for value, number in zip(values, read.numbers, strict=True)
    )
    held = len(values) - read.numbers.count(None)
    return len(numbers) >= FEWEST_NUMBERS and 100 * held >= NUMBERS_IN_HUNDRED * said


def days_of(values: Sequence[str]) -> list[str] | None:
    """The days of `values`, ISO dates or date-times all; None where a single one is not."""
    found = []
    for value in values:
        read = _DAY.fullmatch(value)
        if not read:
            return None
        try:
            date.fromisoformat(read[1])
        except ValueError:  # 2026-02-30
            return None
        found.append(read[1])
    return found or None


def _alike(unit: str) -> str:
    """The micro sign and the Greek letter are one, whatever somebody's keyboard has."""
    return unicodedata.normalize("NFKC", unit)
