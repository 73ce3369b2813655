"""`export`: a source is read, what may go out is let out, and the export is written."""

from __future__ import annotations

from pathlib import Path

from catalog_builder.exchange.schema import Manifest
from catalog_builder.exchange.write import refuse_foreign, write_export
from catalog_builder.progress import Progress
from catalog_builder.publish.policy import Policy
from catalog_builder.publish.redact import redact
from catalog_builder.settings.options import Settings
from catalog_builder.sources.base import Scope, Source


def export(source: Source, scope: Scope, settings: Settings, to: Path, progress: Progress) -> Manifest:
    """Read `scope` from `source` and write it to `to`; the export that was there stays whole until the end."""
    refuse_foreign(to)
    with source:
        catalogue = source.read(scope)
        published = redact(catalogue, Policy(named_groups=frozenset(scope.groups)))
        return write_export(published, to, label=settings.label or settings.title, progress=progress)


def scope_of(
    settings: Settings, groups: tuple[str, ...], projects: tuple[int, ...], datasets: tuple[int, ...]
) -> Scope:
    """What the command line names; what the settings name where it names nothing."""
    if groups or projects or datasets:
        return Scope(groups=groups, projects=projects, datasets=datasets)
    read = settings.read
    return Scope(groups=read.groups, projects=read.projects, datasets=read.datasets)
