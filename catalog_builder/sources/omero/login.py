"""Where to log in to OMERO and as whom: from the environment, or asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from catalog_builder.errors import SourceError

Ask = Callable[[str, bool], str]
"""Asks the person at the terminal: the prompt, and whether what is typed stays hidden."""

NOT_INSTALLED = (
    "omero-py is not installed: run `python scripts/install_ice.py` for the Ice that it needs, "
    'then `pip install "catalog-builder[omero]"`.'
)


@dataclass(frozen=True, kw_only=True, repr=False)
class Login:
    """Where to log in, and as whom: a session key, or user and password. Its repr shows none of it.

    `host` is a name, an address or a URL such as `wss://host/omero-wss`; `port` None is OMERO's 4064, or
    what the URL's scheme stands for; `timeout` is how many seconds one answer may take. `left` says that
    `omero login` left the session: messages then name that command, and not the environment.
    """

    host: str
    port: int | None = None
    user: str = ""
    password: str = ""
    session: str = ""
    secure: bool = True
    timeout: int = 300
    left: bool = False

    def __repr__(self) -> str:
        return "Login(...)"


def login_from_environment(
    environ: Mapping[str, str], *, host: str | None = None, ask: Ask | None = None
) -> Login:
    """Reads `OMERO_HOST`, `OMERO_PORT`, `OMERO_USER`, `OMERO_PASSWORD` and `OMERO_SESSION`.

    `host` comes before the environment, and a session key stands for user and password. What is missing is
    asked for; with `ask` None (no terminal) the SourceError names every variable to set.
    """
    address = (host or environ.get("OMERO_HOST", "")).strip()
    session = environ.get("OMERO_SESSION", "").strip()
    user = environ.get("OMERO_USER", "").strip()
    password = environ.get("OMERO_PASSWORD", "")
    port = _port(environ.get("OMERO_PORT", ""))
    if ask is None:
        _nothing_missing(address, session, user, password)
    else:
        address = address or ask("OMERO server", False).strip()
        if not session:
            user = user or ask("OMERO user", False).strip()
            password = password or ask("OMERO password", True)
        if not address or not (session or (user and password)):
            raise SourceError("The OMERO server, user and password may not be empty: run the command again.")
    if "://" not in address and address.count(":") == 1:
        address, _, text = address.partition(":")
        port = _port(text, "the host's port") or port
    if session:
        return Login(host=address, port=port, session=session)
    return Login(host=address, port=port, user=user, password=password)


def _nothing_missing(host: str, session: str, user: str, password: str) -> None:
    missing = [] if host else ["OMERO_HOST"]
    if not session:
        missing += [name for name, text in (("OMERO_USER", user), ("OMERO_PASSWORD", password)) if not text]
    if missing:
        instead = " (or OMERO_SESSION instead of user and password)" if missing[-1] != "OMERO_HOST" else ""
        raise SourceError(
            f"Not logged in to OMERO, for there is no terminal to ask at: "
            f"set {' and '.join(missing)}{instead} in the environment."
        )


def _port(text: str, where: str = "OMERO_PORT") -> int | None:
    if not text.strip():
        return None
    # int() would take "４０６４" and " 4_064 " too
    if text.strip().isascii() and text.strip().isdigit() and len(text) < 9 and 0 < int(text) < 65536:
        return int(text)
    raise SourceError(f"{where} must be a number from 1 to 65535: set it to the server's port, often 4064.")
