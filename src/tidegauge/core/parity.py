"""Whether a model treats groups alike: a rate of one group beside that of the base group."""

from dataclasses import dataclass
from enum import StrEnum
from math import nan

from tidegauge.core.window import Window


class Lies(StrEnum):
    """What a ratio's interval says of the band that was declared fair."""

    OUTSIDE = "outside"  # the whole interval lies outside the band
    INSIDE = "inside"  # the whole interval lies inside it
    ACROSS = "across"  # it reaches over an edge: these rows do not say
    FEW = "few"  # it is so wide that nothing is said


@dataclass(frozen=True, slots=True)
class Parity:
    """One rate of one group against the base group's, over the labelled rows of some windows together."""

    rate: str  # its name in the family: "selection-rate"
    title: str
    column: str
    group: str
    base: str
    value: float  # the group's rate; nan where it has no such rows
    base_value: float
    rows: int  # that the group's rate is a share of
    base_rows: int
    ratio: float = nan
    low: float = nan  # its 95 % interval
    high: float = nan
    lies: Lies = Lies.FEW


@dataclass(frozen=True, slots=True)
class Fairness:
    """What is known of one sensitive column up to a window."""

    window: Window
    first: Window  # of those that count together; the window itself, where none does
    last: Window
    windows: int  # how many do
    column: str
    base: str
    threshold: float  # of the score, from which on a row counts as predicted to be 1
    least: float  # the band is from here to 1 / least
    parities: tuple[Parity, ...] = ()
    note: str = ""  # why there is nothing, or less: a sentence
    ungrouped: int = 0  # labelled rows without a value in the column, or with one that is not followed by itself

    @property
    def outside(self) -> tuple[Parity, ...]:
        """Those that are outside the band, whatever their interval allows."""
        return tuple(p for p in self.parities if p.lies is Lies.OUTSIDE)
