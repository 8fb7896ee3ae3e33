"""One past window, judged again and again with a change planted in one column; all else stays as it was."""

from collections.abc import Sequence
from copy import copy

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.window import Window
from tidegauge.decisions.expectation import POOLS
from tidegauge.decisions.history import History
from tidegauge.decisions.judge import Judgement
from tidegauge.decisions.scored import Sample
from tidegauge.profiles.kinds.changes import Lots, Planting
from tidegauge.profiles.kinds.every import total
from tidegauge.profiles.states.cells import Cells
from tidegauge.sensitivity.column import FollowedColumn
from tidegauge.sensitivity.related import Related
from tidegauge.stages.decider import Decided, Decider
from tidegauge.stages.input_observer import InputObserver

Floats = NDArray[np.float64]
SPECIAL = "holidays"  # the name under which the judge asks for the distance to days off


class ColumnTrial:
    """A window as it was decided, and what would have been said of it with a change in it."""

    def __init__(self, window: Window, decider: Decider, room: InputObserver, history: History) -> None:
        self.window, self.room, self.history = window, room, history
        self.rulings = decider.rulings(window)
        self.profile, problems = room.profiles.profile(window)
        seen = room.observe_profile(window, self.profile, problems, self.rulings.excluded)
        self.sample, self.rows = seen.sample, seen.rows
        self.decided: Decided = decider.one(window, seen, "what-if", history)
        self._judge = copy(decider.judge)  # it has the spreads of this window at hand, whatever is decided meanwhile
        fit = room.relating.fit(window, self.rulings.excluded) if room.relating else None
        self.related = Related(fit, self.profile.rows)
        self._distances: dict[tuple[str, tuple[Window, ...]], Floats] = {}
        sampled = self.profile.rows.rows if self.profile.rows else 0
        self.lots = Lots(self.rows, sampled, seed=int(window.start.timestamp()))

    @property
    def normal(self) -> bool:
        """Whether the window was judged and did not alert: only of such can be said what they would have shown."""
        judgement = self.decided.judgement
        return judgement.tail is not None and judgement.sudden <= 1 and self.rows > 0

    def judged(self, sample: Sample) -> Judgement:
        """What would have been said of the window, had it been so; what was to be expected of it stays as it was."""
        expectation = self.decided.judgement.expectation
        return self._judge.judge(self.window, sample, self.history, self.rulings, expectation=expectation)

    def distance(self, pool: str, windows: tuple[Window, ...]) -> Floats:
        """[D] of the window as it was, worked out once."""
        if (pool, windows) not in self._distances:
            self._distances[pool, windows] = self.sample.distance(pool, windows)
        return self._distances[pool, windows]

    def total(self, column: str, pool: str, windows: Sequence[Window]) -> Cells:
        """A column's cells in the windows of a reference."""
        return total([c[column] for c in self.room.of_pool(pool).cells(windows) if column in c])

    def of(self, column: FollowedColumn) -> "PlantedColumn | None":
        """Trials with one column; None where the window has no cells of it."""
        cells = self.profile.whole.get(column.label)
        return None if cells is None or not cells.rows else PlantedColumn(self, column, cells)


class PlantedColumn:
    """A window with changes in one column."""

    def __init__(self, trial: ColumnTrial, column: FollowedColumn, cells: Cells) -> None:
        self.trial, self.column, self.cells = trial, column, cells
        e = trial.decided.judgement.expectation
        wanted = [(name, e.pools.get(name, ())) for name in POOLS] + [(SPECIAL, e.special)]
        self.asked = [(name, windows) for name, windows in wanted if windows]
        self.sums = [{column.label: trial.total(column.label, *asked)} for asked in self.asked]
        self.plain = self._own(cells)

    def strength(self, planting: Planting, size: float) -> float:
        """How strong the window would have been with such a change in it; above 1 it would have alerted."""
        trial, column = self.trial, self.column
        x, error = trial.sample.x.copy(), trial.sample.error.copy()
        levels, errors, away = self._own(planting.cells(self.cells, size))
        # a cell's rows are only known to lie between its ends: the difference that the change makes counts
        x[column.levels] = np.where(np.isnan(self.plain[0]), levels, x[column.levels] + levels - self.plain[0])
        error[column.levels] = errors
        rows = trial.related.sample
        if rows is not None and column.name in rows.columns:
            at, levels, errors = trial.related.levels(column, planting.rows(rows, column.name, size))
            x[at], error[at] = levels, errors
        distances = dict(zip(self.asked, away - self.plain[2], strict=True))

        def distance(pool: str, windows: Sequence[Window]) -> Floats:
            """[D] the window's, moved in this column by what the change makes."""
            out = trial.distance(pool, tuple(windows)).copy()
            out[column.distance] += distances.get((pool, tuple(windows)), 0.0)
            return out

        return trial.judged(Sample(x, error, trial.sample.n, distance)).sudden

    def _own(self, cells: Cells) -> tuple[Floats, Floats, Floats]:
        """[k], [k], [R, D] levels, errors and distances of these cells."""
        return self.column.own(self.trial.window, cells, self.sums)
