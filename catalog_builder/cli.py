"""The command line: options and lazy imports, no logic. Each command's work is in `commands/`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from catalog_builder import __version__, runlog
from catalog_builder.commands.display import Display
from catalog_builder.commands.shared_options import (
    folder,
    reuse_login,
    rules_file,
    scope_options,
    settings_file,
)
from catalog_builder.errors import CatalogError

EXPORT = Path("export")
SITE = Path("site")
DEMO = Path("demo")


class _Commands(click.Group):
    """Shows a user's mistake as its sentence and ends with 1; click's own usage errors end with 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            try:
                return super().invoke(ctx)
            except BaseException as error:
                runlog.failed(error)
                raise
        except CatalogError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(1)
        except KeyboardInterrupt:
            click.echo(
                "Stopped. Every file is as it was or as it will be; run the same command again.", err=True
            )
            ctx.exit(1)
        except BrokenPipeError:
            # The reader of our output has gone, as in `| head`.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(1)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            click.echo(f"Error: {where}{error.strerror or error}; put that right and run again.", err=True)
            ctx.exit(1)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="catalog-builder")
@click.option(
    "--log", type=folder, default=None, help="Write what the run does, without names or data, to a file."
)
@click.pass_context
def main(ctx: click.Context, log: Path | None) -> None:
    """An OMERO group becomes a static, searchable catalogue: plain files, no server."""
    if log:
        runlog.begin(log)
        runlog.event(f"command: {ctx.invoked_subcommand}")


@main.command()
@click.argument("folder", type=folder, default=Path())
def init(folder: Path) -> None:
    """Write starter settings and a starter wiki to FOLDER/site_config."""
    from catalog_builder.commands.init import init as run

    for path in run(folder):
        click.echo(str(path))
    click.echo(
        "Now edit the first lines of catalog.yml, then: catalog-builder export && catalog-builder build"
    )


@main.command()
@settings_file
@rules_file
@click.option("--to", type=folder, default=EXPORT, show_default=True, help="Folder of the export.")
@click.option("--host", help="OMERO server, as host or wss:// address; default: OMERO_HOST.")
@reuse_login
@scope_options
@click.option("--full", is_flag=True, help="Fetch everything anew, as if there were no export yet.")
@click.option("--strict", is_flag=True, help="Gaps fail, too, such as pictures that OMERO does not have.")
@click.option(
    "--approved",
    type=folder,
    default=None,
    help="Stop where the export would go beyond this plan (`plan --json`).",
)
def export(
    config: Path | None,
    rules: Path | None,
    to: Path,
    host: str | None,
    reuse_login: bool,
    full: bool,
    strict: bool,
    approved: Path | None,
    **named: tuple[Any, ...],
) -> None:
    """Read OMERO and write what may be published as JSON and pictures.

    Login: OMERO_USER and OMERO_PASSWORD, or OMERO_SESSION; asked for on a terminal. Or --reuse-login.
    """
    from catalog_builder.commands.export import export as run
    from catalog_builder.commands.export import scope_of
    from catalog_builder.errors import SourceError
    from catalog_builder.exchange.changes import counted, in_words
    from catalog_builder.publish.approval import read_plan
    from catalog_builder.publish.policy import on_request
    from catalog_builder.settings.read import load_rules, load_settings
    from catalog_builder.sources.base import Scope, source_class

    settings, what_leaves = load_settings(config).settings, load_rules(rules, config)
    plan = read_plan(approved) if approved else None
    login = _login(host, reuse_login)
    with _display() as progress:
        source = source_class("omero")(
            login,
            thumbnails=settings.thumbnails.mode,
            thumbnail_size=settings.thumbnails.size,
            preview_size=settings.previews.size,
            page=settings.omero.batch,
            calls=settings.omero.calls,
            pause=settings.omero.pause,
            also=(*on_request(what_leaves), *(["logins"] if plan else [])),
            progress=progress,
        )
        scope = scope_of(settings, Scope(**named))
        written = run(source, scope, settings, what_leaves, to, progress, full=full, approved=plan)
    held = ", ".join(counted(kind, n) for kind, n in written.manifest.counts.items() if n)
    click.echo(f"{to}: {held}")
    click.echo(f"Since the last export: {in_words(written.changes)}.")
    if strict and progress.gaps:
        raise SourceError("The export has gaps, named above, and --strict does not let them pass.")


@main.command()
@settings_file
@rules_file
@click.option("--since", type=folder, default=EXPORT, show_default=True, help="The export that is there.")
@click.option("--host", help="OMERO server, as host or wss:// address; default: OMERO_HOST.")
@reuse_login
@scope_options
@click.option(
    "--html", type=folder, default=None, help="Write the plan as one page, for whoever must approve."
)
@click.option("--json", "stored", type=folder, default=None, help="Store the plan, for `export --approved`.")
@click.option("--show-values", is_flag=True, help="Show withheld values whole, not two characters of them.")
@click.option(
    "--fail-on",
    type=click.Choice(["suspicious", "new", "warnings"]),
    multiple=True,
    help="End with 1 where there is any; may be repeated.",
)
def plan(
    config: Path | None,
    rules: Path | None,
    since: Path,
    host: str | None,
    reuse_login: bool,
    html: Path | None,
    stored: Path | None,
    show_values: bool,
    fail_on: tuple[str, ...],
    **named: tuple[Any, ...],
) -> None:
    """Show what an export would publish and withhold, and what of it is suspicious.

    Reads OMERO, applies the publishing rules and writes nothing but what --html and --json name.
    """
    from catalog_builder.commands.export import scope_of
    from catalog_builder.commands.plan import as_json, shortcomings
    from catalog_builder.commands.plan import plan as run
    from catalog_builder.commands.plan_shown import as_html, as_text
    from catalog_builder.files import write_private
    from catalog_builder.settings.read import load_rules, load_settings
    from catalog_builder.sources.base import Scope, source_class

    settings, what_leaves = load_settings(config).settings, load_rules(rules, config)
    login = _login(host, reuse_login)
    with _display() as progress:
        source = source_class("omero")(
            login,
            thumbnails="none",
            page=settings.omero.batch,
            calls=settings.omero.calls,
            pause=settings.omero.pause,
            also=("comments", "ratings", "attachments", "logins"),
            progress=progress,
        )
        scope = scope_of(settings, Scope(**named))
        found = run(source, scope, settings, what_leaves, progress, since=since, show_values=show_values)
    click.echo(as_text(found), nl=False)
    for path, content in ((html, as_html), (stored, as_json)):
        if path:
            write_private(path, content(found))
            click.echo(f"{path}: written, readable by you alone")
    if short := shortcomings(found, fail_on):
        click.echo(f"Error: the plan has {short}; see above.", err=True)
        raise SystemExit(1)


