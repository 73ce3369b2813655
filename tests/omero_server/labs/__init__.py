"""The labs that the stand-in can serve. Import them from tests.omero_server.lab."""
