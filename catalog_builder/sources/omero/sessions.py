"""The login that OMERO's own command line has: of the session that `omero login` left, or of the call under way."""

from __future__ import annotations

import argparse
import importlib
import os
from pathlib import Path
from typing import Any

from catalog_builder.errors import SourceError
from catalog_builder.sources.omero.login import NOT_INSTALLED, Login

#: Options of `omero` that may stand behind the command, too; the long ones have another meaning there.
_OPTIONS = {"-s": "server", "-p": "port", "-g": "group", "-u": "user", "-w": "password", "-k": "key"}
_NOBODY = "There is no session that `omero login` left: run `omero login` first."


def left_login() -> Login:
    """The login of the session that `omero` would use now; its files are read, the server is not asked.

    Raises SourceError where nobody is logged in, and where omero-py is not installed.
    """
    try:
        omero_sessions = importlib.import_module("omero.util.sessions")
    except ImportError:
        raise SourceError(NOT_INSTALLED) from None
    folder = _folder()
    if not folder.is_dir():  # OMERO's store would make it
        raise SourceError(_NOBODY)
    store = omero_sessions.SessionsStore(folder)
    host, user, key, _ = store.get_current()
    if not key or not store.exists(host, user, key):
        raise SourceError(_NOBODY)
    # An address such as wss://host has no port there, and the store's "last port" would make one up.
    port = store.get(host, user, key).get("omero.port", "")
    return Login(host=host, port=int(port) if port.isdecimal() else None, session=key, left=True)


def _folder() -> Path:
    """Where `omero sessions` keeps its files, by its own rules."""
    if os.environ.get("OMERO_SESSION_DIR"):
        folder = Path(os.environ["OMERO_SESSION_DIR"], "omero", "sessions")
    else:
        folder = Path(importlib.import_module("omero.util").get_omero_userdir(), "sessions")
    return Path(os.environ.get("OMERO_SESSIONDIR") or folder)


def joined_login(client: Any) -> Login:
    """The login that joins the session of an `omero.client`, which stays open and keeps its hold on it."""
    port = client.getProperty("omero.port")
    return Login(
        host=client.getProperty("omero.host"),
        port=int(port) if port else None,
        session=client.getSessionId(),
        left=True,
    )


def split_arguments(given: argparse.Namespace) -> tuple[argparse.Namespace, list[str]]:
    """What `omero` is to log in with, and what catalog-builder is called with, from `omero catalog`'s arguments.

    `-s -p -g -u -w -k` are taken from behind the command (`given.words`), too. A group given to `export` or `plan` is
    where to log in, and what to read.
    """
    parser = argparse.ArgumentParser(prog="omero catalog", add_help=False, allow_abbrev=False)
    for option, name in _OPTIONS.items():
        parser.add_argument(option, dest=name)
    login, words = parser.parse_known_args(given.words, argparse.Namespace(**vars(given)))
    if login.group and words[:1] in (["export"], ["plan"]):
        words += ["--group", login.group]
    return login, words
