"""Gets zeroc-ice 3.6.5 for the Python that runs this: what omero-py needs, and pip alone often cannot give.

The package index has it as source only, and that source does not compile on Python 3.11, nor run on 3.12. So, in
this order:

1. pip      a wheel found through pip's own configuration (PIP_FIND_LINKS, pip.conf, an index with wheels)
2. glencoe  the wheel that Glencoe Software publishes for this platform
3. source   the source package, corrected; takes about ten minutes

    python scripts/install_ice.py                 all three
    python scripts/install_ice.py --way source    only that one; may be repeated
    python scripts/install_ice.py --optional      ends with 0 where Ice cannot be had, too

Ends with 0 when Ice is there, 1 when it could be there (the last line says what to type), 3 when it does not
exist for this Python or this system. Needs the standard library and pip, nothing of catalog-builder.
"""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

VERSION = "3.6.5"
REQUIREMENT = f"zeroc-ice=={VERSION}"
NEWEST_PYTHON = (3, 12)

# Glencoe Software's releases: repository, tag and the end of the wheel's name, by platform.
RELEASES = {
    ("Linux", "x86_64"): ("linux-x86_64", "20240202", "manylinux_2_28_x86_64"),
    ("Linux", "aarch64"): ("linux-aarch64", "20240620", "manylinux_2_28_aarch64"),
    ("Darwin", "x86_64"): ("macos-universal2", "20240131", "macosx_11_0_universal2"),
    ("Darwin", "arm64"): ("macos-universal2", "20240131", "macosx_11_0_universal2"),
    ("Windows", "AMD64"): ("win-x86_64", "20240325", "win_amd64"),
}


class Correction(NamedTuple):
    """One text of the source that newer Pythons refuse, and what stands there instead."""

    path: str
    wrong: str
    right: str


CORRECTIONS = (
    # The header is gone since Python 3.11, and nothing of it was needed.
    Correction("src/Slice.cpp", "#include <eval.h>", "/* eval.h: not needed */"),
    # The member is private since Python 3.11; the function is in every version.
    Correction("src/Util.cpp", "PyThreadState_GET()->frame", "PyEval_GetFrame()"),
    # The module is gone since Python 3.12.
    Correction("lib/Ice.py", "import sys, string, imp, os,", "import sys, string, types, os,"),
    Correction("lib/Ice.py", "imp.new_module(curr)", "types.ModuleType(curr)"),
)


class Tool(NamedTuple):
    """What a build needs, and the package that holds it on Debian, Fedora and Homebrew."""

    name: str
    debian: str
    fedora: str
    homebrew: str


class Unavailable(Exception):
    """A way that does not lead there: why, and in `remedy` what to type where that is known."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(reason)
        self.remedy = remedy


# -- what is there -------------------------------------------------------------------------------------------


def installed(python: str = sys.executable) -> str:
    """The version of Ice that `python` imports; empty where there is none."""
    probe = "import Ice; print(Ice.stringVersion())"
    answer = subprocess.run([python, "-c", probe], capture_output=True, text=True, cwd=tempfile.gettempdir())
    return answer.stdout.strip() if answer.returncode == 0 else ""


def impossible(
    version: tuple[int, int] = sys.version_info[:2],
    system: str = platform.system(),
    implementation: str = platform.python_implementation(),
) -> str:
    """Why there is no Ice for this Python and never was; empty where there is."""
    if implementation != "CPython":
        return f"zeroc-ice {VERSION} needs CPython, and this is {implementation}"
    if version > NEWEST_PYTHON:
        return f"zeroc-ice {VERSION} exists for Python up to 3.12, and this is {version[0]}.{version[1]}"
    if system not in {known for known, _ in RELEASES}:
        return f"zeroc-ice {VERSION} is not known to work on {system or 'this system'}"
    return ""


def published_wheel(version: tuple[int, int], system: str, machine: str) -> str:
    """Address of Glencoe Software's wheel; empty where they publish none."""
    if (system, machine) not in RELEASES or not (3, 8) <= version <= NEWEST_PYTHON:
        return ""
    repository, tag, ending = RELEASES[system, machine]
    python = f"cp{version[0]}{version[1]}"
    return (
        f"https://github.com/glencoesoftware/zeroc-ice-py-{repository}/releases/download/{tag}/"
        f"zeroc_ice-{VERSION}-{python}-{python}-{ending}.whl"
    )


