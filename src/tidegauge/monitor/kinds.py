"""Keys of `columns:` that are the name of a kind of column; beside the two that every monitor may have.

The list of kinds is looked at where a key is not one of the two, and for the JSON Schema: it brings NumPy, and Airflow
parses a DAG's monitor every 30 seconds.
"""

from typing import Annotated, Any

from pydantic import AfterValidator

from tidegauge.errors import did_you_mean
from tidegauge.monitor.fields import refuse


def _kind(key: str) -> str:
    from tidegauge.kinds import KINDS
    from tidegauge.monitor.parts import Columns

    if key not in KINDS:
        known = (*(info.alias or name for name, info in Columns.model_fields.items()), *KINDS)
        raise refuse(((), f"unknown key. {did_you_mean(key, dict.fromkeys(known))}".rstrip(".")))
    return key


def describe(schema: dict[str, Any]) -> None:
    """The JSON Schema of `columns:`: the other kinds by name, and nothing else."""
    from tidegauge.kinds import KINDS

    listed = schema.pop("additionalProperties")
    for kind in KINDS.values():
        schema["properties"].setdefault(
            kind.name, {"default": [], "description": kind.says, "title": kind.name.title(), **listed}
        )
    schema["additionalProperties"] = False


Name = Annotated[str, AfterValidator(_kind)]
