"""Categories are spelled otherwise: "aa" for "AA", "AA " for "AA"."""

from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar

import numpy as np

from tidegauge.causes.base import Candidate, Cause
from tidegauge.causes.column_change import ColumnChange, Floats
from tidegauge.causes.column_words import quoted, some_rows
from tidegauge.profiles.layouts.categorical import CategoricalLayout
from tidegauge.tuning.cause_tuning import CauseTuning

SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "in lower case": str.lower,
    "in upper case": str.upper,
    "with a capital first": str.title,
    "with a space behind": lambda s: f"{s} ",
    "with a space before": lambda s: f" {s}",
    "without spaces around them": str.strip,
    "with a decimal (1.0 for 1)": lambda s: f"{s}.0" if s.isdigit() else s,
    "without a decimal (1 for 1.0)": lambda s: s.removesuffix(".0"),
    "without zeros in front": lambda s: s.lstrip("0") or s,
    "in double quotes": lambda s: f'"{s}"',
    "in single quotes": lambda s: f"'{s}'",
    "with - for _": lambda s: s.replace("_", "-"),
    "with _ for -": lambda s: s.replace("-", "_"),
    "with _ for spaces": lambda s: s.replace(" ", "_"),
}


NAMED = 3  # values of a bucket in a picture


class OtherSpelling(Cause):
    """Each listed way to spell: the known values so spelled must come in the numbers in which they came before."""

    name: ClassVar[str] = "other-spelling"
    title: ClassVar[str] = "another spelling"
    cost: ClassVar[float] = 1.5
    is_fault: ClassVar[bool] = True

    def candidates(self, column: ColumnChange, tuning: CauseTuning) -> Iterator[Candidate]:
        if not isinstance(column.layout, CategoricalLayout):
            return
        for words, spell in SPELLINGS.items():
            mapped = respelled(column, column.layout, spell)
            if column.distance(mapped, column.before) < tuning.gain:
                continue
            share, gain = so_spelled(column, mapped, column.layout.known + 1, tuning)
            clause = f"the values of {quoted(column.name)} are spelled {words}{some_rows(share)}"
            yield self.fitted(column, mapped, clause, words, tuning, share=share, gain=gain)

    def labels(self, column: ColumnChange, key: str) -> dict[int, str]:
        """Each bucket of unknown values by those that it would hold."""
        layout = column.layout
        if not isinstance(layout, CategoricalLayout):
            return {}
        held: dict[int, list[str]] = {}
        for value in layout.values:
            spelled = SPELLINGS[key](value)
            held.setdefault(layout.code(spelled), []).append(spelled)
        return {code: _listed(values) for code, values in held.items() if code > layout.known}


def _listed(values: list[str]) -> str:
    """The first few of a bucket's values, which are the most frequent."""
    more = f" and {len(values) - NAMED} more" if len(values) > NAMED else ""
    return ", ".join(values[:NAMED]) + more


def so_spelled(column: ColumnChange, mapped: Floats, first: int, tuning: CauseTuning) -> tuple[float, float]:
    """The share of rows that fits, and how many gained buckets of unknown values, from code `first` on; 0 where odd."""
    gained, full = (np.maximum(x[first:] - column.before[first:], 0.0) for x in (column.now, mapped))
    share = float(min(gained.sum() / full.sum(), 1.0)) if full.sum() > tuning.piled else 0.0
    share = 1.0 if share > 1 - tuning.kept else share
    most = float(column.each[:, first:].sum(axis=1).max())
    is_new = float(column.now[first:].sum()) > most + tuning.errors * column.error_of(most)
    if not share or not is_new:
        return column.share_of(mapped), 0.0
    odd = float(np.abs(gained - share * full).sum()) / 2
    chance = float(np.sqrt(np.maximum(share * full, 0.0) / max(column.rows, 1)).sum()) / 2
    return share, float(gained.sum()) if odd <= chance + tuning.left_of_map * float(gained.sum()) / 2 else 0.0


def respelled(column: ColumnChange, layout: CategoricalLayout, spell: Callable[[str], str]) -> Floats:
    """[size] the reference's shares with every known value spelled otherwise."""
    out = column.before.copy()
    out[1 : layout.known + 1] = 0.0
    to = [layout.code(spell(value)) for value in layout.values]
    return np.asarray(out + np.bincount(to, column.before[1 : layout.known + 1], minlength=layout.size))
