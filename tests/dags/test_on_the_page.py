"""What Airflow's page is given to show: other people's names stay text, a note fits, a backfill tells nobody."""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dags.test_run import _midnight
from tidegauge.airflow.markdown import code, escaped
from tidegauge.airflow.note import LONGEST, note_of
from tidegauge.airflow.question import question
from tidegauge.airflow.run_task import report_made
from tidegauge.core.decision import Decision, Finding, Score, Verdict
from tidegauge.core.grid import between
from tidegauge.core.intent import Intent

ZONE = "America/New_York"
EVIL = "a|b`![x](http://e/x.png)<img src=x>{{ 1 }}\n# h"


def _made(count: int, sentence: str) -> list[Decision]:
    windows = between("day", ZONE, _midnight(date(2013, 3, 1)), _midnight(date(2013, 3, 1) + timedelta(days=count)))
    return [
        Decision("m", w, "inputs", Verdict.ALERT if k % 3 == 0 else Verdict.FINE, sentence, f"e{k}", strength=float(k))
        for k, w in enumerate(windows)
    ]


@pytest.mark.parametrize("count", [1, 2, 9])
def test_a_note_fits_and_begins_with_the_worst(count: int) -> None:
    made = _made(count, "Alert: `" + "x" * 200 + "` and [y](http://e)")
    note = note_of(made, ZONE, "m", "manual__2013-03-01T00:00:00+00:00")
    assert len(note) <= LONGEST
    assert note.endswith("[Report](/tidegauge/run/m/manual__2013-03-01T00:00:00%2B00:00)")
    assert "](http://e)" not in note.removesuffix("](http://e)")
    assert ("more." in note) == (count == 9)


@pytest.mark.parametrize("count", [0, 1, 9])
def test_a_note_tells_what_is_to_become_of_challengers(count: int) -> None:
    """After the decisions, as text whatever a version is called, and never longer than Airflow keeps."""
    note = note_of(
        _made(count, "Alert: `x`"), ZONE, "m", "r", [f"{EVIL}: Keep the champion.", "v2: Wait. " + "x" * 900]
    )
    assert len(note) <= LONGEST
    assert "![x](" not in note
    assert "<img" not in note.replace("\\<img", "")
    assert "Keep the champion" in note
    assert note.endswith("[Report](/tidegauge/run/m/r)")


@given(st.text(max_size=60))
def test_no_text_means_anything(text: str) -> None:
    """What Markdown or HTML reads is behind a backslash, or inside a longer fence than any of its own."""
    shown = escaped(text)
    left = shown
    for mark in "\\`*_{}[]()#+-.!|<>~&:@$":
        left = left.replace(f"\\{mark}", "")
    assert not set(left) & set("`*_{}[]()#+!|<>~&:@$")
    assert "\n" not in shown
    fenced = code(text)
    fence = len(fenced) - len(fenced.lstrip("`"))
    assert "`" * fence not in fenced[fence:-fence].strip("`")


def test_a_question_holds_a_hostile_name_as_text() -> None:
    (decision,) = _made(1, f"Alert: `{EVIL}` changed")
    score = Score(EVIL, "missing", "*", 0.5, 0.1, 0.0, 0.2, 9.0, 6.0, "seasonal", 240)
    decision = replace(decision, findings=(Finding(EVIL, "*", 2.0, scores=(score,)),))
    intent = Intent("k", "retrain", "m", decision.window, {"dag": "again", "incident": "1f2e3d4c", "stage": "inputs"})
    text = question(intent, decision)
    (row,) = [line for line in text.splitlines() if line.startswith("| `")]
    assert row.replace("\\|", "").count("|") == 6, "five cells, whatever is in a name"
    assert "\n# h" not in text
    assert "/tidegauge/pages/m/2013-03-01T05-00-00Z-inputs.html" in text
    assert question(intent, None) == "Start `again` for incident `1f2e3d4c`?"


@pytest.mark.parametrize(
    ("kind", "conf", "events"),
    [("manual", {}, 2), ("backfill", {}, 0), ("backfill", {"live": True}, 0), ("manual", {"live": False}, 0)],
)
def test_a_backfill_tells_nobody(kind: str, conf: dict[str, Any], events: int) -> None:
    heard, left = reported(_made(1, "Alert: `x`"), kind=kind, conf=conf)
    assert heard == ["tidegauge://m/decided", "tidegauge://m/alert"][:events]
    assert "Alert" in left["tidegauge_note"]


def test_what_a_silence_covers_starts_nothing_of_others() -> None:
    """Who follows the alerts retrains by them; of a deploy that was announced nobody is told."""
    quiet = [replace(d, silenced="deploy") for d in _made(1, "Alert: `x`")]
    assert reported(quiet)[0] == ["tidegauge://m/decided"]


def test_an_unchanged_window_is_told_by_a_second_try_alone() -> None:
    """The first may have died after the decision; a run that looks at an old window again finds what was told."""
    found = _made(1, "Alert: `x`")
    assert reported([], found)[0] == []
    assert "Alert" in reported([], found)[1]["tidegauge_note"]
    assert reported([], found, tries=2)[0] == ["tidegauge://m/decided", "tidegauge://m/alert"]


def reported(
    made: list[Decision],
    found: list[Decision] | tuple[()] = (),
    *,
    kind: str = "manual",
    conf: dict[str, Any] | None = None,
    tries: int = 1,
) -> tuple[list[str], dict[str, Any]]:
    """The assets that a task tells of, and what it leaves."""
    heard: list[str] = []
    left: dict[str, Any] = {}

    class Outlet(dict[Any, Any]):
        def __missing__(self, _: object) -> Any:  # noqa: ANN401 - Airflow's own
            return SimpleNamespace(add=lambda asset, extra: heard.append(asset.uri) if extra["window"] else None)

    run = SimpleNamespace(conf=conf or {}, run_type=kind, dag_id="m", run_id="r")
    task = SimpleNamespace(xcom_push=left.__setitem__, try_number=tries)
    context = {"dag_run": run, "ti": task, "outlet_events": Outlet()}
    monitor = SimpleNamespace(name="m", window=SimpleNamespace(zone=ZONE))
    report_made(cast("Any", context), cast("Any", monitor), made, found)
    return heard, left
