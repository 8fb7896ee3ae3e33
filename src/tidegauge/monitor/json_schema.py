"""The JSON Schema of a monitor's file: `python -m tidegauge.monitor.json_schema > docs/monitor.schema.json`."""

import json
import sys

from tidegauge.monitor.whole import Monitor


def schema_text() -> str:
    """The JSON Schema, as docs/monitor.schema.json holds it."""
    found = Monitor.model_json_schema()
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A tidegauge monitor"}
    return json.dumps(head | {k: v for k, v in found.items() if k != "title"}, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
