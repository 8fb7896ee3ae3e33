"""One column of a comparison: what it is, whether it changed, and every number behind that."""

import math
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from tidegauge.core.decision import CellShift
from tidegauge.reports.report import Cell

Answer: TypeAlias = Literal["same", "changed", "broken", "left out"]


@dataclass(frozen=True, slots=True)
class Appearance:
    """One side of a column in a few numbers; nan where there is nothing to say."""

    missing: float  # share of all rows
    mean: float = math.nan
    median: float = math.nan
    low: float = math.nan
    high: float = math.nan


@dataclass(frozen=True, slots=True)
class ComparedColumn:
    """One column of a comparison."""

    name: str
    kind: str  # "numeric", "categorical", …; "" where it was not compared
    verdict: Answer
    sentence: str
    ordered: bool = False  # its cells lie on a number line: drawn as a histogram
    strength: float = 0.0  # largest size as a multiple of its limit: 1 and above matters
    aspects: tuple[str, ...] = ()  # what changed, the strongest first: "shape", "missing", "far-outside" …
    chance: float = math.nan  # probability of the strongest aspect's difference where nothing changed
    statistics: dict[str, float] = field(default_factory=dict)  # every one that applies, by its registered name
    reference: Appearance | None = None
    current: Appearance | None = None
    shifts: tuple[CellShift, ...] = ()  # the cells that moved most
    cells: tuple[Cell, ...] = ()  # for pictures

    def to_dict(self) -> dict[str, Any]:
        """JSON values; what can't be said is None."""
        return {
            "column": self.name,
            "kind": self.kind,
            "verdict": self.verdict,
            "sentence": self.sentence,
            "strength": plain(self.strength),
            "aspects": list(self.aspects),
            "chance": plain(self.chance),
            "statistics": {name: plain(value) for name, value in self.statistics.items()},
            "reference": _appearance(self.reference),
            "current": _appearance(self.current),
            "shifts": [
                {"cell": m.cell, "reference": plain(m.expected), "current": plain(m.observed)} for m in self.shifts
            ],
        }


def _appearance(appearance: Appearance | None) -> dict[str, float | None] | None:
    if appearance is None:
        return None
    return {name: plain(getattr(appearance, name)) for name in ("missing", "mean", "median", "low", "high")}


def plain(value: float) -> float | None:
    """A number as JSON has it; None where there is none."""
    return value if math.isfinite(value) else None
