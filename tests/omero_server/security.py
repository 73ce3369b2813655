"""Who may see what: OMERO's group permissions.

A row is visible if the account is an administrator, leads the row's group, owns the row, or is a member of a group
whose members read each other's data. Experimenters, groups, enumerations and events belong to nobody and are visible
to all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import omero
from omero.model import PermissionsI

from . import model
from .store import Lab, Row

SYSTEM_GROUP, USER_GROUP, GUEST_GROUP = 0, 1, 2
ROOT, GUEST = 0, 1
ALL_GROUPS = -1
RESTRICTIONS = ("canLink", "canEdit", "canDelete", "canAnnotate", "canChgrp", "canChown")

_OWNERLESS = frozenset(
    {
        "Experimenter",
        "ExperimenterGroup",
        "GroupExperimenterMap",
        "Event",
        "EventLog",
        "Session",
        "Node",
        "PixelsType",
    }
    | {"ExternalInfo", "DBPatch", "ConfigProperty"}
)


@dataclass(frozen=True)
class Caller:
    """The account behind a call."""

    user: Row
    is_admin: bool
    member_of: tuple[int, ...]
    leader_of: tuple[int, ...]


def caller(lab: Lab, user: Row) -> Caller:
    maps = lab.pointing("GroupExperimenterMap", "child", user.id)
    return Caller(
        user=user,
        is_admin=any(m.values["parent"].id == SYSTEM_GROUP for m in maps),
        member_of=tuple(m.values["parent"].id for m in maps),
        leader_of=tuple(m.values["parent"].id for m in maps if m.values.get("owner")),
    )


def default_group(lab: Lab, user: Row) -> Row:
    """The first group of an account that is not the one everybody is in."""
    groups: list[Row] = [m.values["parent"] for m in lab.pointing("GroupExperimenterMap", "child", user.id)]
    return next((group for group in groups if group.id != USER_GROUP), groups[0])


def permissions_of(group: Row) -> PermissionsI:
    return PermissionsI(group.permissions)


def resolve_group(lab: Lab, given: str, current: Row) -> Row | None:
    """The group that `omero.group` names, by id or by name; None for all groups."""
    if given == "":
        return current
    if given == str(ALL_GROUPS):
        return None
    if given.lstrip("-").isdigit():
        found = lab.get("ExperimenterGroup", int(given))
    else:
        found = next((g for g in lab.rows("ExperimenterGroup") if g.values["name"] == given), None)
    if found is None:
        raise omero.ApiUsageException(None, None, f"omero.group={given}: no such group")
    return found


def visibility(lab: Lab, who: Caller, group: Row | None) -> Callable[[Row], bool]:
    """What this account sees in this group, or in all of them. Raises SecurityViolation for a group it is not in."""
    if group is not None and not who.is_admin and group.id not in who.member_of:
        name = who.user.values["omeName"]
        raise omero.SecurityViolation(
            None, None, f"User {name} is not a member of group {group.id} and cannot login"
        )
    groups = lab.rows("ExperimenterGroup") if group is None else [group]
    whole = frozenset(g.id for g in groups if reads_all(who, g))
    own = frozenset(g.id for g in groups if g.id in who.member_of or who.is_admin)
    me = who.user

    def visible(row: Row) -> bool:
        if row.group is None or row.entity in _OWNERLESS:
            return True
        return row.group.id in whole or (row.owner is me and row.group.id in own)

    return visible


def reads_all(who: Caller, group: Row) -> bool:
    if who.is_admin or group.id in who.leader_of:
        return True
    permissions = permissions_of(group)
    return bool(permissions.isWorldRead() or (group.id in who.member_of and permissions.isGroupRead()))


def restrictions(who: Caller, row: Row, all_groups: bool) -> list[bool]:
    """What the account may not do with a row, in the order of RESTRICTIONS, which is OMERO's."""
    if row.group is None or model.is_enumeration(row.entity):
        return [not who.is_admin] * len(RESTRICTIONS)
    if all_groups and not who.is_admin:
        return [True] * len(RESTRICTIONS)  # OMERO cannot tell without a group to judge by
    permissions = permissions_of(row.group)
    owns = row.owner is who.user
    rules = owns or who.is_admin or row.group.id in who.leader_of
    writes = rules or permissions.isGroupWrite()
    annotates = writes or permissions.isGroupAnnotate()
    allowed = (writes, writes, writes, annotates, owns or who.is_admin, who.is_admin)
    return [not may for may in allowed]
