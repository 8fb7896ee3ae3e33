"""What incidents say in event time, window by window: open, settled, over; and never a page of a past."""

import shutil
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, DAYS, END, UNIT, a_monitor, change, day, inside, windows
from tidegauge.core.intent import DELIVER, PAST, Intent
from tidegauge.core.point import SeriesSample
from tidegauge.core.window import STAGES, Window
from tidegauge.decisions.feedback import Answer
from tidegauge.monitor.budget_period import BudgetPeriod
from tidegauge.pipeline.answering import answer
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.pipeline.showing_past import exported
from tidegauge.sinks.event_time import INCIDENT, OPEN, RESOLVED, SETTLED, closed, instant_of
from tidegauge.sinks.remote_write import batches
from tidegauge.stages.series import BUDGET_SPENT, OUTBOX_LAG
from tidegauge.tuning.tuning import SHIPPED

FOR_GOOD, ANSWERED, SIZE = 23, 53, 400  # days; samples in a request
STANDS = SHIPPED.decisions.incidents.stands.day
HTML = "sinks: [ {{html: {{folder: {folder}/reports}}}} ]"


@pytest.fixture(scope="module")
def shop(clean: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """Half of the free plans become others for good; one day has another unit. All of it is a backfill."""
    folder = tmp_path_factory.mktemp("incidents")
    url = f"duckdb:///{shutil.copy(clean.removeprefix('duckdb:///'), folder / 'shop.duckdb')}"
    change(
        url,
        f"UPDATE log SET plan = 'plus' WHERE plan = 'free' AND id % 2 = 0 AND sold_at >= '{day(FOR_GOOD).start}'",
        f"UPDATE log SET amount = amount * 100 WHERE {inside(day(UNIT))}",
    )
    told = {HTML.format(folder=folder): "sinks: [ {remote_write: {url: 'http://127.0.0.1:9/api/v1/write'}} ]"}
    with open_pipeline(a_monitor(url, folder, **told)) as pipeline:
        pipeline.backfill(BEGIN, END)
        yield pipeline


def course(samples: list[SeriesSample], incident: str) -> dict[Window, float]:
    """What an incident's series says at the end of each window, where it says anything in it."""
    mine = [s for s in samples if s.name == INCIDENT and ("incident", incident) in s.labels]
    found = {}
    for window in map(day, range(DAYS)):
        inside_it = [s for s in mine if instant_of(window, 0) - 1000 <= s.at <= instant_of(window, 999)]
        if inside_it:
            found[window] = max(inside_it, key=lambda s: s.at).value
    return found


def about(shop: Pipeline, column: str) -> str:
    return next(i.id for i in shop.store.incidents.of("shop", "inputs") if i.columns[0] == column)


def last_alert(shop: Pipeline, column: str) -> int:
    """On which day the last alert of its incident was."""
    return next(windows().index(i.last) for i in shop.store.incidents.of("shop", "inputs") if i.columns[0] == column)


def test_what_goes_by_is_over_and_what_stays_is_settled(shop: Pipeline) -> None:
    samples = list(exported(shop.deciding, None, None))
    unit = course(samples, about(shop, "amount"))
    assert set(unit.values()) == {OPEN, RESOLVED}
    assert [w for w, v in unit.items() if v == RESOLVED] == [max(unit)], "0 once, in the window that ends it"
    plan = course(samples, about(shop, "plan"))
    values = list(plan.values())
    assert values[0] == OPEN
    assert values == sorted(values, reverse=True)
    last = last_alert(shop, "plan")
    assert last <= FOR_GOOD + 1, "what stands is no alert"
    assert [w for w, v in plan.items() if v == OPEN] == [day(n) for n in range(FOR_GOOD, last + STANDS)]
    assert values.count(SETTLED) >= 3, "after the stated time"
    assert list(plan)[-1] == day(DAYS - 1), "it stands to the end"
    assert values[-1] == RESOLVED, "which is that of a backfill"


def test_each_window_says_the_same_alone_and_in_a_past(shop: Pipeline) -> None:
    """It is shown by itself when it is new, and in a stretch whenever somebody asks."""
    incident, shown = about(shop, "plan"), course(list(exported(shop.deciding, None, None)), about(shop, "plan"))
    for number in (*range(FOR_GOOD, FOR_GOOD + 4), UNIT, UNIT + 2, DAYS - 2):
        alone = course(shop.samples("inputs", day(number)), incident)
        assert alone == {w: v for w, v in shown.items() if w == day(number)}
        stretch = course(shop.samples("inputs", day(number - 9), day(number + 1)), incident)
        assert {w: v for w, v in stretch.items() if day(number - 9) <= w <= day(number)} == {
            w: v for w, v in shown.items() if day(number - 9) <= w <= day(number)
        }


def test_a_backfill_that_is_cut_off_leaves_no_incident_open(shop: Pipeline) -> None:
    """Request by request, from intent to intent: after each the newest word on every incident is 0."""
    written: dict[tuple[tuple[str, str], ...], dict[int, float]] = {}
    parts = stands = 0
    asked = [i for i in shop.store.outbox.pending("shop") if i.action == PAST and i.payload["series"] == "inputs"]
    cuts = [*range(7, DAYS, 7), DAYS]  # an intent of a backfill holds 64 windows: here, a week
    assert asked
    for first, last in zip([0, *cuts], cuts, strict=False):
        samples = sorted(shop.samples("inputs", day(first), day(last - 1)), key=lambda s: s.at)
        for part in closed(batches(samples, SIZE)):
            parts += 1
            for s in part:
                if s.name == INCIDENT:
                    assert written.setdefault(s.labels, {}).setdefault(s.at, s.value) == s.value
            stands += sum(v > 0 for series in written.values() for v in series.values())
            assert all(series[max(series)] == 0 for series in written.values())
    assert parts > len(cuts), "or no intent is cut"
    assert stands
    whole = course(list(exported(shop.deciding, None, None)), about(shop, "plan"))
    pieces = [SeriesSample(INCIDENT, labels, v, at) for labels, series in written.items() for at, v in series.items()]
    assert course(pieces, about(shop, "plan")) == whole, "and all of it is what it would be in one"


def test_each_window_says_how_much_of_the_budget_is_spent_by_then(shop: Pipeline) -> None:
    """Incidents that opened in the last 31 days, of a budget of one a month; those of both stages add up."""
    period = BudgetPeriod.of(1.0)
    for stage in STAGES:
        opened = [i.first.end for i in shop.store.incidents.of("shop", stage)]
        spent = {p.window: p.value for p in shop.store.points.of("shop", stage) if p.series.statistic == BUDGET_SPENT}
        assert set(spent) == set(shop.store.decisions.evidences("shop", stage))
        for window, value in spent.items():
            mine = sum(window.end - timedelta(days=period.days) < one <= window.end for one in opened)
            assert value == pytest.approx(mine / period.bearable), window
        assert max(spent.values()) >= 1 or stage != STAGES[0]


def lags(shop: Pipeline) -> dict[Window, float]:
    points = shop.store.points.of("shop", "inputs")
    return {p.window: p.value for p in points if p.series.statistic == OUTBOX_LAG}


def test_an_answer_ends_it_with_the_next_window(shop: Pipeline) -> None:
    incident = about(shop, "plan")
    at = day(ANSWERED).start + timedelta(hours=9)
    assert set(lags(shop).values()) == {0}, "a past that waits to be shown is late anyway"
    for number, ok in ((30, True), (40, False), (45, False)):
        asked = Intent(f"deliver {number}", DELIVER, "shop", day(number), {"sink": "0:remote_write", "stage": "inputs"})
        shop.store.outbox.ask([asked])
        shop.store.outbox.finish(asked.key, ok=ok, as_of=at)
    answer(shop.store, "shop", incident, Answer.CONFIRM, at=at, by="ana")
    shop.decide()
    shown = course(list(exported(shop.deciding, None, None)), incident)
    assert shown[day(ANSWERED - 1)] == SETTLED
    assert shown[day(ANSWERED)] == RESOLVED
    assert max(shown) == day(ANSWERED)
    waited = {w: (w.end - day(40).end).total_seconds() for w in map(day, range(ANSWERED, DAYS))}
    assert {w: lag for w, lag in lags(shop).items() if lag} == waited, "those that were decided since"


def test_an_answer_to_what_stands_says_whether_it_stays_open(shop: Pipeline) -> None:
    """Confirmed, it is bad until it goes back, and nobody is reminded; accepted, it ends with the next window."""
    incident = about(shop, "plan")
    answer(shop.store, "shop", incident, Answer.CONFIRM, at=day(32).start + timedelta(hours=9), by="ana")
    shop.decide()
    shown = course(list(exported(shop.deciding, None, None)), incident)
    assert {shown[day(n)] for n in range(32, 39)} == {OPEN}
    assert (max(shown), shown[max(shown)]) == (day(last_alert(shop, "plan") + STANDS), RESOLVED)
    assert SETTLED not in shown.values()
    answer(shop.store, "shop", incident, Answer.ACCEPT, at=day(36).start + timedelta(hours=9), by="ana")
    shop.decide()
    shown = course(list(exported(shop.deciding, None, None)), incident)
    assert {shown[day(n)] for n in range(32, 36)} == {OPEN}
    assert (max(shown), shown[max(shown)]) == (day(36), RESOLVED)
