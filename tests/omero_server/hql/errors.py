"""How a query is refused. OMERO reports a query it cannot run as a QueryException whose message is Hibernate's."""

from __future__ import annotations

import omero


def refuse(message: str) -> omero.QueryException:
    return omero.QueryException(None, "ome.conditions.QueryException", message)


def misuse(message: str) -> omero.ApiUsageException:
    return omero.ApiUsageException(None, "ome.conditions.ApiUsageException", message)


def not_built(what: str) -> omero.QueryException:
    """For what real OMERO would accept and this server does not know how to answer."""
    return refuse(f"the stand-in server does not implement {what}")
