"""Which of a table's neighbours may hold its labels: by their names, for ids of two models are often both 1, 2, 3."""

import re
from collections.abc import Iterable

from tidegauge.warehouses.table_names import parts_of

LABEL_TABLE = re.compile(r"label|outcome|truth|actual|feedback", re.IGNORECASE)
# words of a table's name that say what it is, and not of which model
_PLAIN = re.compile(
    r"(label|outcome|truth|actual|feedback|ground|inference|prediction|score|log|table|model|row|v|\d+)s?"
)


def label_tables(table: str, neighbours: Iterable[str]) -> tuple[list[str], list[str]]:
    """Those that may hold its labels, the likeliest first, and those that are named after another model.

    >>> label_tables("churn_predictions", ["fraud_labels", "labels", "churn_outcomes", "prices"])
    (['churn_outcomes', 'labels'], ['fraud_labels'])
    >>> label_tables("churn_v2_predictions", ["fraud_v2_labels", "churn_labels"])
    (['churn_labels'], ['fraud_v2_labels'])
    """
    own, name = _model(table), parts_of(table)[-1]
    some = [n for n in sorted(neighbours) if parts_of(n)[-1] != name and LABEL_TABLE.search(n)]
    others = [n for n in some if own and _model(n) and not own & _model(n)]
    return sorted((n for n in some if n not in others), key=lambda n: -len(own & _model(n))), others


def note(taken: str | None, table: str, others: Iterable[str]) -> str:
    """What a person should know of tables that look like labels and were not taken; empty where there are none."""
    named = ", ".join(others)
    if not named:
        return ""
    if taken is not None:
        return (
            f"Labels are read from {taken}. Other tables look like labels too: {named}. Name the right one in labels."
        )
    return (
        f"{named}: by the name these are labels of another model, not of {table}. If they are its own, name the table "
        "in labels."
    )


def _model(table: str) -> set[str]:
    """The words that say of which model a table is, without a plural's s."""
    words = re.findall(r"[a-z]+|\d+", parts_of(table)[-1].lower())
    return {w.rstrip("s") for w in words if not _PLAIN.fullmatch(w)}
