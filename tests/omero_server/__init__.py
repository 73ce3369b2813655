"""A stand-in OMERO server for the tests: see README.md."""

from .server import OmeroServer

__all__ = ["OmeroServer"]
