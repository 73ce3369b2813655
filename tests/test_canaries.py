"""A unique mark in every field of everything that must stay in: none of it may be in any byte of what comes out."""

from __future__ import annotations

import gzip
import types
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
import pytest

from catalog_builder.exchange.schema import STREAMS
from catalog_builder.model.annotations import ANNOTATIONS
from catalog_builder.model.base import Record
from catalog_builder.model.catalogue import Catalogue, Thumbnail
from catalog_builder.model.records import Dataset, Group, Image, Person, Project
from catalog_builder.publish.policy import Policy
from tests.catalogues import build, catalogue, jpeg, run, write

MARK = b"CANARY"


def filled(kind: type[Record], why: str, **known: Any) -> Any:
    """A record whose every field holds something, and every text of it a mark of its own."""
    values = {
        field.name: known.get(field.name, worth(field.type, f"CANARY-{why}-{kind.__name__}-{field.name}"))
        for field in msgspec.structs.fields(kind)
    }
    return kind(**values)


def worth(hint: Any, mark: str) -> Any:
    """Something for a field of this type; a type that is not known here needs a decision."""
    kind, parts = get_origin(hint), get_args(hint)
    if kind is Annotated:
        return worth(parts[0], mark)
    if kind is Literal:
        return parts[-1]
    if kind in (Union, types.UnionType):
        return (
            mark if str in parts else worth(next(part for part in parts if part is not types.NoneType), mark)
        )
    if kind is tuple and parts[-1] is Ellipsis:
        return (worth(parts[0], mark),)
    if kind is tuple:
        return tuple(worth(part, f"{mark}-{place}") for place, part in enumerate(parts))
    if isinstance(hint, type) and issubclass(hint, Record):
        return filled(hint, mark)
    plain = {str: mark, int: 1, float: 1.5, bool: True, datetime: datetime(2026, 1, 2, tzinfo=timezone.utc)}
    if hint not in plain:
        raise TypeError(f"a field of a new type needs a canary: {hint}")
    return plain[hint]


OPEN_GROUP, SECRET_GROUP = 5, 6


def marked() -> Catalogue:
    """A public image and, around it, one of every kind of record for each reason to stay in."""
    notes: dict[str, list[Any]] = {stream: [] for stream in ANNOTATIONS}
    carried = []
    for place, (stream, kind) in enumerate(ANNOTATIONS.items()):
        reasons: dict[str, dict[str, Any]] = {
            "secret": {"group": SECRET_GROUP, "owner": 1},
            "elsewhere": {"group": OPEN_GROUP, "owner": 1, "namespace": "CANARY-namespace"},
            "others": {"group": OPEN_GROUP, "owner": 2, "namespace": ""},
            "import": {"group": OPEN_GROUP, "owner": 1, "namespace": "openmicroscopy.org/omero/import/x"},
        }
        if stream in ("tags", "ratings"):  # have no namespace; tags are common words; ratings are off
            reasons = {"secret": reasons["secret"]}
        for number, (why, known) in enumerate(reasons.items()):
            known = {name: value for name, value in known.items() if name in kind.__struct_fields__}
            notes[stream].append(filled(kind, why, id=1000 + 10 * place + number, **known))
            carried.append(notes[stream][-1].id)
    secret = {"group": SECRET_GROUP, "owner": 2}
    images = [
        Image(id=1, name="open", owner=1, group=OPEN_GROUP, datasets=(11, 1), annotations=tuple(carried)),
        filled(Image, "secret", id=2, **secret, datasets=(11,)),
        filled(Image, "label", id=3, owner=1, group=OPEN_GROUP, role="label", annotations=(), linked=()),
        filled(
            Image, "never", id=4, owner=1, group=OPEN_GROUP, role="", annotations=(900,), linked=(), fields=()
        ),
    ]
    notes["tags"].append(
        filled(ANNOTATIONS["tags"], "never", id=900, owner=1, group=OPEN_GROUP, text="Embargo CANARY")
    )
    records: dict[str, Any] = {
        "people": [
            Person(id=1, name="Ada Example"),
            filled(Person, "secret", id=2),
            filled(Person, "nobody", id=3),
        ],
        "groups": [
            Group(id=OPEN_GROUP, name="Open", permissions="rwr---"),
            filled(Group, "secret", id=SECRET_GROUP, permissions="rw----"),
        ],
        "projects": [Project(id=11, name="P", owner=1, group=OPEN_GROUP)],
        "datasets": [Dataset(id=11, name="D", owner=1, group=OPEN_GROUP, projects=(11,))],
        "tag_sets": [filled(STREAMS["tag_sets"], "secret", id=1, **secret)],
        **notes,
    }
    for stream in ("projects", "datasets", "screens", "plates", "runs", "wells"):
        records.setdefault(stream, []).append(filled(STREAMS[stream], "secret", id=1, **secret))

    def pictures(asked: Iterable[int]) -> list[Thumbnail]:
        return [Thumbnail(i, jpeg(i), 48, 32) for i in asked]

    return catalogue(images, pictures=pictures, **records)


