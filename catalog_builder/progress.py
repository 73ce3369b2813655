"""How long work tells what it is doing; what draws it lives on a higher floor."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told of stages, steps and gaps. One stage at a time: a new one ends the last."""

    def stage(self, what: str, total: int | None = None) -> None:
        """Begin a stage, such as `Reading images`; `total` steps, or None where nobody can tell."""

    def advance(self, steps: int = 1) -> None:
        """So many more steps of the current stage are done."""

    def note(self, sentence: str, *, gap: bool = False) -> None:
        """Something the reader of the run's report should know; `gap`: something is missing that should be there."""


class Silent:
    """Shows nothing and keeps the notes, for tests and for use as a library."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.gaps = 0

    def stage(self, what: str, total: int | None = None) -> None:
        """Nothing to show."""

    def advance(self, steps: int = 1) -> None:
        """Nothing to show."""

    def note(self, sentence: str, *, gap: bool = False) -> None:
        """Keep the sentence."""
        self.notes.append(sentence)
        self.gaps += gap
