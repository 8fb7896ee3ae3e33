"""What there is to say of a window's rows and predictions, and how it is explained."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.decision import CellShift, Decision, Finding
from tidegauge.core.errors import TidegaugeError, WarehouseError
from tidegauge.core.grid import FIRST_STRETCH
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.decisions.judge import Judgement
from tidegauge.decisions.record import Record
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.profile import Profile
from tidegauge.profiles.states.cells import Cells
from tidegauge.relations import FAMILIES
from tidegauge.stages.base import Observation, Observer
from tidegauge.stages.findings import shifts_of
from tidegauge.stages.measures import InputMeasure
from tidegauge.stages.relating import Relating
from tidegauge.stages.stored_profiles import StoredProfiles
from tidegauge.tuning.tuning import SHIPPED, Tuning

Floats = NDArray[np.float64]


@dataclass
class InputObserver(Observer):
    """Features, predictions and rows."""

    measure: InputMeasure
    profiles: StoredProfiles
    layouts: Mapping[str, Layout]
    spell: Callable[[Finding, Window], str]  # finding → a statement that gives its number again
    pinned: StoredProfiles | None = None  # of another model version, where the monitor pins one
    relating: Relating | None = None
    sampled: int = 0  # rows of a window that the monitor keeps
    stage: str = FIRST_STAGE
    tuning: Tuning = SHIPPED
    lost: str = ""  # why no statement can be spelled, once the warehouse has not answered

    def on(self, profiles: StoredProfiles) -> Self:
        return replace(self, profiles=profiles)

    @property
    def trouble(self) -> Sequence[str]:
        return [*self.profiles.trouble, *(self.pinned.trouble if self.pinned else ())]

    def observe(self, window: Window, excluded: Collection[Window] = ()) -> Observation:
        profile, problems = self.profiles.profile(window)
        return self.observe_profile(window, profile, problems, excluded)

    def observe_profile(
        self, window: Window, profile: Profile, problems: Mapping[str, str], excluded: Collection[Window] = ()
    ) -> Observation:
        """What there is to say of a profile, stored or not, taken as that of `window`."""
        notes = []
        if not profile.facts.rows:
            notes.append("The window has no rows at all.")
        all_missing = [c for c, cells in profile.whole.items() if profile.facts.rows and cells.codes.tolist() == [0]]
        notes += [f'Every value of "{c}" is missing.' for c in sorted(all_missing)]
        fit = self.relating.fit(window, excluded) if self.relating else None
        return Observation(self.measure.sample(profile, self._past, fit), profile.facts.rows, problems, tuple(notes))

    def explain(self, judgement: Judgement, finding: Finding, window: Window) -> Finding:
        shifts: tuple[CellShift, ...] = ()
        if finding.column in self.layouts:
            current, past = self.pair(judgement, finding, window)
            if finding.column in current:
                shifts = shifts_of(self.layouts[finding.column], current[finding.column], past, finding.column)
        return replace(finding, shifts=shifts, sql=self.lost or self._spelled(finding, window))

    def _spelled(self, finding: Finding, window: Window) -> str:
        """A finding's statement. The warehouse is not needed to decide, only to spell: why there is none, then."""
        try:
            return self.spell(finding, window)
        except TidegaugeError as e:
            said = f"-- not to be had: {str(e).splitlines()[0]}"
            if isinstance(e, WarehouseError):  # waited for once, and not for every finding
                self.lost = said
            return said

    def pinned_levels(self) -> Callable[[Sequence[Window]], Floats] | None:
        """[T, K] levels of the pinned version's windows; None where the pinned windows are the monitor's own."""
        profiles = self.pinned
        if profiles is None:
            return None
        known: dict[Window, Floats] = {}

        def levels(windows: Sequence[Window]) -> Floats:
            for w in windows:
                if w not in known:
                    known[w] = self.measure.sample(profiles.profile(w)[0], self._past).x
            return np.array([known[w] for w in windows])

        return levels

    def _past(self, pool: str, windows: Sequence[Window]) -> list[dict[str, Cells]]:
        return (self.pinned if pool == "pinned" and self.pinned else self.profiles).cells(windows)

    def pair(
        self, judgement: Judgement, finding: Finding, window: Window
    ) -> tuple[Mapping[str, Cells], Sequence[Mapping[str, Cells]]]:
        """The window's cells and those of the windows that the finding's first score was compared with."""
        named = [Window.parse(k) for k in finding.scores[0].windows] if finding.scores else []
        named = named or list(judgement.expectation.pools.get("trailing", ()))
        pool = finding.scores[0].pool if finding.scores else ""
        return self.profiles.cells([window])[0], self._past(pool, named)

    def not_judged(self, decision: Decision, record: Record) -> Iterator[str]:
        """Whether relations between columns were watched."""
        plan = self.measure.plan
        ways = "Relations between columns are not watched"
        if not self.sampled:
            yield f"{ways}: the monitor samples no rows (sample: 0)."
        elif plan is None:
            days = FIRST_STRETCH[decision.window.kind].days
            yield f"{ways} yet: they are found in the sampled rows of the first {days} days, once these are complete."
        elif decision.rows and plan.signals:
            levels = self.measure.signal_set.levels
            x = {k: record.x[k] for k, t in enumerate(levels) if t.tied}
            learning = {s.name for family in FAMILIES.values() if family.learns for s in family.statistics}
            learnt = [v for k, v in x.items() if levels[k].statistic in learning]
            if np.isnan(list(x.values())).all():
                yield "Relations between columns were not judged: there are no sampled rows of this window."
            elif learnt and np.isnan(learnt).all():
                why = "there is too little history to learn from"
                yield f"Relations that a model must learn first were not judged: {why}."
