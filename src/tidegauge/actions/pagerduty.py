"""An alert at PagerDuty, by its Events API v2."""

from dataclasses import dataclass, field
from typing import ClassVar

from tidegauge.actions.messenger import Message, WebMessenger
from tidegauge.monitor.options import SECRET, option
from tidegauge.wording.text import cut

EVENTS = "https://events.pagerduty.com/v2/enqueue"
SUMMARY = 1024  # letters that PagerDuty takes
SEVERITIES = {"low": "warning", "medium": "error", "high": "critical"}


@dataclass(frozen=True, kw_only=True)
class PagerDuty(WebMessenger):
    """Triggers an alert and resolves it. Its `dedup_key` is the incident's: however often it comes, it is one."""

    name: ClassVar[str] = "pagerduty"

    url: str = field(default=EVENTS, repr=False, metadata=option("Where events go; another one for the EU's service."))
    connection: str = field(
        default="", metadata=option("An Airflow connection of the type http, in the place of url. Inside Airflow only.")
    )
    routing_key: str = field(
        repr=False,
        metadata=option("The integration key of a service, as ${NAME} of the environment.", SECRET),
    )

    def send(self, message: Message) -> str:
        key = self.own_secret("routing_key")
        self.web(key).tell(self._event(message, key))
        return ""

    def probe(self) -> str:
        """An event without an action is refused whatever the key: so only that somebody is there is known."""
        web = self.web(self.own_secret("routing_key"))
        reply = web.post({})
        return "" if reply.status in (200, 202, 400) else web.refusal(reply)

    @staticmethod
    def _event(message: Message, key: str) -> dict[str, object]:
        """What the API takes."""
        event: dict[str, object] = {"routing_key": key, "dedup_key": message.about}
        if message.is_over:
            return event | {"event_action": "resolve"}
        return event | {
            "event_action": "trigger",
            "client": "tidegauge",
            "payload": {
                "summary": cut(f"{message.monitor}: {message.text}", SUMMARY),
                "source": f"tidegauge/{message.monitor}",
                "severity": SEVERITIES.get(message.severity, "error"),
                "timestamp": message.since.end.isoformat(),
                "component": message.stage,
                "class": message.verdict,
                "custom_details": message.facts(),
            },
        }
