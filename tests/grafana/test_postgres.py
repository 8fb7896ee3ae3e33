"""Every statement of the dashboards that ask the SQL views, on a real PostgreSQL: it answers, and with the truth."""

import math
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.grafana.filling import SQL, Question, questions
from tests.grafana.truth import Truth
from tests.grafana.world import World
from tidegauge.core.decision import Verdict
from tidegauge.core.intent import Intent
from tidegauge.core.point import DECISION, SeriesPoint
from tidegauge.core.window import STAGES, Window
from tidegauge.store.store import Store
from tidegauge.store.stored_models import Champion
from tidegauge.store.views import NAMES, PREFIX

LOOKED_AT = 20  # windows
BAND = ("least", "like windows", "their middle", "value")


@pytest.mark.parametrize("name", SQL)
def test_every_statement_answers_with_rows(name: str, world: World) -> None:
    """For every monitor, stage, column and number that can be chosen."""
    empty, asked = set(), 0
    for chosen in world.choices(name):
        for question in questions(name):
            asked += 1
            columns = world.columns(question.text, chosen)
            if not columns[0]["values"]:
                empty.add((question.panel, chosen.get("stage")))
    assert asked
    # nothing but a retraining is asked of inputs alone, and the labels had no silence's alert to retrain for
    few = ("Retrainings", "Models that serve", "Fallbacks")  # the shop has no challenger, and no switch
    assert empty <= {(mark, stage) for mark in few for stage in STAGES}


def _rows(columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = [one["name"] for one in columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*(one["values"] for one in columns), strict=True)]


@pytest.fixture(scope="package")
def points(world: World) -> dict[tuple[str, str, str, Window], SeriesPoint]:
    """Stage, column, statistic and window → a point of the whole window."""
    with Store.open(world.store) as store:
        return {
            (stage, p.series.column, p.series.statistic, p.window): p
            for stage in STAGES
            for p in store.points.of("shop", stage)
            if p.series.segment == "*"
        }


def test_lines_say_what_the_store_says_for_as_long_as_each_window_was(
    world: World, points: dict[tuple[str, str, str, Window], SeriesPoint]
) -> None:
    lines = [question for question in questions("sql-monitor") if not question.table]
    panels = ["How strange each window was", "$column: $statistic", "Rows in each window"]
    assert [question.panel for question in lines] == panels
    chance = random.Random(13)
    for chosen in world.choices("sql-monitor"):
        stage = chosen["stage"]
        series = [(DECISION, "strength"), (chosen["column"], chosen["statistic"]), (DECISION, "rows")]
        for question, (column, statistic) in zip(lines, series, strict=True):
            found = {row.pop("time"): row for row in _rows(world.columns(question.text, chosen))}
            mine = [p for (s, c, n, _), p in points.items() if (s, c, n) == (stage, column, statistic)]
            mine = [p for p in mine if p.window.end.timestamp() > world.span[0]]
            assert len(found) == 2 * len(mine)
            for point in chance.sample(mine, min(LOOKED_AT, len(mine))):
                numbers = (point.low, point.high, point.expected, point.value)
                expected = dict(zip(BAND, numbers, strict=True)) if point.series.banded else {"strength": point.value}
                for moment in (point.window.start.timestamp(), point.window.end.timestamp() - 1):
                    assert _near(found[moment * 1000], expected), (question.panel, point)


def _near(found: dict[str, float | None], expected: dict[str, float]) -> bool:
    return found.keys() == expected.keys() and all(
        math.isnan(expected[k]) if v is None else math.isclose(v, expected[k], rel_tol=1e-9) for k, v in found.items()
    )


def _asked(world: World, name: str, panel: str, chosen: dict[str, str], end: Window) -> list[dict[str, Any]]:
    """A panel's rows when the time shown ends with a window."""
    (question,) = [q for q in questions(name) if q.panel == panel]
    return _rows(replace(world, end=end.end).columns(question.text, chosen))


