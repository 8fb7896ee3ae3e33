"""How often three looks promote a challenger: equal ones, worse ones, better ones, on a year of real flights.

python -m benchmarks.challengers [CHALLENGERS]   # 1,000 of each: about 4 minutes

A challenger is the demo's score with noise on the log-odds: of rows, of days, and of days by carrier and airport. The
noise of both models is drawn alike where they are equal, and is less on the better one. Each draw takes 42 days from a
random first one, and the project's own gate looks at 14, 28 and 42 of them.
"""

import sys
from collections import Counter

import numpy as np
import pandas as pd

from examples.flights.build import LOG_STARTS
from examples.flights.model import DelayModel
from examples.flights.source import NUMERIC, flights
from tidegauge.core.window import Window
from tidegauge.promotion.advising import Advice
from tidegauge.promotion.base import GateOutcome
from tidegauge.promotion.better import Better
from tidegauge.promotion.evidence import Evidence, Pair
from tidegauge.promotion.window_sums import WindowSums
from tidegauge.tuning.promotion_tuning import PromotionTuning

NOISE = {  # of the champion and of the challenger: rows, days, days by carrier and airport
    "equal": ((0.25, 0.15, 0.25), (0.25, 0.15, 0.25)),
    "worse": ((0.25, 0.1, 0.2), (0.35, 0.15, 0.35)),
    "better": ((0.45, 0.15, 0.45), (0.25, 0.1, 0.2)),
}
DAYS, CELLS = 42, 160


class Flights:
    """Labelled flights with the demo's score."""

    def __init__(self) -> None:
        frame = flights().astype(dict.fromkeys(NUMERIC, float))
        past, rows = frame[frame["day"] < LOG_STARTS], frame[frame["day"] >= LOG_STARTS]
        score = DelayModel.fit(past, "first").score(rows)
        known = rows["late"].notna().to_numpy()
        rows, score = rows[known], score[known]
        self.day = (rows["day"] - rows["day"].min()).dt.days.to_numpy()
        self.late = rows["late"].to_numpy(int)
        self.odds = np.log(score / (1 - score))
        self.group = pd.factorize(rows["carrier"] + rows["origin"])[0]
        self.edges = np.quantile(self.odds, np.linspace(0, 1, CELLS + 1)[1:-1])

    def drawn(self, case: str, rng: np.random.Generator) -> Pair:
        """Both models on 42 days."""
        first = int(rng.integers(0, self.day.max() + 1 - DAYS))
        at = (self.day >= first) & (self.day < first + DAYS)
        day, group = self.day[at] - first, self.group[at]
        sides = []
        for rows, days, groups in NOISE[case]:
            noise = rng.normal(0, rows, len(day)) + rng.normal(0, days, DAYS)[day]
            noise += rng.normal(0, groups, (DAYS, self.group.max() + 1))[day, group]
            sides.append(self._course(self.odds[at] + noise, self.late[at], day))
        return Pair(*sides)

    def _course(self, odds: np.ndarray, late: np.ndarray, day: np.ndarray) -> WindowSums:
        cell = (day * 2 + late) * CELLS + np.searchsorted(self.edges, odds)
        loss = np.logaddexp(0, np.where(late == 1, -odds, odds))
        return WindowSums(
            rows=np.bincount(day, minlength=DAYS).astype(float),
            losses=np.bincount(day, loss, DAYS).astype(float),
            predicted=np.bincount(day, 1 / (1 + np.exp(-odds)), DAYS).astype(float),
            labels=np.bincount(day, late, DAYS).astype(float),
            cells=np.bincount(cell, minlength=DAYS * 2 * CELLS).reshape(DAYS, 2, CELLS).astype(float),
        )


def outcome(pair: Pair, tuning: PromotionTuning) -> tuple[Advice, int]:
    """What three looks come to, and at how many windows."""
    for look in range(tuning.looks):
        windows = tuning.windows * (look + 1)
        said = Better().says(Evidence(tuple[Window, ...](), pair.first(windows)), look, tuning).outcome
        if said is not GateOutcome.WAIT:
            return (Advice.PROMOTE if said is GateOutcome.PASSED else Advice.KEEP), windows
    return Advice.KEEP, DAYS


def main(challengers: int) -> None:
    """Print the share that is promoted."""
    rows, tuning = Flights(), PromotionTuning()
    for case in NOISE:
        rng, seen = np.random.default_rng(11), Counter[tuple[Advice, int]]()
        for _ in range(challengers):
            seen[outcome(rows.drawn(case, rng), tuning)] += 1
        by = [seen[Advice.PROMOTE, tuning.windows * (k + 1)] / challengers for k in range(tuning.looks)]
        within = ", ".join(f"{share:.3f} by {tuning.windows * (k + 1)}" for k, share in enumerate(np.cumsum(by)))
        print(f"{case}: of {challengers:,} promoted {within} windows")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
