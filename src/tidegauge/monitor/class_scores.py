"""The key `columns.scores`: which column is the score of which class."""

from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from tidegauge.monitor.fields import column
from tidegauge.monitor.texts import named, refuse

MOST_SCORES = 20  # classes, as many as are told apart


def _scores(value: Any) -> dict[str, str]:  # noqa: ANN401 - any YAML value
    if not isinstance(value, dict):
        raise refuse(
            ((), f"must be class: column pairs, and is {named(value)}. Write {{cat: score_cat, dog: score_dog}}")
        )
    found: dict[str, str] = {}
    for name, value_ in value.items():
        if isinstance(name, bool) or not isinstance(name, str | int):
            raise refuse(((), f'names the class {named(name)}. Write it as the column holds it, in quotes: "no"'))
        found[str(name)] = column(value_)
    if value and not 2 <= len(found) <= MOST_SCORES:
        raise refuse(((), f"must be 2 to {MOST_SCORES} classes, and is {len(found)}"))
    return found


Scores = Annotated[
    dict[str, str],
    BeforeValidator(_scores),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}, "maxProperties": MOST_SCORES}),
]