def test_numbers_say_what_the_store_says(world: World) -> None:
    """In twenty windows: strength, alerts of a month, rows, the verdict and sentence, and the fleet's counts."""
    truth = Truth.of(world)
    (base,) = [{**one} for one in world.choices("sql-fleet")]
    with Store.open(world.store) as store:
        standing = {(s, d.window): d for s in STAGES for d in store.decisions.of("shop", s)}
    for window in random.Random(13).sample(truth.windows(), LOOKED_AT):
        here = {stage: standing[stage, window] for stage in STAGES}
        for stage, decision in here.items():
            chosen = {"monitor": "shop", "stage": stage}
            (strength,) = _asked(world, "sql-monitor", "Strength", chosen, window)
            assert strength == {"strength": pytest.approx(decision.strength)}
            (rows,) = _asked(world, "sql-monitor", "Rows", chosen, window)
            assert rows == {"rows": decision.rows}
            (ended,) = _asked(world, "sql-monitor", "Newest window ended", chosen, window)
            assert ended == {"ended": window.end.timestamp() * 1000}
            (alerts,) = _asked(world, "sql-monitor", "Alerts in 30 days", chosen, window)
            assert alerts == {"alerts": truth.counted(truth.month(window), "tidegauge_decision_alert", stage)}
            said = _asked(world, "sql-monitor", "What each window was", chosen, window)[0]
            assert (said["verdict"], said["sentence"]) == (decision.verdict.value, decision.sentence)
        (now,) = _asked(world, "sql-fleet", "Alerts in the newest windows", base, window)
        assert now == {"alerts": sum(d.verdict is Verdict.ALERT and not d.silenced for d in here.values())}
        listed = _asked(world, "sql-fleet", "Monitors, newest window", base, window)
        assert {row["stage"]: row["sentence"] for row in listed} == {s: d.sentence for s, d in here.items()}


def test_incidents_are_the_store_s(world: World) -> None:
    with Store.open(world.store) as store:
        for stage in STAGES:
            incidents = store.incidents.of("shop", stage)
            chosen = {"monitor": "shop", "stage": stage}
            (count,) = _rows(world.columns(_of("sql-monitor", "Open incidents").text, chosen))
            assert count == {"open": sum(one.is_open for one in incidents)}
            texts = [q.text for q in questions("sql-monitor") if q.panel == "Incidents"]
            assert len(texts) == 2, "the table and the marks"
            for text in texts:
                assert len(_rows(world.columns(text, chosen))) == len(incidents)


def test_a_retraining_is_marked_once_by_its_own_stage_whatever_was_decided_since(world: World) -> None:
    """Both stages of a window were judged; one retraining is of an alert, one of what is no alert any more."""
    mark, chosen = _of("sql-monitor", "Retrainings").text, {"monitor": "shop", "stage": "inputs"}
    asked = [(row["time"], row["text"]) for row in _rows(world.columns(mark, chosen))]  # the shop's own
    with Store.open(world.store) as store:
        both = [{d.window: d for d in store.decisions.of("shop", stage)} for stage in STAGES]
        for verdict in (Verdict.ALERT, Verdict.FINE):
            window = next(w for w, d in both[1].items() if d.verdict is verdict and w in both[0])
            key = f"shop/test/{window.key}"
            store.outbox.ask([Intent(key, "retrain", "shop", window, {"stage": "labels", "key": key})])
            asked.append((window.end.timestamp() * 1000, both[1][window].sentence))
    try:
        found = _rows(world.columns(mark, chosen))
        assert sorted((row["time"], row["text"]) for row in found) == sorted(asked)
    finally:
        world.columns("DELETE FROM outbox WHERE key LIKE 'shop/test/%' RETURNING key", {})


def test_what_serves_is_marked(world: World) -> None:
    """A promotion, a roll-back, and a switch that was turned, with what was found then."""
    chosen = {"monitor": "shop", "stage": "inputs"}
    with Store.open(world.store) as store:
        one = next(d for d in store.decisions.of("shop", STAGES[0]) if d.verdict is Verdict.ALERT)
        since, key = one.window.end, "shop/test/fallback"
        why = {"by": "Ana", "why": "it is better"}
        assert store.models.crown("shop", Champion(1, since.isoformat(), "v2", "k", why))
        assert store.models.crown("shop", Champion(2, since.isoformat(), "", "", {"why": "slow", "rolled_back": "k"}))
        store.outbox.ask([Intent(key, "fallback", "shop", one.window, {"stage": STAGES[0], "key": key})])
    try:
        served = _rows(world.columns(_of("sql-monitor", "Models that serve").text, chosen))
        assert sorted((row["time"], row["title"], row["text"]) for row in served) == [
            (since.timestamp() * 1000, "promoted: v2", "it is better"),
            (since.timestamp() * 1000, "rolled back to: the model before any challenger", "slow"),
        ]
        [turned] = _rows(world.columns(_of("sql-monitor", "Fallbacks").text, chosen))
        assert (turned["title"], turned["text"]) == ("fallback, pending", one.sentence)
    finally:
        world.columns("DELETE FROM outbox WHERE key LIKE 'shop/test/%' RETURNING key", {})
        world.columns("DELETE FROM champions RETURNING key", {})


def _of(name: str, panel: str) -> Question:
    return next(q for q in questions(name) if q.panel == panel)


def _views() -> Iterator[str]:
    for name in SQL:
        for question in questions(name):
            yield from re.findall(r"\b(?:FROM|JOIN) (tidegauge_\w+)", question.text)


def test_only_the_documented_views_are_asked() -> None:
    assert set(_views()) <= {f"{PREFIX}{view}" for view in NAMES}
