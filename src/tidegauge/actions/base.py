"""What an action is: it looks at a decision and writes an intent, or nothing; and later carries the intent out.

Three rules keep a replay, a rerun or a second worker from acting twice:

- only a *live* decision acts (the caller knows: a backfill, a replay and a repaired gap are not live);
- an incident is acted upon once: the intent's key is a hash of monitor, action, target and incident;
- a cooldown is measured between windows, never by a clock, so that the same windows give the same intents.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol

from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.incident import Incident
from tidegauge.core.intent import Intent
from tidegauge.monitor.options import DURATION, STAGE, TEXTS, option
from tidegauge.sinks.base import Sink

if TYPE_CHECKING:
    from tidegauge.actions.grounds import Grounds

CALLED, STARTED, DRAWN, LAST = range(4)  # who is called, what is started, what is drawn; then what sinks get
BLAMED = 0.25  # a column this strong beside the strongest one is pointed at; weaker ones are only ranked


class Place(Protocol):
    """Where an action is carried out: what it may ask for."""

    @property
    def reports(self) -> Path:
        """The folder for pages that name none."""

    def path(self, text: str) -> Path:
        """A file or a folder that an option names: a relative one is meant from the folder of the monitor's file."""

    def show(self, intent: Intent, sink: Sink) -> str:
        """Hand the intent's decision to a sink, as it stands now; what is worth a note."""

    def listed(self, intent: Intent) -> "Action | None":
        """The action of the monitor that has the intent's name and target, as its file has it now."""

    def told_over(self, intent: Intent) -> bool:
        """Whether it was told already that what the intent tells of is over."""

    def trip(self, intent: Intent) -> str:
        """Turn the switch that the intent names; what is worth a note."""

    def until(self, intent: Intent) -> datetime:
        """When the window after the intent's next one is due at the latest: by then it was said again, or is over."""


@dataclass(frozen=True, kw_only=True)
class Action(ABC):
    """One entry of `actions:` in a monitor. A member is a frozen dataclass whose fields are its options in the YAML."""

    name: ClassVar[str]
    verdicts: ClassVar[frozenset[Verdict]] = frozenset({Verdict.ALERT})  # what it answers to
    turn: ClassVar[int] = CALLED  # where it stands among what is to be carried out
    waits: ClassVar[bool] = False  # for Airflow, which starts the DAG that its payload names
    draws_sensitivity: ClassVar[bool] = False  # what the window would have seen: then it is carried out again with it
    tells_ends: ClassVar[bool] = False  # it hears, once, that an incident that it told of is over
    tells_people: ClassVar[bool] = False  # what is held beside it is told with it
    repeats: ClassVar[bool] = False  # and with each live window that it is not

    stage: str | None = field(
        default=None,
        metadata=option(
            "Only alerts of this stage: inputs (when a window closes) or labels (when they have arrived). "
            "Default: both.",
            STAGE,
        ),
    )
    columns: tuple[str, ...] = field(
        default=(), metadata=option("Only alerts that point at one of these columns. Default: at any.", TEXTS)
    )
    cooldown: timedelta = field(
        default=timedelta(0),
        metadata=option(
            'Least time between the windows of two such actions, such as "7 days". Default: none.', DURATION
        ),
    )

    @property
    def target(self) -> str:
        """Whom it acts upon; two actions of one name with different targets do not stand in each other's way."""
        return ""

    @abstractmethod
    def payload(self, decision: Decision, incident: Incident) -> dict[str, str]:
        """What is needed to carry it out, besides window, stage and key."""

    @classmethod
    @abstractmethod
    def carry_out(cls, intent: Intent, at: Place) -> str:
        """Do it, from the intent alone, for by now the monitor may say something else; what is worth a note.

        It may come twice, with the same key. Where nobody is there, raise `NobodyThere`; where somebody says no,
        `Refused`; for what else may go wrong, `SinkError`: it is tried again.
        """

    def problems(self) -> list[str]:
        """What keeps it from acting, as far as can be told without doing so: a sentence each."""
        return []

    def consider(
        self, decision: Decision, incident: Incident | None, *, live: bool, earlier: Sequence[Intent] = ()
    ) -> Intent | None:
        """The intent that follows from a decision, if one does. `earlier`: the monitor's intents so far."""
        if not live or incident is None or not self.asks_for(decision, incident):
            return None
        key = self.key(decision.monitor, incident)
        if any(intent.key == key for intent in earlier) or self._cooling(decision, earlier):
            return None
        shared = {
            "window": decision.window.key,
            "stage": decision.stage,
            "incident": incident.id,
            "severity": incident.severity.value,
            "target": self.target,
            "key": key,
        }
        return Intent(key, self.name, decision.monitor, decision.window, shared | self.payload(decision, incident))

    def asks_for(self, decision: Decision, incident: Incident) -> bool:  # noqa: ARG002 - members look at the incident
        """Whether it is there for such a decision, and for such an incident."""
        return self.answers(decision)

    def why_held(
        self,
        decision: Decision,  # noqa: ARG002 - members look at all of them
        incident: Incident,  # noqa: ARG002
        grounds: "Grounds",  # noqa: ARG002
        began: Sequence[Intent],  # noqa: ARG002
    ) -> str:
        """Why it is kept and told, and not carried out, by what is known beside the decision; empty: it is.

        `began`: what the monitor has asked for so far, but for what is held.
        """
        return ""

    def answers(self, decision: Decision) -> bool:
        """Whether verdict, stage and columns are those that it is there for."""
        if decision.verdict not in self.verdicts or self.stage not in (None, decision.stage):
            return False
        return not self.columns or not blamed_columns(decision).keys().isdisjoint(self.columns)

    def key(self, monitor: str, incident: Incident) -> str:
        """The idempotency key: the same for every alert of an incident, in every run."""
        parts = (monitor, self.name, self.target, incident.id)
        return sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def _cooling(self, decision: Decision, earlier: Sequence[Intent]) -> bool:
        """Whether a window that is not later, and nearer than the cooldown, has led to the same already."""
        since = decision.window.start - self.cooldown
        return any(
            intent.action == self.name
            and intent.payload.get("target") == self.target
            and since < intent.window.start <= decision.window.start
            for intent in earlier
        )


def blamed_columns(decision: Decision) -> dict[str, None]:
    """The columns that a decision points at, the strongest first."""
    lead = decision.findings[0].strength if decision.findings else 0.0
    return dict.fromkeys(f.column for f in decision.findings if f.strength >= BLAMED * lead)
