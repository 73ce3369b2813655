"""The door for MkDocs, and for ProperDocs, its drop-in fork: `plugins: [catalog]` and `theme: catalog`.

MkDocs draws the wiki and one empty page for each depth of address into a staging folder; the catalogue's
pages are stamped into those shells and the whole is merged into the site folder. MkDocs empties its output
folder before it writes, which is why it is pointed elsewhere.
"""

from __future__ import annotations

import json
import logging
import posixpath
import re
import shutil
import tempfile
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.contrib.search.search_index import SearchIndex
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Link, Navigation
from mkdocs.structure.pages import Page

from catalog_builder.commands.build import Site, open_site
from catalog_builder.errors import CatalogError, SettingsError
from catalog_builder.files import shipped
from catalog_builder.progress import Progress, Silent
from catalog_builder.settings.read import load_settings
from catalog_builder.site.assets import wiki_entries
from catalog_builder.site.shell import MARKDOWN, PLACEHOLDERS
from catalog_builder.site.wiki_fences import TakenOut, put_in, take_out, without

#: MkDocs asks a theme's entry point for the file it stands beside.
theme = SimpleNamespace(__file__=str(shipped("templates", "theme", "mkdocs_theme.yml")))

OWN_THEME = "catalog"

log = get_plugin_logger("catalog")

#: The loggers that complain of wiki links that lead nowhere: ProperDocs has its own.
LINKS = [logging.getLogger(f"{program}.structure.pages") for program in ("mkdocs", "properdocs")]

_HREF = re.compile(r'(?<=\shref=")([^":?#]+\.html)(?=[?#"])')


class CatalogConfig(Config):
    """The plugin's options in mkdocs.yml; paths are relative to that file."""

    config = config_options.Type(str, default="catalog.yml")
    export = config_options.Type(str, default="../export")
    offline = config_options.Type(bool, default=False)


class _Logged(Silent):
    """Under `mkdocs build`, what the reader of the run's report should know is a warning, which `--strict` counts."""

    def note(self, sentence: str, *, gap: bool = False) -> None:
        log.warning(sentence)


