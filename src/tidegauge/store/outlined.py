"""The outline of a decision: what an incident is made of, read when it is first asked for."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.window import Window
from tidegauge.store.codec import stored


@dataclass(slots=True)
class Outlined:
    """What is remembered of a decision: its outline, read when it is first asked for."""

    evidence: str
    verdict: str
    stone: int
    text: str | None  # JSON of one that found something
    read: Decision | None = None

    def outline(self, monitor: str, stage: str, window: Window) -> Decision:
        """The decision, without what it says where it found nothing."""
        if self.read is None and self.text is None:
            self.read = Decision(monitor, window, stage, Verdict(self.verdict), "", self.evidence)
        elif self.read is None:
            self.read = stored(Decision, self.text or "", "decisions", f"{monitor}, {stage}, {window}")
        return self.read


def outlined_of(row: Row[Any]) -> Outlined:
    """What a row says."""
    return Outlined(row.evidence, row.verdict, row.stone, row.outline)
