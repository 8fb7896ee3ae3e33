"""Points as samples in event time: the names of metrics, their labels, and the instant that a window has.

A window's samples lie a second before its end, and each revision a millisecond after the one before: so the newest one
is what a query reads at exactly the window's end, where Grafana's aligned steps ask, and nothing of the next window is.

>>> from datetime import UTC, datetime
>>> from tidegauge.core.window import Window
>>> day = Window(datetime(2013, 4, 1, tzinfo=UTC), datetime(2013, 4, 2, tzinfo=UTC), "day")
>>> instant_of(day, 0), instant_of(day, 2)
(1364860799000, 1364860799002)
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from math import isnan, nan

from tidegauge.core.point import DECISION, PARITY, Series, SeriesPoint, SeriesSample, Unit
from tidegauge.core.window import Window
from tidegauge.stages.series import ROWS
from tidegauge.wording.text import one_line

BEFORE = 1000  # milliseconds before a window's end
LENGTH = 120  # characters of a label's value
PARTS = ("", "_expected", "_low", "_high")  # a value; what like windows were: their middle, the least, the most
OPEN, SETTLED, RESOLVED = 1.0, 0.5, 0.0  # what an incident's series says
INCIDENT, ESTIMATE, FAIRNESS = "tidegauge_incident", "tidegauge_estimate", "tidegauge_fairness"

_SIGNAL = ("monitor", "stage", "column", "segment", "statistic")
_UNITS = {Unit.RATIO: "_ratio", Unit.SECONDS: "_seconds", Unit.NUMBER: "_number", Unit.OWN: "_own_unit"}
_BANDS = {"": "", "_expected": " in like windows, the middle of them", "_low": ", the least of like windows"}
_BANDS["_high"] = ", the most of like windows"


@dataclass(frozen=True, slots=True)
class Metric:
    """A name that is written, with what it says and its labels."""

    name: str
    help: str
    labels: tuple[str, ...] = ("monitor", "stage")


def _banded(name: str, unit: str, text: str, labels: tuple[str, ...]) -> Iterator[Metric]:
    for part in PARTS:
        yield Metric(f"{name}{part}{unit}", f"{text}{_BANDS[part]}", labels)


def _estimated() -> Iterator[Metric]:
    for unit, text in (("_ratio", "a share, 0 to 1"), ("_number", "a plain number, such as an area under a curve")):
        for part, more in (("", ""), ("_low", "; the low end of its 90 % interval"), ("_high", "; the high end")):
            said = f"How good the model is likely to have been, until labels come: {text}{more}"
            yield Metric(f"{ESTIMATE}{part}{unit}", said, ("monitor", "statistic"))


def _between_groups() -> Iterator[Metric]:
    who = ("monitor", "stage", "column", "group", "rate")
    said = "A group's rate over that of the base group, over the last weeks of labels"
    for part, more in (("", ""), ("_low", ": the low end of its 95 % interval"), ("_high", ": the high end")):
        yield Metric(f"{FAIRNESS}{part}_ratio", f"{said}{more}", who)
    yield Metric(
        f"{FAIRNESS}_outside_number",
        "How many such rates of a column's groups are wholly outside the band that was declared fair",
        ("monitor", "stage", "column"),
    )


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            "tidegauge_decision_strength_ratio",
            "How strange the window is, over what the budget allows: an alert above 1",
        ),
        Metric("tidegauge_decision_alert", "1 where the decision is an alert that no planned silence covers, else 0"),
        Metric("tidegauge_decision_broken", "1 where the contract with the log does not hold, else 0"),
        Metric("tidegauge_decision_judged", "0 while the monitor is learning or the warehouse was away, else 1"),
        Metric(
            "tidegauge_decision_provisional",
            "1 while an earlier window is missing or too few labels have come, so that the decision may change",
        ),
        Metric("tidegauge_decision_silenced", "1 where a planned silence covers the window, else 0"),
        Metric(
            "tidegauge_decision_budget_spent_ratio",
            "Incidents that opened in the budget's period up to this window, over those that it bears; stages add up",
        ),
        Metric(
            "tidegauge_decision_outbox_lag_seconds",
            "How far back from this window, when it was decided, the oldest one lay that waits for a receiver; 0: none",
        ),
        *_banded("tidegauge_window_rows", "", "Rows in the window", ("monitor", "stage")),
        Metric("tidegauge_window_start_timestamp_seconds", "Where the window starts"),
        Metric("tidegauge_window_end_timestamp_seconds", "Where the window ends; its age tells a missing run"),
        Metric(
            "tidegauge_monitor_info", "1; the kind of the monitor's windows is a label", ("monitor", "stage", "window")
        ),
        Metric(
            INCIDENT,
            "1 in windows in which the incident is open, 0.5 while it is quiet, unanswered and not back (settled), "
            "0 in the one that ends it and in a backfill's last one",
            ("monitor", "stage", "incident", "severity"),
        ),
        *_estimated(),
        *_between_groups(),
        *_banded("tidegauge_signal", "_ratio", "A share, 0 to 1", _SIGNAL),
        *_banded("tidegauge_signal", "_number", "A plain number, such as a distance or an area under a curve", _SIGNAL),
        *_banded("tidegauge_signal", "_seconds", "A time", _SIGNAL),
        *_banded("tidegauge_signal", "_own_unit", "A value in the unit of its column", _SIGNAL),
    )
}


def instant_of(window: Window, revision: int) -> int:
    """The instant of a revision of a window, in milliseconds. The thousandth would be the next window's."""
    return int(window.end.timestamp()) * 1000 - BEFORE + min(revision, BEFORE - 1)


