"""What a monitor follows from window to window: a fixed list of signals, each one statistic of one column."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.window import VOLUME, WHOLE
from tidegauge.tuning.statistic_tuning import BlameTuning
from tidegauge.tuning.tuning import SHIPPED

NOTHING = 2.0**-80  # in the unit of any number that somebody would follow


class Counts(StrEnum):
    """What a level counts, where the chance that it is so small, or whole, can be worked out and need not be learnt."""

    NOTHING = "nothing"
    ROWS = "rows"  # of a window: too few are improbable
    SHARE = "share"  # of rows, as an angle: none or few of them are improbable, and all
    WHOLE = "whole"  # of rows, as an angle, of no category in particular: all are improbable
    LABELS = "labels"  # 1 among labels 0 and 1, less what was predicted: none or few are improbable


@dataclass(frozen=True, slots=True)
class Signal:
    """One number a window: a level (a fact of the window alone) or a distance (to a reference)."""

    column: str
    statistic: str
    segment: str = WHOLE
    floor: float = 0.02  # the least spread between windows that is believed
    light: bool = False  # varies with a light tail
    shape: float = 0.0  # more, or less, heavy than most: the weather moves a level, a structure seldom breaks by itself
    one_sided: bool = False  # only a rise is bad
    only_falls: bool = False  # only a fall is bad
    grows: bool = False  # does not settle with more rows (log of a row count): sampling error says nothing of it
    others: tuple[str, ...] = ()  # more columns that it is about, where it is a relation
    shared: bool = True  # of a relation: whether a break is as much the other column's
    relation: bool = False  # says how a column goes with others, not what it is by itself
    walks: bool = True  # its average over weeks means the same from month to month
    steady: bool = True  # on a scale where a least spread means something: not in a unit of somebody's own
    of_labels: bool = False  # says what labels say, of the model or of their coming
    counts: Counts = Counts.NOTHING
    cells: str = ""  # the id of the layout that it is read in, where that is not the column's first one

    @property
    def key(self) -> str:
        """The signal in one text."""
        cells = (f"cells {self.cells}",) if self.cells else ()
        return "\x1f".join((self.column, self.statistic, self.segment, *self.others, *cells))

    @property
    def tied(self) -> bool:
        """Whether it is about more than its own column."""
        return self.relation or bool(self.others)

    @property
    def part(self) -> float:
        """What it counts: of a segment half of what it counts of the whole."""
        return 1.0 if self.segment == WHOLE else 0.5

    @property
    def structural(self) -> bool:
        """Whether it says that something of the first column is fixed by others: no season changes that."""
        return bool(self.others) and not self.shared


@dataclass(frozen=True)
class SignalSet:
    """Levels first, distances after them; the order of every vector that the store keeps."""

    levels: tuple[Signal, ...]
    distances: tuple[Signal, ...]
    tuning: BlameTuning = SHIPPED.statistics.blame

    @cached_property
    def signals(self) -> tuple[Signal, ...]:
        """Levels, then distances."""
        return self.levels + self.distances

    @cached_property
    def places(self) -> dict[tuple[str, str, str, tuple[str, ...], str], int]:
        """Where in a vector each signal stands, by its column, statistic, segment, others and cells."""
        signals = reversed([*enumerate(self.signals)])
        return {(t.column, t.statistic, t.segment, t.others, t.cells): k for k, t in signals}

    @cached_property
    def newest(self) -> dict[tuple[str, str, str], int]:
        """The same of what is about one column, by column, statistic and segment.

        A column that was cut again is followed in its old and in its newer cells: the newest ones say most.
        """
        return {(t.column, t.statistic, t.segment): k for k, t in enumerate(self.signals) if not t.others}

    @cached_property
    def id(self) -> str:
        """Hash of the signals: vectors of another set cannot be compared."""
        text = "\x1e".join(t.key for t in self.signals) + f"\x1d{len(self.levels)}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @cached_property
    def floors(self) -> NDArray[np.float64]:
        """[K] of the levels."""
        return np.array([t.floor for t in self.levels])

    @cached_property
    def one_sided(self) -> NDArray[np.bool_]:
        """[K] of the levels."""
        return np.array([t.one_sided for t in self.levels], dtype=bool)

    @cached_property
    def only_falls(self) -> NDArray[np.bool_]:
        """[K] of the levels."""
        return np.array([t.only_falls for t in self.levels], dtype=bool)

    @cached_property
    def counted(self) -> NDArray[np.int64]:
        """[A] the places of the levels that count something."""
        return np.flatnonzero([t.counts is not Counts.NOTHING for t in self.levels])

    @cached_property
    def categories(self) -> tuple[NDArray[np.int64], ...]:
        """Of each column, in each of its cells, the places [*] of its categories' shares, where it has several."""
        out: dict[tuple[str, str], list[int]] = {}
        for k, t in enumerate(self.levels):
            if t.counts is Counts.SHARE and t.segment == WHOLE:
                out.setdefault((t.column, t.cells), []).append(k)
        return tuple(np.array(places) for places in out.values() if len(places) > 1)

    @cached_property
    def steady(self) -> NDArray[np.float64]:
        """[K] of the levels: 1, or next to nothing where no least spread is known."""
        return np.array([1.0 if t.steady else NOTHING for t in self.levels])

    @cached_property
    def unbounded(self) -> NDArray[np.bool_]:
        """[K] of the levels: those in a unit of somebody's own, which may lie however far out."""
        return np.array([not t.steady for t in self.levels], dtype=bool)

    @cached_property
    def grows(self) -> NDArray[np.bool_]:
        """[K] of the levels."""
        return np.array([t.grows for t in self.levels], dtype=bool)

    @cached_property
    def tied(self) -> NDArray[np.bool_]:
        """[K + D] of all signals."""
        return np.array([t.tied for t in self.signals], dtype=bool)

    @cached_property
    def structural(self) -> NDArray[np.bool_]:
        """[K + D] of all signals."""
        return np.array([t.structural for t in self.signals], dtype=bool)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Every column that a signal is told of, in order of first mention."""
        return tuple(dict.fromkeys(c for t in self.signals for c in (t.column, *(t.others if t.shared else ()))))

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """[K + D, C] how much of a signal each column bears: a pair half each, a segment half of a whole."""
        at = {c: k for k, c in enumerate(self.columns)}
        out = np.zeros((len(self.signals), len(at)))
        for k, t in enumerate(self.signals):
            sides = (t.column, *t.others) if t.shared and t.others else (t.column,)
            for c in sides:
                out[k, at[c]] = t.part / len(sides)
        return out

    @cached_property
    def groups(self) -> NDArray[np.float64]:
        """[K + D, G] which signals corroborate each other: those of a column, and those of a column in one segment.

        The first groups are the columns; a segment with a single number has nothing to add.
        """
        parts = [(t.column, t.segment) for t in self.signals]
        several = [p for p in dict.fromkeys(parts) if p[1] != WHOLE and parts.count(p) > 1]
        extra = np.array([[0.5 * (p == q) for q in several] for p in parts]).reshape(len(parts), len(several))
        return np.hstack([self.weights, extra])

    @cached_property
    def shapes(self) -> NDArray[np.float64]:
        """[K + D] of all signals."""
        return np.array([t.shape for t in self.signals])

    @cached_property
    def blame(self) -> NDArray[np.float64]:
        """[K + D, C] how well a fault of each column would explain that a signal is strange.

        A column's own numbers are its own fault, and a broken pair is wholly either one's. What a model of a column
        leaves may be the fault of a column that goes with it, hardly of any other; and where columns no longer fix
        another, it is that one which is to blame.
        """
        by = self.tuning
        at = {c: k for k, c in enumerate(self.columns)}
        out = np.zeros((len(self.signals), len(at)))
        for k, t in enumerate(self.signals):
            whole = t.part * self._own_blame(t)
            if t.relation and not t.others:
                for c in at.keys() - {VOLUME}:
                    out[k, at[c]] = whole * (by.partner if frozenset((c, t.column)) in self._pairs else by.stranger)
            for c in set(t.others) & at.keys():
                out[k, at[c]] = whole * (1.0 if t.shared else by.fixing / len(t.others))
            out[k, at[t.column]] = whole
        return out

    @cached_property
    def _pairs(self) -> frozenset[frozenset[str]]:
        """The columns that a relation of two looks at together."""
        return frozenset(frozenset((t.column, *t.others)) for t in self.signals if t.shared and len(t.others) == 1)

    def _own_blame(self, signal: Signal) -> float:
        """How well a fault of the signal's own column explains it."""
        if signal.others:
            return self.tuning.tied
        return self.tuning.model if signal.relation else 1.0

    @cached_property
    def light(self) -> NDArray[np.bool_]:
        """[K + D] of all signals."""
        return np.array([t.light for t in self.signals], dtype=bool)
