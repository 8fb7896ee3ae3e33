"""A monitor's nights through a real Prometheus and Alertmanager: what people are told, and what the store says."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner

from tests.rules.shifted import moved
from tests.services.alerting_servers import Notice, alerting
from tidegauge.cli import main
from tidegauge.core.incident import Incident
from tidegauge.core.window import STAGES, Window
from tidegauge.monitor import load_monitor
from tidegauge.rules.limits import Limits
from tidegauge.rules.rule_file import rules_text
from tidegauge.store.store import Store

QUIET = 4.0  # seconds in which a notice that is not meant would have come: rules, routes and groups wait for one each
PATIENCE = 60.0
NOWHERE = "http://127.0.0.1:9/api/v1/write"  # in a monitor's file, for the server's own address
Page = tuple[str, str, str]  # stage, status, incident


class Night(NamedTuple):
    """What the pager has been told up to a night, and what it ought to have been told by the store."""

    window: Window
    pages: list[Page]
    expected: list[Page]


@contextmanager
def living(folder: Path, file: Path, nights: Sequence[Window]) -> Iterator[Iterator[Night]]:
    """The nights, one by one. First all before them is a backfill, of which there is a `Night` too: nobody is told."""
    monitor = load_monitor(file)
    with alerting(folder, rules_text([Limits.of(monitor)])) as (server, notices), moved(nights[-1].end):
        file.write_text(file.read_text(encoding="utf-8").replace(NOWHERE, server.write_url), encoding="utf-8")
        yield _nights(file, monitor.name, str(monitor.store), nights, notices)


def _nights(file: Path, name: str, store: str, nights: Sequence[Window], notices: list[Notice]) -> Iterator[Night]:
    assert tidegauge("backfill", file, "--to", nights[0].start.date()) in (0, 1)
    before = {one.id for _, one in incidents(store, name) if not one.is_open}
    time.sleep(QUIET)
    yield Night(nights[0], pages(notices), [])
    expected: set[Page] = set()
    for window in nights:
        assert tidegauge("run", file, "--window", window.start.date()) in (0, 1)
        for stage, one in incidents(store, name):
            fired = stage, "firing", one.id
            if one.is_open and one.id not in before:
                expected.add(fired)
            elif fired in expected:
                expected.add((stage, "resolved", one.id))
        until = time.monotonic() + PATIENCE
        while len(pages(notices)) < len(expected) and time.monotonic() < until:
            time.sleep(0.1)
        time.sleep(QUIET)
        yield Night(window, sorted(pages(notices)), sorted(expected))


def tidegauge(*arguments: object) -> int:
    """A verb's exit code."""
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False).exit_code


def incidents(store: str, monitor: str) -> list[tuple[str, Incident]]:
    """By stage, as the store has them now."""
    with Store.open(store) as opened:
        return [(stage, one) for stage in STAGES for one in opened.incidents.of(monitor, stage)]


def pages(notices: Sequence[Notice]) -> list[Page]:
    """What the pager was told, an incident a notice."""
    found = []
    for one in list(notices):
        if one.receiver == "pager":
            ((name, stage, incident),) = one.alerts
            assert name == "TidegaugeIncident"
            found.append((stage, one.status, incident))
    return found
