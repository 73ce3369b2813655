"""The options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

#: OMERO's ids are 64-bit integers.
object_id = click.IntRange(0, 2**63 - 1)
folder = click.Path(path_type=Path, file_okay=True)
settings_file = click.option(
    "--config", type=folder, default=None, help="Settings file; site_config/catalog.yml where it exists."
)
rules_file = click.option(
    "--rules",
    type=folder,
    default=None,
    help="Publishing rules; publish.yml beside the settings where it exists.",
)
reuse_login = click.option("--reuse-login", is_flag=True, help="Use the session that `omero login` left.")


def scope_options(command: Any) -> Any:
    """What is read: given the same way wherever something is read."""
    for option, kind, what in (
        ("plate", object_id, "Id of a plate"),
        ("screen", object_id, "Id of a screen"),
        ("dataset", object_id, "Id of a dataset"),
        ("project", object_id, "Id of a project"),
        ("group", str, "Name of a group"),
    ):
        command = click.option(
            f"--{option}", f"{option}s", type=kind, multiple=True, help=f"{what}; may be repeated."
        )(command)
    return command
