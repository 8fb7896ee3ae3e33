"""The views for BI: the same rows on both engines, and nothing of what was superseded or forgotten."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import nan
from types import SimpleNamespace
from typing import Any, cast

import psycopg
import pytest
from sqlalchemy import text

from tests.store.samples import CLOCK, LATER, day, decision, incident, intent
from tidegauge.core.decision import Verdict
from tidegauge.core.point import Series, SeriesPoint, Unit
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.store.schema import VERSION_TABLE, VERSIONS
from tidegauge.store.store import Store
from tidegauge.store.stored_models import Champion
from tidegauge.store.views import NAMES, PREFIX
from tidegauge.store.wire import wire

AMOUNT = Series("amount", "location", unit=Unit.OWN, banded=True)
GRANTED = (
    "SELECT table_name, grantee, privilege_type, is_grantable FROM information_schema.role_table_grants "
    "WHERE table_name LIKE 'tidegauge_%' ORDER BY 1, 2, 3"
)
STRENGTH = Series("", "strength", unit=Unit.RATIO)


@pytest.fixture
def filled(store: Store) -> Store:
    """Three days of a stage: one decided twice, one forgotten; an incident, two intents."""
    for number in range(3):
        some = [SeriesPoint(STRENGTH, day(number), 0.5 + number), SeriesPoint(AMOUNT, day(number), 7.0, 6.0, nan, 8.0)]
        batch = [(decision(number), b"", [intent(number)] if number < 2 else [], [incident(number)])]
        store.decisions.commit_batch(batch, as_of=CLOCK, points={("inputs", day(number)): some})
    # in a zone west of Greenwich, once by another name of it; of the last window there is none, as of an older version
    store.local_dates.put("m", {day(n): date(2000, 1, 1) for n in (0, 1)})
    store.local_dates.put("m", {day(n): (day(n).start - timedelta(hours=5)).date() for n in (0, 1)})
    store.local_dates.put("another", {day(n): date(1999, 1, 1) for n in range(5)})
    again = {("inputs", day(1)): [SeriesPoint(STRENGTH, day(1), 9.0), SeriesPoint(AMOUNT, day(1), nan, nan, nan, nan)]}
    store.decisions.commit_batch([(decision(1, "other"), b"", (), ())], as_of=LATER, points=again)
    store.tombstones.withdraw("m", "inputs", day(2), as_of=LATER)
    store.outbox.finish("m/0/retrain", ok=True, note="done so", as_of=LATER)
    store.models.crown("m", Champion(1, "2013-01-02T07:00:00+02:00", "v2", "k", {"by": "Ana", "why": "it is better"}))
    store.models.crown("m", Champion(2, "2013-01-03T05:00:00+00:00", "", "", {"by": "Ben", "rolled_back": "k"}))
    return store


def rows(store: Store, view: str) -> list[dict[str, Any]]:
    """The rows of a view, times as text of UTC, sorted."""

    def plain(value: Any) -> Any:  # noqa: ANN401 - a cell
        if isinstance(value, date) and not isinstance(value, datetime):
            return value.isoformat()
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else value

    with store.database.reading() as connection:
        found = connection.execute(text(f"SELECT * FROM {PREFIX}{view}")).mappings().all()
    made = [{key: plain(value) for key, value in row.items()} for row in found]
    for row in made:
        for key in ("first_failed", "last_failed", "due", "finished"):
            if row.get(key):
                row[key] = row[key][:19] + "Z"  # SQLite's text has its microseconds
    return sorted(made, key=lambda row: repr(list(row.values())))


def test_decisions(filled: Store) -> None:
    """No number where it is not finite, no superseded one, no forgotten one."""
    found = rows(filled, "decisions")
    assert [(r["starts"], r["ends"], r["revision"]) for r in found] == [
        ("2013-01-01T00:00:00Z", "2013-01-02T00:00:00Z", 0),
        ("2013-01-02T00:00:00Z", "2013-01-03T00:00:00Z", 1),
    ]
    said = ("monitor", "stage", "verdict", "strength", "rows", "provisional", "silenced", "sentence", "evidence")
    assert [found[1][key] for key in said] == ["m", "inputs", "alert", 0.0, 0, False, "", "Day 1 moved.", "other"]


def test_findings(filled: Store) -> None:
    found = rows(filled, "findings")
    assert len(found) == 2
    said = ("place", "column", "segment", "strength", "surprise", "statistic", "value", "expected", "low", "high")
    assert [found[0][key] for key in said] == [1, "a", "*", 2.5, None, "psi", 0.1 + 0.2, None, None, None]


def test_incidents_deliveries_and_months(filled: Store) -> None:
    (one,) = rows(filled, "incidents")
    assert one == {
        "monitor": "m",
        "stage": "inputs",
        "incident": "i1",
        "status": "opened",
        "severity": "low",
        "begins": "2013-01-01T00:00:00Z",
        "ends": "2013-01-04T00:00:00Z",
        "first_date": "2012-12-31",
        "last_date": None,
        "alerts": 3,
        "strength": 0.0,
        "first_column": "a",
    }
    done, waits = rows(filled, "deliveries")
    assert (done["action"], done["state"], done["note"], done["finished"]) == (
        "retrain",
        "done",
        "done so",
        f"{LATER:%Y-%m-%dT%H:%M:%SZ}",
    )
    assert (waits["state"], waits["finished"], waits["sink"]) == ("pending", None, None)
    assert rows(filled, "alerts_by_month") == [
        {"monitor": "m", "stage": "inputs", "month": month, "judged": 1, "alerts": 1, "broken": 0}
        for month in ("2012-12", "2013-01")
    ]


def test_dates_are_those_of_the_monitors_zone(filled: Store) -> None:
    """Beside the instants, wherever there is one; NULL where none is known."""
    for view in ("decisions", "findings", "points", "deliveries"):
        found = {(r["starts"], r["local_date"]) for r in rows(filled, view)}
        assert found == {("2013-01-01T00:00:00Z", "2012-12-31"), ("2013-01-02T00:00:00Z", "2013-01-01")}, view
    filled.decisions.commit(decision(4), b"", as_of=LATER)
    assert rows(filled, "decisions")[-1]["local_date"] is None
    assert rows(filled, "alerts_by_month")[-1]["judged"] == 2, "by the month of UTC, then"


def test_a_silenced_alert_counts_in_no_month(store: Store) -> None:
    """The panel beside it counts it neither, and nobody is told of it."""
    quiet = replace(decision(1), silenced="deploy")
    for one in (decision(0), quiet, replace(decision(2), verdict=Verdict.BROKEN, silenced="deploy")):
        store.decisions.commit(one, b"", as_of=CLOCK)
    (row,) = rows(store, "alerts_by_month")
    assert (row["judged"], row["alerts"], row["broken"]) == (3, 1, 0)


def test_an_intent_is_finished_when_it_was_and_not_when_its_window_ended(filled: Store) -> None:
    """Nights later it is done, by Airflow; what asks for the last hour's deliveries has to find it."""
    before = datetime.now(UTC) - timedelta(hours=1)
    Pipeline.done(cast("Any", SimpleNamespace(store=filled)), intent(1))
    (finished,) = [row["finished"] for row in rows(filled, "deliveries") if row["window"] == day(1).key]
    assert datetime.fromisoformat(finished) > before


