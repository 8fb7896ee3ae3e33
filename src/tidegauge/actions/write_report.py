"""Write the report of the first alert of an incident."""

from dataclasses import dataclass, field
from typing import ClassVar

from tidegauge.actions.base import DRAWN, Action, Place
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.incident import Incident
from tidegauge.core.intent import Intent
from tidegauge.monitor.options import PLACE, option
from tidegauge.sinks.html import Html


@dataclass(frozen=True, kw_only=True)
class WriteReport(Action):
    """Asks for the HTML report of the window; the stored decision is rendered when it is carried out.

    Prefer the sink `html` for a page per window; this one is for a page per incident, where pages go to people.
    """

    name: ClassVar[str] = "report"
    verdicts: ClassVar[frozenset[Verdict]] = frozenset({Verdict.ALERT, Verdict.BROKEN})
    turn: ClassVar[int] = DRAWN
    draws_sensitivity: ClassVar[bool] = True

    folder: str = field(
        default="",
        metadata=option(
            "Where the page goes, from the folder of the monitor's file. Default: where the html sink writes.", PLACE
        ),
    )

    @property
    def target(self) -> str:
        return self.folder

    def payload(self, decision: Decision, incident: Incident) -> dict[str, str]:  # noqa: ARG002 - the family's signature
        return {"folder": self.folder}

    @classmethod
    def carry_out(cls, intent: Intent, at: Place) -> str:
        return at.show(intent, Html(folder=at.path(intent.payload.get("folder") or str(at.reports))))
