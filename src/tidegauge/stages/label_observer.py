"""What there is to say of the labels of a window's predictions, and how it is explained."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import ClassVar, Self

import numpy as np

from tidegauge.core.decision import CellShift, Decision, Finding
from tidegauge.core.errors import CorruptBlob
from tidegauge.core.grid import local_time
from tidegauge.core.likely_cause import LikelyCause
from tidegauge.core.window import VOLUME, WHOLE, Window
from tidegauge.decisions.judge import Judgement
from tidegauge.decisions.record import Record
from tidegauge.monitor.hard_limits import Limit
from tidegauge.profiles.label_versions import LabelCut
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.profiles.tasks import task_of
from tidegauge.references.ladder import Chosen
from tidegauge.stages.base import Observation, Observer, Spell
from tidegauge.stages.figures import Figures
from tidegauge.stages.findings import MOST_SHIFTS
from tidegauge.stages.label_measure import LabelMeasure
from tidegauge.stages.label_shares import label_shares
from tidegauge.stages.maturity import MATURE, Maturity, Ripening
from tidegauge.stages.naming_label_causes import label_causes
from tidegauge.stages.performance_limits import fallen_short, not_told
from tidegauge.stages.stored_labels import COUNTED, STAGE
from tidegauge.stages.stored_profiles import StoredProfiles
from tidegauge.stages.structural import FactGrounds
from tidegauge.statistics import ARRIVALS
from tidegauge.statistics.signal_set import SignalSet
from tidegauge.store.profiles import Revision
from tidegauge.tuning.tuning import SHIPPED, Tuning
from tidegauge.wording.maturity_words import waiting


@dataclass
class LabelObserver(Observer):
    """Labels against predictions."""

    measure: LabelMeasure
    profiles: StoredProfiles
    spell: Spell | None = None
    pinned: StoredProfiles | None = None  # of another model version, where the monitor pins one
    prediction: str = ""
    stage: str = STAGE
    tuning: Tuning = SHIPPED
    ripening: Ripening | None = None
    lost: str = ""
    zone: str = "UTC"
    limits: Sequence[Limit] = ()  # of performance, that every window must keep to
    numbers: dict[str, Figures] = field(default_factory=dict)  # name of a cut → the numbers of performance in its unit
    eras: dict[tuple[str, ...], LabelMeasure] = field(default_factory=dict)  # names of cuts → what is followed by them
    changes: ClassVar[str] = "tidegauge.sensitivity.label_changes:LabelChanges"

    @cached_property
    def figures(self) -> Figures:
        return self._figures_in(self.measure.versions.newest)

    def figures_at(self, window: Window) -> Figures:
        return self._figures_in(self.measure.versions.at(window))

    def _figures_in(self, cut: LabelCut) -> Figures:
        if cut.cells not in self.numbers:
            self.numbers[cut.cells] = Figures(self._measure_of((cut,)), self.profiles, self.ripening)
        return self.numbers[cut.cells]

    def on(self, profiles: StoredProfiles) -> Self:
        return replace(self, profiles=profiles, numbers={})

    def observe(self, window: Window, excluded: Collection[Window] = ()) -> Observation:
        del excluded
        measure = self.measure_at(window)
        found, wrong = measure.found(self.profiles, window)
        seen = self.observe_labels(found, wrong, self.profiles.rows(window), measure)
        seen = replace(seen, notes=(*seen.notes, *self._cut_again(window)))
        maturity = MATURE if self.ripening is None else self.ripening.of(window)
        if wrong or (maturity.is_mature and maturity.is_complete):
            return seen
        return _without_arrivals(seen, measure) if maturity.is_mature else early(seen, maturity)

    def _cut_again(self, window: Window) -> list[str]:
        """That labels are read in new cells, as long as these are young."""
        since = self.measure.versions.young(window)
        if since is None:
            return []
        why = "it, or what is predicted, had outgrown its cells; it is judged by the old ones too, where these tell it."
        return [f'"{self.measure.column}" is counted anew since {local_time(since, self.zone)}: {why}']

    def measure_at(self, window: Window) -> LabelMeasure:
        return self._measure_of(self.measure.versions.followed(window))

    def _measure_of(self, cuts: tuple[LabelCut, ...]) -> LabelMeasure:
        of, names = self.measure, tuple(cut.cells for cut in cuts)
        if names == ("",):
            return of
        if names not in self.eras:
            self.eras[names] = LabelMeasure(cuts, of.versions, of.column, of.segments, of.tuning)
        return self.eras[names]

    def signal_sets(self, kind: str) -> Mapping[str, SignalSet]:
        measures = [self.measure, *map(self._measure_of, self.measure.versions.eras(kind))]
        return {m.signal_set.id: m.signal_set for m in measures}

    def dated(self, revisions: Mapping[Window, Revision]) -> Mapping[Window, Revision]:
        if self.ripening is None:
            return revisions
        marks = {w: mark for w in revisions if (mark := self.ripening.of(w).mark)}
        return {w: replace(r, freshest=r.freshest + marks[w]) if w in marks else r for w, r in revisions.items()}

    def observe_labels(
        self,
        found: Sequence[Mapping[str, LabelCells]],
        wrong: Sequence[str],
        predictions: int,
        measure: LabelMeasure | None = None,
    ) -> Observation:
        """What there is to say of labels, stored or not, of so many predictions: for each cut by segment."""
        measure = measure or self.measure
        whole = max((cells.get(WHOLE, LabelCells.zero()) for cells in reversed(found)), key=lambda cells: cells.rows)
        problems = {measure.column: " ".join(wrong)} if wrong else {}
        task = task_of(measure.unit)
        said = (*_notes(whole, predictions, task.none), task.note(whole))
        notes = tuple(filter(None, said)) if not wrong else ()
        sample = measure.sample(found, predictions)
        return Observation(sample, whole.rows, problems, notes, cells={} if self.limits else None, due=predictions > 0)

    def facts(self, known: FactGrounds) -> Sequence[Finding]:
        return fallen_short(self.figures_at(known.window), known.window, self.limits, known.tuning)

    def not_judged(self, decision: Decision, record: Record) -> Iterator[str]:
        """The limits of performance that the window has no number for."""
        del record
        yield from not_told(self.figures_at(decision.window), decision.window, self.limits if decision.rows else ())

    def explain(self, judgement: Judgement, finding: Finding, window: Window) -> Finding:
        shares = self.shares(finding, window, self.compared(judgement, finding)[1])
        moved = [s for s in sorted(shares, key=lambda s: -abs(s.observed - s.expected)) if s.observed != s.expected]
        return replace(finding, shifts=tuple(moved[:MOST_SHIFTS]), sql=self.spelled(finding, window))

    def causes(self, findings: Sequence[Finding], window: Window, choice: Chosen) -> tuple[LikelyCause, ...]:
        past, measure = self.of_pool(choice.pool), self.measure_at(window)
        if any(s.over for f in findings[:1] for s in f.scores[:1]):  # a slow drift has no one window
            return ()
        return label_causes(measure, self.prediction, window, choice, self.profiles, past, self.tuning.causes)

    def shares(self, finding: Finding, window: Window, others: Sequence[Window]) -> tuple[CellShift, ...]:
        """By band of the prediction: labels that are 1 and 0, or that lie above and below their prediction."""
        if finding.column == VOLUME:
            return ()
        reference = self.of_pool(finding.scores[0].pool if finding.scores else "")
        cut = self.measure_at(window).cut_of(finding.scores[0].cells if finding.scores else "")
        past = [self._cells(reference, w, finding.segment, cut) for w in others]
        here = self._cells(self.profiles, window, finding.segment, cut)
        if here is None:
            return ()
        name = self.prediction or "prediction"
        return label_shares(cut.layout, cut.unit, name, here, [p for p in past if p is not None])

    def _cells(self, profiles: StoredProfiles, window: Window, segment: str, cut: LabelCut) -> LabelCells | None:
        """A window's labels; None where they were counted before their layout was there, without what is needed."""
        versions = self.measure.versions
        own = versions.first.unit.own
        known = {own.id, *(later.cells for _, later in versions.later)} if own is not None else None
        for p in profiles.stored(STAGE, [window], segment=segment):
            if p.kind == COUNTED and (known is None or p.layout in known):
                try:
                    return versions.read(p.layout, LabelCells.from_row(p.blob), cut)
                except CorruptBlob as e:
                    profiles.note(window, f"labels of {segment}", e)
        return None


def _without_arrivals(seen: Observation, measure: LabelMeasure) -> Observation:
    """Windows before it have all their labels, and this one cannot: how many there are is not judged yet."""
    x = np.where([s.statistic in ARRIVALS for s in measure.signal_set.levels], np.nan, seen.sample.x)
    return replace(seen, sample=replace(seen.sample, x=x))


def early(seen: Observation, maturity: Maturity) -> Observation:
    """What there is to say of a window before enough of its labels have come: nothing that could be judged."""
    x = np.full_like(seen.sample.x, np.nan)
    return replace(seen, sample=replace(seen.sample, x=x, error=x), waits=waiting(maturity))


def _notes(whole: LabelCells, predictions: int, none: str) -> Iterator[str]:
    """How many labels there were, where that is not one for every prediction; `none`: what labels are that are none."""
    rows, unreal = whole.rows, whole.unreal
    if not rows:
        yield "No label of this window has arrived."
    elif rows < predictions:
        yield f"Judged on {rows:,} of {predictions:,} labels: of the other predictions none had arrived."
    if unreal:
        were = "labels were" if unreal > 1 else "label was"
        yield f"{unreal:,} {were} {none}, which is no label."
