"""Work shared by processes: the results of one process, whatever happens to the others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from catalog_builder.errors import CatalogError, SettingsError
from catalog_builder.parallel import can_fork, in_order
from tests.catalogues import ROOT, environment

needs_fork = pytest.mark.skipif(not can_fork(), reason="this system has one process do it all")


def counted(first: int, count: int, wait: float = 0) -> Iterator[tuple[int, bytes]]:
    for one in range(count):
        time.sleep(wait)
        yield first + one, bytes(1_000)


@pytest.mark.parametrize("processes", [1, 2, 3, 8])
def test_results_come_in_the_order_of_their_tasks_whoever_works_them_out(processes: int) -> None:
    sizes = [0, 1, 400, 3, 0, 25, 24, 23, 1_000, 7]
    tasks = [partial(counted, 10_000 * number, size) for number, size in enumerate(sizes)]
    found = list(in_order(tasks, processes))
    assert found == [(number, one) for number, task in enumerate(tasks) for one in task()]


@needs_fork
def test_the_work_is_shared() -> None:
    def who() -> Iterator[int]:
        time.sleep(0.02)
        yield os.getpid()

    found = {process for _, process in in_order([who] * 40, 3)}
    assert len(found) == 3 and os.getpid() not in found


@needs_fork
def test_results_that_must_wait_for_their_turn_do_not_fill_the_memory() -> None:
    """A slow first task: the others go on to a limit, and all arrive."""

    def large() -> Iterator[bytes]:
        for _ in range(20):
            yield bytes(1_000_000)

    slow = partial(counted, 0, 1, 1.0)
    found = list(in_order([slow, *[large] * 12], 2))
    assert len(found) == 1 + 12 * 20


@pytest.mark.parametrize("processes", [1, 2])
def test_what_a_task_raises_is_raised_in_its_turn(processes: int) -> None:
    def refuse() -> Iterator[tuple[int, bytes]]:
        yield 1, b""
        raise SettingsError(["one", "two"])

    found = []
    with pytest.raises(SettingsError) as caught:
        for result in in_order([partial(counted, 0, 50, 0.001), refuse, partial(counted, 0, 9)], processes):
            found.append(result)
    assert caught.value.problems == ("one", "two")
    assert [number for number, _ in found][:50] == [0] * 50


class _Odd(Exception):
    """An error that cannot travel."""

    def __init__(self, one: int, other: int) -> None:
        super().__init__(f"{one} and {other}")
        self.held = lambda: one


@needs_fork
def test_an_error_that_cannot_travel_is_told_in_words_and_where_it_was_met() -> None:
    def fail() -> Iterator[int]:
        yield 1
        raise _Odd(1, 2)

    with pytest.raises(RuntimeError, match=r"_Odd: 1 and 2") as caught:
        list(in_order([fail, fail], 2))
    assert "in fail" in str(caught.value.__cause__)


@needs_fork
def test_a_process_that_dies_is_a_sentence() -> None:
    def die() -> Iterator[int]:
        os.kill(os.getpid(), signal.SIGKILL)
        yield 1

    with pytest.raises(CatalogError, match=r"ended by something else \(signal 9\).*--jobs 1"):
        list(in_order([partial(counted, 0, 5), die, partial(counted, 0, 5)], 2))


@needs_fork
def test_processes_end_with_the_one_that_asked() -> None:
    def name() -> Iterator[int]:
        yield os.getpid()
        time.sleep(60)

    before = set(children_of(os.getpid()))
    results = in_order([name, name], 2)
    # A batch is sent when it is full or the task is over: the first result comes with neither.
    results.close()
    assert set(children_of(os.getpid())) <= before


SLEEPY = """
import os, sys, time
from catalog_builder.parallel import in_order

def work():
    open(os.path.join(sys.argv[1], str(os.getpid())), "w").close()
    for _ in range(6000):
        time.sleep(0.01)
        yield 1

try:
    list(in_order([work] * 4, 2))
except KeyboardInterrupt:
    sys.exit("stopped")
"""


@needs_fork
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_processes_do_not_outlive_the_one_that_made_them(tmp_path: Path, how: signal.Signals) -> None:
    """Ctrl-C goes to all of them at once, as a terminal sends it; a kill to the first alone."""
    process = subprocess.Popen(
        [sys.executable, "-c", SLEEPY, str(tmp_path)],
        env=environment(), cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    while len(os.listdir(tmp_path)) < 2:
        time.sleep(0.01)
    workers = [int(name) for name in os.listdir(tmp_path)]
    if how == signal.SIGINT:
        os.killpg(process.pid, how)
    else:
        process.send_signal(how)
    _, said = process.communicate(timeout=30)
    assert "Traceback" not in said
    deadline = time.monotonic() + 20  # those of a killed one look up when they have something to send
    while any(map(is_alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_alive, workers))


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def children_of(process: int) -> list[int]:
    found = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(child) for child in found if is_alive(int(child))]
