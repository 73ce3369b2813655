"""OMERO's own habits: `omero login`, then `catalog-builder export --reuse-login` or `omero catalog export`.

OMERO's command line really runs, as a process of its own with a home of its own.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("Ice", reason="omero-py and Ice are not installed")

from catalog_builder.cli import main
from catalog_builder.exchange.read import Export
from catalog_builder.sources.omero.sessions import split_arguments
from tests.catalogues import ROOT
from tests.omero_server import OmeroServer
from tests.omero_server.lab import MEMBER, PRIVATE, READ_ONLY, READ_WRITE, STRANGER

pytestmark = [pytest.mark.omero, pytest.mark.slow]

PLUGIN = ROOT / "catalog_builder" / "omero_plugin.py"
#: What the script `omero` does; the script itself refuses to run as root, as whom containers test.
OMERO = "import sys, omero.cli; sys.argv[0] = 'omero'; sys.exit(omero.cli.argv(sys.argv))"

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment in which nobody has logged in yet."""
    clean = {name: text for name, text in os.environ.items() if not name.startswith("OMERO")}
    yield {**clean, "HOME": str(tmp_path), "OMERO_USERDIR": str(tmp_path / "omero"), "COLUMNS": "200"}


@pytest.fixture
def omero(home: dict[str, str], tmp_path: Path) -> Command:
    def call(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", OMERO, "--path", str(PLUGIN), *words]
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**home, **more},
            stdin=subprocess.DEVNULL,
        )

    return call


@pytest.fixture
def catalog_builder(home: dict[str, str], tmp_path: Path) -> Command:
    def call(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "catalog_builder", *words]
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**home, **more},
            stdin=subprocess.DEVNULL,
        )

    return call


def log_in(omero: Command, server: OmeroServer, login: str = MEMBER, **more: str) -> str:
    """`omero login`; returns the key of the session that it leaves."""
    before = set(server.sessions.open)
    said = omero(
        "login", f"{login}@{server.host}:{server.port}", OMERO_PASSWORD=server.password(login), **more
    )
    assert said.returncode == 0, said.stderr
    (key,) = set(server.sessions.open) - before
    return key


def assert_done(said: subprocess.CompletedProcess[str], key: str = "") -> str:
    assert said.returncode == 0, said.stdout + said.stderr
    assert not key or key not in said.stdout + said.stderr
    return said.stdout


def groups_of(folder: Path) -> set[str]:
    return {group.name for group in Export(folder).groups.values()}


def test_from_login_to_site(
    omero: Command, catalog_builder: Command, omero_server: OmeroServer, tmp_path: Path
) -> None:
    key = log_in(omero, omero_server)
    only = ("--group", READ_ONLY)

    first = assert_done(catalog_builder("export", "--reuse-login", "--to", "reused", *only), key)
    assert key in omero_server.sessions.open, "the session that was left is left again"

    logins = omero_server.calls["Router.createSession"]
    second = assert_done(omero("catalog", "export", "--to", "own", *only), key)
    assert first.partition(":")[2] == second.partition(":")[2] and "images" in second
    assert key in omero_server.sessions.open
    assert len(omero_server.sessions.open) == 1, "no other session is left behind"
    assert omero_server.calls["Router.createSession"] - logins == 2, (
        "omero joined it, and the export joined it"
    )

    streams = {path.relative_to(tmp_path / "own") for path in (tmp_path / "own").rglob("*.jsonl")}
    assert streams and all(
        (tmp_path / "own" / path).read_bytes() == (tmp_path / "reused" / path).read_bytes()
        for path in streams
    )

    calls = sum(omero_server.calls.values())
    assert "pages" in assert_done(omero("catalog", "build", "own", "--to", "site"))
    assert (tmp_path / "site" / "index.html").is_file()
    assert sum(omero_server.calls.values()) == calls, "a build asks no server"


def test_login_options_before_and_behind_the_command(
    omero: Command, omero_server: OmeroServer, tmp_path: Path
) -> None:
    where = ("-s", omero_server.host, "-p", str(omero_server.port))
    account = ("-u", STRANGER, "-w", omero_server.password(STRANGER))
    assert_done(omero(*where, *account, "catalog", "export", "--to", "before"))
    assert groups_of(tmp_path / "before") == {READ_WRITE}
    key = omero_server.session_uuid(STRANGER)
    assert_done(omero("catalog", *where, "export", "--to", "behind", "-k", key), key)
    assert groups_of(tmp_path / "behind") == {READ_WRITE}
    assert key in omero_server.sessions.open


