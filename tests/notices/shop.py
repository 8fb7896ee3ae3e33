"""A shop that loses five days of its log, with a receiver of every kind; each test has a copy of its own."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, YAML, ZONE, a_log, change, day, inside, write_duckdb
from tidegauge.actions.delivering import Outcome, deliver
from tidegauge.core.intent import SHOWN, Intent
from tidegauge.monitor import Monitor, load_monitor
from tidegauge.store.store import Store

FAULT = range(41, 44)  # three days without a row
BEGUN, ENDED = 40, 45  # nights that are backfilled before; the one by which it is resolved
ACTIONS = """\
actions:
  - slack: {url: "${DESK}/slack/a-token-in-the-path"}
  - pagerduty: {url: "${DESK}/pagerduty", routing_key: "${ROUTING_KEY}"}
  - alertmanager: {url: "${DESK}/alertmanager", lasts: 20000 days}
  - webhook: {url: "${DESK}/webhook", secret: "${SHARED}", headers: {Authorization: "Bearer ${SHARED}"}}
"""
SECRETS = {"ROUTING_KEY": "R0utingKeyOf32Letters4PagerDuty5", "SHARED": "hush-hush-1"}
WHO = ("slack", "pagerduty", "alertmanager", "webhook")


@dataclass(frozen=True)
class Shop:
    """Its folder, in which the days before its fault are decided."""

    folder: Path

    @property
    def monitor(self) -> Monitor:
        """As its file says now."""
        return load_monitor(self.folder / "shop.yml")

    def run(self, *numbers: int, tell: bool = True) -> list[Outcome]:
        """Run some nights, live, each told of."""
        with open_pipeline(self.monitor) as pipeline:
            outcomes = []
            for number in numbers:
                pipeline.run(day(number))
                outcomes += deliver(pipeline, again=True) if tell else []
        return [o for o in outcomes if o.intent.action not in SHOWN]

    def deliver(self, *, again: bool = True) -> list[Outcome]:
        """Deliver all that waits."""
        with open_pipeline(self.monitor) as pipeline:
            return [o for o in deliver(pipeline, again=again) if o.intent.action not in SHOWN]

    def ask(self, what: Callable[[Store], object]) -> object:
        """Something of its store."""
        with open_pipeline(self.monitor) as pipeline:
            return what(pipeline.store)

    def asked(self) -> list[tuple[str, str, int]]:
        """Each notice that was asked for: to whom, of what, and the night."""
        with open_pipeline(self.monitor) as pipeline:
            return [in_short(i) for i in pipeline.store.outbox.acted("shop")]


def in_short(intent: Intent) -> tuple[str, str, int]:
    """To whom, of what, by which night."""
    nights = {day(n): n for n in range(BEGUN, BEGUN + 12)}
    return intent.action, intent.payload.get("event", ""), nights[intent.window]


def begun(folder: Path) -> Path:
    """The shop on the eve of its fault; to be copied."""
    url = write_duckdb(folder / "shop.duckdb", *a_log())
    change(url, *(f"DELETE FROM log WHERE {inside(day(n))}" for n in FAULT))
    shop = copied(folder, folder)
    with open_pipeline(shop.monitor) as pipeline:
        pipeline.backfill(BEGIN, day(BEGUN).start)
    return folder


def copied(of: Path, folder: Path) -> Shop:
    """A copy of a shop, whose file names the copy's own places."""
    if of != folder:
        shutil.copytree(of, folder, dirs_exist_ok=True)
    text = YAML.format(
        name="shop",
        store=f"sqlite:///{folder}/store.db",
        url=f"duckdb:///{of}/shop.duckdb",  # a source is what a history is of; nobody writes to it
        zone=ZONE,
        start=BEGIN.date(),
        folder=folder,
    )
    text = "\n".join(line for line in text.splitlines() if not line.startswith(("actions:", "sinks:", "labels:")))
    (folder / "shop.yml").write_text(f"{text}\n{ACTIONS}", encoding="utf-8")
    return Shop(folder)
