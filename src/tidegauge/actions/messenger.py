"""Tell people of an incident by a service that has a key for it: when it opens, and once more when it is over.

What is told is written into the store with the decision, and no address is: who gets it is looked up in the monitor's
file when it is sent, by the action's name and its `called`. So a token may change while a notice waits.
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from tidegauge.actions.base import Action, Place
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.errors import MonitorError, NoSuchReceiver, Refused
from tidegauge.core.incident import Incident, IncidentStatus, Severity
from tidegauge.core.intent import ABOUT, CONTINUED, EVENT, OPENED_BY, RETRAINING, TAKEN_BACK, Intent
from tidegauge.core.retrying import LONGEST_EXCHANGE
from tidegauge.core.window import Window
from tidegauge.monitor.environment import filled
from tidegauge.monitor.options import HTTP_CONNECTION, PLAIN, SECONDS, SEVERITY, TEXTS_BY_NAME, option
from tidegauge.wording.text import column_name, one_line

if TYPE_CHECKING:
    from tidegauge.actions.posting import Web

LONGEST = 1000  # characters of the sentence in a notice
COLUMNS = 10  # that a notice names
OPENED = IncidentStatus.OPENED.value
_BEFORE = {
    IncidentStatus.RESOLVED.value: "Resolved: ",
    IncidentStatus.SETTLED.value: "Settled: ",
    TAKEN_BACK: "Taken back: ",
}


@dataclass(frozen=True, slots=True)
class Message:
    """What is told of an incident; texts are of one line, visible and bounded, whatever the data held."""

    key: str  # of this message, the same whenever it is tried again
    about: str  # the key of the one that told of the incident first: what a receiver knows the incident by
    event: str  # opened, continued, resolved, settled, taken back
    monitor: str
    stage: str
    window: Window  # the one that brought it
    since: Window  # the one that was told of first
    until: datetime  # when the next one is due
    incident: str
    severity: str
    verdict: str
    columns: str
    sentence: str

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be told of the incident."""
        return self.event in _BEFORE

    @property
    def title(self) -> str:
        """What stands above it."""
        where = f"{self.monitor}: {self.columns or 'the log'}, {self.verdict} of {self.since.start:%Y-%m-%d %H:%M} UTC"
        return f"{_BEFORE.get(self.event, '')}{where}"

    @property
    def text(self) -> str:
        """What people read."""
        return f"{_BEFORE.get(self.event, '')}{self.sentence}"

    def facts(self) -> dict[str, str]:
        """The rest of it, by name."""
        return {
            "monitor": self.monitor,
            "stage": self.stage,
            "window": self.window.key,
            "since": self.since.key,
            "incident": self.incident,
            "severity": self.severity,
            "verdict": self.verdict,
            "columns": self.columns,
        }


