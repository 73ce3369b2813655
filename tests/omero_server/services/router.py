"""The door: Glacier2's router and the session that it hands out."""

from __future__ import annotations

from typing import Any

import Glacier2
import Ice
import omero
import omero.api
import omero.grid

from .. import security
from ..dispatch import VOID, Call, Service, serves, unbuilt
from ..hql.errors import misuse
from ..marshal import Graph
from ..sessions import Session
from .admin import Admin, group_objects
from .config import Config
from .container import Container
from .metadata import Metadata, Types
from .query import Query
from .session_service import SessionService
from .thumbnails import ThumbnailStore

ROUTER = Ice.Identity("router", "OMERO.Glacier2")
SESSION_CATEGORY = "session"


@serves(Glacier2.Router)
class Router(Service):
    def createSession(self, call: Call, user: str, password: str) -> Any:
        session = self.server.sessions.create(user, password, call.current.ctx.get("omero.group", ""))
        self.server.sessions.hold(session, call.current.con)
        if "factory" not in session.servants:
            session.servants["factory"] = ServiceFactory(self.server, session)
        proxy = self.server.proxy(Ice.Identity(session.uuid, SESSION_CATEGORY))
        return Glacier2.SessionPrx.uncheckedCast(proxy)

    def getServerProxy(self, call: Call) -> Any:
        return self.server.proxy(ROUTER)

    def getClientProxy(self, call: Call) -> Any:
        return None  # the client then sends everything to the router's own endpoint

    def addProxies(self, call: Call, proxies: list[Any]) -> list[Any]:
        return []

    def getCategoryForClient(self, call: Call) -> str:
        return "client"

    def getSessionTimeout(self, call: Call) -> int:
        return 600

    def getACMTimeout(self, call: Call) -> int:
        return 0

    def refreshSession(self, call: Call) -> Any:
        return VOID

    def destroySession(self, call: Call) -> Any:
        session = self.server.sessions.open.get(call.current.ctx.get("omero.session.uuid", ""))
        if session is None:
            raise Glacier2.SessionNotExistException()
        self.server.sessions.let_go(session, call.current.con)
        return VOID


_GETTERS: dict[str, tuple[type, type[Service]]] = {
    "getAdminService": (omero.api.IAdminPrx, Admin),
    "getConfigService": (omero.api.IConfigPrx, Config),
    "getContainerService": (omero.api.IContainerPrx, Container),
    "getMetadataService": (omero.api.IMetadataPrx, Metadata),
    "getQueryService": (omero.api.IQueryPrx, Query),
    "getSessionService": (omero.api.ISessionPrx, SessionService),
    "getTypesService": (omero.api.ITypesPrx, Types),
    "createThumbnailStore": (omero.api.ThumbnailStorePrx, ThumbnailStore),
    "getUpdateService": (omero.api.IUpdatePrx, unbuilt(omero.api.IUpdate, read_only=True)),
    "getRenderingSettingsService": (
        omero.api.IRenderingSettingsPrx,
        unbuilt(omero.api.IRenderingSettings, read_only=True),
    ),
    "getLdapService": (omero.api.ILdapPrx, unbuilt(omero.api.ILdap)),
    "getPixelsService": (omero.api.IPixelsPrx, unbuilt(omero.api.IPixels)),
    "getProjectionService": (omero.api.IProjectionPrx, unbuilt(omero.api.IProjection)),
    "getRepositoryInfoService": (omero.api.IRepositoryInfoPrx, unbuilt(omero.api.IRepositoryInfo)),
    "getRoiService": (omero.api.IRoiPrx, unbuilt(omero.api.IRoi)),
    "getScriptService": (omero.api.IScriptPrx, unbuilt(omero.api.IScript)),
    "getShareService": (omero.api.ISharePrx, unbuilt(omero.api.IShare)),
    "getTimelineService": (omero.api.ITimelinePrx, unbuilt(omero.api.ITimeline)),
    "createExporter": (omero.api.ExporterPrx, unbuilt(omero.api.Exporter)),
    "createJobHandle": (omero.api.JobHandlePrx, unbuilt(omero.api.JobHandle)),
    "createRawFileStore": (omero.api.RawFileStorePrx, unbuilt(omero.api.RawFileStore)),
    "createRawPixelsStore": (omero.api.RawPixelsStorePrx, unbuilt(omero.api.RawPixelsStore)),
    "createRenderingEngine": (omero.api.RenderingEnginePrx, unbuilt(omero.api.RenderingEngine)),
    "createSearchService": (omero.api.SearchPrx, unbuilt(omero.api.Search)),
    "sharedResources": (omero.grid.SharedResourcesPrx, unbuilt(omero.grid.SharedResources)),
}


class _Factory(Service):
    def setCallback(self, call: Call, callback: Any) -> Any:
        return VOID

    def detachOnDestroy(self, call: Call) -> Any:
        call.session.detached = True
        return VOID

    def closeOnDestroy(self, call: Call) -> Any:
        call.session.detached = False
        return VOID

    def keepAlive(self, call: Call, proxy: Any) -> bool:
        return proxy is None or proxy.ice_getIdentity().name in call.session.servants

    def keepAllAlive(self, call: Call, proxies: list[Any]) -> int:
        dead = [proxy.ice_getIdentity().name not in call.session.servants for proxy in proxies]
        return sum(1 << place for place, is_dead in enumerate(dead) if is_dead)

    def activeServices(self, call: Call) -> list[str]:
        return [name for name in call.session.servants if name != "factory"]

    def getByName(self, call: Call, name: str) -> Any:
        servant = call.session.servants.get(name)
        if servant is None:
            raise misuse(f"ServiceFactory.getByName: there is no {name}")
        return omero.api.ServiceInterfacePrx.uncheckedCast(
            self.server.proxy(Ice.Identity(name, call.session.uuid))
        )

    def getSecurityContexts(self, call: Call) -> list[Any]:
        groups = [call.lab.get("ExperimenterGroup", id) for id in call.who.member_of]
        return group_objects(call, [group for group in groups if group is not None])

    def setSecurityContext(self, call: Call, group: Any) -> Any:
        before = call.session.group
        chosen = security.resolve_group(call.lab, str(group.id.val), before)
        if chosen is None:
            raise misuse("ServiceFactory.setSecurityContext needs a single group")
        security.visibility(call.lab, call.who, chosen)
        call.session.group = chosen
        return Graph(call.lab, call.who, False).object(before)

    def destroy(self, call: Call) -> Any:
        self.server.sessions.release(call.session)
        return VOID

    def submit(self, call: Call, request: Any) -> Any:
        # The operation declares no exception of OMERO's, so one could not be sent.
        raise Ice.UnknownException(f"{type(request).__name__}: the stand-in server changes nothing")


def _getter(name: str) -> Any:
    prx, service = _GETTERS[name]

    def get(self: Service, call: Call) -> Any:
        servant = _servant(call.session, service, self)
        return prx.uncheckedCast(self.server.proxy(Ice.Identity(servant, call.session.uuid)))  # type: ignore[attr-defined]

    return get


def _servant(session: Session, service: type[Service], factory: Service) -> str:
    """The name of the session's servant of this class; stateful ones are made anew each time."""
    name = service.interface
    if service.is_stateful or name not in session.servants:
        if service.is_stateful:
            name = session.stateful_name(name)
        servant = service(factory.server, session)
        servant.name = name  # type: ignore[attr-defined]
        session.servants[name] = servant
    return name


for _name in _GETTERS:
    setattr(_Factory, _name, _getter(_name))

ServiceFactory = serves(omero.api.ServiceFactory)(_Factory)
