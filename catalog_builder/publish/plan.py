"""The plan: what an export would publish and what it would withhold, for a person to approve.

It is private: it names what stays in. Stored and approved, it bounds the exports that come after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from catalog_builder.model.catalogue import Catalogue, Containers
from catalog_builder.publish.redact import Border
from catalog_builder.publish.suspicions import Suspicion
from catalog_builder.publish.tally import SECTIONS, Entry, Tally

#: Raised when a plan of the version before would be misunderstood.
VERSION = 1

NOTICE = "Private: this plan names what must not be published. Show it only to those who may see all of it."


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One name of a section. `published` and `withheld` are how often; both where it goes out only in part."""

    name: str
    published: int = 0
    withheld: int = 0
    example: str = ""
    """A value of a key, an object that carries a tag or belongs to a person; masked where nothing is published."""
    new: bool = False
    """Goes out, and is not in the export that is there."""


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """How many of a kind stay in, and why."""

    kind: str
    why: str
    count: int


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """How many of a kind go out, and how many stay in."""

    published: int
    withheld: int


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What would go out and what would not."""

    version: int = VERSION
    notice: str = NOTICE
    generator: str
    label: str
    made: datetime
    rules: str
    """The digest of the publishing rules."""
    since: datetime | None
    """When the export was made that `new` compares with; None where there is none."""
    counts: dict[str, Counted]
    reasons: tuple[Reason, ...]
    sections: dict[str, tuple[Line, ...]]
    """Section -> its names, those that go out first, by how often."""
    suspicious: tuple[Suspicion, ...]
    warnings: tuple[str, ...]
    """What is to be said about the rules themselves."""


def masked(text: str) -> str:
    """A withheld example: its first two characters alone, and of a short one no more than half."""
    return f"{text[: min(2, len(text) // 2)]}…" if text else ""


def lines(
    section: str,
    private: Tally,
    public: Tally,
    names: tuple[Catalogue, Containers],
    earlier: frozenset[str],
    show: bool,
) -> tuple[Line, ...]:
    """The lines of a section. `earlier`: the names that the export which is there publishes."""
    before, after = private.named(section), public.named(section)
    counted: defaultdict[str, list[Entry]] = defaultdict(list)
    for key, whole in before.items():
        out = after.get(key, Entry())
        where = names[1] if key in after else names[0]
        name = key if isinstance(key, str) else name_of(section, where, key)
        counted[name].append(Entry(out.times, out.example))
        counted[name].append(Entry(whole.times - out.times, whole.example))
    found = [_line(name, entries[::2], entries[1::2], earlier, show) for name, entries in counted.items()]
    return tuple(
        sorted(found, key=lambda line: (not line.published, -line.published, -line.withheld, line.name))
    )


def _line(name: str, out: list[Entry], within: list[Entry], earlier: frozenset[str], show: bool) -> Line:
    published = sum(entry.times for entry in out)
    example = next((entry.example for entry in out if entry.times), None)
    if example is None:
        hidden = next((entry.example for entry in within), "")
        example = hidden if show else masked(hidden)
    return Line(
        name=name,
        published=published,
        withheld=max(sum(entry.times for entry in within), 0),
        example=example,
        new=bool(published) and name not in earlier,
    )


def name_of(section: str, containers: Containers, id_: int) -> str:
    """What a record of a section is called."""
    record = getattr(containers, section)[id_]
    found: str = record.text if section == "tags" else record.name
    return found


def public_names(tally: Tally, containers: Containers) -> dict[str, frozenset[str]]:
    """Section -> the names that go out."""
    return {
        section: frozenset(
            key if isinstance(key, str) else name_of(section, containers, key) for key in tally.named(section)
        )
        for section in SECTIONS
    }


def reasons_of(border: Border) -> tuple[Reason, ...]:
    """Why what stays in stays in, the most frequent first within each kind."""
    withheld: Mapping[tuple[str, str], int] = {
        **{(f"{kind}s", why): count for (kind, why), count in border.gates.withheld.items()},
        **border.notes.withheld,
    }
    found = [Reason(kind=kind, why=why, count=count) for (kind, why), count in withheld.items()]
    return tuple(sorted(found, key=lambda one: (one.kind, -one.count, one.why)))


def beyond(
    approved: Plan,
    names: Mapping[str, frozenset[str]],
    counts: Mapping[str, int],
    suspicious: tuple[Suspicion, ...],
) -> Iterator[str]:
    """Each way in which what goes out now exceeds the approved plan, as a sentence without what it found.

    A name that was not published then, a kind of record of which nothing was, a suspicious piece more. More objects
    of what was approved are no excess: that is what a nightly export is for.
    """
    for section in SECTIONS:
        known = {line.name for line in approved.sections.get(section, ()) if line.published}
        if more := names[section] - known:
            yield f"{section.replace('_', ' ')} that were not in the plan: {len(more)}"
    for kind, count in counts.items():
        if count and not approved.counts.get(kind, Counted(published=0, withheld=0)).published:
            yield f"{kind.replace('_', ' ')}, of which the plan published none: {count}"
    agreed = {(one.kind, one.where): one.count for one in approved.suspicious}
    for one in suspicious:
        if one.count > agreed.get((one.kind, one.where), 0):
            yield f"suspicious, more than in the plan: {one.kind}, {one.where.partition(' of ')[0]}"
