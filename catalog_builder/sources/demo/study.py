"""The desk at which the demo's study is put together: people, tags, stains, and a builder that hands out ids.

What is on it stands in `cells`, `tissues`, `live` and `plates`, and `remarks` adds what people say about it.
Nobody in here exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from catalog_builder.model.acquisition import Channel, Dimensions, Duration, Length, Objective, PixelSize
from catalog_builder.model.annotations import ANNOTATIONS, Annotation, KeyValues, Tag, TagSet
from catalog_builder.model.base import Linked
from catalog_builder.model.kinds import NAMESPACE_CLIENT, slide_role
from catalog_builder.model.plates import Field, Plate, Run, Screen, Well
from catalog_builder.model.records import Dataset, Group, Image, Person, Project
from catalog_builder.sources.demo.canvas import Scene

#: Terms of an ontology, kept apart from what people type: who curates what shows in the namespace.
NAMESPACE_BIOSAMPLE = "rembi/biosample"

MARA, JUERGEN, HIKARI, LAYLA = 11, 12, 13, 14
PEOPLE = {
    MARA: "Mara Lindqvist-Osei",
    JUERGEN: "Jürgen Brandstätter",
    HIKARI: "Hikari Satō (佐藤ひかり)",
    LAYLA: "Layla al-Mansouri (ليلى المنصوري)",
}

LAB, CORE = 3, 4
GROUPS = {LAB: "Replication Stress Lab", CORE: "Tissue Imaging Core"}

#: Tag set -> description, owner, its tags. `DMSO` is in two sets.
TAG_SETS: dict[str, tuple[str, int, tuple[str, ...]]] = {
    "Treatment": (
        "What the cells or animals were given.",
        MARA,
        ("Compound A", "Compound B", "DMSO", "DSS", "siRNA", "untreated"),
    ),
    "Time point": ("Hours since the treatment.", MARA, ("0 h", "3 h", "6 h", "12 h", "24 h", "48 h")),
    "Controls": (
        "What the others are compared with.",
        HIKARI,
        ("DMSO", "secondary only", "unstained", "beads"),
    ),
    "Quality": (
        "Set by hand after looking at every image once.",
        JUERGEN,
        ("publication quality", "out of focus", "check segmentation"),
    ),
    "Imaging modality": (
        "How the light was collected.",
        JUERGEN,
        ("confocal", "widefield", "phase contrast", "brightfield", "slide scanner"),
    ),
    "Stain": ("Stains of tissue sections.", LAYLA, ("H&E", "IHC Ki-67")),
}

#: Tags outside any set: text -> description, owner. `mitosis` has two owners, as happens in every group.
LOOSE_TAGS: tuple[tuple[str, str, int], ...] = (
    ("mitosis", "At least one cell in division.", MARA),
    ("mitosis", "", HIKARI),
    ("figure 2", "Shown in figure 2 of the manuscript.", MARA),
    ("figure 4", "Shown in figure 4 of the manuscript.", LAYLA),
    ("DNA damage", "Part of the work on repair foci.", MARA),
    ("cell migration", "Part of the work on wound closure and growth.", HIKARI),
    ("inflammation", "Part of the work on colitis.", LAYLA),
    ("mouse", "", LAYLA),
    ("human", "", LAYLA),
)


@dataclass(frozen=True, kw_only=True)
class Stain:
    """A dye: what it makes visible (a row of `fluorescence`), and the channel it is recorded in."""

    shows: str
    channel: Channel


def _stain(shows: str, name: str, colour: str, excitation: float, emission: float) -> Stain:
    channel = Channel(
        name=name,
        colour=colour,
        excitation=Length(value=excitation, unit="nm"),
        emission=Length(value=emission, unit="nm"),
    )
    return Stain(shows=shows, channel=channel)


DAPI = _stain("nuclei", "DAPI", "#4169ff", 405, 450)
TUBULIN = _stain("microtubules", "α-tubulin (Alexa Fluor 488)", "#16d66a", 488, 520)
GH2AX = _stain("foci", "γH2AX (Alexa Fluor 594)", "#ff3fd0", 561, 617)
P53BP1 = _stain("foci", "53BP1 (Alexa Fluor 568)", "#ffd21e", 561, 603)
ACTIN = _stain("actin", "Phalloidin (Alexa Fluor 647)", "#ff6a3d", 640, 668)
SECONDARY = _stain("background", "anti-mouse (Alexa Fluor 488)", "#16d66a", 488, 520)
TRANSMITTED = (Channel(name="Transmitted light", colour="#ffffff"),)
CAMERA = tuple(
    Channel(name=n, colour=c) for n, c in (("Red", "#ff0000"), ("Green", "#00ff00"), ("Blue", "#0000ff"))
)


@dataclass(frozen=True, kw_only=True)
class Optics:
    """What the microscope wrote down: pixels, their size in micrometres, the channels; `time_step` in minutes."""

    x: int
    y: int
    pixel: float
    channels: tuple[Channel, ...]
    z: int = 1
    step: float | None = None
    t: int = 1
    time_step: float | None = None
    pixel_type: str = "uint16"
    objective: Objective | None = None

    def dimensions(self) -> Dimensions:
        """As a record."""
        return Dimensions(x=self.x, y=self.y, z=self.z, c=len(self.channels), t=self.t)

    def pixel_size(self) -> PixelSize:
        """As a record."""
        side = Length(value=self.pixel, unit="µm")
        return PixelSize(x=side, y=side, z=Length(value=self.step, unit="µm") if self.step else None)


OIL_63X = Objective(model="Plan-Apochromat", magnification=63, numerical_aperture=1.4, immersion="Oil")
AIR_20X = Objective(model="Plan-Apochromat", magnification=20, numerical_aperture=0.75, immersion="Air")
AIR_10X = Objective(model="Plan-Neofluar", magnification=10, numerical_aperture=0.3, immersion="Air")

#: Ending of a file's name -> its format, as OMERO calls it.
FORMATS = {"nd2": "ND2", "czi": "ZeissCZI", "tif": "TIFF", "lsm": "ZeissLSM", "flex": "Flex"}


def moment(day: str, hour: int = 9, minute: int = 0) -> datetime:
    """A fixed moment in UTC; `day` as `2026-03-11`."""
    return datetime.fromisoformat(day).replace(hour=hour, minute=minute, tzinfo=timezone.utc)


def stained(*stains: Stain) -> tuple[tuple[str, str], ...]:
    """For `Cells.channels`."""
    return tuple((stain.shows, stain.channel.colour or "#ffffff") for stain in stains)


def confocal(*stains: Stain, x: int = 1024, y: int = 1024, pixel: float = 0.13) -> Optics:
    """A stack of twelve planes in these dyes."""
    return Optics(
        x=x,
        y=y,
        z=12,
        step=0.5,
        pixel=pixel,
        channels=tuple(stain.channel for stain in stains),
        objective=OIL_63X,
    )


def linked(notes: tuple[int, ...], by: int, at: datetime) -> tuple[Linked, ...]:
    """Who put each of these annotations on an object, one a minute."""
    return tuple(
        Linked(annotation=note, by=by, at=at + timedelta(minutes=count))
        for count, note in enumerate(sorted(notes))
    )


def minutes_after(start: datetime, count: int) -> datetime:
    """When the field of this number was taken: four minutes each."""
    return start + timedelta(minutes=4 * count)


class Study:
    """The study as it grows: containers, annotations, images, and the scene each image shows."""

    def __init__(self) -> None:
        self.people = {key: Person(id=key, name=name) for key, name in PEOPLE.items()}
        self.groups = {key: Group(id=key, name=name, permissions="rwr---") for key, name in GROUPS.items()}
        self.projects: dict[int, Project] = {}
        self.datasets: dict[int, Dataset] = {}
        self.screens: dict[int, Screen] = {}
        self.plates: dict[int, Plate] = {}
        self.runs: dict[int, Run] = {}
        self.wells: dict[int, Well] = {}
        self.tag_sets: dict[int, TagSet] = {}
        self.tags: dict[int, Tag] = {}
        self.key_values: dict[int, KeyValues] = {}
        self.remarks: dict[str, dict[int, Annotation]] = {}
        """All other annotations, by stream."""
        self.images: list[Image] = []
        self.scenes: dict[int, Scene] = {}
        """By image id; an image without one has no thumbnail."""
        self._tags: dict[tuple[str, int | None], int] = {}
        self._fill_tags()

    def _fill_tags(self) -> None:
        sets_of: dict[str, list[int]] = {}
        owner_of: dict[str, int] = {}
        for number, (name, (description, owner, texts)) in enumerate(TAG_SETS.items(), 301):
            self.tag_sets[number] = TagSet(
                id=number, name=name, description=description, owner=owner, group=LAB
            )
            for text in texts:
                sets_of.setdefault(text, []).append(number)
                owner_of.setdefault(text, owner)
        rows = [(text, "", owner_of[text], tuple(sets)) for text, sets in sets_of.items()]
        rows += [(text, description, owner, ()) for text, description, owner in LOOSE_TAGS]
        for number, (text, description, owner, sets) in enumerate(rows, 311):
            self.tags[number] = Tag(
                id=number, text=text, description=description, owner=owner, group=LAB, sets=sets
            )
            self._tags.setdefault((text, None), number)
            self._tags[text, owner] = number

    def tagged(self, *texts: str, by: int | None = None) -> tuple[int, ...]:
        """Ids of the tags of these texts; the first of each, or the one that `by` owns."""
        return tuple(self._tags[text, by] for text in texts)

    def noted(
        self, owner: int, *pairs: tuple[str, str], group: int = LAB, namespace: str = NAMESPACE_CLIENT
    ) -> tuple[int, ...]:
        """A new map annotation; its id, as a tuple of one."""
        number = 1001 + len(self.key_values)
        self.key_values[number] = KeyValues(
            id=number, namespace=namespace, pairs=pairs, owner=owner, group=group
        )
        return (number,)

    def remark(self, stream: str, owner: int, *, group: int = LAB, **said: Any) -> tuple[int, ...]:
        """A new annotation of another kind, such as `comments`; its id, as a tuple of one."""
        number = 601 + sum(map(len, self.remarks.values()))
        made = ANNOTATIONS[stream](id=number, owner=owner, group=group, **said)
        self.remarks.setdefault(stream, {})[number] = made
        return (number,)

    def annotations(self) -> dict[str, dict[int, Annotation]]:
        """All annotations that objects carry, by stream."""
        return {**self.remarks, "tags": {**self.tags}, "key_values": {**self.key_values}}

    def project(
        self, number: int, name: str, owner: int, created: str, text: str, notes: tuple[int, ...]
    ) -> None:
        """One more project; `notes` are ids of annotations."""
        self.projects[number] = Project(
            id=number,
            name=name,
            description=text,
            owner=owner,
            group=CORE if owner == LAYLA else LAB,
            annotations=tuple(sorted(notes)),
            linked=linked(notes, owner, moment(created, 11)),
            created=moment(created, 8, 30),
        )

    def dataset(
        self,
        number: int,
        name: str,
        owner: int,
        created: str,
        text: str,
        notes: tuple[int, ...] = (),
        projects: tuple[int, ...] = (),
    ) -> None:
        """One more dataset."""
        self.datasets[number] = Dataset(
            id=number,
            name=name,
            description=text,
            owner=owner,
            group=CORE if owner == LAYLA else LAB,
            annotations=tuple(sorted(notes)),
            linked=linked(notes, owner, moment(created, 11)),
            created=moment(created, 10, 15),
            projects=projects,
        )

    def image(
        self,
        name: str,
        scene: Scene | None,
        optics: Optics,
        *,
        owner: int,
        acquired: datetime | None,
        datasets: tuple[int, ...] = (),
        notes: tuple[int, ...] = (),
        text: str = "",
        series: int = 0,
        fields: tuple[Field, ...] = (),
        rois: int = 0,
    ) -> None:
        """One more image, a file of its own unless `series` says that it is a scene of the last one."""
        number = 2001 + len(self.images)
        self.images.append(
            Image(
                id=number,
                name=name,
                description=text,
                owner=owner,
                group=CORE if owner == LAYLA else LAB,
                annotations=tuple(sorted(notes)),
                acquired=acquired,
                imported=acquired + timedelta(hours=7, minutes=number % 50)
                if acquired
                else moment("2026-06-01"),
                dimensions=optics.dimensions(),
                pixel_type=optics.pixel_type,
                pixel_size=optics.pixel_size(),
                time_step=Duration(value=optics.time_step, unit="min") if optics.time_step else None,
                channels=optics.channels,
                objective=optics.objective,
                rois=rois,
                format=FORMATS[name.partition(" [")[0].rpartition(".")[2]],
                files=optics.t if name.endswith(".tif") else 1,  # a time lapse in TIFF is a file a time point
                fileset=7001 + len(self.images) - series,
                series=series,
                role=slide_role(name),
                datasets=datasets,
                fields=fields,
            )
        )
        if scene is not None:
            self.scenes[number] = scene
