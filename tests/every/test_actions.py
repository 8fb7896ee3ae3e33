"""Every action: once per incident, only live, never within the cooldown, whatever order the questions come in."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.every.reports import HOSTILE, broken, categorical, day, fine, incident, labels, numeric
from tidegauge.actions.base import Action, Place
from tidegauge.actions.notify import Notify
from tidegauge.actions.retrain import Retrain
from tidegauge.core.errors import MonitorError, SinkError
from tidegauge.core.intent import Intent
from tidegauge.core.window import Window
from tidegauge.monitor.options import build
from tidegauge.monitor.outlets import ACTIONS
from tidegauge.reports.report import Report

NOWHERE: Place = SimpleNamespace(path=Path)  # a notice asks where its file lies, and nothing else
WEB: dict[str, object] = {"url": "http://127.0.0.1:9"}
NEEDED: dict[str, dict[str, object]] = {
    "retrain": {"dag": "retrain_flights"},
    "fallback": {"flag": "delay.serve", "file": "flags.json", "by": ["alert"]},
    "slack": WEB,
    "pagerduty": {"routing_key": "${ROUTING_KEY}"},
    "alertmanager": WEB,
    "mail": {"server": "smtp://127.0.0.1:9", "to": ["on-call@example.com"]},
    "webhook": WEB,
}


def make(name: str, **options: object) -> Action:
    return build(ACTIONS, name, {**NEEDED.get(name, {}), **options})


def ask(
    action: Action,
    report: Report,
    *earlier: Intent,
    live: bool = True,
    window: Window | None = None,
    event: str | None = None,
) -> Intent | None:
    """What the action makes of a report, moved to another window or incident."""
    decision = replace(report.decision, window=window or report.decision.window)
    happened = report.incident and replace(report.incident, id=event or report.incident.id)
    return action.consider(decision, happened, live=live, earlier=earlier)


@pytest.fixture(params=sorted(ACTIONS))
def action(request: pytest.FixtureRequest) -> Action:
    return make(str(request.param))


def test_an_alert_is_acted_upon_once_per_incident(action: Action) -> None:
    first = ask(action, numeric(), window=day(1))
    assert first is not None
    assert first.action == action.name
    assert first.payload["key"] == first.key
    assert first.payload["window"] == day(1).key
    assert all(isinstance(value, str) for value in first.payload.values())
    assert ask(action, numeric(), first) is None, "the same incident, a day later"
    assert ask(action, numeric(), window=day(1)) == first, "asked again, the same answer"
    second = ask(action, numeric(), first, event="another")
    assert second is not None
    assert second.key != first.key


def test_a_replay_and_a_fine_window_do_nothing(action: Action) -> None:
    assert ask(action, numeric(), live=False) is None
    assert ask(action, fine()) is None
    assert ask(action, replace(fine(), incident=incident("temp"))) is None
    assert ask(action, replace(numeric(), incident=None)) is None


def test_stage_and_columns_choose(action: Action) -> None:
    only_labels = make(action.name, stage="labels")
    assert ask(only_labels, numeric()) is None
    assert ask(only_labels, labels()) is not None
    only_temp = make(action.name, columns=["temp", "origin"])
    assert ask(only_temp, numeric()) is not None
    assert ask(only_temp, categorical()) is None
    assert ask(make(action.name, columns=["carrier"]), categorical()) is not None


def test_columns_are_those_that_alert_not_all_that_were_ranked() -> None:
    report = numeric()
    weak = replace(report.decision.findings[1], strength=0.3)
    decision = replace(report.decision, findings=(report.decision.findings[0], weak))
    assert ask(make("retrain", columns=["dewp"]), replace(report, decision=decision)) is None


def test_cooldown_is_measured_between_windows(action: Action) -> None:
    calm = make(action.name, cooldown="7 days")
    first = ask(calm, numeric(), window=day(10))
    assert first is not None
    assert ask(calm, numeric(), first, window=day(4), event="b") is None
    assert ask(calm, numeric(), first, window=day(3), event="b") is not None, "seven days later to the hour"
    assert ask(calm, numeric(), first, window=day(12), event="c") is not None, "a later window does not look back"
    assert ask(action, numeric(), first, window=day(9), event="b") is not None, "no cooldown was asked for"


def test_actions_with_different_targets_do_not_stand_in_each_others_way() -> None:
    small, big = make("retrain", cooldown="7 days"), make("retrain", dag="retrain_big", cooldown="7 days")
    first = ask(small, numeric())
    assert first is not None
    second = ask(big, numeric(), first)
    assert second is not None
    assert second.key != first.key
    assert (first.payload["dag"], second.payload["dag"]) == ("retrain_flights", "retrain_big")


def test_a_broken_table_is_told_but_not_learnt() -> None:
    gone = replace(broken(), incident=incident("temp", alerts=1))
    assert ask(make("notify"), gone) is not None
    assert ask(make("report"), gone) is not None
    assert ask(make("retrain"), gone) is None


def test_options_are_read_with_a_sentence() -> None:
    made = make("retrain", stage="labels", columns=["a"], cooldown="7 days")
    assert isinstance(made, Retrain)
    assert (made.stage, made.columns, made.cooldown) == ("labels", ("a",), timedelta(days=7))
    with pytest.raises(
        MonitorError, match='action "notify": stage: must be inputs or labels, and is "label". Did you mean "labels"?'
    ):
        make("notify", stage="label")
    with pytest.raises(MonitorError, match='action "report": cooldown: "soon" is not a duration'):
        make("report", cooldown="soon")
    with pytest.raises(MonitorError, match='action "report": columns: must be text, such as distance, and is 3'):
        make("report", columns=[3])
    with pytest.raises(MonitorError, match='action "report": columns: must be a list, and is "a"'):
        make("report", columns="a")
    with pytest.raises(MonitorError, match='action "retrain": dag: must be the id of a DAG, and is " "'):
        make("retrain", dag=" ")


def test_a_notice_is_one_line_and_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    place = tmp_path / "new" / "notices.log"
    hostile = numeric()
    hostile = replace(hostile, decision=replace(hostile.decision, sentence="\n".join(HOSTILE)))
    notice = ask(Notify(log=str(place)), hostile)
    assert notice is not None
    assert Notify.carry_out(notice, NOWHERE) == ""
    assert Notify.carry_out(notice, NOWHERE) == "told before", "a second delivery tells nobody twice"
    [line] = place.read_text(encoding="utf-8").splitlines()
    assert len(line) < 8000
    told = json.loads(line)
    assert told["key"] == notice.key
    assert told["verdict"] == "alert"
    assert len([r for r in caplog.records if notice.key in r.getMessage()]) == 1
    with pytest.raises(SinkError, match="could not be written"):
        Notify.carry_out(replace(notice, payload={**notice.payload, "log": str(place / "below a file")}), NOWHERE)