@main.command()
@click.argument("export", type=folder, default=EXPORT)
@settings_file
@click.option("--to", type=folder, default=None, help="Folder of the site; default: site.")
@click.option("--offline", is_flag=True, help="The explorer opens from disk, too, at any number of images.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    default=None,
    help="Processes to share the work; one a processor by default.",
)
@click.option("--view", help="Build what site_config/views/VIEW.yml shows, to site-VIEW.")
@click.option("--zip", "zipped", is_flag=True, help="Write the site as one zip, too, that opens from disk.")
def build(
    export: Path,
    config: Path | None,
    to: Path | None,
    offline: bool,
    jobs: int | None,
    view: str | None,
    zipped: bool,
) -> None:
    """Make the site of the export in EXPORT (default: export)."""
    from catalog_builder.commands.share import build_site

    to = to or (Path(f"{SITE}-{view}") if view else SITE)
    with _display() as progress:
        built, archive = build_site(
            export, config, to, progress, view=view, zipped=zipped, offline=offline, jobs=jobs
        )
    click.echo(
        f"{to / 'index.html'}: {built.pages} pages, {built.written} files new or changed, {built.removed} removed"
    )
    if archive:
        click.echo(f"{archive}: the same in one file; unpack it and open index.html")


@main.command()
@click.argument("site", type=folder, default=SITE)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port; any free one by default.")
def serve(site: Path, port: int) -> None:
    """Show the site in SITE (default: site) over http, to this machine only."""
    from catalog_builder.commands.serve import serve as run

    run(site, port, lambda address: click.echo(f"{address}  (Ctrl-C ends it)"))


@main.command()
@click.argument("folder", type=folder, required=False)
@click.option("--strict", is_flag=True, help="Warnings fail, too.")
@click.option("--server", is_flag=True, help="Try every query on the OMERO server and print a report.")
@click.option("--host", help="OMERO server for --server; default: OMERO_HOST.")
@reuse_login
def check(folder: Path | None, strict: bool, server: bool, host: str | None, reuse_login: bool) -> None:
    """Check an export or a site: schema, digests, broken links, missing pictures."""
    if server == (folder is not None):
        raise click.UsageError("Name the folder of an export or a site, or give --server.")
    if server:
        from catalog_builder.sources.omero.probe import probe

        lines = probe(_login(host, reuse_login), thumbnails="direct")
        click.echo("\n".join(map(str, lines)))
        failed = any(line.outcome == "refused" for line in lines)
    else:
        from catalog_builder.commands.check import check as run

        assert folder is not None
        findings = run(folder)
        for finding in findings:
            click.echo(str(finding))
        failed = any(finding.error or strict for finding in findings)
        click.echo(f"{folder}: " + (f"{len(findings)} findings" if findings else "all is well"))
    if failed:
        raise SystemExit(1)


@main.command()
@click.option("--to", type=folder, default=DEMO, show_default=True, help="Folder for export and site.")
@click.option("--serve", "serve_it", is_flag=True, help="Then show it over http.")
def demo(to: Path, serve_it: bool) -> None:
    """Build the sample catalogue: no OMERO needed."""
    from catalog_builder.commands.demo import demo as run

    with _display() as progress:
        site, built = run(to, progress)
    click.echo(f"{built.pages} pages. Open this page in a browser:")
    click.echo(f"  {(site / 'index.html').absolute().as_uri()}")
    if serve_it:
        from catalog_builder.commands.serve import serve as run_server

        run_server(site, 0, lambda address: click.echo(f"  {address}  (Ctrl-C ends it)"))


@main.command()
def schema() -> None:
    """Print the JSON Schema of the export."""
    from catalog_builder.commands.schema import schema as run

    click.echo(run())


def _display() -> Display:
    return Display(Console(stderr=True))


def _login(host: str | None, reuse: bool) -> Any:
    joined = click.get_current_context().obj  # under `omero`: what logs in, when it is time
    if host and (joined or reuse):
        raise click.UsageError("--host does not go with a login of `omero`: name the server with `omero -s`.")
    if joined:
        return joined()
    if reuse:
        from catalog_builder.sources.omero.sessions import left_login

        return left_login()
    from catalog_builder.sources.omero.login import login_from_environment

    def ask(prompt: str, hidden: bool) -> str:
        answer: str = click.prompt(prompt, hide_input=hidden, err=True)
        return answer

    return login_from_environment(os.environ, host=host, ask=ask if sys.stdin.isatty() else None)
