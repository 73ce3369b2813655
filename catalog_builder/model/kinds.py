"""The kinds of things a catalogue holds, under OMERO's own names, and the words OMERO itself gives a meaning."""

from __future__ import annotations

import re
from typing import Literal

#: Kinds that carry annotations.
ObjectKind = Literal["project", "dataset", "screen", "plate", "run", "well", "image"]

#: The namespace that people edit by hand in OMERO's clients.
NAMESPACE_CLIENT = "openmicroscopy.org/omero/client/mapAnnotation"

#: What slide scanners add to a slide, by how Bio-Formats and OMERO name it: `slide.svs [label image]`.
_ROLE = re.compile(r"(?:^|[^a-z])(label|macro)(?:[\s_-]*image)?\W*(?:\.[a-z0-9]{2,4})?$", re.IGNORECASE)


def slide_role(name: str) -> Literal["", "label", "macro"]:
    """What an image of a slide shows by its name: the slide's label, the whole slide, or neither."""
    found = _ROLE.search(name.strip())
    if not found:
        return ""
    return "label" if found[1].lower() == "label" else "macro"
