"""The verbs in order: profile · compare · decide; `delivering` then shows and acts. Each can be called again."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from tidegauge.actions.delivering import now
from tidegauge.core.addresses.address import Address
from tidegauge.core.addresses.masking import masked
from tidegauge.core.decision import Decision, Sensitivity
from tidegauge.core.errors import TidegaugeError, WarehouseError
from tidegauge.core.intent import SHOWN, Intent
from tidegauge.core.point import SeriesSample
from tidegauge.core.window import FIRST_STAGE, STAGES, Window
from tidegauge.monitor import Monitor
from tidegauge.monitor.outlets import waits
from tidegauge.pipeline import checking, due_windows
from tidegauge.pipeline.asked_for import tell_untold
from tidegauge.pipeline.changed_source import hold_to_one_grid
from tidegauge.pipeline.deciding import Deciding
from tidegauge.pipeline.due_windows import LATE
from tidegauge.pipeline.forgetting import Forgot, forget
from tidegauge.pipeline.opening import Past, Tell, open_store
from tidegauge.pipeline.samples import samples_between, samples_in
from tidegauge.pipeline.showing import explain, report, sensitivity
from tidegauge.reports.report import Report
from tidegauge.stages import due, stage_named
from tidegauge.stages.clock import Ask
from tidegauge.stages.contract import reach_of
from tidegauge.stages.decider import Decider
from tidegauge.stages.profiler import Profiler, Progress
from tidegauge.store.tombstones import Tombstone
from tidegauge.tuning.tuning import SHIPPED, Tuning
from tidegauge.warehouses import open_warehouse
from tidegauge.warehouses.away import Away


class Pipeline:
    """One monitor's verbs over its warehouse and its store.

    No decision depends on when it is made: `as_of` says up to when data had arrived, and is a window's end plus the
    monitor's wait where it is not given. `clock` only refuses windows that have not ended. Every verb is idempotent on
    (monitor, window): killed anywhere and run again it ends in the same tables, and asks once for a notice or a
    retraining. It looks at the store as often as it needs, for another process may have written meanwhile; what it saw
    is remembered where nothing else can have changed, so that an hour more costs an hour, and not the history.
    """

    def __init__(self, profiler: Profiler) -> None:
        self.profiler, self.deciding = profiler, Deciding(profiler)
        self.monitor, self.store = profiler.monitor, profiler.store
        self.clock, self.calendar = self.profiler.clock, self.profiler.calendar
        self.zone, self.kind = self.profiler.zone, self.profiler.kind
        self.told_late: set[tuple[str, Window]] = set()  # bad ones that a backfill had decided, and a run has told of

    def decide(
        self,
        stage: str = FIRST_STAGE,
        *,
        live: Iterable[Window] = (),
        run: Iterable[Window] = (),
        first: Iterable[Window] | None = None,
        as_of: datetime | None = None,
        progress: Progress | None = None,
    ) -> list[Decision]:
        """Decide every window of a stage whose evidence is new, oldest first; only `live` ones may cause anything.

        Ends when a last look finds nothing to do: another process may have written meanwhile, on less than is known
        now. `run` are those that a run is about, told of or not (`AskedFor`). `first` are the windows that may get
        their first decision (None: all): one that another run has profiled waits for that run; until then it is a gap.
        """
        return self.deciding.decide(stage, live=live, run=run, first=first, as_of=as_of, progress=progress)

    def decider(self, stage: str) -> Decider | None:
        """What decides a stage; None where the monitor has no such stage (no labels, or no layouts yet)."""
        return self.deciding.decider(stage)

    def profile(
        self,
        windows: Sequence[Window],
        name: str = FIRST_STAGE,
        *,
        again: bool = False,
        progress: Progress | None = None,
    ) -> int:
        """Count and store windows of a stage that are not stored, or whose rows have changed. How many were."""
        return stage_named(name).profile(self.profiler, windows, again=again, progress=progress)

    def check(self, as_of: datetime | None = None) -> list[str]:
        """Everything about the warehouse that does not hold, a sentence each; empty when all is well."""
        return checking.problems(self.profiler, as_of)

    def run(self, window: Window, *, live: bool = True, as_of: datetime | None = None) -> list[Decision]:
        """One window: profile it, decide it, and judge what else is due by now. What was decided anew.

        A window that was decided on the same rows before is left alone: a retry or a rerun changes nothing.
        """
        due_windows.hold_to_grid(self.profiler, window)
        hold_to_one_grid(self.monitor, self.store)
        as_of = as_of or window.end + self.monitor.window.wait
        with due_windows.noting_outages(self.profiler, window, as_of):
            due_windows.hold_to_beginning(self.profiler, window)
        number = self.store.runs.begin(self.monitor.name, window, FIRST_STAGE, as_of)
        try:
            known = list(self.store.profiles.revisions(self.monitor.source_key, FIRST_STAGE))
            at = bisect_left(known, window)
            near = [*known[max(0, at - LATE) : at], window]
            with self.profiler.warehouse.together():
                self.profile(stage_named(FIRST_STAGE).changed(self.profiler, near), again=True)
                self.profile(near)
            made = self.decide(FIRST_STAGE, live=[window] if live else (), run=[window], first=[window], as_of=as_of)
            made += self.run_due(as_of, live=live, closely=True)
            if live:
                self.told_late |= tell_untold(self.profiler, window, as_of, made)
        except TidegaugeError as e:
            self.store.runs.end(number, as_of, "outage" if isinstance(e, WarehouseError) else "error", str(e))
            raise
        self._note_source()
        self.store.runs.end(number, as_of, "done", rows=sum(d.rows for d in made if d.window == window))
        return made

    def hold(self, windows: Sequence[Window]) -> None:
        """Refuse windows that may not be judged, all before the first is; an outage is noted in the log of runs."""
        for w in windows[:1]:
            with due_windows.noting_outages(self.profiler, w, w.end + self.monitor.window.wait):
                self.clock.hold(windows)

    def run_due(
        self, as_of: datetime, *, live: bool = True, closely: bool = False, again: Collection[Window] = ()
    ) -> list[Decision]:
        """Judge what follows rows, labels, of every profiled window that is due by `as_of`; of `again` read anew."""
        as_of = self.clock.by(as_of)  # what was said to be due is not, before its time has come
        made, since = list[Decision](), as_of - LATE * self.monitor.window.length
        for one in due(self.monitor)[1:]:
            wait = one.wait(self.monitor) or timedelta(0)
            known = self.store.profiles.revisions(self.monitor.source_key, FIRST_STAGE)
            ready = [w for w in known if w.end + wait <= as_of]
            near = [w for w in ready if closely and w.end + wait > since]
            with self.profiler.warehouse.together():
                anew = {*again, *(one.changed(self.profiler, near) if near else ())}
                one.profile(self.profiler, sorted(anew.intersection(ready)), again=True)
                one.follow(self.profiler, ready, as_of)
            recent = one.news(self.profiler, ready, since)
            made += self.decide(one.name, live=recent if live else (), run=recent, first=ready, as_of=as_of)
        return made

    def backfill(
        self, start: datetime, end: datetime, *, again: bool = False, progress: Progress | None = None
    ) -> list[Decision]:
        """Every window inside [start, end) that has ended, each row read once; nothing is sent or started."""
        hold_to_one_grid(self.monitor, self.store)
        windows, end = due_windows.past_windows(self.profiler, start, end)
        self.profile(windows, again=again, progress=progress)
        known = self.store.profiles.revisions(self.monitor.source_key, FIRST_STAGE)
        made = self.decide(FIRST_STAGE, first=[w for w in known if w.end <= end], as_of=end)
        self._note_source()
        return made + self.run_due(end, live=False, again={*windows} if again else ())

    def _note_source(self) -> None:
        """A history is of the source that it was decided on; where the file names another one later, that is said."""
        self.store.monitors.begin(self.monitor.name, self.monitor.source_key, masked(self.monitor.reads))

    def forget(self, window: Window, stages: Sequence[str] = tuple(STAGES), *, at: datetime | None = None) -> Forgot:
        """Forget a window, as if it had never been run (`tidegauge.pipeline.forgetting`)."""
        return forget(self, window, stages, at=at)

    def gaps(self, until: datetime) -> list[Window]:
        """Windows that ended by `until` and were never decided, since the first that was looked at: from the store."""
        return due_windows.gaps(self.profiler, until)

    def missing(self, until: datetime) -> list[Window]:
        """Windows that ended by `until` and were never decided: what a sweep starts runs for."""
        return due_windows.missing(self.profiler, until)

    def tombstones(self) -> list[Tombstone]:
        """Every time that a window was forgotten, the first one first."""
        return self.store.tombstones.of(self.monitor.source_key)

    def known(self, stage: str) -> set[Window]:
        """Windows that were profiled or decided, and not forgotten since."""
        profiled = self.store.profiles.revisions(self.monitor.source_key, stage)
        return {*profiled, *self.store.decisions.evidences(self.monitor.name, stage)}

    def report(self, stage: str, window: Window, *, work: bool = True) -> Report | None:
        """All that a sink may show of the current decision on a window; without `work`, what is known of it already."""
        return report(self.deciding, stage, window, work=work)

    def samples(self, stage: str, first: Window, last: Window | None = None) -> list[SeriesSample]:
        """The series from a window to another in event time; of one that was forgotten what takes them back."""
        return samples_between(self.deciding, stage, first, last) if last else samples_in(self.deciding, stage, first)

    def newest(self, stage: str) -> Report | None:
        """The same of the newest window that has ended; None where nothing is decided."""
        ended = due_windows.newest_ended(self.profiler, stage)
        return None if ended is None else self.report(stage, ended, work=False)

    def sensitivity(self, window: Window, *, work: bool = True, stage: str = FIRST_STAGE) -> Sensitivity | None:
        """What a window would have seen; worked out once a week where it is asked for (`work`)."""
        return sensitivity(self.deciding, stage, window, work=work)

    def unsettled(self) -> list[Intent]:
        """What a scheduler starts and is not noted as started: what waits, or was withdrawn and may have begun."""
        return [i for i in self.store.outbox.pending(self.monitor.name, withdrawn=True) if waits(i.action)]

    def pending(self) -> list[Intent]:
        """What is to be done for people and schedulers: retrainings, notices, reports; not what sinks get."""
        return [i for i in self.store.outbox.pending(self.monitor.name) if i.action not in SHOWN]

    def done(self, intent: Intent, *, ok: bool = True, note: str = "", as_of: datetime | None = None) -> None:
        """Say how an intent went, by the host's clock: views and next tries go by when it was, not by its window."""
        self.store.outbox.finish(intent.key, ok=ok, note=note, as_of=as_of or now())

    def explain(self, window: Window, stage: str = FIRST_STAGE) -> Decision:
        """The stored decision on a window; WindowError where there is none."""
        return explain(self.deciding, stage, window)


