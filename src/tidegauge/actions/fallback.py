"""Turn a switch that a serving system reads: to the model before, or off, until a person turns it back."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from tidegauge.actions.base import Action, Place
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.incident import Incident
from tidegauge.core.intent import Intent
from tidegauge.core.window import FIRST_STAGE
from tidegauge.monitor.fields import many
from tidegauge.monitor.options import PLACE, TEXT, Value, option
from tidegauge.monitor.texts import named

BROKEN, FLOOR, ALERT = CAUSES_OF_A_TRIP = ("broken", "floor", "alert")
PREVIOUS, OFF = WAYS = ("previous", "off")


def _one_of(known: tuple[str, ...], value: Any) -> str:  # noqa: ANN401 - any YAML value
    if value not in known:
        raise ValueError(f"must be {', '.join(known[:-1])} or {known[-1]}, and is {named(value)}")
    return str(value)


WAY = Value(lambda value: _one_of(WAYS, value), {"enum": [*WAYS]})
CAUSE = Value(
    lambda value: tuple(_one_of(CAUSES_OF_A_TRIP, one) for one in many(value)),
    {"type": "array", "items": {"enum": [*CAUSES_OF_A_TRIP]}},
)


@dataclass(frozen=True, kw_only=True)
class Fallback(Action):
    """Turns the flag `flag` in the file `file`, which flagd and its providers read, once an incident.

    The store is the truth: each turn is a row, and the file is written anew where it says something else. Only a person
    (`tidegauge models untrip`) or a promotion turns it back.
    """

    name: ClassVar[str] = "fallback"
    verdicts: ClassVar[frozenset[Verdict]] = frozenset({Verdict.ALERT, Verdict.BROKEN})

    flag: str = field(metadata=option("The name of the flag that the serving system asks for.", TEXT))
    file: str = field(
        metadata=option("The file of flags, this one alone, from the folder of the monitor's file.", PLACE)
    )
    to: str = field(
        default=PREVIOUS,
        metadata=option("What serves then: previous (the model before) or off. Default: previous.", WAY),
    )
    by: tuple[str, ...] = field(
        default=(BROKEN, FLOOR),
        metadata=option(
            "By what it is turned: broken (inputs that are broken), floor (labels by which a performance breaks one of "
            "the monitor's limits), alert (any). Default: broken and floor.",
            CAUSE,
        ),
    )

    @property
    def target(self) -> str:
        return self.flag

    def asks_for(self, decision: Decision, incident: Incident) -> bool:  # noqa: ARG002 - the family's signature
        return self.answers(decision) and self._is_meant(decision)

    def _is_meant(self, decision: Decision) -> bool:
        from tidegauge.statistics.own_limits import BrokenLimit, BrokenShareLimit  # no engine where a file is read

        if decision.verdict is Verdict.BROKEN:
            return BROKEN in self.by and decision.stage == FIRST_STAGE
        fallen = decision.stage != FIRST_STAGE and any(
            s.statistic in (BrokenLimit.name, BrokenShareLimit.name) for f in decision.findings for s in f.scores
        )
        return ALERT in self.by or (FLOOR in self.by and fallen)

    def payload(self, decision: Decision, incident: Incident) -> dict[str, str]:  # noqa: ARG002 - the family's signature
        return {"flag": self.flag, "file": self.file, "to": self.to, "why": decision.sentence}

    @classmethod
    def carry_out(cls, intent: Intent, at: Place) -> str:
        return at.trip(intent)
