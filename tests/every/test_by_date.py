"""A monitor's pages by the calendar: each where its own clock puts it, and incidents as their pages tell them."""

import re
from dataclasses import replace
from pathlib import Path

from tests.every.pages import Reader
from tests.every.reports import day, fine, incident, numeric
from tidegauge.core.window import FIRST_STAGE, STAGES
from tidegauge.sinks.by_date import calendars, incidents, sign
from tidegauge.sinks.folder import Entry
from tidegauge.sinks.html import Html


def entry(local: str, verdict: str = "fine", kind: str = "day", *, stage: str = FIRST_STAGE, of: str = "") -> Entry:
    return Entry("m", f"{local}.html", verdict, stage, local, "1", "A sentence.", local, kind, of)


def test_days_stand_under_their_date_a_row_a_month_the_newest_first() -> None:
    some = [entry("2014-01-02T00", "alert"), entry("2013-12-31T00"), entry("2013-12-05T00", "outage")]
    (found,) = calendars(some)
    assert (found.stage, found.heads[0], found.heads[-1]) == (FIRST_STAGE, 1, 31)
    assert [row.title for row in found.rows] == ["January 2014", "December 2013"]
    assert found.rows[0].cells[1] == some[0]
    assert [i for i, e in enumerate(found.rows[1].cells, 1) if e] == [5, 31]
    assert [s for _, s in found.rows[1].signed if s] == ["○", "·"]


def test_hours_weeks_and_stages_have_rows_of_their_own() -> None:
    hours = [entry("2024-03-04T05", kind="hour"), entry("2024-03-04T00", kind="hour")]
    weeks = [entry("2024-12-30T00", kind="week", stage=STAGES[1]), entry("2024-01-01T00", kind="week", stage=STAGES[1])]
    first, second = calendars([*hours, *weeks])
    assert (first.heads[0], len(first.heads), first.rows[0].title) == (0, 24, "4 March 2024")
    assert (len(second.heads), second.rows[0].title) == (53, "2024")
    assert [i for i, e in enumerate(second.rows[0].cells) if e] == [0, 52]


def test_of_an_hour_that_came_twice_the_worse_is_shown_and_pages_that_do_not_say_when_are_left_out() -> None:
    twice = [entry("2024-11-03T01", "fine", "hour"), entry("2024-11-03T01", "alert", "hour")]
    (found,) = calendars(twice)
    assert found.rows[0].cells[1] == twice[1]
    assert calendars([replace(e, local="") for e in twice]) == []
    assert calendars([replace(e, kind="moon") for e in twice]) == []
    assert sign(replace(twice[0], verdict="unknown")) == "?"


def test_an_incident_is_told_by_its_first_page() -> None:
    some = [entry(f"2024-03-0{i}T00", "alert", of="a" if i < 4 else "b") for i in (5, 4, 3, 2, 1)]
    newest, oldest = incidents(some)
    assert (newest.first, newest.last, newest.alerts) == (some[1], some[0], 2)
    assert (oldest.first, oldest.last, oldest.alerts) == (some[4], some[2], 3)


def test_the_list_of_a_monitor_has_both_and_its_links_lead_somewhere(tmp_path: Path) -> None:
    sink, alert = Html(folder=tmp_path), numeric()
    for back in (2, 1):
        calm = fine()
        sink.publish(replace(calm, decision=replace(calm.decision, window=day(back))))
    sink.publish(replace(alert, incident=incident("temp")))
    page = Reader((tmp_path / "flights-delay" / "index.html").read_text())
    links = [v for k, v in page.attributes if k == "href" and v]
    assert all((tmp_path / "flights-delay" / link).exists() for link in links)
    assert links.count("2013-12-12T05-00-00Z-inputs.html") == 3, "in the calendar, as an incident and in the list"
    assert "December 2013" in page.text
    assert "Incidents" in page.text
    assert "script" not in page.tags
    labels = [v for k, v in page.attributes if k == "aria-label"]
    assert "Thursday 12 December 2013: alert" in labels
    assert not re.search(r"<th[^>]*></th>", (tmp_path / "flights-delay" / "index.html").read_text())
