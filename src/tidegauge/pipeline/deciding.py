"""Decide every window of a stage whose evidence is new, until a last look finds nothing to do."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from tidegauge.actions.asking import event_time_sinks, past
from tidegauge.core.decision import Decision
from tidegauge.core.grid import zone_of
from tidegauge.core.intent import DELIVER
from tidegauge.core.point import Series, SeriesPoint
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.decisions.incidents import IncidentBuilder
from tidegauge.pipeline.asked_for import AskedFor
from tidegauge.pipeline.beside_decisions import BesideDecisions
from tidegauge.pipeline.forgetting import end_forgetting
from tidegauge.stages.decider import Decided, Decider, Memory, decider_of
from tidegauge.stages.parities import parities_of
from tidegauge.stages.parity_series import new_parity_series
from tidegauge.stages.points import points_of
from tidegauge.stages.profiler import Profiler, Progress
from tidegauge.stages.series import and_new, latecomers, series_of
from tidegauge.store.profiles import Revision
from tidegauge.store.stand import LOOKS, Overtaken, Stand
from tidegauge.store.tombstones import Tombstone

if TYPE_CHECKING:
    from tidegauge.store.stored_decisions import Commit

BATCH = 64  # decisions in one transaction of a backfill
ROUNDS = 5  # looks at what other processes have added, at most


class Deciding:
    """Decides the stages of one monitor; remembers from pass to pass what nothing else can have changed."""

    def __init__(self, profiler: Profiler) -> None:
        self.profiler, self.monitor, self.store = profiler, profiler.monitor, profiler.store
        self.worsened: set[tuple[str, Window]] = set()  # stages and windows; see `AskedFor`
        self.is_shown = True  # what no live run is about, where sinks take it at its own time
        self._memories: dict[str, Memory] = {}
        self._builders: dict[str, IncidentBuilder] = {}

    def keep_to_itself(self) -> None:
        """Ask for nothing to be shown of what no live run is about: `tidegauge publish` does that, for who asks."""
        self.is_shown = False

    def decider(self, stage: str) -> Decider | None:
        """What decides a stage; None where the monitor has no such stage (no labels, or no layouts yet)."""
        return decider_of(self.profiler, stage, self._memories.setdefault(stage, Memory()))

    def decide(
        self,
        stage: str,
        *,
        live: Iterable[Window] = (),
        run: Iterable[Window] = (),
        first: Iterable[Window] | None = None,
        as_of: datetime | None = None,
        progress: Progress | None = None,
    ) -> list[Decision]:
        """Decide what is to be decided (`Pipeline.decide`), look after look."""
        wanted, about, made = set(live), set(run), dict[Window, Decision]()
        mine = None if first is None else {*first, *wanted}
        looks = overtaken = 0
        while looks < ROUNDS:
            stand = self.store.decisions.stand(self.monitor.name) if overtaken < LOOKS - 1 else None
            some, was_overtaken = self._once(stage, about, wanted, mine, as_of, progress, stand)
            made |= {d.window: d for d in some}
            overtaken, looks = overtaken + was_overtaken, looks + (not was_overtaken)
            if not self._settle_incidents(stage) and not some and not was_overtaken:
                break
        return [made[w] for w in sorted(made)]

    def _once(
        self,
        stage: str,
        about: set[Window],
        wanted: set[Window],
        mine: set[Window] | None,
        as_of: datetime | None,
        progress: Progress | None,
        stand: Stand | None,
    ) -> tuple[list[Decision], bool]:
        """One look: what is new by what the store holds now, and whether another process was faster.

        `stand`: how far things had come before it; without it whatever comes of the look is written.
        """
        stones = self._stones(stage)  # before the profiles: of a later one we know nothing
        revisions = self.store.profiles.revisions(self.monitor.source_key, stage)
        decider = self.decider(stage)
        if decider is None:
            return [], False
        self._see(stage, revisions)
        if stones:
            end_forgetting(self.profiler, stage, stones, revisions)
        before = self.store.decisions.evidences(self.monitor.name, stage)
        stale, evidence = decider.stale(_to_decide(revisions, before, mine), before)
        if not stale:
            return [], False
        asked = self._asked_for(stage, about, wanted, before, stones, stale)
        stone = max((t.number for t in stones), default=0)
        beside = BesideDecisions(self.profiler, stage, stale[0], parities_of(decider, sorted(evidence)))
        batch = _Batch(self, before, asked, as_of, stone, self._series(decider), beside, stand)
        try:
            _take_all(batch, decider.decide(stale, evidence), len(stale), progress)
            batch.commit(as_of or stale[-1].end)
        except Overtaken:
            pass
        if asked:
            self.worsened |= {(stage, d.window) for d in batch.made if d.window in asked.worsened}
        return batch.made, batch.is_overtaken

    def _stones(self, stage: str) -> list[Tombstone]:
        """The tombstones of a stage's windows."""
        return [t for t in self.store.tombstones.of(self.monitor.source_key) if t.stage == stage]

    def _see(self, stage: str, revisions: Mapping[Window, Revision]) -> None:
        """Let go of what is kept in memory of profiles that another process has made anew."""
        self.profiler.profiles.see(revisions if stage == FIRST_STAGE else None)
        pinned = self.profiler.pinned
        if pinned is not None and stage == FIRST_STAGE:
            pinned.see(self.store.profiles.revisions(pinned.source, stage))

    def _series(self, decider: Decider) -> tuple[Series, ...]:
        """What is shown of every window of a stage: as it was when the stage was first decided, and what came since.

        Numbers of performance as they were when the first label had come, for which these are its kind says.
        """
        known = self.store.points.series(self.monitor.name, decider.stage)
        followed = decider.measure.signal_set
        figures = decider.observer.figures if self.profiler.knows_labels else None
        shown, early = ((), False) if figures is None else (figures.signals, figures.ripening is not None)
        fair = new_parity_series(self.monitor, known, figures, self.store.points)
        if known:
            late = latecomers(known, self.monitor, decider.stage, followed)
            return (*and_new(known, followed, shown, early=early), *late, *fair)
        return (*series_of(self.monitor, decider.stage, followed, shown, early=early), *fair)

    def _asked_for(
        self,
        stage: str,
        run: set[Window],
        live: set[Window],
        before: Mapping[Window, str],
        stones: Sequence[Tombstone],
        stale: Sequence[Window],
    ) -> AskedFor | None:
        """What this look may ask for; None where no window of it is live, or was decided before."""
        if not live.union(before).intersection(stale):
            return None
        return AskedFor(self.profiler, stage, run, live, before, stones, stale)

    def _settle_incidents(self, stage: str) -> bool:
        """Make the stored incidents those of the current decisions; whether they were others."""
        feedback = self.store.feedback.of(self.monitor.name, stage)
        prediction = self.monitor.columns.prediction
        builder = IncidentBuilder(self.profiler.tuning.decisions.incidents, prediction=prediction)
        current = self._builders.setdefault(stage, builder).incidents(
            self.store.decisions.outlines(self.monitor.name, stage), feedback
        )
        if current == self.store.incidents.of(self.monitor.name, stage):
            return False
        self.store.incidents.replace(self.monitor.name, stage, current)
        return True


