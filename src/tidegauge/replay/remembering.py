"""An observer that remembers its last observation: several ways of deciding look at a window one after another."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.decision import CellShift, Decision, Finding
from tidegauge.core.likely_cause import LikelyCause
from tidegauge.core.window import Window
from tidegauge.decisions.judge import Judgement
from tidegauge.decisions.record import Record
from tidegauge.references.ladder import Chosen
from tidegauge.stages.base import Observation, Observer
from tidegauge.stages.figures import Figures
from tidegauge.stages.measures import Measure
from tidegauge.stages.stored_profiles import StoredProfiles
from tidegauge.stages.structural import FactGrounds
from tidegauge.statistics.signal_set import SignalSet
from tidegauge.store.profiles import Revision


class LastObservation(Observer):
    """The observer beneath, read once a window; all else is that one's own, or a replay would decide otherwise."""

    def __init__(self, beneath: Observer) -> None:
        self._beneath = beneath
        self.stage, self.profiles, self.measure = beneath.stage, beneath.profiles, beneath.measure
        self.pinned, self.tuning = beneath.pinned, beneath.tuning
        self._last: tuple[tuple[Window, frozenset[Window]], Observation] | None = None

    @property
    def trouble(self) -> Sequence[str]:
        return self._beneath.trouble

    def measure_at(self, window: Window) -> Measure:
        return self._beneath.measure_at(window)

    def signal_sets(self, kind: str) -> Mapping[str, SignalSet]:
        return self._beneath.signal_sets(kind)

    @property
    def rests_on(self) -> tuple[str, ...]:
        return self._beneath.rests_on

    def dated(self, revisions: Mapping[Window, Revision]) -> Mapping[Window, Revision]:
        return self._beneath.dated(revisions)

    @cached_property
    def figures(self) -> Figures | None:
        return self._beneath.figures

    def figures_at(self, window: Window) -> Figures | None:
        return self._beneath.figures_at(window)

    def of_pool(self, pool: str) -> StoredProfiles:
        return self._beneath.of_pool(pool)

    def observe(self, window: Window, excluded: Collection[Window] = ()) -> Observation:
        key = (window, frozenset(excluded))
        if self._last is None or self._last[0] != key:
            self._last = (key, self._beneath.observe(window, excluded))
        return self._last[1]

    def explain(self, judgement: Judgement, finding: Finding, window: Window) -> Finding:
        return self._beneath.explain(judgement, finding, window)

    def spelled(self, finding: Finding, window: Window) -> str:
        return self._beneath.spelled(finding, window)

    def shares(self, finding: Finding, window: Window, others: Sequence[Window]) -> tuple[CellShift, ...]:
        return self._beneath.shares(finding, window, others)

    def facts(self, known: FactGrounds) -> Sequence[Finding]:
        return self._beneath.facts(known)

    def causes(self, findings: Sequence[Finding], window: Window, choice: Chosen) -> tuple[LikelyCause, ...]:
        return self._beneath.causes(findings, window, choice)

    def in_cells(self, column: str) -> bool:
        return self._beneath.in_cells(column)

    def pinned_levels(self, measure: Measure | None = None) -> Callable[[Sequence[Window]], NDArray[np.float64]] | None:
        return self._beneath.pinned_levels(measure)

    def not_judged(self, decision: Decision, record: Record) -> Iterator[str]:
        return self._beneath.not_judged(decision, record)

    def on(self, profiles: StoredProfiles) -> Self:
        return type(self)(self._beneath.on(profiles))
