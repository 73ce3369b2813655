"""Groups and containers: what a scope means on a server, and the projects, datasets, screens and plates in it."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Any, Literal, NamedTuple

from catalog_builder.errors import SourceError
from catalog_builder.model.plates import Plate, Screen
from catalog_builder.model.records import Dataset, Group, Person, Project
from catalog_builder.sources.base import Scope
from catalog_builder.sources.omero import queries
from catalog_builder.sources.omero.queries import Query
from catalog_builder.sources.omero.reach import Reach
from catalog_builder.sources.omero.remote import Remote, Row

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# The list stands twice in some queries, and PostgreSQL takes no more than 32,767 parameters in a statement.
_MOST_IDS = 10_000
_SHOWN_NAMES = 8


class Branch(NamedTuple):
    """One of OMERO's two trees: what its containers are called, and the queries that read them."""

    outer: Literal["project", "screen"]
    inner: Literal["dataset", "plate"]
    outer_query: Query
    links_query: Query
    inner_query: Query


BRANCHES = (
    Branch("project", "dataset", queries.PROJECTS, queries.PROJECT_DATASETS, queries.DATASETS),
    Branch("screen", "plate", queries.SCREENS, queries.SCREEN_PLATES, queries.PLATES),
)


@dataclass
class _Rows:
    """What of a branch is within the scope."""

    outer: list[Row] = field(default_factory=list)
    inner: list[Row] = field(default_factory=list)
    parents: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def of_other_groups(self, chosen: Collection[int]) -> tuple[list[Row], list[Row]]:
        """Outer and inner rows that are here because they are named, not because their group is."""
        return [row for row in self.outer if row[4] not in chosen], [
            row for row in self.inner if row[4] not in chosen
        ]


@dataclass(frozen=True)
class Found:
    """What the scope covers: the reach for further queries, and the containers without annotations."""

    reach: Reach
    groups: dict[int, Group]
    """Every group of the server that the account can see, within the scope or not."""
    projects: dict[int, Project] = field(default_factory=dict)
    datasets: dict[int, Dataset] = field(default_factory=dict)
    screens: dict[int, Screen] = field(default_factory=dict)
    plates: dict[int, Plate] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    """Names of the private groups that were left out because nothing was named at all."""

    def __bool__(self) -> bool:
        return bool(self.projects or self.datasets or self.screens or self.plates)


def find(remote: Remote, scope: Scope, *, linkers: bool = False) -> Found:
    """Resolves a scope. Raises one SourceError that names everything in it that cannot be read.

    A named project brings its datasets and their images, a named screen its plates; a named dataset does not
    bring its project. What lies in a private group (`rw----`) is read only if that group is named itself;
    where a named container lies in a private group, naming the group permits that one and brings nothing else
    of it. `linkers`: further queries ask who linked what.
    """
    groups, readable = _groups(remote)
    named_groups, problems = _named_groups(scope, groups, readable)
    permits = _groups_of_named(remote, scope) if any(groups[id_].private for id_ in named_groups) else set()
    chosen = tuple(id_ for id_ in named_groups if not (groups[id_].private and id_ in permits))
    found = []
    for branch in BRANCHES:
        rows = _rows(remote, branch, chosen, _named(scope, branch.outer), _named(scope, branch.inner))
        problems += _unreadable(branch.outer, _named(scope, branch.outer), rows.outer, groups, named_groups)
        problems += _unreadable(branch.inner, _named(scope, branch.inner), rows.inner, groups, named_groups)
        found.append(rows)
    if problems:
        raise SourceError("\n".join(problems))
    tree, plates = found
    private = sorted(groups[id_].name for id_ in readable if scope.everything and groups[id_].private)
    return Found(
        _reach(chosen, tree, plates, linkers),
        groups,
        {row[0]: _project(row) for row in tree.outer},
        {row[0]: _dataset(row, tree.parents[row[0]]) for row in tree.inner},
        {row[0]: _screen(row) for row in plates.outer},
        {row[0]: _plate(row, plates.parents[row[0]]) for row in plates.inner},
        tuple(private),
    )


def _named(scope: Scope, kind: str) -> tuple[int, ...]:
    ids: tuple[int, ...] = getattr(scope, f"{kind}s")
    return ids


def _rows(
    remote: Remote, branch: Branch, chosen: tuple[int, ...], outer: tuple[int, ...], inner: tuple[int, ...]
) -> _Rows:
    rows = _Rows()
    asked = _asked(chosen, branch.outer, outer)
    if chosen or outer:
        rows.outer = list(remote.rows(branch.outer_query, asked))
    links = list(remote.rows(branch.links_query, asked)) if rows.outer else []
    known = {row[0] for row in rows.outer}
    outside = {row[0] for row in rows.outer if row[4] not in chosen}
    named = {*inner, *(child for _, parent, child in links if parent in outside)}
    if len(named) > _MOST_IDS:
        raise SourceError(
            f"The named {branch.outer}s hold {len(named)} {branch.inner}s: name their groups instead."
        )
    asked = _asked(chosen, branch.inner, tuple(sorted(named)))
    if chosen or named:
        rows.inner = list(remote.rows(branch.inner_query, asked))
    for _, parent, child in links:
        if parent in known:
            rows.parents[child].add(parent)
    return rows


