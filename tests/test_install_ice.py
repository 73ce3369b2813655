"""scripts/install_ice.py with the real pip, folders of packages made here, and no network."""

from __future__ import annotations

import io
import os
import platform
import socket
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from scripts import install_ice

SCRIPT = Path(install_ice.__file__)

# What stands around the texts to correct in the real source package.
SLICE = "#include <Slice.h>\n#include <compile.h>\n#include <eval.h>\n\nusing namespace std;\n"
UTIL = "string\nIcePy::getFunction()\n{\n    PyFrameObject *f = PyThreadState_GET()->frame;\n}\n"

ICE = """\
import sys, string, imp, os, threading, warnings, datetime

def openModule(curr):
    nmod = imp.new_module(curr)
    return nmod

def stringVersion():
    return "3.6.5"
"""

# Builds a wheel of Ice.py, and refuses what the compiler of Python 3.11 and later refuses. Standard library only.
BACKEND = """
import zipfile
from pathlib import Path

def build_wheel(folder, config_settings=None, metadata_directory=None):
    for name, refused in (("Slice.cpp", "<eval.h>"), ("Util.cpp", "->frame")):
        if refused in Path("src", name).read_text():
            raise SystemExit(f"src/{name}:1: error: {refused}")
    name = "zeroc_ice-3.6.5-py3-none-any.whl"
    with zipfile.ZipFile(Path(folder, name), "w") as wheel:
        wheel.writestr("Ice.py", Path("lib/Ice.py").read_text())
        _describe(lambda name, text: wheel.writestr("zeroc_ice-3.6.5.dist-info/" + name, text))
    return name

def prepare_metadata_for_build_wheel(folder, config_settings=None):
    to = Path(folder, "zeroc_ice-3.6.5.dist-info")
    to.mkdir()
    _describe(lambda name, text: to.joinpath(name).write_text(text))
    return to.name

def _describe(write):
    write("METADATA", "Metadata-Version: 2.1\\nName: zeroc-ice\\nVersion: 3.6.5\\n")
    write("WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    write("RECORD", "")
"""


def ice_module(version: str) -> str:
    return f"def stringVersion():\n    return {version!r}\n"


def make_wheel(folder: Path, version: str = "3.6.5") -> Path:
    """A wheel with nothing in it but the version that Ice gives."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"zeroc_ice-{version}-py3-none-any.whl"
    about = f"zeroc_ice-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("Ice.py", ice_module(version))
        wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: zeroc-ice\nVersion: {version}\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")
    return path


def make_source(folder: Path) -> Path:
    """A source package laid out as the real one, with the texts that newer Pythons refuse."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "zeroc-ice-3.6.5.tar.gz"
    files = {
        "PKG-INFO": "Metadata-Version: 1.1\nName: zeroc-ice\nVersion: 3.6.5\n",
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
        "backend.py": BACKEND,
        "lib/Ice.py": ICE,
        "src/Slice.cpp": SLICE,
        "src/Util.cpp": UTIL,
    }
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"zeroc-ice-3.6.5/{name}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return path


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The Python of a fresh environment with pip."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return str(folder / ("Scripts" if os.name == "nt" else "bin") / "python")


