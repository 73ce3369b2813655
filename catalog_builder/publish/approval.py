"""An approved plan holds an export to it: what goes beyond stops the export before anything of it is in place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec

from catalog_builder.errors import ExportError
from catalog_builder.model.catalogue import PublishedCatalogue
from catalog_builder.model.records import Image
from catalog_builder.publish.leaks import Leaks
from catalog_builder.publish.plan import VERSION, Plan, beyond, public_names
from catalog_builder.publish.suspicions import Suspicions
from catalog_builder.publish.tally import Tally


def read_plan(path: Path) -> Plan:
    """An approved plan. Raises ExportError where it cannot be read, or is of another version."""
    again = "make one with `catalog-builder plan --json FILE`."
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ExportError(f"{path}: the approved plan cannot be read ({error.strerror}); {again}") from None
    try:
        plan = msgspec.json.decode(content, type=Plan)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ExportError(f"{path}: is no plan, or was changed; {again}") from None
    if plan.version != VERSION:
        raise ExportError(f"{path}: is a plan of version {plan.version}, and this is for {VERSION}; {again}")
    return plan


def held_to(approved: Plan, published: PublishedCatalogue, logins: frozenset[str]) -> PublishedCatalogue:
    """The same catalogue; when its images have passed and it has gone beyond the plan, that raises ExportError."""
    tally, suspicions = Tally(published), Suspicions(Leaks(logins))

    def images() -> Iterator[list[Image]]:
        yield from suspicions.passing(tally.passing(published.images()))
        names = public_names(tally, published)
        found = list(beyond(approved, names, tally.counts(), suspicions.of(published, tally)))
        if found:
            raise ExportError(
                "The export goes beyond the approved plan and was not made; run `catalog-builder plan` to see it, and "
                "approve the new one or change the rules. Beyond it: " + "; ".join(found) + "."
            )

    return replace(published, images=images)
