"""How a query is refused. OMERO reports a query it cannot run as a QueryException whose message is Hibernate's."""

from __future__ import annotations

import omero


def refuse(message: str) -> Exception:
    refusal: Exception = omero.QueryException(None, "ome.conditions.QueryException", message)
    return refusal


def misuse(message: str) -> Exception:
    refusal: Exception = omero.ApiUsageException(None, "ome.conditions.ApiUsageException", message)
    return refusal


def not_built(what: str) -> Exception:
    """For what real OMERO would accept and this server does not know how to answer."""
    return refuse(f"the stand-in server does not implement {what}")
