"""Tell people, once per incident. First form: a line in the log, and in a file where one is named."""

import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from tidegauge.actions.base import Action
from tidegauge.errors import SinkError
from tidegauge.nouns import Decision, Incident, Intent, Verdict
from tidegauge.sinks.text import one_line

LONGEST = 1000  # characters of the sentence in a notice

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Notify(Action):
    """Writes the sentence of the first alert of an incident as one line of JSON, with its key."""

    name: ClassVar[str] = "notify"
    verdicts: ClassVar[frozenset[Verdict]] = frozenset({Verdict.ALERT, Verdict.BROKEN})

    log: str = ""  # a file to append to; empty: the log of the run alone

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


def deliver(intent: Intent) -> bool:
    """Carry out a notice; False when the file already holds its key, so that a second delivery tells nobody twice."""
    payload = intent.payload
    told = {"monitor": intent.monitor, **{k: payload[k] for k in sorted(payload) if k not in ("log", "target")}}
    line = json.dumps(
        told, ensure_ascii=True
    )  # one line whatever it holds: no forged second line, no control characters
    if payload.get("log"):
        place = Path(payload["log"])
        try:
            if _holds(place, intent.key):
                return False
            place.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                os.write(handle, f"{line}\n".encode())  # one write, so that two workers' lines never mix
            finally:
                os.close(handle)
        except OSError as error:
            raise SinkError(f"the notice could not be written to {place}: {error.strerror or error}") from error
    _log.warning("%s", line)
    return True


def _holds(place: Path, key: str) -> bool:
    if not place.exists():
        return False
    with place.open(encoding="utf-8") as file:
        return any(f'"key": "{key}"' in line for line in file)
