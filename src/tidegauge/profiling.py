"""From a monitor's table to the store: the contract, the first layouts, profiles of windows and of their labels."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tidegauge.clock import Ask, Clock
from tidegauge.contract import Contract, hold, label_mapping_of
from tidegauge.cutting import cut_layouts, extent
from tidegauge.errors import ContractError, MonitorError, WindowError
from tidegauge.label_query import LabelProfile, check_labels, profile_labels
from tidegauge.layouts.base import Layout
from tidegauge.layouts.numeric import NumericLayout, on_a_line
from tidegauge.monitor import Monitor
from tidegauge.nouns import WHOLE, Stage, Window
from tidegauge.profile import Profile, WindowFacts, profile_windows, watermarks
from tidegauge.references.calendar import Calendar
from tidegauge.shelf import LABELS, PROBLEM, Shelf, rows_of
from tidegauge.store.profiles import Entry, ProfileRow, Revision
from tidegauge.store.store import Store
from tidegauge.warehouses.base import Warehouse
from tidegauge.windows import between, containing, following

# layouts are cut from this first stretch of a source
FIRST_LOOK = {"hour": timedelta(days=28), "day": timedelta(days=28), "week": timedelta(days=91)}
Progress = Callable[[int, int], None]  # windows done, windows in all


class Profiling:
    """The verbs that read the warehouse. A window whose rows have not changed since is not read again."""

    def __init__(self, monitor: Monitor, warehouse: Warehouse, store: Store, *, clock: Ask | None = None) -> None:
        self.monitor, self.warehouse, self.store = monitor, warehouse, store
        self.clock = Clock(monitor, warehouse, store, lambda: self.contract, clock)
        self.zone, self.kind = monitor.window.zone, monitor.window.every
        self.calendar = Calendar(self.zone, monitor.reference.country)
        self.shelf = Shelf(store, monitor.source_key)
        pinned = next((p.version for p in monitor.reference.pools if p.version), None)
        if pinned and monitor.columns.version is None:
            raise MonitorError(
                f"{monitor.where('reference', 'pools')}: a pinned version needs columns.version, "
                "the column that names it."
            )
        self.pinned = Shelf(store, f"{monitor.source_key}@{pinned}", monitor.source_key) if pinned else None
        self.pinned_version = pinned
        self._contract: Contract | None = None

    @property
    def contract(self) -> Contract:
        """The table as it is, looked at once a run."""
        if self._contract is None:
            self._contract = hold(self.monitor, self.warehouse)
        return self._contract

    def check(self, as_of: datetime | None = None) -> list[str]:
        """Everything about the source that does not hold, a sentence each; empty when all is well."""
        try:
            contract = self.contract
            problems = list(contract.problems.values())
            _, last, _ = extent(self.warehouse, contract.kinds, contract.mapping)
        except ContractError as e:
            return [str(e)]
        newest = datetime.fromtimestamp(last / 1e6, UTC)
        if as_of is not None and newest > as_of + timedelta(days=1):
            problems.append(
                f'column "{contract.mapping.time}" reaches into the future: the latest event is at '
                f"{newest:%Y-%m-%d %H:%M} UTC. Is its time zone right (source.zone)?"
            )
        labels = label_mapping_of(self.monitor, self.warehouse)
        if labels is not None and self.monitor.labels is not None:
            try:
                problems += check_labels(labels, self.warehouse.describe(self.monitor.labels.table))
            except ContractError as e:
                problems.append(str(e))
        return problems

    def first_window(self) -> Window:
        """The first window that the monitor looks at: `window.start`, or the first one with rows."""
        start = self.monitor.window.start
        if start is not None:
            midnight = datetime(start.year, start.month, start.day, tzinfo=self.calendar.zone_info)
            window = containing(self.kind, self.zone, midnight)
            return window if window.start >= midnight else following(window, self.zone)
        first, _, _ = extent(self.warehouse, self.contract.kinds, self.contract.mapping)
        return containing(self.kind, self.zone, datetime.fromtimestamp(first / 1e6, UTC))

    def ensure_layouts(self) -> None:
        """Cut the source's layouts if it has none; the first process wins and the others use its layouts."""
        layouts, _ = self.shelf.layouts()
        wanted = self.contract.mapping.counted
        if all(c in layouts for c in wanted):
            return
        since = self.first_window().start
        fresh, segments = cut_layouts(
            self.warehouse, self.contract.kinds, self.contract.mapping, since, since + FIRST_LOOK[self.kind]
        )
        self.shelf.put_layouts({c: layout for c, layout in fresh.items() if c not in layouts}, segments)

    def profile(self, windows: Sequence[Window], *, again: bool = False, progress: Progress | None = None) -> int:
        """Profile windows that have none, or whose rows have changed; each row is read once. How many were."""
        self.clock.hold(windows)  # who wants to judge a window comes by here
        self.ensure_layouts()
        layouts, segments = self.shelf.layouts()
        contract = self.contract
        held = {c: layout for c, layout in layouts.items() if c in contract.mapping.counted}
        cut = {c: v for c, v in segments.items() if c in contract.mapping.segments}
        known = {} if again else self.store.revisions(self.monitor.source_key, Stage.INPUTS)
        stale = [w for w in windows if w not in known] + self._changed([w for w in windows if w in known], known)
        done = 0
        for run in _adjoining(stale):
            self._profile_pinned(run, held)  # first: a window that has its profile is not looked at again
            scans = profile_windows(
                self.warehouse, contract.kinds, contract.mapping, held, cut, run, sample=self.monitor.sample
            )
            for profiles in scans:
                self._put(self.shelf, profiles, held)
                done += len(profiles)
                if progress:
                    progress(done, len(stale))
        self.shelf.forget(stale)
        return done

    def _put(self, shelf: Shelf, profiles: Sequence[Profile], layouts: dict[str, Layout]) -> None:
        entries = []
        for p in profiles:
            problems = self.problems_of(p.facts)
            checksum = _checksum(p.facts.checksum, self.contract.problems)
            revision = Revision(p.facts.rows, p.facts.freshest, checksum)
            entries.append((_window(p.window), revision, rows_of(p, layouts, problems)))
        self.store.put_profiles(shelf.source, Stage.INPUTS, entries)

    def _profile_pinned(self, windows: Sequence[Window], layouts: dict[str, Layout]) -> None:
        """The same windows once more, of the pinned model version alone: the reference that does not move."""
        column = self.monitor.columns.version
        if self.pinned is None or self.pinned_version is None or column is None:
            return
        mapping = replace(self.contract.mapping, version=(column, self.pinned_version), segments=())
        for profiles in profile_windows(self.warehouse, self.contract.kinds, mapping, layouts, {}, windows):
            self._put(self.pinned, profiles, layouts)

    def problems_of(self, facts: WindowFacts) -> dict[str, str]:
        """Column → what is wrong with a window: what does not hold of the table, and times that cannot be right.

        More than one row in a hundred that claims to be from after it was written speaks of a wrong time zone.
        """
        mapping, found = self.contract.mapping, dict(self.contract.problems)
        if facts.future > 0.01 * facts.rows:
            found[str(mapping.time)] = (
                f'{facts.future:,} of {facts.rows:,} rows have a "{mapping.time}" more than an hour after '
                f'they were written ("{mapping.ingested}"). Is its time zone right (source.zone)?'
            )
        return found

    def _changed(self, windows: Sequence[Window], known: dict[Window, Revision]) -> list[Window]:
        """Windows whose watermark is not the stored one, or that lacked a column which is there by now.

        A column that is gone now is no reason: what was counted while it was there is worth more.
        """
        out = []
        for run in _adjoining(windows):
            for window, facts in watermarks(self.warehouse, self.contract.kinds, self.contract.mapping, run):
                old = known[window]
                # without the column that says when rows came in, the freshest event says nothing of it
                lost = self.monitor.columns.ingested is not None and self.contract.mapping.ingested is None
                same = old.rows == facts.rows and (lost or old.freshest == facts.freshest)
                checksum, lacked, _ = old.checksum.partition("+")
                mended = bool(lacked) and not self.contract.problems
                if not same or mended or checksum != str(facts.checksum):
                    out.append(window)
        return out

    def profile_labels(self, windows: Sequence[Window], *, again: bool = False) -> int:
        """Count the labels of windows that have none counted yet, or whose rows have changed. How many windows were.

        A labels table that does not hold is told of in the decisions on these windows; the next run tries again.
        """
        layout = self._prediction_layout()
        if self.monitor.labels is None or layout is None:
            return 0
        inputs = self.store.revisions(self.monitor.source_key, Stage.INPUTS)
        known = {} if again else self.store.revisions(self.monitor.source_key, Stage.LABELS)
        stale = [w for w in windows if w not in known or known[w].checksum.partition("/")[2] != _tag(inputs.get(w))]
        for run in _adjoining(stale):
            for entries in self._label_entries(run, layout, inputs):
                self.store.put_profiles(self.monitor.source_key, Stage.LABELS, entries)
        return len(stale)

    def _label_entries(
        self, run: Sequence[Window], layout: NumericLayout, inputs: Mapping[Window, Revision]
    ) -> Iterator[list[Entry]]:
        mapping = label_mapping_of(self.monitor, self.warehouse)
        if mapping is None or self.monitor.labels is None:
            return
        _, segments = self.shelf.layouts()
        cut = {c: v for c, v in segments.items() if c in self.contract.mapping.segments}
        log = self.contract.mapping
        try:
            kinds = self.warehouse.describe(self.monitor.labels.table)
            for profiles in profile_labels(self.warehouse, self.contract.kinds, kinds, log, mapping, layout, cut, run):
                yield [_label_entry(p, layout.id, mapping.due, inputs) for p in profiles]
        except ContractError as e:
            row = ProfileRow(WHOLE, mapping.value, "-", PROBLEM, f"labels: {e}".encode())
            yield [(w, Revision(0, "", f"{_checksum(0, {mapping.value: str(e)})}/broken"), [row]) for w in run]

    def _prediction_layout(self) -> NumericLayout | None:
        layouts, _ = self.shelf.layouts()
        return on_a_line(layouts.get(self.contract.mapping.prediction or "")) if self.contract.mapping.id else None

    def missing(self, until: datetime) -> list[Window]:
        """Windows that ended by `until` and were never decided: what a sweep puts on the queue."""
        known = self.store.evidences(self.monitor.name, Stage.INPUTS)
        have_ended = min(until, self.clock.now())
        return [w for w in between(self.kind, self.zone, self.first_window().start, have_ended) if w not in known]


