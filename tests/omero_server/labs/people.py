"""Groups and accounts: one group of each kind of permissions, and somebody in every position towards them."""

from __future__ import annotations

from dataclasses import dataclass

from ..store import Lab, Row

PRIVATE, READ_ONLY, READ_ANNOTATE, READ_WRITE = "private-lab", "read-only-lab", "annotate-lab", "shared-lab"
PERMISSIONS = {PRIVATE: "rw----", READ_ONLY: "rwr---", READ_ANNOTATE: "rwra--", READ_WRITE: "rwrw--"}
GROUP_IDS = {"system": 0, "user": 1, "guest": 2, PRIVATE: 3, READ_ONLY: 4, READ_ANNOTATE: 5, READ_WRITE: 6}

ROOT, MEMBER, LEADER, COLLEAGUE, STRANGER = "root", "member", "leader", "colleague", "stranger"
CANARY_LOGIN = "login-CANARY"
FULL_NAMES = {
    ROOT: ("Root", "Admin"),
    MEMBER: ("Ada", "Member"),
    LEADER: ("Lin", "Leader"),
    COLLEAGUE: ("Bo", "Colleague"),
    STRANGER: ("Sam", "Stranger"),
    CANARY_LOGIN: ("Cy", "Quiet"),
}
USER_IDS = {ROOT: 0, "guest": 1, MEMBER: 2, LEADER: 3, COLLEAGUE: 4, STRANGER: 5, CANARY_LOGIN: 6}


@dataclass(frozen=True)
class People:
    groups: dict[str, Row]
    users: dict[str, Row]


def password_of(login: str) -> str:
    return f"{login}-password"


def add_people(lab: Lab) -> People:
    """Everybody. The first group of an account is its default one."""
    groups = {name: lab.add_group(name, "rwr---", id=GROUP_IDS[name]) for name in ("system", "user", "guest")}
    for name, permissions in PERMISSIONS.items():
        description = f"description-CANARY of {name}" if name == PRIVATE else None
        groups[name] = lab.add_group(name, permissions, id=GROUP_IDS[name], description=description)
    users: dict[str, Row] = {}
    everything = (READ_ONLY, PRIVATE, READ_ANNOTATE, READ_WRITE)
    for login, member_of, leads in (
        (ROOT, ("system",), ("system",)),
        (MEMBER, everything, ()),
        (LEADER, (PRIVATE, READ_ANNOTATE), (PRIVATE,)),
        (COLLEAGUE, (READ_ONLY, PRIVATE, READ_ANNOTATE, READ_WRITE), ()),
        (STRANGER, (READ_WRITE,), ()),
        (CANARY_LOGIN, (READ_ONLY,), ()),
    ):
        first, last = FULL_NAMES[login]
        users[login] = lab.add_user(
            login,
            password_of(login),
            groups=[groups[name] for name in (*member_of, "user")],
            leads=[groups[name] for name in leads],
            id=USER_IDS[login],
            firstName=first,
            lastName=last,
            email=f"{login}-email-CANARY@lab.example",
            institution=f"institution-CANARY of {login}",
        )
    return People(groups, users)
