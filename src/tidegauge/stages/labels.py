"""The stage *labels*: what came true of a window's predictions, once labels have had their time to arrive."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

from tidegauge.core.decision import Finding
from tidegauge.core.errors import ContractError
from tidegauge.core.grid import adjoining
from tidegauge.core.window import WHOLE, Window
from tidegauge.monitor import Monitor
from tidegauge.profiles.content import digest_of_labels
from tidegauge.profiles.label_query import LabelledLog, LabelMapping, LabelProfile, check_labels, profile_labels
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.numeric import on_a_line
from tidegauge.profiles.own_types import own_types, untrue_of_rows
from tidegauge.profiles.segments import segment_names
from tidegauge.stages.base import Stage
from tidegauge.stages.contract import compared_with, cut_offs_of, label_mapping_of
from tidegauge.stages.counting import Counting
from tidegauge.stages.explaining import unsigned
from tidegauge.stages.label_explaining import label_statement
from tidegauge.stages.label_measure import LabelMeasure
from tidegauge.stages.label_observer import LabelObserver
from tidegauge.stages.label_recutting import cut_first_layout, examine_labels, outgrown_labels, stretches_of, ways_of
from tidegauge.stages.label_tags import stale_labels, tag_of
from tidegauge.stages.late_labels import LateLabels, log_of
from tidegauge.stages.maturity import ripening_of
from tidegauge.stages.own_trouble import BROKEN, broken_entries, trouble
from tidegauge.stages.profiler import Profiler, Progress
from tidegauge.stages.stored_labels import ARRIVALS, COUNTED
from tidegauge.stages.stored_labels import STAGE as NAME
from tidegauge.store.profiles import Entry, ProfileRow, Revision


class LabelStage(Stage):
    """Labels, joined to the rows that they belong to and counted by the cell of the prediction."""

    name: ClassVar[str] = NAME
    title: ClassVar[str] = "labels"
    noun: ClassVar[str] = "label"
    none: ClassVar[str] = "no labels, and none were to be expected"

    def wait(self, monitor: Monitor) -> timedelta | None:
        return None if monitor.labels is None else monitor.labels.delay + monitor.window.wait

    def check(self, source: Profiler) -> list[str]:
        if source.monitor.labels is None:
            return []
        labels = label_mapping_of(source.monitor, source.warehouse, source.label_unit())
        if labels is None:
            return []
        try:
            found = source.warehouse.describe(source.monitor.labels.table)
            kinds = source.contract.kinds
            log = LabelledLog(kinds, found, source.contract.mapping, labels)
            wrong = [*check_labels(labels, found, kinds.get(source.monitor.columns.id or "")), *log.no_query]
            if not wrong and labels.unit.metrics:
                own_types(source.warehouse, log)
                since, until = source.newest_rows()
                wrong += untrue_of_rows(
                    source.warehouse, log, since - (self.wait(source.monitor) or timedelta(0)), until
                )
        except ContractError as e:
            return [str(e)]
        return wrong

    def profile(
        self,
        source: Profiler,
        windows: Sequence[Window],
        *,
        again: bool = False,
        progress: Progress | None = None,
    ) -> int:
        """A labels table that does not hold is told of in the decisions on these windows; the next run tries again."""
        del progress  # a year of labels is a moment
        return self._profile(source, windows, again=again)

    def follow(self, source: Profiler, windows: Sequence[Window], as_of: datetime) -> int:
        """Count what has come of them by a moment, by each cut-off that any of it came by."""
        return self._profile(source, windows, as_of=as_of)

    def news(self, source: Profiler, windows: Sequence[Window], since: datetime) -> list[Window]:
        """Those that were due since, and those that were not mature."""
        ripening = ripening_of(source, since)
        early = [w for w in windows if ripening is not None and not ripening.of(w).is_mature]
        return sorted({*super().news(source, windows, since), *early})

    def _profile(
        self, source: Profiler, windows: Sequence[Window], *, again: bool = False, as_of: datetime | None = None
    ) -> int:
        """Stretch by stretch: what is found of one decides what the labels of the next are counted in."""
        cut_offs, what = cut_offs_of(source.monitor), source.counting()
        if not windows or what.labels is None or cut_offs is None or _layout(what) is None:
            return 0
        cut_first_layout(source, what, windows)
        done, until = 0, as_of or max(map(cut_offs.first, windows))
        for some in stretches_of(source, windows):
            done += self._count_some(source, some, until, again=again)
            self._cut_again(source)
        return done

    def _cut_again(self, source: Profiler) -> None:
        """Look at every stretch whose labels are counted by now; windows after a late cut are counted once more."""

        def known() -> dict[Window, Revision]:
            return source.store.profiles.revisions(source.monitor.source_key, self.name)

        while found := [] if self.check(source) else outgrown_labels(source, known()):
            if examine_labels(source, *found[0]) and (later := [w for w in known() if w.start >= found[0][1]]):
                self._count_some(source, later)

    def _count_some(
        self, source: Profiler, windows: Sequence[Window], as_of: datetime | None = None, *, again: bool = False
    ) -> int:
        key, cut_offs, what = source.monitor.source_key, cut_offs_of(source.monitor), source.counting()
        versions = source.label_versions()
        assert cut_offs is not None, "the monitor names labels"  # noqa: S101 - narrows types
        assert versions is not None, "there is a prediction"  # noqa: S101
        known = {} if again else source.store.profiles.revisions(key, self.name)
        stale = stale_labels(windows, known, what.seen, lambda w: versions.at(w).unit)
        try:
            late = LateLabels(source.store, key, ways_of(source), cut_offs, windows, frozenset(stale), as_of)
            return self._count_late(source, late)
        except ContractError:
            for run in adjoining(stale):
                for entries in self.count(what, run):
                    source.store.profiles.put(key, self.name, entries)
            return len(stale)

    def changed(self, source: Profiler, windows: Sequence[Window]) -> list[Window]:
        """None: what has come is seen by the marks of all that may have changed (`LateLabels`).

        Where the table does not hold now, the newest alone, of which that is to be said: what was counted of those
        before, while it did hold, is worth more.
        """
        known = source.store.profiles.revisions(source.monitor.source_key, self.name)
        counted = [w for w in windows if w in known]
        if not self.check(source):
            return []
        return [w for w in counted if w == windows[-1] and not known[w].checksum.endswith(BROKEN)]

    def _count_late(self, source: Profiler, late: LateLabels) -> int:
        """Count what has come, and store it cut-off by cut-off. How many windows were."""
        counted: dict[Window, datetime] = {}
        for together in late.rounds():
            for what in together:
                for found in self.count(what, list(what.cut_offs)):
                    entries = late.noted(found, what)
                    stand = late.by_cut_off(entries) if all(r.freshest for _, r, _ in entries) else None  # else: broken
                    source.store.profiles.put(late.source, self.name, entries, stand)
                    counted |= {w: what.cut_offs[w] for w, *_ in entries}
        for run in (alike for adjacent in adjoining(counted) for alike in late.alike(adjacent)):
            self._profile_pinned(source, replace(late.of(run[0]), cut_offs=counted), run)
        return len(counted)

    def _profile_pinned(self, source: Profiler, what: Counting, windows: Sequence[Window]) -> None:
        """The labels of the pinned model version's rows alone."""
        column, version = source.monitor.columns.version, source.pinned_version
        if source.pinned is None or version is None or column is None:
            return
        mapping = replace(what.mapping, version=(column, version), segments=())
        for entries in self.count(replace(what, mapping=mapping, segments={}), windows):
            source.store.profiles.put(source.pinned.source, self.name, entries)

    def count(self, what: Counting, windows: Sequence[Window]) -> Iterator[list[Entry]]:
        layout, labels = _layout(what), what.labels
        if layout is None or labels is None:
            return
        counted, log = 0, None
        try:
            log = log_of(what)
            asked = windows, what.cut_offs, what.span
            for profiles in profile_labels(what.warehouse, log, layout, what.segments, *asked):
                counted += len(profiles)
                yield [_entry(p, what, labels) for p in profiles]
        except ContractError as e:
            left = windows[counted:]
            if log is not None and labels.unit.metrics and len(left) > 1:  # the types hold: it is a value of some row
                yield from self._count_halves(what, left)
            else:
                yield broken_entries(trouble(e, what, layout, left, what.cut_offs), labels.value, left)

    def _count_halves(self, what: Counting, windows: Sequence[Window]) -> Iterator[list[Entry]]:
        half = len(windows) // 2
        yield from self.count(what, windows[:half])
        yield from self.count(what, windows[half:])

    def observer(self, source: Profiler) -> "LabelObserver | None":
        versions, labels = source.label_versions(), source.monitor.labels
        if labels is None or versions is None:
            return None
        names = segment_names(source.profiles.layouts()[1])

        def spell(finding: Finding, window: Window) -> str:
            return _statement(source, finding, window)

        return LabelObserver(
            LabelMeasure([versions.first], versions, labels.value, names, source.tuning),
            source.profiles,
            spell,
            source.pinned,
            source.monitor.columns.prediction or "",
            tuning=source.tuning,
            ripening=ripening_of(source),
            zone=source.zone,
            limits=[x for x in source.monitor.limits if x.performance is not None],
        )


