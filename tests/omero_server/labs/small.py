"""A small lab with one of everything that is hard: see README.md for the list."""

from __future__ import annotations

from ..store import FIRST_IMPORT, Lab, Pair, Row
from . import people, things
from .people import COLLEAGUE, LEADER, MEMBER, PRIVATE, READ_ANNOTATE, READ_ONLY, READ_WRITE, STRANGER, People

A_DAY = 86_400_000
OTHER_NAMESPACE = "lab.example/treatment"
HOSTILE_NAMES = (
    "<script>alert('x')</script>",
    "quotes \"double\" and 'single' & ampersand",
    "../../etc/passwd",
    "a/b\\c?d#e%2F",
    "cells \N{MICROSCOPE}\N{DNA DOUBLE HELIX} 細胞",
    "\N{RIGHT-TO-LEFT OVERRIDE}txt.exe שלום عينة",
    "long " + "x" * 9_995,
    "",
)

# Texts that stand where only private things stand. None of them may ever appear in an export or a site.
CANARIES = [
    *(f"{login}-email-CANARY@lab.example" for login in people.FULL_NAMES),
    *(f"institution-CANARY of {login}" for login in people.FULL_NAMES),
    people.CANARY_LOGIN,
    f"description-CANARY of {PRIVATE}",
    "/home/ada/CANARY-client-path/slide.czi",
    "member_2/CANARY-server-path/",
    "CANARY-template/",
    "CANARY-attachment.csv",
    "CANARY-attachment-path/",
    "CANARY-attachment-description",
    "a comment CANARY",
    "CANARY-import-key",
    "CANARY-import-value",
    "CANARY-import-comment",
    "CANARY-private-image",
    "CANARY-private-dataset",
    "CANARY-private-project",
    "CANARY-private-tag",
    "CANARY-private-value",
    "CANARY-serial-number",
]


def small_lab(seed: int = 1) -> Lab:
    """About 50 images in four groups. The same seed gives the same lab, ids included."""
    lab = Lab(seed)
    everybody = people.add_people(lab)
    _fill_read_only(lab, everybody)
    _fill_private(lab, everybody)
    _fill_annotated(lab, everybody)
    _fill_shared(lab, everybody)
    return lab


def _fill_read_only(lab: Lab, who: People) -> None:
    """The group that most tests publish."""
    group = who.groups[READ_ONLY]
    with lab.acting(who.users[MEMBER], group, FIRST_IMPORT):
        centrosomes = lab.add("Project", name="Centrosomes", description="Super-resolution of centrosomes")
        controls = lab.add("Project", name="Controls", description=None)
        pcnt = lab.add("Dataset", name="PCNT", description="Pericentrin, three time points")
        cdk = lab.add("Dataset", name="CDK5RAP2")
        shared = lab.add("Dataset", name="Untreated", description="In both projects")
        orphan = lab.add("Dataset", name="Orphan dataset")
        empty = lab.add("Dataset", name="Empty dataset")
        for project, dataset in (
            (centrosomes, pcnt),
            (centrosomes, cdk),
            (centrosomes, shared),
            (controls, shared),
        ):
            lab.link(project, dataset)
        lab.link(controls, empty)
        first = _images(lab, "pcnt", pcnt, 6)
        second = _images(lab, "cdk", cdk, 4)
        third = _images(lab, "untreated", shared, 5)
        lab.link(cdk, first[0])  # one image in two datasets
        things.add_image(lab, "orphan image 1")
        things.add_image(lab, "orphan image 2", size=(40, 30, 1, 1, 1), channels=[("TL", None)])
        things.add_image(lab, "in the orphan dataset", [orphan])
        _bare_image(lab, orphan)
        _slide(lab, shared)
        _tags(lab, centrosomes, pcnt, first, second)
        _key_values(lab, who, centrosomes, pcnt, first, second, third)
        _other_annotations(lab, pcnt, first)
        _instrument(lab, first[1])
        _plates(lab)
    with lab.acting(who.users[COLLEAGUE], group, FIRST_IMPORT + A_DAY):
        bo = lab.add("Dataset", name="Bo's dataset")
        theirs = _images(lab, "bo", bo, 2)
        things.add_tag(lab, "HeLa", theirs, description="the colleague's tag of the same text")
        things.add_annotation(lab, "CommentAnnotation", [first[0]], textValue="a comment CANARY")
    with lab.acting(who.users[people.CANARY_LOGIN], group, FIRST_IMPORT + 2 * A_DAY):
        hostile = lab.add("Dataset", name=HOSTILE_NAMES[0], description="Names that break things")
        _hostile(lab, hostile)


