"""Models of the SDK as plain JSON, and as the text of a file."""

import json
from typing import Any

from grafana_foundation_sdk.cog.encoder import JSONEncoder


def text(model: object) -> str:
    """The text of a file: keys by name, so that a change shows as one."""
    return JSONEncoder(sort_keys=True, indent=1, ensure_ascii=False).encode(model) + "\n"


def plain(model: object) -> dict[str, Any]:
    """The same as JSON's own values."""
    found: dict[str, Any] = json.loads(text(model))
    return found