class CatalogPlugin(BasePlugin[CatalogConfig]):
    """Holds one build's state: MkDocs makes a new plugin for each."""

    #: Set by `catalog-builder build`, which reads the settings and the export itself and shows progress.
    site: Site | None = None
    progress: Progress = _Logged()

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Open the export, aim MkDocs at a staging folder, and add styles where the theme is not ours."""
        self.site = self.site or self._open(config)
        self._folder = Path(config.site_dir)
        self._staging = tempfile.TemporaryDirectory(prefix="catalog-builder-")
        self._index = SearchIndex(indexing="full", prebuild_index=False, lang=["en"], separator=r"[\s\-]+")
        self.drawn: dict[int, str] = {}
        self._taken: dict[str, TakenOut] = {}
        self._config = config
        config.site_dir = self._staging.name
        config.theme.dirs.insert(0, str(shipped("templates", "any_theme")))
        self._filter = _KnowsCatalogue(self.site)
        for links in LINKS:
            links.addFilter(self._filter)
        if config.theme.name != OWN_THEME:
            config.extra_css = [*self.site.style_sheets, *config.extra_css]
            config.extra_javascript = [*self.site.scripts, *config.extra_javascript]
        else:
            config.site_name = self.site.content.settings.title
            config.theme.dirs.insert(1, str(shipped("templates", "parts")))
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add a placeholder page for each depth of address; a logo that is not there is an error."""
        assert self.site is not None
        logo = self.site.content.settings.logo
        if logo and files.get_file_from_path(logo) is None:
            with _AsPluginError():
                raise SettingsError([f"logo: there is no file {logo!r} in {config.docs_dir}; put it there."])
        for path in PLACEHOLDERS.values():
            file = File.generated(config, path, content=MARKDOWN, inclusion=InclusionLevel.NOT_IN_NAV)
            file.use_directory_urls = False
            for cached in ("dest_uri", "url", "abs_dest_path"):
                file.__dict__.pop(cached, None)
            files.append(file)
        return files

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Give another theme's navigation the catalogue's entries; our own theme shows them itself."""
        if config.theme.name != OWN_THEME:
            assert self.site is not None
            # Themes make these relative to each page, as they do with pages of their own.
            nav.items.extend(Link(title, address) for title, address in self.site.entries)
        return nav

    def on_env(self, env: Any, *, config: MkDocsConfig, files: Files) -> Any:
        """Tell the theme whose catalogue it frames."""
        assert self.site is not None
        with _AsPluginError():
            env.globals["catalog"] = self.site.frame(sitemap=bool(config.site_url))
        return env

    @event_priority(-100)
    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Take out what the catalogue will draw, once other plugins have added to the page what they have to."""
        taken = self._taken[page.file.src_uri] = take_out(markdown)
        return taken.markdown

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Lead to the catalogue from where the page will stand; note the words; draw what the catalogue adds."""
        assert self.site is not None
        taken = self._taken.pop(page.file.src_uri)
        with _AsPluginError():
            html = _HREF.sub(lambda link: _moved(self.site, page.file, link.group()), html)
        if page.file.src_uri not in PLACEHOLDERS.values() and not _excluded(page):
            # Now, while the page holds the wiki's own words only: what the catalogue adds is found by itself.
            page.content = without(page.content or "", taken)
            self._index.add_entry_from_context(page)
        with _AsPluginError():
            html = put_in(html, taken, partial(self._block, page.file))
            return self.site.home(html) if page.is_homepage else html

    def _block(self, file: File, number: int, text: str, level: int) -> str:
        """A `catalog` block drawn; what is wrong with it is told by page and number."""
        assert self.site is not None
        html, problems = self.site.wiki_block(text, file.dest_uri, level)
        for problem in problems:
            self.progress.note(f"Wiki: {file.src_uri}: catalog block {number}: {problem}")
        return html

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Keep the drawn placeholders and have MkDocs write nothing for them."""
        for depth, path in PLACEHOLDERS.items():
            if page.file.src_uri == path:
                self.drawn[depth] = output
                return ""
        return output

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Stamp the catalogue and merge everything into the site folder."""
        assert self.site is not None
        staging = Path(config.site_dir)
        if config.theme.name == OWN_THEME:
            # MkDocs' own search does not work from disk; ours uses its entries.
            shutil.rmtree(staging / "search", ignore_errors=True)
        entries = json.loads(self._index.generate_search_index())["docs"]
        wiki = wiki_entries(entries)
        keep_sitemap = bool(config.site_url)
        with _AsPluginError():
            self.site.write(self.drawn, wiki, staging, self._folder, keep_sitemap, self.progress)
        self._clean_up()

    def on_build_error(self, *, error: Exception) -> None:
        """Leave no staging folder behind."""
        if hasattr(self, "_staging"):
            self._clean_up()

    def _clean_up(self) -> None:
        for links in LINKS:
            links.removeFilter(self._filter)
        self._staging.cleanup()
        self._config.site_dir = str(self._folder)  # `mkdocs gh-deploy` publishes what stands there

    def _open(self, config: MkDocsConfig) -> Site:
        base = Path(config.config_file_path).parent
        with _AsPluginError():
            settings = load_settings(base / self.config.config).settings
            to = Path(config.site_dir)
            return open_site(base / self.config.export, settings, to, offline=self.config.offline)


def _moved(site: Site | None, file: File, link: str) -> str:
    """A link to the catalogue as written beside the Markdown file, for the folder its page is put into."""
    address = posixpath.normpath(posixpath.join(posixpath.dirname(file.src_uri), link))
    if site is None or not site.has(address):
        return link
    return posixpath.relpath(address, posixpath.dirname(file.dest_uri) or ".")


def _excluded(page: Page) -> bool:
    """Whether the page asks to be left out of the search."""
    search = page.meta.get("search")
    if search is not None and not isinstance(search, dict):
        with _AsPluginError():
            raise SettingsError(
                [
                    f"{page.file.src_uri}: search: must hold `exclude: true` or nothing, not {search!r}; correct it."
                ]
            )
    return bool(search and search.get("exclude"))


class _KnowsCatalogue(logging.Filter):
    """Spares wiki pages the warning that a link leads nowhere where it leads to a page of the catalogue."""

    _LINK = re.compile(r"Doc file '([^']*)' contains a link '([^'?#]*)[^']*', but the target(?: '([^'?#]*))?")

    def __init__(self, site: Site) -> None:
        super().__init__()
        self._site = site

    def filter(self, record: logging.LogRecord) -> bool:
        found = self._LINK.match(record.getMessage())
        if not found:
            return True
        page, link, target = found.groups()
        address = posixpath.normpath(target or posixpath.join(posixpath.dirname(page), link))
        return not self._site.has(address)


class _AsPluginError:
    """Under `mkdocs build`, a user's mistake is MkDocs' kind of error: a sentence, no traceback."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, CatalogError):
            raise PluginError(str(error)) from error