def test_a_group_given_to_omero_is_read(omero: Command, omero_server: OmeroServer, tmp_path: Path) -> None:
    """And logged in to: for a group that is not the session's, OMERO opens another one, and asks for a password."""
    log_in(omero, omero_server)
    where = (
        f"-s{omero_server.host}",
        f"-p{omero_server.port}",
        f"-u{MEMBER}",
        f"-w{omero_server.password(MEMBER)}",
    )
    assert_done(omero("catalog", "export", "--to", "one", "-g", PRIVATE, *where))
    assert groups_of(tmp_path / "one") == {PRIVATE}


def test_help_and_mistakes_need_no_login(omero: Command, catalog_builder: Command) -> None:
    assert "omero catalog export" in assert_done(omero("catalog", "export", "--help"))
    assert ", ".join(main.commands).replace(", schema", " or schema") in assert_done(
        omero("catalog", "--help")
    )
    wrong = omero("catalog", "bild")
    assert wrong.returncode == 2 and "bild" in wrong.stderr
    for said in (
        catalog_builder("export", "--reuse-login", "--host", "omero.example.org"),
        omero("catalog", "export", "--host", "omero.example.org"),
    ):
        assert said.returncode == 2 and "omero -s" in said.stderr


def test_nobody_has_logged_in(catalog_builder: Command, tmp_path: Path) -> None:
    said = catalog_builder("export", "--reuse-login")
    assert said.returncode == 1 and "run `omero login` first" in said.stderr
    assert not (tmp_path / "omero" / "sessions").exists(), "looking leaves nothing behind"


def test_logged_out(omero: Command, catalog_builder: Command, omero_server: OmeroServer) -> None:
    log_in(omero, omero_server)
    assert_done(omero("logout"))
    said = catalog_builder("export", "--reuse-login")
    assert said.returncode == 1 and "run `omero login` first" in said.stderr


def test_the_session_has_ended(omero: Command, catalog_builder: Command, omero_server: OmeroServer) -> None:
    key = log_in(omero, omero_server)
    omero_server.sessions.release(omero_server.sessions.open[key], close=True)
    said = catalog_builder("export", "--reuse-login")
    assert said.returncode == 1 and "run `omero login` again" in said.stderr and key not in said.stderr


def test_the_server_has_gone(
    omero: Command, catalog_builder: Command, omero_server: OmeroServer, tmp_path: Path
) -> None:
    key = log_in(omero, omero_server)
    for path in tmp_path.rglob(key):
        path.write_text(path.read_text().replace(f"omero.port={omero_server.port}", "omero.port=1"))
    said = catalog_builder("export", "--reuse-login")
    assert said.returncode == 1 and "cannot be reached" in said.stderr and key not in said.stderr


@pytest.mark.parametrize(
    ("variable", "inside"), [("OMERO_SESSIONDIR", "."), ("OMERO_SESSION_DIR", "omero/sessions")]
)
def test_sessions_kept_elsewhere(
    variable: str,
    inside: str,
    omero: Command,
    catalog_builder: Command,
    omero_server: OmeroServer,
    tmp_path: Path,
) -> None:
    elsewhere = {variable: str(tmp_path / "elsewhere")}
    log_in(omero, omero_server, STRANGER, **elsewhere)
    assert (tmp_path / "elsewhere" / inside / "._LASTHOST_").is_file()
    assert_done(catalog_builder("export", "--reuse-login", **elsewhere))


@pytest.mark.parametrize(
    ("words", "group", "expected"),
    [
        (["export", "--to", "x", "-g", "lab"], None, ["export", "--to", "x", "--group", "lab"]),
        (["export", "--group", "a"], None, ["export", "--group", "a"]),
        (["export"], "lab", ["export", "--group", "lab"]),
        (["plan"], "lab", ["plan", "--group", "lab"]),
        (["build", "x", "--to=y"], "lab", ["build", "x", "--to=y"]),
        (["serve", "--port", "80", "-p", "4064"], None, ["serve", "--port", "80"]),
        ([], "lab", []),
    ],
)
def test_which_arguments_are_omeros(words: list[str], group: str | None, expected: list[str]) -> None:
    given = argparse.Namespace(
        server="first", port=None, group=group, user=None, password=None, key=None, words=words
    )
    login, rest = split_arguments(given)
    assert rest == expected
    assert login.server == "first" and given.group == group


def test_the_plugin_is_small_and_imports_late() -> None:
    text = PLUGIN.read_text(encoding="ascii")  # OMERO reads it in whatever encoding the machine has
    assert len(text.splitlines()) < 30
    assert [line for line in text.splitlines() if line.startswith(("import", "from"))] == [
        "from typing import Any",
        "from omero.cli import BaseControl",
    ]