def _layout(what: Counting) -> Layout | None:
    """The cells of the prediction; None where it is neither number nor class, or rows have no id to join by."""
    layout = what.layouts.get(what.mapping.prediction or "")
    if layout is None or not what.mapping.id:
        return None
    return compared_with(layout if on_a_line(layout) else layout.cuts[0])


def _statement(source: Profiler, finding: Finding, window: Window) -> str:
    """A statement that gives a finding's number again on the warehouse, in the cells that it was read in."""
    what, versions = source.counting(), source.label_versions()
    if what.labels is None or versions is None:
        return ""
    cells = finding.scores[0].cells if finding.scores else ""
    cut = next((cut for cut in versions.followed(window) if cut.cells == cells), versions.first)
    labels = replace(what.labels, unit=cut.unit)
    what = replace(what, labels=labels, label_kinds=source.warehouse.describe(what.label_table))
    sql = label_statement(what, cut.layout, finding, window, source.tuning)
    return unsigned(sql, source.monitor.source.path)


def _entry(profile: LabelProfile, what: Counting, labels: LabelMapping) -> Entry:
    whole, window, unit, layout = profile.whole, profile.window, labels.unit, what.labels_in
    known = f"{int(whole.labels.sum())}.{digest_of_labels(profile.segments)}/{tag_of(what.seen.get(window), unit)}"
    until = what.cut_offs.get(window, window.end + labels.due)
    rows = [ProfileRow(s, "label", layout, COUNTED, c.to_row()) for s, c in sorted(profile.segments.items())]
    if profile.arrivals is not None:
        rows.append(ProfileRow(WHOLE, ARRIVALS, layout, ARRIVALS, profile.arrivals.to_row()))
    return window, Revision(whole.rows, until.isoformat(), known), rows


STAGE = LabelStage()
