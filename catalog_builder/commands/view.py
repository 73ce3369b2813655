"""`build --view`: of an export, what a view shows becomes an export of its own, and that a site.

So nothing that the view does not show can be in its site: the build never sees it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from catalog_builder import collector
from catalog_builder.commands.build import build
from catalog_builder.exchange.before import Before
from catalog_builder.exchange.read import read_manifest
from catalog_builder.exchange.write import write_export
from catalog_builder.progress import Progress
from catalog_builder.publish.policy import Policy
from catalog_builder.publish.redact import Border
from catalog_builder.publish.unmet import unmet_rules
from catalog_builder.settings.rules import Rules
from catalog_builder.settings.views import LoadedView
from catalog_builder.site.pages import Built
from catalog_builder.sources.base import Scope
from catalog_builder.sources.exported import ExportedSource


def build_view(
    export: Path,
    view: LoadedView,
    to: Path,
    progress: Progress,
    *,
    offline: bool = False,
    jobs: int | None = None,
) -> Built:
    """Build the site of what `view` shows of `export` into the folder `to`; search engines are asked to stay away."""
    to.absolute().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".view-", dir=to.absolute().parent) as aside:
        narrowed = Path(aside) / "export"
        narrow(export, view.rules, narrowed, progress, label=view.loaded.settings.title, file=str(view.path))
        return build(narrowed, view.loaded, to, progress, offline=offline, jobs=jobs, unlisted=True)


def narrow(export: Path, rules: Rules, to: Path, progress: Progress, *, label: str, file: str = "") -> None:
    """Write what `rules`, which stand in `file`, let pass of `export` to `to`, as of the moment of that export."""
    manifest = read_manifest(export)
    # What is in the export was let out already: that a group is private is no reason any more.
    policy = Policy(rules=rules, named_groups=frozenset(manifest.groups))
    with ExportedSource(export) as source, collector.seldom():
        border = Border(source.read(Scope()), policy)
        write_export(
            border.published(),
            Before(to, rules=policy.digest()),
            label=label,
            rules=policy.digest(),
            progress=progress,
            exported=manifest.exported,
        )
    for warning in unmet_rules(border, rules, taken_over=False, file=f"{file}: publish"):
        progress.note(warning)
