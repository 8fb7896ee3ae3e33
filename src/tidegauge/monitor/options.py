"""What can be written under a sink or an action, so that an editor completes it and an error names its line.

The families themselves are the truth: each member is a dataclass whose fields are its options. They are told again
here, because importing them takes templates and clients that reading a monitor does not need; a test holds the two
together, field by field.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tidegauge.errors import did_you_mean
from tidegauge.monitor.fields import Wrong, duration, many, refuse, said, text_of
from tidegauge.nouns import STAGES
from tidegauge.retrying import LEASE, LONGEST_EXCHANGE

TEXT: dict[str, Any] = {"type": "string", "minLength": 1}


@dataclass(frozen=True, slots=True)
class Option:
    """One option: what it is for, whether it must be given, how it is checked and how the schema shows it."""

    about: str
    needed: bool = False
    check: Callable[[Any], object] = lambda value: text_of(value, "a text")
    schema: dict[str, Any] = field(default_factory=lambda: TEXT)


def _stage(value: Any) -> None:  # noqa: ANN401 - any YAML value
    known = STAGES
    if value not in known:
        raise refuse(((), f"must be {' or '.join(known)}, and is {said(value)}. {did_you_mean(str(value), known)}"))


def _columns(value: Any) -> None:  # noqa: ANN401 - any YAML value
    for name in many(value):
        text_of(name, "distance")


def _seconds(value: Any) -> None:  # noqa: ANN401 - any YAML value
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise refuse(((), f"must be a number of seconds, and is {said(value)}"))
    if value > LONGEST_EXCHANGE:
        why = f"after {LEASE:g} seconds another process would take the delivery over"
        raise refuse(((), f"must be at most {LONGEST_EXCHANGE:g} seconds, as {why}, and is {said(value)}"))


_ACTION = {
    "stage": Option(
        "Only alerts of this stage: inputs (when a window closes) or labels (when they have arrived). Default: both.",
        check=_stage,
        schema={"enum": list(STAGES)},
    ),
    "columns": Option(
        "Only alerts that point at one of these columns. Default: at any.",
        check=_columns,
        schema={"type": "array", "items": TEXT},
    ),
    "cooldown": Option(
        'Least time between the windows of two such actions, such as "7 days". Default: none.', check=duration
    ),
}

SINKS: dict[str, dict[str, Option]] = {
    "prometheus": {
        "pushgateway": Option("Address of the Pushgateway, such as http://127.0.0.1:9091.", needed=True),
        "job": Option("The label `job` of the metrics. Default: tidegauge."),
        "timeout": Option(
            f"Seconds for one delivery to the gateway, {LONGEST_EXCHANGE:g} at most. Default: 10.",
            check=_seconds,
            schema={"type": "number", "exclusiveMinimum": 0, "maximum": LONGEST_EXCHANGE},
        ),
    },
    "html": {"folder": Option("Where the pages go, one for each window.", needed=True)},
}
ACTIONS: dict[str, dict[str, Option]] = {
    "retrain": {"dag": Option("The id of the Airflow DAG that trains the model.", needed=True), **_ACTION},
    "notify": {
        "log": Option("A file to append the notice to, a line of JSON each. Default: the run's log."),
        **_ACTION,
    },
    "report": {"folder": Option("Where the page goes. Default: where the html sink writes."), **_ACTION},
}


def wrong_options(options: Mapping[str, Any], known: Mapping[str, Option]) -> list[Wrong]:
    """What is wrong with the options of one sink or action, each with its place."""
    wrong: list[Wrong] = []
    for key, value in options.items():
        if key not in known:
            hint = did_you_mean(str(key), known) if known else "It takes none"
            wrong.append(((key,), f"unknown key. {hint}"))
            continue
        try:
            known[key].check(value)
        except type(refuse()) as error:
            wrong += [((key, *at), sentence) for at, sentence in (error.context or {})["problems"]]
    missing = [key for key, option in known.items() if option.needed and key not in options]
    return wrong + [((), f"needs {key}. {known[key].about}") for key in missing]


def options_schema(family: Mapping[str, Mapping[str, Option]]) -> dict[str, Any]:
    """The JSON Schema of one entry of a family: a bare name, or a name with its options."""
    bare = [name for name, known in family.items() if not any(option.needed for option in known.values())]
    one = {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": False}
    entry = {**one, "properties": {name: _member(known) for name, known in family.items()}}
    return {"anyOf": [{"enum": bare}, entry]} if bare else entry


def _member(known: Mapping[str, Option]) -> dict[str, Any]:
    needed = [key for key, option in known.items() if option.needed]
    return {
        "type": "object" if needed else ["object", "null"],
        "properties": {key: {**option.schema, "description": option.about} for key, option in known.items()},
        "additionalProperties": False,
        **({"required": needed} if needed else {}),
    }