def samples_of(monitor: str, stage: str, points: Sequence[SeriesPoint]) -> Iterator[SeriesSample]:
    """The samples of points, window by window, with what is said of each window itself."""
    told: set[tuple[Window, int]] = set()
    for point in points:
        if (point.window, point.revision) not in told:
            told.add((point.window, point.revision))
            yield from _of_window(monitor, stage, point.window, point.revision)
        yield from _of_point(monitor, stage, point)


def gone(monitor: str, stage: str, series: Iterable[Series], window: Window, revision: int) -> Iterator[SeriesSample]:
    """What takes back a window that was forgotten: no number, in the place of each."""
    for one in samples_of(monitor, stage, [SeriesPoint(s, window, nan, revision=revision) for s in series]):
        yield SeriesSample(one.name, one.labels, nan, one.at)


def incident_sample(
    monitor: str, stage: str, incident: str, severity: str, window: Window, revision: int, *, value: float
) -> SeriesSample:
    """What an incident's own series says in a window. Its severity is that of its opening: a label may not change."""
    said = {"monitor": monitor, "stage": stage, "incident": incident, "severity": severity}
    return SeriesSample(INCIDENT, labels(said), value, instant_of(window, revision))


def estimate_samples(
    monitor: str, statistic: str, unit: Unit, numbers: tuple[float, float, float], at: int
) -> Iterator[SeriesSample]:
    """An estimate and the two ends of its interval, nan where nothing is to be believed; `at`: see `instant_of`."""
    for part, value in zip(("", "_low", "_high"), numbers, strict=True):
        said = {"monitor": monitor, "statistic": statistic}
        yield SeriesSample(f"{ESTIMATE}{part}{_UNITS[unit]}", labels(said), value, at)


def closing(sample: SeriesSample) -> SeriesSample:
    """What stands for an incident's sample at the end of a past that is shown: 0, so that nobody is told of it.

    It lies a second before the sample itself, in whose place it is. When the windows that follow are shown too, that
    comes at its own instant, later than this one: nothing that was written has to change.
    """
    return replace(sample, value=RESOLVED, at=sample.at - BEFORE)


def closed(parts: Iterable[Sequence[SeriesSample]]) -> Iterator[list[SeriesSample]]:
    """A past in parts, oldest first, of which each may be the last that arrives: no incident is open after it.

    What a part says last of an incident comes with the next part, and 0 in its place. After the last part stands what
    it says.
    """
    waiting: list[SeriesSample] = []
    ahead = iter(parts)
    part = next(ahead, None)
    while part is not None:
        some, part = [*waiting, *part], next(ahead, None)
        last = {s.labels: s for s in some if s.name == INCIDENT}
        waiting = [s for s in last.values() if s.value > RESOLVED] if part is not None else []
        yield [*(s for s in some if s not in waiting), *map(closing, waiting)]


def takes_back(sample: SeriesSample) -> bool:
    """Whether it says of nothing that it is so: no number, or that an incident is over."""
    return isnan(sample.value) or (sample.name == INCIDENT and sample.value == RESOLVED)


def _of_window(monitor: str, stage: str, window: Window, revision: int) -> Iterator[SeriesSample]:
    at, who = instant_of(window, revision), {"monitor": monitor, "stage": stage}
    yield SeriesSample("tidegauge_window_start_timestamp_seconds", labels(who), window.start.timestamp(), at)
    yield SeriesSample("tidegauge_window_end_timestamp_seconds", labels(who), window.end.timestamp(), at)
    yield SeriesSample("tidegauge_monitor_info", labels(who | {"window": window.kind}), 1.0, at)


def _of_point(monitor: str, stage: str, point: SeriesPoint) -> Iterator[SeriesSample]:
    one, at = point.series, instant_of(point.window, point.revision)
    who = {"monitor": monitor, "stage": stage}
    if one.statistic.startswith(PARITY):
        yield from _of_groups(who, point, at)
        return
    if one.column == DECISION and one.statistic == ROWS:
        name, unit = "tidegauge_window_rows", ""
    elif one.column == DECISION and not one.banded:
        name, unit = f"tidegauge_decision_{one.statistic}", _UNITS.get(one.unit, "")
    else:
        name, unit = "tidegauge_signal", _UNITS[one.unit]
        who |= {"column": one.column, "segment": one.segment, "statistic": one.statistic}
    numbers = (point.value, point.expected, point.low, point.high)[: one.cost]
    for part, value in zip(PARTS, numbers, strict=False):
        yield SeriesSample(f"{name}{part}{unit}", labels(who), value, at)


def _of_groups(who: Mapping[str, str], point: SeriesPoint, at: int) -> Iterator[SeriesSample]:
    """A ratio between groups and the ends of its interval, no band of like windows; or how many are outside."""
    one = point.series
    if not one.banded:
        yield SeriesSample(f"{FAIRNESS}_outside_number", labels({**who, "column": one.column}), point.value, at)
        return
    group, rate = one.segment.removeprefix(f"{one.column}="), one.statistic.removeprefix(PARITY)
    mine = labels({**who, "column": one.column, "group": group, "rate": rate})
    for part, value in (("", point.value), ("_low", point.low), ("_high", point.high)):
        yield SeriesSample(f"{FAIRNESS}{part}_ratio", mine, value, at)


def labels(said: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Labels by name, none empty. A value that had to be cut keeps a hash of all of it: two are never one series."""
    return tuple(sorted((key, _short(value)) for key, value in said.items() if value))


def _short(text: str) -> str:
    short = one_line(text, LENGTH)
    return short if short == text else f"{short} {sha256(text.encode('utf-8', 'replace')).hexdigest()[:8]}"
