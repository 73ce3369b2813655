"""The publishing rules: fixed in this version, on the safe side. What else is forbidden has no field to be in."""

from __future__ import annotations

from dataclasses import dataclass

#: Namespaces that never leave: OMERO keeps import logs and paths under them.
NEVER = ("openmicroscopy.org/omero/import/",)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What may go out.

    `named_groups`: the groups that the settings or the command line name; a private group (`rw----`) leaves
    only when it is among them, because an administrator sees private groups without asking.
    """

    named_groups: frozenset[str] = frozenset()

    def allows_namespace(self, namespace: str) -> bool:
        """Whether key-values of this namespace may go out."""
        return not any(namespace.startswith(never) or namespace == never.rstrip("/") for never in NEVER)

    def allows_group(self, name: str, *, private: bool) -> bool:
        """Whether anything of this group may go out."""
        return not private or name in self.named_groups
