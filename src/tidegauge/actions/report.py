"""Write the report of the first alert of an incident."""

from dataclasses import dataclass
from typing import ClassVar

from tidegauge.actions.base import Action
from tidegauge.nouns import Decision, Incident, Verdict


@dataclass(frozen=True, kw_only=True)
class Report(Action):
    """Asks for the HTML report of the window; floor 6 renders the stored decision.

    Prefer the sink `html` for a page per window; this one is for a page per incident, where pages go to people.
    """

    name: ClassVar[str] = "report"
    verdicts: ClassVar[frozenset[Verdict]] = frozenset({Verdict.ALERT, Verdict.BROKEN})

    folder: str = ""  # where to; empty: where the monitor's html sink writes, or beside the store

    @property
    def target(self) -> str:
        return self.folder

    def payload(self, decision: Decision, incident: Incident) -> dict[str, str]:  # noqa: ARG002 - the family's signature
        return {"folder": self.folder}
