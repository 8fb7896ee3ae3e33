"""Columns that have changed their type: of categories `1` is spelled `1.0` since, and every value "never seen"."""

import re
from collections.abc import Iterable, Mapping

from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.categorical import CategoricalLayout
from tidegauge.profiles.layouts.numeric import on_a_line
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
        number = on_a_line(layout.cuts[0])
        if column in kinds and number is not None and kinds[column].upper().startswith("BOOL"):
            if not (number.whole and number.least >= 0 and number.most <= 1):
                found[column] = (
                    f'column "{column}" held numbers ({number.least:.4g} to {number.most:.4g}) and is {kinds[column]} '
                    "now: yes and no are no such numbers. Cast it back to what it was in a view, or watch it under "
                    "another name."
                )
        elif layout.named and column in kinds and layout.kind == CategoricalLayout.kind:  # another's names are its own
            was, kind = _spelling(layout.named), kinds[column].upper()
            if was and not _may_spell(was, kind, bare_floats=bare_floats):
                known = ", ".join(layout.named[:3]) + (", …" if len(layout.named) > 3 else "")
                found[column] = (
                    f'column "{column}" held {was} ({known}) and is {kinds[column]} now: none of its values would be '
                    "known. Cast it back to what it was in a view, or watch it under another name."
                )
    return found


def _spelling(values: Iterable[str]) -> str:
    some = [*values]
    if TRUTHS.issuperset(some):
        return "booleans"
    if all(WHOLE.fullmatch(v) for v in some):
        return "whole numbers"
    if not any(v in TRUTHS or DECIMAL.fullmatch(v) for v in some):
        return "words"
    decimals = all(DECIMAL.fullmatch(v) for v in some)
    return "decimal numbers" if decimals and not any(WHOLE.fullmatch(v) for v in some) else ""


def _may_spell(was: str, kind: str, *, bare_floats: bool) -> bool:
    """Whether a type spells some values so; what is no number and no boolean spells anything."""
    if kind.startswith("BOOL"):
        return was == "booleans"
    if not is_number(kind):
        return True
    if kind.startswith(FLOATS) and not kind.endswith(",0)"):
        return was == "decimal numbers" or (was == "whole numbers" and bare_floats)
    return was == "whole numbers"