@dataclass(frozen=True, kw_only=True)
class Messenger(Action):
    """Tells of the first alert of an incident, and that it is over: resolved, settled, or taken back."""

    verdicts: ClassVar[frozenset[Verdict]] = frozenset({Verdict.ALERT, Verdict.BROKEN})
    tells_ends: ClassVar[bool] = True
    tells_people: ClassVar[bool] = True

    called: str = field(
        default="",
        metadata=option("A word that tells this receiver from another of its kind, where there are two.", PLAIN),
    )
    least: str = field(
        default="low", metadata=option("Only incidents that are at least so severe: low, medium or high.", SEVERITY)
    )
    timeout: float = field(
        default=10.0, metadata=option(f"Seconds for one delivery, {LONGEST_EXCHANGE:g} at most.", SECONDS)
    )

    @property
    def target(self) -> str:
        return self.called

    def asks_for(self, decision: Decision, incident: Incident) -> bool:
        """Whether the incident is severe enough by now; one that becomes so later is told of then."""
        order = [*Severity]
        return super().asks_for(decision, incident) and order.index(incident.severity) >= order.index(
            Severity(self.least)
        )

    def payload(self, decision: Decision, incident: Incident) -> dict[str, str]:
        return {
            EVENT: OPENED,
            "verdict": decision.verdict.value,
            "strength": f"{decision.strength:.4g}",
            "columns": one_line(", ".join(column_name(c) for c in incident.columns[:COLUMNS]), 300),
            "sentence": one_line(decision.sentence, LONGEST),
        }

    @classmethod
    def carry_out(cls, intent: Intent, at: Place) -> str:
        """Send it to whom the monitor's file names now."""
        mine = at.listed(intent)
        if not isinstance(mine, cls):
            called = f' that is called "{intent.payload["target"]}"' if intent.payload.get("target") else ""
            raise NoSuchReceiver(
                f"the monitor has no action {cls.name}{called} any more. If it is to have it, put it back into the "
                "file; else dismiss what waits for it: tidegauge deliver FILE --dismiss KEY"
            )
        if intent.payload.get(EVENT) in (OPENED, CONTINUED) and at.told_over(intent):  # given up, and asked for again
            return "it is over by now, and that was told"
        return mine.send(message_of(intent, at.until(intent)))

    @abstractmethod
    def send(self, message: Message) -> str:
        """Hand it over; what is worth a note. Raises as `carry_out` does."""


@dataclass(frozen=True, kw_only=True)
class WebMessenger(Messenger):
    """The same over HTTP."""

    # it may hold ${NAME}
    url: str = field(default="", repr=False, metadata=option("Where to send to; it may be, or hold, ${NAME}."))
    connection: str = field(default="", metadata=HTTP_CONNECTION)
    headers: Mapping[str, str] = field(
        default_factory=dict,
        repr=False,
        metadata=option('More headers, such as {Authorization: "Bearer ${TOKEN}"}.', TEXTS_BY_NAME),
    )

    def web(self, own: str = "") -> "Web":
        """Whom to ask. Refused where a variable of the environment is not set. `own`: a secret of the action's."""
        from tidegauge.actions.posting import Web  # HTTP, for whoever sends

        return Web.of(f"actions.{self.name}", self.url, self.connection, self.headers, self.timeout, own)

    def own_secret(self, key: str) -> str:
        """What an option of its own names in the environment; Refused where that is not set."""
        try:
            return filled(getattr(self, key), f"actions.{self.name}.{key}")
        except MonitorError as error:
            raise Refused(str(error)) from None

    def problems(self) -> list[str]:
        """What the receiver says to a question that tells nobody anything."""
        from tidegauge.actions.posting import troubles

        return troubles(self.probe)

    @abstractmethod
    def probe(self) -> str:
        """What is wrong with the receiver, a sentence; empty where nothing is. Raises as `send` does."""


def message_of(intent: Intent, until: datetime) -> Message:
    """What an intent tells; `until`: see `Place.until`."""
    told: dict[str, Any] = {k: intent.payload.get(k, "") for k in ("incident", "severity", "verdict", "columns")}
    since = Window.parse(intent.payload[OPENED_BY]) if OPENED_BY in intent.payload else intent.window
    return Message(
        key=intent.key,
        about=intent.payload.get(ABOUT, intent.key),
        event=intent.payload.get(EVENT, OPENED),
        monitor=one_line(intent.monitor, 200),
        stage=intent.payload.get("stage", ""),
        window=intent.window,
        since=since,
        until=until,
        sentence=_sentence(intent),
        **told,
    )


def _sentence(intent: Intent) -> str:
    """The decision's sentence, and while the incident goes on what was said of a retraining when it was told of."""
    goes_on = intent.payload.get(EVENT, OPENED) in (OPENED, CONTINUED)
    held = intent.payload.get(RETRAINING, "") if goes_on else ""
    more = f" Retraining {one_line(held, LONGEST // 3)}." if held else ""
    return one_line(intent.payload.get("sentence", ""), LONGEST - len(more)) + more
