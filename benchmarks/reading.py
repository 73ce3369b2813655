"""What it costs the client to read a group to plain values, three ways, the server in a process of its own."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from benchmarks.exporting import BigServer
from catalog_builder.progress import Silent
from catalog_builder.sources.base import Scope

#: So many images are walked object by object: all would take minutes, and each costs the same.
WALKED = 500


class Reading(NamedTuple):
    """Seconds of the client's processor for 10,000 images.

    `raw`: the rows of all queries that an export sends, from the bytes of the replies, as `export` reads them.
    `usual`: the same queries by `projection(...)`, each value taken out by `.val`. `walked`: BlitzGateway's
    objects, by `listChildren`, `listAnnotations` and `getChannels`, and what an export holds of an image taken
    out. `briefly`: the same, but names and annotations only. `records`: all that `export` does before it
    writes, the rows and the records made of them.
    """

    raw: float
    usual: float
    walked: float
    briefly: float
    records: float


def measure(images: int, datasets: int) -> Reading | None:
    """Reads the big lab each way, one after the other; None without Ice."""
    try:
        import omero.gateway
    except ImportError:
        return None
    from catalog_builder.sources.omero.connect import connect
    from catalog_builder.sources.omero.login import Login
    from catalog_builder.sources.omero.remote import Remote

    with BigServer(images, datasets) as server:
        host, port, user, password = server.address
        login = Login(host=host, port=port, user=user, password=password)
        asked, records = _records(login)
        with connect(login) as connection:
            remote = Remote(connection, images)
            raw = _processor(lambda: [remote.one_page(*given, **values) for *given, values in asked])
            usual = _processor(lambda: _usual(connection, asked))
        gateway = omero.gateway.BlitzGateway(user, password, host=host, port=port, secure=True)
        gateway.connect()
        try:
            walked = _processor(lambda: _walk(gateway, _everything))
            briefly = _processor(lambda: _walk(gateway, lambda image: image.getName()))
        finally:
            gateway.close()
    each = 10_000 / images
    return Reading(
        raw * each, usual * each, walked * 10_000 / WALKED, briefly * 10_000 / WALKED, records * each
    )


def _processor(work: Callable[[], object]) -> float:
    gc.collect()
    started = time.process_time()
    work()
    return time.process_time() - started


def _records(login: Any) -> tuple[list[Any], float]:
    """What an export asks, as arguments of `one_page`, and what it takes to ask it and make records of it."""
    from catalog_builder.sources.omero.remote import Remote
    from catalog_builder.sources.omero.source import OmeroSource

    asked: list[Any] = []

    class Noting(Remote):
        def one_page(self, query: Any, reach: Any, limit: int, **values: Any) -> list[list[Any]]:
            asked.append((query, reach, limit, values))
            return super().one_page(query, reach, limit, **values)

    with OmeroSource(login, thumbnails="none", progress=Silent()) as source:
        assert source._remote is not None
        source._remote = Noting(source._remote.connection, source._remote.page)

        def read() -> int:
            return sum(len(page) for page in source.read(Scope()).images())

        return asked, _processor(read)


def _usual(connection: Any, asked: list[Any]) -> list[list[list[Any]]]:
    """As a script does it: the query service, RTypes, `.val`; the collector as Python has it, on."""
    from catalog_builder.sources.omero.remote import _parameters, _plain

    service = connection.services.getQueryService()
    found = []
    for query, reach, limit, values in asked:
        wanted = query.parameters(reach)
        given = {name: value for name, value in (reach.parameters() | values).items() if name in wanted}
        context = {"omero.group": "-1"}
        answer = service.projection(query.text(reach), _parameters(given, limit), context)
        found.append([[_plain(value) for value in row] for row in answer])
    return found


def _walk(gateway: Any, of_image: Callable[[Any], object]) -> list[tuple[object, list[Any]]]:
    found: list[tuple[object, list[Any]]] = []
    for project in gateway.getObjects("Project"):
        for dataset in project.listChildren():
            for image in dataset.listChildren():
                values = [annotation.getValue() for annotation in image.listAnnotations()]
                found.append((of_image(image), values))
                if len(found) == WALKED:
                    return found
    raise AssertionError(f"the lab has no {WALKED} images")


def _everything(image: Any) -> object:
    channels = [
        (channel.getLabel(), channel.getEmissionWave(), channel.getExcitationWave())
        for channel in image.getChannels(noRE=True)
    ]
    sizes = [getattr(image, f"getSize{axis}")() for axis in "XYZCT"]
    widths = [getattr(image, f"getPixelSize{axis}")() for axis in "XYZ"]
    about = image.getName(), image.getDescription(), image.getAcquisitionDate(), image.getDate()
    return (
        about,
        image.getOwner().getId(),
        image.details.group.id.val,
        sizes,
        widths,
        image.getPixelsType(),
        channels,
    )


if __name__ == "__main__":
    print(measure(10_000, 50))