# -- the three ways ------------------------------------------------------------------------------------------


def from_pip(python: str = sys.executable) -> None:
    """Install a wheel that pip finds by itself: no address is named here."""
    pip(python, "install", "--retries=1", "--only-binary=zeroc-ice", REQUIREMENT)


def from_glencoe(python: str = sys.executable, address: str | None = None) -> None:
    """Install the wheel published for this platform; gives up soon where the network is closed."""
    if address is None:
        address = published_wheel(sys.version_info[:2], platform.system(), platform.machine())
    if not address:
        raise Unavailable(f"none for {platform.system()} on {platform.machine()}")
    pip(python, "install", "--retries=0", "--timeout=15", "--no-deps", address)


def from_source(python: str = sys.executable) -> None:
    """Download the source package, correct it, build a wheel of it and install that."""
    lacking = missing_tools()
    if lacking:
        raise Unavailable(f"{' and '.join(tool.name for tool in lacking)} missing", remedy_for(lacking))
    with tempfile.TemporaryDirectory(prefix="zeroc-ice-") as room:
        source = unpack(download_source(python, Path(room) / "download"), Path(room) / "source")
        for changed in correct(source):
            say(f"  corrected {changed}")
        say("  building; this takes about ten minutes")
        pip(python, "install", "--no-deps", str(build_wheel(python, source, Path(room) / "wheel")))


WAYS: dict[str, tuple[str, Callable[[], None]]] = {
    "pip": ("a wheel through pip's configuration", from_pip),
    "glencoe": ("the wheel Glencoe Software publishes", from_glencoe),
    "source": ("the source package", from_source),
}


# -- from source ---------------------------------------------------------------------------------------------


def download_source(python: str, to: Path) -> Path:
    """The source package as pip's index has it; returns the archive."""
    pip(python, "download", "--no-deps", "--no-binary=zeroc-ice", f"--dest={to}", REQUIREMENT)
    return next(to.iterdir())


def unpack(archive: Path, to: Path) -> Path:
    """Unpack a source package; returns the one folder in it."""
    with tarfile.open(archive) as tar:
        if hasattr(tarfile, "data_filter"):
            tar.extractall(to, filter="data")
        else:
            tar.extractall(to)
    return next(folder for folder in to.iterdir() if folder.is_dir())


def correct(source: Path) -> list[str]:
    """Correct the source in place; returns the files that were changed, each once, none the second time.

    Raises Unavailable for a source in which a text to correct does not stand: it is another version, and
    building it would fail minutes later.
    """
    changed = []
    for path, wrong, right in CORRECTIONS:
        file = source / path
        content = file.read_bytes() if file.is_file() else b""
        if wrong.encode() in content:
            file.write_bytes(content.replace(wrong.encode(), right.encode()))
            changed += [] if path in changed else [path]
        elif right.encode() not in content:
            raise Unavailable(f"{path} of the source package is not that of zeroc-ice {VERSION}")
    return changed


def build_wheel(python: str, source: Path, to: Path) -> Path:
    """Build the corrected source; returns the wheel."""
    environment = dict(os.environ)
    if platform.system() == "Darwin":
        # The package's setup.py asks for x86_64 unless told.
        environment.setdefault("ARCHFLAGS", f"-arch {platform.machine()}")
    # --use-pep517: else an older pip builds with what happens to be installed, and that lacks `wheel`.
    line = ["wheel", "--use-pep517", "--no-deps", f"--wheel-dir={to}", str(source)]
    pip(python, *line, environment=environment)
    return next(to.glob("*.whl"))


def missing_tools(include: str = sysconfig.get_path("include")) -> list[Tool]:
    """What a build needs and this machine does not have: asked of the compiler itself."""
    if platform.system() == "Windows":
        return []
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    compiler = Tool("a C++ compiler", "g++", "gcc-c++", "gcc")
    headers = {
        "Python.h": Tool(
            "the headers of Python", f"python{version}-dev", f"python{version}-devel", f"python@{version}"
        ),
        "bzlib.h": Tool("the headers of bzip2", "libbz2-dev", "bzip2-devel", "bzip2"),
    }
    if platform.system() != "Darwin":  # there Ice uses the system's own
        headers["openssl/ssl.h"] = Tool("the headers of OpenSSL", "libssl-dev", "openssl-devel", "openssl")
    command = shlex.split(os.environ.get("CXX", "c++"))
    if not shutil.which(command[0]):
        lacking = [] if (Path(include) / "Python.h").is_file() else [headers["Python.h"]]
        return [compiler, *lacking]
    return [tool for header, tool in headers.items() if not _compiles(command, header, include)]


