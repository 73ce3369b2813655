"""An OMERO server that lives in the test process: real Ice on real sockets, a lab in memory, nothing ever changed."""

from __future__ import annotations

import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import Ice
import omero
import omero.clients  # registers the object factories below
import omero.ObjectFactoryRegistrar
import omero.rtypes

from . import certificate
from .faults import Faults
from .services.router import ROUTER, SESSION_CATEGORY, Router
from .sessions import Sessions
from .store import Lab, Row

_PROPERTIES = {
    "Ice.MessageSizeMax": "250000",
    "Ice.ThreadPool.Server.Size": "2",
    "Ice.ThreadPool.Server.SizeMax": "8",
    "Ice.ThreadPool.Server.SizeWarn": "0",
    "Ice.ACM.Server.Timeout": "0",
    "Ice.Warn.Dispatch": "0",  # a refusal is an answer, nothing to warn about
    "Ice.Plugin.IceSSL": "IceSSL:createIceSSL",
    "IceSSL.VerifyPeer": "0",
    "IceSSL.CertFile": "server.p12",
    "IceSSL.Password": certificate.PASSWORD,
}


class OmeroServer:
    """Serves a lab until it is closed; a context manager.

    `port` is that of the secure router, which a client made with `secure=True` uses throughout; `plain_port` that of
    the clear one. `calls` counts remote calls by "Interface.operation", `queries` lists the HQL strings received,
    `traces` what the thumbnail calls left behind as (entity, pixels id, login name). `faults` makes calls fail,
    `under_way` is how many calls are being answered, `most_at_once` how many ever were at the same time, `drawn` lists
    the pixels ids whose pictures were asked for.
    """

    host = "127.0.0.1"

    def __init__(self, lab: Lab, port: int = 0, plain_port: int = 0) -> None:
        self.lab = lab
        self.sessions = Sessions(lab)
        self.calls: Counter[str] = Counter()
        self.queries: list[str] = []
        self.most_at_once = 0
        self.under_way = 0
        self.traces: list[tuple[str, int, str]] = []
        self.drawn: list[int] = []
        self.faults = Faults()
        self._faults_served: Counter[int] = Counter()
        self._lock = threading.Lock()
        self._communicator = _communicator()
        try:
            self._adapter = self._open(port, plain_port)
        except BaseException:
            self._communicator.destroy()
            raise
        ports = {type(e.getInfo()).__name__: e.getInfo().port for e in self._adapter.getEndpoints()}
        self.plain_port = ports.pop("TCPEndpointInfo")
        (self.port,) = ports.values()

    def __enter__(self) -> OmeroServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.faults.release()
        self._communicator.destroy()

    # -- for tests -----------------------------------------------------------------------------------------------

    def password(self, login: str) -> str:
        return self.lab.passwords[login]

    def reset_calls(self) -> None:
        with self._lock:
            self.calls.clear()
            self.queries.clear()
            self.drawn.clear()

    def session_uuid(self, login: str) -> str:
        """A new session of this account, to be joined by its uuid."""
        return self.sessions.start(self.lab.find("Experimenter", omeName=login)).uuid

    # -- for the servants ----------------------------------------------------------------------------------------

    @contextmanager
    def counted(self, operation: str) -> Iterator[None]:
        """Counts a call, and how many there are at once while it lasts."""
        with self._lock:
            self.calls[operation] += 1
            self.under_way += 1
            self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            yield
        finally:
            with self._lock:
                self.under_way -= 1

    def proxy(self, identity: Ice.Identity) -> Any:
        return self._adapter.createProxy(identity)

    def next_fault(self, pixels_id: int) -> str:
        """What is wrong with the next picture of these pixels. ("clock", 2) is over after two pictures."""
        self.drawn.append(pixels_id)
        fault: Any = self.lab.thumbnail_faults.get(pixels_id, "")
        if isinstance(fault, str):
            return fault
        kind, times = fault
        with self._lock:
            self._faults_served[pixels_id] += 1
            return kind if self._faults_served[pixels_id] <= times else ""

    def trace_thumbnail(self, pixels: Row, user: Row, size: tuple[int, int]) -> None:
        """Keep what OMERO would keep for this account: rendering settings and one thumbnail of this size."""
        self.trace_rendering(pixels, user)
        with self._lock:
            for row in self.lab.pointing("Thumbnail", "pixels", pixels.id):
                if row.owner is user and (row.values["sizeX"], row.values["sizeY"]) == size:
                    return
            assert pixels.group is not None
            with self.lab.acting(user, pixels.group):
                width, height = size
                self.lab.add(
                    "Thumbnail", pixels=pixels, sizeX=width, sizeY=height, mimeType="image/jpeg", version=0
                )
            self.traces.append(("Thumbnail", pixels.id, user.values["omeName"]))

    def trace_rendering(self, pixels: Row, user: Row) -> Row:
        """The account's rendering settings of these pixels, made now where it has none."""
        with self._lock:
            for row in self.lab.pointing("RenderingDef", "pixels", pixels.id):
                if row.owner is user:
                    return row
            assert pixels.group is not None
            with self.lab.acting(user, pixels.group):
                made = self.lab.add("RenderingDef", pixels=pixels, version=0, defaultZ=0, defaultT=0)
            self.traces.append(("RenderingDef", pixels.id, user.values["omeName"]))
            return made

    def servant(self, identity: Ice.Identity) -> Any:
        if identity.category == SESSION_CATEGORY:
            session = self.sessions.open.get(identity.name)
            return session.servants.get("factory") if session else None
        session = self.sessions.open.get(identity.category)
        return session.servants.get(identity.name) if session else None

    def _open(self, port: int, plain_port: int) -> Any:
        endpoints = f"ssl -h {self.host} -p {port}:tcp -h {self.host} -p {plain_port}"
        adapter = self._communicator.createObjectAdapterWithEndpoints("OmeroServer", endpoints)
        adapter.add(Router(self), ROUTER)
        adapter.addServantLocator(_Locator(self), "")
        adapter.activate()
        return adapter


class _Locator(Ice.ServantLocator):  # type: ignore[misc]
    """Finds the servant of a session. Nothing found is an ObjectNotExistException, as after a session's end."""

    def __init__(self, server: OmeroServer) -> None:
        self._server = server

    def locate(self, current: Any) -> Any:
        return self._server.servant(current.id)

    def finished(self, current: Any, servant: Any, cookie: Any) -> None:
        pass

    def deactivate(self, category: str) -> None:
        pass


def _communicator() -> Any:
    """A communicator of our own, so that client and server share a process but nothing else."""
    data = Ice.InitializationData()
    data.properties = Ice.createProperties([])
    for name, value in _PROPERTIES.items():
        data.properties.setProperty(name, value)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "server.p12").write_bytes(certificate.pkcs12_bytes())
        data.properties.setProperty("IceSSL.DefaultDir", folder)
        communicator = Ice.initialize(data)
    omero.ObjectFactoryRegistrar.registerObjectFactory(communicator, None)
    for factory in omero.rtypes.ObjectFactories.values():
        factory.register(communicator)
    return communicator
