"""Logging in, groups, who sees what, and everything that is refused, on the stand-in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

omero = pytest.importorskip("omero", reason="omero-py and Ice are not installed", exc_type=ImportError)
pytest.importorskip("omero.gateway", reason="omero-py and Ice are not installed", exc_type=ImportError)

import Ice  # noqa: E402
from omero.gateway import BlitzGateway  # noqa: E402
from omero.rtypes import rstring  # noqa: E402

from tests.omero_server import OmeroServer  # noqa: E402
from tests.omero_server.connections import ask, connected  # noqa: E402
from tests.omero_server.lab import COLLEAGUE, LEADER, MEMBER, ROOT, STRANGER, small_lab  # noqa: E402
from tests.omero_server.store import Lab  # noqa: E402

pytestmark = pytest.mark.omero

DATASETS = "select d.details.group.name, d.name from Dataset d order by d.details.group.name, d.name"
PRIVATE, READ_ONLY, ANNOTATE, SHARED = 3, 4, 5, 6


@pytest.fixture(scope="module")
def server() -> Iterator[OmeroServer]:
    with OmeroServer(small_lab()) as server:
        yield server


def private_datasets(connection: Any) -> list[str]:
    found = [name for group, name in ask(connection, DATASETS) if group == "private-lab"]
    return [name.rsplit(" ", 1)[-1] for name in found]


# -- logging in --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("secure", [True, False])
def test_connect(server: OmeroServer, secure: bool) -> None:
    with connected(server, MEMBER, secure=secure) as connection:
        assert connection.isSecure() is secure
        endpoint = connection.c.getRouter(connection.c.getCommunicator()).ice_getEndpoints()[0]
        assert endpoint.getInfo().port == (server.port if secure else server.plain_port)
        assert connection.getUser().getName() == MEMBER


def test_a_wrong_password_says_why(server: OmeroServer) -> None:
    for login, password in ((MEMBER, "wrong"), ("nobody", "x")):
        connection = BlitzGateway(login, password, host=server.host, port=server.port, secure=True)
        assert connection.connect() is False
        assert "Password check failed" in str(connection.getLastError())
        connection.close()


def test_joining_a_session_by_its_uuid(server: OmeroServer) -> None:
    uuid = server.session_uuid(MEMBER)
    connection = BlitzGateway(host=server.host, port=server.port, secure=True)
    assert connection.connect(sUuid=uuid)
    assert connection.getUser().getName() == MEMBER
    assert connection.getEventContext().sessionUuid == uuid
    connection.close()
    assert uuid not in server.sessions.open


def test_an_ended_session_cannot_be_joined(server: OmeroServer) -> None:
    with connected(server, MEMBER) as connection:
        uuid = connection.getEventContext().sessionUuid
    again = BlitzGateway(host=server.host, port=server.port, secure=True)
    assert again.connect(sUuid=uuid) is False
    again.close()


def test_closing_only_drops_one_reference_of_a_shared_session(server: OmeroServer) -> None:
    uuid = server.session_uuid(MEMBER)
    joined = BlitzGateway(host=server.host, port=server.port, secure=True)
    assert joined.connect(sUuid=uuid)
    joined.close(hard=False)
    assert server.sessions.open[uuid].user.values["omeName"] == MEMBER


def test_calls_after_the_end_of_a_session_are_answered(server: OmeroServer) -> None:
    with connected(server, MEMBER) as connection:
        service = connection.c.sf.getQueryService()
        server.sessions.open.pop(connection.getEventContext().sessionUuid).closed = True
        with pytest.raises(Ice.ObjectNotExistException):
            service.find("Image", 1)


def test_a_group_can_be_chosen_when_logging_in(server: OmeroServer) -> None:
    def session(group: str) -> Any:
        return BlitzGateway(
            MEMBER, server.password(MEMBER), group=group, host=server.host, port=server.port, secure=True
        )

    connection = session("shared-lab")
    assert connection.connect() and connection.getEventContext().groupName == "shared-lab"
    connection.close()
    elsewhere = session("system")
    assert elsewhere.connect() is False
    assert "not a member" in str(elsewhere.getLastError())
    elsewhere.close()


def test_the_event_context(server: OmeroServer) -> None:
    with connected(server, LEADER) as connection:
        context = connection.getEventContext()
        assert (context.userName, context.isAdmin, context.shareId) == (LEADER, False, -1)
        assert (context.groupName, str(context.groupPermissions)) == ("private-lab", "rw----")
        assert (context.memberOfGroups, context.leaderOfGroups) == ([PRIVATE, ANNOTATE, 1], [PRIVATE])


def test_an_invocation_timeout_leaves_the_connection_usable(server: OmeroServer, tmp_path: Path) -> None:
    settings = tmp_path / "ice.config"
    settings.write_text("Ice.Default.InvocationTimeout=60000\n")
    connection = BlitzGateway(
        MEMBER,
        server.password(MEMBER),
        host=server.host,
        port=server.port,
        secure=True,
        extra_config=[str(settings)],
    )
    assert connection.connect()
    assert connection.c.ic.getProperties().getProperty("Ice.Default.InvocationTimeout") == "60000"
    assert list(connection.getObjects("Project"))
    connection.close()


def test_it_is_up_in_no_time() -> None:
    lab = Lab()
    start = time.perf_counter()
    with OmeroServer(lab) as server:
        assert time.perf_counter() - start < 1.0  # 10 ms on an idle machine
        assert server.port != server.plain_port


def test_two_servers_live_beside_each_other(server: OmeroServer) -> None:
    with OmeroServer(small_lab()) as other, connected(other, STRANGER) as connection:
        assert connection.getUser().getName() == STRANGER
        assert other.calls and other.port != server.port


# -- who sees what -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("login", "group", "seen"),
    [
        (MEMBER, "-1", [MEMBER]),
        (COLLEAGUE, "-1", [COLLEAGUE]),
        (LEADER, "-1", [COLLEAGUE, LEADER, MEMBER]),
        (ROOT, "-1", [COLLEAGUE, LEADER, MEMBER]),
        (STRANGER, "-1", []),
        (MEMBER, str(PRIVATE), [MEMBER]),
        (ROOT, str(PRIVATE), [COLLEAGUE, LEADER, MEMBER]),
        (ROOT, str(READ_ONLY), []),
    ],
)
def test_a_private_group_shows_its_members_their_own(
    server: OmeroServer, login: str, group: str, seen: list[str]
) -> None:
    with connected(server, login, group) as connection:
        assert private_datasets(connection) == seen


@pytest.mark.parametrize(
    ("login", "groups"),
    [
        (ROOT, {"private-lab", "read-only-lab", "annotate-lab", "shared-lab"}),
        (MEMBER, {"private-lab", "read-only-lab", "annotate-lab", "shared-lab"}),
        (LEADER, {"private-lab", "annotate-lab"}),
        (STRANGER, {"shared-lab"}),
    ],
)
def test_all_groups_are_those_of_the_account(server: OmeroServer, login: str, groups: set[str]) -> None:
    with connected(server, login) as connection:
        assert {group for group, _ in ask(connection, DATASETS)} == groups


def test_without_a_context_only_the_session_s_group_is_read(server: OmeroServer) -> None:
    with connected(server, MEMBER, group=None) as connection:
        assert {group for group, _ in ask(connection, DATASETS)} == {"read-only-lab"}


def test_a_group_that_one_is_not_in_is_refused(server: OmeroServer) -> None:
    with connected(server, STRANGER, group=str(READ_ONLY)) as connection:
        with pytest.raises(omero.SecurityViolation, match="not a member of group 4"):
            ask(connection, DATASETS)
        connection.SERVICE_OPTS.setOmeroGroup("4711")
        with pytest.raises(omero.ApiUsageException, match="no such group"):
            ask(connection, DATASETS)


def test_collections_are_filtered_too(server: OmeroServer) -> None:
    hql = "select distinct i.details.owner.omeName from ExperimenterGroup g, Image i where i.details.group.id = g.id"
    with connected(server, MEMBER, str(PRIVATE)) as connection:
        assert ask(connection, hql) == [MEMBER]
    private = server.lab.find("Dataset", name=f"CANARY-private-dataset of {COLLEAGUE}")
    with connected(server, MEMBER) as connection:
        assert connection.getQueryService().find("Dataset", private.id, connection.SERVICE_OPTS) is None
        counts = connection.getContainerService().getCollectionCount(
            "Dataset", "imageLinks", [private.id], None, connection.SERVICE_OPTS
        )
        assert counts == {private.id: 0}


@pytest.mark.parametrize(
    ("login", "group", "may"),
    [
        (MEMBER, ANNOTATE, {"canAnnotate"}),
        (LEADER, ANNOTATE, {"canLink", "canEdit", "canDelete", "canAnnotate", "canChgrp"}),
        (COLLEAGUE, READ_ONLY, set()),
        (MEMBER, SHARED, {"canLink", "canEdit", "canDelete", "canAnnotate"}),
        (ROOT, READ_ONLY, {"canLink", "canEdit", "canDelete", "canAnnotate", "canChgrp", "canChown"}),
    ],
)
def test_permissions_say_what_the_account_may_do(
    server: OmeroServer, login: str, group: int, may: set[str]
) -> None:
    name = {ANNOTATE: "Annotated by all", READ_ONLY: "PCNT", SHARED: "Shared dataset"}[group]
    with connected(server, login, str(group)) as connection:
        (found,) = ask(
            connection, "select d.details.permissions from Dataset d where d.name = :name", name=name
        )
        assert {flag for flag, allowed in found.items() if allowed is True} == may
        (dataset,) = connection.getObjects("Dataset", attributes={"name": name})
        assert dataset.canEdit() is ("canEdit" in may) and dataset.canAnnotate() is ("canAnnotate" in may)


# -- what is refused ---------------------------------------------------------------------------------------------


def test_every_write_is_refused_by_name(server: OmeroServer) -> None:
    link = omero.model.DatasetImageLinkI()
    with connected(server, ROOT) as root:
        session = root.c.sf
        update, container, admin = (
            root.getUpdateService(),
            session.getContainerService(),
            session.getAdminService(),
        )
        settings, types = session.getRenderingSettingsService(), session.getTypesService()
        tries = {
            "IUpdate.saveAndReturnObject": lambda: update.saveAndReturnObject(link),
            "IUpdate.saveArray": lambda: update.saveArray([link]),
            "IUpdate.deleteObject": lambda: update.deleteObject(link),
            "IContainer.createDataObject": lambda: container.createDataObject(link, None),
            "IContainer.unlink": lambda: container.unlink([link], None),
            "IRenderingSettings.resetDefaultsInSet": lambda: settings.resetDefaultsInSet("Image", [1]),
        }
        requests = {
            "Delete2": omero.cmd.Delete2(targetObjects={"Image": [1]}),
            "Chgrp2": omero.cmd.Chgrp2(targetObjects={"Image": [1]}, groupId=3),
        }
        before = {kind: len(server.lab.rows(kind)) for kind in ("Image", "DatasetImageLink")}
        for name, attempt in tries.items():
            with pytest.raises(omero.ApiUsageException, match=f"{name}.* changes nothing"):
                attempt()
        for name, request in requests.items():
            with pytest.raises(Ice.UnknownException) as failure:
                session.submit(request)
            assert f"{name}: the stand-in server changes nothing" in failure.value.unknown
        for attempt in (
            lambda: admin.createGroup(omero.model.ExperimenterGroupI()),
            lambda: admin.changePassword(rstring("x")),
            lambda: types.createEnumeration(omero.model.FormatI()),
            lambda: session.getConfigService().setConfigValue("a", "b"),
        ):
            with pytest.raises(Ice.OperationNotExistException):
                attempt()
        assert before == {kind: len(server.lab.rows(kind)) for kind in before}


def test_what_is_not_implemented_says_so_instead_of_hanging(server: OmeroServer) -> None:
    with connected(server, MEMBER) as connection:
        session = connection.c.sf
        attempts = [
            lambda: session.getRoiService().findByImage(1, None),
            lambda: session.getPixelsService().retrievePixDescription(1),
            lambda: session.createRawPixelsStore().setPixelsId(1, True),
            lambda: session.createRenderingEngine().lookupPixels(1),
            lambda: session.createSearchService().byFullText("x"),
            lambda: session.getScriptService().getScripts(),
            lambda: session.sharedResources().repositories(),
            lambda: session.getQueryService().findAllByFullText("Image", "x", None),
            lambda: session.getAdminService().getMyUserPhotos(),
        ]
        for attempt in attempts:
            start = time.perf_counter()
            with pytest.raises(Ice.OperationNotExistException):
                attempt()
            assert time.perf_counter() - start < 5


def test_a_mistake_of_the_server_reaches_the_client(
    server: OmeroServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connected(server, MEMBER) as connection:
        connection.getUserId()
        monkeypatch.setattr(server, "lab", None)
        with pytest.raises(omero.InternalException, match="NoneType"):
            ask(connection, DATASETS)


# -- counting ----------------------------------------------------------------------------------------------------


def test_calls_are_counted(server: OmeroServer) -> None:
    with connected(server, MEMBER) as connection:
        connection.getQueryService()._getObj()
        server.reset_calls()
        ask(connection, DATASETS)
        ask(connection, "select count(i) from Image i")
        assert server.calls["IQuery.projection"] == 2
        assert server.queries == [DATASETS, "select count(i) from Image i"]
        assert not any(name.startswith("IUpdate") for name in server.calls)
        server.reset_calls()
        assert not server.calls and not server.queries


def test_a_server_that_went_away_refuses_connections() -> None:
    with OmeroServer(small_lab()) as gone, connected(gone, MEMBER) as connection:
        service = connection.c.sf.getQueryService()
        gone.close()
        with pytest.raises(Ice.ConnectionRefusedException):
            service.find("Image", 1)
    late = BlitzGateway(MEMBER, "x", host=gone.host, port=gone.port, secure=True)
    with pytest.raises(Ice.ConnectionRefusedException):
        late.connect()
    late.close()
