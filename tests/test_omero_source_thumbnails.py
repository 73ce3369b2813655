"""Pictures over real Ice: every way in which OMERO sends none, and what is left behind on the server."""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest

pytest.importorskip("omero.gateway", reason="omero-py and Ice are not installed")

import omero
from PIL import Image as Pillow

from catalog_builder.errors import SourceError
from catalog_builder.model.catalogue import Thumbnail
from catalog_builder.model.records import Image
from catalog_builder.progress import Silent
from catalog_builder.sources.base import Scope
from catalog_builder.sources.omero.images import Plane, Planes
from catalog_builder.sources.omero.login import Login
from catalog_builder.sources.omero.source import OmeroSource
from catalog_builder.sources.omero.thumbnails import check
from tests.omero_server import OmeroServer, pictures
from tests.omero_server.lab import COLLEAGUE, MEMBER, READ_ONLY, big_lab, small_lab
from tests.omero_server.labs.things import add_rendering_settings
from tests.omero_server.services.thumbnails import _Thumbnails
from tests.omero_server.store import Lab, Row

pytestmark = pytest.mark.omero


class Fetched(NamedTuple):
    images: list[Image]
    pictures: dict[int, Thumbnail]
    notes: list[str]
    calls: Counter[str]
    traces: list[Any]


@contextmanager
def opened(server: OmeroServer, **options: Any) -> Iterator[tuple[OmeroSource, Silent]]:
    progress = Silent()
    login = Login(host=server.host, port=server.port, user=MEMBER, password=server.password(MEMBER))
    with OmeroSource(login, progress=progress, **options) as source:
        yield source, progress


def fetch(lab: Lab, **options: Any) -> Fetched:
    """All pictures of the read-only group of a lab, page by page as an export asks for them."""
    with OmeroServer(lab) as server:
        found: dict[int, Thumbnail] = {}
        images: list[Image] = []
        with opened(server, **options) as (source, progress):
            catalogue = source.read(Scope(groups=(READ_ONLY,)))
            for page in catalogue.images():
                images += page
                for picture in catalogue.thumbnails([image.id for image in page]):
                    assert picture.image not in found
                    found[picture.image] = picture
        calls = Counter({name: n for name, n in server.calls.items() if "humbnail" in name})
        return Fetched(images, found, progress.notes, calls, server.traces)


def pixels_of(lab: Lab, name: str) -> Row:
    return lab.pointing("Pixels", "image", lab.find("Image", name=name).id)[0]


# -- batches -------------------------------------------------------------------------------------------------


def test_every_image_with_pixels_has_its_picture_untouched() -> None:
    lab = small_lab()
    found = fetch(lab)
    assert {image.id for image in found.images if image.dimensions} == set(found.pictures)
    for image in found.images:
        if image.dimensions is None:
            continue
        picture = found.pictures[image.id]
        side = min(256, max(image.dimensions.x, image.dimensions.y))
        pixels = lab.pointing("Pixels", "image", image.id)[0]
        width, height = pictures.fitted(image.dimensions.x, image.dimensions.y, side)
        assert picture.jpeg == pictures.draw(pixels.id, width, height), "the server's own bytes"
        assert (picture.width, picture.height) == (width, height)


def test_small_images_are_not_blown_up() -> None:
    lab = small_lab()
    small = lab.find("Image", name="orphan image 2").id
    picture = fetch(lab).pictures[small]
    assert (picture.width, picture.height) == (40, 30)


def test_fifty_pictures_are_one_call() -> None:
    found = fetch(big_lab(120))
    assert len(found.pictures) == 120
    assert found.calls["ThumbnailStore.getThumbnailByLongestSideSet"] == 3
    assert 1 <= found.calls["ServiceFactory.createThumbnailStore"] == found.calls["ThumbnailStore.close"] <= 3
    assert found.notes == []


def test_nothing_is_asked_without_thumbnails() -> None:
    found = fetch(small_lab(), thumbnails="none")
    assert not found.pictures and not found.calls and not found.notes


@pytest.mark.parametrize("fault", pictures.FAULTS)
@pytest.mark.parametrize("mode", ["batch", "direct"])
def test_a_bad_picture_is_left_out_and_counted(fault: str, mode: str) -> None:
    lab = add_rendering_settings(big_lab(8, datasets=2))
    bad = [image for image in lab.rows("Image") if image["name"] in ("image 000002", "image 000005")]
    for image in bad:
        lab.thumbnail_faults[lab.pointing("Pixels", "image", image.id)[0].id] = fault
    found = fetch(lab, thumbnails=mode)
    expected = {image.id for image in found.images} - {image.id for image in bad}
    assert len(expected) == 6 and set(found.pictures) == expected
    assert len(found.notes) == 1 and found.notes[0].startswith("Images without a usable picture in OMERO: 2;")
    for picture in found.pictures.values():
        Pillow.open(io.BytesIO(picture.jpeg)).load()


