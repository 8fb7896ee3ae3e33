"""Keys of `columns:` that are the name of a kind of column; beside the two that every monitor may have.

The list of kinds is looked at where a key is not one of the two, and for the JSON Schema: it brings NumPy, and Airflow
parses a DAG's monitor every 30 seconds.
"""

from typing import Annotated, Any

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError


def _kind(key: str) -> str:
    from tidegauge.profiles.kinds import KINDS

    if key not in KINDS:  # told of like an unknown key of any other part: see `sentences`
        raise PydanticCustomError("extra_forbidden", "unknown key", {"also": tuple(KINDS)})
    return key


def describe(schema: dict[str, Any]) -> None:
    """The JSON Schema of `columns:`: the other kinds by name, and nothing else."""
    from tidegauge.profiles.kinds import KINDS

    listed = schema.pop("additionalProperties")
    for kind in KINDS.values():
        schema["properties"].setdefault(
            kind.name, {"default": [], "description": kind.says, "title": kind.name.title(), **listed}
        )
    schema["additionalProperties"] = False


Name = Annotated[str, AfterValidator(_kind)]