def test_points(filled: Store) -> None:
    """Those of what stands, in the place of those before."""
    found = [
        (r["starts"], r["column"], r["value"], r["expected"], r["low"], r["high"], r["revision"])
        for r in rows(filled, "points")
    ]
    first, second = "2013-01-01T00:00:00Z", "2013-01-02T00:00:00Z"
    assert found == [
        (first, "", 0.5, None, None, None, 0),
        (first, "amount", 7.0, 6.0, None, 8.0, 0),
        (second, "", 9.0, None, None, None, 1),
        (second, "amount", None, None, None, None, 1),
    ]


def test_champions_are_told_with_who_said_so_by_instants_of_utc(filled: Store) -> None:
    found = [(r["number"], r["since"], r["version"], r["said_by"], r["why"]) for r in rows(filled, "champions")]
    assert sorted(found) == [
        (1, "2013-01-02T05:00:00Z", "v2", "Ana", "it is better"),
        (2, "2013-01-03T05:00:00Z", "", "Ben", None),
    ]


def test_every_view_is_there_after_an_upgrade(filled: Store) -> None:
    for name in NAMES:
        assert rows(filled, name), name


def test_one_damaged_row_stops_no_view(filled: Store) -> None:
    """What was cut, and what is JSON of another shape: NULL, and everybody else's rows beside it."""
    before = {name: len(rows(filled, name)) for name in NAMES}
    for broken in ('{"log": ', "7", '{"findings": 7, "strength": [], "rows": "x", "provisional": 1, "last": "x/y/z"}'):
        with filled.database.writing("break") as connection:
            for table, column in (("decisions", "json"), ("incidents", "json"), ("outbox", "payload")):
                connection.execute(text(f"UPDATE {table} SET {column} = :broken"), {"broken": broken})
        after = {name: rows(filled, name) for name in NAMES}
        assert {name: len(some) for name, some in after.items()} == before | {"findings": 0}, broken
        assert {row["sentence"] for row in after["decisions"]} == {None}


