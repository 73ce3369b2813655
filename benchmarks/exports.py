"""Exports of any size for the benchmarks: made from a seed, written through the real gate and writer."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timezone
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image as Pillow

from catalog_builder.exchange.before import Before
from catalog_builder.exchange.write import write_export
from catalog_builder.model.acquisition import Channel, Dimensions, Length, PixelSize
from catalog_builder.model.annotations import KeyValues, Tag, TagSet
from catalog_builder.model.catalogue import Catalogue, Thumbnail
from catalog_builder.model.kinds import NAMESPACE_CLIENT
from catalog_builder.model.records import Dataset, Group, Image, Person, Project
from catalog_builder.progress import Silent
from catalog_builder.publish.policy import Policy
from catalog_builder.publish.redact import redact
from catalog_builder.settings.rules import Rules

WHEN = datetime(2026, 1, 2, tzinfo=timezone.utc)
PAIRS = 10
SIDE = 96
KINDS_OF_PICTURE = 64


def make_export(folder: Path, images: int, datasets: int) -> None:
    """Write an export of `images` images with `PAIRS` key-values each, two tags, and a picture of `SIDE` pixels."""
    made = _Made(images, datasets)
    write_export(
        redact(made.catalogue(), Policy(rules=Rules(people="full"))),
        Before(folder),
        label="benchmark",
        rules="",
        progress=Silent(),
    )


class _Made:
    def __init__(self, images: int, datasets: int) -> None:
        self._images, self._datasets = images, datasets
        self._chance = random.Random(4)

    def catalogue(self) -> Catalogue:
        projects = max(1, self._datasets // 10)
        people = {i: Person(id=i, name=f"Person {i}") for i in range(1, 9)}
        return Catalogue(
            people=people,
            groups={1: Group(id=1, name="Benchmark", permissions="rwr---")},
            projects={
                i: Project(id=i, name=f"Project {i}", owner=1, group=1, created=WHEN)
                for i in range(1, projects + 1)
            },
            datasets={
                i: Dataset(
                    id=i, name=f"Dataset {i}", owner=1, group=1, created=WHEN,
                    projects=(1 + i % projects,), annotations=(1 + i % 40, 1_000 + i),
                )
                for i in range(1, self._datasets + 1)
            },
            tag_sets={900 + i: TagSet(id=900 + i, name=f"Tag set {i}", group=1) for i in range(8)},
            tags={
                i: Tag(id=i, text=f"tag {i}", sets=(900 + i % 8,), group=1, owner=1) for i in range(1, 101)
            },
            key_values=self._dataset_pairs() | self._image_pairs(),
            images=self._pages,
            thumbnails=_pictures,
            total_images=self._images,
        )  # fmt: skip

    def _dataset_pairs(self) -> dict[int, KeyValues]:
        return {
            1_000 + i: KeyValues(
                id=1_000 + i, namespace=NAMESPACE_CLIENT, group=1,
                pairs=(("Organism", "Homo sapiens" if i % 3 else "Mus musculus"), ("Batch", str(i))),
            )
            for i in range(1, self._datasets + 1)
        }  # fmt: skip

    def _image_pairs(self) -> dict[int, KeyValues]:
        """One map annotation an image: skewed choices, and one value that hardly repeats."""
        found = {}
        for image in range(1, self._images + 1):
            pairs = [
                (f"key {k}", f"value {int(self._chance.paretovariate(1.1)) % (10 + 20 * k)}")
                for k in range(9)
            ]
            pairs.append(("mean intensity", f"{self._chance.uniform(10, 4000):.1f}"))
            key = 100_000 + image
            found[key] = KeyValues(id=key, namespace=NAMESPACE_CLIENT, group=1, pairs=tuple(pairs[:PAIRS]))
        return found

    def _pages(self) -> Iterator[list[Image]]:
        for start in range(1, self._images + 1, 5_000):
            yield [self._image(i) for i in range(start, min(start + 5_000, self._images + 1))]

    def _image(self, i: int) -> Image:
        return Image(
            id=i, name=f"plate_{i % 40}_field_{i}.tif", owner=1 + i % 8, group=1, acquired=WHEN, imported=WHEN,
            dimensions=Dimensions(x=2048, y=2048, z=1 + i % 12, c=3), pixel_type="uint16",
            pixel_size=PixelSize(x=Length(value=0.13, unit="µm"), y=Length(value=0.13, unit="µm")),
            channels=(Channel(name="DAPI", colour="#0000ff"), Channel(name="GFP", colour="#00ff00")),
            datasets=(1 + i % self._datasets,),
            annotations=(1 + i % 100, 1 + (i * 7) % 100, 100_000 + i) if i % 100 != (i * 7) % 100
            else (1 + i % 100, 100_000 + i),
        )  # fmt: skip


@lru_cache(maxsize=KINDS_OF_PICTURE)
def _jpeg(kind: int) -> bytes:
    noise = Pillow.frombytes("L", (SIDE, SIDE), random.Random(kind).randbytes(SIDE * SIDE))
    target = BytesIO()
    noise.convert("RGB").save(target, "JPEG", quality=60)
    return target.getvalue()


def _pictures(images: Sequence[int]) -> Iterable[Thumbnail]:
    return (Thumbnail(image, _jpeg(image % KINDS_OF_PICTURE), SIDE, SIDE) for image in images)
