"""Two versions of a model on the same windows: what they predicted, and how good they were.

Read from the log, as nothing is stored of a version apart (but of a pinned one): a statement for each version's rows,
and one for its labels. How sure a difference is follows from how it differs between windows, never from the number of
rows: rows of a day go together, so tests on rows call a quarter of equal models better.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from itertools import accumulate
from math import isfinite, nan, sqrt
from typing import Any

from tidegauge.core.errors import ContractError, MonitorError
from tidegauge.core.grid import adjoining
from tidegauge.core.versions_beside import BesideFigure, VersionsBeside
from tidegauge.core.window import FIRST_STAGE, WHOLE, Window
from tidegauge.decisions.estimate_record import student
from tidegauge.monitor import Monitor
from tidegauge.pipeline.deciding import Deciding
from tidegauge.profiles.label_query import profile_labels
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.label_unit import LabelUnit
from tidegauge.profiles.profile import Profile, profile_windows
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.stages.counting import Counting
from tidegauge.stages.figures import NINETY
from tidegauge.stages.findings import band
from tidegauge.stages.late_labels import log_of
from tidegauge.stages.limits_held import number_of
from tidegauge.stages.stored_labels import STAGE as LABELS
from tidegauge.statistics.label_levels import of_task
from tidegauge.statistics.labelled import Labelled, LabelLevel
from tidegauge.statistics.missing import Missing
from tidegauge.statistics.statistic import Reads
from tidegauge.tuning.tuning import Tuning

DAYS = 28
FEWEST = 5  # windows by which a difference has an interval
PREDICTED = {"mean": "mean prediction", Missing.name: "missing predictions"}


@dataclass(frozen=True)
class _Version:
    """One version's rows and labels of some windows."""

    profiles: Mapping[Window, Profile]
    labels: Mapping[Window, Mapping[str, LabelCells]]

    def rows(self, window: Window) -> int:
        """How many it has."""
        return self.profiles[window].facts.rows

    def all_rows(self, windows: Sequence[Window]) -> int:
        """The same of some windows together."""
        return sum(map(self.rows, windows))

    def all_labelled(self, windows: Sequence[Window]) -> int:
        """How many of the rows of some windows have a label."""
        return int(_sum(self.counted(windows, WHOLE)).rows)

    def counted(self, windows: Sequence[Window], segment: str) -> list[LabelCells]:
        """The labels of some windows, of one segment."""
        return [self.labels[w].get(segment, LabelCells.zero()) for w in windows]


@dataclass(frozen=True)
class _Reading:
    """Reads a number of counts that add up: its value as a person has it, and its interval by the rows alone."""

    name: str
    title: str
    unit: str
    value: Callable[[Any], float]
    interval: Callable[[Any], tuple[float, float]]

    def beside(self, segment: str, sides: Sequence[Sequence[Any]]) -> BesideFigure:
        """Of all windows together, with how far the difference of the two may be off."""
        (one, other), ends = [self.value(_sum(s)) for s in sides], [self.interval(_sum(s)) for s in sides]
        gap, off = other - one, _jackknife([self._but_each(s) for s in sides])
        return BesideFigure(
            segment, self.name, self.title, self.unit, (one, other), (ends[0], ends[1]), gap, gap - off, gap + off
        )

    def _but_each(self, counts: Sequence[Any]) -> list[float]:
        """The value of all windows but one, for each."""
        before, behind = [None, *accumulate(counts)], [*reversed(list(accumulate(reversed(counts)))), None]
        left = [_sum([x for x in pair if x is not None]) for pair in zip(before[:-1], behind[1:], strict=True)]
        return [self.value(x) for x in left]


def compare_versions(deciding: Deciding, versions: tuple[str, str], days: int = DAYS) -> VersionsBeside:
    """The two over the last so many days of decided windows, those in which both have rows.

    Raises:
        MonitorError: The monitor names no version or no prediction.
        ContractError: No window has rows of both.
    """
    column, what = _column(deciding.monitor), deciding.profiler.counting()
    if what.mapping.prediction not in what.layouts:
        raise ContractError(f'The predictions, "{what.mapping.prediction}", cannot be counted as the table is now.')
    windows = _latest(deciding, days)
    due = _with_labels(deciding, windows)
    sides = [
        _version(replace(what, mapping=replace(what.mapping, version=(column, v))), windows, due) for v in versions
    ]
    shared = _shared(versions, sides, windows)
    labelled = [w for w in shared if w in sides[0].labels]
    return VersionsBeside(
        monitor=deciding.monitor.name,
        column=column,
        versions=versions,
        windows=tuple(shared),
        labelled_windows=tuple(labelled),
        rows=_both(v.all_rows(shared) for v in sides),
        labelled=_both(v.all_labelled(labelled) for v in sides),
        prediction=str(what.mapping.prediction),
        figures=(*_predicted(what, sides, shared), *_performed(what, deciding.profiler.tuning, sides, labelled)),
    )


def _column(monitor: Monitor) -> str:
    """The column that names the version of a row; MonitorError where there is none, or no prediction to compare."""
    if monitor.columns.version is None or monitor.columns.prediction is None:
        raise MonitorError(f"{monitor.where('columns')}: two versions need columns.version and columns.prediction.")
    return monitor.columns.version


def _both(numbers: Iterable[int]) -> tuple[int, int]:
    one, other = numbers
    return one, other


