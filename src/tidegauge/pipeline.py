"""The verbs in order: profile · compare · decide · publish · act. Each can be called alone, and again."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tidegauge.bulletins import bulletin_of
from tidegauge.contract import Contract, hold, label_mapping_of
from tidegauge.cutting import cut_layouts, extent
from tidegauge.deciding import Decider
from tidegauge.decisions.incidents import incidents_of
from tidegauge.errors import ContractError, MonitorError, SinkError, TidegaugeError, WarehouseError, WindowError
from tidegauge.explaining import statement
from tidegauge.label_query import LabelProfile, profile_labels
from tidegauge.layouts.base import Layout
from tidegauge.layouts.numeric import NumericLayout
from tidegauge.measures import InputMeasure, LabelMeasure
from tidegauge.monitor import Monitor
from tidegauge.nouns import Decision, Finding, Intent, Stage, Window
from tidegauge.profile import Profile, WindowFacts, profile_windows, watermarks
from tidegauge.publishing import DELIVER, caused, sinks_of
from tidegauge.query import segment_names
from tidegauge.references.calendar import Calendar
from tidegauge.shelf import LABELS, Shelf, rows_of
from tidegauge.sinks.base import Bulletin
from tidegauge.stages import InputRoom, LabelRoom, StageRoom
from tidegauge.store.profiles import ProfileRow, Revision
from tidegauge.store.store import Store
from tidegauge.warehouses import open_warehouse
from tidegauge.warehouses.base import Warehouse
from tidegauge.windows import between, containing, following

BATCH = 64  # decisions in one transaction of a backfill
# layouts are cut from this first stretch of a source
FIRST_LOOK = {"hour": timedelta(days=28), "day": timedelta(days=28), "week": timedelta(days=91)}
LATE = 3  # windows before a live one whose rows may still have changed
Progress = Callable[[int, int], None]  # windows done, windows in all


class Pipeline:
    """One monitor's verbs over its warehouse and its store.

    Nothing here asks what time it is: `as_of` says up to when data had arrived, and is a window's end plus the
    monitor's wait where it is not given. Every verb is idempotent on (monitor, window): killed anywhere and run
    again it ends in the same tables, and a notice or a retraining is asked for once.
    """

    def __init__(self, monitor: Monitor, warehouse: Warehouse, store: Store) -> None:
        self.monitor, self.warehouse, self.store = monitor, warehouse, store
        self.zone, self.kind = monitor.window.zone, monitor.window.every
        self.calendar = Calendar(self.zone, monitor.reference.country)
        self.shelf = Shelf(store, monitor.source_key)
        pinned = next((p.version for p in monitor.reference.pools if p.version), None)
        if pinned and monitor.columns.version is None:
            raise MonitorError(
                f"{monitor.where('reference', 'pools')}: a pinned version needs columns.version, the column that names it."
            )
        self.pinned = Shelf(store, f"{monitor.source_key}@{pinned}") if pinned else None
        self.pinned_version = pinned
        self._contract: Contract | None = None

    # ── contract ──────────────────────────────────────────────────────────────────────────────────────────────
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
                kinds = self.warehouse.describe(self.monitor.labels.table)
                problems += [
                    f'column "{c}" is not in the labels table.'
                    for c in (labels.id, labels.value, labels.arrived)
                    if c and c not in kinds
                ]
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

    # ── profile ───────────────────────────────────────────────────────────────────────────────────────────────
    def profile(self, windows: Sequence[Window], *, again: bool = False, progress: Progress | None = None) -> int:
        """Profile windows that have none, or whose rows have changed; each row is read once. How many were."""
        self.ensure_layouts()
        layouts, segments = self.shelf.layouts()
        contract = self.contract
        held = {c: layout for c, layout in layouts.items() if c in contract.mapping.counted}
        cut = {c: v for c, v in segments.items() if c in contract.mapping.segments}
        known = {} if again else self.store.revisions(self.monitor.source_key, Stage.INPUTS)
        stale = [w for w in windows if w not in known] + self._changed([w for w in windows if w in known], known)
        done = 0
        for run in _adjoining(stale):
            for profiles in profile_windows(self.warehouse, contract.kinds, contract.mapping, held, cut, run):
                self._put(self.shelf, profiles, held)
                done += len(profiles)
                if progress:
                    progress(done, len(stale))
            self._profile_pinned(run, held)
        self.shelf.forget(stale)
        return done

    def _put(self, shelf: Shelf, profiles: Sequence[Profile], layouts: dict[str, Layout]) -> None:
        entries = []
        for p in profiles:
            problems = dict(self.contract.problems) | self._future(p.facts)
            revision = Revision(p.facts.rows, p.facts.freshest, _checksum(p.facts.checksum, problems))
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

    def _future(self, facts: WindowFacts) -> dict[str, str]:
        """A sentence where more than one row in a hundred claims to be from after it was written."""
        mapping = self.contract.mapping
        if facts.future <= 0.01 * facts.rows:
            return {}
        return {
            str(
                mapping.time
            ): f'{facts.future:,} of {facts.rows:,} rows have a "{mapping.time}" more than an hour after '
            f'they were written ("{mapping.ingested}"). Is its time zone right (source.zone)?'
        }

    def _changed(self, windows: Sequence[Window], known: dict[Window, Revision]) -> list[Window]:
        """Windows whose watermark is not the stored one."""
        out = []
        for run in _adjoining(windows):
            for window, facts in watermarks(self.warehouse, self.contract.kinds, self.contract.mapping, run):
                old = known[window]
                same = (old.rows, old.freshest) == (facts.rows, facts.freshest)
                if not same or old.checksum.split("+")[0] != str(facts.checksum):
                    out.append(window)
        return out

    def profile_labels(self, windows: Sequence[Window], *, again: bool = False) -> int:
        """Count the labels of windows that have none counted yet. How many windows were."""
        mapping = label_mapping_of(self.monitor, self.warehouse)
        layout = self._prediction_layout()
        if mapping is None or layout is None or self.monitor.labels is None:
            return 0
        known = {} if again else self.store.revisions(self.monitor.source_key, Stage.LABELS)
        kinds = self.warehouse.describe(self.monitor.labels.table)
        _, segments = self.shelf.layouts()
        cut = {c: v for c, v in segments.items() if c in self.contract.mapping.segments}
        done = 0
        for run in _adjoining([w for w in windows if w not in known]):
            for profiles in profile_labels(
                self.warehouse, self.contract.kinds, kinds, self.contract.mapping, mapping, layout, cut, run
            ):
                self.store.put_profiles(
                    self.monitor.source_key, Stage.LABELS, [_label_entry(p, layout.id, mapping.due) for p in profiles]
                )
                done += len(profiles)
        return done

    def _prediction_layout(self) -> NumericLayout | None:
        layouts, _ = self.shelf.layouts()
        layout = layouts.get(self.contract.mapping.prediction or "")
        return layout if isinstance(layout, NumericLayout) and self.contract.mapping.id else None

    # ── decide ────────────────────────────────────────────────────────────────────────────────────────────────
    def decide(
        self,
        stage: Stage = Stage.INPUTS,
        *,
        live: Iterable[Window] = (),
        as_of: datetime | None = None,
        progress: Progress | None = None,
    ) -> list[Decision]:
        """Decide every window of a stage whose evidence is new, oldest first; only `live` ones may cause anything."""
        decider = self.decider(stage)
        if decider is None:
            return []
        stale, evidence = decider.stale(self.store.revisions(self.monitor.source_key, stage))
        known = {d.window: d for d in self.store.decisions(self.monitor.name, stage)}
        intents = [c.intent for c in self.store.carried(self.monitor.name)]
        wanted, made, batch = set(live), [], []
        for k, decided in enumerate(decider.decide(stale, evidence)):
            d = decided.decision
            known[d.window] = d
            made.append(d)
            asked: list[Intent] = []
            if d.window in wanted:
                asked = caused(self.monitor, d, incidents_of(known[w] for w in sorted(known) if w <= d.window), intents)
                intents += asked
            batch.append((d, decided.blob, asked, ()))
            if len(batch) == BATCH or k + 1 == len(stale):
                self.store.commit_decisions(batch, as_of=as_of or d.window.end)
                batch.clear()
            if progress:
                progress(k + 1, len(stale))
        current = incidents_of(self.store.decisions(self.monitor.name, stage))
        if current != self.store.incidents(self.monitor.name, stage):
            self.store.replace_incidents(self.monitor.name, stage, current)
        return made

    def decider(self, stage: Stage) -> Decider | None:
        """What decides a stage; None where the monitor has no such stage (no labels, or no layouts yet)."""
        layouts, segments = self.shelf.layouts()
        names = segment_names(segments)
        prediction = layouts.get(self.monitor.columns.prediction or "")
        if not layouts:
            return None
        if stage is Stage.INPUTS:
            measure = InputMeasure(layouts, self.monitor.columns.prediction, names)
            room: StageRoom = InputRoom(measure, self.shelf, layouts, self._statement, self.pinned)
        elif self.monitor.labels is not None and isinstance(prediction, NumericLayout):
            room = LabelRoom(LabelMeasure(prediction, self.monitor.labels.value, names), self.shelf)
        else:
            return None
        return Decider(self.monitor, room, self.store, self.calendar)

    def _statement(self, finding: Finding, window: Window) -> str:
        layouts, _ = self.shelf.layouts()
        return statement(self.warehouse.dialect, self.contract.kinds, self.contract.mapping, layouts, finding, window)

    # ── the whole job ─────────────────────────────────────────────────────────────────────────────────────────
    def run(self, window: Window, *, live: bool = True, as_of: datetime | None = None) -> list[Decision]:
        """One window: profile it, decide it, and judge the labels that are due by now. What was decided anew.

        A window that was decided on the same rows before is left alone: a retry or a rerun changes nothing.
        """
        self._on_grid(window)
        as_of = as_of or window.end + self.monitor.window.wait
        number = self.store.begin_run(self.monitor.name, window, Stage.INPUTS, as_of)
        try:
            known = self.store.revisions(self.monitor.source_key, Stage.INPUTS)
            late = [w for w in known if w < window][-LATE:]
            self.profile([*late, window])
            made = self.decide(Stage.INPUTS, live=[window] if live else (), as_of=as_of)
            made += self.run_labels(as_of, live=live)
        except TidegaugeError as e:
            self.store.end_run(number, as_of, "outage" if isinstance(e, WarehouseError) else "error", str(e))
            raise
        self.store.end_run(number, as_of, "done", rows=sum(d.rows for d in made if d.window == window))
        return made

    def run_labels(self, as_of: datetime, *, live: bool = True) -> list[Decision]:
        """Judge the labels of every profiled window whose time for labels has come by `as_of`."""
        labels = self.monitor.labels
        if labels is None:
            return []
        due = labels.delay + self.monitor.window.wait
        ready = [w for w in self.store.revisions(self.monitor.source_key, Stage.INPUTS) if w.end + due <= as_of]
        known = self.store.revisions(self.monitor.source_key, Stage.LABELS)
        fresh = [w for w in ready if w not in known]
        self.profile_labels(fresh)
        return self.decide(Stage.LABELS, live=fresh if live else (), as_of=as_of)

    def backfill(
        self, start: datetime, end: datetime, *, again: bool = False, progress: Progress | None = None
    ) -> list[Decision]:
        """Every window inside [start, end), each row read once; nothing is sent and nothing is started."""
        first = max(start, self.first_window().start)
        windows = between(self.kind, self.zone, first, end)
        if not windows:
            raise WindowError(
                f"there is no {self.kind} between {start:%Y-%m-%d %H:%M} and {end:%Y-%m-%d %H:%M} "
                f"from {first:%Y-%m-%d} on."
            )
        self.profile(windows, again=again, progress=progress)
        made = self.decide(Stage.INPUTS, as_of=end)
        return made + self.run_labels(end, live=False)

    def _on_grid(self, window: Window) -> None:
        right = containing(self.kind, self.zone, window.start)
        if right != window:
            raise WindowError(
                f"{window.key} is not a window of {self.monitor.name}: the {self.kind} there is {right.key}."
            )

    def missing(self, until: datetime) -> list[Window]:
        """Windows that ended by `until` and were never profiled: what a sweep puts on the queue."""
        known = self.store.revisions(self.monitor.source_key, Stage.INPUTS)
        return [w for w in between(self.kind, self.zone, self.first_window().start, until) if w not in known]

    # ── publish and act ───────────────────────────────────────────────────────────────────────────────────────
    def publish(self, *, as_of: datetime | None = None) -> list[str]:
        """Hand waiting decisions to their sinks. What could not be delivered stays in the outbox; a sentence each."""
        sinks, trouble = sinks_of(self.monitor), []
        for intent in [i for i in self.store.pending(self.monitor.name) if i.action == DELIVER]:
            clock = as_of or datetime.now(
                UTC
            )  # of a lease only: by the windows' time a killed worker's would never end
            if not self.store.claim(intent.key, "publish", 60, as_of=clock):
                continue
            try:
                bulletin = self.bulletin(Stage(intent.payload["stage"]), intent.window)
                if bulletin is not None and intent.payload["sink"] in sinks:
                    sinks[intent.payload["sink"]].publish(bulletin)
            except SinkError as e:
                trouble.append(str(e))
                self.store.finish(intent.key, ok=False, note=str(e), as_of=clock)
            else:
                self.store.finish(intent.key, ok=True, as_of=clock)
        return trouble

    def bulletin(self, stage: Stage, window: Window) -> Bulletin | None:
        """All that a sink may show of the current decision on a window."""
        decider = self.decider(stage)
        decisions = self.store.decisions(self.monitor.name, stage)
        decision = next((d for d in decisions if d.window == window), None)
        if decider is None or decision is None:
            return None
        incidents = self.store.incidents(self.monitor.name, stage)
        return bulletin_of(decision, decisions, incidents, decider, self.shelf, self.zone)

    def pending(self) -> list[Intent]:
        """What is to be done by floor 6: retrainings, notices, reports; not what `publish` delivers."""
        return [i for i in self.store.pending(self.monitor.name) if i.action != DELIVER]

    def done(self, intent: Intent, *, ok: bool = True, note: str = "", as_of: datetime | None = None) -> None:
        """Say how an intent went."""
        self.store.finish(intent.key, ok=ok, note=note, as_of=as_of or intent.window.end)

    def explain(self, window: Window, stage: Stage = Stage.INPUTS) -> Decision:
        """The stored decision on a window; WindowError where there is none."""
        found = self.store.decision(self.monitor.name, stage, window)
        if found is None:
            raise WindowError(
                f"{self.monitor.name} has no decision on the {stage} of {window.key}. "
                f"Run it: tidegauge run {self.monitor.path} --window {window.key}"
            )
        return found


@contextmanager
def open_pipeline(monitor: Monitor, *, url: str | None = None) -> Iterator[Pipeline]:
    """A monitor's pipeline, its warehouse and store open. `url`: the warehouse, where it comes from elsewhere."""
    with (
        Store.open(monitor.expanded_store()) as store,
        open_warehouse(url or monitor.source.expanded_url()) as warehouse,
    ):
        yield Pipeline(monitor, warehouse, store)


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


def _label_entry(profile: LabelProfile, layout: str, due: timedelta) -> tuple[Window, Revision, list[ProfileRow]]:
    whole = profile.whole
    revision = Revision(int(whole.counts.sum()), (profile.window.end + due).isoformat(), str(int(whole.labels.sum())))
    return (
        profile.window,
        revision,
        [ProfileRow(s, "label", layout, LABELS, c.to_row()) for s, c in sorted(profile.segments.items())],
    )
