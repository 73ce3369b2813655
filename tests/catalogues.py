"""Catalogues for tests: records made in memory, let out by the publishing rules, written, built. No OMERO."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from PIL import Image as Picture

from catalog_builder.exchange.before import Before
from catalog_builder.exchange.read import Export
from catalog_builder.exchange.schema import Manifest
from catalog_builder.exchange.write import write_export
from catalog_builder.model.acquisition import Channel, Dimensions, Duration, Length, Objective, PixelSize
from catalog_builder.model.annotations import (
    ANNOTATIONS,
    Attachment,
    Comment,
    KeyValues,
    Rating,
    Tag,
    TagSet,
    Term,
    Value,
    Xml,
)
from catalog_builder.model.base import Linked
from catalog_builder.model.catalogue import Catalogue, Thumbnail
from catalog_builder.model.kinds import NAMESPACE_CLIENT
from catalog_builder.model.plates import Field, Plate, Run, Screen, Well
from catalog_builder.model.records import Dataset, Group, Image, Person, Project
from catalog_builder.progress import Silent
from catalog_builder.publish.policy import Policy
from catalog_builder.publish.redact import redact
from catalog_builder.settings.read import load_settings
from catalog_builder.settings.rules import Names, Rules, Tagged
from catalog_builder.site.memory import MEMORY

if TYPE_CHECKING:
    from catalog_builder.site.pages import Built

ROOT = Path(__file__).resolve().parent.parent
NAMESPACE_TABLE = "openmicroscopy.org/omero/bulk_annotations"
NOTED: dict[str, Any] = {"namespace": "example.org/note", "description": "Noted", "owner": 2, "group": 5}
#: Rules that let out all that rules can.
ALL = Rules(
    tagged=Tagged(never=()),
    label_images=True,
    macro_images=True,
    namespaces=Names(),
    keys=Names(),
    mask=(),
    by_others=tuple(ANNOTATIONS),  # type: ignore[arg-type]
    people="full",
    comments=True,
    ratings=True,
    attachments=True,
    linked=True,
)
OPEN = Policy(rules=ALL)
#: The same without what is switched on by name: remarks, stars, files, who linked what.
QUIET = msgspec.structs.replace(ALL, comments=False, ratings=False, attachments=False, linked=False)
LONG_AGO = datetime(2024, 2, 29, 22, 30, tzinfo=timezone.utc)


def jpeg(number: int = 0, size: tuple[int, int] = (48, 32)) -> bytes:
    """A small real JPEG, another for each number."""
    colour = ((number * 37) % 256, (number * 91) % 256, (number * 53) % 256)
    made = io.BytesIO()
    Picture.new("RGB", size, colour).save(made, "JPEG")
    return made.getvalue()


def thumbnails(images: Iterable[int]) -> Iterable[Thumbnail]:
    """A fetcher that has a picture for every image."""
    return [Thumbnail(image, jpeg(image), 48, 32) for image in images]


def previews(images: Iterable[int]) -> Iterable[Thumbnail]:
    """A fetcher that has a larger picture for every image but every fifth."""
    return [Thumbnail(image, jpeg(image, (96, 64)), 96, 64) for image in images if image % 5]


def catalogue(
    images: Sequence[Image] = (), *, page: int = 3, pictures: Any = thumbnails, **records: Any
) -> Catalogue:
    """A private catalogue of these records; `records` are sequences by kind: `tags=[...]`."""
    ordered = sorted(images, key=lambda image: image.id)
    pages = [ordered[start : start + page] for start in range(0, len(ordered), page)]
    by_kind = {kind: {record.id: record for record in of_kind} for kind, of_kind in records.items()}
    return Catalogue(images=lambda: iter(pages), thumbnails=pictures, total_images=len(ordered), **by_kind)


def write(private: Catalogue, folder: Path, *, label: str = "test", policy: Policy | None = None) -> Manifest:
    """Through the border to disk, as the program itself does it; all that a rule may let out is let out."""
    rules = (policy or OPEN).digest()
    published = redact(private, policy or OPEN)
    return write_export(
        published, Before(folder, rules=rules), label=label, rules=rules, progress=Silent()
    ).manifest


def exported(folder: Path, images: Sequence[Image] = (), **records: Any) -> Export:
    """These records as an export, opened."""
    write(catalogue(images, **records), folder)
    return Export(folder)


def build(export: Path, to: Path, config: Path | None = None, notes: list[str] | None = None) -> Built:
    """Build a site with the shipped settings or with those of `config`."""
    from catalog_builder.commands.build import build as build_command

    progress = Silent()
    shipped = ROOT / "site_config" / "catalog.yml"
    built = build_command(export, load_settings(config or shipped), to, progress)
    if notes is not None:
        notes.extend(progress.notes)
    return built


def lab(**changes: Any) -> Catalogue:
    """A small lab with one of everything that can be awkward.

    Dataset 11 is in both projects, image 103 in both datasets of project 2, image 106 in none, image 105 is
    in the orphaned dataset 13. Image 104 lies on a plate, too.
    Tags 31 and 32 have one text; the key `Gene` is in two namespaces.
    """
    records: dict[str, Any] = {
        "people": [
            Person(id=1, name="Ada Example"),
            Person(id=2, name="Ben Beispiel"),
            Person(id=9, name="Nobody's"),
        ],
        "groups": [Group(id=5, name="Centrosome lab", permissions="rwr---")],
        "projects": [
            Project(
                id=1,
                name="Project 10",
                owner=1,
                group=5,
                annotations=(30, 40),
                linked=(Linked(annotation=30, by=1, at=LONG_AGO),),
                created=LONG_AGO,
            ),
            Project(id=2, name="Project 9", description="Two\nlines", owner=2, group=5),
        ],
        "datasets": [
            Dataset(
                id=11,
                name="Shared",
                owner=1,
                group=5,
                projects=(1, 2),
                annotations=(31, 41),
                linked=(Linked(annotation=31, by=1, at=LONG_AGO),),
            ),
            Dataset(
                id=12,
                name="Second",
                description="Another",
                created=LONG_AGO,
                owner=2,
                group=5,
                projects=(2,),
                annotations=(32,),
            ),
            Dataset(id=13, name="Orphaned", owner=1, group=5),
        ],
        "tag_sets": [TagSet(id=20, name="Stains", description="What was stained", owner=1, group=5)],
        "tags": [
            Tag(id=30, text="published", owner=1, group=5),
            Tag(id=31, text="DAPI", description="A stain", owner=1, group=5, sets=(20,)),
            Tag(id=32, text="DAPI", owner=2, group=5),
            Tag(id=33, text="CAN", owner=2, group=5, sets=(20,)),
        ],
        "key_values": [
            KeyValues(
                id=40,
                namespace=NAMESPACE_CLIENT,
                pairs=(("Organism", "mouse"),),
                owner=1,
                group=5,
                revision="1.2",
            ),
            KeyValues(
                id=41, namespace=NAMESPACE_TABLE, pairs=(("Gene", "CAN"), ("Gene", "WAS")), owner=1, group=5
            ),
            KeyValues(
                id=42,
                namespace=NAMESPACE_CLIENT,
                pairs=(("Gene", "CAN"), ("Sample", "img-1000007")),
                owner=2,
                group=5,
            ),
            KeyValues(
                id=43,
                namespace="",
                pairs=(("", "no key"), ("no value", ""), ("Organism", "mouse")),
                owner=2,
                group=5,
            ),
        ],
        "screens": [
            Screen(
                id=51,
                name="Screen",
                description="Of plates",
                owner=1,
                group=5,
                annotations=(60, 61, 62, 63, 64, 65, 66),
                linked=(Linked(annotation=60, by=2, at=LONG_AGO),),
                created=LONG_AGO,
            )
        ],
        "plates": [
            Plate(
                id=71,
                name="Plate",
                description="Numbers down, letters across",
                owner=1,
                group=5,
                annotations=(63,),
                linked=(Linked(annotation=63, by=1, at=LONG_AGO),),
                created=LONG_AGO,
                screens=(51,),
                rows=2,
                columns=3,
                row_names="number",
                column_names="letter",
            )
        ],
        "runs": [
            Run(
                id=81,
                name="Run",
                description="The first",
                owner=1,
                group=5,
                annotations=(64,),
                linked=(Linked(annotation=64, by=1, at=LONG_AGO),),
                plate=71,
                started=LONG_AGO,
                ended=LONG_AGO,
            )
        ],
        "wells": [
            Well(
                id=91,
                owner=1,
                group=5,
                annotations=(63,),
                linked=(Linked(annotation=63, by=2, at=LONG_AGO),),
                plate=71,
                row=1,
                column=2,
            )
        ],
        "comments": [Comment(id=60, text="A comment", created=LONG_AGO, **NOTED)],
        "ratings": [Rating(id=61, stars=4, owner=2, group=5)],
        "attachments": [Attachment(id=62, name="table.csv", size=1024, media_type="text/csv", **NOTED)],
        "terms": [Term(id=63, term="GO:0005813", **NOTED)],
        "values": [
            Value(id=64, kind="number", value=1.5, **NOTED),
            Value(id=65, kind="timestamp", value="2024-02-29T22:30:00Z", owner=2, group=5),
        ],
        "xml": [Xml(id=66, **NOTED)],
        "images": [
            Image(
                id=101,
                name="slide 2.czi [1]",
                owner=1,
                group=5,
                annotations=(33, 42),
                datasets=(11,),
                description="Line one\nLine two",
                acquired=LONG_AGO,
                imported=LONG_AGO,
                pixel_type="uint16",
                dimensions=Dimensions(x=2048, y=1024, z=12, c=2, t=5),
                pixel_size=PixelSize(
                    x=Length(value=0.13, unit="µm"),
                    y=Length(value=0.13, unit="µm"),
                    z=Length(value=1, unit="µm"),
                ),
                channels=(
                    Channel(
                        name="DAPI",
                        colour="#0000ff",
                        excitation=Length(value=405, unit="nm"),
                        emission=Length(value=450, unit="nm"),
                    ),
                    Channel(),
                ),
                time_step=Duration(value=0.5, unit="min"),
                objective=Objective(
                    model="Plan-Apo", magnification=63, numerical_aperture=1.4, immersion="Oil"
                ),
                rois=2,
                format="Zeiss CZI",
                fileset=7,
                files=3,
                series=0,
                role="macro",
                revision="0123456789abcdef",
                linked=(Linked(annotation=33, by=2, at=LONG_AGO),),
            ),
            Image(id=102, name="slide 10.czi [2]", owner=1, group=5, datasets=(11,), fileset=7, series=1),
            Image(id=103, name="in both", owner=2, group=5, datasets=(11, 12), annotations=(31,)),
            Image(
                id=104,
                name="plain",
                owner=2,
                group=5,
                datasets=(12,),
                annotations=(43,),
                fields=(Field(well=91, run=81, number=1),),
            ),
            Image(id=105, name="orphan's child", owner=1, group=5, datasets=(13,)),
            Image(id=106, name="orphan", group=5),
        ],
    }
    records.update(changes)
    images = records.pop("images")
    return dataclasses.replace(
        catalogue(images, **records),
        renderings=lambda image: f"drawn {image}",
        previews=previews,
        preview_renderings=lambda image: f"drawn {image} large",
    )


def tree(folder: Path) -> dict[str, str]:
    """Path -> digest of every file below a folder, but what a build notes of times and inodes for the next."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MEMORY
    }


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """Path -> inode and time of change of every file: the same if and only if nobody wrote it."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MEMORY
    }


def environment(**more: str) -> dict[str, str]:
    """The environment of a subprocess that finds the package in this checkout and nothing of the caller's OMERO."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OMERO_")}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **more}


def run(*arguments: str, cwd: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """`catalog-builder ...` as a user runs it, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "catalog_builder", *arguments],
        cwd=cwd, env=environment(**more), capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
