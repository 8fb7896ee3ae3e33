"""Each rule fires where it should and is silent where it should be, by promtool's own evaluation."""

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from tests.rules.monitors import TEXT, a_monitor, odd
from tests.services.series_servers import needed
from tidegauge.cli import main
from tidegauge.monitor import Monitor
from tidegauge.rules.alerts import ALERTS
from tidegauge.rules.limits import Limits, look_back
from tidegauge.rules.rule_file import page_of, rules_text
from tidegauge.sinks.event_time import METRICS
from tidegauge.sinks.metrics import HELP

ROOT = Path(__file__).parents[2]
INPUTS = 'monitor="shop", stage="inputs"'
LABELS = 'monitor="shop", stage="labels"'
DAY = 24  # hours: a step of the tests is an hour
SHOP = a_monitor(delay="30 days")
MONTH = "_ " * DAY * 30  # without a sample


def days(*values: object) -> str:
    """A value a day, as windows have them."""
    return " ".join(f"{value} {'_ ' * (DAY - 1)}".strip() for value in values)


def incident(which: str, where: str = INPUTS, severity: str = "low") -> str:
    return f'tidegauge_incident{{{where}, incident="{which}", severity="{severity}"}}'


def ends(where: str = INPUTS) -> str:
    return f"tidegauge_window_end_timestamp_seconds{{{where}}}"


WAITING = a_monitor("slow", delay="2 days", wait="2 days")  # both are waited for, one after the other
IN_TIME = "_ " * DAY * 4 + days(*(k * 86400 for k in range(4)))  # what ended at 0 is decided four days later


def spent(where: str = INPUTS) -> str:
    return f"tidegauge_decision_budget_spent_ratio{{{where}}}"


@dataclass(frozen=True)
class Case:
    """Series, and how many of an alert there are at some hours."""

    alert: str
    series: dict[str, str]
    expected: dict[float, int]
    beside: tuple[Monitor, ...] = ()  # monitors whose rules stand in the same file as the shop's


