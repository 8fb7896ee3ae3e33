"""Made-up logs of few rows a day, as the levels that count something see them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tests.laws.days import BUDGET, CALENDAR, DAYS, a_judge
from tidegauge.decisions.history import History
from tidegauge.decisions.judge import NOBODY, Judgement
from tidegauge.decisions.scored import Ones, Sample
from tidegauge.statistics import LABEL_LEVELS, LEVELS, WINDOW_LEVELS
from tidegauge.statistics.signal_set import SignalSet

Floats = NDArray[np.float64]
CODES = 12
SIGNALS = SignalSet(
    (
        WINDOW_LEVELS["volume"].signal(""),
        *(LEVELS[f"top-share-{k + 1}"].signal("shop") for k in range(CODES)),
        LEVELS["mode-share"].signal("amount"),
    ),
    (),
)
LABELS = SignalSet((LABEL_LEVELS["label-bias"].signal("bought"),), ())


@dataclass
class Day:
    """The counts of one day."""

    codes: Floats  # rows of each shop
    mode: float  # rows in one narrow range of amounts
    ones: float  # labels that are 1
    predicted: float = 0.12

    @property
    def rows(self) -> float:
        """All of its rows."""
        return float(self.codes.sum())

    def sample(self) -> Sample:
        """Its levels, in the order of `SIGNALS`."""
        n = max(self.rows, 1.0)
        shares = np.array([*(self.codes / n), self.mode / n])
        x = [np.log1p(self.rows), *np.arcsin(np.sqrt(shares))]
        error = [(1 + self.rows) ** -0.5, *np.full(len(shares), 0.5 / np.sqrt(n))]
        return Sample(np.array(x), np.array(error), n, lambda _pool, _windows: np.zeros(0))

    def labels(self) -> Sample:
        """That of `LABELS`."""
        n = max(self.rows, 1.0)
        share = self.ones / n
        error = np.sqrt(max(share * (1 - share), 0.01) / n)
        ones = {0: Ones(self.ones, n, self.predicted)}
        x = np.array([share - self.predicted])
        return Sample(x, np.array([error]), n, lambda _pool, _windows: np.zeros(0), ones)


@dataclass(frozen=True)
class Log:
    """So many rows on a usual day; rates that scatter from day to day by so much more than chance."""

    rows: float = 100.0
    seed: int = 1
    restless: float = 0.0
    shares: Floats = field(default_factory=lambda: np.array([0.2, 0.2, *[0.06] * 10]))
    ones: float = 0.12

    def days(self, many: int) -> list[Day]:
        """With a weekly season in the number of rows."""
        g = np.random.default_rng(self.seed)
        return [self._day(g, k) for k in range(many)]

    def _day(self, g: np.random.Generator, k: int) -> Day:
        usual = self.rows * (0.7 if k % 7 > 4 else 1.0)
        n = max(int(g.poisson(usual * np.exp(g.normal(0, self.restless)))), 1)
        away = np.exp(g.normal(0, self.restless, CODES))
        codes = g.multinomial(n, self.shares * away / (self.shares * away).sum()).astype(np.float64)
        mode, ones = (min(p * np.exp(g.normal(0, self.restless)), 1.0) for p in (0.3, self.ones))
        return Day(codes, float(g.binomial(n, mode)), float(g.binomial(n, ones)))


def judged(days: Sequence[Day], signal_set: SignalSet = SIGNALS) -> list[Judgement]:
    """All of them in order, each seen by the next ones."""
    judge, history, out = a_judge(BUDGET, signal_set), History(CALENDAR), []
    for window, day in zip(DAYS, days, strict=False):
        found = judge.judge(window, day.labels() if signal_set is LABELS else day.sample(), history, NOBODY)
        history.add(window, found.record.kept())
        out.append(found)
    return out


def wounded(log: Log, wound: Callable[[Day], Day], signal_set: SignalSet = SIGNALS, many: int = 90) -> Judgement:
    """The last day of a log, with something done to it."""
    *before, last = log.days(many)
    return judged([*before, wound(last)], signal_set)[-1]
