"""An alert at a Prometheus Alertmanager, by its API v2."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from tidegauge.actions.messenger import Message, WebMessenger
from tidegauge.monitor.options import DURATION, option

ALERTS, STATUS = "/api/v2/alerts", "/api/v2/status"
A_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Alertmanager(WebMessenger):
    """Keeps an alert active while an incident is open, by saying so with each live window, and ends it.

    Its labels are its identity: name, monitor, incident, and the severity that was told of first. An alert ends by
    itself `lasts` after the next window was due, so of windows that are long past none is ever shown as active.
    """

    name: ClassVar[str] = "alertmanager"
    repeats: ClassVar[bool] = True

    lasts: timedelta = field(
        default=A_DAY,
        metadata=option(
            "How long an alert stays active after the next window was due, where nothing is said any more. "
            'Default: "1 day".',
            DURATION,
        ),
    )

    def send(self, message: Message) -> str:
        now = datetime.now(UTC)
        end = now if message.is_over else message.until + self.lasts
        if end < now:
            return "its window is long past: an Alertmanager would not show it"
        self.web().tell([alert(message, end)], behind=ALERTS)
        return ""

    def probe(self) -> str:
        web = self.web()
        reply = web.get(STATUS)
        return "" if reply.ok else web.refusal(reply)


def alert(message: Message, end: datetime) -> dict[str, object]:
    """What the API takes; without annotations another one would wipe those that are there."""
    named = {"monitor": message.monitor, "incident": message.incident, "severity": message.severity}
    start = min(message.since.start, end)
    return {
        "labels": {"alertname": "TidegaugeIncident", **named},
        "annotations": {"summary": message.title, "description": message.sentence, "stage": message.stage},
        "startsAt": start.isoformat(),
        "endsAt": end.isoformat(),
    }
