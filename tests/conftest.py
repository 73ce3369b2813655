"""What many tests share: the demo, a browser, a site over http, the small lab, the real input.

`CATALOG_REQUIRE` names what must be there, of `browser` and `omero`: without it the run fails instead of skipping.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from scripts import install_chromium, install_ice

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.omero_server import OmeroServer

# Machines are shared and noisy: a slow example is no failure.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

# A shell has a job in the background ignore Ctrl-C, and every child with it; tests send Ctrl-C to theirs.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"


@cache
def chromium_missing() -> str:
    """Why the browser tests cannot run; empty where they can."""
    if importlib.util.find_spec("playwright") is None:
        return 'playwright is not installed; type: pip install -e ".[test]"'
    return "" if install_chromium.find_chromium() else f"no Chromium; type: {install_chromium.REMEDY}"


@cache
def ice_missing() -> str:
    """Why the tests over Ice cannot run; empty where they can."""
    if importlib.util.find_spec("Ice") is None:
        return install_ice.impossible() or "Ice is not installed; type: python scripts/install_ice.py"
    package = importlib.util.find_spec("omero")
    # Our own plugin lies in a folder `omero`, which alone would be a package without a file.
    if package is None or package.origin is None:
        return 'omero-py is not installed; type: pip install -e ".[omero,test]"'
    return ""


def pytest_configure(config: pytest.Config) -> None:
    """Fail before the first test where something that was required is missing."""
    required = os.environ.get("CATALOG_REQUIRE", "").split()
    missing = chromium_missing() if "browser" in required else ""
    if "omero" in required and not install_ice.impossible():
        missing = missing or ice_missing()
    if missing:
        raise pytest.UsageError(f"CATALOG_REQUIRE={' '.join(required)}: {missing}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once why what was skipped was skipped, and what to type."""
    if ice_missing():
        terminalreporter.write_line(f"Tests over Ice were skipped: {ice_missing()}")


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo as a user gets it, `export` and `site`; built once, also where several workers run. Read only."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "site" / "index.html").is_file():
            command = [sys.executable, "-m", "catalog_builder", "demo", "--to", str(folder)]
            built = subprocess.run(command, capture_output=True, text=True, cwd=base)
            assert built.returncode == 0, built.stderr
    return folder


@pytest.fixture(scope="session")
def demo_export(demo_folder: Path) -> Path:
    return demo_folder / "export"


@pytest.fixture(scope="session")
def demo_site(demo_folder: Path) -> Path:
    return demo_folder / "site"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, the system's or Playwright's."""
    if chromium_missing():
        pytest.skip(chromium_missing())
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=install_chromium.find_chromium(), args=["--no-sandbox"]
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """Gives the address of a site's folder over http, served by the command until the tests end."""
    servers: dict[Path, tuple[subprocess.Popen[str], str]] = {}

    def address(site: Path) -> str:
        if site not in servers:
            command = [sys.executable, "-m", "catalog_builder", "serve", str(site)]
            server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            assert server.stdout is not None
            servers[site] = server, server.stdout.readline().split()[0]
        return servers[site][1]

    yield address
    for server, _ in servers.values():
        server.terminate()
        server.communicate()


@pytest.fixture(scope="module")
def omero_server() -> Iterator[OmeroServer]:
    """The stand-in OMERO server with its small lab."""
    if ice_missing():
        pytest.skip(ice_missing())
    from tests.omero_server import OmeroServer
    from tests.omero_server.lab import small_lab

    with OmeroServer(small_lab()) as server:
        yield server


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real input that is no part of the project: study tables and the like, read in place."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the real input is not there: {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture(scope="session")
def node() -> str:
    """Node 18 or later, for the tests of the scripts."""
    found = shutil.which("node")
    if not found:
        pytest.skip("node is not installed; type: apt-get install nodejs")
    version = subprocess.run([found, "--version"], capture_output=True, text=True).stdout.strip()
    if int(version.removeprefix("v").partition(".")[0] or 0) < 18:
        pytest.skip(f"the tests of the scripts need node 18 or later, and this is {version}")
    return found
