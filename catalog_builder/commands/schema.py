"""`schema`: the export's JSON Schema, made from the types."""

from __future__ import annotations

import json

from catalog_builder.exchange.schema import json_schema


def schema() -> str:
    """The schema as text."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False)
