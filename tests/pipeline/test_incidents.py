"""A fault that lasts is one incident and one notice; one that comes back soon is the same one again."""

import shutil
from pathlib import Path

import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, a_monitor, change, day, inside
from tidegauge.core.decision import Verdict
from tidegauge.core.incident import Incident, IncidentStatus, Severity
from tidegauge.core.window import VOLUME, Window
from tidegauge.pipeline.pipeline import Pipeline

FIRST_NIGHT = 40
FAULT = range(41, 46)  # five days
AGAIN = 50  # five days after the last of them
LAST_NIGHT = AGAIN + 3
Nights = dict[int, list[Incident]]


def windows_of(pipeline: Pipeline, action: str) -> list[Window]:
    """The windows of whose inputs an action told."""
    carried = (c.intent for c in pipeline.store.outbox.carried("shop"))
    return [i.window for i in carried if i.action == action and i.payload["stage"] == "inputs"]


def live(clean: str, folder: Path, *statements: str) -> tuple[Nights, list[Window]]:
    """The incidents on the inputs after each night of a shop that went wrong so, and the windows that were told of."""
    url = f"duckdb:///{shutil.copy(clean.removeprefix('duckdb:///'), folder / 'shop.duckdb')}"
    change(url, *statements)
    with open_pipeline(a_monitor(url, folder)) as pipeline:
        pipeline.backfill(BEGIN, day(FIRST_NIGHT).start)
        after = {}
        for number in range(FIRST_NIGHT, LAST_NIGHT + 1):
            pipeline.run(day(number))
            after[number] = pipeline.store.incidents.of("shop", "inputs")
        verdicts = {d.window: d.verdict for d in pipeline.store.decisions.of("shop", "inputs")}
        assert verdicts[day(FIRST_NIGHT)] is Verdict.FINE
        assert verdicts[day(FAULT[0])] is Verdict.ALERT
        return after, windows_of(pipeline, "notify")


@pytest.fixture(scope="module")
def empty(clean: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Nights, list[Window]]:
    """Five days without a row, and later one more: each is an alert of its own."""
    gone = [f"DELETE FROM log WHERE {inside(day(n))}" for n in (*FAULT, AGAIN)]
    return live(clean, tmp_path_factory.mktemp("empty"), *gone)


def about(incidents: list[Incident], column: str) -> list[Incident]:
    """Those that lead with a column."""
    return [i for i in incidents if i.columns[0] == column]


def test_a_fault_of_five_days_is_one_incident_and_one_notice(empty: tuple[Nights, list[Window]]) -> None:
    nights, notices = empty
    for count, number in enumerate(FAULT, start=1):
        (incident,) = about(nights[number], VOLUME)
        assert incident.status is (IncidentStatus.OPENED if count == 1 else IncidentStatus.CONTINUED)
        assert (incident.first, incident.last, incident.alerts) == (day(FAULT[0]), day(number), count)
        assert incident.windows == tuple(day(n) for n in FAULT[:count])
        assert incident.severity is Severity.HIGH, "not a row of the day is there"
    windows = about(nights[LAST_NIGHT], VOLUME)[0].windows
    assert [w for w in notices if w in windows] == [day(FAULT[0])]


def test_it_is_resolved_after_two_quiet_days_and_reopened_without_a_notice(
    empty: tuple[Nights, list[Window]],
) -> None:
    nights, notices = empty
    (before,) = about(nights[AGAIN - 1], VOLUME)
    assert before.status is IncidentStatus.RESOLVED
    assert [t.status for t in before.turns] == [IncidentStatus.OPENED, IncidentStatus.RESOLVED]
    (again,) = about(nights[AGAIN], VOLUME)
    assert (again.id, again.status, again.last) == (before.id, IncidentStatus.REOPENED, day(AGAIN))
    assert again.turns == (*before.turns, again.turns[-1])
    assert day(AGAIN) not in notices


def test_a_unit_that_is_wrong_for_five_days_is_told_of_once(clean: str, tmp_path: Path) -> None:
    """Whether each of its days is strange or only the first is for the judge to say; the event is one."""
    wrong = [f"UPDATE log SET amount = amount * 100 WHERE {inside(day(n))}" for n in FAULT]
    nights, notices = live(clean, tmp_path, *wrong)
    (incident,) = about(nights[LAST_NIGHT], "amount")
    assert incident.first == day(FAULT[0])
    assert [w for w in notices if w in incident.windows] == [day(FAULT[0])]
