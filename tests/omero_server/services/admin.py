"""IAdmin: accounts and groups, read only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import omero
import omero.api
import omero.model
import omero.sys
from omero.rtypes import rstring

from .. import security
from ..dispatch import Call, Service, serves
from ..hql.errors import misuse
from ..marshal import Graph
from ..store import Row

_PRIVILEGES = ("Sudo", "WriteFile", "ModifyUser", "ModifyGroup", "ReadSession", "WriteOwned")


@serves(omero.api.IAdmin)
class Admin(Service):
    def getEventContext(self, call: Call) -> Any:
        session, who = call.session, call.who
        group = call.group or session.group
        if not who.is_admin and group.id not in who.member_of:
            security.visibility(call.lab, who, group)
        return omero.sys.EventContext(
            shareId=-1,
            sessionId=session.id,
            sessionUuid=session.uuid,
            userId=session.user.id,
            userName=session.user.values["omeName"],
            groupId=group.id,
            groupName=group.values["name"],
            isAdmin=who.is_admin,
            adminPrivileges=list(_PRIVILEGES) if who.is_admin else [],
            eventId=-1,
            eventType="User",
            memberOfGroups=list(who.member_of),
            leaderOfGroups=list(who.leader_of),
            groupPermissions=security.permissions_of(group),
        )

    def getSecurityRoles(self, call: Call) -> Any:
        return omero.sys.Roles(
            rootId=security.ROOT,
            rootName="root",
            systemGroupId=security.SYSTEM_GROUP,
            systemGroupName="system",
            userGroupId=security.USER_GROUP,
            userGroupName="user",
            guestId=security.GUEST,
            guestName="guest",
            guestGroupId=security.GUEST_GROUP,
            guestGroupName="guest",
        )

    def lookupExperimenters(self, call: Call) -> list[Any]:
        return user_objects(call, call.lab.rows("Experimenter"))

    def lookupExperimenter(self, call: Call, name: str) -> Any:
        return user_objects(call, [_named(call, "Experimenter", "omeName", name)])[0]

    def getExperimenter(self, call: Call, id: int) -> Any:
        return user_objects(call, [_existing(call, "Experimenter", id)])[0]

    def containedExperimenters(self, call: Call, group: int) -> list[Any]:
        maps = call.lab.pointing(
            "GroupExperimenterMap", "parent", _existing(call, "ExperimenterGroup", group).id
        )
        return user_objects(call, [m.values["child"] for m in maps])

    def lookupGroups(self, call: Call) -> list[Any]:
        return group_objects(call, call.lab.rows("ExperimenterGroup"))

    def lookupGroup(self, call: Call, name: str) -> Any:
        return group_objects(call, [_named(call, "ExperimenterGroup", "name", name)])[0]

    def getGroup(self, call: Call, id: int) -> Any:
        return group_objects(call, [_existing(call, "ExperimenterGroup", id)])[0]

    def containedGroups(self, call: Call, user: int) -> list[Any]:
        maps = call.lab.pointing("GroupExperimenterMap", "child", _existing(call, "Experimenter", user).id)
        return group_objects(call, [m.values["parent"] for m in maps])

    def getDefaultGroup(self, call: Call, user: int) -> Any:
        return group_objects(call, [security.default_group(call.lab, _existing(call, "Experimenter", user))])[
            0
        ]

    def getMemberOfGroupIds(self, call: Call, user: Any) -> list[int]:
        return list(_caller(call, user.id.val).member_of)

    def getLeaderOfGroupIds(self, call: Call, user: Any) -> list[int]:
        return list(_caller(call, user.id.val).leader_of)

    def getCurrentAdminPrivileges(self, call: Call) -> list[Any]:
        return _privileges(call.who.is_admin)

    def getAdminPrivileges(self, call: Call, user: Any) -> list[Any]:
        return _privileges(_caller(call, user.id.val).is_admin)


def user_objects(call: Call, users: Iterable[Row]) -> list[Any]:
    """Accounts with the groups they are in."""
    graph, found = Graph(call.lab, call.who, False), list(users)
    for user in found:
        maps = call.lab.pointing("GroupExperimenterMap", "child", user.id)
        graph.attach_all(user, "groupExperimenterMap", maps)
        for each in maps:
            graph.attach(each, "parent", "reference", each.values["parent"])
    graph.finish()
    return [graph.object(user) for user in found]


def group_objects(call: Call, groups: Iterable[Row]) -> list[Any]:
    """Groups with the accounts in them."""
    graph, found = Graph(call.lab, call.who, False), list(groups)
    for group in found:
        maps = call.lab.pointing("GroupExperimenterMap", "parent", group.id)
        graph.attach_all(group, "groupExperimenterMap", maps)
        for each in maps:
            graph.attach(each, "child", "reference", each.values["child"])
    graph.finish()
    return [graph.object(group) for group in found]


def _existing(call: Call, entity: str, id: int) -> Row:
    found = call.lab.get(entity, id)
    if found is None:
        raise misuse(f"No such {entity}: {id}")
    return found


def _named(call: Call, entity: str, field: str, name: str) -> Row:
    found = call.lab.valued(entity, field, name)
    if not found:
        raise misuse(f"No such {entity}: {name}")
    return found[0]


def _caller(call: Call, user: int) -> security.Caller:
    return security.caller(call.lab, _existing(call, "Experimenter", user))


def _privileges(is_admin: bool) -> list[Any]:
    found = []
    for name in _PRIVILEGES if is_admin else ():
        privilege = omero.model.AdminPrivilegeI()
        privilege.setValue(rstring(name))
        found.append(privilege)
    return found
