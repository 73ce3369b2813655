"""Which annotations go out: by their kind, group, namespace, text, and by whose they are."""

from __future__ import annotations

from collections import Counter
from typing import Any

from catalog_builder.model.annotations import ANNOTATIONS, Annotation, Tag, TagSet
from catalog_builder.model.catalogue import Catalogue
from catalog_builder.publish.gates import Gates
from catalog_builder.publish.patterns import Gate
from catalog_builder.publish.policy import ASKED_FOR, NEVER, Policy

OFF = "the rules let none of their kind out"
GROUP = "their group does not go out"
NAMESPACE = "their namespace is not allowed"
BY_OTHERS = "they belong to somebody else than what they are on, and the rules let only the owner's out"
NO_KEY = "the rules let none of their keys out"
TAG = "the rules keep the tag, or all its tag sets, in"


class NoteGates:
    """Judges annotations by themselves; on what they go out is for the border to say.

    `withheld` counts (stream, reason), each annotation once.
    """

    def __init__(self, private: Catalogue, policy: Policy, gates: Gates) -> None:
        rules = policy.rules
        self._gates = gates
        self.namespaces = Gate(rules.namespaces.allow, rules.namespaces.deny)
        self.tags = Gate(rules.tags.allow, rules.tags.deny)
        self.tag_sets = Gate(rules.tag_sets.allow, rules.tag_sets.deny)
        self.withheld: Counter[tuple[str, str]] = Counter()
        self._sets = private.tag_sets
        self._off = {name for name in ASKED_FOR if not getattr(rules, name)}
        self._by_anybody = frozenset(rules.by_others)
        self._held: list[tuple[str, dict[int, Any]]] = [
            (stream, getattr(private, stream)) for stream in ANNOTATIONS
        ]
        self._refused: set[int] = set()
        self._refused_by_others: set[int] = set()

    def find(self, id_: int) -> tuple[str, Annotation] | None:
        """The stream of an annotation and itself; None where there is none."""
        for stream, held in self._held:
            if (one := held.get(id_)) is not None:
                return stream, one
        return None

    def by_anybody(self, stream: str) -> bool:
        """Whether annotations of this kind go out whoever's they are."""
        return stream in self._by_anybody

    def admits(self, stream: str, one: Annotation) -> bool:
        """Whether it may go out at all; one that may not is counted once."""
        if one.id in self._refused:
            return False
        if reason := self._reason(stream, one):
            self.refuse(stream, one, reason)
        return not reason

    def by_somebody_else(self, stream: str, one: Annotation) -> None:
        """Count one that stays in on somebody else's things."""
        if one.id not in self._refused_by_others:
            self._refused_by_others.add(one.id)
            self.withheld[stream, BY_OTHERS] += 1

    def refuse(self, stream: str, one: Annotation, reason: str) -> None:
        """Keep it in from now on, and count it."""
        self._refused.add(one.id)
        self.withheld[stream, reason] += 1

    def admits_set(self, one: TagSet) -> bool:
        """Whether a tag set may go out with a tag of its own."""
        return self._gates.admits_group(one.group) and self.tag_sets.allows(one.name)

    def _reason(self, stream: str, one: Annotation) -> str:
        if not self._gates.admits_group(one.group):
            return GROUP
        if stream in self._off:
            return OFF
        namespace = getattr(one, "namespace", None)  # tags and ratings have none
        if namespace is not None and not self._allows_namespace(namespace):
            return NAMESPACE
        if isinstance(one, Tag) and not self._allows_tag(one):
            return TAG
        return ""

    def _allows_namespace(self, namespace: str) -> bool:
        if any(namespace.startswith(never) or namespace == never.rstrip("/") for never in NEVER):
            return False
        return self.namespaces.allows(namespace)

    def _allows_tag(self, tag: Tag) -> bool:
        if not self.tags.allows(tag.text):
            return False
        sets = [self._sets[i].name for i in tag.sets if i in self._sets]
        if any(self.tag_sets.denies(name) for name in sets):
            return False
        allowed = self.tag_sets.allow
        return any(allowed.fits(name) for name in sets) if sets else allowed.fits_all
