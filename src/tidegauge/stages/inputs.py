"""The stage *inputs*: features, predictions and the rows themselves, as soon as a window has closed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

from tidegauge.core.decision import Finding
from tidegauge.core.errors import NotWorkedOut, WindowError
from tidegauge.core.grid import adjoining
from tidegauge.core.window import Window
from tidegauge.monitor import Monitor
from tidegauge.profiles.content import digest_of
from tidegauge.profiles.profile import WindowFacts, profile_windows, watermarks
from tidegauge.profiles.segments import segment_names
from tidegauge.stages.base import Stage
from tidegauge.stages.checksums import checksum, problems_in, times_in
from tidegauge.stages.counting import Counting, without
from tidegauge.stages.explaining import statement, unsigned
from tidegauge.stages.in_place import broken_here, changed_in_place, remember_counted
from tidegauge.stages.input_observer import InputObserver
from tidegauge.stages.kept_rows import rows_of
from tidegauge.stages.measures import InputMeasure
from tidegauge.stages.profiler import Profiler, Progress
from tidegauge.stages.recutting import examine, outgrown, to_recount
from tidegauge.stages.relating import Relating
from tidegauge.store.profiles import Entry, Revision


class InputStage(Stage):
    """Every row is read once, by one statement; again only where its window's rows or the table have changed."""

    name: ClassVar[str] = "inputs"
    title: ClassVar[str] = "inputs and predictions"
    noun: ClassVar[str] = "row"

    def wait(self, monitor: Monitor) -> timedelta:
        return monitor.window.wait

    def profile(
        self,
        source: Profiler,
        windows: Sequence[Window],
        *,
        again: bool = False,
        progress: Progress | None = None,
    ) -> int:
        """The windows of the pinned model version too; each row is read once."""
        source.clock.hold(windows)  # who wants to judge a window comes by here
        source.ensure_layouts()
        source.profiles.refresh()
        known = {} if again else source.store.profiles.revisions(source.monitor.source_key, self.name)
        stale = [w for w in windows if w not in known]
        stale += _changed(source, [w for w in windows if w in known], known)
        done = self._count_and_store(source, stale, progress)
        self._cut_again(source)
        remember_counted(source, self.name, windows)
        return done

    def _count_and_store(self, source: Profiler, windows: Sequence[Window], progress: Progress | None) -> int:
        done = 0
        for run in (same for each in adjoining(windows) for same in source.profiles.versions().runs(each)):
            what = source.counting(run[0])
            self._profile_pinned(source, what, run)  # first: a window that has its profile is not looked at again
            for entries in self.count(what, run):
                source.store.profiles.put(source.profiles.source, self.name, entries)
                done += len(entries)
                if progress:
                    progress(done, len(windows))
        source.profiles.forget(windows)
        if source.pinned is not None:
            source.pinned.forget(windows)
        return done

    def changed(self, source: Profiler, windows: Sequence[Window]) -> list[Window]:
        return changed_in_place(source, self.name, windows)

    def _cut_again(self, source: Profiler) -> None:
        """Look at every stretch that is complete by now; windows after a new cut are counted once more."""

        def known() -> dict[Window, Revision]:
            return source.store.profiles.revisions(source.monitor.source_key, self.name)

        def recount(until: datetime | None) -> None:
            found = known()
            wrong = [w for w in to_recount(source, found) if until is None or w.start < until]
            if wrong:  # as long as their rows are there: a warehouse may have let go of old ones
                self._count_and_store(source, sorted(set(wrong).difference(_changed(source, wrong, found))), None)

        recount(None)
        while (found := next(outgrown(source, known()), None)) is not None:
            recount(found[1])
            examine(source, *found)
        recount(None)

    def _profile_pinned(self, source: Profiler, what: Counting, windows: Sequence[Window]) -> None:
        """The same windows once more, of the pinned model version alone: the reference that does not move."""
        column, version = source.monitor.columns.version, source.pinned_version
        if source.pinned is None or version is None or column is None:
            return
        mapping = replace(what.mapping, version=(column, version), segments=())
        for entries in self.count(replace(what, mapping=mapping, segments={}, sample=0), windows):
            source.store.profiles.put(source.pinned.source, self.name, entries)

    def count(self, what: Counting, windows: Sequence[Window]) -> Iterator[list[Entry]]:
        """A derived column that cannot be worked out for some row is broken in that row's window, and there alone."""
        counted = 0
        try:
            for entries in self._scanned(what, windows):
                counted += len(entries)
                yield entries
        except NotWorkedOut as error:
            left = windows[counted:]
            if len(left) == 1:
                yield from self.count(what.lacking(error.column, error.short), left)
                return
            half = len(left) // 2
            yield from self.count(what, left[:half])
            yield from self.count(what, left[half:])

    def _scanned(self, what: Counting, windows: Sequence[Window]) -> Iterator[list[Entry]]:
        scans = profile_windows(
            what.warehouse, what.kinds, what.mapping, what.layouts, what.segments, windows, sample=what.sample
        )
        broken = what.broken_in(windows)
        for profiles in scans:
            entries: list[Entry] = []
            for found in profiles:
                if found.window is None:
                    raise WindowError("a monitor's profile belongs to a window")
                here = broken.get(found.window, {})
                p = without(found, here)
                said = checksum(f"{p.facts.checksum}.{digest_of(p)}", {**what.problems, **here}, what.mark)
                revision = Revision(p.facts.rows, p.facts.freshest, said)
                problems = what.problems_of(p.facts) | here
                entries.append((found.window, revision, rows_of(p, dict(what.layouts), problems)))
            yield entries

    def observer(self, source: Profiler) -> InputObserver | None:
        layouts, segments = source.profiles.layouts()
        if not layouts:
            return None
        revisions = source.store.profiles.revisions(source.monitor.source_key, self.name)
        shown = source.monitor.columns.prediction
        relating = Relating(
            source.profiles, source.calendar, source.kind, layouts, shown, revisions, source.learnt, source.tuning
        )
        measure = InputMeasure(layouts, shown, segment_names(segments), relating.plan, source.tuning)

        def spell(finding: Finding, window: Window) -> str:
            return _statement(source, finding, window)

        return InputObserver(
            measure,
            source.profiles,
            layouts,
            spell,
            source.pinned,
            relating,
            source.monitor.sample,
            zone=source.zone,
            source_zone=source.monitor.source.zone,
            counted={w: r.rows for w, r in revisions.items()},
            tuning=source.tuning,
            limits=[x for x in source.monitor.limits if x.performance is None],
        )


