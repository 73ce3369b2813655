"""Larger pictures over real Ice: asked for as thumbnails are, at a size of their own, and only where they show more."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("omero.gateway", reason="omero-py and Ice are not installed")

import omero
from PIL import Image as Pillow

from catalog_builder.errors import SourceError
from catalog_builder.model.catalogue import Thumbnail
from catalog_builder.model.records import Image
from catalog_builder.sources.base import Scope
from catalog_builder.sources.omero.thumbnails import check
from tests.omero_server import OmeroServer, pictures
from tests.omero_server.lab import READ_ONLY, big_lab, small_lab
from tests.omero_server.labs.things import add_rendering_settings
from tests.omero_server.services.thumbnails import _Thumbnails
from tests.omero_server.store import Lab
from tests.test_omero_source_thumbnails import Fetched, opened, pixels_of

pytestmark = pytest.mark.omero

BATCH, DIRECT = "getThumbnailByLongestSideSet", "getThumbnailByLongestSideDirect"


def large_lab(images: int, **options: Any) -> Lab:
    """A lab of images that are larger than any preview."""
    lab = big_lab(images, **{"datasets": 1, "pairs": 0, **options})
    for pixels in lab.rows("Pixels"):
        pixels.values.update(sizeX=4096, sizeY=3072)
    return lab


def fetch(lab: Lab, size: int = 512, **options: Any) -> Fetched:
    """All previews of the read-only group of a lab; thumbnails are wanted, but not asked for here."""
    with OmeroServer(lab) as server:
        found: dict[int, Thumbnail] = {}
        images: list[Image] = []
        with opened(server, preview_size=size, **options) as (source, progress):
            catalogue = source.read(Scope(groups=(READ_ONLY,)))
            for page in catalogue.images():
                images += page
                for picture in catalogue.previews([image.id for image in page]):
                    assert picture.image not in found
                    found[picture.image] = picture
        calls = Counter({name: n for name, n in server.calls.items() if "humbnail" in name})
        return Fetched(images, found, progress.notes, calls, server.traces)


def asked(calls: Counter[str]) -> dict[str, int]:
    return {
        name: calls[f"ThumbnailStore.{name}"] for name in (BATCH, DIRECT) if calls[f"ThumbnailStore.{name}"]
    }


@pytest.mark.parametrize(("size", "calls"), [(512, 2), (1024, 5), (2048, 20)])
def test_they_come_in_batches_that_are_smaller_as_the_pictures_are_larger(size: int, calls: int) -> None:
    found = fetch(large_lab(60), size)
    assert {image.id for image in found.images} == set(found.pictures) and len(found.pictures) == 60
    assert {(one.width, one.height) for one in found.pictures.values()} == {(size, size * 3 // 4)}
    assert asked(found.calls) == {BATCH: calls} and found.notes == []
    created = found.calls["ServiceFactory.createThumbnailStore"]
    assert 1 <= created == found.calls["ThumbnailStore.close"] <= 4
    assert {trace[0] for trace in found.traces} == {"RenderingDef", "Thumbnail"}, "OMERO keeps what it draws"


def test_the_bytes_are_the_servers_own() -> None:
    lab = large_lab(3)
    for picture in fetch(lab).pictures.values():
        pixels = lab.pointing("Pixels", "image", picture.image)[0]
        assert picture.jpeg == pictures.draw(pixels.id, 512, 384)


@pytest.mark.parametrize("mode", ["direct", "none"])
def test_without_a_trace_where_thumbnails_leave_none(mode: str) -> None:
    found = fetch(add_rendering_settings(large_lab(5)), thumbnails=mode)
    assert len(found.pictures) == 5 and found.traces == []
    assert asked(found.calls) == {DIRECT: 5}


def test_an_image_no_larger_than_its_thumbnail_is_not_asked_for() -> None:
    lab = small_lab()
    small = {row["image"].id for row in lab.rows("Pixels") if max(row["sizeX"], row["sizeY"]) <= 256}
    found = fetch(lab)
    shown = {image.id for image in found.images if image.dimensions}
    assert small & shown and set(found.pictures) == shown - small
    assert found.notes == [], "nor is one without pixels counted twice: it is counted as having no thumbnail"
    alone = fetch(add_rendering_settings(small_lab()), thumbnails="none")
    assert set(alone.pictures) == shown
    for image in alone.images:
        if image.dimensions:
            own = max(image.dimensions.x, image.dimensions.y)
            picture = alone.pictures[image.id]
            assert max(picture.width, picture.height) == min(512, own), "blown up"
    bare = small_lab().find("Image", name="bare image")
    assert alone.notes == [
        f"Images without a usable larger preview in OMERO: 1; the site does without (image:{bare.id})."
    ]


def test_none_are_asked_for_where_none_are_wanted() -> None:
    found = fetch(large_lab(3), size=0)
    assert not found.pictures and not found.calls and not found.notes


@pytest.mark.parametrize("fault", pictures.FAULTS)
@pytest.mark.parametrize("mode", ["batch", "direct"])
def test_a_bad_one_is_left_out_and_counted(fault: str, mode: str) -> None:
    lab = add_rendering_settings(large_lab(8, datasets=2))
    bad = lab.find("Image", name="image 000002")
    lab.thumbnail_faults[pixels_of(lab, "image 000002").id] = fault
    found = fetch(lab, thumbnails=mode)
    assert set(found.pictures) == {image.id for image in found.images} - {bad.id} and len(found.pictures) == 7
    assert found.notes == [
        f"Images without a usable larger preview in OMERO: 1; the site does without (image:{bad.id})."
    ]
    for picture in found.pictures.values():
        Pillow.open(io.BytesIO(picture.jpeg)).load()


def test_one_that_is_bad_once_is_asked_for_again() -> None:
    lab = large_lab(5)
    lab.thumbnail_faults[pixels_of(lab, "image 000003").id] = ("truncated", 1)  # type: ignore[assignment]
    found = fetch(lab)
    assert len(found.pictures) == 5 and found.notes == [] and asked(found.calls) == {BATCH: 2}


def test_a_batch_that_is_refused_is_asked_for_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as one whose planes are gone: that spoils no other."""
    lab = large_lab(6)
    poison = {pixels_of(lab, "image 000001").id}
    answer: Callable[..., dict[int, bytes]] = getattr(_Thumbnails, BATCH)

    def refusing(self: Any, call: Any, size: Any, ids: list[int]) -> dict[int, bytes]:
        if poison & set(ids):
            raise omero.ResourceError(None, None, "no such file: /home/ada/secret")
        return answer(self, call, size, ids)

    monkeypatch.setattr(_Thumbnails, BATCH, refusing)
    found = fetch(lab)
    assert len(found.pictures) == 5 and len(found.notes) == 1 and "secret" not in found.notes[0]