def _latest(deciding: Deciding, days: int) -> list[Window]:
    """The windows of the last days whose rows are decided."""
    known = list(deciding.store.decisions.evidences(deciding.monitor.name, FIRST_STAGE))
    return [w for w in known if w.start >= known[-1].end - timedelta(days=days)]


def _with_labels(deciding: Deciding, windows: Sequence[Window]) -> list[Window]:
    """Those of some windows whose labels have been counted."""
    counted = deciding.store.profiles.revisions(deciding.monitor.source_key, LABELS)
    return [w for w in windows if w in counted]


def _sum(counts: Sequence[Any]) -> Any:  # noqa: ANN401 - cells of rows or of labels
    return sum(counts[1:], start=counts[0]) if counts else LabelCells.zero()


def _version(what: Counting, windows: Sequence[Window], due: Sequence[Window]) -> _Version:
    """The rows of one version, and their labels as they are counted now."""
    profiles: dict[Window, Profile] = {}
    for run in adjoining(windows):
        for some in profile_windows(what.warehouse, what.kinds, what.mapping, what.layouts, {}, run):
            profiles |= {p.window: p for p in some if p.window is not None}
    return _Version(profiles, _labels(what, due))


def _labels(what: Counting, due: Sequence[Window]) -> dict[Window, Mapping[str, LabelCells]]:
    """The labels of some windows by segment; none where the monitor has none."""
    layout = what.layouts.get(what.mapping.prediction or "")
    if what.labels is None or layout is None:
        return {}
    count = partial(profile_labels, what.warehouse, log_of(what), layout, what.segments, until=what.cut_offs)
    return {p.window: p.segments for run in adjoining(due) for found in count(run) for p in found}


def _predicted(what: Counting, sides: Sequence[_Version], windows: Sequence[Window]) -> list[BesideFigure]:
    """What is told of predictions; of classes only which are missing."""
    prediction, out = str(what.mapping.prediction), []
    for key, title in PREDICTED.items():
        value = partial(number_of, key, layout=what.layouts[prediction])
        unit = (Reads.COLUMN if key == "mean" else Reads.SHARE).value
        reading = _Reading(key, title, unit, value, lambda _: (nan, nan))
        counts = [[v.profiles[w].whole[prediction] for w in windows] for v in sides]
        out.append(reading.beside(WHOLE, counts))
    return [f for f in out if f.is_said]


def _performed(
    what: Counting, tuning: Tuning, sides: Sequence[_Version], windows: Sequence[Window]
) -> list[BesideFigure]:
    """What is told of labels, whole and by segment; nothing where there are none."""
    if what.labels is None or not windows:
        return []
    layout, unit = what.layouts[str(what.mapping.prediction)], what.labels.unit
    readings = [_of_level(level.tuned(tuning), layout, unit) for level in of_task(unit)]
    counted = {s: [v.counted(windows, s) for v in sides] for s in _segments(sides, windows)}
    found = [r.beside(segment, counts) for segment, counts in counted.items() for r in readings]
    return [f for f in found if f.is_said]


def _segments(sides: Sequence[_Version], windows: Sequence[Window]) -> list[str]:
    """Those that any of the two has labels of, the whole first."""
    return sorted({s for v in sides for w in windows for s in v.labels[w]}, key=lambda s: (s != WHOLE, s))


def _of_level(level: LabelLevel, layout: Layout, unit: LabelUnit) -> _Reading:
    """How one number of labels is read of counts."""

    def value(cells: LabelCells) -> float:
        found = level.level(Labelled.of(cells, layout, unit))
        return level.read(found, unit.layout) if isfinite(found) else nan

    def interval(cells: LabelCells) -> tuple[float, float]:
        labelled = Labelled.of(cells, layout, unit)
        found = level.level(labelled)
        reach = NINETY * level.error(labelled) if isfinite(found) else nan
        if not isfinite(reach):
            return nan, nan
        return band(level, lambda x: level.read(x, unit.layout), found - reach, found + reach)

    return _Reading(level.name, level.title, level.reads.value, value, interval)


def _jackknife(sides: Sequence[Sequence[float]]) -> float:
    """Half of the 90 % interval of a difference, by the windows: Student's, for few windows say little of themselves.

    Source: R. Miller, The jackknife, a review (Biometrika 61, 1974).
    """
    gaps = [other - one for one, other in zip(*sides, strict=True)]
    n = len(gaps)
    if n < FEWEST or not all(map(isfinite, gaps)):
        return nan
    mean = sum(gaps) / n
    return student(n - 1) * sqrt((n - 1) / n * sum((g - mean) ** 2 for g in gaps))


def _shared(versions: tuple[str, str], sides: Sequence[_Version], windows: Sequence[Window]) -> list[Window]:
    """The windows that both have rows in; ContractError where there are none."""
    shared = [w for w in windows if all(v.rows(w) for v in sides)]
    if not shared:
        raise ContractError(_apart(versions, sides, windows))
    return shared


def _apart(versions: tuple[str, str], sides: Sequence[_Version], windows: Sequence[Window]) -> str:
    """That no window has rows of both."""
    had = [
        f'"{v}" has {sum(map(s.rows, windows)):,} rows in {sum(s.rows(w) > 0 for w in windows)} of them'
        for v, s in zip(versions, sides, strict=True)
    ]
    return (
        f"None of the last {len(windows)} decided windows has rows of both versions: {' and '.join(had)}. "
        "Two versions are compared on the same windows, as where one is tried beside the other."
    )