ODD = "b\x00x \ud800 \x1a0; 🚲"


def test_what_an_engine_refuses_in_json_is_escaped(store: Store) -> None:
    odd = replace(decision(1), sentence=ODD)
    store.decisions.commit_batch([(odd, b"", [replace(intent(1), payload={"stage": ODD, ODD: "x"})], ())], as_of=CLOCK)
    assert [row["sentence"] for row in rows(store, "decisions")] == [wire(ODD)]
    assert [row["stage"] for row in rows(store, "deliveries")] == [wire(ODD)]
    (back,) = store.decisions.of("m", "inputs")
    assert back.sentence == ODD
    (carried,) = store.outbox.carried("m", [day(1)])
    assert carried.intent.payload == {"stage": ODD, ODD: "x"}


def test_what_an_older_version_wrote_of_it_stops_no_view_either(filled: Store) -> None:
    """It wrote a NUL and half a pair as JSON has them; a backslash before such letters is only a backslash."""
    with filled.database.writing("as it was") as connection:
        said = "UPDATE decisions SET json = replace(json, 'Day 0 moved.', :old)"
        connection.execute(text(said), {"old": r"b\u0000\u0000 \ud800 \\u0000"})
    found = {row["sentence"] for row in rows(filled, "decisions")}
    assert found > {"Day 1 moved."}
    (odd,) = found - {"Day 1 moved."}
    if filled.database.is_postgres:
        assert odd == "b�� � \\u0000"


def test_what_was_granted_on_a_view_outlasts_an_upgrade(migrated: str) -> None:
    """On PostgreSQL: SQLite has nobody to grant to."""
    with psycopg.connect(migrated, autocommit=True) as owner:
        owner.execute('CREATE ROLE "a ""viewer"')
        try:
            owner.execute('GRANT SELECT ON tidegauge_decisions TO "a ""viewer"')
            owner.execute('GRANT SELECT ON tidegauge_points TO "a ""viewer" WITH GRANT OPTION')
            owner.execute("GRANT SELECT ON tidegauge_findings TO PUBLIC")
            granted = owner.execute(GRANTED).fetchall()
            owner.execute(f"UPDATE {VERSION_TABLE} SET version_num = '0011'".encode())
            Store.open(migrated).close()
            assert owner.execute(f"SELECT version_num FROM {VERSION_TABLE}".encode()).fetchall() == [(VERSIONS[-1],)]
            assert owner.execute(GRANTED).fetchall() == granted
            assert len({view for view, who, *_ in granted if "viewer" in who or who == "PUBLIC"}) == 3
        finally:
            owner.execute('DROP OWNED BY "a ""viewer"; REVOKE SELECT ON tidegauge_findings FROM PUBLIC')
            owner.execute('DROP ROLE "a ""viewer"')
