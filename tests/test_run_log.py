"""The log of a run: it says enough to help, and nothing that is secret."""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog_builder import runlog
from catalog_builder.errors import CatalogError
from tests.catalogues import run


@pytest.fixture(autouse=True)
def closed_log() -> Iterator[None]:
    """No log is open after a test."""
    yield
    logger = logging.getLogger("catalog_builder.run")
    for handler in logger.handlers[1:]:
        logger.removeHandler(handler)
        handler.close()
    logger.setLevel(logging.NOTSET)


def test_of_an_error_it_holds_the_kind_and_the_way_and_never_the_text(tmp_path: Path) -> None:
    def deep() -> None:
        try:
            raise ValueError("hunter2 at omero.example.org")
        except ValueError as error:
            raise KeyError("session 0a1b2c3d") from error

    runlog.begin(tmp_path / "run.log")
    with pytest.raises(KeyError) as caught, runlog.timed("reading the images"):
        deep()
    runlog.failed(caught.value)
    text = (tmp_path / "run.log").read_text()
    assert "reading the images: KeyError after" in text
    assert "ended by KeyError at" in text and "test_run_log.py" in text and "deep; from ValueError" in text
    assert "hunter2" not in text and "0a1b" not in text and "example.org" not in text


def test_it_is_readable_by_its_owner_alone_and_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    path.write_text("of yesterday, for all to read")
    runlog.begin(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and "yesterday" not in path.read_text()
    with pytest.raises(CatalogError):
        runlog.begin(tmp_path / "gone" / "run.log")


@pytest.mark.omero
@pytest.mark.parametrize("right", [True, False])
def test_a_run_over_ice_leaves_no_secret_in_it(right: bool, tmp_path: Path) -> None:
    pytest.importorskip("omero", reason="omero-py and Ice are not installed")
    from tests.omero_server import OmeroServer
    from tests.omero_server.lab import MEMBER, small_lab

    with OmeroServer(small_lab()) as server:
        password = server.password(MEMBER) if right else "wrong-hunter2"
        ended = run(
            "--log", "run.log", "export",
            cwd=tmp_path,
            OMERO_HOST=server.host, OMERO_PORT=str(server.port), OMERO_USER=MEMBER, OMERO_PASSWORD=password,
        )  # fmt: skip
        port = str(server.port)
    assert (ended.returncode == 0) is right, ended.stderr
    text = (tmp_path / "run.log").read_text()
    assert "command: export" in text and "stage: Connecting to OMERO" in text
    assert ("reading the images: " in text) is right and ("ended by SourceError" in text) is not right
    for secret in (password, f"{MEMBER}_", server.host, f":{port}", "CANARY", "Centrosomes"):
        assert secret not in text, secret
    assert "Traceback" not in ended.stderr and password not in ended.stderr
