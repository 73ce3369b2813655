"""catalog-builder: an OMERO group becomes a static, searchable catalogue."""

__version__ = "0.1.0"
