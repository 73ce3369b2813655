"""The package as a user gets it: built, installed in an environment of its own, run outside the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from catalog_builder import __version__
from tests.conftest import ice_missing

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.slow


def run(*command: str | Path | int, cwd: Path, **more: str) -> str:
    """Run outside the checkout, with no path into it; returns what was printed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | more
    answer = subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd=cwd, env=environment)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel, and the source package it was built from."""
    to = tmp_path_factory.mktemp("packages")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", to, ROOT, cwd=to)
    return next(to.glob("*.whl")), next(to.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def installed(packages: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of a fresh environment that holds the wheel and what the wheel asks for."""
    environment = tmp_path_factory.mktemp("installed") / "venv"
    run(sys.executable, "-m", "venv", environment, cwd=environment.parent)
    binaries = environment / ("Scripts" if os.name == "nt" else "bin")
    run(binaries / "python", "-m", "pip", "install", "--quiet", packages[0], cwd=environment)
    return binaries


@pytest.fixture(scope="module")
def installed_beside_omero(packages: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with omero-py, where pip finds a wheel of Ice; to build one takes ten minutes."""
    if ice_missing():
        pytest.skip(ice_missing())
    environment = tmp_path_factory.mktemp("beside_omero") / "venv"
    run(sys.executable, "-m", "venv", environment, cwd=environment.parent)
    python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--only-binary", "zeroc-ice"]
    if subprocess.run([*install, "zeroc-ice<3.7"], capture_output=True).returncode:
        pytest.skip("pip finds no wheel of zeroc-ice; name the folder of one in PIP_FIND_LINKS")
    run(*install, f"{packages[0]}[omero]", cwd=environment)
    return python


def test_wheel_holds_the_program_and_what_it_ships(packages: tuple[Path, Path]) -> None:
    wheel, _ = packages
    names = zipfile.ZipFile(wheel).namelist()
    assert wheel.name.startswith(f"catalog_builder-{__version__}-py3-none-any")
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"catalog_builder", "omero", f"catalog_builder-{__version__}.dist-info"}
    # An omero/__init__.py would hide omero-py itself.
    assert [name for name in names if name.startswith("omero/")] == ["omero/plugins/catalog.py"]
    assert "catalog_builder/omero_plugin.py" not in names
    shipped = {name.removeprefix("catalog_builder/_shipped/") for name in names if "/_shipped/" in name}
    for folder in ("templates", "site_config"):
        beside = {
            path.relative_to(ROOT).as_posix()
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert beside and beside == {name for name in shipped if name.startswith(f"{folder}/")}


def test_source_package_can_be_tested(packages: tuple[Path, Path]) -> None:
    with tarfile.open(packages[1]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"Makefile", "LICENSE", "README.md", "scripts/install_ice.py", "tests/conftest.py"} <= names


def test_demo_from_the_wheel_alone(installed: Path, tmp_path: Path) -> None:
    where = run(
        installed / "python", "-c", "import catalog_builder; print(catalog_builder.__file__)", cwd=tmp_path
    )
    assert Path(where.strip()).is_relative_to(installed.parent)
    command = installed / "catalog-builder"
    assert __version__ in run(command, "--version", cwd=tmp_path)
    said = run(command, "demo", cwd=tmp_path)
    index = tmp_path / "demo" / "site" / "index.html"
    assert index.as_uri() in said and index.is_file()
    for folder in ("export", "site"):
        run(command, "check", tmp_path / "demo" / folder, cwd=tmp_path)


def test_omero_finds_its_plugin_in_the_wheel(installed_beside_omero: Path, tmp_path: Path) -> None:
    from tests.omero_server import OmeroServer
    from tests.omero_server.lab import STRANGER, small_lab

    # The script `omero` does the same, but refuses to run as root.
    start = "import sys, omero.cli; sys.argv[0] = 'omero'; sys.exit(omero.cli.argv(sys.argv))"
    omero = (installed_beside_omero, "-c", start)
    with OmeroServer(small_lab()) as server:
        login = ("-s", server.host, "-p", server.port, "-u", STRANGER, "-w", server.password(STRANGER))
        said = run(*omero, *login, "catalog", "export", cwd=tmp_path, OMERO_USERDIR=str(tmp_path / "omero"))
    assert said.startswith("export: ") and (tmp_path / "export" / "manifest.json").is_file()
    run(*omero, "catalog", "build", cwd=tmp_path)
    assert (tmp_path / "site" / "index.html").is_file()


def test_starter_settings_from_the_wheel_alone(installed: Path, tmp_path: Path) -> None:
    run(installed / "catalog-builder", "init", cwd=tmp_path)
    for name in ("catalog.yml", "mkdocs.yml"):
        assert (tmp_path / "site_config" / name).read_bytes() == (ROOT / "site_config" / name).read_bytes()