def _adjoining(windows: Iterable[Window]) -> Iterator[list[Window]]:
    """Runs of windows without a gap."""
    run: list[Window] = []
    for w in sorted(windows):
        if run and run[-1].end != w.start:
            yield run
            run = []
        run.append(w)
    if run:
        yield run


def _window(window: Window | None) -> Window:
    if window is None:
        raise WindowError("a monitor's profile belongs to a window")
    return window


def _checksum(checksum: int, problems: Mapping[str, str]) -> str:
    """The data's checksum, and what was wrong with the table: mended, the window is another revision."""
    if not problems:
        return str(checksum)
    return f"{checksum}+{hashlib.sha256(repr(sorted(problems.items())).encode()).hexdigest()[:8]}"


def _label_entry(profile: LabelProfile, layout: str, due: timedelta, inputs: Mapping[Window, Revision]) -> Entry:
    whole, window = profile.whole, profile.window
    known = f"{int(whole.labels.sum())}/{_tag(inputs.get(window))}"
    revision = Revision(int(whole.counts.sum()), (window.end + due).isoformat(), known)
    rows = [ProfileRow(s, "label", layout, LABELS, c.to_row()) for s, c in sorted(profile.segments.items())]
    return window, revision, rows


def _tag(inputs: Revision | None) -> str:
    """The rows that a window's labels were joined to, in short."""
    return f"{inputs.rows}.{inputs.checksum}" if inputs else ""