def _to_decide(
    revisions: Mapping[Window, Revision], before: Mapping[Window, str], mine: set[Window] | None
) -> Mapping[Window, Revision]:
    """The profiled windows that a look may decide: those decided before, and those that it may decide first."""
    if mine is None or not set(revisions).difference(before, mine):
        return revisions
    return {w: r for w, r in revisions.items() if w in before or w in mine}


def _take_all(batch: "_Batch", every: Iterable[Decided], count: int, progress: Progress | None) -> None:
    """Take in each decision as it is made."""
    for k, decided in enumerate(every, start=1):
        batch.take(decided)
        if progress:
            progress(k, max(k, count))


class _Batch:
    """Decisions on their way into the store, some in one transaction."""

    def __init__(
        self,
        deciding: Deciding,
        before: Mapping[Window, str],
        asked: AskedFor | None,
        as_of: datetime | None,
        stone: int,
        series: Sequence[Series],
        beside: BesideDecisions,
        stand: Stand | None,
    ) -> None:
        self._monitor, self._store, self._before, self._asked = deciding.monitor, deciding.store, before, asked
        self._beside, self._zone = beside, zone_of(deciding.monitor.window.zone)
        self._shows = deciding.is_shown and bool(event_time_sinks(deciding.monitor))
        self._as_of, self._stone = as_of, stone
        self._series, self._points = series, dict[tuple[str, Window], tuple[SeriesPoint, ...]]()
        self._stand = stand
        self._waiting: list[Commit] = []
        self.made: list[Decision] = []  # what is written

    def take(self, decided: Decided) -> None:
        """Take one in. Where it is the one that stands, its scores are mended."""
        d = decided.decision
        is_new, beside = self._before.get(d.window) != d.evidence, self._beside.of(d)
        if is_new:
            told = self._series, beside, self._beside.of_groups(d.window)
            self._points[d.stage, d.window] = points_of(d, decided.judgement, decided.like, *told)
            self._waiting.append((d, decided.blob, self._asked.of(decided) if self._asked else [], ()))
        else:
            self._store.decisions.mend_scores(d, decided.blob)
        if len(self._waiting) == BATCH:
            self.commit(self._as_of or d.window.end)

    @property
    def is_overtaken(self) -> bool:
        """Whether what waits could not be written, as another process has decided meanwhile."""
        return bool(self._waiting)

    def commit(self, as_of: datetime) -> None:
        """Write what waits; Overtaken, and it waits still, where one has to look again.

        What no live run is about is shown too, where sinks take it at its own time.
        """
        unseen = [d for d, _, asked, _ in self._waiting if not any(i.action == DELIVER for i in asked)]
        if unseen and self._shows:
            mark = "\x1f".join(d.evidence for d in unseen)
            d, blob, asked, incidents = self._waiting[-1]
            shown = past(self._monitor, d.stage, [u.window for u in unseen], mark)
            self._waiting[-1] = d, blob, [*asked, *shown], incidents
        dates = {d.window: d.window.start.astimezone(self._zone).date() for d, *_ in self._waiting}
        self._store.local_dates.put(self._monitor.name, dates)
        self._store.decisions.commit_batch(
            self._waiting, as_of=as_of, stone=self._stone, points=self._points, stand=self._stand
        )
        self.made += [d for d, *_ in self._waiting]
        self._waiting.clear()
        self._points.clear()
