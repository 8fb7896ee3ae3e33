"""Tell people, once per incident. First form: a line in the log, and in a file where one is named."""

import json
from dataclasses import dataclass, field
from typing import ClassVar

from tidegauge.actions.base import Action, Place
from tidegauge.actions.notices import append
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.incident import Incident
from tidegauge.core.intent import Intent
from tidegauge.core.unseen import logger
from tidegauge.monitor.options import PLACE, option
from tidegauge.wording.text import one_line

LONGEST = 1000  # characters of the sentence in a notice

_log = logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Notify(Action):
    """Writes the sentence of the first alert of an incident as one line of JSON, with its key."""

    name: ClassVar[str] = "notify"
    tells_people: ClassVar[bool] = True
    verdicts: ClassVar[frozenset[Verdict]] = frozenset({Verdict.ALERT, Verdict.BROKEN})

    log: str = field(
        default="",
        metadata=option(
            "A file to append the notice to, a line of JSON each; meant from the folder of the monitor's file. "
            "Default: the run's log.",
            PLACE,
        ),
    )

    @property
    def target(self) -> str:
        return self.log

    def payload(self, decision: Decision, incident: Incident) -> dict[str, str]:  # noqa: ARG002 - the family's signature
        return {
            "log": self.log,
            "verdict": decision.verdict.value,
            "strength": f"{decision.strength:.4g}",
            "sentence": one_line(decision.sentence, LONGEST),
        }

    @classmethod
    def carry_out(cls, intent: Intent, at: Place) -> str:
        """Tell it, unless the file already holds its key, so that a second delivery tells nobody twice."""
        payload = intent.payload
        line = {"monitor": intent.monitor, **{k: payload[k] for k in sorted(payload) if k not in ("log", "target")}}
        # one line whatever it holds: no forged second line, no control characters
        text = json.dumps(line, ensure_ascii=True)
        if payload.get("log") and not append(at.path(payload["log"]), intent.key, text):
            return "told before"
        _log.warning("%s", text)
        return ""