SURPRISE = f'tidegauge_signal_number{{{INPUTS}, column="amount", segment="*", statistic="surprise"}}'
BROKEN = f"tidegauge_decision_broken{{{INPUTS}}}"
PROVISIONAL = f"tidegauge_decision_provisional{{{INPUTS}}}"
SINCE = 'tidegauge_undelivered_since_timestamp_seconds{job="tidegauge", monitor="shop"}'
ALIVE = 'tidegauge_newest_window_end_timestamp_seconds{job="tidegauge", monitor="shop"}'
LAG = f"tidegauge_decision_outbox_lag_seconds{{{INPUTS}}}"
GIVEN_UP = 'tidegauge_undelivered{job="tidegauge", monitor="shop", state="given_up"}'
UNFAIR = 'tidegauge_parity_outside{job="tidegauge", monitor="shop", column="sex", group="F", rate="selection-rate"}'
FAIRNESS = f'tidegauge_fairness_outside_number{{{LABELS}, column="sex"}}'
CASES = {
    "an incident, until the window that resolves it": Case(
        "TidegaugeIncident", {incident("i"): days(1, 1, 0)}, {1: 1, 47: 1, 49: 0}
    ),
    "two at once are two": Case(
        "TidegaugeIncident", {incident("i"): days(1, 1, 1), incident("j"): days("_", 1, 0)}, {23: 1, 25: 2, 49: 1}
    ),
    "a backfill whose last window says 0": Case(
        "TidegaugeIncident", {incident("i"): days(0, "_"), incident("j"): days(0)}, {1: 0, 30: 0}
    ),
    "an incident of another's monitor": Case(
        "TidegaugeIncident", {incident("i", INPUTS.replace("shop", "gone")): days(1, 1)}, {2: 0, 30: 0}
    ),
    "an incident that is quiet": Case("TidegaugeIncident", {incident("i"): days(1, 0.5, 0.5)}, {23: 1, 26: 0, 60: 0}),
    "a settled incident, until it is answered": Case(
        "TidegaugeIncidentSettled", {incident("i"): days(1, 0.5, 0.5, 0)}, {23: 0, 26: 1, 60: 1, 74: 0}
    ),
    "one that went by": Case("TidegaugeIncidentSettled", {incident("i"): days(1, 1, 0)}, {23: 0, 26: 0, 60: 0}),
    "a sample of 30 days ago, of labels": Case("TidegaugeIncident", {incident("i", LABELS): days(1)}, {35 * DAY: 1}),
    "a sample of 30 days ago, of inputs": Case("TidegaugeIncident", {incident("i"): days(1)}, {35 * DAY: 0}),
    "a column, while its incident is open": Case(
        "TidegaugeColumn", {SURPRISE: days(5, 5, 5), incident("i"): days("_", 1, 0)}, {2: 0, 26: 1, 50: 0}
    ),
    "a plain column": Case("TidegaugeColumn", {SURPRISE: days(1, 1), incident("i"): days(1, 1)}, {2: 0, 26: 0}),
    "a broken window that no incident tells of": Case(
        "TidegaugeContractBroken", {BROKEN: days(0, 1, 0)}, {2: 0, 26: 1, 50: 0}
    ),
    "a broken window with its incident": Case(
        "TidegaugeContractBroken", {BROKEN: days(1), incident("i"): days(1)}, {2: 0, 20: 0}
    ),
    "a late run": Case("TidegaugeRunLate", {ends(): days(0)}, {50: 0, 55: 0, 58: 1, 200: 1}),
    "a run each night": Case("TidegaugeRunLate", {ends(): days(0, 86400, 172800)}, {20: 0, 40: 0, 70: 0}),
    "a late run after a window that was forgotten": Case("TidegaugeRunLate", {ends(): days(0, "NaN")}, {50: 0, 58: 1}),
    "a run each night, whose series wait": Case(
        "TidegaugeRunLate", {ends(): days(0), ALIVE: "0x24 86400x60"}, {58: 0, 70: 0}
    ),
    "a late run, by the Pushgateway alone": Case("TidegaugeRunLate", {ALIVE: "0x80"}, {55: 0, 58: 1}),
    "late labels": Case("TidegaugeLabelsLate", {ends(LABELS): days(0)}, {30 * DAY: 0, 32 * DAY: 0, 33 * DAY: 1}),
    "labels in time": Case(
        "TidegaugeLabelsLate", {ends(LABELS): days(0, *(k * 86400 for k in range(1, 4)))}, {33 * DAY: 0, 35 * DAY: 0}
    ),
    "labels in time, of a monitor that waits as well": Case(
        "TidegaugeLabelsLate",
        {ends('monitor="slow", stage="labels"'): IN_TIME},
        {4 * DAY + 12: 0, 5 * DAY + 20: 0, 6 * DAY + 20: 0, 8 * DAY: 0, 7 * DAY + 57: 1},
        (WAITING,),
    ),
    "nothing at all": Case("TidegaugeSilent", {}, {23: 0, 26: 1}),
    "something": Case("TidegaugeSilent", {ends(): days(0, 86400)}, {26: 0, 40: 0}),
    "a hole": Case("TidegaugeWindowMissing", {PROVISIONAL: days(0, 1)}, {2: 0, 26: 1}),
    "a hole that is filled": Case("TidegaugeWindowMissing", {PROVISIONAL: days(1, 0)}, {2: 1, 26: 0}),
    "a delivery that waits": Case("TidegaugeDeliveryLate", {SINCE: "0x10"}, {5: 0, 8: 1}),
    "another one each hour": Case("TidegaugeDeliveryLate", {SINCE: "0+3600x10"}, {5: 0, 9: 0}),
    "one that the series tell of, without a Pushgateway": Case(
        "TidegaugeDeliveryLate", {LAG: days(0, 86400, 0)}, {23: 0, 26: 1, 50: 0}
    ),
    "a delivery of a monitor that is gone": Case(
        "TidegaugeDeliveryLate", {SINCE.replace("shop", "gone"): "0x60"}, {20: 0}
    ),
    "one that a monitor gave up that is gone": Case(
        "TidegaugeGivenUp", {GIVEN_UP.replace("shop", "gone"): "2x60"}, {20: 0}
    ),
    "given up": Case("TidegaugeGivenUp", {GIVEN_UP: "0 0 2 2 2 0 0"}, {1: 0, 4: 1, 6: 0}),
    "nothing given up": Case("TidegaugeGivenUp", {GIVEN_UP.replace("given_up", "waiting"): "3x5"}, {2: 0, 4: 0}),
    "a group that is outside for a day": Case("TidegaugeUnfair", {UNFAIR: "0 0 1 1 1 0 0"}, {1: 0, 4: 1, 6: 0}),
    "groups that are outside, and no longer": Case("TidegaugeUnfair", {FAIRNESS: days(0, 2, 0)}, {2: 0, 26: 1, 50: 0}),
    "groups that a Pushgateway names as well": Case("TidegaugeUnfair", {FAIRNESS: days(2, 2), UNFAIR: "1x60"}, {26: 1}),
    "one of a monitor that is gone": Case("TidegaugeUnfair", {UNFAIR.replace("shop", "gone"): "1x5"}, {2: 0, 4: 0}),
    "two incidents of a budget of one": Case(
        "TidegaugeBudgetSpent", {spent(): days(1, 1, 2, 2, 1)}, {30: 0, 52: 1, 100: 0}
    ),
    "one of inputs, and one of labels 30 days ago": Case(
        "TidegaugeBudgetSpent", {spent(LABELS): days(1), spent(): f"{MONTH}{days(1)}"}, {5: 0, 30 * DAY + 3: 1}
    ),
    "one of each, long after one another": Case(
        "TidegaugeBudgetSpent", {spent(LABELS): days(1, 0), spent(): f"{MONTH}{days(1)}"}, {30 * DAY + 3: 0}
    ),
}


