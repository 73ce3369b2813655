"""The kinds of things a catalogue holds, under OMERO's own names."""

from __future__ import annotations

from typing import Literal

#: Kinds that carry annotations.
ObjectKind = Literal["project", "dataset", "image"]

#: The namespace that people edit by hand in OMERO's clients.
NAMESPACE_CLIENT = "openmicroscopy.org/omero/client/mapAnnotation"