@pytest.fixture
def packages(python: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, the only place where pip looks; Ice is not installed."""
    subprocess.run([python, "-m", "pip", "uninstall", "--quiet", "--yes", "zeroc-ice"], check=True)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "packages"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    return folder


def run(python: str, *arguments: str) -> tuple[int, str]:
    answer = subprocess.run([python, str(SCRIPT), *arguments], capture_output=True, text=True)
    assert answer.stderr == ""
    return answer.returncode, answer.stdout


# -- a wheel through pip's configuration ---------------------------------------------------------------------


def test_wheel_through_find_links_and_once_only(python: str, packages: Path) -> None:
    make_wheel(packages)
    code, said = run(python)
    assert code == 0 and said.endswith("Ice 3.6.5 is installed.\n")
    assert install_ice.installed(python) == "3.6.5"
    assert run(python) == (0, "Ice 3.6.5 is there.\n")


def test_wheel_through_the_configuration_file(
    python: str, packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_wheel(tmp_path / "elsewhere")
    configuration = tmp_path / "pip.conf"
    configuration.write_text(f"[global]\nno-index = true\nfind-links = {tmp_path / 'elsewhere'}\n")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(configuration))
    assert run(python, "--way", "pip")[0] == 0


def test_wrong_version_is_replaced(python: str, packages: Path) -> None:
    install_ice.pip(python, "install", str(make_wheel(packages, "3.7.10")))
    make_wheel(packages)
    code, said = run(python, "--way", "pip")
    assert code == 0 and said.startswith("Ice 3.7.10 is there; omero-py needs 3.6.5.\n")
    assert install_ice.installed(python) == "3.6.5"


def test_source_package_is_no_wheel(python: str, packages: Path) -> None:
    make_source(packages)
    with pytest.raises(install_ice.Unavailable, match="No matching distribution"):
        install_ice.from_pip(python)


def test_failure_says_what_to_type(python: str, packages: Path) -> None:
    code, said = run(python, "--way", "pip")
    last = said.splitlines()[-1]
    if install_ice.impossible():
        assert code == 3 and "everything else does" in last
    else:
        assert code == 1 and "PIP_FIND_LINKS=FOLDER python scripts/install_ice.py" in last
    assert run(python, "--way", "pip", "--optional") == (0, said)


# -- the published wheel -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("system", "machine", "release", "ending"),
    [
        ("Linux", "x86_64", "linux-x86_64/releases/download/20240202", "manylinux_2_28_x86_64"),
        ("Linux", "aarch64", "linux-aarch64/releases/download/20240620", "manylinux_2_28_aarch64"),
        ("Darwin", "arm64", "macos-universal2/releases/download/20240131", "macosx_11_0_universal2"),
        ("Windows", "AMD64", "win-x86_64/releases/download/20240325", "win_amd64"),
    ],
)
def test_published_wheels(system: str, machine: str, release: str, ending: str) -> None:
    assert install_ice.published_wheel((3, 12), system, machine) == (
        f"https://github.com/glencoesoftware/zeroc-ice-py-{release}/zeroc_ice-3.6.5-cp312-cp312-{ending}.whl"
    )


def test_no_published_wheel() -> None:
    assert install_ice.published_wheel((3, 13), "Linux", "x86_64") == ""
    assert install_ice.published_wheel((3, 11), "Linux", "ppc64le") == ""
    assert install_ice.published_wheel((3, 11), "Plan9", "x86_64") == ""


def test_published_wheel_is_installed(python: str, packages: Path, tmp_path: Path) -> None:
    install_ice.from_glencoe(python, make_wheel(tmp_path / "release").as_uri())
    assert install_ice.installed(python) == "3.6.5"


def test_closed_network_is_noticed_at_once(python: str, packages: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}/zeroc_ice-3.6.5-py3-none-any.whl"
        with pytest.raises(install_ice.Unavailable):
            install_ice.from_glencoe(python, address)


# -- the source package --------------------------------------------------------------------------------------


def test_source_is_corrected_and_built(python: str, packages: Path, tmp_path: Path) -> None:
    make_source(packages)
    archive = install_ice.download_source(python, tmp_path / "download")
    source = install_ice.unpack(archive, tmp_path / "source")
    with pytest.raises(install_ice.Unavailable, match=r"src/Slice\.cpp:1: error: <eval\.h>"):
        install_ice.build_wheel(python, source, tmp_path / "wheel")

    assert install_ice.correct(source) == ["src/Slice.cpp", "src/Util.cpp", "lib/Ice.py"]
    assert (source / "src/Slice.cpp").read_text() == SLICE.replace(
        "#include <eval.h>", "/* eval.h: not needed */"
    )
    assert (source / "src/Util.cpp").read_text() == UTIL.replace(
        "PyThreadState_GET()->frame", "PyEval_GetFrame()"
    )
    assert (source / "lib/Ice.py").read_text() == ICE.replace(" imp,", " types,").replace(
        "imp.new_module", "types.ModuleType"
    )
    assert install_ice.correct(source) == []

    install_ice.pip(
        python, "install", "--no-deps", str(install_ice.build_wheel(python, source, tmp_path / "wheel"))
    )
    assert install_ice.installed(python) == "3.6.5"
    opened = "import Ice; print(type(Ice.openModule('omero')).__name__)"
    assert subprocess.check_output([python, "-c", opened], text=True) == "module\n"


@pytest.mark.skipif(bool(install_ice.missing_tools()), reason="no C++ compiler, or headers are missing")
@pytest.mark.skipif(bool(install_ice.impossible()), reason=install_ice.impossible() or "-")
def test_the_whole_way_from_source(python: str, packages: Path) -> None:
    make_source(packages)
    code, said = run(python, "--way", "pip", "--way", "source")
    assert code == 0, said
    assert "corrected src/Slice.cpp" in said and "corrected src/Util.cpp" in said


def test_another_source_is_refused(tmp_path: Path) -> None:
    source = install_ice.unpack(make_source(tmp_path), tmp_path / "source")
    (source / "src/Util.cpp").write_text("// another version\n")
    with pytest.raises(install_ice.Unavailable, match=r"src/Util\.cpp .* not that of zeroc-ice 3\.6\.5"):
        install_ice.correct(source)


def test_missing_compiler_and_headers_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", str(tmp_path / "no-compiler"))
    lacking = install_ice.missing_tools(include=str(tmp_path))
    assert [tool.name for tool in lacking] == ["a C++ compiler", "the headers of Python"]
    monkeypatch.setenv("PATH", str(tmp_path))
    python = f"python3.{sys.version_info[1]}"
    assert install_ice.remedy_for(lacking) == (
        f"apt-get install g++ {python}-dev (Debian, Ubuntu), or dnf install gcc-c++ {python}-devel (Fedora)"
    )


@pytest.mark.skipif(platform.system() != "Linux", reason="looks for Linux headers")
def test_missing_headers_are_asked_of_the_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiler = tmp_path / "c++"  # knows bzlib.h only
    compiler.write_text("#!/bin/sh\nexec grep -q bzlib\n")
    compiler.chmod(0o755)
    monkeypatch.setenv("CXX", str(compiler))
    names = [tool.name for tool in install_ice.missing_tools()]
    assert names == ["the headers of Python", "the headers of OpenSSL"]


# -- where there is none -------------------------------------------------------------------------------------


def test_where_ice_does_not_exist() -> None:
    assert install_ice.impossible((3, 12), "Linux", "CPython") == ""
    assert "up to 3.12, and this is 3.13" in install_ice.impossible((3, 13), "Linux", "CPython")
    assert "Plan9" in install_ice.impossible((3, 11), "Plan9", "CPython")
    assert "PyPy" in install_ice.impossible((3, 11), "Linux", "PyPy")
