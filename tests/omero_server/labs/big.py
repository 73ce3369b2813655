"""A lab of any size, made quickly, for benchmarks."""

from __future__ import annotations

import random

from ..store import FIRST_IMPORT, Lab
from . import people, things
from .people import MEMBER, READ_ONLY

A_MINUTE = 60_000
_PROJECTS = 5
_TAGS = 20
_VALUES = 40  # different values of each key


def big_lab(images: int = 10_000, datasets: int = 50, pairs: int = 10, seed: int = 1) -> Lab:
    """Everything belongs to `member` in the read-only group: each image has `pairs` pairs and a tag."""
    lab = Lab(seed)
    who = people.add_people(lab)
    dice = random.Random(seed)
    with lab.acting(who.users[MEMBER], who.groups[READ_ONLY], FIRST_IMPORT):
        projects = [lab.add("Project", name=f"Project {number:02d}") for number in range(1, _PROJECTS + 1)]
        tags = [things.add_tag(lab, f"tag {number:02d}") for number in range(_TAGS)]
        channels = [
            lab.add("LogicalChannel", name=name, emissionWave=(w, "NANOMETER")) for name, w in _CHANNELS
        ]
        for number in range(datasets):
            dataset = lab.add("Dataset", name=f"Dataset {number:04d}")
            lab.link(projects[number % _PROJECTS], dataset)
            lab.link(dataset, tags[number % _TAGS])
            for place in range(number, images, datasets):
                with lab.acting(
                    who.users[MEMBER], who.groups[READ_ONLY], FIRST_IMPORT + place // 100 * A_MINUTE
                ):
                    image = things.add_image(
                        lab,
                        f"image {place:06d}",
                        [dataset],
                        channels=channels,
                        acquisitionDate=FIRST_IMPORT - place,
                    )
                    values = [(f"key {key}", f"value {dice.randrange(_VALUES)}") for key in range(pairs)]
                    things.add_pairs(lab, values, [image])
                    lab.add("ImageAnnotationLink", parent=image, child=dice.choice(tags))
    return lab


_CHANNELS = (("DAPI", 461.0), ("GFP", 509.0))
