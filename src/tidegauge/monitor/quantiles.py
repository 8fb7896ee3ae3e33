"""The key `labels.quantiles`: which column is which quantile of a label that is a number, as the model predicted it."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from tidegauge.core.own_metric import OwnMetric
from tidegauge.monitor.fields import column
from tidegauge.monitor.texts import named, refuse

MOST_QUANTILES = 9


def _quantiles(value: Any) -> dict[float, str]:  # noqa: ANN401 - any YAML value
    if not isinstance(value, Mapping):
        raise refuse(((), f"must be quantile: column pairs, and is {named(value)}. Write {{0.1: low, 0.9: high}}"))
    found: dict[float, str] = {}
    for part, name in value.items():
        found[_part(part)] = column(name)
    if len(found) > MOST_QUANTILES:
        raise refuse(((), f"are {len(found)}, and at most {MOST_QUANTILES} are told of"))
    return dict(sorted(found.items()))


def _part(value: Any) -> float:  # noqa: ANN401 - any YAML key
    try:
        part = float(value)
    except (TypeError, ValueError):
        part = 0.0
    if isinstance(value, bool) or not 0 < part < 1:
        raise refuse(((), f"names the quantile {named(value)}. It is a number between 0 and 1"))
    return part


Quantiles = Annotated[
    dict[float, str],
    BeforeValidator(_quantiles),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}, "maxProperties": MOST_QUANTILES}),
]


def of_quantiles(quantiles: Mapping[float, str]) -> list[OwnMetric]:
    """What is told of predicted quantiles: the loss of each, how many labels lie below it, and between the outer ones.

    Judged is the last alone: that a quantile is off shows in how many labels it leaves out.
    """
    out: list[OwnMetric] = []
    for part, name in quantiles.items():
        at, q = f"{part:g}".replace(".", "_"), _quoted(name)
        loss = f"CASE WHEN label >= {q} THEN {part!r} * (label - {q}) ELSE {1 - part!r} * ({q} - label) END"
        out.append(OwnMetric(f"pinball_{at}", loss, better="lower", title=f"pinball loss at {part:g}", judged=False))
        title = f"labels up to quantile {part:g}"
        out.append(OwnMetric(f"up_to_{at}", f"label <= {q}", None, "share", "", title, judged=False))
    if len(quantiles) > 1:
        (low, first), *_, (high, last) = quantiles.items()
        inside = f"label >= {_quoted(first)} AND label <= {_quoted(last)}"
        title = f"labels between quantiles {low:g} and {high:g}"
        out.append(OwnMetric("covered", inside, None, "share", "", title))
    return out


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