def _images(lab: Lab, name: str, dataset: Row, count: int) -> list[Row]:
    """Images of different sizes, some with units other than micrometres."""
    found = []
    for number in range(count):
        pixel_size = ((0.1083, "MICROMETER"), (108.3, "NANOMETER"), None)[number % 3]
        image = things.add_image(
            lab,
            f"{name}_{number + 1:02d}.dv",
            [dataset],
            size=(512, 384 + 16 * number, 1 + number, 2, 1 + number % 2),
            pixel_size=pixel_size,
            time_step=(30.0, "SECOND") if number % 2 else None,
            acquisitionDate=FIRST_IMPORT - number * A_DAY if number % 2 == 0 else None,
            description=f"Field {number + 1}" if number % 2 else None,
        )
        found.append(image)
    return found


def _bare_image(lab: Lab, dataset: Row) -> None:
    """An image of which OMERO knows next to nothing: no format, no series, no pixels, no channels."""
    image = lab.add("Image", name="bare image")
    lab.link(dataset, image)


def _slide(lab: Lab, dataset: Row) -> None:
    """A slide scanner's file: three scenes, of which one is in no dataset."""
    scenes = [
        things.add_image(
            lab,
            f"slide.czi [{label}]",
            [dataset] if number < 2 else [],
            size=size,
            format="Zeiss CZI",
            series=number,
        )
        for number, (label, size) in enumerate(
            (
                ("Scene #1", (20_000, 15_000, 1, 3, 1)),
                ("Scene #2", (18_000, 9_000, 1, 3, 1)),
                ("label", (800, 600, 1, 3, 1)),
            )
        )
    ]
    things.add_fileset(
        lab, scenes, [("/home/ada/CANARY-client-path/slide.czi", "member_2/CANARY-server-path/slide.czi")]
    )


def _tags(lab: Lab, project: Row, dataset: Row, first: list[Row], second: list[Row]) -> None:
    """Two tag sets, a tag in both, a tag in none, inherited tags, a tag nothing carries."""
    cell_lines = things.add_tag(
        lab, "Cell lines", ns=things.TAG_SET_NAMESPACE, description="Where the cells come from"
    )
    quality = things.add_tag(lab, "Quality", ns=things.TAG_SET_NAMESPACE)
    hela = things.add_tag(lab, "HeLa", first[:4], description="the member's tag")
    u2os = things.add_tag(lab, "U2OS", second)
    good = things.add_tag(lab, "good", [first[0], second[0]])
    things.add_tag(lab, "unused")
    things.add_tag(lab, "published", [project])
    things.add_tag(lab, "CAN", [dataset])
    for tag_set, tag in ((cell_lines, hela), (cell_lines, u2os), (quality, good), (cell_lines, good)):
        lab.link(tag_set, tag)


def _key_values(
    lab: Lab, who: People, project: Row, dataset: Row, first: list[Row], second: list[Row], third: list[Row]
) -> None:
    """Key-values in two namespaces, repeated keys, empty keys and values, several on one object, on every level."""
    things.add_pairs(lab, [("Study", "Centrosome atlas"), ("Organism", "Homo sapiens")], [project])
    things.add_pairs(lab, [("Gene", "PCNT"), ("Gene", "CEP215"), ("Organism", "Homo sapiens")], [dataset])
    for number, image in enumerate(first):
        treatment = "compound A" if number % 2 else "DMSO"
        things.add_pairs(lab, [("Treatment", treatment), ("Dose", f"{number} µM"), ("Note", "")], [image])
        things.add_pairs(lab, [("Treatment", treatment), ("Batch", "7")], [image], OTHER_NAMESPACE)
    things.add_pairs(
        lab, [("", "a value without a key"), ("Marker", "a"), ("Marker", "b"), ("Marker", "a")], [second[0]]
    )
    things.add_pairs(lab, [("Treatment", "none")], third)  # one annotation on many images
    things.add_pairs(lab, [], [second[1]])
    with lab.acting(who.users[COLLEAGUE], who.groups[READ_ONLY], FIRST_IMPORT):
        things.add_pairs(lab, [("Treatment", "seen by a colleague")], [second[2]])


