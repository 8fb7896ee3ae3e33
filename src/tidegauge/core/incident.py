"""Alerts that are one event."""

from dataclasses import dataclass
from enum import StrEnum

from tidegauge.core.window import Window


class IncidentStatus(StrEnum):
    """Where an incident stands."""

    OPENED = "opened"  # one alert so far
    CONTINUED = "continued"  # more alerts, window upon window
    RESOLVED = "resolved"  # quiet for long enough
    SETTLED = "settled"  # what it was about has stood for so long that it is what is known by now
    REOPENED = "reopened"  # it was resolved, and soon came back: the same incident, so nobody is told again


OVER = frozenset({IncidentStatus.RESOLVED, IncidentStatus.SETTLED})


class Severity(StrEnum):
    """How much an incident asks for: from how strong, how broad and how long it is (see docs/incidents.md)."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Turn:
    """A change in an incident's life, and the window that brought it: opened, resolved, settled or reopened."""

    status: IncidentStatus
    window: Window


@dataclass(frozen=True, slots=True)
class Incident:
    """Alerts that are one event. Its id is that of the first alert, so that a rerun finds the same one."""

    id: str
    monitor: str
    stage: str
    status: IncidentStatus
    first: Window
    last: Window  # the last one that alerted
    columns: tuple[str, ...]  # in the order in which they came
    alerts: int = 1
    severity: Severity = Severity.LOW
    strength: float = 0.0  # of its strongest alert
    strengths: tuple[float, ...] = ()  # the strongest that each column was
    windows: tuple[Window, ...] = ()  # those that alerted
    turns: tuple[Turn, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it may still go on."""
        return self.status not in OVER
