"""Groups, projects and datasets: what a scope means on this server, and what is in it."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from catalog_builder.errors import SourceError
from catalog_builder.model.records import Dataset, Group, Person, Project
from catalog_builder.sources.base import Scope
from catalog_builder.sources.omero import queries
from catalog_builder.sources.omero.connect import explained
from catalog_builder.sources.omero.queries import Reach
from catalog_builder.sources.omero.remote import Remote, Row

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# The list stands twice in some queries, and PostgreSQL takes no more than 32,767 parameters in a statement.
_MOST_IDS = 10_000
_SHOWN_NAMES = 8


@dataclass(frozen=True)
class Found:
    """What the scope covers: the reach for further queries, and the containers without annotations."""

    reach: Reach
    groups: dict[int, Group]
    """Every group of the server that the account can see, within the scope or not."""
    projects: dict[int, Project] = field(default_factory=dict)
    datasets: dict[int, Dataset] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    """Names of the private groups that were left out because nothing was named at all."""


def find(remote: Remote, scope: Scope) -> Found:
    """Resolves a scope. Raises one SourceError that names everything in it that cannot be read.

    A named project brings its datasets and their images; a named dataset does not bring its project. What
    lies in a private group (`rw----`) is read only if that group is named itself; where a named project or
    dataset lies in a private group, naming the group permits that one and brings nothing else of it.
    """
    groups, readable = _groups(remote)
    named_groups, problems = _named_groups(scope, groups, readable)
    permits = _groups_of_named(remote, scope) if any(groups[id_].private for id_ in named_groups) else set()
    chosen = tuple(id_ for id_ in named_groups if not (groups[id_].private and id_ in permits))
    asked = Reach(groups=chosen, projects=scope.projects)
    rows = list(remote.rows(queries.PROJECTS, asked)) if chosen or scope.projects else []
    problems += _unreadable("project", scope.projects, rows, groups, named_groups)
    links = list(remote.rows(queries.PROJECT_DATASETS, asked)) if rows else []
    projects = {row[0]: _project(row) for row in rows}
    outside = {id_ for id_, project in projects.items() if project.group not in chosen}
    named = set(scope.datasets) | {child for _, parent, child in links if parent in outside}
    if len(named) > _MOST_IDS:
        raise SourceError(f"The named projects hold {len(named)} datasets: name their groups instead.")
    asked = Reach(groups=chosen, datasets=tuple(sorted(named)))
    rows = list(remote.rows(queries.DATASETS, asked)) if chosen or named else []
    problems += _unreadable("dataset", scope.datasets, rows, groups, named_groups)
    if problems:
        raise SourceError("\n".join(problems))
    parents: defaultdict[int, set[int]] = defaultdict(set)
    for _, parent, child in links:
        if parent in projects:
            parents[child].add(parent)
    datasets = {row[0]: _dataset(row, parents[row[0]]) for row in rows}
    others = {id_: dataset for id_, dataset in datasets.items() if dataset.group not in chosen}
    held = (*(projects[id_] for id_ in outside), *others.values())
    reach = Reach(
        groups=chosen,
        projects=tuple(sorted(outside)),
        datasets=tuple(sorted(others)),
        elsewhere=tuple(sorted({one.group for one in held if one.group is not None})),
    )
    private = sorted(groups[id_].name for id_ in readable if scope.everything and groups[id_].private)
    return Found(reach, groups, projects, datasets, tuple(private))


def people(remote: Remote, owners: Iterable[int | None]) -> dict[int, Person]:
    """The owners' full names, and nothing else about them; '' for somebody without a name."""
    return {
        id_: Person(id=id_, name=" ".join(part.strip() for part in (first, last) if part and part.strip()))
        for id_, first, last in sorted(
            remote.by_ids(queries.PEOPLE, [id_ for id_ in owners if id_ is not None])
        )
    }


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
    with explained("asking which groups the account is in"):
        own = remote.connection.services.getAdminService().getEventContext()
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
    """Ids of the groups that the named projects and datasets are in."""
    rows: list[Row] = []
    if scope.projects:
        rows += remote.rows(queries.PROJECTS, Reach(projects=scope.projects))
    if scope.datasets:
        rows += remote.rows(queries.DATASETS, Reach(datasets=scope.datasets))
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


def _project(row: Row) -> Project:
    id_, name, description, owner, group, created = row
    return Project(
        id=id_,
        name=name or "",
        description=description or "",
        owner=owner,
        group=group,
        created=moment(created),
    )


def _dataset(row: Row, parents: Iterable[int]) -> Dataset:
    id_, name, description, owner, group, created = row
    return Dataset(
        id=id_,
        name=name or "",
        description=description or "",
        owner=owner,
        group=group,
        created=moment(created),
        projects=tuple(sorted(parents)),
    )
