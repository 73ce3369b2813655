"""Unmodified BlitzGateway on the stand-in, with the queries and calls that omero-py itself makes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

omero = pytest.importorskip("omero", reason="omero-py and Ice are not installed", exc_type=ImportError)
pytest.importorskip("omero.gateway", reason="omero-py and Ice are not installed", exc_type=ImportError)

from tests.omero_server import OmeroServer  # noqa: E402
from tests.omero_server.connections import connected  # noqa: E402
from tests.omero_server.lab import MEMBER, READ_ONLY, ROOT, small_lab  # noqa: E402
from tests.omero_server.labs.things import RATING_NAMESPACE, TAG_SET_NAMESPACE, pixels_of  # noqa: E402
from tests.omero_server.store import FIRST_IMPORT, Lab, Row  # noqa: E402

pytestmark = pytest.mark.omero


@pytest.fixture(scope="module")
def server() -> Iterator[OmeroServer]:
    with OmeroServer(small_lab()) as server:
        yield server


@pytest.fixture(scope="module")
def lab(server: OmeroServer) -> Lab:
    return server.lab


@pytest.fixture(scope="module")
def gateway(server: OmeroServer) -> Iterator[Any]:
    """The member, reading in the group that the session works in by default."""
    with connected(server, MEMBER, group=None) as connection:
        yield connection


@pytest.fixture(scope="module")
def image(gateway: Any, lab: Lab) -> Any:
    return gateway.getObject("Image", lab.find("Image", name="pcnt_01.dv").id)


def names(objects: Any) -> list[str]:
    return sorted(str(each.getName()) for each in objects)


def in_group(lab: Lab, entity: str) -> list[Row]:
    return [
        row for row in lab.rows(entity) if row.group is not None and row.group.values["name"] == READ_ONLY
    ]


@pytest.mark.parametrize(
    "kind",
    [
        "Project",
        "Dataset",
        "Image",
        "Screen",
        "Plate",
        "PlateAcquisition",
        "Well",
        "Fileset",
        "OriginalFile",
        "Roi",
    ],
)
def test_get_objects_lists_the_group(gateway: Any, lab: Lab, kind: str) -> None:
    found = sorted(each.getId() for each in gateway.getObjects(kind))
    assert found == sorted(row.id for row in in_group(lab, kind)) != []


@pytest.mark.parametrize(
    "kind", ["Tag", "Map", "Comment", "Long", "Double", "Boolean", "Timestamp", "Term", "File"]
)
def test_get_objects_lists_annotations(gateway: Any, lab: Lab, kind: str) -> None:
    found = sorted(each.getId() for each in gateway.getObjects(f"{kind}Annotation"))
    assert found == sorted(row.id for row in in_group(lab, f"{kind}Annotation")) != []


def test_get_objects_by_id_owner_attribute_and_page(gateway: Any, lab: Lab) -> None:
    ids = sorted(row.id for row in in_group(lab, "Image"))
    wanted = [ids[3], ids[0], ids[2]]
    assert [i.getId() for i in gateway.getObjects("Image", wanted, respect_order=True)] == wanted
    colleague = lab.find("Experimenter", omeName="colleague").id
    assert names(gateway.getObjects("Image", opts={"owner": colleague})) == ["bo_01.dv", "bo_02.dv"]
    assert gateway.getObject("Dataset", attributes={"name": "PCNT"}).getName() == "PCNT"
    page = [
        i.getId() for i in gateway.getObjects("Image", opts={"limit": 4, "offset": 2, "order_by": "obj.id"})
    ]
    assert page == ids[2:6]
    assert gateway.getObject("Image", 999_999) is None


def test_get_objects_with_opts(gateway: Any, lab: Lab) -> None:
    pcnt, shared = lab.find("Dataset", name="PCNT"), lab.find("Dataset", name="Untreated")
    project = lab.find("Project", name="Controls")
    assert len(list(gateway.getObjects("Image", opts={"dataset": pcnt.id}))) == 6
    assert names(gateway.getObjects("Dataset", opts={"project": project.id})) == [
        "Empty dataset",
        "Untreated",
    ]
    assert names(gateway.getObjects("Project", opts={"dataset": shared.id})) == ["Centrosomes", "Controls"]
    assert names(gateway.getObjects("Dataset", opts={"orphaned": True})) == ["Bo's dataset", "Orphan dataset"]
    orphans = names(gateway.getObjects("Image", opts={"orphaned": True}))
    assert orphans == [
        "orphan image 1",
        "orphan image 2",
        "slide.czi [label]",
    ]  # fields of wells are no orphans
    plate = lab.find("Plate", name="Plate 1")
    wells = list(
        gateway.getObjects("Well", opts={"plate": plate.id, "load_images": True, "load_pixels": True})
    )
    assert len(wells) == 6
    assert all(well.getImage().getPrimaryPixels().getSizeX() == 256 for well in wells)
    with_pixels = list(gateway.getObjects("Image", opts={"dataset": pcnt.id, "load_channels": True}))
    assert sorted(i.getSizeY() for i in with_pixels) == [384, 400, 416, 432, 448, 464]


def test_list_orphans(gateway: Any) -> None:
    assert names(gateway.listOrphans("Dataset")) == ["Bo's dataset", "Orphan dataset"]
    assert names(gateway.listOrphans("Plate")) == ["Orphan plate"]
    assert "orphan image 1" in names(gateway.listOrphans("Image", loadPixels=True))


def test_children_and_parents(gateway: Any, lab: Lab, image: Any) -> None:
    project = next(p for p in gateway.listProjects() if p.getName() == "Centrosomes")
    assert names(project.listChildren()) == ["CDK5RAP2", "PCNT", "Untreated"]
    assert project.countChildren() == 3
    dataset = next(d for d in project.listChildren() if d.getName() == "CDK5RAP2")
    assert names(dataset.listChildren()) == [*(f"cdk_{n:02d}.dv" for n in range(1, 5)), "pcnt_01.dv"]
    assert dataset.countChildren() == 5
    assert names(image.listParents()) == ["CDK5RAP2", "PCNT"]
    assert dataset.getParent().getName() == "Centrosomes"
    assert [p.getName() for p in dataset.getAncestry()] == ["Centrosomes"]
    untreated = gateway.getObject("Dataset", lab.find("Dataset", name="Untreated").id)
    assert names(untreated.listParents()) == ["Centrosomes", "Controls"]
    second = gateway.getObject("Image", lab.find("Image", name="pcnt_02.dv").id)
    assert second.getProject().getName() == "Centrosomes"
    assert len(list(dataset.getParentLinks())) == 1 and len(list(dataset.getChildLinks())) == 5


def test_list_children_does_not_repeat_an_image_with_many_annotations(gateway: Any, lab: Lab) -> None:
    """omero-py fetches the annotations of the children without asking for distinct rows."""
    dataset = gateway.getObject("Dataset", lab.find("Dataset", name="PCNT").id)
    assert len(list(dataset.listChildren())) == 6


def test_pixels_and_channels(gateway: Any, image: Any) -> None:
    assert (image.getSizeX(), image.getSizeY(), image.getSizeZ(), image.getSizeC(), image.getSizeT()) == (
        512,
        384,
        1,
        2,
        1,
    )
    assert image.getPixelSizeX() == 0.1083
    assert str(image.getPixelSizeX(units=True).getUnit()) == "MICROMETER"
    assert image.getChannelLabels() == ["DAPI", "GFP"]
    assert [channel.getLabel() for channel in image.getChannels(noRE=True)] == ["DAPI", "GFP"]
    assert image.getPrimaryPixels().getPixelsType().getValue() == "uint16"
    assert image.getPixelsId() != image.getId()
    assert image.getAcquisitionDate().timestamp() == FIRST_IMPORT / 1000
    assert image.getROICount() == 0
    assert image.getThumbVersion() is None


def test_an_image_without_anything(gateway: Any, lab: Lab) -> None:
    bare = gateway.getObject("Image", lab.find("Image", name="bare image").id)
    assert bare.getSizeX() is None and bare.getFileset() is None and bare.getAcquisitionDate() is None


def test_details(gateway: Any, image: Any) -> None:
    assert image.getOwnerFullName() == "Ada Member" == image.getAuthor()
    assert image.getOwnerOmeName() == MEMBER
    assert image.getDetails().getGroup().getName() == READ_ONLY
    assert image.creationEventDate().timestamp() == FIRST_IMPORT / 1000 == image.updateEventDate().timestamp()
    assert str(image.getDetails().getPermissions()) == "rwr---"
    assert image.canEdit() and image.canAnnotate() and image.isOwned() and image.isShared()
    assert image.getDetails().getExternalInfo().lsid == "urn:lab.example:1"


def test_annotations(gateway: Any, lab: Lab, image: Any) -> None:
    by_kind: dict[str, list[Any]] = {}
    for annotation in image.listAnnotations():
        by_kind.setdefault(annotation.OMERO_TYPE.__name__, []).append(annotation.getValue())
    assert sorted(by_kind["TagAnnotationI"]) == ["HeLa", "good"]
    assert sorted(by_kind["MapAnnotationI"], key=len) == [
        [("Treatment", "DMSO"), ("Batch", "7")],
        [("Treatment", "DMSO"), ("Dose", "0 µM"), ("Note", "")],
    ]
    assert sorted(by_kind["LongAnnotationI"]) == [4, 17]
    assert by_kind["BooleanAnnotationI"] == [True] and by_kind["DoubleAnnotationI"] == [0.25]
    assert by_kind["TermAnnotationI"] == ["GO:0005813"]
    assert image.getAnnotation(RATING_NAMESPACE).getValue() == 4
    assert [a.getValue() for a in image.listAnnotations(ns="lab.example/count")] == [17]


def test_counting_annotations(gateway: Any, image: Any) -> None:
    counts = image.getAnnotationCounts()
    assert counts == {
        "TagAnnotation": 2,
        "FileAnnotation": 0,
        "CommentAnnotation": 1,
        "LongAnnotation": 1,
        "MapAnnotation": 2,
        "OtherAnnotation": 6,
    }


def test_the_file_of_a_file_annotation(gateway: Any, lab: Lab) -> None:
    dataset = gateway.getObject("Dataset", lab.find("Dataset", name="PCNT").id)
    (attached,) = [a for a in dataset.listAnnotations() if a.OMERO_TYPE is omero.model.FileAnnotationI]
    assert (attached.getFileName(), attached.getFileSize()) == ("CANARY-attachment.csv", 1024)
    assert [a.getId() for a in gateway.listFileAnnotations()] == [attached.getId()]


def test_tag_sets(gateway: Any, lab: Lab) -> None:
    sets = {
        t.getValue(): t for t in gateway.getObjects("TagAnnotation", attributes={"ns": TAG_SET_NAMESPACE})
    }
    assert sorted(sets) == ["Cell lines", "Quality"]
    assert sorted(t.getValue() for t in sets["Cell lines"].listTagsInTagset()) == ["HeLa", "U2OS", "good"]
    assert sets["Quality"].countTagsInTagset() == 1
    good = gateway.getObject("TagAnnotation", lab.find("TagAnnotation", textValue="good").id)
    assert sorted(parent.getValue() for parent in good.listParents()) == ["Cell lines", "Quality"]


def test_objects_by_annotation(gateway: Any, lab: Lab) -> None:
    tag = lab.find("TagAnnotation", textValue="U2OS")
    assert names(gateway.getObjectsByAnnotations("Image", [tag.id])) == [
        f"cdk_{n:02d}.dv" for n in range(1, 5)
    ]
    found = gateway.getObjectsByMapAnnotations("Image", key="Treatment", value="compound*")
    assert names(found) == ["pcnt_02.dv", "pcnt_04.dv", "pcnt_06.dv"]
    assert names(gateway.getObjectsByMapAnnotations("Well", key="Gene", value="CAN")) == ["None"]
    links = list(gateway.getAnnotationLinks("Image", ann_ids=[tag.id]))
    assert len(links) == 4 and {link.getAnnotation().getValue() for link in links} == {"U2OS"}
    assert names(gateway.listOrphanedAnnotations("Image", [1, 2], anntype="Tag")) != []


def test_filesets(gateway: Any, lab: Lab) -> None:
    scene = gateway.getObject("Image", lab.find("Image", name="slide.czi [Scene #1]").id)
    assert len(scene.getFileset().copyImages()) == 3
    assert sorted(i.getSeries() for i in scene.getFileset().copyImages()) == [0, 1, 2]
    assert scene.countImportedImageFiles() == 1
    assert scene.getImportedImageFilePaths() == {
        "server_paths": ["member_2/CANARY-server-path/slide.czi"],
        "client_paths": ["/home/ada/CANARY-client-path/slide.czi"],
    }
    assert [f.getName() for f in scene.getImportedImageFiles()] == ["slide.czi"]


def test_plates(gateway: Any, lab: Lab) -> None:
    screen = next(iter(gateway.listScreens()))
    assert names(screen.listChildren()) == ["Plate 1"] and screen.countChildren() == 1
    plate = next(iter(screen.listChildren()))
    assert plate.getGridSize() == {"rows": 2, "columns": 3}
    assert plate.getNumberOfFields() == (0, 1)
    assert plate.countPlateAcquisitions() == 1
    wells = sorted(plate.listChildren(), key=lambda w: (w.row, w.column))
    assert [w.getWellPos() for w in wells] == ["A1", "A2", "A3", "B1", "B2", "B3"]
    assert [w.getImage(1).getName() for w in wells[:1]] == ["Plate 1 [Well A1, Field 2]"]
    assert wells[0].getImage().getPlate().getName() == "Plate 1"
    assert [s.getName() for s in wells[0].getScreens()] == ["A small screen"]


def test_instruments(gateway: Any, lab: Lab) -> None:
    image = gateway.getObject("Image", lab.find("Image", name="pcnt_02.dv").id)
    assert [o.getModel() for o in image.getInstrument().getObjectives()] == ["Plan-Apo"]
    assert image.getObjectiveSettings().getObjective().getLensNA() == 1.4


def test_users_and_groups(gateway: Any) -> None:
    user = gateway.getUser()
    assert (user.getName(), user.getFullName(), user.isAdmin()) == (MEMBER, "Ada Member", False)
    assert user.getEmail() == "member-email-CANARY@lab.example"
    assert gateway.getGroupFromContext().getName() == READ_ONLY
    assert [g.getName() for g in gateway.getGroupsMemberOf()].count("user") == 0
    assert sorted(g.getName() for g in gateway.getOtherGroups(user.getId())) == [
        "annotate-lab",
        "private-lab",
        "read-only-lab",
        "shared-lab",
        "user",
    ]
    group = gateway.getObject("ExperimenterGroup", attributes={"name": "private-lab"})
    leaders, members = group.groupSummary()
    assert [e.getName() for e in leaders] == [] and names(members) == [
        MEMBER
    ]  # private: the others are nobody's business
    assert sorted(e.getName() for e in gateway.findExperimenters("col")) == ["colleague"]
    assert gateway.getDefaultGroup(user.getId()).getName() == READ_ONLY
    assert {e.getName() for e in gateway.listColleagues()} == {"colleague", "login-CANARY"}


def test_switching_the_group_of_the_session(server: OmeroServer) -> None:
    with connected(server, MEMBER, group=None) as connection:
        shared = server.lab.find("ExperimenterGroup", name="shared-lab").id
        assert connection.setGroupForSession(shared)
        assert names(connection.getObjects("Dataset")) == ["Shared dataset"]
        connection.revertGroupForSession()
        assert "PCNT" in names(connection.getObjects("Dataset"))


def test_an_administrator_as_somebody_else(server: OmeroServer) -> None:
    with connected(server, ROOT) as root:
        assert root.isAdmin()
        theirs = root.suConn("colleague")
        try:
            assert theirs.getUser().getName() == "colleague"
        finally:
            theirs.close()


def test_thumbnails_through_the_gateway(gateway: Any, lab: Lab, image: Any) -> None:
    assert image.getThumbnail(size=(96,), direct=True)[:2] == b"\xff\xd8"
    found = gateway.getThumbnailSet([image.getId()], 96)
    assert list(found) == [image.getId()] and found[image.getId()][:2] == b"\xff\xd8"
    assert pixels_of(lab, lab.find("Image", name="pcnt_01.dv")).id == image.getPixelsId()


def test_counts_and_configuration(gateway: Any, lab: Lab) -> None:
    query, parameters = gateway.buildCountQuery("Image", opts={"limit": 2})
    ((count,),) = gateway.getQueryService().projection(query, parameters, gateway.SERVICE_OPTS)
    assert count.val == len(in_group(lab, "Image"))
    assert gateway.getMaxPlaneSize() == (3192, 3192)
    assert gateway.canCreate() is False  # the server says that it is read-only
    assert gateway.getClientSettings()["omero.client.viewer.roi_limit"] == "2000"
    assert "uint16" in [e.getValue() for e in gateway.getEnumerationEntries("PixelsType")]
    assert gateway.getEnumeration("DimensionOrder", "XYZCT").getValue() == "XYZCT"
