"""The stage *labels*: what came true of a window's predictions, once labels have had their time to arrive."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar, Self

from tidegauge.core.errors import ContractError, CorruptBlob
from tidegauge.core.grid import adjoining
from tidegauge.core.window import WHOLE, Window
from tidegauge.monitor import Monitor
from tidegauge.profiles.content import digest_of_labels
from tidegauge.profiles.label_query import LabelProfile, check_labels, profile_labels
from tidegauge.profiles.layouts.numeric import NumericLayout, on_a_line
from tidegauge.profiles.segments import segment_names
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.stages.base import Observation, Observer, Stage
from tidegauge.stages.contract import label_mapping_of
from tidegauge.stages.counting import Counting
from tidegauge.stages.inputs import checksum
from tidegauge.stages.measures import LabelMeasure
from tidegauge.stages.profiler import Profiler, Progress
from tidegauge.stages.stored_profiles import PROBLEM, StoredProfiles
from tidegauge.store.profiles import Entry, ProfileRow, Revision
from tidegauge.tuning.tuning import SHIPPED, Tuning

COUNTED = "labels"  # kind of the stored state


class LabelStage(Stage):
    """Labels, joined to the rows that they belong to and counted by the cell of the prediction."""

    name: ClassVar[str] = "labels"
    title: ClassVar[str] = "labels"
    noun: ClassVar[str] = "label"
    none: ClassVar[str] = "no labels, and none were to be expected"

    def wait(self, monitor: Monitor) -> timedelta | None:
        return None if monitor.labels is None else monitor.labels.delay + monitor.window.wait

    def check(self, source: Profiler) -> list[str]:
        labels = label_mapping_of(source.monitor, source.warehouse)
        if labels is None or source.monitor.labels is None:
            return []
        try:
            return check_labels(labels, source.warehouse.describe(source.monitor.labels.table))
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
        what = source.counting()
        if what.labels is None or _layout(what) is None:
            return 0
        known = {} if again else source.store.profiles.revisions(source.monitor.source_key, self.name)
        stale = [w for w in windows if w not in known or known[w].checksum.partition("/")[2] != _tag(what.seen.get(w))]
        for run in adjoining(stale):
            for entries in self.count(what, run):
                source.store.profiles.put(source.monitor.source_key, self.name, entries)
        return len(stale)

    def changed(self, source: Profiler, windows: Sequence[Window]) -> list[Window]:
        """All that were counted: to join a few windows' labels once more is as quick as any look at them.

        None where the table does not hold now: what was counted while it did is worth more.
        """
        if self.check(source):
            return []
        known = source.store.profiles.revisions(source.monitor.source_key, self.name)
        return [w for w in windows if w in known]

    def count(self, what: Counting, windows: Sequence[Window]) -> Iterator[list[Entry]]:
        layout, labels = _layout(what), what.labels
        if layout is None or labels is None:
            return
        try:
            kinds = what.warehouse.describe(what.label_table) if what.label_kinds is None else what.label_kinds
            for profiles in profile_labels(
                what.warehouse, what.kinds, kinds, what.mapping, labels, layout, what.segments, windows
            ):
                yield [_entry(p, layout.id, labels.due, what.seen) for p in profiles]
        except ContractError as e:
            row = ProfileRow(WHOLE, labels.value, "-", PROBLEM, f"labels: {e}".encode())
            broken = Revision(0, "", checksum("0", {labels.value: str(e)}) + "/broken")
            yield [(w, broken, [row]) for w in windows]

    def observer(self, source: Profiler) -> "LabelObserver | None":
        layouts, segments = source.profiles.layouts()
        prediction = on_a_line(layouts.get(source.monitor.columns.prediction or ""))
        if source.monitor.labels is None or prediction is None:
            return None
        measure = LabelMeasure(prediction, source.monitor.labels.value, segment_names(segments), source.tuning)
        return LabelObserver(measure, source.profiles, tuning=source.tuning)


@dataclass
class LabelObserver(Observer):
    """Labels against predictions."""

    measure: LabelMeasure
    profiles: StoredProfiles
    stage: str = LabelStage.name
    tuning: Tuning = SHIPPED

    def on(self, profiles: StoredProfiles) -> Self:
        return replace(self, profiles=profiles)

    def observe(self, window: Window, excluded: Collection[Window] = ()) -> Observation:
        del excluded
        found, wrong = labels_of(self.profiles, window)
        return self.observe_labels(found, wrong, self.profiles.rows(window))

    def observe_labels(self, found: Mapping[str, LabelCells], wrong: Sequence[str], predictions: int) -> Observation:
        """What there is to say of labels by segment, stored or not, of so many predictions."""
        whole = found.get(WHOLE, LabelCells.zero())
        rows = int(whole.counts.sum())
        problems = {self.measure.column: " ".join(wrong)} if wrong else {}
        notes = () if rows or wrong else ("No label of this window has arrived.",)
        return Observation(self.measure.sample(found, predictions), rows, problems, notes, due=predictions > 0)


def labels_of(profiles: StoredProfiles, window: Window) -> tuple[dict[str, LabelCells], list[str]]:
    """One window's labels by segment, and what was wrong with them."""
    found, problems = {}, []
    for p in profiles.stored(LabelStage.name, [window], segment=None):
        if p.kind == PROBLEM:
            problems.append(p.blob.decode())
            continue
        try:
            found[p.segment] = LabelCells.from_row(p.blob)
        except CorruptBlob as e:
            problems.append(profiles.note(window, f"labels of {p.segment}", e))
    return found, problems


def _layout(what: Counting) -> NumericLayout | None:
    """The cells of the prediction; None where it is no number, or rows have no id to join by."""
    layout = what.layouts.get(what.mapping.prediction or "")
    return on_a_line(layout.cuts[0]) if layout is not None and what.mapping.id else None


def _entry(profile: LabelProfile, layout: str, due: timedelta, seen: Mapping[Window, Revision]) -> Entry:
    whole, window = profile.whole, profile.window
    known = f"{int(whole.labels.sum())}.{digest_of_labels(profile.segments)}/{_tag(seen.get(window))}"
    revision = Revision(int(whole.counts.sum()), (window.end + due).isoformat(), known)
    rows = [ProfileRow(s, "label", layout, COUNTED, c.to_row()) for s, c in sorted(profile.segments.items())]
    return window, revision, rows


def _tag(inputs: Revision | None) -> str:
    """The rows that a window's labels were joined to, in short."""
    return f"{inputs.rows}.{inputs.checksum}" if inputs else ""


STAGE = LabelStage()
