"""Views: what other readers see of one export, each in a file of its own, `views/NAME.yml`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta

from catalog_builder.errors import SettingsError
from catalog_builder.files import shipped
from catalog_builder.settings.options import Section, Settings
from catalog_builder.settings.read import Loaded, parse, settings_file, yaml_of
from catalog_builder.settings.rules import AnnotationKind, Mask, Names, Rules, Tagged

#: What a view may be called: it becomes the name of a folder.
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")

#: Settings that are about reading OMERO or lead out of the view: a view does not take them over.
_NOT_TAKEN_OVER = ("mkdocs", "read", "thumbnails", "previews", "omero", "omero_web", "label")


class Narrower(Rules, frozen=True):
    """The publishing rules again, on what is published already: what is left out here lets everything pass."""

    tagged: Annotated[Tagged, Meta(description="What the view shows by its tags.")] = Tagged(never=())
    label_images: Annotated[bool, Meta(description="Labels of slides.")] = True
    macro_images: Annotated[bool, Meta(description="Whole slides.")] = True
    namespaces: Annotated[Names, Meta(description="Namespaces.")] = Names()
    keys: Annotated[Names, Meta(description="Keys.")] = Names()
    mask: Annotated[tuple[Mask, ...], Meta(description="What is taken out of values and texts.")] = ()
    by_others: Annotated[tuple[AnnotationKind, ...], Meta(description="Kinds of annotations.")] = (
        *("tags", "key_values", "comments", "ratings", "attachments", "terms", "values", "xml"),
    )
    people: Annotated[Literal["full", "initials", "none"], Meta(description="Owners.")] = "full"
    comments: Annotated[bool, Meta(description="What people wrote.")] = True
    ratings: Annotated[bool, Meta(description="Stars.")] = True
    attachments: Annotated[bool, Meta(description="Names of files.")] = True
    linked: Annotated[bool, Meta(description="Who put which annotation on what.")] = True


class View(Section, frozen=True):
    """What a view shows, and how it looks."""

    publish: Annotated[
        Narrower, Meta(description="What of the export it shows, by the options of publish.yml.")
    ] = Narrower()
    site: Annotated[
        Settings,
        Meta(description="How it looks, by the options of catalog.yml; what is left out is as there."),
    ] = Settings()


class LoadedView(NamedTuple):
    """The rules of a view, and the settings of its site."""

    rules: Rules
    loaded: Loaded
    path: Path


def load_view(name: str, config: Path | None) -> LoadedView:
    """The view `views/NAME.yml` beside the settings `config`. Raises SettingsError with every problem."""
    base = settings_file(config)
    folder = base.with_name("views")
    path = folder / f"{name}.yml"
    if not NAME.fullmatch(name) or not path.is_file():
        known = sorted(one.stem for one in folder.glob("*.yml")) if folder.is_dir() else []
        there = f"there are: {', '.join(known)}" if known else f"write {folder / 'NAME.yml'} first"
        raise SettingsError([f"--view: there is no view {name!r}; {there}."])
    content = yaml_of(path)
    view = parse(content, path, View)
    given = content.get("site") if isinstance(content, dict) else None
    own = set(given) if isinstance(given, dict) else set()
    plain = parse(yaml_of(base), base, Settings)
    taken = {
        field: getattr(plain, field)
        for field in Settings.__struct_fields__
        if field not in own and field not in _NOT_TAKEN_OVER
    }
    settings = msgspec.structs.replace(view.site, **taken)
    mkdocs = path.parent / settings.mkdocs if settings.mkdocs else shipped("site_config", "mkdocs.yml")
    if not mkdocs.is_file():
        raise SettingsError([f"{path}: site.mkdocs: there is no file {str(mkdocs)!r}; correct the path."])
    return LoadedView(view.publish, Loaded(settings, mkdocs), path)
