"""An action from outside: a ticket for each incident, as a file on somebody's desk."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from tidegauge.actions.base import Action, Place
from tidegauge.core.decision import Decision
from tidegauge.core.errors import NobodyThere
from tidegauge.core.incident import Incident
from tidegauge.core.intent import Intent
from tidegauge.monitor.options import Value, option

PRIORITIES = ["low", "normal", "high"]


def _priority(value: Any) -> str:  # noqa: ANN401 - any YAML value
    if value not in PRIORITIES:
        raise ValueError(f"must be {', '.join(PRIORITIES[:-1])} or {PRIORITIES[-1]}, and is {value}")
    return str(value)


PRIORITY = Value(_priority, {"enum": PRIORITIES})


@dataclass(frozen=True, kw_only=True)
class Ticket(Action):
    """Puts a file on the desk: its name is the key, so that a second delivery is no second ticket."""

    name: ClassVar[str] = "ticket"

    desk: str = field(metadata=option("The folder that tickets go to."))
    priority: str = field(default="normal", metadata=option("How soon somebody has to look.", PRIORITY))

    @property
    def target(self) -> str:
        return self.desk

    def payload(self, decision: Decision, incident: Incident) -> dict[str, str]:
        del incident
        return {"desk": self.desk, "priority": self.priority, "sentence": decision.sentence}

    @classmethod
    def carry_out(cls, intent: Intent, at: Place) -> str:
        del at
        desk = Path(intent.payload["desk"])
        if not desk.is_dir():
            raise NobodyThere(f"there is no desk {desk}")
        ticket = desk / f"{intent.key}.json"
        if ticket.exists():
            return "told before"
        ticket.write_text(json.dumps(intent.payload), encoding="utf-8")
        return ""
