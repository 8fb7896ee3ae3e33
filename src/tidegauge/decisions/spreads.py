"""How far apart normal windows lie: spreads of every prediction, tails and threshold, as known at one instant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.forms import Form
from tidegauge.core.window import Window
from tidegauge.decisions.expectation import POOLS, PREDICTORS, Normal, touches
from tidegauge.decisions.record import Record
from tidegauge.decisions.robust import median, spread, spread_above
from tidegauge.decisions.slow import Slow
from tidegauge.decisions.tail import Tail, Tails, fit_tail
from tidegauge.decisions.walk import Walk
from tidegauge.profiles.states.arrays import Arrays, read_arrays, write_arrays
from tidegauge.references.calendar import Season
from tidegauge.statistics.signal_set import SignalSet
from tidegauge.tuning.decision_tuning import DecisionTuning
from tidegauge.tuning.tail_tuning import TailTuning
from tidegauge.tuning.tuning import SHIPPED

Floats = NDArray[np.float64]
FORM = Form[Arrays](
    "spreads",
    4,
    tag=6,
    readers={
        1: lambda old: {("signals" if name == "terms" else name): array for name, array in old.items()},
        2: lambda old: old,  # without what a walk is measured by: those windows had none
        3: lambda old: old,  # without how far predictions were ever off: those windows have no exact chances
    },
)


@dataclass(frozen=True)
class Spreads:
    """Spreads and tails, as known at an instant. Stored, so that deciding a window reads no more than it needs."""

    scale: Floats  # [P, K] of each predictor's residuals
    middle: Floats  # [R, D] of each pool's distances
    above: Floats  # [R, D] their spread upwards
    rows: float  # of a usual window
    learnt: int  # records that it rests on
    tail: Tail | None
    slow: Slow
    walk: Walk
    lowest: Floats  # [P + 1, A] of each predictor's residuals, and of the levels: of those that count something
    highest: Floats  # [P + 1, A]

    @classmethod
    def fit(
        cls,
        past: Sequence[tuple[Window, Record]],
        signal_set: SignalSet,
        normal: Normal,
        *,
        alerts_per_window: float,
        learning: int,
        dismissed: Mapping[Window, Record],
        slow: Slow,
        tuning: DecisionTuning = SHIPPED.decisions,
    ) -> Self:
        """From the records of past windows, oldest first, without those that people excluded.

        `slow`: the same of slow drift, from earlier windows: one that goes on must not teach what is normal.
        What a walk is measured by is put in by whoever knows which window comes.
        """
        t = tuning.spreads
        p, k, r, d = len(PREDICTORS), len(signal_set.levels), len(POOLS), len(signal_set.distances)
        records = [record for _, record in past]
        if len(past) < t.least:
            none = np.full((r, d), np.nan)
            ends = np.full((p + 1, len(signal_set.counted)), np.nan)
            return cls(np.full((p, k), np.nan), none, none, 1.0, len(past), None, slow, Walk.nothing(), ends, ends)
        residuals = np.array([record.residuals for record in records])
        distances = np.array([record.distances for record in records])
        z = np.array([record.z for record in records])
        gone = normal.spreads([w for w, _ in past])
        if gone is not None:
            residuals = np.where(gone[:, None, :k], np.nan, residuals)
            distances = np.where(gone[:, None, k:], np.nan, distances)
            z = np.where(gone, 0.0, z)
        seen = np.count_nonzero(~np.isnan(residuals), axis=0)
        scale = np.where(seen >= t.least, spread(residuals, t, signal_set.unbounded), np.nan)
        middle = median(distances)
        above = spread_above(distances - middle, t)
        rows = float(np.median([record.n for record in records[-t.recent_rows :]]))
        # the first records of a history have no z: they were scored before there was a spread
        judged = z[np.any(z > 0, axis=1)]
        tail = None
        if len(judged) >= learning:
            budget = (1 - tuning.slow.share) * alerts_per_window
            tail = fit_tail(judged, signal_set.light, signal_set.shapes, signal_set.groups, budget, tuning)
            tail = _heeding(tail, dismissed, signal_set, normal)
        low, high = _ends(residuals, records, gone, signal_set)
        return cls(scale, middle, above, rows, len(past), tail, slow, Walk.nothing(), low, high)

    def to_blob(self) -> bytes:
        """Bytes with a checksum."""
        arrays: dict[str, NDArray[np.float64]] = {
            "scale": self.scale,
            "middle": self.middle,
            "above": self.above,
            "lowest": self.lowest,
            "highest": self.highest,
            "scalars": np.array([self.rows, float(self.learnt), self.tail.threshold if self.tail else np.inf]),
        }
        for name, tails in (("signals", self.tail.signals), ("groups", self.tail.groups)) if self.tail else ():
            arrays[name] = np.array([tails.q, tails.xi, tails.sigma, tails.base])
        arrays |= {f"slow.{name}": a for name, a in self.slow.arrays().items()}
        walk = {f"walk.{name}": a for name, a in self.walk.arrays().items()}
        return write_arrays(FORM, arrays | walk)

    @classmethod
    def of(cls, signal_set: SignalSet, blob: bytes, tuning: TailTuning = SHIPPED.decisions.tail) -> Self:
        """The spreads that wrote these bytes; CorruptBlob where they are not whole."""
        _, a = read_arrays(FORM, blob)
        rows, learnt, threshold = (float(v) for v in a["scalars"])
        slow = Slow.of({name.removeprefix("slow."): x for name, x in a.items() if name.startswith("slow.")})
        known = {name.removeprefix("walk."): x for name, x in a.items() if name.startswith("walk.")}
        walk = Walk.of(known)
        tail = None
        if "signals" in a:
            tail = Tail(Tails(*a["signals"]), Tails(*a["groups"]), signal_set.groups, threshold, tuning)
        unknown = np.full((len(a["scale"]) + 1, len(signal_set.counted)), np.nan)
        low, high = a.get("lowest", unknown), a.get("highest", unknown)
        return cls(a["scale"], a["middle"], a["above"], rows, int(learnt), tail, slow, walk, low, high)


def _ends(
    residuals: Floats, records: Sequence[Record], gone: NDArray[np.bool_] | None, signal_set: SignalSet
) -> tuple[Floats, Floats]:
    """[P + 1, A] least and greatest of each predictor's residuals [W, P, K], and of the levels: of what is counted."""
    levels = np.array([record.x for record in records])[:, None]
    levels = levels if gone is None else np.where(gone[:, None, : levels.shape[-1]], np.nan, levels)
    counted = np.concatenate([residuals, levels], axis=1)[..., signal_set.counted]
    return np.fmin.reduce(counted), np.fmax.reduce(counted)


def _heeding(tail: Tail, dismissed: Mapping[Window, Record], signal_set: SignalSet, normal: Normal) -> Tail:
    """The tail once people's dismissals are heeded, however long ago or lately they were given."""
    for d in normal.rulings.dismissed:
        record = dismissed.get(d.window)
        if record is not None and record.signal_set == signal_set.id:
            mine = np.array([touches(t.column, t.others, d.columns) for t in signal_set.signals], dtype=bool)
            tail = tail.heeding(record.z, mine)
    return tail


def known_at(season: Season, window: Window) -> datetime:
    """The instant whose knowledge a window is judged by: the beginning of its local day.

    Fixed by the calendar, so that a replay finds the same without having to remember it, and the hours of a day share
    one fit.
    """
    return min(season.midnight, window.start)
