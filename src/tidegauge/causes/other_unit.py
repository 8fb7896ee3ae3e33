"""The numbers come in another unit: kilometres instead of miles."""

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar, NamedTuple

import numpy as np

from tidegauge.causes.base import Candidate, Cause
from tidegauge.causes.column_change import ColumnChange, Floats
from tidegauge.causes.column_words import plain, quoted, some_rows
from tidegauge.causes.never_reached import brings, displaced_rows, goes_on, proves
from tidegauge.tuning.cause_tuning import CauseTuning


class UnitChange(NamedTuple):
    """y = factor · x + offset, and what it is called."""

    factor: float
    words: str
    offset: float = 0.0

    @property
    def in_words(self) -> str:
        """What was done to each value."""
        if self.offset:
            return self.words
        by = f"times {plain(self.factor)}" if self.factor > 1 else f"divided by {plain(1 / self.factor)}"
        return f"{by}, {self.words}"

    @property
    def jump(self) -> float:
        """How many times as far from 0 it brings a number; of an offset, none."""
        return 1.0 if self.offset else max(self.factor, 1 / self.factor)

    def turned(self, values: Floats) -> Floats:
        """[n] values in the other unit."""
        return self.factor * _countable(values) + self.offset

    def undone(self, values: Floats) -> Floats:
        """[n] values as they were."""
        return (_countable(values) - self.offset) / self.factor


def _countable(values: Floats) -> Floats:
    """[n] the same, but for those so near the end of doubles that no factor could be put to them."""
    return np.clip(values, -1e300, 1e300)


def both_ways(factor: float, one: str, other: str) -> list[UnitChange]:
    """From one unit to the other, and back."""
    return [UnitChange(factor, f"as from {one} to {other}"), UnitChange(1 / factor, f"as from {other} to {one}")]


# Factors of units that people mix up; a pair of them that no reader could tell apart is one entry.
UNITS: tuple[UnitChange, ...] = (
    *both_ways(1.609344, "miles", "kilometres"),
    *both_ways(1000.0, "thousands", "units (or seconds to milliseconds)"),
    *both_ways(100.0, "fractions", "per cent (or euros to cents)"),
    *both_ways(10.0, "tens", "units"),
    *both_ways(1e6, "millions", "units"),
    *both_ways(2.20462262, "kilograms", "pounds"),
    *both_ways(3.2808399, "metres", "feet"),
    *both_ways(25.4, "inches", "millimetres"),
    *both_ways(2.54, "inches", "centimetres"),
    *both_ways(60.0, "minutes", "seconds (or hours to minutes)"),
    *both_ways(3600.0, "hours", "seconds"),
    *both_ways(24.0, "days", "hours"),
    *both_ways(3.6, "m/s", "km/h"),
    *both_ways(1.943844, "m/s", "knots"),
    *both_ways(1.150779, "knots", "miles per hour"),
    *both_ways(2.236936, "m/s", "miles per hour"),
    *both_ways(33.8639, "inches of mercury", "hectopascals"),
    *both_ways(3.785412, "US gallons", "litres"),
    UnitChange(1.8, "as from °C to °F", 32.0),
    UnitChange(1 / 1.8, "as from °F to °C", -32 / 1.8),
    UnitChange(1.0, "as from °C to kelvins", 273.15),
    UnitChange(1.0, "as from kelvins to °C", -273.15),
)


class OtherUnit(Cause):
    """Each listed factor is tried. Values that were there before, divided again, and as they are not, prove it."""

    name: ClassVar[str] = "other-unit"
    title: ClassVar[str] = "another unit"
    cost: ClassVar[float] = 2.0
    is_fault: ClassVar[bool] = True
    is_map: ClassVar[bool] = True

    def candidates(self, column: ColumnChange, tuning: CauseTuning) -> Iterator[Candidate]:
        if not column.line or goes_on(column) or any(brings(column, other, tuning) for other in column.others):
            return
        for unit in UNITS:
            yield from self._in(unit, column, tuning)

    def _in(self, unit: UnitChange, column: ColumnChange, tuning: CauseTuning) -> Iterator[Candidate]:
        """One unit, for all rows; of a large factor for some of them, too."""
        displaced = displaced_rows(column, unit.undone, unit.jump, tuning)
        proved = displaced > 0 or proves(column, unit.undone, tuning)
        if not proved and not column.speaks(tuning):
            return
        mapped = column.pushed(unit.turned)
        share = displaced or (column.share_of(mapped) if unit.jump >= tuning.partly else 1.0)
        if share == 0.0 or column.distance(mapped, column.before) < tuning.gain:
            return  # of zeros, or of nothing
        clause = f"{quoted(column.name)} is in another unit{some_rows(share)}: {unit.in_words}"
        proved = proved and share in (displaced, 1.0)
        z = self.fitted(column, mapped, clause, unit.words, tuning, share=share, proved=proved)
        yield replace(z, displaced=displaced > 0, factor=0.0 if unit.offset else unit.factor)
