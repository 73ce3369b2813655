"""The options of `catalog.yml`: each typed, each with the sentence its documentation shows."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

#: OMERO's ids are 64-bit integers.
ObjectId = Annotated[int, Meta(ge=0, le=2**63 - 1)]


#: A preview smaller than this is not worth its room: the thumbnail shows as much.
SMALLEST_PREVIEW = 512


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the settings file; every option has a default, so every line may be left out."""


class Licence(Section, frozen=True):
    """The licence of the data, named in every footer."""

    name: Annotated[
        str, Meta(description="The licence's name, such as `CC BY 4.0`; empty: none is named.")
    ] = ""
    url: Annotated[str, Meta(description="Where its text stands.", pattern=r"^$|^https?://")] = ""


class Read(Section, frozen=True):
    """What `export` reads; nothing named means everything the account may read, private groups left out."""

    groups: Annotated[
        tuple[str, ...],
        Meta(description="Names of groups. A private group (`rw----`) is read only when named here."),
    ] = ()
    projects: Annotated[tuple[ObjectId, ...], Meta(description="Ids of projects.")] = ()
    datasets: Annotated[tuple[ObjectId, ...], Meta(description="Ids of datasets.")] = ()
    screens: Annotated[tuple[ObjectId, ...], Meta(description="Ids of screens.")] = ()
    plates: Annotated[tuple[ObjectId, ...], Meta(description="Ids of plates.")] = ()


class Thumbnails(Section, frozen=True):
    """How `export` gets the pictures."""

    mode: Annotated[
        Literal["batch", "direct", "none"],
        Meta(
            description="`batch`: fifty a call, and OMERO may keep a thumbnail it makes; "
            "`direct`: one a call, and OMERO keeps no trace; `none`: no pictures."
        ),
    ] = "batch"
    size: Annotated[
        int,
        Meta(
            description="The longest side in pixels, 48 to 1024. OMERO keeps 96 ready; other sizes it draws on demand.",
            ge=48,
            le=1024,
        ),
    ] = 256


class Previews(Section, frozen=True):
    """Larger pictures, for the page of an image and for looking closely."""

    size: Annotated[
        int,
        Meta(
            description="The longest side in pixels, 512 to 2048, drawn by OMERO on demand; 0: no larger pictures.",
            ge=0,
            le=2048,
        ),
    ] = 0

    def __post_init__(self) -> None:
        if 0 < self.size < SMALLEST_PREVIEW:
            raise ValueError(
                f"a preview has {SMALLEST_PREVIEW} to 2048 pixels, or there is none: {self.size}"
            )


class Omero(Section, frozen=True):
    """How hard `export` works the OMERO server; while it answers slowly, less by itself."""

    calls: Annotated[
        int, Meta(description="How many calls may be under way at once, 1 to 16.", ge=1, le=16)
    ] = 4
    batch: Annotated[
        int, Meta(description="How many images one call may bring, 100 to 50000.", ge=100, le=50_000)
    ] = 10_000
    pause: Annotated[float, Meta(description="Seconds to leave between two calls, 0 to 60.", ge=0, le=60)] = (
        0.0
    )


class FacetSetting(Section, frozen=True):
    """What the catalogue's owner says of one facet of the explorer; what is not said is found out from the data."""

    facet: Annotated[
        str,
        Meta(
            description="Which: `tag`, `project`, `dataset`, `screen`, `plate`, `owner`, `acquired`, `imported`, "
            "or `key:` and the name of a key.",
            min_length=1,
        ),
    ]
    label: Annotated[str, Meta(description="What to call it; empty: as it is.")] = ""
    kind: Annotated[
        Literal["auto", "choice", "number", "date", "search", "off"],
        Meta(
            description="`choice`: values to tick; `number`, `date`: a range; `search`: found by words alone; "
            "`off`: no filter; `auto`: what its values are."
        ),
    ] = "auto"


class Settings(Section, frozen=True):
    """Everything a catalogue's owner can choose."""

    mkdocs: Annotated[
        str,
        Meta(
            description="The MkDocs settings of the wiki, from this file's folder; empty: the shipped starter."
        ),
    ] = ""
    title: Annotated[str, Meta(description="The catalogue's name, in every page's head.")] = "Image catalogue"
    description: Annotated[
        str, Meta(description="One sentence on what this is, for the home page and for search engines.")
    ] = ""
    logo: Annotated[
        str,
        Meta(
            description="A picture for the head of every page: a file name in the wiki folder; empty: none."
        ),
    ] = ""
    accent: Annotated[
        str,
        Meta(description="The one colour of buttons and links, as `#rrggbb`.", pattern="^#[0-9a-fA-F]{6}$"),
    ] = "#2458b8"
    licence: Annotated[Licence, Meta(description="The data's licence.")] = Licence()
    cite: Annotated[str, Meta(description="How to cite the data, shown in the footer; empty: nothing.")] = ""
    contact: Annotated[
        str,
        Meta(
            description="Whom to ask: an e-mail address or a web address; empty: nobody is named.",
            pattern=r"^$|^https?://\S+$|^[^@\s:/]+@[^@\s:/]+$",
        ),
    ] = ""
    imprint: Annotated[str, Meta(description="The address of the imprint.", pattern=r"^$|^https?://")] = ""
    privacy: Annotated[
        str, Meta(description="The address of the privacy notice.", pattern=r"^$|^https?://")
    ] = ""
    footer: Annotated[
        str, Meta(description="A closing line for every page, such as the institute's name.")
    ] = ""
    omero_web: Annotated[
        str,
        Meta(
            description="The address of OMERO.web, for links to the objects there; empty: no address in the site.",
            pattern=r"^$|^https?://",
        ),
    ] = ""
    label: Annotated[
        str, Meta(description="A name for the export, kept in its manifest; empty: the title.")
    ] = ""
    read: Annotated[Read, Meta(description="What to read.")] = Read()
    thumbnails: Annotated[Thumbnails, Meta(description="The pictures.")] = Thumbnails()
    previews: Annotated[Previews, Meta(description="The larger pictures.")] = Previews()
    omero: Annotated[Omero, Meta(description="How hard the OMERO server is worked.")] = Omero()
    facets: Annotated[
        tuple[FacetSetting, ...],
        Meta(description="The facets that come first in the explorer, in this order; all others follow."),
    ] = ()
    page_size: Annotated[
        int, Meta(description="Pictures on one page of a gallery, 12 to 240.", ge=12, le=240)
    ] = 60
    image_pages: Annotated[
        int,
        Meta(
            description="Up to so many images each has a file of its own; beyond, one page draws them; 0: never.",
            ge=0,
            le=1_000_000,
        ),
    ] = 20_000
