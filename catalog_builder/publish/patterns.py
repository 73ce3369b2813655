"""Patterns of the publishing rules: which names they fit, and which of them never did."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from catalog_builder.settings.rules import Mask


def plain(name: str) -> str:
    """A name as patterns see it: no case, no width, no invisible characters, no space around it.

    Otherwise a key that only looks like a denied one would go out.
    """
    if name.isascii():
        return " ".join(name.casefold().split())
    visible = "".join(c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) != "Cf")
    return " ".join(visible.casefold().split())


class Patterns:
    """Some patterns (`*` any text, `?` one character) or ids."""

    def __init__(self, patterns: Iterable[str | int]) -> None:
        self._all = tuple(patterns)
        #: Whether anything fits, whatever it is called.
        self.fits_all = "*" in self._all
        self._fit = {
            one: one if isinstance(one, int) else re.compile(_expression(one), re.DOTALL) for one in self._all
        }
        self._unmet = set(self._all)
        self._found: dict[str, tuple[str | int, ...]] = {}

    def __bool__(self) -> bool:
        return bool(self._all)

    def fits(self, name: str, id_: int | None = None) -> bool:
        """Whether one of them fits a name, or is the id."""
        if self._all == ("*",):
            return True
        found = self._found.get(name)
        if found is None:
            known = plain(name)
            found = tuple(
                one for one, fit in self._fit.items() if isinstance(fit, re.Pattern) and fit.fullmatch(known)
            )
            if len(self._found) < 100_000:
                self._found[name] = found
            self._unmet.difference_update(found)
        if id_ is not None and id_ in self._fit:
            self._unmet.discard(id_)
            return True
        return self.fits_all or bool(found)

    def unmet(self) -> Iterator[str | int]:
        """Those that have fitted nothing so far, in their order; `*` is never misspelt."""
        return (one for one in self._all if one in self._unmet and one != "*")


class Gate:
    """What goes out by its name: what `allow` fits and `deny` does not."""

    def __init__(self, allow: Sequence[str | int], deny: Sequence[str | int]) -> None:
        self.allow, self.deny = Patterns(allow), Patterns(deny)

    def allows(self, name: str, id_: int | None = None) -> bool:
        """Whether it may go out."""
        return not self.denies(name, id_) and self.allow.fits(name, id_)

    def denies(self, name: str, id_: int | None = None) -> bool:
        """Whether it is forbidden, rather than not allowed."""
        return bool(self.deny) and self.deny.fits(name, id_)


class Masks:
    """Takes out of text what the rules' patterns find."""

    def __init__(self, masks: Sequence[Mask]) -> None:
        self._masks = [(re.compile(one.pattern), one, Patterns(one.keys)) for one in masks if one.pattern]
        self._unmet = {one.pattern for one in masks if one.pattern}
        self.value = lru_cache(65_536)(self._value)
        """A value under a key, without what is masked there."""
        self.text = lru_cache(65_536)(self._text)
        """A name, description or other text, without what is masked in texts."""

    def __bool__(self) -> bool:
        return bool(self._masks)

    def unmet(self) -> Iterator[str]:
        """Patterns that have found nothing so far."""
        return (one.pattern for _, one, _ in self._masks if one.pattern in self._unmet)

    def _value(self, key: str, value: str) -> str:
        for pattern, mask, keys in self._masks:
            if keys.fits(key):
                value = self._without(value, pattern, mask)
        return value

    def _text(self, text: str) -> str:
        for pattern, mask, _ in self._masks:
            if mask.texts:
                text = self._without(text, pattern, mask)
        return text

    def _without(self, text: str, pattern: re.Pattern[str], mask: Mask) -> str:
        text, times = pattern.subn(lambda _: mask.by, text)
        if times:
            self._unmet.discard(mask.pattern)
        return text


def _expression(pattern: str) -> str:
    return re.escape(plain(pattern)).replace(r"\*", ".*").replace(r"\?", ".")
