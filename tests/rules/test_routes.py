"""Who is told of what, by amtool on the configuration that is shipped."""

import subprocess
from pathlib import Path

import pytest
import yaml

from tests.services.series_servers import needed
from tidegauge.rules.alerts import ALERTS, Urgency

DEPLOY = Path(__file__).parents[2] / "deploy"
FILE = DEPLOY / "alertmanager" / "alertmanager.yml"
WHERE = {Urgency.PAGE: "pager", Urgency.TICKET: "tickets", Urgency.REMINDER: "tickets", Urgency.INFO: "nobody"}


def run(*command: str) -> None:
    if command[0] == "amtool" or command[0] == "promtool":
        needed(command[0])
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("one", ALERTS, ids=lambda one: one.name)
def test_each_alert_goes_where_its_severity_says(one: object) -> None:
    assert isinstance(one, type(ALERTS[0]))
    labels = [f"alertname={one.name}", f"severity={one.urgency.value}", "monitor=shop", "stage=inputs"]
    command = ["amtool", "config", "routes", "test", f"--config.file={FILE}"]
    run(*command, f"--verify.receivers={WHERE[one.urgency]}", *labels)


def test_what_stands_and_was_told_is_repeated_more_rarely_than_anything_else() -> None:
    routes = yaml.safe_load(FILE.read_text(encoding="utf-8"))["route"]["routes"]
    days = {one["matchers"][0]: int(one.get("repeat_interval", "30d").removesuffix("d")) for one in routes}
    assert days['severity="reminder"'] == max(days.values()) > days['severity="ticket"']


def test_the_files_are_what_the_servers_read_and_hold_no_secret() -> None:
    run("amtool", "check-config", str(FILE))
    run("promtool", "check", "config", "--syntax-only", str(DEPLOY / "prometheus" / "prometheus.yml"))
    config = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    for receiver in config["receivers"]:
        for kind, settings in receiver.items():
            if kind != "name":
                assert all(not key.endswith(("_key", "url", "password", "token")) for one in settings for key in one)