def promtool(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    needed("promtool")
    done = subprocess.run(["promtool", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def counted(alert: str, number: int, hour: float) -> dict[str, Any]:
    """A count of what fires: which labels it has, the live test sees."""
    query = f'count(ALERTS{{alertname="{alert}", alertstate="firing"}})'
    samples = [{"labels": "{}", "value": number}] if number else []
    return {"expr": query, "eval_time": f"{int(hour * 60)}m", "exp_samples": samples}


@pytest.mark.parametrize("alert", [one.name for one in ALERTS])
def test_a_rule_fires_where_it_should_and_nowhere_else(tmp_path: Path, alert: str) -> None:
    often = "interval: 1m\n"  # 35 days of minutes would take minutes: here an alert fires an hour after it could
    mine = {name: case for name, case in CASES.items() if case.alert == alert}
    text = rules_text([Limits.of(SHOP), *(Limits.of(one) for case in mine.values() for one in case.beside)])
    assert often in text
    (tmp_path / "r.yml").write_text(text.replace(often, "interval: 1h\n"), encoding="utf-8")
    numbers = {n for case in mine.values() for n in case.expected.values()}
    assert len(mine) >= 2
    assert 0 in numbers and max(numbers) >= 1  # noqa: PT018 - it fires, and it does not
    tests = [
        {
            "name": name,
            "interval": "1h",
            "input_series": [{"series": s, "values": v} for s, v in case.series.items()],
            "promql_expr_test": [counted(alert, n, hour) for hour, n in case.expected.items()],
        }
        for name, case in mine.items()
    ]
    text = yaml.safe_dump({"rule_files": ["r.yml"], "evaluation_interval": "1h", "tests": tests})
    (tmp_path / "t.yml").write_text(text, encoding="utf-8")
    promtool(tmp_path, "test", "rules", "t.yml")


def test_what_is_written_of_odd_monitors_is_what_prometheus_reads(tmp_path: Path) -> None:
    limits = [Limits.of(one) for one in odd()]
    (tmp_path / "r.yml").write_text(rules_text(limits), encoding="utf-8")
    told = promtool(tmp_path, "check", "rules", "r.yml")
    assert "SUCCESS" in told.stdout
    assert "duplicate" not in told.stdout.lower()
    assert limits[2].name != odd()[2].name, "a label that is cut, as the series have it"
    assert dict(look_back(limits)) == {"inputs": "716h", "labels": f"{400 * 24 + 2 + 3 + 216}h"}


def test_thresholds_follow_from_the_monitor() -> None:
    one = Limits.of(a_monitor(delay="30 days", budget="2 per year"))
    assert {k: v.total_seconds() / 3600 for k, v in one.late.items()} == {"inputs": 2 + 54, "labels": 720 + 2 + 54}


def test_rules_ask_for_what_is_written_and_each_has_its_page() -> None:
    import re

    text = rules_text([Limits.of(SHOP)])
    asked = set(re.findall(r"\btidegauge_\w+", text))
    assert asked <= METRICS.keys() | HELP.keys()
    recorded = {r["record"] for r in yaml.safe_load(text)["groups"][0]["rules"] if "record" in r}
    assert set(re.findall(r"\btidegauge:\w+:\w+", text)) == recorded
    for one in ALERTS:
        page = ROOT / page_of(one)
        assert page.read_text(encoding="utf-8").startswith(f"# {one.name}\n"), page
        assert f"[`{one.name}`](runbooks/{one.runbook}.md) | {one.urgency.value} |" in (
            ROOT / "docs/rules.md"
        ).read_text(encoding="utf-8")
    assert {p.stem for p in (ROOT / "docs/runbooks").glob("*.md")} == {one.runbook for one in ALERTS}
    assert page_of(ALERTS[0], "https://docs.example.com/r/") == "https://docs.example.com/r/incident.html"


def write(folder: Path, names: Iterable[str], more: str = "") -> None:
    for file, name in enumerate(names):
        text = TEXT.format(
            name=name, every="day", labels="", zone="UTC", budget="1 per month", wait="2 hours", more=more
        )
        (folder / f"{file}.yml").write_text(text, encoding="utf-8")


def test_the_command_reads_a_folder_and_says_what_rules_cannot_see(tmp_path: Path) -> None:
    write(tmp_path, ["a", "b"])
    out = tmp_path / "out.rules"
    done = CliRunner().invoke(main, ["rules", str(tmp_path), "--out", str(out)])
    assert (done.exit_code, done.stdout) == (0, "")
    assert "a has no sink remote_write: of its incidents and its windows these rules know nothing." in done.stderr
    assert "b has no sink prometheus" in done.stderr
    assert "vector(" not in out.read_text(encoding="utf-8"), "nothing that could call them silent"
    assert "SUCCESS" in promtool(tmp_path, "check", "rules", "out.rules").stdout
    for one in ("remote_write: {url: http://127.0.0.1:9/w}", "prometheus: {pushgateway: http://127.0.0.1:9}"):
        write(tmp_path, ["a"], f"sinks: [{{{one}}}]\n")
        done = CliRunner().invoke(main, ["rules", str(tmp_path), "--out", str(out)])
        assert out.read_text(encoding="utf-8").count("vector(") == 1, "of the one that is heard of"
    both = "sinks: [{remote_write: {url: http://127.0.0.1:9/api/v1/write}}, {prometheus: {pushgateway: http://127.0.0.1:9}}]\n"
    write(tmp_path, ["a", "b"], both)
    assert CliRunner().invoke(main, ["rules", str(tmp_path)]).stderr == ""
    write(tmp_path, ["a"], f"{both}actions: [{{notify: {{log: {tmp_path}/n.jsonl}}}}]\n")
    assert "a tells of each incident by its action notify" in CliRunner().invoke(main, ["rules", str(tmp_path)]).stderr


def test_two_of_one_name_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    nothing = CliRunner().invoke(main, ["rules", str(tmp_path)])
    assert nothing.exit_code == 2
    assert "holds no monitor: no file that ends in .yml or .yaml." in nothing.stderr
    write(tmp_path, ["a", "a"])
    twice = CliRunner().invoke(main, ["rules", str(tmp_path)])
    assert twice.exit_code == 2
    assert 'are both called "a", and would be one series. Give one of them another name.' in twice.stderr


def test_yaml_that_is_no_monitor_may_lie_beside(tmp_path: Path) -> None:
    """As in Airflow's folder: a suite of expectations, values of a chart."""
    (tmp_path / "values.yml").write_text("executor: LocalExecutor\n", encoding="utf-8")
    nothing = CliRunner().invoke(main, ["rules", str(tmp_path)])
    assert nothing.exit_code == 2
    assert "holds no monitor: no YAML file in it has the key `monitor`." in nothing.stderr
    write(tmp_path, ["a"])
    assert CliRunner().invoke(main, ["rules", str(tmp_path)]).exit_code == 0
