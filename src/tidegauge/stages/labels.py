"""The stage *labels*: what came true of a window's predictions, once labels have had their time to arrive."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

from tidegauge.core.addresses.masking import mask
from tidegauge.core.decision import Finding
from tidegauge.core.errors import ContractError
from tidegauge.core.grid import FIRST_STRETCH, adjoining
from tidegauge.core.window import WHOLE, Window
from tidegauge.monitor import Monitor
from tidegauge.profiles.content import digest_of_labels
from tidegauge.profiles.label_query import (
    LabelledLog,
    LabelMapping,
    LabelProfile,
    check_labels,
    profile_labels,
    sampled_labels,
)
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.numeric import on_a_line
from tidegauge.profiles.segments import segment_names
from tidegauge.profiles.tasks import task_of
from tidegauge.stages.base import Stage
from tidegauge.stages.checksums import checksum
from tidegauge.stages.contract import cut_offs_of, label_key, label_mapping_of, says_class
from tidegauge.stages.counting import Counting
from tidegauge.stages.label_explaining import label_statement
from tidegauge.stages.label_measure import LabelMeasure
from tidegauge.stages.label_observer import LabelObserver
from tidegauge.stages.label_tags import stale_labels, tag_of
from tidegauge.stages.late_labels import LateLabels
from tidegauge.stages.maturity import ripening_of
from tidegauge.stages.profiler import Profiler, Progress
from tidegauge.stages.stored_labels import ARRIVALS, COUNTED
from tidegauge.stages.stored_labels import STAGE as NAME
from tidegauge.stages.stored_profiles import PROBLEM
from tidegauge.store.profiles import Entry, ProfileRow, Revision

BROKEN = "/broken"  # how the checksum of a window ends whose labels could not be counted


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
            return check_labels(labels, found, source.contract.kinds.get(source.monitor.columns.id or ""))
        except ContractError as e:
            return [str(e)]

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
        what, key, cut_offs = source.counting(), source.monitor.source_key, cut_offs_of(source.monitor)
        if not windows or what.labels is None or cut_offs is None or _layout(what) is None:
            return 0
        if source.monitor.labels and source.profiles.label_layout(label_key(source.monitor.labels)) is None:
            self._cut(source, what, windows)
            what = source.counting()
        labels = source.counting().labels
        assert labels is not None, "the monitor names them"  # noqa: S101 - narrows a type
        known = {} if again else source.store.profiles.revisions(key, self.name)
        stale = stale_labels(windows, known, what.seen, labels.unit)
        try:
            log = LabelledLog(what.kinds, what.warehouse.describe(what.label_table), what.mapping, labels)
            late = LateLabels(source.store, key, what, log, cut_offs, windows, frozenset(stale), as_of)
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
        for run in adjoining(counted):
            self._profile_pinned(source, replace(late.what, cut_offs=counted), run)
        return len(counted)

    def _cut(self, source: Profiler, what: Counting, windows: Sequence[Window]) -> None:
        """Take the labels' layout from those of the first stretch; where these have none, from those that are there."""
        labels = what.labels
        if labels is None or source.monitor.labels is None:
            return
        try:
            first = source.first_rows()
            log = LabelledLog(what.kinds, what.warehouse.describe(what.label_table), what.mapping, labels)
            found = sampled_labels(what.warehouse, log, first, first + FIRST_STRETCH[source.kind])
            if not len(found):
                found = sampled_labels(what.warehouse, log, windows[0].start, windows[-1].end)
        except ContractError:
            return  # it is told of where the labels are counted
        if len(found):
            predicted = what.layouts.get(what.mapping.prediction or "")
            cut = task_of(labels.unit).cut(
                found, () if predicted is None else predicted.named, source.monitor.columns.scores
            )
            source.profiles.put_label_layout(label_key(source.monitor.labels), cut)

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
        try:
            kinds = what.warehouse.describe(what.label_table) if what.label_kinds is None else what.label_kinds
            log = LabelledLog(what.kinds, kinds, what.mapping, labels)
            asked = windows, what.cut_offs, what.span
            for profiles in profile_labels(what.warehouse, log, layout, what.segments, *asked):
                yield [_entry(p, layout.id, what, labels) for p in profiles]
        except ContractError as e:
            row = ProfileRow(WHOLE, labels.value, "-", PROBLEM, f"labels: {e}".encode())
            broken = Revision(0, "", checksum("0", {labels.value: str(e)}) + BROKEN)
            yield [(w, broken, [row]) for w in windows]

    def observer(self, source: Profiler) -> "LabelObserver | None":
        layouts, segments = source.profiles.layouts()
        prediction = compared_with(layouts.get(source.monitor.columns.prediction or ""))
        if source.monitor.labels is None or prediction is None:
            return None
        unit = source.label_unit()
        names = segment_names(segments)
        measure = LabelMeasure(prediction, source.monitor.labels.value, names, source.tuning, unit)

        def spell(finding: Finding, window: Window) -> str:
            return _statement(source, measure, finding, window)

        shown, ripening = source.monitor.columns.prediction or "", ripening_of(source)
        return LabelObserver(
            measure, source.profiles, spell, source.pinned, shown, tuning=source.tuning, ripening=ripening
        )


def _layout(what: Counting) -> Layout | None:
    """The cells of the prediction; None where it is neither number nor class, or rows have no id to join by."""
    layout = what.layouts.get(what.mapping.prediction or "")
    return compared_with(layout.cuts[0]) if layout is not None and what.mapping.id else None


def compared_with(layout: Layout | None) -> Layout | None:
    """The layout of a prediction, if labels can be compared with it: it is a number, or a class."""
    return layout if layout is not None and (on_a_line(layout) or says_class(layout.kind)) else None


def _statement(source: Profiler, measure: LabelMeasure, finding: Finding, window: Window) -> str:
    """A statement that gives a finding's number again on the warehouse."""
    what = source.counting()
    what = replace(what, label_kinds=source.warehouse.describe(what.label_table))
    sql = label_statement(what, measure.layout, finding, window, source.tuning)
    path = source.monitor.source.path
    if path is None:
        return sql
    literal, shown = (text.replace("'", "''") for text in (path, mask(path)))
    return sql.replace(literal, shown)  # a signed address is stored and shown without its signature


def _entry(profile: LabelProfile, layout: str, what: Counting, labels: LabelMapping) -> Entry:
    """`layout`: the prediction's; what labels that are numbers or classes are counted in is their own."""
    whole, window, unit = profile.whole, profile.window, labels.unit
    layout = layout if unit.own is None else unit.own.id
    known = f"{int(whole.labels.sum())}.{digest_of_labels(profile.segments)}/{tag_of(what.seen.get(window), unit)}"
    until = what.cut_offs.get(window, window.end + labels.due)
    rows = [ProfileRow(s, "label", layout, COUNTED, c.to_row()) for s, c in sorted(profile.segments.items())]
    if profile.arrivals is not None:
        rows.append(ProfileRow(WHOLE, ARRIVALS, layout, ARRIVALS, profile.arrivals.to_row()))
    return window, Revision(whole.rows, until.isoformat(), known), rows


STAGE = LabelStage()