def _changed(source: Profiler, windows: Sequence[Window], known: Mapping[Window, Revision]) -> list[Window]:
    """Windows whose watermark is not the stored one, or that lacked a column which is there by now.

    A column that is gone now is no reason: what was counted while it was there is worth more.
    """
    out = []
    contract = source.contract
    broken = [] if contract.problems else [w for w in windows if problems_in(known[w].checksum)]
    mended = {*broken}.difference(broken_here(source, broken))
    for run in adjoining(windows):
        for window, facts in watermarks(source.warehouse, contract.kinds, contract.mapping, run):
            old = known[window]
            # without the column that says when rows came in, the freshest event says nothing of it
            lost = source.monitor.columns.ingested is not None and contract.mapping.ingested is None
            same = _is_same(old, facts, lost=lost)
            if not same or window in mended or times_in(old.checksum) != str(facts.checksum):
                out.append(window)
    return out


def _statement(source: Profiler, finding: Finding, window: Window) -> str:
    """A statement that gives a finding's number again on the warehouse."""
    _, segments = source.profiles.layouts()
    layouts, contract = source.profiles.versions().followed(window), source.contract
    kinds, mapping, tuning = contract.kinds, contract.mapping, source.tuning
    sql = statement(source.warehouse.dialect, kinds, mapping, layouts, finding, window, segments, tuning)
    return unsigned(sql, source.monitor.source.path)


def _is_same(old: Revision, facts: WindowFacts, *, lost: bool) -> bool:
    """Whether a window has as many rows as before, the freshest as fresh; `lost`: nothing says how fresh any more."""
    return old.rows == facts.rows and (lost or old.freshest == facts.freshest)


STAGE = InputStage()
