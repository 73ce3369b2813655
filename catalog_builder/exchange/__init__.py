"""The JSON export: the documented contract between OMERO and the site."""
