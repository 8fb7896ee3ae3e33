"""A number of labelled rows that the monitor's file defines: a mean of an expression, or what outcomes are worth."""

import hashlib
from dataclasses import dataclass
from typing import NamedTuple


class Worth(NamedTuple):
    """What a labelled row is worth by what was predicted of it at a threshold and what came true."""

    threshold: float
    hits: float
    false_alarms: float
    missed: float
    rest: float
    each: float  # whatever became of it


@dataclass(frozen=True, slots=True)
class OwnMetric:
    """One metric of the monitor's own; either `sql` or `worth`."""

    name: str
    sql: str = ""  # over a row of the log, its `label` and its `prediction`
    worth: Worth | None = None
    unit: str = ""  # for a reader; "share": of rows
    better: str = ""  # higher, lower; empty where neither is
    title: str = ""  # what a reader knows it by, where that is not its name
    judged: bool = True

    @property
    def is_share(self) -> bool:
        """Whether it is read in per cent."""
        return self.unit == "share"

    @property
    def called(self) -> str:
        """What a reader knows it by: its name, and the unit that it is in."""
        told = self.title or self.name
        return f"{told} ({self.unit})" if self.unit and not self.is_share else told

    @property
    def key(self) -> str:
        """Before its sums' names: another expression has other ones, so that they are never added to each other."""
        return f"own {_digest(self.sql)}"


def tag_of_own(metrics: tuple[OwnMetric, ...]) -> str:
    """What is counted for a monitor's metrics, and how it is judged, in short; empty where there are none."""
    said = sorted((m.name, m.sql, tuple(m.worth or ()), m.is_share, m.better) for m in metrics)
    return f"own {_digest(repr(said))}" if said else ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