def test_a_server_that_is_lost_is_no_missing_preview() -> None:
    server = OmeroServer(large_lab(4))
    with opened(server, preview_size=512, backoff=(0, 0)) as (source, progress):
        catalogue = source.read(Scope(groups=(READ_ONLY,)))
        ids = [image.id for page in catalogue.images() for image in page]
        server.close()
        with pytest.raises(SourceError, match="was lost while fetching previews"):
            list(catalogue.previews(ids))
    assert progress.notes == []


def test_no_more_calls_are_under_way_than_are_allowed() -> None:
    with OmeroServer(large_lab(60)) as server:
        server.faults.picture_seconds = 0.001
        with opened(server, calls=2, preview_size=2048) as (source, _):
            catalogue = source.read(Scope(groups=(READ_ONLY,)))
            ids = [image.id for page in catalogue.images() for image in page]
            assert {picture.image for picture in catalogue.previews(ids)} == set(ids)
        assert server.most_at_once == 2


def test_thumbnail_and_preview_have_revisions_of_their_own() -> None:
    with OmeroServer(large_lab(2)) as server, opened(server, preview_size=1024) as (source, _):
        catalogue = source.read(Scope(groups=(READ_ONLY,)))
        ids = [image.id for page in catalogue.images() for image in page]
        thumbnails = {catalogue.renderings(id_) for id_ in ids}
        larger = {catalogue.preview_renderings(id_) for id_ in ids}
        assert (
            len(thumbnails) == len(larger) == 2 and not thumbnails & larger and "" not in thumbnails | larger
        )


def test_a_header_that_promises_more_than_a_preview_is_refused_before_decoding() -> None:
    from catalog_builder.sources.omero.images import Plane

    good = pictures.draw(1, 2048, 1536)
    plane = Plane(pixels=1, group=1, x=4096, y=3072)
    assert check(7, good, plane, 2048) == Thumbnail(7, good, 2048, 1536)
    assert check(7, pictures.bomb(good), plane, 2048) is None


@pytest.mark.parametrize("size", [0, -1])
def test_the_stand_in_refuses_sizes_as_omero_does(size: int) -> None:
    """OMERO knows no largest size; it refuses negative ones, and cannot scale to nothing."""
    lab = large_lab(1)
    with OmeroServer(lab) as server, opened(server) as (source, _):
        assert source._remote is not None
        store = source._remote.connection.services.createThumbnailStore()
        side, pixels = omero.rtypes.rint(size), pixels_of(lab, "image 000000").id
        with pytest.raises(omero.ApiUsageException):
            store.getThumbnailByLongestSideSet(side, [pixels])
        store.setPixelsId(pixels)
        with pytest.raises(omero.ApiUsageException):
            store.getThumbnailByLongestSide(side)
        store.close()
