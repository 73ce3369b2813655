"""ISession."""

from __future__ import annotations

from typing import Any

import omero
import omero.api
import omero.model
from omero.rtypes import rlong, rstring

from ..dispatch import Call, Service, serves
from ..hql.errors import misuse
from ..marshal import unloaded


@serves(omero.api.ISession)
class SessionService(Service):
    def getSession(self, call: Call, uuid: str) -> Any:
        return _object(self.server.sessions.find(uuid))

    def getReferenceCount(self, call: Call, uuid: str) -> int:
        return self.server.sessions.find(uuid).references

    def closeSession(self, call: Call, session: Any) -> int:
        uuid = session.getUuid().val if session and session.getUuid() else ""
        return self.server.sessions.release(self.server.sessions.find(uuid))

    def createSessionWithTimeout(self, call: Call, principal: Any, milliseconds: int) -> Any:
        """An administrator's session for somebody else: what suConn() asks for."""
        if not call.who.is_admin:
            raise omero.SecurityViolation(
                None, None, "ISession.createSessionWithTimeout is for administrators"
            )
        users = [user for user in call.lab.rows("Experimenter") if user.values["omeName"] == principal.name]
        if not users:
            raise misuse(f"ISession.createSessionWithTimeout: there is no user {principal.name}")
        return _object(self.server.sessions.start(users[0], principal.group or ""))


def _object(session: Any) -> Any:
    made = omero.model.SessionI(session.id, True)
    made.unloadCollections()
    made.setUuid(rstring(session.uuid))
    made.setOwner(unloaded(session.user))
    made.setTimeToIdle(rlong(600_000))
    made.setTimeToLive(rlong(0))
    return made
