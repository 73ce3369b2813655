"""`export`: a source is read, what may go out is let out, and the export is written."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import asdict

from catalog_builder import collector
from catalog_builder.exchange.before import Before
from catalog_builder.exchange.write import Written, refuse_foreign, write_export
from catalog_builder.progress import Progress
from catalog_builder.publish.policy import Policy
from catalog_builder.publish.redact import redact
from catalog_builder.settings.options import Settings
from catalog_builder.sources.base import Scope, Source


def export(
    source: Source, scope: Scope, settings: Settings, to: Path, progress: Progress, *, full: bool = False
) -> Written:
    """Read `scope` from `source` and write it to `to`; the export that was there stays whole until the end.

    What has not changed since is taken from it, unless `full`.
    """
    refuse_foreign(to)
    policy = policy_of(settings, scope)
    before = Before(to, rules=policy.digest(), use=not full)
    with source, collector.seldom():
        published = redact(source.read(scope, before), policy)
        label = settings.label or settings.title
        return write_export(published, before, label=label, rules=policy.digest(), progress=progress)


def policy_of(settings: Settings, scope: Scope) -> Policy:
    """The publishing rules of the settings; private groups leave only when the scope names them."""
    return Policy(named_groups=frozenset(scope.groups), **asdict(settings.publish))


def on_request(settings: Settings) -> tuple[str, ...]:
    """What a source is asked for only because the settings let it out."""
    return tuple(name for name, is_on in asdict(settings.publish).items() if is_on)


def scope_of(settings: Settings, named: Scope) -> Scope:
    """What the command line names; what the settings name where it names nothing."""
    return Scope(**asdict(settings.read)) if named.everything else named
