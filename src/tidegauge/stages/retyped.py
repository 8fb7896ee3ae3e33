"""Columns that have changed their type: of categories `1` is spelled `1.0` since, and every value "never seen"."""

import re
from collections.abc import Iterable, Mapping, Sequence

from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.categorical import CategoricalLayout
from tidegauge.profiles.layouts.numeric import NumericLayout, on_a_line
from tidegauge.warehouses.base import is_number

WHOLE, DECIMAL = re.compile(r"-?\d+"), re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
TRUTHS = {"true", "false"}
FLOATS = ("DOUBLE", "FLOAT", "REAL", "DECIMAL", "NUMERIC")


def retyped(kinds: Mapping[str, str], layouts: Mapping[str, Layout], *, bare_floats: bool = False) -> dict[str, str]:
    """Column → what its values were, and what it is now, where these are never spelled alike.

    By the spelling of the known values, so that stores of any age tell. `bare_floats`: the engine spells a whole
    float as `1`, as PostgreSQL does.

    >>> from tidegauge.profiles.layouts.categorical import CategoricalLayout
    >>> retyped({"plan": "DOUBLE"}, {"plan": CategoricalLayout(("1", "2"))})
    {'plan': 'column "plan" held whole numbers (1, 2) and is DOUBLE now: none of its values would be known. Cast it back to what it was in a view, or watch it under another name.'}
    """  # noqa: E501 - the sentence is one
    found = {}
    for column, layout in layouts.items():
        if column not in kinds:
            continue
        number = on_a_line(layout.cuts[0])
        if number is not None and kinds[column].upper().startswith("BOOL"):
            found[column] = _numbers_now_truths(column, kinds[column], number)
        elif layout.named and layout.kind == CategoricalLayout.kind:  # another's names are its own
            found[column] = _names_now_other(column, kinds[column], layout.named, bare_floats=bare_floats)
    return {column: sentence for column, sentence in found.items() if sentence}


def _numbers_now_truths(column: str, kind: str, was: NumericLayout) -> str:
    """That numbers became booleans; nothing where they were 0 and 1."""
    if was.whole and was.least >= 0 and was.most <= 1:
        return ""
    return (
        f'column "{column}" held numbers ({was.least:.4g} to {was.most:.4g}) and is {kind} '
        "now: yes and no are no such numbers. Cast it back to what it was in a view, or watch it under "
        "another name."
    )


def _names_now_other(column: str, kind: str, named: Sequence[str], *, bare_floats: bool) -> str:
    """That the known values of a column are spelled otherwise by its type; nothing where they may be as they were."""
    was = _spelling(named)
    if not was or _may_spell(was, kind.upper(), bare_floats=bare_floats):
        return ""
    known = ", ".join(named[:3]) + (", …" if len(named) > 3 else "")
    return (
        f'column "{column}" held {was} ({known}) and is {kind} now: none of its values would be '
        "known. Cast it back to what it was in a view, or watch it under another name."
    )


def _spelling(values: Iterable[str]) -> str:
    some = [*values]
    if TRUTHS.issuperset(some):
        return "booleans"
    whole = [WHOLE.fullmatch(v) is not None for v in some]
    decimal = [DECIMAL.fullmatch(v) is not None for v in some]
    if all(whole):
        return "whole numbers"
    if TRUTHS.isdisjoint(some) and not any(decimal):
        return "words"
    return "decimal numbers" if all(decimal) and not any(whole) else ""


def _may_spell(was: str, kind: str, *, bare_floats: bool) -> bool:
    """Whether a type spells some values so; what is no number and no boolean spells anything."""
    if kind.startswith("BOOL"):
        return was == "booleans"
    if not is_number(kind):
        return True
    if kind.startswith(FLOATS) and not kind.endswith(",0)"):
        return was == "decimal numbers" or (was == "whole numbers" and bare_floats)
    return was == "whole numbers"
