"""A monitor as somebody looks at it in Python: `tidegauge.Monitor("flights.yml")`."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tidegauge.core.errors import TidegaugeError, WindowError
from tidegauge.core.grid import containing, moment, zone_of
from tidegauge.core.handed_out import MOST_ROWS
from tidegauge.core.performance import Figure, Performance
from tidegauge.core.window import FIRST_STAGE, STAGES, WHOLE, Window
from tidegauge.monitor.read import load_monitor
from tidegauge.pipeline.estimates import estimates
from tidegauge.pipeline.fairnesses import fairness_of
from tidegauge.pipeline.learnable import learnable
from tidegauge.pipeline.opening import Past
from tidegauge.pipeline.performances import lately, performances
from tidegauge.pipeline.pipeline import Pipeline, open_pipeline, open_shown
from tidegauge.pipeline.rows_of import rows_behind
from tidegauge.pipeline.versions_compared import DAYS, compare_versions
from tidegauge.pipeline.versions_shown import ShownVersions
from tidegauge.wording.text import column_name

if TYPE_CHECKING:
    import pandas as pd

When = str | date | datetime  # by the monitor's clock, where it carries no offset


class OpenedMonitor:
    """What a monitor has found, as tables: nothing is judged here, and no row is read but by `rows`.

    It needs the store alone, so that it works while the warehouse is away, and opens it anew for each question. In a
    notebook it shows itself: its newest decisions and how good the model was, as a table and a picture.

    `since` and `until` take a date or an instant, as text too, by the monitor's clock, as times in the tables are.

    Raises:
        MonitorError: The file holds no monitor.
        NoHistory: Nothing was decided yet, or the store is another one (when a table is asked for).

    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self._monitor = load_monitor(Path(path))

    @property
    def name(self) -> str:
        """The monitor's own name."""
        return self._monitor.name

    def performance(
        self,
        *,
        since: When | None = None,
        until: When | None = None,
        by_segment: bool = False,
        as_of: When | None = None,
    ) -> "pd.DataFrame":
        """How good the model was: a row for each window and number (of each segment too, with `by_segment`).

        `value` with its 90 % interval; `middle`, `least` and `most` of the like windows before it, which `like` names;
        the same over all rows of the reference, which `against` names; `since` when it has been outside its range; how
        many `predictions` are `labelled`. What cannot be said is NaN, and `note` says why. `provisional`: what it is to
        be once all labels have come. `as_of`: by the labels known at that moment.
        """
        segments = None if by_segment else (WHOLE,)
        start, end = self._instant(since), self._instant(until)
        with self._opened() as pipeline:
            found = performances(pipeline.deciding, start, end, segments, self._instant(as_of))
        return self._frame([self._row(p, f) for p in found for f in p.figures or (None,)], _PERFORMANCE)

    def fairness(
        self, *, since: When | None = None, until: When | None = None, as_of: When | None = None
    ) -> "pd.DataFrame":
        """Whether groups were treated alike: a row for each window, group of a sensitive column, and rate.

        `value` of the group and `base_value` of the base group, shares of `rows` and `base_rows`; their `ratio` with
        its 95 % interval, over the labelled rows of `windows` up to the row's. `lies`: where that is beside the
        band that was declared fair: outside, inside, across, or few rows. `as_of`: by the labels known at that moment.
        """
        start, end = self._instant(since), self._instant(until)
        with self._opened() as pipeline:
            found = fairness_of(pipeline.deciding, start, end, self._instant(as_of))
        rows = [
            self._times(told.window)
            | {"windows": told.windows, "threshold": told.threshold, "note": told.note}
            | ({n: getattr(one, n) for n in _PARITY} if one else {"column": told.column, "base": told.base})
            for told in found
            for one in told.parities or (None,)
        ]
        return self._frame(rows, ("start", "end", *_PARITY, "windows", "threshold", "note"))

    def estimates(self, *, since: When | None = None, until: When | None = None) -> "pd.DataFrame":
        """How good the model is likely to have been before labels came: a row for each window and number.

        `value` with its 90 % interval, by what was known when the window's rows were due; how far such estimates were
        `off` in the mean of the `record` windows before, and a plain guess was (`naive`). Believe it where it `speaks`,
        and not from `disowned` on: labels have belied it since.
        """
        start, end = self._instant(since), self._instant(until)
        with self._opened() as pipeline:
            found = estimates(pipeline.deciding, start, end)
        rows = [
            self._times(e.window)
            | {n: getattr(e, n) for n in _ESTIMATE}
            | {"disowned": self._local(e.since.start) if e.since else None}
            for e in found
        ]
        return self._frame(rows, ("start", "end", *_ESTIMATE, "disowned"))

    def decisions(self, *, since: When | None = None, until: When | None = None) -> "pd.DataFrame":
        """Every current decision: a row for each window and stage, with its verdict, its sentence and its columns."""
        inside = self._inside(since, until)
        with self._opened() as pipeline:
            made = [d for stage in STAGES for d in pipeline.store.decisions.of(self.name, stage) if inside(d.window)]
        rows = [
            self._times(d.window)
            | {"stage": d.stage, "verdict": d.verdict.value, "strength": d.strength, "rows": d.rows}
            | {"sentence": d.sentence, "columns": tuple(dict.fromkeys(column_name(f.column) for f in d.findings))}
            | {"provisional": d.provisional, "silenced": d.silenced}
            for d in sorted(made, key=lambda d: (d.window, STAGES.index(d.stage)))
        ]
        return self._frame(rows, _DECISIONS)

    def points(self, *, since: When | None = None, until: When | None = None) -> "pd.DataFrame":
        """The series of every window, as Prometheus and the table `points` have them, each with its band."""
        start, end = self._instant(since), self._instant(until)
        with self._opened() as pipeline:
            some = [(stage, p) for stage in STAGES for p in pipeline.store.points.of(self.name, stage, start, end)]
        rows = [
            self._times(p.window)
            | {"stage": stage, "column": p.series.column, "segment": p.series.segment}
            | {"statistic": p.series.statistic, "unit": p.series.unit.value, "value": p.value}
            | {"expected": p.expected, "low": p.low, "high": p.high, "revision": p.revision}
            for stage, p in some
        ]
        return self._frame(rows, _POINTS)

    def rows(
        self, window: When, *, stage: str = FIRST_STAGE, column: str | None = None, most: int = MOST_ROWS
    ) -> "pd.DataFrame":
        """The rows behind a window's decision, as the log has them now: this alone reads the warehouse.

        Rows in the cells of the strongest column, or of `column`, that gained; the last column says why each is there.
        """
        with open_pipeline(self._monitor, Past.KNOWN) as p:
            return rows_behind(p.deciding, stage, containing(p.kind, p.zone, self._moment(window)), column, most).frame

    def learnable(self, *, until: When, days: int = 90) -> "pd.DataFrame":
        """Which windows of the `days` before `until` a training may learn from: `learnable`, and else `why_not`."""
        end = self._moment(until)
        with self._opened() as pipeline:
            found = learnable(pipeline.deciding, end - timedelta(days=days), end)
        rows = [self._times(f.window) | {"learnable": not f.why_not, "why_not": f.why_not} for f in found]
        return self._frame(rows, ("start", "end", "learnable", "why_not"))

    def versions(self, one: str, other: str, *, days: int = DAYS) -> ShownVersions:
        """Two versions of the model over the last `days`, on windows that both have rows in; reads the warehouse."""
        with open_pipeline(self._monitor, Past.PROFILED) as p:
            return ShownVersions(compare_versions(p.deciding, (one, other), days), p.zone)

    def __repr__(self) -> str:
        return f"<tidegauge.Monitor {self.name}: {self._monitor.path}>"

    def _repr_html_(self) -> str:
        """Where it stands, in a notebook: with a sentence in its place where that cannot be told."""
        from tidegauge.reports.notebook import monitor_html

        try:
            with self._opened() as pipeline:
                latest = [made[-1] for s in STAGES if (made := pipeline.store.decisions.of(self.name, s))]
                told = lately(pipeline.deciding)
        except TidegaugeError as error:
            return monitor_html(self.name, (), (), self._monitor.window.zone, str(error))
        return monitor_html(self.name, latest, told, self._monitor.window.zone)

    def _opened(self) -> AbstractContextManager[Pipeline]:
        return open_shown(self._monitor, Past.KNOWN)

    def _row(self, one: Performance, figure: Figure | None) -> dict[str, Any]:
        """One row of the table of performance."""
        of = {"segment": one.segment, "labelled": one.labelled, "predictions": one.predictions}
        said = {"against": one.against, "note": one.note, "provisional": one.provisional}
        if figure is None:
            return self._times(one.window) | of | said
        since = self._local(figure.since.start) if figure.since else None
        return self._times(one.window) | of | {n: getattr(figure, n) for n in _FIGURE} | {"since": since} | said

    def _times(self, window: Window) -> dict[str, Any]:
        return {"start": self._local(window.start), "end": self._local(window.end)}

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(zone_of(self._monitor.window.zone))

    def _inside(self, since: When | None, until: When | None) -> Callable[[Window], bool]:
        start, end = self._instant(since), self._instant(until)
        return lambda w: (start is None or w.start >= start) and (end is None or w.end <= end)

    def _instant(self, at: When | None) -> datetime | None:
        """A moment by the monitor's clock where it carries no offset."""
        return None if at is None else self._moment(at)

    def _moment(self, at: When) -> datetime:
        text = at.isoformat() if isinstance(at, date) else at
        try:
            return moment(text, self._monitor.window.zone)
        except ValueError:
            hint = "Write a date such as 2013-04-01, or an hour such as 2013-04-01T05."
            raise WindowError(f'"{text}" is no time. {hint}') from None

    def _frame(self, rows: Iterable[dict[str, Any]], columns: Iterable[str]) -> "pd.DataFrame":
        """A table with all its columns, with rows or without; times in the monitor's zone, whatever season it is."""
        import pandas as pd  # only where a frame is asked for

        made = pd.DataFrame(list(rows), columns=list(columns))
        for column in ("start", "end", "since", "disowned"):
            if column in made:
                made[column] = pd.to_datetime(made[column], utc=True).dt.tz_convert(self._monitor.window.zone)
        floats = [c for c in _FLOATS if c in made]
        return made.astype(dict.fromkeys(floats, "float64"))


_FLOATS = (
    "value", "interval_low", "interval_high", "middle", "least", "most", "reference", "reference_low",
    "reference_high", "expected", "low", "high", "strength",
)  # fmt: skip
_FIGURE = (
    "statistic", "title", "unit", "value", "interval_low", "interval_high", "middle", "least", "most", "like",
    "reference", "reference_low", "reference_high", "judged",
)  # fmt: skip
_PARITY = (
    "column", "group", "base", "rate", "value", "base_value", "ratio", "low", "high", "lies", "rows", "base_rows",
)  # fmt: skip

_ESTIMATE = ("statistic", "value", "low", "high", "way", "off", "naive", "record", "speaks")
_PERFORMANCE = (
    "start", "end", "segment", *_FIGURE, "since", "labelled", "predictions", "against", "note", "provisional",
)  # fmt: skip
_DECISIONS = (
    "start", "end", "stage", "verdict", "strength", "rows", "sentence", "columns", "provisional", "silenced",
)  # fmt: skip
_POINTS = (
    "start", "end", "stage", "column", "segment", "statistic", "unit", "value", "expected", "low", "high", "revision",
)  # fmt: skip
