"""A live OMERO server, read in bulk over Ice."""