def everything(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below, by name; what is compressed is opened."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            yield path.relative_to(folder).as_posix(), content
            if content[:2] == b"\x1f\x8b":
                yield f"{path.name} (opened)", gzip.decompress(content)


def leaks(folder: Path) -> list[str]:
    return [name for name, content in everything(folder) if MARK in content or MARK.decode() in name]


def test_every_record_and_every_text_of_it_has_a_canary() -> None:
    """Marks stand in each text field of each kind of record, so that one which is new has one, too."""
    private = marked()
    said = repr([getattr(private, stream) for stream in STREAMS if stream != "images"]) + repr(
        list(private.images())
    )
    for stream, kind in STREAMS.items():
        for field in msgspec.structs.fields(kind):
            if "str" in repr(field.type) and field.name not in ("permissions", "namespace"):
                assert f"-{kind.__name__}-{field.name}" in said, f"{stream}: {field.name}"


def test_no_canary_is_in_an_export_or_its_site(tmp_path: Path) -> None:
    write(marked(), tmp_path / "export", policy=Policy())
    assert leaks(tmp_path / "export") == []
    build(tmp_path / "export", tmp_path / "site")
    assert leaks(tmp_path / "site") == []
    shown = [content for name, content in everything(tmp_path) if name.endswith(".jpg")]
    assert jpeg(1) in shown and not [i for i in (2, 3, 4) if jpeg(i) in shown]


@pytest.mark.omero
@pytest.mark.parametrize("admin", [False, True])
def test_no_canary_of_a_lab_is_in_what_its_accounts_publish(admin: bool, tmp_path: Path) -> None:
    """As a member and as an administrator who reads everything, by the starter's rules, over real Ice."""
    pytest.importorskip("omero", reason="omero-py and Ice are not installed")
    from tests.omero_server import OmeroServer
    from tests.omero_server.lab import MEMBER, ROOT, small_lab

    login = ROOT if admin else MEMBER
    with OmeroServer(small_lab()) as server:
        account = {
            "OMERO_HOST": server.host,
            "OMERO_PORT": str(server.port),
            "OMERO_USER": login,
            "OMERO_PASSWORD": server.password(login),
        }
        said = []
        for words in (("plan",), ("export",), ("export",), ("build", "export"), ("check", "site")):
            ended = run(*words, cwd=tmp_path, **(account if words[0] in ("plan", "export") else {}))
            assert ended.returncode == 0, ended.stderr
            said.append(ended.stdout + ended.stderr)
    assert (tmp_path / "export" / "manifest.json").is_file() and leaks(tmp_path) == []
    for secret in (server.password(login), server.host, *([] if admin else [f"{MEMBER}_"])):
        assert all(secret.encode() not in content for _, content in everything(tmp_path)), secret
        assert all(secret not in text for text in said)
    assert not any(MARK.decode() in text for text in said[1:])
