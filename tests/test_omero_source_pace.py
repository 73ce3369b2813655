"""How hard the server is worked: calls at once, the pause between two, and less of both while it is slow."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from catalog_builder.cli import main
from catalog_builder.settings.read import load_settings
from catalog_builder.sources.omero.pace import Pace


class Server:
    """Answers after as many seconds as it is told, on a clock of its own."""

    def __init__(self, pace_calls: int = 4) -> None:
        self.now = 0.0
        self.pace = Pace(pace_calls, clock=lambda: self.now)

    def answer(self, seconds: float, times: int = 5, kind: str = "pictures") -> None:
        for _ in range(times):
            self.now += 60  # no call waits for another one's pause here
            with self.pace.turn(kind):
                self.now += seconds


def test_slow_replies_halve_the_calls_and_then_add_a_pause() -> None:
    server = Server(8)
    server.answer(0.5)
    for allowed in (4, 2, 1):
        server.answer(5.0)
        assert server.pace.allowed == allowed
    assert server.pace.rest == 0
    server.answer(5.0)
    assert server.pace.rest == 5.0
    server.answer(50.0, 50)
    assert server.pace.rest == 10.0, "no longer than that, however slow it is"


def test_it_recovers_by_the_same_steps() -> None:
    server = Server(4)
    server.answer(0.5)
    server.answer(5.0, 15)
    assert (server.pace.allowed, server.pace.rest) == (1, 5.0)
    server.answer(0.5, 40)
    assert (server.pace.allowed, server.pace.rest) == (4, 0.0)


@pytest.mark.parametrize(("usual", "then"), [(0.5, 1.5), (0.01, 0.4), (20.0, 60.0)])
def test_what_is_not_much_slower_changes_nothing(usual: float, then: float) -> None:
    server = Server(4)
    server.answer(usual)
    server.answer(then, 50)
    assert (server.pace.allowed, server.pace.rest) == (4, 0.0)


def test_one_slow_reply_is_no_slow_server() -> None:
    server = Server(4)
    server.answer(0.5)
    for _ in range(10):
        server.answer(0.5, 3)
        server.answer(30.0, 2)
    assert server.pace.allowed == 4


def test_kinds_are_compared_with_themselves() -> None:
    server = Server(4)
    server.answer(0.1, kind="reading the groups")
    server.answer(20.0, 50, kind="reading the images")
    assert server.pace.allowed == 4


def test_a_call_that_fails_says_nothing_about_the_pace() -> None:
    server = Server(4)
    server.answer(0.5)
    for _ in range(20):
        server.now += 60
        with pytest.raises(ValueError), server.pace.turn("pictures"):
            server.now += 300
            raise ValueError
    assert server.pace.allowed == 4
    server.answer(0.5)


def test_no_more_calls_at_once_than_allowed() -> None:
    pace, lock = Pace(3), threading.Lock()
    now = most = 0

    def call(_: int) -> None:
        nonlocal now, most
        with pace.turn("pictures"):
            with lock:
                now += 1
                most = max(most, now)
            time.sleep(0.005)
            with lock:
                now -= 1

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(call, range(40)))
    assert most == 3


@pytest.mark.parametrize("at_once", [1, 4])
def test_the_pause_lies_between_any_two_calls(at_once: int) -> None:
    pace = Pace(at_once, pause=0.03)
    begun: list[float] = []

    def call(_: int) -> None:
        with pace.turn("pictures"):
            begun.append(time.monotonic())

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(call, range(6)))
    assert all(
        later - earlier >= 0.029 for earlier, later in zip(sorted(begun), sorted(begun)[1:], strict=False)
    )


# -- the settings --------------------------------------------------------------------------------------------


@contextmanager
def small_server() -> Iterator[object]:
    pytest.importorskip("omero", reason="omero-py and Ice are not installed")
    from tests.omero_server import OmeroServer
    from tests.omero_server.lab import big_lab

    with OmeroServer(big_lab(250, datasets=2, pairs=1)) as server:
        yield server


@pytest.mark.omero
@pytest.mark.parametrize(("calls", "batch"), [(1, 100), (3, 10_000)])
def test_the_settings_reach_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: int, batch: int
) -> None:
    settings = tmp_path / "catalog.yml"
    settings.write_text(
        f"thumbnails: {{size: 48}}\nomero: {{calls: {calls}, batch: {batch}, pause: 0.001}}\n"
    )
    with small_server() as server:
        server.faults.picture_seconds = 0.002  # type: ignore[attr-defined]
        for name, value in {
            "HOST": server.host,  # type: ignore[attr-defined]
            "PORT": str(server.port),  # type: ignore[attr-defined]
            "USER": "member",
            "PASSWORD": server.password("member"),  # type: ignore[attr-defined]
        }.items():
            monkeypatch.setenv(f"OMERO_{name}", value)
        done = CliRunner().invoke(
            main, ["export", "--config", str(settings), "--to", str(tmp_path / "export")]
        )
        assert done.exit_code == 0, done.output
        assert server.most_at_once == calls  # type: ignore[attr-defined]
        pages = [text for text in server.queries if "from Image i left outer join" in text]  # type: ignore[attr-defined]
        assert len(pages) == (3 if batch == 100 else 1)


@pytest.mark.parametrize(
    "wrong", ["calls: 0", "calls: 17", "batch: 10", "pause: -1", "pause: many", "pause: .nan"]
)
def test_settings_that_no_server_would_like_are_refused(tmp_path: Path, wrong: str) -> None:
    settings = tmp_path / "catalog.yml"
    settings.write_text(f"omero: {{{wrong}}}\n")
    with pytest.raises(Exception, match=r"omero\." + wrong.split(":")[0]):
        load_settings(settings)