def test_a_store_that_never_answers_ends_the_export_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five minutes a call, thousands of calls: without an end an export would hang for days."""
    asked = []

    def silent(self: Any, call: Any, size: Any, ids: list[int]) -> dict[int, bytes]:
        asked.append(len(ids))
        time.sleep(1.5)
        return {}

    monkeypatch.setattr(_Thumbnails, "getThumbnailByLongestSideSet", silent)
    with OmeroServer(big_lab(images=400, datasets=2, pairs=0)) as server:
        login = Login(
            host=server.host, port=server.port, user=MEMBER, password=server.password(MEMBER), timeout=1
        )
        with OmeroSource(login, progress=Silent(), backoff=(0, 0)) as source:
            catalogue = source.read(Scope())
            images = [image.id for page in catalogue.images() for image in page]
            with pytest.raises(SourceError, match=r"(did not answer|was lost) while fetching pictures"):
                list(catalogue.thumbnails(images))
    assert 3 <= len(asked) <= 12, "three times by each of four calls at once"


@pytest.mark.parametrize("fault", pictures.FAULTS)
def test_a_picture_that_is_bad_once_is_asked_for_again(fault: str) -> None:
    lab = big_lab(5, datasets=1)
    lab.thumbnail_faults[pixels_of(lab, "image 000003").id] = (fault, 1)  # type: ignore[assignment]
    found = fetch(lab)
    assert len(found.pictures) == 5 and found.notes == []
    assert found.calls["ThumbnailStore.getThumbnailByLongestSideSet"] == 2


def test_images_without_pixels_are_counted_as_missing() -> None:
    lab = small_lab()
    bare = lab.find("Image", name="bare image")
    found = fetch(lab)
    assert found.notes == [
        f"Images without a usable picture in OMERO: 1; the site draws a placeholder for each (image:{bare.id})."
    ]


def test_a_hopeless_server_is_not_asked_for_every_image_again() -> None:
    lab = big_lab(400, datasets=2)
    lab.thumbnail_faults.update((row.id, pictures.MISSING) for row in lab.rows("Pixels"))
    found = fetch(lab)
    assert not found.pictures and found.notes[0].startswith("Images without a usable picture in OMERO: 400;")
    assert found.calls["ThumbnailStore.getThumbnailByLongestSideSet"] in range(116, 121)


def test_a_batch_that_is_refused_is_asked_for_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    poison: set[int] = set()
    answer: Callable[..., dict[int, bytes]] = _Thumbnails.getThumbnailByLongestSideSet

    def refusing(self: Any, call: Any, size: Any, ids: list[int]) -> dict[int, bytes]:
        if poison & set(ids):
            raise omero.ResourceError(None, None, "no such file: /home/ada/secret")
        return answer(self, call, size, ids)

    lab = big_lab(6, datasets=1)
    poison.add(pixels_of(lab, "image 000001").id)
    monkeypatch.setattr(_Thumbnails, "getThumbnailByLongestSideSet", refusing)
    found = fetch(lab)
    assert len(found.pictures) == 5 and found.notes[0].startswith(
        "Images without a usable picture in OMERO: 1;"
    )
    created = found.calls["ServiceFactory.createThumbnailStore"]
    assert created == 4 == found.calls["ThumbnailStore.close"], "a store that failed is given up"


def test_a_lost_connection_is_no_missing_picture() -> None:
    server = OmeroServer(big_lab(4, datasets=1))
    with opened(server) as (source, progress):
        catalogue = source.read(Scope(groups=(READ_ONLY,)))
        ids = [image.id for page in catalogue.images() for image in page]
        server.close()
        with pytest.raises(SourceError, match="was lost while fetching pictures"):
            list(catalogue.thumbnails(ids))
    assert progress.notes == []


def test_the_stores_are_closed_when_the_reader_stops_early() -> None:
    with OmeroServer(big_lab(400)) as server:
        with opened(server, calls=2) as (source, _):
            catalogue = source.read(Scope(groups=(READ_ONLY,)))
            ids = [image.id for page in catalogue.images() for image in page]
            some = iter(catalogue.thumbnails(ids))
            next(some)
            some.close()  # type: ignore[attr-defined]
        assert (
            1
            <= server.calls["ServiceFactory.createThumbnailStore"]
            == server.calls["ThumbnailStore.close"]
            <= 2
        )
        assert server.calls["ThumbnailStore.getThumbnailByLongestSideSet"] <= 3


def test_several_calls_are_under_way_at_once_and_no_more() -> None:
    with OmeroServer(big_lab(400, datasets=2, pairs=0)) as server:
        server.faults.picture_seconds = 0.001
        with opened(server, calls=3) as (source, _):
            catalogue = source.read(Scope(groups=(READ_ONLY,)))
            ids = [image.id for page in catalogue.images() for image in page]
            assert {picture.image for picture in catalogue.thumbnails(ids)} == set(ids)
        assert server.most_at_once == 3
        assert (
            server.calls["ServiceFactory.createThumbnailStore"] == server.calls["ThumbnailStore.close"] == 3
        )


# -- direct --------------------------------------------------------------------------------------------------


def test_direct_leaves_no_trace_and_batch_does() -> None:
    direct = fetch(add_rendering_settings(small_lab()), thumbnails="direct")
    assert direct.pictures and direct.traces == []
    batch = fetch(add_rendering_settings(small_lab()), thumbnails="batch")
    assert batch.traces, "otherwise the line above proves nothing"
    assert {i: p.jpeg for i, p in direct.pictures.items()} == {i: p.jpeg for i, p in batch.pictures.items()}
    assert set(direct.calls) == {
        "ServiceFactory.createThumbnailStore",
        "ThumbnailStore.setPixelsId",
        "ThumbnailStore.getThumbnailByLongestSideDirect",
        "ThumbnailStore.close",
    }


def test_direct_has_no_rendering_settings_made() -> None:
    found = fetch(big_lab(5, datasets=1), thumbnails="direct")
    assert not found.pictures and found.traces == []
    assert found.notes[0].startswith("Images without a usable picture in OMERO: 5;")


def test_direct_draws_with_settings_that_somebody_else_made() -> None:
    """OMERO's setPixelsId says no where neither the account nor the owner has settings; others' draw as well."""
    lab = big_lab(5, datasets=1)
    colleague = lab.find("Experimenter", omeName=COLLEAGUE)
    for pixels in list(lab.rows("Pixels")):
        assert pixels.group
        with lab.acting(colleague, pixels.group):
            lab.add("RenderingDef", pixels=pixels, version=0, defaultZ=0, defaultT=0)
    found = fetch(lab, thumbnails="direct")
    assert len(found.pictures) == 5 and found.traces == []
    assert found.calls["ThumbnailStore.setRenderingDefId"] == 5


# -- checking ------------------------------------------------------------------------------------------------

PLANE = Plane(pixels=1, group=1, x=400, y=200)


def jpeg(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Pillow.new("RGB", (width, height), "navy").save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.mark.parametrize("size", [(100, 50), (100, 49), (99, 50), (100, 52)])
def test_rounding_is_forgiven(size: tuple[int, int]) -> None:
    assert check(7, jpeg(*size), PLANE, 100) == Thumbnail(7, jpeg(*size), *size)


@pytest.mark.parametrize("size", [(100, 100), (50, 100), (64, 64), (200, 100), (100, 60), (5000, 2500)])
def test_a_picture_of_other_proportions_is_none(size: tuple[int, int]) -> None:
    assert check(7, jpeg(*size), PLANE, 100) is None


def test_a_huge_header_is_refused_before_decoding() -> None:
    bomb = bytearray(jpeg(100, 50))
    place = bomb.index(b"\xff\xc0") + 5
    bomb[place : place + 4] = b"\xff\xff\xff\xff"
    assert check(7, bytes(bomb), PLANE, 100) is None


def test_a_jpeg_cut_short_is_none_wherever_it_ends() -> None:
    whole = jpeg(100, 50)
    for length in (0, 1, 2, 20, len(whole) // 2, len(whole) - 40):
        assert check(7, whole[:length], PLANE, 100) is None, length


def test_planes_are_found_by_image() -> None:
    planes = Planes()
    for image in (3, 10, 2**40):
        planes.add(image, Plane(image + 1, 4, 5, 6))
    assert planes.get(10) == Plane(11, 4, 5, 6)
    assert planes.get(2**40) == Plane(2**40 + 1, 4, 5, 6)
    assert planes.get(4) is planes.get(2) is planes.get(2**41) is None
