"""A sink from outside: what was decided of each window, in one file of JSON."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from tidegauge.core.errors import NobodyThere
from tidegauge.core.window import Window
from tidegauge.monitor.options import TEXTS, option
from tidegauge.reports.report import Report
from tidegauge.sinks.base import Sink


@dataclass(frozen=True, kw_only=True)
class Ledger(Sink):
    """Keeps a line for each window and stage; the same decision again leaves it as it was."""

    name: ClassVar[str] = "ledger"

    file: str = field(metadata=option("The file to write; its folder has to be there."))
    verdicts: tuple[str, ...] = field(default=(), metadata=option("Only decisions of these. Default: all.", TEXTS))

    def publish(self, report: Report) -> None:
        decision = report.decision
        if not self.verdicts or decision.verdict in self.verdicts:
            self._write(report.monitor, decision.stage, decision.window, decision.sentence)

    def withdraw(self, monitor: str, stage: str, window: Window, newest: Report | None) -> None:
        del newest
        self._write(monitor, stage, window, None)

    def _write(self, monitor: str, stage: str, window: Window, sentence: str | None) -> None:
        place = Path(self.file)
        if not place.parent.is_dir():
            raise NobodyThere(f"there is no folder {place.parent} for the ledger")
        lines = json.loads(place.read_text(encoding="utf-8")) if place.exists() else {}
        lines |= {f"{monitor} {stage} {window.key}": sentence}
        place.write_text(json.dumps({k: v for k, v in lines.items() if v is not None}, indent=1), encoding="utf-8")
