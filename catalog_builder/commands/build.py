"""`build`: an export becomes a site, with the wiki around it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalog_builder.errors import CatalogError, SettingsError, SiteError
from catalog_builder.exchange.read import Export
from catalog_builder.parallel import processors
from catalog_builder.progress import Progress
from catalog_builder.settings.options import Settings
from catalog_builder.settings.read import Loaded
from catalog_builder.site import links
from catalog_builder.site.assets import WikiEntry
from catalog_builder.site.content import Content
from catalog_builder.site.earlier import WIKI_TEXT, EarlierSite
from catalog_builder.site.memory import digest
from catalog_builder.site.pages import Built, Drawn, build_site, renderer_of
from catalog_builder.site.render import Renderer
from catalog_builder.site.shell import PLACEHOLDERS, Shell
from catalog_builder.site.vocabulary_pages import at_a_glance
from catalog_builder.site.wiki_blocks import TEMPLATE, Blocks

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig


#: From so many images on, a build is worth sharing among processes.
MUCH = 2_000


class Site:
    """A catalogue on its way into a wiki: what the plugin asks for at each of MkDocs' steps."""

    #: The catalogue's entries in a wiki's navigation.
    entries = (
        ("Browse", links.BROWSE),
        ("Explore", links.EXPLORE),
        ("Tags", links.TAGS),
        ("Keys", links.KEYS),
    )
    #: What catalogue pages need, where the theme is not our own.
    style_sheets = ("static/css/catalog.css", "static/css/inside.css", "static/css/accent.css")
    scripts = ("static/js/catalog.js",)

    def __init__(self, content: Content, *, unlisted: bool = False) -> None:
        self.content = content
        self.unlisted = unlisted
        self.built: Built | None = None
        self._glance = ""
        self._wiki_blocks: dict[str, str] = {}

    def has(self, address: str) -> bool:
        """Whether the catalogue has a page at `address`, relative to the site's root."""
        return self.content.has(address)

    def frame(self, *, sitemap: bool) -> dict[str, Any]:
        """What the theme says on every page about whose site it is; `sitemap`: whether one is drawn."""
        return {
            "settings": self.content.settings,
            "unlisted": self.unlisted,
            "entries": self.entries,
            "placeholders": tuple(PLACEHOLDERS.values()),
            # A sitemap holds 50,000 addresses at most; images come last, so what is cut off is theirs.
            "sitemap": list(islice(self.content.addresses(), 45_000)) if sitemap else [],
        }

    @cached_property
    def _renderer(self) -> Renderer:
        return renderer_of(self.content)

    def home(self, html: str) -> str:
        """The home page's own text with the catalogue at a glance below it."""
        content = self.content
        self._glance = self._glance or content.earlier.glance(content.made_of) or self._drawn_glance()
        return self._glance.replace(WIKI_TEXT, html)  # MkDocs' HTML, not OMERO's

    def _drawn_glance(self) -> str:
        context = {"root": "", "text": WIKI_TEXT, **at_a_glance(self.content)}
        return self._renderer.body("parts/home.html", context)

    def wiki_block(self, text: str, page: str, level: int) -> tuple[str, list[str]]:
        """The gallery of a `catalog` block on the page at an address, and what is wrong with the block.

        `level`: of a heading in it. A block that the page shows already, of the very same catalogue, is not worked
        out again.
        """
        content, name = self.content, digest([page, text, level])
        drawn = content.earlier.block(content.made_of, page, name)
        problems: list[str] = []
        if drawn is None:
            context, problems = content.once(Blocks).context(text, level)
            drawn = self._renderer.body(TEMPLATE, {"root": "../" * page.count("/"), **context})
        if not problems:  # these are to be told of again
            self._wiki_blocks[name] = drawn
        return drawn, problems

    def write(
        self,
        drawn: Mapping[int, str],
        wiki: Sequence[WikiEntry],
        staging: Path,
        folder: Path,
        keep_sitemap: bool,
        progress: Progress,
    ) -> None:
        """Stamp every page into the shells MkDocs drew and merge all of it into `folder`."""
        (staging / "sitemap.xml.gz").unlink(
            missing_ok=True
        )  # holds the clock: it would change in every build
        if not keep_sitemap:  # without the site's address a sitemap cannot name its pages
            (staging / "sitemap.xml").unlink(missing_ok=True)
        shells = {depth: Shell(html) for depth, html in drawn.items()}
        self.built = build_site(
            self.content, shells, wiki, Drawn(self._glance, self._wiki_blocks), staging, folder, progress
        )
        for remark in self.built.remarks:
            progress.note(remark)


def open_site(
    export: Path,
    settings: Settings,
    to: Path,
    *,
    offline: bool = False,
    jobs: int | None = None,
    unlisted: bool = False,
) -> Site:
    """Open the export for a site in `to`. `offline`: that shall open from disk, however many images it has.

    `jobs`: so many processes share the work; None: as many as there are processors, where it is much.
    `unlisted`: search engines are asked to leave it out.
    """
    opened = Export(export)
    opened.processes = jobs or (processors() if opened.manifest.counts["images"] >= MUCH else 1)
    return Site(Content(opened, settings, EarlierSite(to), offline=offline), unlisted=unlisted)


