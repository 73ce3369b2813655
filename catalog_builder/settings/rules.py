"""The options of `publish.yml`: what may leave OMERO. The defaults are those of the starter file."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from msgspec import Meta

from catalog_builder.model.kinds import NAMESPACE_CLIENT
from catalog_builder.settings.options import Section

#: Where key-values of a table that was imported as a whole stand, by OMERO's own plug-in.
NAMESPACE_TABLE = "openmicroscopy.org/omero/bulk_annotations"
#: Where key-values stand that the plug-in mapr shows to everybody.
NAMESPACE_MAPR = "openmicroscopy.org/mapr/*"

AnnotationKind = Literal["tags", "key_values", "comments", "ratings", "attachments", "terms", "values", "xml"]

E_MAIL = r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"
#: A folder of somebody's own, on any system, or a share of the network, and all behind it up to a space.
HOME_PATH = (
    r"(?:[A-Za-z]:[\\/]+(?:Users|Documents and Settings)|/(?:home|Users|root))[\\/]+[^\s,;\"']*"
    r"|\\\\[\w.$-]+\\[^\s,;\"']+"
)

_ALLOW = "Patterns, `*` for any text and `?` for one character, upper and lower case alike; what one fits may go out."
_DENY = "What one of these fits stays in, whatever `allow` says."


class Names(Section, frozen=True):
    """What goes out by its name: what a pattern of `allow` fits and none of `deny` does."""

    allow: Annotated[tuple[str, ...], Meta(description=_ALLOW)] = ("*",)
    deny: Annotated[tuple[str, ...], Meta(description=_DENY)] = ()


class Things(Section, frozen=True):
    """The same for objects that have an id: a whole number stands for one of them."""

    allow: Annotated[tuple[str | int, ...], Meta(description=_ALLOW)] = ("*",)
    deny: Annotated[tuple[str | int, ...], Meta(description=_DENY)] = ()


class Tagged(Section, frozen=True):
    """What goes out by the tags on it, or on anything that it is in."""

    only: Annotated[
        tuple[str, ...],
        Meta(description="Only what has one of these tags, or lies in what has one; nothing named: all."),
    ] = ()
    never: Annotated[
        tuple[str, ...],
        Meta(description="Never what has one of these tags, nor anything in it, wherever else that lies."),
    ] = ("embargo*", "confidential*", "private", "do not publish")
    until: Annotated[
        tuple[str, ...],
        Meta(description="Keys whose value is a day (`2027-01-31`): until then it stays in, with all in it."),
    ] = ()


class Where(Section, frozen=True):
    """A condition that an object meets by what is on it, or on anything that it lies in."""

    tags: Annotated[
        tuple[str, ...], Meta(description="It has one of these tags; nothing named: any or none.")
    ] = ()
    keys: Annotated[
        dict[str, tuple[str, ...]],
        Meta(
            description="Of each of these keys it has one of the values, such as `Cell line: [HeLa, U2OS]`."
        ),
    ] = {}  # noqa: RUF012


class Mask(Section, frozen=True):
    """A pattern that is taken out of text."""

    pattern: Annotated[
        str, Meta(description="A regular expression as Python writes them; what it finds is taken out.")
    ] = ""
    keys: Annotated[tuple[str, ...], Meta(description="In the values of which keys: patterns as above.")] = (
        "*",
    )
    texts: Annotated[
        bool, Meta(description="In names, descriptions, tags and what else people wrote, too.")
    ] = True
    by: Annotated[str, Meta(description="What stands there instead.")] = "[withheld]"

    def __post_init__(self) -> None:
        try:
            found = re.compile(self.pattern)
        except (re.error, OverflowError, RecursionError) as error:
            raise ValueError(f"not a regular expression: {error}") from None
        if self.pattern and found.match(""):
            raise ValueError("it fits where nothing stands")


class Rules(Section, frozen=True):
    """Everything that the owner of data can say about who reads it."""

    groups: Annotated[
        Names,
        Meta(description="Names of groups. A private one (`rw----`) must also be named in what is read."),
    ] = Names()
    projects: Annotated[
        Things, Meta(description="Projects by name or id; what is in one that stays in, stays in.")
    ] = Things()
    datasets: Annotated[Things, Meta(description="Datasets by name or id.")] = Things()
    screens: Annotated[Things, Meta(description="Screens by name or id.")] = Things()
    plates: Annotated[Things, Meta(description="Plates by name or id.")] = Things()
    images: Annotated[Things, Meta(description="Images by name or id.")] = Things()
    tagged: Annotated[Tagged, Meta(description="What goes out by its tags.")] = Tagged()
    where: Annotated[
        tuple[Where, ...],
        Meta(description="Conditions, each of which what goes out must meet, by its tags and key-values."),
    ] = ()
    label_images: Annotated[
        bool, Meta(description="A slide's label, as scanners photograph it: patients' names stand on it.")
    ] = False
    macro_images: Annotated[
        bool, Meta(description="The whole slide, as scanners photograph it: the label is often in sight.")
    ] = False
    namespaces: Annotated[
        Names, Meta(description="Namespaces of annotations; an empty one stands for those without one.")
    ] = Names(allow=("", NAMESPACE_CLIENT, NAMESPACE_TABLE, NAMESPACE_MAPR))
    keys: Annotated[Names, Meta(description="Keys of key-values.")] = Names(
        deny=(
            *("*patient*", "*birth*", "dob", "*insurance*", "mrn", "*medical record*", "*social security*"),
            *(
                "*e-mail*",
                "*email*",
                "phone*",
                "*telephone*",
                "*address*",
                "*password*",
                "*token*",
                "*api key*",
            ),
            *("*file path*", "*filepath*", "*directory*", "*folder*", "*user name*", "*username*", "*login*"),
        )
    )
    mask: Annotated[tuple[Mask, ...], Meta(description="What is taken out of values and texts.")] = (
        Mask(pattern=E_MAIL, by="[e-mail]"),
        Mask(pattern=HOME_PATH, by="[path]"),
    )
    tags: Annotated[Names, Meta(description="Tags.")] = Names()
    tag_sets: Annotated[Names, Meta(description="Tag sets.")] = Names()
    by_others: Annotated[
        tuple[AnnotationKind, ...],
        Meta(
            description="Annotations that go out also where they belong to somebody else than the object does: "
            "`tags`, `key_values`, `comments`, `ratings`, `attachments`, `terms`, `values`, `xml`."
        ),
    ] = ("tags",)
    people: Annotated[
        Literal["full", "initials", "none"],
        Meta(description="Owners: by `full` name, by `initials`, or `none` at all."),
    ] = "initials"
    comments: Annotated[bool, Meta(description="What people wrote about objects.")] = False
    ratings: Annotated[bool, Meta(description="How many stars people gave.")] = False
    attachments: Annotated[
        bool, Meta(description="Names, sizes and types of attached files; never the files themselves.")
    ] = False
    linked: Annotated[bool, Meta(description="Who put which annotation on what, and when.")] = False
    acquisition: Annotated[
        bool, Meta(description="When and how images were taken: day, pixel size, channels, objective.")
    ] = True
    file_format: Annotated[
        bool, Meta(description="The format of the files they came from, never a path.")
    ] = True
