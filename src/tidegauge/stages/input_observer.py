"""What there is to say of a window's rows and predictions, and how it is explained."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.decision import CellShift, Decision, Finding
from tidegauge.core.grid import FIRST_STRETCH, local_time
from tidegauge.core.likely_cause import LikelyCause
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.decisions.judge import Judgement
from tidegauge.decisions.record import Record
from tidegauge.monitor.hard_limits import Limit
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.numeric import on_a_line
from tidegauge.profiles.profile import Profile
from tidegauge.profiles.sentinels import sentinels
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.versions import column_of, later
from tidegauge.references.ladder import Chosen
from tidegauge.relations import FAMILIES
from tidegauge.stages.base import Observation, Observer
from tidegauge.stages.findings import shifts_of
from tidegauge.stages.input_facts import facts_of
from tidegauge.stages.limits_held import broken_limits, unheld, with_limits
from tidegauge.stages.measures import InputMeasure
from tidegauge.stages.naming_causes import likely_causes
from tidegauge.stages.relating import Relating
from tidegauge.stages.stored_profiles import StoredProfiles
from tidegauge.stages.structural import FactGrounds
from tidegauge.stages.twin_hours import halved, left_to, shown_twice, why
from tidegauge.statistics.signal_set import Signal, SignalSet
from tidegauge.tuning.tuning import SHIPPED, Tuning
from tidegauge.wording.text import is_sentinel

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
    changes: ClassVar[str] = "tidegauge.sensitivity.input_changes:InputChanges"
    zone: str = "UTC"
    source_zone: str = "UTC"  # of times that have none of their own
    counted: Mapping[Window, int] = field(default_factory=dict)  # windows' number of rows, those that are known
    limits: Sequence[Limit] = ()  # that the monitor sets itself
    eras: dict[tuple[str, ...], InputMeasure] = field(default_factory=dict)  # names that are followed → by what

    def on(self, profiles: StoredProfiles) -> Self:
        return replace(self, profiles=profiles)

    def measure_at(self, window: Window) -> InputMeasure:
        return self._measure_of(self.profiles.versions().followed(window))

    def _measure_of(self, layouts: Mapping[str, Layout]) -> InputMeasure:
        names = tuple(layouts)
        if names == tuple(self.measure.layouts):
            return self.measure
        if names not in self.eras:
            of = self.measure
            self.eras[names] = InputMeasure(layouts, of.shown, of.every_segment, of.plan, of.tuning)
        return self.eras[names]

    def signal_sets(self, kind: str) -> Mapping[str, SignalSet]:
        measures = [self.measure, *map(self._measure_of, self.profiles.versions().eras(kind))]
        return {m.signal_set.id: m.signal_set for m in measures}

    @property
    def rests_on(self) -> tuple[str, ...]:
        """The cells that relations are read in: chosen anew once the first weeks are complete, the relations alike."""
        plan = self.measure.plan
        return (plan.id,) if plan is not None and plan.signals else ()

    def observe(self, window: Window, excluded: Collection[Window] = ()) -> Observation:
        profile, problems = self.profiles.profile(window)
        return self.observe_profile(window, profile, problems, excluded)

    def observe_profile(
        self, window: Window, profile: Profile, problems: Mapping[str, str], excluded: Collection[Window] = ()
    ) -> Observation:
        """What there is to say of a profile, stored or not, taken as that of `window`."""
        twice = shown_twice(self.profiles, window, profile, self.source_zone)
        if twice is not None and twice.is_later:
            return left_to(twice, self.measure_at(window).signal_set, window, self.source_zone)
        notes = [] if twice is None else [f"Judged together with {twice.window.key}: {why(window, self.source_zone)}"]
        notes += _lacking(profile)
        notes += self._cut_again(window)
        notes += [f'"{c}": {said}' for c, said in _sentinels(self.measure_at(window).layouts, profile.whole)]
        fit = self.relating.fit(window, excluded) if self.relating else None
        sample = self.measure_at(window).sample(profile if twice is None else halved(profile), self._past, fit)
        cells = None if twice is not None else profile.whole
        return Observation(sample, profile.facts.rows, problems, tuple(notes), cells=cells)

    def facts(self, known: FactGrounds) -> Sequence[Finding]:
        layouts = self.measure_at(known.window).layouts
        broken = broken_limits(known, self.limits, layouts, lambda: self.profiles.profile(known.window)[0])
        return with_limits(tuple(facts_of(known, self.profiles, layouts, self.counted)), broken)

    def _cut_again(self, window: Window) -> list[str]:
        """That a column is followed in new cells, as long as they are young."""
        young = self.profiles.versions().young(window)
        said = "it is judged by the old ones too until the new ones have a past of their own."
        return [
            f'"{c}" had outgrown its cells and is counted in new ones since {local_time(since, self.zone)}; {said}'
            for c, since in sorted(young.items())
        ]

    def in_cells(self, column: str) -> bool:
        return column in self.layouts

    def explain(self, judgement: Judgement, finding: Finding, window: Window) -> Finding:
        shifts: tuple[CellShift, ...] = ()
        if finding.column in self.layouts:
            current, past = self.pair(judgement, finding, window)
            layouts = self.profiles.versions().followed(window)
            # in the cells of the first score, or in the newest that the windows it was compared with were counted in
            named = [later(finding.column, finding.scores[0].cells)] if finding.scores[0].cells else []
            named += [n for n in reversed(layouts) if column_of(n) == finding.column]
            name = next((n for n in named if n in current and any(n in r for r in past)), finding.column)
            if name in current:
                shifts = shifts_of(layouts[name], current[name], past, name)
        return replace(finding, shifts=shifts, sql=self.spelled(finding, window))

    def causes(self, findings: Sequence[Finding], window: Window, choice: Chosen) -> tuple[LikelyCause, ...]:
        past = self.of_pool(choice.pool)
        return likely_causes(findings, window, choice, self.profiles, past, self.tuning.causes, self.zone)

    def _past(self, pool: str, windows: Sequence[Window]) -> list[dict[str, Cells]]:
        return self.of_pool(pool).cells(windows)

    def pair(
        self, judgement: Judgement, finding: Finding, window: Window
    ) -> tuple[Mapping[str, Cells], Sequence[Mapping[str, Cells]]]:
        """The window's cells and those of the windows that the finding's first score was compared with."""
        return self.profiles.cells([window])[0], self._past(*self.compared(judgement, finding))

    def not_judged(self, decision: Decision, record: Record) -> Iterator[str]:
        """Whether relations between columns were watched."""
        plan = self.measure.plan
        cells = self.profiles.cells([decision.window])[0] if self.limits else {}
        yield from unheld(
            decision.rows, cells, self.limits, self.layouts, lambda: self.profiles.profile(decision.window)[0]
        )
        ways = "Relations between columns are not watched"
        if not self.sampled:
            yield f"{ways}: the monitor samples no rows (sample: 0)."
        elif plan is None:
            days = FIRST_STRETCH[decision.window.kind].days
            yield f"{ways} yet: they are found in the sampled rows of the first {days} days, once these are complete."
        elif decision.rows and plan.signals:
            yield from _unsaid(self.measure_at(decision.window).signal_set.levels, record)


def _sentinels(layouts: Mapping[str, Layout], whole: Mapping[str, Cells]) -> Iterator[tuple[str, str]]:
    """Columns, and what of them looks like a sentinel: such rows are counted as the numbers that they are not."""
    for column, layout in layouts.items():
        line = on_a_line(layout)
        if line is not None and column in whole and column_of(column) == column:
            yield from ((column, is_sentinel(*s)) for s in sentinels(line, whole[column]))


def _lacking(profile: Profile) -> Iterator[str]:
    """That there are no rows, or no values in a column."""
    if not profile.facts.rows:
        yield "The window has no rows at all."
        return
    for c in sorted(c for c, cells in profile.whole.items() if cells.codes.tolist() == [0]):
        yield f'Every value of "{c}" is missing.'


def _unsaid(levels: Sequence[Signal], record: Record) -> Iterator[str]:
    """That relations are watched, but had nothing to say of a window."""
    x = {k: record.x[k] for k, t in enumerate(levels) if t.tied}
    learning = _learning()
    learnt = [v for k, v in x.items() if levels[k].statistic in learning]
    if np.isnan(list(x.values())).all():
        yield "Relations between columns were not judged: there are no sampled rows of this window."
    elif learnt and np.isnan(learnt).all():
        why = "there is too little history to learn from"
        yield f"Relations that a model must learn first were not judged: {why}."


def _learning() -> set[str]:
    """The statistics of relations that a model must learn first."""
    return {s.name for family in FAMILIES.values() if family.learns for s in family.statistics}
