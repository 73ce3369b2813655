"""An export as a source: what is made of it can only be less than it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from catalog_builder.errors import ExportError
from catalog_builder.exchange.before import Before
from catalog_builder.exchange.read import Export
from catalog_builder.exchange.schema import STREAMS
from catalog_builder.model.catalogue import Catalogue, Thumbnail
from catalog_builder.model.records import Image, Picture
from catalog_builder.sources.base import Scope

_PAGE = 2_000


class ExportedSource:
    """The export in a folder, whole; a scope has no meaning here. Raises ExportError where it is damaged."""

    def __init__(self, folder: Path) -> None:
        self._export = Export(folder)
        self.exported = self._export.manifest.exported
        self._pictures: dict[tuple[int, str], Picture] = {}

    def __enter__(self) -> ExportedSource:
        return self

    def __exit__(self, *exc: object) -> None:
        self._pictures.clear()

    def read(self, scope: Scope, before: Before | None = None) -> Catalogue:
        """Everything; pictures are read when they are asked for, of images that were just streamed."""
        export = self._export
        held: dict[str, Any] = {
            name: {one.id: one for one in export.stream(name, kind)}  # type: ignore[attr-defined]
            for name, kind in STREAMS.items()
            if name != "images"
        }
        return Catalogue(
            images=self._images,
            thumbnails=self._fetcher("thumbnail"),
            renderings=self._revisions("thumbnail"),
            previews=self._fetcher("preview"),
            preview_renderings=self._revisions("preview"),
            total_images=export.manifest.counts["images"],
            **held,
        )

    def _images(self) -> Iterator[list[Image]]:
        images = self._export.images()
        while page := list(islice(images, _PAGE)):
            self._pictures = {
                (image.id, field): picture for image in page for field, picture in image.pictures.items()
            }
            yield page

    def _revisions(self, field: str) -> Callable[[int], str]:
        def revision(image: int) -> str:
            picture = self._pictures.get((image, field))
            return picture.revision if picture else ""

        return revision

    def _fetcher(self, field: str) -> Callable[[Sequence[int]], Iterable[Any]]:
        def fetch(images: Sequence[int]) -> Iterator[Thumbnail]:
            for image in images:
                if picture := self._pictures.get((image, field)):
                    with suppress(
                        ExportError
                    ):  # a picture that is gone or damaged: the site draws its placeholder
                        jpeg = self._export.picture(picture)
                        yield Thumbnail(image, jpeg, picture.width, picture.height)

        return fetch
