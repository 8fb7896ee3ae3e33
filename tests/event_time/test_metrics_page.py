"""The page of metrics is current, and every name that can be written is on it."""

from datetime import UTC, datetime

from tidegauge.core.point import MOST_SERIES, PARITY, Series, SeriesPoint, Unit
from tidegauge.core.window import Window
from tidegauge.sinks.event_time import METRICS, estimate_samples, incident_sample, instant_of, samples_of
from tidegauge.stages.series import OF_DECISION
from tools import build_metrics

DAY = Window(datetime(2013, 4, 1, tzinfo=UTC), datetime(2013, 4, 2, tzinfo=UTC), "day")
GROUPS = [
    Series("sex", f"{PARITY}selection-rate", "sex=F", Unit.RATIO, banded=True),
    Series("sex", f"{PARITY}outside"),
]
SIGNALS = [Series("a", "b", unit=unit, banded=True) for unit in Unit if unit is not Unit.FLAG]


def test_the_page_is_current() -> None:
    assert build_metrics.PAGE.read_text(encoding="utf-8") == build_metrics.page(), "run: python -m tools.build_metrics"


def test_exactly_the_names_of_the_list_are_written_with_exactly_their_labels() -> None:
    made = list(samples_of("m", "inputs", [SeriesPoint(one, DAY, 1.0) for one in (*OF_DECISION, *SIGNALS, *GROUPS)]))
    made.append(incident_sample("m", "inputs", "i", "low", DAY, 0, value=1.0))
    for unit in (Unit.RATIO, Unit.NUMBER):
        made += estimate_samples("m", "auc", unit, (0.8, 0.7, 0.9), instant_of(DAY, 0))
    assert {s.name for s in made} == set(METRICS)
    for sample in made:
        assert tuple(sorted(METRICS[sample.name].labels)) == tuple(key for key, _ in sample.labels), sample.name


def test_names_are_as_prometheus_has_them() -> None:
    """Units at the end, and nothing that says what it is counted by."""
    for name in METRICS:
        assert name.startswith("tidegauge_")
        assert not name.endswith(("_total", "_percent", "_count", "_sum", "_bucket"))


def test_a_value_that_is_cut_is_no_other_ones() -> None:
    long = ["x" * 200 + end for end in "ab"]
    made = [s.labels for s in samples_of("m", "inputs", [SeriesPoint(Series(n, "b"), DAY, 1.0) for n in long])]
    assert len(set(made[-2:])) == 2
    assert MOST_SERIES == 150
