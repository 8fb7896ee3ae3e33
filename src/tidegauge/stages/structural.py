"""Facts of a window that need no spread: what they may rest on, and what they do to a verdict.

A fact is a function of what is stored: of the window's states, of those of the windows before it, of the answers and
alerts before it. It has its own part of the budget (`StructuralTuning.share`), and no record keeps it (decision 0061).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log10

from tidegauge.core.decision import Decision, Finding, Score
from tidegauge.core.window import WHOLE, Window
from tidegauge.decisions.history import History
from tidegauge.decisions.judge import Judge, Judgement
from tidegauge.profiles.states.cells import Cells
from tidegauge.references.calendar import Calendar
from tidegauge.stages.measures import Measure
from tidegauge.tuning.structural_tuning import StructuralTuning


@dataclass(frozen=True)
class FactGrounds:
    """All that a window's facts may rest on, known before it but for its own states."""

    window: Window
    rows: int
    cells: Mapping[str, Cells]  # of the whole, by the names that columns have in their cells
    judgement: Judgement
    measure: Measure
    history: History
    calendar: Calendar
    alerts: Callable[[], Sequence[Decision]]  # those that alerted, some of them later perhaps
    judge: Judge

    @property
    def tuning(self) -> StructuralTuning:
        """The constants."""
        return self.measure.tuning.decisions.structural

    def past(self) -> list[Window]:
        """The windows before it, oldest first, without those that people have excluded."""
        excluded = self.judgement.normal.rulings.excluded
        return self.history.before(self.window.start, self.judge.memory, excluded)

    def alike(self) -> list[Window]:
        """Those of the past that are of its class of day; of hours, at its hour of it."""
        mine = self._trait(self.window)
        return [w for w in self.past() if self._trait(w) == mine]

    def alike_words(self) -> str:
        """What these are: "past weekdays"."""
        facts, kind = self.calendar.facts(self.window), self.window.kind
        if kind == "week":
            return "past weeks"
        return f"past {facts.day_class}s" + (f" at {facts.hour:02}:00" if kind == "hour" else "")

    def _trait(self, window: Window) -> tuple[str, int]:
        facts = self.calendar.facts(window)
        return facts.day_class, facts.hour

    def limit(self, asked: int) -> float:
        """−log10 of the chance that one of so many facts that are asked may have."""
        slow = self.measure.tuning.decisions.slow.share
        budget = self.tuning.share * (1 - slow) * min(self.judge.alerts_per_window, 1.0)
        return log10(max(asked, 1) / budget)

    def told_before(self, column: str, statistic: str) -> set[Window]:
        """The windows that have alerted by a fact of a column, but for those that people have dismissed."""
        dismissed = {d.window for d in self.judgement.normal.rulings.dismissed if column in d.columns}

        def is_told(finding: Finding) -> bool:
            return not finding.stands and any(s.statistic == statistic for s in finding.scores)

        before = [d for d in self.alerts() if d.window < self.window and d.window not in dismissed]
        return {d.window for d in before for f in d.findings if f.column == column and is_told(f)}


def finding_of(score: Score, chance: float, limit: float) -> Finding:
    """A fact as a finding: as strong as its chance is beyond what is allowed."""
    return Finding(score.column, WHOLE, chance / limit, (score,), surprise=chance)
