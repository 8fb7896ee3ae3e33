"""Every query of every dashboard, on a real Prometheus that holds a monitor's series: it answers, with the truth."""

import math
import random
import re
from datetime import timedelta

import pytest

from tests.grafana.expected import EXPECTED
from tests.grafana.filling import PROMETHEUS, Question, fill, questions
from tests.grafana.living import COLUMN, SEGMENT
from tests.grafana.truth import Labels, Truth
from tests.grafana.world import World
from tests.pipeline.world import DROP, ZONE, day
from tests.services.series_servers import SeriesServer
from tidegauge.core.grid import following
from tidegauge.core.point import Series, SeriesPoint, Unit
from tidegauge.core.window import Window
from tidegauge.sinks.event_time import METRICS, samples_of
from tidegauge.sinks.metrics import HELP
from tidegauge.sinks.remote_write import RemoteWrite

LOOKED_AT = 20  # windows
SIMPLE = re.compile(r"last_over_time\((?P<metric>\w*)\{(?P<matchers>.*)\}\[(?P<back>1d\] offset -1d|\d+d\])\)")
MATCHERS = re.compile(r"""(\w+)(=~|!~|!=|=)("[^"]*"|`[^`]*`)""")
NAMES = re.compile(r'__name__=~"([a-z_]+)\(([a-z_|]+)\)"')


@pytest.fixture(scope="package")
def truth(world: World) -> Truth:
    """What the store says."""
    return Truth.of(world)


def unanswered(name: str, world: World) -> tuple[int, list[str]]:
    """How many queries a dashboard asks, for every monitor, stage, column and number; those that find nothing."""
    start, end = world.span
    empty: list[str] = []
    asked = 0
    for chosen in world.choices(name):
        for question in questions(name):
            asked += 1
            text = fill(question.text, chosen)
            found: object = (
                world.server.at(text, end) if question.instant else world.server.over(text, start, end, "6h")
            )
            if not found:
                empty.append(f"{question.panel}: {text}")
    return asked, empty


@pytest.mark.parametrize("name", PROMETHEUS)
def test_every_query_answers_with_rows(name: str, world: World) -> None:
    """Whatever is chosen."""
    asked, empty = unanswered(name, world)
    assert asked
    assert not empty


def test_a_column_of_a_hostile_name_can_be_chosen(world: World) -> None:
    """One of quotes, backslashes and braces; `test_every_query_answers_with_rows` asks all of its pictures."""
    for name, label in (("column", "column"), ("sql-monitor", "column")):
        ways = [one for one in world.choices(name) if one[label] == COLUMN]
        assert "location" in {one["statistic"] for one in ways}, name


def test_segments_of_hostile_names_are_shown(prometheus: SeriesServer) -> None:
    """A segment is asked of no reader, and shown beside the whole."""
    window, segments = day(DROP), ("*", f"shop={SEGMENT}", "shop=`${column}")
    points = [SeriesPoint(Series(COLUMN, "location", one, Unit.OWN, banded=True), window, 1.0) for one in segments]
    assert RemoteWrite(url=prometheus.write_url).show(list(samples_of("shop", "inputs", points))) == ""
    chosen = {"monitor": "shop", "stage": "inputs", "column": COLUMN, "statistic": "location", "step": "d"}
    (asked,) = [q for q in questions("column") if q.panel == "The whole (*) and its segments"]
    found = prometheus.at(fill(asked.text, chosen), window.start.timestamp() + 60)
    assert {labels["segment"] for labels, _ in found} == set(segments)


@pytest.mark.parametrize("name", PROMETHEUS)
def test_every_query_says_what_the_store_says(name: str, world: World, truth: Truth) -> None:
    """In twenty windows of any kind, at any moment of them; the newest window is asked for at the window's end."""
    chance = random.Random(f"{name} 13")
    windows = chance.sample(truth.windows(), LOOKED_AT)
    ways = list(world.choices(name))
    numbered: dict[str, int] = {}
    for question in questions(name):
        place = numbered[question.panel] = numbered.get(question.panel, -1) + 1
        for window in windows:
            chosen = chance.choice(ways)
            text = fill(question.text, chosen)
            inside = chance.uniform(window.start.timestamp(), _last(window) - 2)
            moment = window.end.timestamp() if question.instant else inside
            found = {_labels(labels): value for labels, value in world.server.at(text, moment)}
            if reckon := EXPECTED.get((name, question.panel, place)):
                assert _near(sorted(found.values()), sorted(reckon(truth, window, chosen))), (text, window, found)
            elif question.panel == "Incidents in the time shown":
                assert {dict(labels)["incident"] for labels in found} <= {one for _, one in truth.open}
            else:
                expected = _simple(question, text, truth, window)
                assert found.keys() == expected.keys(), (text, window)
                assert _near([found[k] for k in expected], list(expected.values())), (text, window)


def _last(window: Window) -> float:
    """Up to when a look of a day ahead sees the window: in the hour before a day of 23 hours it sees that day."""
    ends = following(window, ZONE).end.timestamp()
    return min(window.end.timestamp(), ends - timedelta(days=1).total_seconds())


def _simple(question: Question, text: str, truth: Truth, window: Window) -> dict[Labels, float]:
    """What a query that looks at one window for one metric ought to find: the store's own samples."""
    asked = SIMPLE.fullmatch(text)
    assert asked is not None, f"nobody has reckoned what {question.panel!r} ought to answer: {text}"
    of_units = NAMES.search(asked["matchers"])
    names = [of_units[1] + unit for unit in of_units[2].split("|")] if of_units else [asked["metric"]]
    found = [(label, how, value[1:-1]) for label, how, value in MATCHERS.findall(asked["matchers"])]
    equal = {label: value for label, how, value in found if how == "="}
    other = {label: value for label, how, value in found if how == "!="}
    unlike = [(label, value) for label, how, value in found if how == "!~"]
    return {
        labels: value
        for name in names
        for labels, value in truth.of_metric(window, name, **equal).items()
        if not other.items() & dict(labels).items()
        and not any(re.fullmatch(pattern, dict(labels).get(label, "")) for label, pattern in unlike)
    }


def _labels(found: dict[str, str]) -> Labels:
    return tuple(sorted((key, value) for key, value in found.items() if key != "__name__"))


def _near(found: list[float], expected: list[float]) -> bool:
    return len(found) == len(expected) and all(
        math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9) or (math.isnan(a) and math.isnan(b))
        for a, b in zip(found, expected, strict=True)
    )


def test_every_name_that_is_asked_is_one_that_is_written() -> None:
    for name in PROMETHEUS:
        for question in questions(name):
            asked = set(re.findall(r"\btidegauge_[a-z_]+\b(?!\()", question.text))
            for start, units in NAMES.findall(question.text):
                asked |= {start + unit for unit in units.split("|")}
            assert asked - {start for start, _ in NAMES.findall(question.text)} <= METRICS.keys() | HELP.keys(), (
                question.panel
            )
