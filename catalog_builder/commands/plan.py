"""`plan`: a source is read, the rules are applied, and what they let out and keep in is told. No export is written."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import msgspec

from catalog_builder import collector
from catalog_builder.errors import ExportError
from catalog_builder.exchange.before import Before, generator
from catalog_builder.files import now
from catalog_builder.model.catalogue import Catalogue
from catalog_builder.progress import Progress
from catalog_builder.publish.leaks import Leaks
from catalog_builder.publish.plan import Counted, Plan, lines, public_names, reasons_of
from catalog_builder.publish.policy import Policy
from catalog_builder.publish.redact import Border
from catalog_builder.publish.suspicions import Suspicions
from catalog_builder.publish.tally import SECTIONS, Tally
from catalog_builder.publish.unmet import unmet_rules
from catalog_builder.settings.options import Settings
from catalog_builder.settings.rules import Rules
from catalog_builder.sources.base import Scope, Source
from catalog_builder.sources.exported import ExportedSource


def plan(
    source: Source,
    scope: Scope,
    settings: Settings,
    rules: Rules,
    progress: Progress,
    *,
    since: Path,
    show_values: bool = False,
) -> Plan:
    """What an export of `scope` would publish and withhold under `rules`. `since`: the export that is there."""
    policy = Policy(rules=rules, named_groups=frozenset(scope.groups))
    last, made = _published_before(since)
    with source, collector.seldom():
        private, within = _counted(source.read(scope, Before.nothing()))
        border = Border(private, policy)
        published = border.published()
        public = Tally(published)
        suspicions = Suspicions(Leaks(private.logins))
        progress.stage("Looking at images", private.total_images)
        for page in suspicions.passing(public.passing(published.images())):
            progress.advance(len(page))
    whole, out = within.counts(), public.counts()
    return Plan(
        generator=generator(),
        label=settings.label or settings.title,
        made=now(),
        rules=policy.digest(),
        since=made,
        counts={kind: Counted(published=out[kind], withheld=whole[kind] - out[kind]) for kind in whole},
        reasons=reasons_of(border),
        sections={
            section: lines(section, within, public, (private, published), last[section], show_values)
            for section in SECTIONS
        },
        suspicious=suspicions.of(published, public),
        warnings=tuple(unmet_rules(border, rules, taken_over=False)),
    )


def as_json(plan: Plan) -> bytes:
    """The plan as it is stored, to be approved."""
    return msgspec.json.format(msgspec.json.encode(plan), indent=1) + b"\n"


def shortcomings(plan: Plan, kinds: Sequence[str]) -> str:
    """What of `suspicious`, `new` and `warnings` the plan has, in words; '' for none."""
    new = sum(line.new for found in plan.sections.values() for line in found) if plan.since else 0
    counts = {
        "suspicious": (len(plan.suspicious), "suspicious places"),
        "new": (new, "new names"),
        "warnings": (len(plan.warnings), "warnings about the rules"),
    }
    found = (counts[kind] for kind in dict.fromkeys(kinds))
    return " and ".join(f"{count} {words}" for count, words in found if count)


def _counted(private: Catalogue) -> tuple[Catalogue, Tally]:
    """The catalogue, and the tally that counts its images as they stream."""
    tally, images = Tally(private), private.images
    return replace(private, images=lambda: tally.passing(images())), tally


def _published_before(folder: Path) -> tuple[dict[str, frozenset[str]], datetime | None]:
    """The names that the export in `folder` publishes, and when it was made; nothing where there is none."""
    with suppress(ExportError), ExportedSource(folder) as source:
        last = source.read(Scope())
        tally = Tally(last)
        for _ in tally.passing(last.images()):
            pass
        return public_names(tally, last), source.exported
    return {section: frozenset() for section in SECTIONS}, None
