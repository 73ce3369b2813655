"""Images, plates and annotations with everything that belongs to them, in one call each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..store import Lab, Row

MAP_NAMESPACE = "openmicroscopy.org/omero/client/mapAnnotation"
TAG_SET_NAMESPACE = "openmicroscopy.org/omero/insight/tagset"
RATING_NAMESPACE = "openmicroscopy.org/omero/insight/rating"
COMPANION_NAMESPACE = "openmicroscopy.org/omero/import/companionFile"

Size = tuple[int, int, int, int, int]  # x, y, z, c, t
DEFAULT_CHANNELS: tuple[tuple[str | None, float | None], ...] = (("DAPI", 461.0), ("GFP", 509.0))


def add_image(
    lab: Lab,
    name: str,
    parents: Iterable[Row] = (),
    *,
    size: Size = (512, 384, 5, 2, 1),
    pixel_size: tuple[float, str] | None = (0.1083, "MICROMETER"),
    z_step: tuple[float, str] | None = (0.3, "MICROMETER"),
    time_step: tuple[float, str] | None = None,
    pixels_type: str = "uint16",
    channels: Sequence[tuple[str | None, float | None] | Row] = DEFAULT_CHANNELS,
    format: str = "DV",
    **fields: Any,
) -> Row:
    """An image with pixels and channels, in its datasets. A channel is (name, wavelength in nm) or a LogicalChannel."""
    image = lab.add("Image", name=name, format=lab.enumeration("Format", format), **{"series": 0, **fields})
    x, y, z, c, t = size
    pixels = lab.add(
        "Pixels",
        image=image,
        sizeX=x,
        sizeY=y,
        sizeZ=z,
        sizeC=c,
        sizeT=t,
        physicalSizeX=pixel_size,
        physicalSizeY=pixel_size,
        physicalSizeZ=z_step,
        timeIncrement=time_step,
        pixelsType=lab.enumeration("PixelsType", pixels_type),
        dimensionOrder=lab.enumeration("DimensionOrder", "XYZCT"),
        sha1="Pending...",
    )
    for number, channel in enumerate(channels):
        logical = channel if isinstance(channel, Row) else _logical_channel(lab, *channel)
        red, green, blue = ((0, 0, 255), (0, 255, 0), (255, 0, 0))[number % 3]
        lab.add("Channel", pixels=pixels, logicalChannel=logical, red=red, green=green, blue=blue, alpha=255)
    for parent in parents:
        lab.add("DatasetImageLink", parent=parent, child=image)
    return image


def _logical_channel(lab: Lab, name: str | None, emission: float | None) -> Row:
    excitation = None if emission is None else (emission - 40, "NANOMETER")
    wave = None if emission is None else (emission, "NANOMETER")
    return lab.add("LogicalChannel", name=name, emissionWave=wave, excitationWave=excitation)


def pixels_of(lab: Lab, image: Row) -> Row:
    return lab.pointing("Pixels", "image", image.id)[0]


def add_tag(
    lab: Lab, text: str, on: Iterable[Row] = (), description: str | None = None, **fields: Any
) -> Row:
    tag = lab.add("TagAnnotation", textValue=text, description=description, **fields)
    for target in on:
        lab.link(target, tag)
    return tag


def add_pairs(
    lab: Lab, pairs: Sequence[tuple[str, str]], on: Iterable[Row], namespace: str = MAP_NAMESPACE
) -> Row:
    annotation = lab.add("MapAnnotation", ns=namespace, mapValue=pairs)
    for target in on:
        lab.link(target, annotation)
    return annotation


def add_annotation(lab: Lab, entity: str, on: Iterable[Row], **fields: Any) -> Row:
    annotation = lab.add(entity, **fields)
    for target in on:
        lab.link(target, annotation)
    return annotation


def add_file(lab: Lab, name: str, path: str, size: int = 1024, mimetype: str = "text/csv") -> Row:
    return lab.add("OriginalFile", name=name, path=path, size=size, mimetype=mimetype, hash="0" * 40)


def add_fileset(lab: Lab, images: Iterable[Row], files: Iterable[tuple[str, str]]) -> Row:
    """Images that come from the same files, given as (client path, server path); the images are its scenes."""
    fileset = lab.add("Fileset", templatePrefix="CANARY-template/")
    for client_path, server_path in files:
        name = server_path.rsplit("/", 1)[-1]
        original = add_file(lab, name, server_path.removesuffix(name), mimetype="application/octet-stream")
        lab.add("FilesetEntry", fileset=fileset, originalFile=original, clientPath=client_path)
    for image in images:
        image.values["fileset"] = fileset
    return fileset


def add_plate(lab: Lab, name: str, rows: int, columns: int, fields: int, screens: Iterable[Row] = ()) -> Row:
    """A plate of one run, with an image in each field of each well."""
    plate = lab.add(
        "Plate",
        name=name,
        rows=rows,
        columns=columns,
        rowNamingConvention="letter",
        columnNamingConvention="number",
    )
    for screen in screens:
        lab.add("ScreenPlateLink", parent=screen, child=plate)
    run = lab.add("PlateAcquisition", plate=plate, name="Run 1", maximumFieldCount=fields)
    for row in range(rows):
        for column in range(columns):
            well = lab.add("Well", plate=plate, row=row, column=column)
            for number in range(fields):
                label = f"{name} [Well {chr(65 + row)}{column + 1}, Field {number + 1}]"
                image = add_image(
                    lab, label, size=(256, 256, 1, 1, 1), channels=[("Cy3", 570.0)], format="Flex"
                )
                lab.add("WellSample", well=well, image=image, plateAcquisition=run)
    return plate


def add_rendering_settings(lab: Lab) -> Lab:
    """What an import leaves behind: the owner's rendering settings for every image."""
    for pixels in list(lab.rows("Pixels")):
        assert pixels.owner and pixels.group
        with lab.acting(pixels.owner, pixels.group):
            lab.add("RenderingDef", pixels=pixels, version=0, defaultZ=0, defaultT=0)
    return lab
