"""From a monitor's table to what a stage counts: the contract, the first layouts, the first window."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from tidegauge.core.errors import ContractError, MonitorError, NotWorkedOut
from tidegauge.core.grid import EARLIEST, FIRST_STRETCH, containing, following, local_time
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.monitor import Monitor
from tidegauge.profiles.derived_values import without_values
from tidegauge.profiles.extent import DAY, Extent, extent
from tidegauge.profiles.first_layouts import cut_layouts
from tidegauge.profiles.label_versions import LabelCut, LabelVersions
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.label_unit import TRUTHS, LabelUnit
from tidegauge.references.calendar import Calendar
from tidegauge.stages.clock import Ask, Clock
from tidegauge.stages.contract import Contract, compared_with, hold, label_key, label_mapping_of, label_unit_of
from tidegauge.stages.counting import Counting
from tidegauge.stages.relating import Learnt
from tidegauge.stages.retyped import retyped
from tidegauge.stages.stored_labels import counted_until
from tidegauge.stages.stored_profiles import StoredProfiles
from tidegauge.store.store import Store
from tidegauge.tuning.tuning import SHIPPED, Tuning
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.sql import template

Progress = Callable[[int, int], None]  # windows done, windows in all


class Profiler:
    """A monitor's warehouse and store, as its stages see them."""

    def __init__(
        self,
        monitor: Monitor,
        warehouse: Warehouse,
        store: Store,
        *,
        clock: Ask | None = None,
        clock_is_right: bool = False,
        tuning: Tuning = SHIPPED,
    ) -> None:
        self.tuning = tuning  # the constants that its windows are judged by
        self.monitor, self.warehouse, self.store = monitor, warehouse, store
        self.clock = Clock(monitor, warehouse, store, lambda: self.contract, clock, is_right=clock_is_right)
        self.zone, self.kind = monitor.window.zone, monitor.window.every
        self.calendar = Calendar(self.zone, monitor.reference.country)
        self.profiles = StoredProfiles(store, monitor.source_key)
        pinned = next((p.version for p in monitor.reference.pools if p.version), None)
        if pinned and monitor.columns.version is None:
            raise MonitorError(
                f"{monitor.where('reference', 'pools')}: a pinned version needs columns.version, "
                "the column that names it."
            )
        self.pinned = StoredProfiles(store, f"{monitor.source_key}@{pinned}", monitor.source_key) if pinned else None
        self.pinned_version = pinned
        self.looked: dict[Window, int] = {}  # what was in windows when they were last looked at (`profiles.content`)
        self.learnt = Learnt()  # what this process has read of relations
        self._contract: Contract | None = None

    @property
    def contract(self) -> Contract:
        """The table as it is, looked at once a run."""
        if self._contract is None:
            layouts, _ = self.profiles.layouts()
            known, bare = dict(layouts), self.warehouse.dialect.bare_floats

            def fits(column: str, kind: str) -> bool:
                return column not in known or not retyped({column: kind}, {column: known[column]}, bare_floats=bare)

            found = hold(self.monitor, self.warehouse, fits)
            wrong = retyped(found.kinds, layouts, bare_floats=bare)
            if wrong := {c: why for c, why in wrong.items() if found.mapping.kind_of(c)}:
                sound = found.mapping.counting(c for c in found.mapping.counted if c not in wrong)
                found = replace(found, mapping=sound, problems={**found.problems, **wrong})
            self._contract = found
        return self._contract

    def problems(self, as_of: datetime | None = None) -> list[str]:
        """What of the log does not hold, a sentence each; ContractError where nothing can be said of it."""
        contract = self.contract
        problems = [
            *dict.fromkeys(contract.problems.values()),
            *(a.check for a in contract.apart.values()),
            *self._closed(),
            *without_values(self.warehouse, contract.mapping, contract.kinds),
        ]
        found = self.extent(as_of)
        newest = found.latest or found.last
        if as_of is not None and newest > as_of + DAY:
            many = f" and {found.after:,} rows are of the future or long after the others" if found.after > 1 else ""
            problems.append(
                f'column "{contract.mapping.time}" reaches into the future: the latest event is at '
                f"{local_time(newest, 'UTC')} UTC{many}. Is its time zone right (source.zone)?"
            )
            found = replace(found, after=0)
        return problems + contract.refused(self.warehouse, *self.newest_rows(found)) + self.strays(found)

    def newest_rows(self, found: Extent | None = None) -> tuple[datetime, datetime]:
        """From when to when the rows of the last seven windows are: those that an expression is tried on."""
        found = found or self.extent()
        newest = found.latest or found.last
        return newest - 7 * self.monitor.window.length, newest + DAY

    def _closed(self) -> Iterator[str]:
        """That columns are there, and not for us to read: a profile would be the first to meet it."""
        mapping, dialect = self.contract.mapping, self.warehouse.dialect
        columns = [dialect.quote(c) for c in mapping.all if c in self.contract.kinds]
        try:
            self.warehouse.fetch(template("readable.sql").render(columns=columns, table=mapping.table))
        except ContractError as error:
            yield f"not every column that the monitor names can be read. {error}."

    def first_window(self) -> Window:
        """The first window that the monitor looks at: `window.start`, or the first one with rows."""
        start = self.monitor.window.start
        if start is not None:
            midnight = datetime(start.year, start.month, start.day, tzinfo=self.calendar.zone_info)
            window = containing(self.kind, self.zone, midnight)
            return window if window.start >= midnight else following(window, self.zone)
        return containing(self.kind, self.zone, self.extent().first)

    def extent(self, as_of: datetime | None = None, *, since: datetime = EARLIEST) -> Extent:
        """How far the log reaches, from `since` on; what begins a day after `as_of` is not believed."""
        until = None if as_of is None else as_of + DAY
        return extent(self.warehouse, self.contract.kinds, self.contract.mapping, since=since, until=until)

    def strays(self, found: Extent) -> list[str]:
        """The rows that no window holds, or that stand apart from the others: a sentence for each kind of them."""
        if self.monitor.window.start is not None:  # a person has said where the log begins
            found = replace(found, before=0)
        return found.strays(str(self.contract.mapping.time))

    def first_rows(self) -> datetime:
        """Where rows begin in earnest: `window.start` may lie long before."""
        first = self.first_window().start
        if self.monitor.window.start is None:
            return first
        with suppress(ContractError):  # there are none yet
            return max(first, containing(self.kind, self.zone, self.extent(since=first).first).start)
        return first

    def ensure_layouts(self) -> None:
        """Cut the source's layouts if it has none; the first process wins and the others use its layouts."""
        layouts, _ = self.profiles.layouts()
        wanted = self.contract.mapping.counted
        if all(c in layouts for c in wanted):
            return
        since = self.first_rows()
        try:
            fresh, segments = cut_layouts(
                self.warehouse, self.contract.kinds, self.contract.mapping, since, since + FIRST_STRETCH[self.kind]
            )
        except NotWorkedOut as error:  # in the rows that its cells would be cut from: the others get theirs
            self._contract = self.contract.lacking(error.column, error.short)
            self.ensure_layouts()
            return
        self.profiles.put_layouts({c: layout for c, layout in fresh.items() if c not in layouts}, segments)

    def label_unit(self, layout: Layout | None = None) -> LabelUnit:
        """What labels are counted in at first, by what is stored; before anything is, by the table.

        `layout`: of labels, where it is not their first one.
        """
        labels = self.monitor.labels
        if labels is None:
            return TRUTHS
        prediction = self.monitor.columns.prediction or ""
        predicted = self.profiles.layouts()[0].get(prediction)
        kind = self.contract.mapping.kind_of(prediction) if predicted is None else predicted.kind
        return label_unit_of(self.monitor, layout or self.profiles.label_layout(label_key(labels)), kind)

    def label_versions(self) -> LabelVersions | None:
        """What labels are counted in through time; None where there is no prediction to compare them with."""
        labels, prediction = self.monitor.labels, self.monitor.columns.prediction or ""
        layout = compared_with(self.profiles.layouts()[0].get(prediction))
        if labels is None or layout is None:
            return None
        units = [(at, self.label_unit(cut)) for at, cut in self.profiles.later_label_layouts(label_key(labels))]
        predictions = self.profiles.versions().cut.get(prediction, ())
        return LabelVersions.of(LabelCut(layout, self.label_unit()), predictions, units)

    @property
    def knows_labels(self) -> bool:
        """Whether any label has come: before that nobody knows whether they are truths, numbers or classes."""
        labels = self.monitor.labels
        return labels is not None and self.profiles.label_layout(label_key(labels)) is not None

    def _label_cut(self, window: Window | None) -> LabelCut | None:
        """What labels of a window are counted in, or else the first ones."""
        known = self.label_versions()
        if known is None:
            return None
        return known.first if window is None else known.at(window)

    def counting(self, window: Window | None = None) -> Counting:
        """What a stage counts of the table as it is, in the layouts of a window; else in the first ones."""
        layouts, segments = self.profiles.layouts()
        versions = self.profiles.versions()
        layouts = layouts if window is None else versions.counted(window)
        mapping, labels, cut = self.contract.mapping, self.monitor.labels, self._label_cut(window)
        unit, labels_in = (self.label_unit(), "") if cut is None else (cut.unit, cut.stored)
        return Counting(
            warehouse=self.warehouse,
            mapping=mapping,
            kinds=self.contract.kinds,
            layouts={c: layout for c, layout in layouts.items() if c in mapping.counted},
            segments={c: v for c, v in segments.items() if c in mapping.segments},
            sample=self.monitor.sample,
            problems=self.contract.problems,
            apart=self.contract.apart,
            mark="" if window is None else versions.mark(window),
            labels=label_mapping_of(self.monitor, self.warehouse, unit),
            label_table=labels.table if labels else "",
            labels_in=labels_in,
            cut_offs=counted_until(self.store, self.monitor.source_key) if labels else {},
            seen=self.store.profiles.revisions(self.monitor.source_key, FIRST_STAGE),
        )
