"""ThumbnailStore on the stand-in: pictures, what can be wrong with them, and what a call leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest

omero = pytest.importorskip("omero", reason="omero-py and Ice are not installed", exc_type=ImportError)
pytest.importorskip("omero.gateway", reason="omero-py and Ice are not installed", exc_type=ImportError)

import Ice  # noqa: E402
from omero.rtypes import rint  # noqa: E402
from PIL import Image, UnidentifiedImageError  # noqa: E402

from tests.omero_server import OmeroServer, pictures  # noqa: E402
from tests.omero_server.connections import ask, connected  # noqa: E402
from tests.omero_server.lab import COLLEAGUE, MEMBER, ROOT, big_lab, small_lab  # noqa: E402
from tests.omero_server.labs.things import add_rendering_settings, pixels_of  # noqa: E402
from tests.omero_server.store import Lab  # noqa: E402

pytestmark = pytest.mark.omero

ALL = {"omero.group": "-1"}
TRACE = "select t.details.owner.omeName, t.sizeX, t.sizeY from Thumbnail t where t.pixels.id = :id"


@pytest.fixture
def server() -> Iterator[OmeroServer]:
    with OmeroServer(small_lab()) as server:
        yield server


@pytest.fixture
def member(server: OmeroServer) -> Iterator[Any]:
    with connected(server, MEMBER) as connection:
        yield connection


@pytest.fixture
def store(member: Any) -> Iterator[Any]:
    store = member.c.sf.createThumbnailStore()
    yield store
    store.close()


def pixels(lab: Lab, name: str) -> int:
    return pixels_of(lab, lab.find("Image", name=name)).id


def with_settings(server: OmeroServer, name: str) -> int:
    """The pixels of an image, with rendering settings of its owner."""
    add_rendering_settings(server.lab)
    return pixels(server.lab, name)


def picture(data: bytes) -> Image.Image:
    opened = Image.open(BytesIO(data))
    opened.load()
    return opened


def test_a_set_is_keyed_by_pixels_and_fits_the_longest_side(server: OmeroServer, store: Any) -> None:
    wide, tall = pixels(server.lab, "pcnt_01.dv"), pixels(server.lab, "slide.czi [Scene #2]")
    found = store.getThumbnailByLongestSideSet(rint(96), [wide, tall], ALL)
    assert {id: picture(data).size for id, data in found.items()} == {wide: (96, 72), tall: (96, 48)}
    assert all(picture(data).format == "JPEG" for data in found.values())
    assert found == store.getThumbnailByLongestSideSet(
        rint(96), [wide, tall], ALL
    )  # the same bytes each time
    assert found[wide] != found[tall]


def test_there_is_no_limit_to_a_set(server: OmeroServer, store: Any) -> None:
    ids = [row.id for row in server.lab.rows("Pixels") if row.group and row.group.id == 4]
    assert len(store.getThumbnailByLongestSideSet(rint(48), ids, ALL)) == len(ids) > 40


def test_image_ids_are_no_pixels_ids(server: OmeroServer, store: Any) -> None:
    image = server.lab.find("Image", name="pcnt_01.dv").id
    assert store.getThumbnailByLongestSideSet(rint(96), [image], ALL) == {}


def test_a_single_preview_enlarges_small_images(server: OmeroServer, store: Any) -> None:
    assert store.setPixelsId(with_settings(server, "orphan image 2"), ALL)
    assert picture(store.getThumbnailByLongestSideDirect(rint(640), ALL)).size == (640, 480)
    assert picture(store.getThumbnailDirect(rint(50), rint(20), ALL)).size == (50, 20)
    assert picture(store.getThumbnailForSectionByLongestSideDirect(0, 0, rint(32), ALL)).size == (32, 24)
    with pytest.raises(omero.ApiUsageException, match="no plane"):
        store.getThumbnailForSectionDirect(9, 0, rint(32), rint(32), ALL)


def test_the_store_is_stateful(server: OmeroServer, member: Any, store: Any) -> None:
    with pytest.raises(omero.ApiUsageException, match="setPixelsId"):
        store.getThumbnailByLongestSideDirect(rint(96), ALL)
    other = member.c.sf.createThumbnailStore()
    store.setPixelsId(pixels(server.lab, "pcnt_01.dv"), ALL)
    with pytest.raises(omero.ApiUsageException, match="setPixelsId"):
        other.getThumbnailByLongestSideDirect(rint(96), ALL)
    other.close()
    with pytest.raises(Ice.ObjectNotExistException):
        other.isInProgress()


@pytest.mark.parametrize("size", [0, -5])
def test_a_size_of_nothing_is_refused(server: OmeroServer, store: Any, size: int) -> None:
    id = pixels(server.lab, "pcnt_01.dv")
    with pytest.raises(omero.ApiUsageException, match=f"{size} px"):
        store.getThumbnailByLongestSideSet(rint(size), [id], ALL)
    with pytest.raises(omero.ApiUsageException, match="empty"):
        store.getThumbnailByLongestSideSet(rint(96), [], ALL)


def test_pixels_that_are_not_there_or_not_visible_are_refused(server: OmeroServer, store: Any) -> None:
    hidden = pixels(server.lab, f"CANARY-private-image of {COLLEAGUE}")
    for id in (999_999, hidden):
        with pytest.raises(omero.ValidationException, match=str(id)):
            store.setPixelsId(id, ALL)
        assert store.getThumbnailByLongestSideSet(rint(96), [id], ALL) == {}


def test_bytes_of_the_lab_are_served_untouched(server: OmeroServer, store: Any) -> None:
    id = pixels(server.lab, "pcnt_01.dv")
    server.lab.pictures[id] = b"\xff\xd8 not really"
    assert store.getThumbnailByLongestSideSet(rint(96), [id], ALL) == {id: b"\xff\xd8 not really"}


def test_faults(server: OmeroServer, store: Any) -> None:
    names = [f"{kind}_0{n}.dv" for kind in ("pcnt", "cdk") for n in range(1, 5)]
    add_rendering_settings(server.lab)
    ids = {fault: pixels(server.lab, name) for fault, name in zip(pictures.FAULTS, names, strict=False)}
    server.lab.thumbnail_faults.update({id: fault for fault, id in ids.items()})
    found = store.getThumbnailByLongestSideSet(rint(96), list(ids.values()), ALL)
    assert ids[pictures.MISSING] not in found
    assert found[ids[pictures.EMPTY]] == b""
    assert found[ids[pictures.CLOCK]] == pictures.clock()
    assert found[ids[pictures.HTML]].startswith(b"<!DOCTYPE html>")
    assert picture(found[ids[pictures.NOT_JPEG]]).format == "PNG"
    with pytest.raises(OSError, match="truncated"):
        picture(found[ids[pictures.TRUNCATED]])
    with pytest.raises(UnidentifiedImageError):
        picture(found[ids[pictures.HTML]])
    with pytest.raises(Image.DecompressionBombError):
        picture(found[ids[pictures.BOMB]])
    store.setPixelsId(ids[pictures.MISSING], ALL)
    with pytest.raises(omero.ResourceError):
        store.getThumbnailByLongestSideDirect(rint(96), ALL)


def test_a_fault_can_pass(server: OmeroServer, store: Any) -> None:
    id = pixels(server.lab, "pcnt_01.dv")
    server.lab.thumbnail_faults[id] = (pictures.CLOCK, 2)
    served = [store.getThumbnailByLongestSideSet(rint(96), [id], ALL)[id] for _ in range(3)]
    assert [data == pictures.clock() for data in served] == [True, True, False]


def test_the_clock_says_that_it_is_in_progress(server: OmeroServer, store: Any) -> None:
    id = with_settings(server, "pcnt_01.dv")
    server.lab.thumbnail_faults[id] = pictures.CLOCK
    store.setPixelsId(id, ALL)
    store.getThumbnailByLongestSideDirect(rint(96), ALL)
    assert store.isInProgress(ALL)


def test_calls_that_are_not_direct_leave_a_trace(server: OmeroServer, member: Any, store: Any) -> None:
    id = pixels(server.lab, "bo_01.dv")  # a colleague's image
    assert store.setPixelsId(id, ALL) is False
    assert ask(member, TRACE, id=id) == []
    store.getThumbnailByLongestSideSet(rint(96), [id], ALL)
    store.getThumbnailByLongestSideSet(rint(96), [id], ALL)
    assert server.traces == [("RenderingDef", id, MEMBER), ("Thumbnail", id, MEMBER)]
    assert ask(member, TRACE, id=id) == [(MEMBER, 96, 72)]
    assert store.setPixelsId(id, ALL) is True
    store.getThumbnailByLongestSide(rint(48), ALL)
    assert sorted(ask(member, TRACE, id=id)) == [(MEMBER, 48, 36), (MEMBER, 96, 72)]
    assert store.thumbnailExists(rint(96), rint(72), ALL)


def test_direct_calls_leave_none(server: OmeroServer, store: Any) -> None:
    id = with_settings(server, "bo_01.dv")
    before = {kind: len(server.lab.rows(kind)) for kind in ("Thumbnail", "RenderingDef")}
    store.setPixelsId(id, ALL)
    store.getThumbnailByLongestSideDirect(rint(96), ALL)
    store.getThumbnailDirect(rint(96), rint(96), ALL)
    assert server.traces == []
    assert before == {kind: len(server.lab.rows(kind)) for kind in before}


def test_direct_calls_draw_with_settings_that_there_are_and_make_none(
    server: OmeroServer, store: Any
) -> None:
    """Whoever made them, if they are chosen; by themselves, those of the account or of the owner."""
    id = pixels(server.lab, "bo_01.dv")
    row = server.lab.get("Pixels", id)
    assert row and row.group
    assert store.setPixelsId(id, ALL) is False
    with pytest.raises(omero.ValidationException, match="No rendering settings"):
        store.getThumbnailByLongestSideDirect(rint(96), ALL)
    with server.lab.acting(server.lab.find("Experimenter", omeName=ROOT), row.group):
        settings = server.lab.add("RenderingDef", pixels=row, version=0, defaultZ=0, defaultT=0)
    assert store.setPixelsId(id, ALL) is False
    store.setRenderingDefId(settings.id, ALL)
    assert picture(store.getThumbnailByLongestSideDirect(rint(96), ALL)).size == (96, 72)
    with pytest.raises(omero.ValidationException):
        store.setRenderingDefId(999_999, ALL)
    with server.lab.acting(row.owner, row.group):
        server.lab.add("RenderingDef", pixels=row, version=0, defaultZ=0, defaultT=0)
    assert store.setPixelsId(id, ALL) is True
    assert server.traces == []


def test_traces_of_very_many_pictures() -> None:
    """Where the indexes are rebuilt for each, this takes minutes."""
    with OmeroServer(big_lab(6_000, datasets=2, pairs=0)) as server, connected(server, MEMBER) as member:
        mine = member.c.sf.createThumbnailStore()
        ids = sorted(row.id for row in server.lab.rows("Pixels"))
        for start in range(0, len(ids), 500):
            assert len(mine.getThumbnailByLongestSideSet(rint(8), ids[start : start + 500], ALL)) == 500
        mine.close()
        assert len(server.traces) == 12_000


def test_calls_are_counted(server: OmeroServer, store: Any) -> None:
    server.reset_calls()
    store.getThumbnailByLongestSideSet(rint(96), [pixels(server.lab, "pcnt_01.dv")], ALL)
    assert server.calls["ThumbnailStore.getThumbnailByLongestSideSet"] == 1


def test_several_connections_at_once(server: OmeroServer) -> None:
    """An exporter may fetch thumbnails beside its queries, with a store for each thread."""
    ids = [
        row.id
        for row in server.lab.rows("Pixels")
        if row.group and row.group.values["name"] == "read-only-lab"
    ]

    def work(login: str) -> int:
        with connected(server, login) as connection:
            store = connection.c.sf.createThumbnailStore()
            pictures = store.getThumbnailByLongestSideSet(rint(48), ids, {"omero.group": "-1"})
            store.close()
            return len(pictures) + len(
                ask(connection, "select p.id from Pixels p where p.id in (:ids)", ids=ids)
            )

    with ThreadPoolExecutor(max_workers=4) as threads:
        assert list(threads.map(work, [MEMBER, COLLEAGUE, ROOT, MEMBER])) == [2 * len(ids)] * 4
