"""What an action is: it looks at a decision and writes an intent, or nothing. Floor 6 carries the intent out.

Three rules keep a replay, a rerun or a second worker from acting twice:

- only a *live* decision acts (the caller knows: a backfill, a replay and a repaired gap are not live);
- an incident is acted upon once: the intent's key is a hash of monitor, action, target and incident;
- a cooldown is measured between windows, never by a clock, so that the same windows give the same intents.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import ClassVar

from tidegauge.errors import MonitorError, did_you_mean
from tidegauge.monitor.durations import parse_duration
from tidegauge.nouns import STAGES, Decision, Incident, Intent, Verdict

BLAMED = 0.25  # a column this strong beside the strongest one is pointed at; weaker ones are only ranked


@dataclass(frozen=True, kw_only=True)
class Action(ABC):
    """One entry of `actions:` in a monitor. The fields are its options; what comes as text from YAML is read here."""

    name: ClassVar[str]
    verdicts: ClassVar[frozenset[Verdict]] = frozenset({Verdict.ALERT})  # what it answers to

    stage: str | None = None  # only decisions of this stage; None: of both
    columns: tuple[str, ...] = ()  # only decisions that point at one of these; empty: at any
    cooldown: timedelta = timedelta(0)  # least time between the windows of two intents to the same target

    def __post_init__(self) -> None:
        object.__setattr__(self, "stage", _stage(self.name, self.stage))
        object.__setattr__(self, "columns", _columns(self.name, self.columns))
        object.__setattr__(self, "cooldown", _cooldown(self.name, self.cooldown))

    @property
    def target(self) -> str:
        """Whom it acts upon; two actions of one name with different targets do not stand in each other's way."""
        return ""

    @abstractmethod
    def payload(self, decision: Decision, incident: Incident) -> dict[str, str]:
        """What floor 6 needs to carry it out, besides window, stage and key."""

    def consider(
        self, decision: Decision, incident: Incident | None, *, live: bool, earlier: Sequence[Intent] = ()
    ) -> Intent | None:
        """The intent that follows from a decision, if one does. `earlier`: the monitor's intents so far."""
        if not live or incident is None or not self.answers(decision):
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

    def answers(self, decision: Decision) -> bool:
        """Whether verdict, stage and columns are those that it is there for."""
        if decision.verdict not in self.verdicts or self.stage not in (None, decision.stage):
            return False
        lead = decision.findings[0].strength if decision.findings else 0.0
        blamed = {f.column for f in decision.findings if f.strength >= BLAMED * lead}
        return not self.columns or not blamed.isdisjoint(self.columns)

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


def _stage(action: str, given: object) -> str | None:
    if given is None:
        return None
    if given not in STAGES:
        raise MonitorError(f'actions.{action}.stage: "{given}" is not a stage. {did_you_mean(str(given), STAGES)}')
    return str(given)


def _columns(action: str, given: object) -> tuple[str, ...]:
    listed = (given,) if isinstance(given, str) else given
    if not isinstance(listed, list | tuple) or not all(isinstance(column, str) for column in listed):
        raise MonitorError(f"actions.{action}.columns: must be a list of column names, and is {given!r}")
    return tuple(listed)


def _cooldown(action: str, given: object) -> timedelta:
    try:
        return given if isinstance(given, timedelta) else parse_duration(str(given))
    except ValueError as error:
        raise MonitorError(f"actions.{action}.cooldown: {error}") from None
