"""The error tree: every message says what is wrong, where, and what to do next, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence


class CatalogError(Exception):
    """Anything a user can put right. Shown as one sentence, never as a traceback; exit code 1."""


class SettingsError(CatalogError):
    """A settings file that cannot be used; holds every problem found in it, not only the first."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)

    def __reduce__(self) -> tuple[type[SettingsError], tuple[tuple[str, ...]]]:
        return (SettingsError, (self.problems,))


class ExportError(CatalogError):
    """An export folder that is missing, damaged, or written by a newer version."""


class SourceError(CatalogError):
    """A source that cannot be read: wrong password, closed port, unknown group."""


class SiteError(CatalogError):
    """A site folder that cannot be written, or that somebody else wrote."""
