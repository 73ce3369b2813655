"""A lab of any size, made quickly, for benchmarks."""

from __future__ import annotations

import random

from ..store import FIRST_IMPORT, Lab, Row
from . import people, things
from .people import MEMBER, READ_ONLY

A_MINUTE = 60_000
_PROJECTS = 5
_TAGS = 20
_VALUES = 40  # different values of each key


def big_lab(
    images: int = 10_000, datasets: int = 50, pairs: int = 10, seed: int = 1, levels: bool = False
) -> Lab:
    """Everything belongs to `member` in the read-only group: each image has `pairs` pairs and a tag.

    `levels`: besides, a screen of two 96-well plates, and every kind of annotation on every level of both trees.
    """
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
        if levels:
            _annotate_levels(lab, projects)
    return lab


def _annotate_levels(lab: Lab, projects: list[Row]) -> None:
    screen = lab.add("Screen", name="Big screen")
    plates = [things.add_plate(lab, f"Plate {n}", 8, 12, 1, [screen]) for n in (1, 2)]
    carriers = [*projects, *lab.rows("Dataset"), screen, *plates, *lab.rows("PlateAcquisition")]
    carriers += [*lab.rows("Well"), *lab.rows("Image")[:100]]
    for number, carrier in enumerate(carriers):
        things.add_pairs(lab, [("Level", carrier.entity), ("Number", str(number))], [carrier])
    for entity, fields in (
        ("TagAnnotation", {"textValue": "on every level"}),
        ("CommentAnnotation", {"textValue": "said"}),
        ("LongAnnotation", {"ns": things.RATING_NAMESPACE, "longValue": 5}),
        ("LongAnnotation", {"longValue": 7}),
        ("DoubleAnnotation", {"doubleValue": 0.5}),
        ("BooleanAnnotation", {"boolValue": True}),
        ("TimestampAnnotation", {"timeValue": FIRST_IMPORT}),
        ("TermAnnotation", {"termValue": "GO:0005813"}),
        ("XmlAnnotation", {"textValue": "<a/>"}),
        ("FileAnnotation", {"file": things.add_file(lab, "plan.pdf", "path/")}),
    ):
        things.add_annotation(lab, entity, carriers, **fields)


_CHANNELS = (("DAPI", 461.0), ("GFP", 509.0))
