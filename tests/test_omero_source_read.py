"""What the OMERO source reads, over real Ice, compared with what the lab holds."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any, NamedTuple

import msgspec
import pytest
from msgspec.structs import replace

pytest.importorskip("omero.gateway", reason="omero-py and Ice are not installed")

from catalog_builder.errors import SourceError
from catalog_builder.exchange.schema import STREAMS
from catalog_builder.model.acquisition import Channel, Dimensions, Duration, Length, Objective, PixelSize
from catalog_builder.model.annotations import ANNOTATIONS, KeyValues, Tag, TagSet
from catalog_builder.model.catalogue import Catalogue
from catalog_builder.model.plates import Field, Plate, Run, Screen, Well
from catalog_builder.model.records import Dataset, Group, Image, Person
from catalog_builder.progress import Silent
from catalog_builder.sources.base import Scope
from catalog_builder.sources.omero import queries
from catalog_builder.sources.omero.login import Login
from catalog_builder.sources.omero.queries import Query
from catalog_builder.sources.omero.source import OmeroSource
from tests.omero_server import OmeroServer
from tests.omero_server.lab import (
    CANARIES,
    COLLEAGUE,
    HOSTILE_NAMES,
    LEADER,
    MEMBER,
    PRIVATE,
    READ_ANNOTATE,
    READ_ONLY,
    READ_WRITE,
    ROOT,
    STRANGER,
    big_lab,
    small_lab,
)
from tests.omero_server.store import Lab, Row, Unit

pytestmark = pytest.mark.omero

SYMBOLS = {"MICROMETER": "µm", "NANOMETER": "nm"}
TAG_SET = "openmicroscopy.org/omero/insight/tagset"
RATING = "openmicroscopy.org/omero/insight/rating"
IMPORT = "openmicroscopy.org/omero/import/"
CARRIERS = ("Project", "Dataset", "Screen", "Plate", "PlateAcquisition", "Well", "Image")
KINDS = [name for name in STREAMS if name != "images"]


class Reading(NamedTuple):
    catalogue: Catalogue
    pages: list[list[Image]]

    @property
    def images(self) -> dict[int, Image]:
        return {image.id: image for page in self.pages for image in page}


def read(server: OmeroServer, scope: Scope, user: str = MEMBER, **options: Any) -> Reading:
    login = Login(host=server.host, port=server.port, user=user, password=server.password(user))
    with OmeroSource(login, progress=Silent(), thumbnails="none", **options) as source:
        catalogue = source.read(scope)
        return Reading(catalogue, list(catalogue.images()))


@pytest.fixture(scope="module")
def server() -> Iterator[OmeroServer]:
    with OmeroServer(small_lab()) as running:
        yield running


@pytest.fixture(scope="module")
def published(server: OmeroServer) -> Reading:
    return read(server, Scope(groups=(READ_ONLY,)))


# -- the lab, read without any of the code under test --------------------------------------------------------


def of_group(lab: Lab, entity: str, name: str) -> list[Row]:
    group = lab.find("ExperimenterGroup", name=name)
    return [row for row in lab.rows(entity) if row.group is group]


def images_of_group(lab: Lab, name: str) -> list[Row]:
    return of_group(lab, "Image", name)


def public(annotation: Row) -> bool:
    """What is read without a rule that asks for more."""
    namespace = annotation["ns"] or ""
    on_request = annotation.entity in ("CommentAnnotation", "FileAnnotation") or namespace == RATING
    return not on_request and not namespace.startswith((IMPORT, TAG_SET))


def links(lab: Lab, row: Row) -> tuple[int, ...]:
    found = {link["child"] for link in lab.pointing(f"{row.entity}AnnotationLink", "parent", row.id)}
    return tuple(sorted(child.id for child in found if public(child)))


def parents(lab: Lab, link: str, row: Row) -> tuple[int, ...]:
    return tuple(sorted({found["parent"].id for found in lab.pointing(link, "child", row.id)}))


def moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, timezone.utc)


def length(unit: Any) -> Length | None:
    return None if unit is None else Length(value=unit.value, unit=SYMBOLS[unit.unit])


def described(row: Row) -> dict[str, Any]:
    assert row.owner and row.group
    return {
        "id": row.id,
        "name": row["name"] or "",
        "description": row["description"] or "",
        "owner": row.owner.id,
        "group": row.group.id,
    }


def image_record(lab: Lab, row: Row) -> Image:
    pixels = next(iter(sorted(lab.pointing("Pixels", "image", row.id), key=lambda found: found.id)), None)
    fields: dict[str, Any] = {}
    if pixels is not None:
        size = PixelSize(**{axis: length(pixels[f"physicalSize{axis.upper()}"]) for axis in "xyz"})
        fields = {
            "dimensions": Dimensions(**{axis: pixels[f"size{axis.upper()}"] for axis in "xyzct"}),
            "pixel_type": pixels["pixelsType"]["value"],
            "pixel_size": None if size == PixelSize() else size,
            "time_step": duration(pixels["timeIncrement"]),
            "channels": tuple(
                channel_record(found) for found in lab.pointing("Channel", "pixels", pixels.id)
            ),
        }
    assert row.created
    return Image(
        **described(row),
        **fields,
        annotations=links(lab, row),
        acquired=moment(row["acquisitionDate"]),
        imported=moment(row.created["time"]),
        fileset=row["fileset"].id if row["fileset"] else None,
        series=row["series"] or 0,
        objective=objective_record(row["objectiveSettings"]),
        rois=len(lab.pointing("Roi", "image", row.id)),
        format=row["format"]["value"] if row["format"] else "",
        files=len(lab.pointing("FilesetEntry", "fileset", row["fileset"].id)) if row["fileset"] else 0,
        role="label" if row["name"] == "slide.czi [label]" else "",
        datasets=parents(lab, "DatasetImageLink", row),
        fields=tuple(field_record(lab, sample) for sample in lab.pointing("WellSample", "image", row.id)),
    )


def objective_record(settings: Row | None) -> Objective | None:
    if settings is None:
        return None
    lens = settings["objective"]
    return Objective(
        model=lens["model"],
        magnification=lens["nominalMagnification"],
        numerical_aperture=lens["lensNA"],
        immersion=lens["immersion"]["value"] if lens["immersion"] else "",
    )


def field_record(lab: Lab, sample: Row) -> Field:
    """The place of a field is its place among the samples of its well, whatever run they are of."""
    samples = lab.pointing("WellSample", "well", sample["well"].id)
    run = sample["plateAcquisition"]
    return Field(well=sample["well"].id, run=run.id if run else None, number=samples.index(sample))


def duration(unit: Any) -> Duration | None:
    return None if unit is None else Duration(value=unit.value, unit={"SECOND": "s"}[unit.unit])


def channel_record(row: Row) -> Channel:
    logical = row["logicalChannel"]
    return Channel(
        name=logical["name"] or "",
        colour=f"#{row['red']:02x}{row['green']:02x}{row['blue']:02x}",
        excitation=length(logical["excitationWave"]),
        emission=length(logical["emissionWave"]),
    )


def annotations_on(lab: Lab, rows: list[Row], entity: str) -> list[Row]:
    ids = {id_ for row in rows for id_ in links(lab, row)}
    return [row for row in lab.rows(entity) if row.id in ids]


def everything_in(lab: Lab, name: str) -> list[Row]:
    return [row for entity in CARRIERS for row in of_group(lab, entity, name)]


# -- one group, everything in it -----------------------------------------------------------------------------


def test_every_image_is_as_the_lab_holds_it(server: OmeroServer, published: Reading) -> None:
    lab = server.lab
    expected = {row.id: image_record(lab, row) for row in images_of_group(lab, READ_ONLY)}
    assert len(expected) > 25
    assert {id_: replace(image, revision="") for id_, image in published.images.items()} == expected
    assert published.catalogue.total_images == len(expected)


def test_the_lab_holds_what_makes_reading_hard(published: Reading) -> None:
    """If the lab loses these cases the test above loses its teeth."""
    images = published.images.values()
    assert any(len(image.datasets) > 1 for image in images)
    assert any(not image.datasets for image in images)
    assert any(image.dimensions is None for image in images)
    assert any(image.pixel_size and image.pixel_size.x is None for image in images)
    assert any(image.acquired is None for image in images)
    assert any(image.fileset is not None and image.series > 0 for image in images)
    assert any(
        image.pixel_size and image.pixel_size.x and image.pixel_size.x.unit == "nm" for image in images
    )
    assert any(channel.name == "" for image in images for channel in image.channels)
    assert {image.name for image in images} >= set(HOSTILE_NAMES)


def test_projects_and_datasets_are_as_the_lab_holds_them(server: OmeroServer, published: Reading) -> None:
    lab = server.lab
    for row in of_group(lab, "Project", READ_ONLY):
        found = published.catalogue.projects[row.id]
        assert msgspec.structs.asdict(found) == described(row) | {
            "annotations": links(lab, row),
            "linked": (),
            "created": moment(row.created["time"] if row.created else None),
        }
    expected = {
        row.id: Dataset(
            **described(row),
            annotations=links(lab, row),
            created=moment(row.created["time"] if row.created else None),
            projects=parents(lab, "ProjectDatasetLink", row),
        )
        for row in of_group(lab, "Dataset", READ_ONLY)
    }
    assert published.catalogue.datasets == expected
    assert len(published.catalogue.projects) == len(of_group(lab, "Project", READ_ONLY)) == 3
    assert any(len(dataset.projects) > 1 for dataset in expected.values())
    assert any(not dataset.projects for dataset in expected.values())


def test_key_values_keep_order_repeats_and_nothing(server: OmeroServer, published: Reading) -> None:
    lab = server.lab
    rows = annotations_on(lab, everything_in(lab, READ_ONLY), "MapAnnotation")
    expected = {
        row.id: KeyValues(
            id=row.id,
            namespace=row["ns"] or "",
            pairs=tuple(tuple(pair) for pair in row["mapValue"] or ()),
            owner=row.owner.id if row.owner else None,
            group=row.group.id if row.group else None,
        )
        for row in rows
    }
    found = published.catalogue.key_values
    assert {id_: replace(one, revision="") for id_, one in found.items()} == expected
    kept = [annotation.pairs for annotation in expected.values()]
    assert () in kept
    assert (("", "a value without a key"), ("Marker", "a"), ("Marker", "b"), ("Marker", "a")) in kept


def test_tags_and_their_sets(server: OmeroServer, published: Reading) -> None:
    lab = server.lab
    rows = annotations_on(lab, everything_in(lab, READ_ONLY), "TagAnnotation")
    expected = {
        row.id: Tag(
            id=row.id,
            text=row["textValue"],
            description=row["description"] or "",
            owner=row.owner.id if row.owner else None,
            group=row.group.id if row.group else None,
            sets=parents(lab, "AnnotationAnnotationLink", row),
        )
        for row in rows
    }
    assert published.catalogue.tags == expected
    texts = [tag.text for tag in expected.values()]
    assert texts.count("HeLa") == 2 and "unused" not in texts
    sets = published.catalogue.tag_sets
    assert {found.name for found in sets.values()} == {"Cell lines", "Quality"}
    assert isinstance(next(iter(sets.values())), TagSet)
    assert any(len(tag.sets) == 2 for tag in expected.values())


def test_people_are_names_of_owners_and_nothing_else(server: OmeroServer, published: Reading) -> None:
    names = {person.name for person in published.catalogue.people.values()}
    assert names == {"Ada Member", "Bo Colleague", "Cy Quiet"}
    for id_, person in published.catalogue.people.items():
        row = server.lab.get("Experimenter", id_)
        assert row and person == Person(id=id_, name=f"{row['firstName']} {row['lastName']}")
    assert published.catalogue.groups == {4: Group(id=4, name=READ_ONLY, permissions="rwr---")}


@pytest.mark.parametrize("tagged", [False, True])
def test_who_owns_no_image_is_known_by_an_empty_dataset_or_a_tag(tagged: bool) -> None:
    lab = small_lab()
    group = lab.add_group("empty-sets", "rwr---")
    for login in (MEMBER, COLLEAGUE, LEADER):
        user = lab.find("Experimenter", omeName=login)
        lab.add("GroupExperimenterMap", parent=group, child=user, owner=False)
    with lab.acting(lab.find("Experimenter", omeName=LEADER), group):
        dataset = lab.add("Dataset", name="nothing in it")
    with lab.acting(lab.find("Experimenter", omeName=COLLEAGUE), group):
        if tagged:
            lab.link(dataset, lab.add("TagAnnotation", textValue="still"))
    with OmeroServer(lab) as running:
        found = read(running, Scope(groups=("empty-sets",))).catalogue
    assert found.total_images == 0 and [one.name for one in found.datasets.values()] == ["nothing in it"]
    assert {person.name for person in found.people.values()} == {"Lin Leader", *["Bo Colleague"] * tagged}
    assert [one.name for one in found.groups.values()] == ["empty-sets"]


def test_screens_plates_runs_and_wells_are_as_the_lab_holds_them(
    server: OmeroServer, published: Reading
) -> None:
    lab = server.lab
    expected: dict[str, dict[int, Any]] = {"screens": {}, "plates": {}, "runs": {}, "wells": {}}
    for row in of_group(lab, "Screen", READ_ONLY):
        assert row.created
        expected["screens"][row.id] = Screen(
            **described(row), annotations=links(lab, row), created=moment(row.created["time"])
        )
    for row in of_group(lab, "Plate", READ_ONLY):
        assert row.created
        expected["plates"][row.id] = Plate(
            **described(row),
            annotations=links(lab, row),
            created=moment(row.created["time"]),
            screens=parents(lab, "ScreenPlateLink", row),
            rows=row["rows"],
            columns=row["columns"],
        )
    for row in of_group(lab, "PlateAcquisition", READ_ONLY):
        expected["runs"][row.id] = Run(**described(row), annotations=links(lab, row), plate=row["plate"].id)
    for row in of_group(lab, "Well", READ_ONLY):
        assert row.owner and row.group
        expected["wells"][row.id] = Well(
            id=row.id,
            owner=row.owner.id,
            group=row.group.id,
            annotations=links(lab, row),
            plate=row["plate"].id,
            row=row["row"],
            column=row["column"],
        )
    for kind, records in expected.items():
        assert records and getattr(published.catalogue, kind) == records, kind
    assert any(not plate.screens for plate in expected["plates"].values())
    assert any(well.annotations for well in expected["wells"].values())
    assert any(image.fields for image in published.images.values())


def test_a_screen_brings_its_plates_and_a_plate_not_its_screen(server: OmeroServer) -> None:
    lab = server.lab
    screen = lab.find("Screen", name="A small screen")
    plate = lab.find("Plate", name="Plate 1")
    on_it = {
        sample["image"].id
        for well in lab.pointing("Well", "plate", plate.id)
        for sample in lab.pointing("WellSample", "well", well.id)
    }
    found = read(server, Scope(screens=(screen.id,)))
    assert set(found.catalogue.screens) == {screen.id} and set(found.catalogue.plates) == {plate.id}
    assert set(found.images) == on_it and found.catalogue.datasets == {}
    assert all(image.fields for image in found.images.values())
    assert "Gene" in {key for one in found.catalogue.key_values.values() for key, _ in one.pairs}
    alone = read(server, Scope(plates=(plate.id,)))
    assert alone.catalogue.screens == {} and alone.catalogue.plates[plate.id].screens == ()
    assert set(alone.images) == on_it and alone.catalogue.wells == found.catalogue.wells


def test_other_annotations_are_read_where_they_are_asked_for(server: OmeroServer, published: Reading) -> None:
    lab = server.lab
    whole = read(server, Scope(groups=(READ_ONLY,)), also=("comments", "ratings", "attachments", "linked"))
    held = whole.catalogue
    assert {one.text for one in held.comments.values()} == {"a comment CANARY"}
    assert [one.stars for one in held.ratings.values()] == [4]
    (attachment,) = held.attachments.values()
    assert (attachment.name, attachment.size, attachment.media_type) == (
        "CANARY-attachment.csv",
        1024,
        "text/csv",
    )
    assert "path" not in repr(attachment)
    for catalogue in (held, published.catalogue):
        assert [one.term for one in catalogue.terms.values()] == ["GO:0005813"]
        assert {(one.kind, one.value) for one in catalogue.values.values()} == {
            ("integer", 17),
            ("number", 0.25),
            ("boolean", True),
            ("timestamp", "2024-01-01T10:00:00Z"),
        }
        assert [one.namespace for one in catalogue.xml.values()] == [""]
    assert (
        published.catalogue.comments == published.catalogue.ratings == published.catalogue.attachments == {}
    )
    image = lab.find("Image", name="pcnt_01.dv")
    told = {(one.annotation, one.by, one.at) for one in whole.images[image.id].linked}
    rows = lab.pointing("ImageAnnotationLink", "parent", image.id)
    expected = {
        (row["child"].id, row.owner.id, moment(row.created["time"]))
        for row in rows
        if row.owner and row.created and not (row["child"]["ns"] or "").startswith((IMPORT, TAG_SET))
    }
    assert told == expected and {by for _, by, _ in told} <= set(held.people)
    assert all(image.linked == () for image in published.images.values())


# -- scopes and accounts -------------------------------------------------------------------------------------


def test_nothing_named_is_everything_but_private_groups(server: OmeroServer) -> None:
    lab = server.lab
    for user in (MEMBER, ROOT):
        found = read(server, Scope(), user)
        expected = [
            row for name in (READ_ONLY, READ_ANNOTATE, READ_WRITE) for row in images_of_group(lab, name)
        ]
        assert set(found.images) == {row.id for row in expected}
        assert {group.name for group in found.catalogue.groups.values()} == {
            READ_ONLY,
            READ_ANNOTATE,
            READ_WRITE,
        }


@pytest.mark.parametrize(
    ("user", "owners"),
    [(MEMBER, {MEMBER}), (LEADER, {MEMBER, COLLEAGUE, LEADER}), (ROOT, {MEMBER, COLLEAGUE, LEADER})],
)
def test_a_private_group_is_read_when_named_as_far_as_the_account_sees(
    server: OmeroServer, user: str, owners: set[str]
) -> None:
    found = read(server, Scope(groups=(PRIVATE,)), user)
    assert {image.name for image in found.images.values()} == {f"CANARY-private-image of {o}" for o in owners}
    assert found.catalogue.groups[3].private


def test_an_outsider_reads_only_own_groups(server: OmeroServer) -> None:
    found = read(server, Scope(), STRANGER)
    assert [image.name for image in found.images.values()] == ["shared image"]
    with pytest.raises(SourceError, match=f'no group "{READ_ONLY}"') as refusal:
        read(server, Scope(groups=(READ_ONLY,)), STRANGER)
    assert READ_WRITE in str(refusal.value) and PRIVATE not in str(refusal.value)


def test_a_project_brings_its_datasets_and_a_dataset_not_its_project(server: OmeroServer) -> None:
    lab = server.lab
    project = lab.find("Project", name="Controls")
    found = read(server, Scope(projects=(project.id,)))
    assert {dataset.name for dataset in found.catalogue.datasets.values()} == {"Untreated", "Empty dataset"}
    assert all(dataset.projects == (project.id,) for dataset in found.catalogue.datasets.values())
    shared = lab.find("Dataset", name="Untreated")
    expected = {link["child"].id for link in lab.pointing("DatasetImageLink", "parent", shared.id)}
    assert set(found.images) == expected
    alone = read(server, Scope(datasets=(shared.id,)))
    assert alone.catalogue.projects == {} and set(alone.images) == expected
    assert alone.catalogue.datasets[shared.id].projects == ()
    assert alone.catalogue.groups.keys() == {4}


def test_links_out_of_the_scope_are_dropped_and_so_are_their_annotations(server: OmeroServer) -> None:
    lab = server.lab
    dataset = lab.find("Dataset", name="CDK5RAP2")
    found = read(server, Scope(datasets=(dataset.id,)))
    assert any(
        len(parents(lab, "DatasetImageLink", row)) > 1
        for row in (lab.get("Image", id_) for id_ in found.images)
        if row
    )
    assert all(image.datasets == (dataset.id,) for image in found.images.values())
    rows = [dataset, *(row for row in lab.rows("Image") if row.id in found.images)]
    on_them = {row.id for row in annotations_on(lab, rows, "Annotation")}
    assert {id_ for kind in ANNOTATIONS for id_ in getattr(found.catalogue, kind)} == on_them
    assert "published" not in {tag.text for tag in found.catalogue.tags.values()}


def test_the_parts_of_a_scope_are_united(server: OmeroServer) -> None:
    lab = server.lab
    project, dataset = lab.find("Project", name="Controls"), lab.find("Dataset", name="Orphan dataset")
    found = read(server, Scope(groups=(READ_WRITE,), projects=(project.id,), datasets=(dataset.id,)))
    names = {one.name for one in found.catalogue.datasets.values()}
    assert names == {"Shared dataset", "Untreated", "Empty dataset", "Orphan dataset"}
    assert {image.name for image in found.images.values()} >= {
        "shared image",
        "bare image",
        "untreated_01.dv",
    }


def test_everything_wrong_with_a_scope_is_said_at_once(server: OmeroServer) -> None:
    with pytest.raises(SourceError) as refusal:
        read(server, Scope(groups=("read-only-lap",), projects=(999_999,), datasets=(999_998,)))
    lines = str(refusal.value).splitlines()
    assert len(lines) == 3
    assert f'"{READ_ONLY}"' in lines[0]
    assert "project:999999" in lines[1] and "dataset:999998" in lines[2]


@pytest.mark.parametrize("user", [MEMBER, ROOT])
def test_what_lies_in_a_private_group_needs_the_group_named(server: OmeroServer, user: str) -> None:
    project = server.lab.find("Project", name=f"CANARY-private-project of {MEMBER}")
    with pytest.raises(SourceError, match=f"project:{project.id}: it is in the private group"):
        read(server, Scope(projects=(project.id,)), user)
    found = read(server, Scope(groups=(PRIVATE,), projects=(project.id,)), user)
    # The name of the group is a permission then: nothing else of it comes along.
    assert set(found.catalogue.projects) == {project.id}
    everything = read(server, Scope(groups=(PRIVATE,)), user)
    assert set(found.images) < set(everything.images) or len(everything.catalogue.projects) == 1
    assert set(found.catalogue.datasets) == {
        id_ for id_, one in everything.catalogue.datasets.items() if project.id in one.projects
    }


def test_a_private_group_named_beside_something_of_another_group_is_read_whole(server: OmeroServer) -> None:
    """What is named is a union: only a private group that holds a named object is a mere permission."""
    whole = read(server, Scope(groups=(PRIVATE,)))
    shown = read(server, Scope(groups=(READ_ONLY,)))
    project = min(shown.catalogue.projects)
    both = read(server, Scope(groups=(PRIVATE,), projects=(project,)))
    assert set(both.catalogue.projects) == {project, *whole.catalogue.projects}
    assert set(whole.images) < set(both.images)


def test_private_groups_that_are_left_out_are_noted(server: OmeroServer) -> None:
    progress = Silent()
    login = Login(host=server.host, port=server.port, user=MEMBER, password=server.password(MEMBER))
    with OmeroSource(login, thumbnails="none", progress=progress) as source:
        source.read(Scope())
    assert any("Left out: 1 private group (rw----) that the account can read;" in n for n in progress.notes)
    assert PRIVATE not in "".join(progress.notes), "a log may be read by more people than the group is"
    with OmeroSource(login, thumbnails="none", progress=(quiet := Silent())) as source:
        source.read(Scope(groups=(READ_ONLY,)))
    assert quiet.notes == []


def test_an_empty_group_is_one_sentence() -> None:
    lab = small_lab()
    group = lab.add_group("nothing-yet", "rwr---")
    lab.add("GroupExperimenterMap", parent=group, child=lab.find("Experimenter", omeName=MEMBER), owner=False)
    with (
        OmeroServer(lab) as running,
        pytest.raises(SourceError, match="no project, dataset, screen, plate or image"),
    ):
        read(running, Scope(groups=("nothing-yet",)))


# -- paging --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [1, 2, 3, 7])
def test_the_size_of_a_page_changes_nothing(server: OmeroServer, published: Reading, page: int) -> None:
    """A page of one makes every query of the source turn pages, in the middle of map annotations too."""
    found = read(server, Scope(groups=(READ_ONLY,)), page=page)
    assert found.images == published.images
    assert all(len(some) <= page for some in found.pages)
    ids = list(itertools.chain.from_iterable([image.id for image in some] for some in found.pages))
    assert ids == sorted(set(ids))
    for kind in KINDS:
        assert getattr(found.catalogue, kind) == getattr(published.catalogue, kind), kind


def test_an_annotation_longer_than_a_page_comes_whole() -> None:
    with OmeroServer(big_lab(4, datasets=2, pairs=23)) as running:
        found = read(running, Scope(groups=(READ_ONLY,)), page=1).catalogue
        whole = read(running, Scope(groups=(READ_ONLY,))).catalogue
    assert found.key_values == whole.key_values
    for annotation in found.key_values.values():
        assert [key for key, _ in annotation.pairs] == [f"key {number}" for number in range(23)]


def test_a_sparse_scope_is_paged_as_well(server: OmeroServer) -> None:
    datasets = tuple(server.lab.find("Dataset", name=name).id for name in ("PCNT", "Bo's dataset"))
    assert (
        read(server, Scope(datasets=datasets), page=2).images == read(server, Scope(datasets=datasets)).images
    )


def test_the_order_of_rows_does_not_matter(published: Reading) -> None:
    with OmeroServer(small_lab(seed=7)) as other:
        found = read(other, Scope(groups=(READ_ONLY,)))
    assert found.images == published.images
    assert found.catalogue.key_values == published.catalogue.key_values


def test_several_pixels_are_one_image_of_the_first() -> None:
    lab = small_lab()
    image = lab.find("Image", name="pcnt_01.dv")
    assert image.owner and image.group
    with lab.acting(image.owner, image.group):
        second = lab.add("Pixels", image=image, sizeX=7, sizeY=7, sizeZ=1, sizeC=1, sizeT=1)
        lab.add("Channel", pixels=second, logicalChannel=lab.add("LogicalChannel", name="of the second"))
    with OmeroServer(lab) as running:
        for page in (1, 10_000):
            found = read(running, Scope(groups=(READ_ONLY,)), page=page).images[image.id]
            assert found.dimensions and found.dimensions.x == 512
            assert [channel.name for channel in found.channels] == ["DAPI", "GFP"]


def test_a_channel_that_nothing_is_known_of_keeps_its_place() -> None:
    lab = big_lab(1, datasets=1)
    pixels = lab.rows("Pixels")[0]
    assert pixels.owner and pixels.group
    with lab.acting(pixels.owner, pixels.group):
        lab.add("Channel", pixels=pixels, red=1, green=2)
        lab.add(
            "Channel",
            pixels=pixels,
            logicalChannel=lab.add("LogicalChannel", name="last"),
            red=0,
            green=256,
            blue=0,
        )
    with OmeroServer(lab) as running:
        (image,) = read(running, Scope(groups=(READ_ONLY,))).images.values()
    assert [channel.name for channel in image.channels] == ["DAPI", "GFP", "", "last"]
    assert image.channels[2] == Channel() and image.channels[3].colour is None


def test_numbers_that_no_json_can_hold_are_unknown() -> None:
    lab = big_lab(1, datasets=1)
    lab.rows("Pixels")[0].values["physicalSizeX"] = Unit(float("nan"), "MICROMETER")
    lab.rows("Pixels")[0].values["physicalSizeY"] = Unit(float("inf"), "MICROMETER")
    lab.rows("Image")[0].values["acquisitionDate"] = 2**60
    with OmeroServer(lab) as running:
        (image,) = read(running, Scope(groups=(READ_ONLY,))).images.values()
    assert image.acquired is None
    assert image.pixel_size == PixelSize(z=Length(value=0.3, unit="µm"))


def test_a_server_that_cannot_number_pairs_is_asked_for_objects(
    server: OmeroServer, published: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = queries.PAIRS.template.replace("index(mv)", "mv.position")
    monkeypatch.setattr(queries, "PAIRS", Query("the key-value pairs", refused))
    server.reset_calls()
    found = read(server, Scope(groups=(READ_ONLY,)))
    assert server.calls["IQuery.findAllByQuery"] == 1
    assert found.catalogue.key_values == published.catalogue.key_values


def test_a_server_that_cannot_work_out_revisions_is_read_whole_each_time(
    server: OmeroServer, published: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("IMAGES", "IMAGE_REVISIONS"):
        query: Query = getattr(queries, name)
        refused = query.template.replace("sum(rd.version)", "sum(rd.revision)")
        monkeypatch.setattr(queries, name, Query(query.what, refused))
    found = read(server, Scope(groups=(READ_ONLY,)), page=7)
    unknown = {"revision": "", "rois": 0, "files": 0}
    assert found.images == {id_: replace(one, **unknown) for id_, one in published.images.items()}


# -- what must not happen ------------------------------------------------------------------------------------

READ_ONLY_CALLS = {
    "IAdmin.getEventContext",
    "IQuery.projection",
    "Router.addProxies",
    "Router.createSession",
    "Router.destroySession",
    "Router.getCategoryForClient",
    "Router.getClientProxy",
    "Router.getServerProxy",
    "ServiceFactory.getAdminService",
    "ServiceFactory.getQueryService",
    "ServiceFactory.setCallback",
}


def test_only_reading_calls_are_made(server: OmeroServer) -> None:
    server.reset_calls()
    read(server, Scope())
    assert set(server.calls) <= READ_ONLY_CALLS


@pytest.mark.parametrize("user", [MEMBER, ROOT])
def test_no_canary_is_read(server: OmeroServer, user: str) -> None:
    found = read(server, Scope(), user)
    text = repr([*found.images.values(), *_records(found.catalogue)])
    assert len(text) > 10_000
    assert [canary for canary in CANARIES if canary in text] == []


def _records(catalogue: Catalogue) -> Iterator[Any]:
    for kind in KINDS:
        yield from getattr(catalogue, kind).values()


def test_ten_thousand_images_take_forty_calls_or_fewer() -> None:
    with OmeroServer(big_lab(10_000)) as running:
        found = read(running, Scope(groups=(READ_ONLY,)))
        assert sum(running.calls.values()) <= 40, running.calls
    assert len(found.images) == found.catalogue.total_images == 10_000
    assert sum(len(annotation.pairs) for annotation in found.catalogue.key_values.values()) == 100_000
    assert all(len(image.annotations) == 2 and len(image.channels) == 2 for image in found.images.values())


def test_annotations_of_every_kind_on_every_level_take_sixty_calls_or_fewer() -> None:
    also = ("comments", "ratings", "attachments", "linked")
    with OmeroServer(big_lab(10_000, levels=True)) as running:
        found = read(running, Scope(groups=(READ_ONLY,)), also=also)
        assert sum(running.calls.values()) <= 60, running.calls
    assert len(found.images) == found.catalogue.total_images == 10_192
    for kind in ("projects", "datasets", "screens", "plates", "runs", "wells"):
        carriers = getattr(found.catalogue, kind).values()
        assert carriers and all(len(one.annotations) >= 11 for one in carriers), kind
    assert all(getattr(found.catalogue, kind) for kind in ANNOTATIONS)


def test_calls_grow_with_pages_and_not_with_images() -> None:
    calls = []
    for images in (10, 400):
        with OmeroServer(big_lab(images)) as running:
            read(running, Scope(groups=(READ_ONLY,)))
            calls.append(sum(running.calls.values()))
    assert calls[0] == calls[1]