def _other_annotations(lab: Lab, dataset: Row, images: list[Row]) -> None:
    things.add_annotation(lab, "LongAnnotation", [images[0]], ns=things.RATING_NAMESPACE, longValue=4)
    things.add_annotation(lab, "LongAnnotation", [images[0]], ns="lab.example/count", longValue=17)
    things.add_annotation(lab, "DoubleAnnotation", [images[0]], ns="lab.example/score", doubleValue=0.25)
    things.add_annotation(lab, "BooleanAnnotation", [images[0]], ns="lab.example/checked", boolValue=True)
    things.add_annotation(lab, "TimestampAnnotation", [images[0]], timeValue=FIRST_IMPORT)
    things.add_annotation(lab, "TermAnnotation", [images[0]], termValue="GO:0005813")
    things.add_annotation(lab, "XmlAnnotation", [images[0]], textValue="<note>plain</note>")
    things.add_annotation(lab, "CommentAnnotation", [dataset, images[1]], textValue="a comment CANARY")
    attachment = things.add_file(lab, "CANARY-attachment.csv", "CANARY-attachment-path/")
    things.add_annotation(
        lab,
        "FileAnnotation",
        [dataset],
        file=attachment,
        description="CANARY-attachment-description",
        ns="lab.example/file",
    )
    imported = [Pair("CANARY-import-key", "CANARY-import-value")]
    things.add_pairs(lab, imported, [images[2]], "openmicroscopy.org/omero/import/metadata")
    things.add_annotation(
        lab,
        "CommentAnnotation",
        [images[2]],
        ns="openmicroscopy.org/omero/import/note",
        textValue="CANARY-import-comment",
    )
    images[0].external = lab.add(
        "ExternalInfo", entityId=1, entityType="lab.example/record", lsid="urn:lab.example:1"
    )


def _instrument(lab: Lab, image: Row) -> None:
    microscope = lab.add("Microscope", model="Axio", serialNumber="CANARY-serial-number")
    instrument = lab.add("Instrument", microscope=microscope)
    objective = lab.add(
        "Objective", instrument=instrument, lensNA=1.4, nominalMagnification=63.0, model="Plan-Apo"
    )
    image.values["instrument"] = instrument
    image.values["objectiveSettings"] = lab.add("ObjectiveSettings", objective=objective)
    roi = lab.add("Roi", image=image, name="a region")
    lab.add("Rectangle", roi=roi, x=10.0, y=10.0, width=50.0, height=40.0)


def _plates(lab: Lab) -> None:
    screen = lab.add("Screen", name="A small screen", description="siRNA")
    plate = things.add_plate(lab, "Plate 1", rows=2, columns=3, fields=2, screens=[screen])
    things.add_plate(lab, "Orphan plate", rows=1, columns=1, fields=1)
    things.add_tag(lab, "screened", [screen, plate])
    wells = lab.pointing("Well", "plate", plate.id)
    for well, gene in zip(wells, ("TP53", "CAN", "WAS"), strict=False):
        things.add_pairs(lab, [("Gene", gene)], [well], OTHER_NAMESPACE)


def _hostile(lab: Lab, dataset: Row) -> None:
    for number, name in enumerate(HOSTILE_NAMES):
        image = things.add_image(
            lab, name, [dataset], size=(64, 48, 1, 1, 1), channels=[(name or None, None)]
        )
        things.add_tag(lab, name or "tag beside an empty name", [image])
        things.add_pairs(lab, [(name, name), (f"key {number}", name)], [image])
    lab.link(lab.add("Project", name=HOSTILE_NAMES[2], description=HOSTILE_NAMES[0]), dataset)


def _fill_private(lab: Lab, who: People) -> None:
    """rw----: members see their own, the leader and administrators everything."""
    for login in (MEMBER, COLLEAGUE, LEADER):
        with lab.acting(who.users[login], who.groups[PRIVATE], FIRST_IMPORT):
            project = lab.add("Project", name=f"CANARY-private-project of {login}")
            dataset = lab.add("Dataset", name=f"CANARY-private-dataset of {login}")
            lab.link(project, dataset)
            image = things.add_image(lab, f"CANARY-private-image of {login}", [dataset])
            things.add_tag(lab, "CANARY-private-tag", [image])
            things.add_pairs(lab, [("Patient", "CANARY-private-value")], [image, dataset])


def _fill_annotated(lab: Lab, who: People) -> None:
    """rwra--: members read everything and annotate each other's data."""
    with lab.acting(who.users[LEADER], who.groups[READ_ANNOTATE], FIRST_IMPORT):
        dataset = lab.add("Dataset", name="Annotated by all")
        images = [things.add_image(lab, f"annotated {number}", [dataset]) for number in (1, 2)]
    for login in (MEMBER, COLLEAGUE):
        with lab.acting(who.users[login], who.groups[READ_ANNOTATE], FIRST_IMPORT + A_DAY):
            things.add_tag(lab, f"tag of {login}", images)
            things.add_annotation(lab, "LongAnnotation", images, ns=things.RATING_NAMESPACE, longValue=3)
            things.add_annotation(lab, "CommentAnnotation", images[:1], textValue="a comment CANARY")


def _fill_shared(lab: Lab, who: People) -> None:
    """rwrw--: a group of which an outsider is a member too."""
    with lab.acting(who.users[STRANGER], who.groups[READ_WRITE], FIRST_IMPORT):
        dataset = lab.add("Dataset", name="Shared dataset")
        things.add_image(lab, "shared image", [dataset])
