"""What is read, as ids."""

from __future__ import annotations

from dataclasses import dataclass

# Everybody is a member of it.
_USER_GROUP = 1


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What is read, as ids: whole groups, and containers of other groups.

    An image is within reach if its group is, or one of its datasets or plates. OMERO keeps an object and what
    links to it in one group, so nothing of a group is missed. `linkers`: links tell who made them and when.
    """

    groups: tuple[int, ...] = ()
    projects: tuple[int, ...] = ()
    datasets: tuple[int, ...] = ()
    screens: tuple[int, ...] = ()
    plates: tuple[int, ...] = ()
    elsewhere: tuple[int, ...] = ()
    """The groups that those containers are in."""
    linkers: bool = False

    def parameters(self) -> dict[str, list[int]]:
        """The lists that the conditions speak of."""
        lists = {
            name: getattr(self, name) for name in ("groups", "projects", "datasets", "screens", "plates")
        }
        # Spares the server a look at every annotation of every group. What is in OMERO's group 1, which
        # everybody is a member of, may be linked from any other.
        lists["annotation_groups"] = tuple(sorted({_USER_GROUP, *self.groups, *self.elsewhere}))
        return {name: list(ids) for name, ids in lists.items() if ids}