def _reach(chosen: tuple[int, ...], tree: _Rows, plates: _Rows, linkers: bool) -> Reach:
    """Whole groups by their ids, and what is named in other groups one by one."""
    ids: dict[str, tuple[int, ...]] = {}
    elsewhere: set[int] = set()
    for branch, rows in zip(BRANCHES, (tree, plates), strict=True):
        for kind, others in zip((branch.outer, branch.inner), rows.of_other_groups(chosen), strict=True):
            ids[f"{kind}s"] = tuple(sorted(row[0] for row in others))
            elsewhere.update(row[4] for row in others if row[4] is not None)
    return replace(
        Reach(groups=chosen, elsewhere=tuple(sorted(elsewhere)), linkers=linkers),
        **ids,  # type: ignore[arg-type]
    )


def _asked(groups: tuple[int, ...], kind: str, ids: tuple[int, ...]) -> Reach:
    """The groups, and containers of one kind."""
    return replace(Reach(groups=groups), **{f"{kind}s": ids})  # type: ignore[arg-type]


def people(remote: Remote, owners: Iterable[int | None]) -> dict[int, Person]:
    """The owners' full names, and nothing else about them; '' for somebody without a name."""
    return {
        id_: Person(id=id_, name=" ".join(part.strip() for part in (first, last) if part and part.strip()))
        for id_, first, last in sorted(
            remote.by_ids(queries.PEOPLE, [id_ for id_ in owners if id_ is not None])
        )
    }


def logins(remote: Remote) -> frozenset[str]:
    """The login names of all accounts that this one may see."""
    return frozenset(login for _, login in remote.rows(queries.LOGINS, Reach()) if login)


def moment(milliseconds: int | None) -> datetime | None:
    """OMERO's time as UTC; None for none, and for what no calendar holds."""
    if milliseconds is None:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def _groups(remote: Remote) -> tuple[dict[int, Group], set[int]]:
    """All groups by id, and the ids of those whose data the account may read."""
    own = remote.connection.call(
        "asking which groups the account is in",
        lambda session: session.services.getAdminService().getEventContext(),
    )
    groups = {
        id_: Group(id=id_, name=name or "", permissions=_permissions(permissions))
        for id_, name, permissions in sorted(remote.rows(queries.GROUPS, Reach()), key=lambda row: row[0])
    }
    member = {*own.memberOfGroups, *own.leaderOfGroups}
    return groups, set(groups) if own.isAdmin else member & set(groups)


def _permissions(value: object) -> str:
    """OMERO answers a map whose `perm` is the string; what is unreadable counts as private."""
    perm = value.get("perm") if isinstance(value, dict) else value
    return perm if isinstance(perm, str) else "rw----"


def _named_groups(
    scope: Scope, groups: dict[int, Group], readable: Collection[int]
) -> tuple[tuple[int, ...], list[str]]:
    """Ids of the groups that are named, or all but the private ones; a sentence for every name that is none."""
    if scope.everything:
        return tuple(sorted(id_ for id_ in readable if not groups[id_].private)), []
    ids = {groups[id_].name: id_ for id_ in readable}
    known = sorted(ids)
    problems = [_unknown_group(name, known) for name in scope.groups if name not in ids]
    return tuple(sorted({ids[name] for name in scope.groups if name in ids})), problems


def _groups_of_named(remote: Remote, scope: Scope) -> set[int]:
    """Ids of the groups that the named containers are in."""
    rows: list[Row] = []
    for branch in BRANCHES:
        for kind, query in ((branch.outer, branch.outer_query), (branch.inner, branch.inner_query)):
            if ids := _named(scope, kind):
                rows += remote.rows(query, _asked((), kind, ids))
    return {row[4] for row in rows}


def _unknown_group(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    shown = near or known[:_SHOWN_NAMES]
    choice = ", ".join(f'"{other}"' for other in shown) + (", ..." if len(known) > len(shown) else "")
    return f'The account can read no group "{name}": it can read {choice or "no group at all"}.'


def _unreadable(
    kind: str,
    named: Iterable[int],
    rows: list[Row],
    groups: dict[int, Group],
    permitted: Collection[int],
) -> list[str]:
    """A sentence for each named object that is not there, or is in a private group that is not named."""
    group_of = {row[0]: row[4] for row in rows}
    problems = []
    for id_ in sorted(set(named)):
        if id_ not in group_of:
            problems.append(f"{kind}:{id_}: the account can read no such {kind}; check the number in OMERO.")
            continue
        group = groups.get(group_of[id_])
        if group_of[id_] not in permitted and (group is None or group.private):
            name = f' "{group.name}"' if group else ""
            problems.append(
                f"{kind}:{id_}: it is in the private group{name}: name that group, too, to permit this {kind}; "
                "nothing else of the group is read then."
            )
    return problems


def _described(row: Row) -> dict[str, Any]:
    """The fields that all containers share: the first six columns."""
    id_, name, description, owner, group, created = row[:6]
    return {
        "id": id_,
        "name": name or "",
        "description": description or "",
        "owner": owner,
        "group": group,
        "created": moment(created),
    }


def _project(row: Row) -> Project:
    return Project(**_described(row))


def _dataset(row: Row, parents: Iterable[int]) -> Dataset:
    return Dataset(**_described(row), projects=tuple(sorted(parents)))


def _screen(row: Row) -> Screen:
    return Screen(**_described(row))


def _plate(row: Row, parents: Iterable[int]) -> Plate:
    rows, columns, row_names, column_names = row[6:]
    return Plate(
        **_described(row),
        screens=tuple(sorted(parents)),
        rows=rows if rows and rows > 0 else None,
        columns=columns if columns and columns > 0 else None,
        row_names="number" if _is_number(row_names) else "letter",
        column_names="letter" if _is_letter(column_names) else "number",
    )


def _is_number(naming: str | None) -> bool:
    return (naming or "").strip().lower() == "number"


def _is_letter(naming: str | None) -> bool:
    return (naming or "").strip().lower() == "letter"
