"""`catalog-builder export` as a user types it, over real Ice: what it tells, when it fails, what it fetches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

pytest.importorskip("omero", reason="omero-py and Ice are not installed")

from catalog_builder.cli import main
from catalog_builder.exchange.read import Export
from tests.catalogues import QUIET
from tests.nightly import Nightly, small_lab_exported
from tests.omero_server.lab import MEMBER, READ_ONLY
from tests.omero_server.labs import things
from tests.test_incremental_export import add_a_tag, import_an_image, rename_an_image, unlink_a_tag_everywhere

pytestmark = pytest.mark.omero


@pytest.fixture
def nightly(tmp_path: Path) -> Iterator[Nightly]:
    with small_lab_exported(tmp_path / "export") as exported:
        yield exported


@pytest.fixture
def configured(nightly: Nightly) -> Path:
    """Settings that read what `nightly` exports, as it does."""
    settings = nightly.folder.with_name("catalog.yml")
    settings.with_name("publish.yml").write_bytes(msgspec.json.encode(QUIET))
    settings.write_text(f"read: {{groups: [{READ_ONLY}]}}\nthumbnails: {{size: 48}}\n")
    return settings


def command(nightly: Nightly, configured: Path, *options: str) -> Result:
    """`catalog-builder export`, as a user types it."""
    server = nightly.server
    server.reset_calls()
    login = {
        "OMERO_HOST": server.host,
        "OMERO_PORT": str(server.port),
        "OMERO_USER": MEMBER,
        "OMERO_PASSWORD": server.password(MEMBER),
    }
    arguments = ["export", "--config", str(configured), "--to", str(nightly.folder), *options]
    result = CliRunner().invoke(main, arguments, env=login)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_the_command_tells_what_changed(nightly: Nightly, configured: Path) -> None:
    told = "Since the last export: "
    assert f"{told}nothing changed.\n" in command(nightly, configured).output
    add_a_tag(nightly.lab)
    rename_an_image(nightly.lab)
    unlink_a_tag_everywhere(nightly.lab)
    output = command(nightly, configured).output
    assert f"{told}tags: 1 added, 1 removed; images: 6 changed.\n" in output
    assert f"{nightly.folder}: 3 people, 1 group," in output and "44 images, 44 thumbnails\n" in output
    assert not nightly.server.drawn


def test_the_command_starts_afresh_when_told(nightly: Nightly, configured: Path) -> None:
    result = command(nightly, configured, "--full")
    assert result.exit_code == 0 and "Since the last export: nothing changed." in result.output
    assert len(nightly.server.drawn) == 44


def test_strict_fails_with_gaps_and_the_export_is_there_all_the_same(
    nightly: Nightly, configured: Path
) -> None:
    assert command(nightly, configured, "--strict").exit_code == 0
    missing = import_an_image(nightly.lab)[0]
    nightly.lab.thumbnail_faults[things.pixels_of(nightly.lab, missing).id] = "empty"
    for _ in range(2):  # a gap is one as long as it is there
        strict = command(nightly, configured, "--strict")
        assert strict.exit_code == 1 and "without a usable picture in OMERO: 1;" in strict.output
        assert "Error: The export has gaps" in strict.output
        assert missing.id in {one.id for one in Export(nightly.folder).images()}
    lenient = command(nightly, configured)
    assert lenient.exit_code == 0 and "without a usable picture" in lenient.output
    nightly.lab.thumbnail_faults.clear()
    assert command(nightly, configured, "--strict").exit_code == 0