@contextmanager
def open_pipeline(
    monitor: Monitor,
    past: Past,
    *,
    url: Address | str | None = None,
    tell: Tell | None = None,
    clock: Ask | None = None,
    clock_is_right: bool = False,
    tuning: Tuning = SHIPPED,
) -> Iterator[Pipeline]:
    """A monitor's pipeline, its warehouse and store open. `url`: the warehouse, where it comes from elsewhere.

    `past` is what the caller needs of the store, and whether it may be made. `clock` is asked in the place of the
    host's and the warehouse's; `clock_is_right`: somebody has said so. `tuning`: see `Tuning`; no monitor's option.
    """
    with (
        open_store(monitor, past, *([tell] if tell else [])) as store,
        open_warehouse(url or monitor.source.expanded_url(), reach_of(monitor)) as warehouse,
    ):
        source = Profiler(monitor, warehouse, store, clock=clock, clock_is_right=clock_is_right, tuning=tuning)
        yield Pipeline(source)


@contextmanager
def open_shown(monitor: Monitor, past: Past = Past.KNOWN, *, tell: Tell | None = None) -> Iterator[Pipeline]:
    """The same without its warehouse: what was decided can be shown and told while no row can be read."""
    with open_store(monitor, past, *([tell] if tell else [])) as store:
        yield Pipeline(Profiler(monitor, Away(), store))
