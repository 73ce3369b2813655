"""What of a record goes out: the fields that are listed, without those that a rule keeps in, and texts masked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar, get_args

import msgspec
from msgspec.structs import fields as fields_of
from msgspec.structs import replace

from catalog_builder.model.annotations import KeyValues
from catalog_builder.model.base import Record
from catalog_builder.publish.patterns import Gate, Masks
from catalog_builder.publish.policy import FIELDS, Policy

AnyRecord = TypeVar("AnyRecord", bound=Record)

#: Fields that people write into freely.
TEXTS = ("name", "description", "text", "term")


class Fields:
    """Takes out of records what does not go out."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.masks = Masks(policy.rules.mask)
        self.keys = Gate(policy.rules.keys.allow, policy.rules.keys.deny)
        self._hidden: dict[type[Record], tuple[tuple[str, Any], ...] | None] = {}
        self._texts: dict[type[Record], tuple[str, ...]] = {}

    def allowed(self, record: AnyRecord) -> AnyRecord:
        """The record as it may go out: fields that stay in are at their default."""
        return self._masked(self._listed_only(record))

    def pairs(self, one: KeyValues) -> KeyValues:
        """Key-values without the keys that stay in, values masked."""
        if isinstance(one.pairs, msgspec.Raw):
            return one  # taken over from an export that these very rules made
        kept = []
        for pair in one.pairs:
            if self.keys.allows(pair[0]):
                value = self.masks.value(*pair) if self.masks else pair[1]
                kept.append(pair if value is pair[1] or value == pair[1] else (pair[0], value))
        return one if kept == list(one.pairs) else replace(one, pairs=tuple(kept))

    def _masked(self, record: AnyRecord) -> AnyRecord:
        kind = type(record)
        texts = self._texts.get(kind)
        if texts is None:
            texts = self._texts[kind] = tuple(name for name in TEXTS if name in _listed(kind))
        if not self.masks:
            return record
        changed = {}
        for name in texts:
            text = getattr(record, name)
            if text and (masked := self.masks.text(text)) != text:
                changed[name] = masked
        return replace(record, **changed) if changed else record

    def _listed_only(self, record: AnyRecord) -> AnyRecord:
        kind = type(record)
        if kind not in self._hidden:
            self._hidden[kind] = self._hidden_in(kind)
        hidden = self._hidden[kind]
        if hidden is not None:  # nothing to take out: the most frequent case, and there may be a million
            for name, default in hidden:
                if getattr(record, name) != default:
                    break
            else:
                return record
        return kind(**{name: self._allowed_value(getattr(record, name)) for name in self._open(kind)})

    def _open(self, kind: type[Record]) -> tuple[str, ...]:
        kept_in = self._policy.hidden(_listed_kind(kind))
        return tuple(name for name in _listed(kind) if name not in kept_in)

    def _hidden_in(self, kind: type[Record]) -> tuple[tuple[str, Any], ...] | None:
        """The fields that stay in, with their defaults; None where a part of an allowed field has any of its own."""
        listed = self._open(kind)
        allowed = [field for field in fields_of(kind) if field.name in listed]
        parts = [part for field in allowed for part in _records_in(field.type)]
        if any(self._hidden_in(part) != () for part in parts):
            return None
        return tuple((field.name, field.default) for field in fields_of(kind) if field.name not in listed)

    def _allowed_value(self, value: Any) -> Any:
        if isinstance(value, Record):
            return self._listed_only(value)
        if isinstance(value, tuple) and value and isinstance(value[0], Record):
            return tuple(self._listed_only(part) for part in value)
        return value


def _listed_kind(kind: type[Record]) -> type[Record]:
    """The kind itself or the one that it is a form of."""
    return next(one for one in kind.__mro__ if one in FIELDS)


def _listed(kind: type[Record]) -> tuple[str, ...]:
    """The fields that may go out."""
    return FIELDS[_listed_kind(kind)]


def _records_in(hint: Any) -> Iterator[type[Record]]:
    """The records that a field of this type may hold."""
    for inner in get_args(hint):
        yield from _records_in(inner)
    if isinstance(hint, type) and issubclass(hint, Record):
        yield hint
