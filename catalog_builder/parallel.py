"""Work dealt out to processes, its results in order: as if one process had done it, only sooner.

A process is a fork of this one, so it knows all that is known here and is sent no more than the number of a task.
Where forking is not safe (macOS, Windows), one process does it all.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from catalog_builder.errors import CatalogError

Result = TypeVar("Result")
Task: TypeAlias = Callable[[], Iterable[Result]]

#: So many results travel together: one by one they would cost more than they hold.
_BATCH = 24
#: A process has so many tasks before it at most, one of them under way: while we write, it goes on.
_AHEAD = 2
#: So many bytes of results that are not their turn yet are held before processes have to wait.
_HELD = 64_000_000


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def can_fork() -> bool:
    """Whether a fork of this process can go on working: macOS' own libraries do not take it well."""
    return sys.platform != "darwin" and hasattr(os, "fork")


def in_order(tasks: Sequence[Task[Result]], processes: int) -> Iterator[tuple[int, Result]]:
    """The results of all tasks, each with its task's number, in the order of the tasks, whoever works them out.

    What a task raises is raised here, in its turn; CatalogError where a process dies. Memory holds few results at a
    time. The processes end with this iterator, however that ends.
    """
    if processes < 2 or len(tasks) < 2 or not can_fork():
        for number, task in enumerate(tasks):
            for result in task():
                yield number, result
        return
    crew = _Crew(tasks, min(processes, len(tasks)))
    try:
        yield from crew.results()
    finally:
        crew.dismiss()


class _Sent(NamedTuple):
    """What a process sends: some results of a task, and whether they were its last; or what it raised, and where."""

    task: int
    results: list[Any]
    last: bool
    error: Exception | None = None
    trace: str = ""


class _Failed(Exception):
    """What a task raised is this one's cause."""


class _Elsewhere(Exception):
    """The cause of an error that another process met: where it met it."""


class _Worker:
    """A process, the way to it, and the tasks it has before it, in their order."""

    def __init__(self, tasks: Sequence[Task[Any]], others: Sequence[Connection]) -> None:
        self.way, end = multiprocessing.Pipe()
        self.process: BaseProcess = multiprocessing.get_context("fork").Process(
            target=_work, args=(tasks, end, [self.way, *others]), daemon=True
        )
        self.process.start()
        end.close()
        self.tasks: deque[int] = deque()


class _Crew(Generic[Result]):
    """The processes, and what they have sent that is not its turn yet."""

    def __init__(self, tasks: Sequence[Task[Result]], processes: int) -> None:
        self._count = len(tasks)
        self._not_given = iter(range(len(tasks)))
        self._arrived: dict[int, deque[tuple[_Sent, int]]] = {}
        self._held = 0
        self._workers: list[_Worker] = []
        # Ctrl-C is for this process, which ends the others: they must not meet it before they know.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            for _ in range(processes):
                self._workers.append(_Worker(tasks, [one.way for one in self._workers]))
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for _ in range(_AHEAD):
            for worker in self._workers:
                self._give(worker)

    def results(self) -> Iterator[tuple[int, Result]]:
        """See `in_order`."""
        for number in range(self._count):
            arrived = self._arrived.setdefault(number, deque())
            last = False
            while not last:
                while not arrived:
                    self._receive(number)
                sent, size = arrived.popleft()
                self._held -= size
                if sent.error is not None:
                    raise sent.error from _Elsewhere(sent.trace)
                for result in sent.results:
                    yield number, result
                last = sent.last
            del self._arrived[number]

    def dismiss(self) -> None:
        """Ends the processes, whatever they do."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.way.close()

    def _receive(self, wanted: int) -> None:
        """Takes in what processes have sent: all of them while there is room, else the one whose turn it is."""
        busy = [one for one in self._workers if one.tasks and (self._held < _HELD or wanted in one.tasks)]
        ready = wait([one.way for one in busy])
        for worker in busy:
            if worker.way in ready:
                try:
                    message = worker.way.recv_bytes()
                except (EOFError, OSError):
                    raise _died(worker.process) from None
                sent: _Sent = pickle.loads(message)
                self._arrived.setdefault(sent.task, deque()).append((sent, len(message)))
                self._held += len(message)
                if sent.last:
                    worker.tasks.remove(sent.task)
                    self._give(worker)

    def _give(self, worker: _Worker) -> None:
        number = next(self._not_given, None)
        if number is not None:
            worker.tasks.append(number)
            with suppress(OSError):  # it is dead, which is told of where its results are missed
                worker.way.send(number)


def _work(tasks: Sequence[Task[Any]], way: Connection, not_ours: Sequence[Connection]) -> None:
    """The life of a process. It ends when the other end of its way is closed, as it is when that process dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    for other in not_ours:
        other.close()
    with suppress(EOFError, OSError):
        while True:
            _do(way.recv(), tasks, way)


def _do(number: int, tasks: Sequence[Task[Any]], way: Connection) -> None:
    """One task, whose results are sent as they come."""
    batch: list[Any] = []
    try:
        for result in _results(tasks[number]):
            batch.append(result)
            if len(batch) == _BATCH:
                way.send_bytes(pickle.dumps(_Sent(number, batch, last=False)))
                batch = []
    except _Failed as failed:
        way.send_bytes(_told(number, failed))
    else:
        way.send_bytes(pickle.dumps(_Sent(number, batch, last=True)))


def _results(task: Task[Result]) -> Iterator[Result]:
    """A task's results; what it raises is told apart from what sending them raises."""
    try:
        yield from task()
    except Exception as error:
        raise _Failed from error


def _told(number: int, failed: _Failed) -> bytes:
    """The error of a task, ready to travel; where it is of a kind that cannot, its words are."""
    error = failed.__cause__
    assert isinstance(error, Exception)
    trace = "".join(traceback.format_exception(error))
    try:
        message = pickle.dumps(_Sent(number, [], last=True, error=error, trace=trace))
        pickle.loads(message)
    except (pickle.PicklingError, AttributeError, TypeError, ValueError):
        in_words = RuntimeError(f"{type(error).__name__}: {error}")
        message = pickle.dumps(_Sent(number, [], last=True, error=in_words, trace=trace))
    return message


def _died(process: BaseProcess) -> CatalogError:
    process.join(1)
    code = process.exitcode or 0
    how = f"signal {-code}" if code < 0 else f"code {code}"
    return CatalogError(
        f"One of the processes that share the work was ended by something else ({how}), perhaps for want of memory; "
        "run the same command again, with --jobs 1 if it happens again. What stood there before is still there."
    )
