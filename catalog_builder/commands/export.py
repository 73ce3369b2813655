"""`export`: a source is read, what may go out is let out, and the export is written."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import asdict

from catalog_builder import collector
from catalog_builder.exchange.before import Before
from catalog_builder.exchange.write import Written, refuse_foreign, write_export
from catalog_builder.progress import Progress
from catalog_builder.publish.approval import held_to
from catalog_builder.publish.plan import Plan
from catalog_builder.publish.policy import Policy
from catalog_builder.publish.redact import Border
from catalog_builder.publish.unmet import unmet_rules
from catalog_builder.settings.options import Settings
from catalog_builder.settings.rules import Rules
from catalog_builder.sources.base import Scope, Source


def export(
    source: Source,
    scope: Scope,
    settings: Settings,
    rules: Rules,
    to: Path,
    progress: Progress,
    *,
    full: bool = False,
    approved: Plan | None = None,
) -> Written:
    """Read `scope` from `source` and write it to `to`; the export that was there stays whole until the end.

    What has not changed since is taken from it, unless `full`. What goes beyond the plan `approved` raises ExportError.
    """
    refuse_foreign(to)
    policy = Policy(rules=rules, named_groups=frozenset(scope.groups))
    before = Before(to, rules=policy.digest(), use=not full, records=not (policy.needs_all or approved))
    with source, collector.seldom():
        private = source.read(scope, before)
        border = Border(private, policy)
        published = border.published()
        if approved:
            published = held_to(approved, published, private.logins)
        label = settings.label or settings.title
        written = write_export(published, before, label=label, rules=policy.digest(), progress=progress)
    for warning in unmet_rules(border, rules, taken_over=before.has_images):
        progress.note(warning)
    return written


def scope_of(settings: Settings, named: Scope) -> Scope:
    """What the command line names; what the settings name where it names nothing."""
    return Scope(**asdict(settings.read)) if named.everything else named
