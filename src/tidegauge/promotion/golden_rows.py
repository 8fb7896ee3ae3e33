"""Golden rows of every listed category, made from rows of the log, and what two models say of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from typing import Any

from tidegauge.promotion.evidence import Response

Row = Mapping[str, Any]
Score = Callable[[Sequence[Row]], Sequence[Any]]  # rows as they were logged → a prediction each
EACH = 20  # rows of a category
UNSEEN = "\x01 no such value"  # in a category's place: no model was ever fitted on it


def responses(
    rows: Iterable[Row], columns: Sequence[str], champion: Score, challenger: Score, each: int = EACH
) -> list[dict[str, Any]]:
    """What a record says under `golden` as `responses`, for rows of the log in any order that stays.

    Of every value of every column some rows are scored twice by both models: as they are, and with a value in the
    column's place that no model has seen. Where both predictions are the same, the value means nothing to the model.

    >>> knows = lambda rows: [0.2 if row["carrier"] == "AA" else 0.1 for row in rows]
    >>> lower = lambda rows: [0.2 if row["carrier"] == "aa" else 0.1 for row in rows]
    >>> told = responses([{"carrier": "AA"}], ["carrier"], knows, lower)
    >>> [(r["category"], r["champion"], r["challenger"]) for r in told]
    [('AA', 1, 0)]
    """
    kept = _chosen(rows, columns, each)
    places = sorted(kept, key=lambda place: (columns.index(place[0]), place[1]))
    chosen = [row for place in places for row in kept[place]]
    unseen = [{**row, place[0]: UNSEEN} for place in places for row in kept[place]]
    by, own = (iter(_changed(score, chosen, unseen)) for score in (champion, challenger))  # each model is asked twice
    out = []
    for column, value in places:
        rows_of = len(kept[column, value])
        out.append(Response(column, value, rows_of, sum(islice(by, rows_of)), sum(islice(own, rows_of))))
    return [asdict(r) for r in out]


def _changed(score: Score, rows: Sequence[Row], unseen: Sequence[Row]) -> list[bool]:
    """Of each row, whether a model says something else once the value is gone."""
    return [bool(a != b) for a, b in zip(score(rows), score(unseen), strict=True)] if rows else []


def _chosen(rows: Iterable[Row], columns: Sequence[str], each: int) -> dict[tuple[str, str], list[Row]]:
    """(column, value) → the first rows that have it."""
    kept: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        for column in columns:
            if isinstance(value := row[column], str) and len(some := kept.setdefault((column, value), [])) < each:
                some.append(row)
    return kept
