"""Progress on a terminal: a bar for anything longer than a second; plain lines where there is no terminal."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from catalog_builder import runlog

#: Seconds before a bar appears, and between two plain lines.
PATIENCE = 1.0


class Display:
    """A `Progress` for people. Notes are kept, and shown when the work is over."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar: Bar | None = None
        self._what = ""
        self._total: int | None = None
        self._done = 0
        self._since = time.monotonic()
        self._said = self._since
        self.notes: list[str] = []
        self.gaps = 0

    def __enter__(self) -> Display:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._end_bar()
        for note in self.notes:
            self._console.print(f"Note: {note}", markup=False, highlight=False, soft_wrap=True)

    def stage(self, what: str, total: int | None = None) -> None:
        """Begin a stage; without a terminal, say so in a line."""
        self._end_bar()
        runlog.event(f"stage: {what}" + (f", {total} steps" if total is not None else ""))
        self._what, self._total, self._done = what, total, 0
        self._since = self._said = time.monotonic()
        if not self._console.is_terminal:
            self._say(what)

    def advance(self, steps: int = 1) -> None:
        """Count; draw when the stage has lasted a second."""
        self._done += steps
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=self._done)
            return
        now = time.monotonic()
        if self._console.is_terminal and now - self._since > PATIENCE:
            self._begin_bar()
        elif not self._console.is_terminal and now - self._said > 10 * PATIENCE:
            self._said = now
            self._say(f"{self._what}: {self._done}" + (f" of {self._total}" if self._total else ""))

    def note(self, sentence: str, *, gap: bool = False) -> None:
        """Keep a sentence for the end."""
        self.gaps += gap
        runlog.event("a gap is noted" if gap else "something is noted")
        if sentence not in self.notes:
            self.notes.append(sentence)

    def _begin_bar(self) -> None:
        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
        )
        self._bar.start()
        self._bar.add_task(self._what, total=self._total, completed=self._done)

    def _end_bar(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _say(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)
