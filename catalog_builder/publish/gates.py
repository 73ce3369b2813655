"""Which objects go out: by their group, their name, their tags, their day, and by what they lie in.

What is withheld for its own sake (a name that is denied, a tag that says never, an embargo) takes everything in
it along, wherever else that lies. What is only not allowed takes along what lies in nothing else that is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timezone
from typing import NamedTuple, TypeVar

import msgspec

from catalog_builder.model.annotations import KeyValues
from catalog_builder.model.base import Carrier, Described
from catalog_builder.model.catalogue import Catalogue
from catalog_builder.model.kinds import ObjectKind
from catalog_builder.model.records import Image
from catalog_builder.publish.patterns import Gate, Patterns, plain
from catalog_builder.publish.policy import Policy
from catalog_builder.settings.rules import Things

Thing = TypeVar("Thing", bound=Carrier)

GROUP = "their group is private and was not named, or the rules do not let it out"
NAME = "the rules deny their name or id, or that of what they are in"
NOT_ALLOWED = "the rules do not allow their name or id, or what they are in"
NEVER_TAG = "a tag on them, or on what they are in, says never"
EMBARGO = "they, or what they are in, are under embargo"
NOT_MET = "they lack a tag or value that the rules ask for"
SLIDE = "they show a slide's label, or the whole slide"


class Verdict(NamedTuple):
    """What was found of one object.

    `shut`: why it stays in with all that is in it; '' where it need not. `reached`: whether what it lies in, and
    its own name, are allowed. `met`: which of the conditions it meets, itself or by what it lies in.
    """

    shut: str = ""
    reached: bool = True
    met: frozenset[int] = frozenset()


class _Where(NamedTuple):
    """A condition, its patterns made ready; keys as patterns see them."""

    tags: Patterns
    keys: dict[str, Patterns]


class Gates:
    """Judges each object once; `withheld` counts (kind, reason) as it goes."""

    def __init__(self, private: Catalogue, policy: Policy) -> None:
        rules = policy.rules
        self._policy = policy
        self.groups = Gate(rules.groups.allow, rules.groups.deny)
        named: dict[ObjectKind, Things] = {
            "project": rules.projects,
            "dataset": rules.datasets,
            "screen": rules.screens,
            "plate": rules.plates,
            "image": rules.images,
        }
        self.names = {kind: Gate(one.allow, one.deny) for kind, one in named.items()}
        self.only, self.never = Patterns(rules.tagged.only), Patterns(rules.tagged.never)
        self.until = Patterns(rules.tagged.until)
        self.where = [
            _Where(Patterns(one.tags), {plain(key): Patterns(values) for key, values in one.keys.items()})
            for one in rules.where
        ]
        self.withheld: Counter[tuple[ObjectKind, str]] = Counter()
        self._open_groups = {
            group.id
            for group in private.groups.values()
            if (not group.private or group.name in policy.named_groups) and self.groups.allows(group.name)
        }
        texts = {tag.id: tag.text for tag in private.tags.values()}
        self._conditions = [*self._asked_for(private, texts)]
        self._never = {id_ for id_, text in texts.items() if self.never.fits(text)}
        self._embargoed = set(self._under_embargo(private)) if self.until else set()
        self._verdicts: dict[tuple[ObjectKind, int], Verdict] = {}
        self.projects = self._of("project", private.projects)
        self.datasets = self._of("dataset", private.datasets, "project", "projects")
        self.screens = self._of("screen", private.screens)
        self.plates = self._of("plate", private.plates, "screen", "screens")
        self.runs = self._of("run", private.runs, "plate", "plate")
        self.wells = self._of("well", private.wells, "plate", "plate")

    def admits_group(self, group: int | None) -> bool:
        """Whether a group's things may go out; what has no group belongs to a source that has none."""
        return group is None or group in self._open_groups

    def image(self, image: Image) -> bool:
        """Whether an image goes out; one that does not is counted."""
        within = [self._verdicts.get(("dataset", id_)) for id_ in image.datasets]
        for field in image.fields:
            within.append(self._verdicts.get(("well", field.well)))
            if field.run is not None and (run := self._verdicts.get(("run", field.run))):
                within.append(run._replace(reached=False))  # a run may shut an image in, not let it out
        verdict = self._judged("image", image, [one for one in within if one])
        reason = self._reason(image, verdict) or self._slide(image)
        if reason:
            self.withheld["image", reason] += 1
        return not reason

    def _of(
        self, kind: ObjectKind, things: Mapping[int, Thing], above: ObjectKind = "project", field: str = ""
    ) -> dict[int, Thing]:
        """Those that go out. `field` names what they are in, of kind `above`."""
        out: dict[int, Thing] = {}
        for id_, thing in things.items():
            parents = getattr(thing, field) if field else ()
            within = [
                self._verdicts.get((above, i)) for i in ([parents] if isinstance(parents, int) else parents)
            ]
            verdict = self._judged(kind, thing, [one for one in within if one])
            self._verdicts[kind, id_] = verdict
            if reason := self._reason(thing, verdict):
                self.withheld[kind, reason] += 1
            elif kind not in ("run", "well") or getattr(thing, field) in self.plates:
                out[id_] = thing
            else:
                self.withheld[kind, NOT_ALLOWED] += 1
        return out

    def _judged(self, kind: ObjectKind, thing: Carrier, within: list[Verdict]) -> Verdict:
        shut = next((one.shut for one in within if one.shut), "")
        gate = self.names.get(kind)
        name = thing.name if isinstance(thing, Described) else ""
        denied = gate is not None and gate.denies(name, thing.id)
        allowed = gate is None or gate.allow.fits(name, thing.id)
        if not shut and denied:
            shut = NAME
        if not shut and not self._never.isdisjoint(thing.annotations):
            shut = NEVER_TAG
        if not shut and not self._embargoed.isdisjoint(thing.annotations):
            shut = EMBARGO
        reached = any(one.reached for one in within) if within else self._may_lie_alone(kind)
        met: frozenset[int] = frozenset()
        if self._conditions:
            own = (i for i, ids in enumerate(self._conditions) if not ids.isdisjoint(thing.annotations))
            met = frozenset(own).union(*(one.met for one in within))
        return Verdict(shut, reached and allowed, met)

    def _may_lie_alone(self, kind: ObjectKind) -> bool:
        """Whether one that lies in nothing goes out: where only some projects do, orphans do not."""
        above: dict[ObjectKind, tuple[ObjectKind, ...]] = {
            "dataset": ("project",),
            "plate": ("screen",),
            "image": ("project", "dataset"),
        }
        return all(self.names[one].allow.fits_all for one in above.get(kind, ()))

    def _reason(self, thing: Carrier, verdict: Verdict) -> str:
        if not self.admits_group(thing.group):
            return GROUP
        if verdict.shut:
            return verdict.shut
        if not verdict.reached:
            return NOT_ALLOWED
        return NOT_MET if len(verdict.met) < len(self._conditions) else ""

    def _slide(self, image: Image) -> str:
        rules = self._policy.rules
        off = {"label": not rules.label_images, "macro": not rules.macro_images}
        return SLIDE if off.get(image.role) else ""

    def _asked_for(self, private: Catalogue, texts: Mapping[int, str]) -> Iterator[set[int]]:
        """For each condition the ids of the annotations of which one must hold."""
        if self.only:
            yield {id_ for id_, text in texts.items() if self.only.fits(text)}
        for where in self.where:
            if where.tags:
                yield {id_ for id_, text in texts.items() if where.tags.fits(text)}
            for key, values in where.keys.items():
                yield {
                    one.id
                    for one in private.key_values.values()
                    if any(plain(name) == key and values.fits(value) for name, value in _pairs(one))
                }

    def _under_embargo(self, private: Catalogue) -> Iterable[int]:
        """Ids of map annotations that name a day which has not come; what is no day never comes."""
        for one in private.key_values.values():
            days = [_day(value) for key, value in _pairs(one) if self.until.fits(key)]
            if any(day is None or day > self._policy.today for day in days):
                yield one.id


def _pairs(one: KeyValues) -> tuple[tuple[str, str], ...]:
    if isinstance(one.pairs, msgspec.Raw):
        raise TypeError("objects are judged by pairs as the source has them, not as an export took them over")
    return one.pairs


def _day(value: str) -> date | None:
    """The day of an ISO 8601 date or time, in UTC; None where it is none."""
    text = value.strip()
    try:
        if len(text) == len("2026-01-31"):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return (moment.astimezone(timezone.utc) if moment.tzinfo else moment).date()