def remedy_for(lacking: list[Tool]) -> str:
    """The command that installs these, for the package manager of this machine."""
    if shutil.which("apt-get"):
        return f"apt-get install {' '.join(tool.debian for tool in lacking)}"
    if shutil.which("dnf"):
        return f"dnf install {' '.join(tool.fedora for tool in lacking)}"
    if shutil.which("brew"):
        return f"brew install {' '.join(tool.homebrew for tool in lacking)}"
    return (
        f"apt-get install {' '.join(tool.debian for tool in lacking)} (Debian, Ubuntu), or "
        f"dnf install {' '.join(tool.fedora for tool in lacking)} (Fedora)"
    )


def _compiles(command: list[str], header: str, include: str) -> bool:
    flags = shlex.split(os.environ.get("CPPFLAGS", "")) + shlex.split(os.environ.get("CFLAGS", ""))
    line = [*command, *flags, f"-I{include}", "-fsyntax-only", "-x", "c++", "-"]
    return subprocess.run(line, input=f"#include <{header}>\n".encode(), capture_output=True).returncode == 0


# -- running -------------------------------------------------------------------------------------------------


def pip(python: str, *arguments: str, environment: dict[str, str] | None = None) -> None:
    """Run pip; raises Unavailable with what it gave as its reason."""
    line = [python, "-m", "pip", "--disable-pip-version-check", *arguments]
    answer = subprocess.run(line, capture_output=True, text=True, errors="replace", env=environment)
    if answer.returncode != 0:
        raise Unavailable(_reason(answer.stderr or answer.stdout))


def _reason(output: str) -> str:
    """The line of pip's output, or of the compiler's that it shows, that says most."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for mark in ("fatal error:", "error: ", "No matching distribution", "ERROR: "):
        for line in lines:
            if mark in line and "subprocess-exited" not in line:
                return line.removeprefix("ERROR: ")[:300]
    return lines[-1][:300] if lines else "pip failed without a word"


def say(line: str) -> None:
    """A line for the user, at once: a build takes minutes."""
    print(line, flush=True)


def install(ways: list[str]) -> int:
    """Try one way after the other until Ice is there; returns the exit code."""
    present = installed()
    if present == VERSION:
        say(f"Ice {VERSION} is there.")
        return 0
    if present:
        say(f"Ice {present} is there; omero-py needs {VERSION}.")
    none_made = impossible()
    remedy = ""
    for way in ways:
        title, attempt = WAYS[way]
        if none_made and way != "pip":
            continue  # but somebody may have built a wheel for themselves
        say(f"Ice {VERSION}: {title}")
        try:
            attempt()
        except Unavailable as unavailable:
            say(f"  no: {unavailable}")
            remedy = unavailable.remedy
            continue
        if installed() == VERSION:
            say(f"Ice {VERSION} is installed.")
            return 0
        say("  no: it was installed and cannot be imported")
    if none_made:
        say(f"{none_made}: the OMERO source does not work here, everything else does.")
        return 3
    instead = "put a wheel of it in a folder and run: PIP_FIND_LINKS=FOLDER python scripts/install_ice.py"
    if remedy:
        instead = f"type `{remedy}` and run this again; or {instead}"
    say(f"Ice {VERSION} could not be installed, so the OMERO source does not work yet: {instead}")
    return 1


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="install_ice.py", description=f"Gets zeroc-ice {VERSION} for the Python that runs this."
    )
    parser.add_argument("--way", choices=list(WAYS), action="append", help="only this way; may be repeated")
    parser.add_argument("--optional", action="store_true", help="end with 0 where Ice cannot be had, too")
    options = parser.parse_args(arguments)
    code = install(options.way or list(WAYS))
    return 0 if options.optional else code


if __name__ == "__main__":
    sys.exit(main())
