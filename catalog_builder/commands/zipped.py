"""`build --zip`: the site in one file, which opens by double click once it is unpacked."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from catalog_builder.files import unwritable
from catalog_builder.site.memory import MEMORY

#: The earliest day that a zip can hold; every file has it, so that the same site is the same zip.
_DAY = (1980, 1, 1, 0, 0, 0)
#: What is compressed already.
_STORED = (".jpg", ".gz", ".png", ".woff2")


def zip_site(site: Path) -> Path:
    """Write `site`.zip beside the folder, whole or not at all: the same site gives the same bytes."""
    target = site.absolute().with_name(f"{site.absolute().name}.zip")
    aside = target.with_name(f".{target.name}.part")
    try:
        with zipfile.ZipFile(aside, "w") as archive:
            for path in sorted(path for path in site.rglob("*") if path.is_file() and path.name != MEMORY):
                entry = zipfile.ZipInfo(f"{target.stem}/{path.relative_to(site).as_posix()}", _DAY)
                entry.external_attr = 0o644 << 16
                stored = path.suffix in _STORED
                entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
        os.replace(aside, target)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise unwritable(target, error) from error
    return target