def build(
    export: Path,
    loaded: Loaded,
    to: Path,
    progress: Progress,
    *,
    offline: bool = False,
    jobs: int | None = None,
    unlisted: bool = False,
) -> Built:
    """Build the site of `export` into the folder `to`. Raises CatalogError for whatever the user can mend.

    `unlisted`: search engines are asked to leave it out, and there is no sitemap.
    """
    progress.stage("Reading the export")
    site = open_site(export, loaded.settings, to, offline=offline, jobs=jobs, unlisted=unlisted)
    config = _mkdocs_config(loaded, to, progress)
    if unlisted:
        config.site_url = None
    plugin: Any = config.plugins["catalog"]
    plugin.site, plugin.progress = site, progress
    site.content.offline |= plugin.config.offline
    _run_mkdocs(config, progress)
    assert site.built is not None
    return site.built


def _mkdocs_config(loaded: Loaded, to: Path, progress: Progress) -> MkDocsConfig:
    from mkdocs.config import load_config
    from mkdocs.exceptions import Abort, ConfigurationError

    with _listening(progress) as heard:
        try:
            config = load_config(str(loaded.mkdocs), site_dir=str(to.absolute()))
        except (Abort, ConfigurationError) as error:
            reason = "; ".join(heard.errors) or str(error)
            raise _refused(loaded.mkdocs, reason) from error
        except Exception as error:  # MkDocs and plugins let out whatever YAML and Python have against a value
            raise _refused(loaded.mkdocs, _in_words(error)) from error
    if "catalog" not in config.plugins:
        raise SettingsError([f"{loaded.mkdocs}: plugins: must hold `- catalog`; add that line."])
    return config


def _run_mkdocs(config: MkDocsConfig, progress: Progress) -> None:
    from mkdocs.commands.build import build as mkdocs_build

    config.plugins.on_startup(command="build", dirty=False)
    with _listening(progress) as heard:
        try:
            mkdocs_build(config)
        except Exception as error:  # pages, templates and plugins are the wiki's own: they let out anything
            if cause := _catalog_error(error):
                raise cause from None
            raise SiteError(_unbuilt(error, heard.errors, config)) from error
        finally:
            config.plugins.on_shutdown()


def _unbuilt(error: Exception, heard: Sequence[str], config: MkDocsConfig) -> str:
    """What stopped MkDocs, in a sentence; `heard` is what it said itself, which names the page."""
    if isinstance(error, OSError) and error.errno is not None:
        where = f"{error.filename}: " if error.filename else ""
        return (
            f"The wiki could not be built: {where}{error.strerror or error}; put that right and build again "
            "(TMPDIR names the folder for temporary files). What stood there before is still there."
        )
    reason = heard[-1] if heard else _in_words(error)
    return f"The wiki could not be built: {reason.rstrip('.')}{_plugin_of(error, config)}; correct it and build again."


def _refused(path: Path, reason: str) -> SettingsError:
    return SettingsError([f"{path}: MkDocs refuses these settings: {reason.rstrip('.!')}; correct the file."])


def _in_words(error: Exception) -> str:
    """An error that was not made for users, as well as it can be told: its kind, its words, its template's line."""
    words = " ".join(str(error).split())
    file, line = getattr(error, "filename", None), getattr(error, "lineno", None)
    where = f"{file} line {line}: " if file and line else ""
    return f"{where}{type(error).__name__}{f': {words}' if words else ''}"


def _plugin_of(error: Exception, config: MkDocsConfig) -> str:
    """In brackets, the plugin whose code let the error out, if it was one."""
    modules = {type(plugin).__module__: name for name, plugin in config.plugins.items() if name != "catalog"}
    trace, found = error.__traceback__, ""
    while trace is not None:
        found = modules.get(trace.tb_frame.f_globals.get("__name__", ""), found)
        trace = trace.tb_next
    return f" (plugin {found})" if found else ""


def _catalog_error(error: BaseException | None) -> CatalogError | None:
    """The error of ours that MkDocs wrapped in its own, if any."""
    while error is not None and not isinstance(error, CatalogError):
        error = error.__cause__ or error.__context__
    return error


@contextmanager
def _listening(progress: Progress) -> Iterator[_Listener]:
    """Hear what MkDocs says, in place of whoever else would show it."""
    logger = logging.getLogger("mkdocs")
    listener = _Listener(progress)
    logger.addHandler(listener)
    propagate, logger.propagate = logger.propagate, False
    try:
        yield listener
    finally:
        logger.removeHandler(listener)
        logger.propagate = propagate


class _Listener(logging.Handler):
    """MkDocs' warnings, such as a wiki page's broken link, become notes of the run's report; errors are kept."""

    def __init__(self, progress: Progress) -> None:
        super().__init__(logging.WARNING)
        self._progress = progress
        self.errors: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if record.levelno >= logging.ERROR:
            self.errors.append(message.strip())
        else:
            self._progress.note(f"Wiki: {message}")
