"""A monitor's own nights, its labels 30 days late, through a real Prometheus and Alertmanager: who is told, and when.

What is expected is read from the store: `test_nights.py` has the normal form, in which it is written down.
"""

import time
from pathlib import Path

from click.testing import CliRunner

from tests.pipeline.world import day
from tests.rules.shifted import FIRST, FLIPPED, LAST, NAME, a_shop, moved
from tests.rules.test_nights import PATIENCE, QUIET, pages
from tests.services.alerting_servers import alerting
from tidegauge.cli import main
from tidegauge.core.incident import Incident, IncidentStatus
from tidegauge.core.window import STAGES
from tidegauge.monitor import load_monitor
from tidegauge.rules.limits import Limits
from tidegauge.rules.rule_file import rules_text
from tidegauge.store.store import Store

Told = tuple[str, str, str]  # stage, status, incident


def tidegauge(*arguments: object) -> int:
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False).exit_code


def incidents(folder: Path) -> list[tuple[str, Incident]]:
    """By stage, as the store has them now."""
    with Store.open(f"sqlite:///{folder}/s.db") as store:
        return [(stage, one) for stage in STAGES for one in store.incidents.of(NAME, stage)]


def is_over(incident: Incident) -> bool:
    return any(turn.status is IncidentStatus.RESOLVED for turn in incident.turns)


def test_labels_page_when_they_are_decided_and_resolve_once(tmp_path: Path) -> None:
    shop = a_shop(tmp_path, "http://127.0.0.1:9/api/v1/write")
    with alerting(tmp_path, rules_text([Limits.of(load_monitor(shop))])) as (server, notices), moved(day(LAST).end):
        shop.write_text(shop.read_text().replace("http://127.0.0.1:9/api/v1/write", server.write_url))
        assert tidegauge("backfill", shop, "--to", f"{day(FIRST).start:%Y-%m-%d}") == 0
        found = incidents(tmp_path)
        assert sorted(stage for stage, _ in found) == [*STAGES], "one of each stage stands at the end of the past"
        time.sleep(QUIET)
        assert pages(notices) == [], "the past pages nobody"

        told: set[Told] = set()
        for number in range(FIRST, LAST + 1):
            assert tidegauge("run", shop, "--window", f"{day(number).start:%Y-%m-%d}") in (0, 1)
            for stage, one in incidents(tmp_path):
                told |= {(stage, "firing", one.id)} | ({(stage, "resolved", one.id)} if is_over(one) else set())
            until = time.monotonic() + PATIENCE
            while len(pages(notices)) < len(told) and time.monotonic() < until:
                time.sleep(0.1)
            time.sleep(QUIET)
            assert sorted(pages(notices)) == sorted(told), (number, notices)
    _is_the_story(incidents(tmp_path))


def _is_the_story(found: list[tuple[str, Incident]]) -> None:
    """Two of the labels, of which the second opened on a live night; of the rows three, two of them open at once."""
    of_labels = [one for stage, one in found if stage != STAGES[0]]
    assert len(of_labels) == 2
    assert of_labels[1].first == day(FLIPPED)
    of_rows = [one for stage, one in found if stage == STAGES[0]]
    assert len(of_rows) == 3
    assert of_rows[1].turns[-1].window > of_rows[2].first, "two at once"
    assert all(is_over(one) for _, one in found)
