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


class OtherSpelling(Cause):
    """Each listed way to spell: the known values so spelled must come in the numbers in which they came before."""

    name: ClassVar[str] = "other-spelling"
    title: ClassVar[str] = "another spelling"
    cost: ClassVar[float] = 1.5

    def candidates(self, column: ColumnChange, tuning: CauseTuning) -> Iterator[Candidate]:
        if not isinstance(column.layout, CategoricalLayout):
            return
        for words, spell in SPELLINGS.items():
            mapped = respelled(column, column.layout, spell)
            if column.distance(mapped, column.before) < tuning.gain:
                continue
            share = column.share_of(mapped)
            said = f"the values of {quoted(column.name)} are spelled {words}{some_rows(share)}"
            yield self.fitted(column, mapped, said, words, tuning)


def respelled(column: ColumnChange, layout: CategoricalLayout, spell: Callable[[str], str]) -> Floats:
    """[size] the reference's shares with every known value spelled otherwise."""
    out = column.before.copy()
    out[1 : layout.known + 1] = 0.0
    to = [layout.code(spell(value)) for value in layout.values]
    return np.asarray(out + np.bincount(to, column.before[1 : layout.known + 1], minlength=layout.size))
