"""Alerts that are one event: derived from decisions alone, so that any order of runs ends in the same incidents."""

from collections.abc import Iterable
from hashlib import sha256

from tidegauge.nouns import Decision, Incident, IncidentStatus, Stage, Verdict, Window

QUIET = 2  # fine windows after which an incident is over
LEADING = 3  # columns of an alert by which it is known, at most
ALIKE = 0.25  # of the first one's strength
BAD = frozenset({Verdict.ALERT, Verdict.BROKEN})


def incidents_of(decisions: Iterable[Decision]) -> list[Incident]:
    """The incidents of one monitor and stage, from its decisions in order of time.

    An alert continues an open incident when they share one of their leading columns; else it opens another. An
    incident is over when two windows in a row have not continued it.
    """
    done: list[Incident] = []
    live: list[tuple[Incident, int]] = []  # and how many windows ago it was last seen
    for d in decisions:
        if d.verdict in (Verdict.OUTAGE, Verdict.LEARNING):
            continue
        columns = blamed(d)
        follows = None
        if d.verdict in BAD:
            follows = next(
                (i for i, _ in live if not columns or not i.columns or set(columns[:2]) & set(i.columns[:2])), None
            )
        still: list[tuple[Incident, int]] = []
        for incident, age in live:
            if incident is follows:
                merged = tuple(dict.fromkeys((*incident.columns, *columns)))
                still.append(
                    (
                        Incident(
                            incident.id,
                            d.monitor,
                            d.stage,
                            IncidentStatus.OPEN,
                            incident.first,
                            d.window,
                            merged,
                            incident.alerts + 1,
                        ),
                        0,
                    )
                )
            elif age + 1 >= QUIET:
                done.append(_closed(incident))
            else:
                still.append((incident, age + 1))
        if d.verdict in BAD and follows is None:
            still.append(
                (
                    Incident(
                        incident_id(d.monitor, d.stage, d.window),
                        d.monitor,
                        d.stage,
                        IncidentStatus.OPEN,
                        d.window,
                        d.window,
                        columns,
                    ),
                    0,
                )
            )
        live = still
    return sorted((*done, *(i for i, _ in live)), key=lambda i: (i.first, i.id))


def blamed(decision: Decision) -> tuple[str, ...]:
    """The columns that an alert is about: the first, and others nearly as strong. A trace of a column ties nothing."""
    first = decision.findings[0].strength if decision.findings else 0.0
    return tuple(f.column for f in decision.findings[:LEADING] if f.strength >= ALIKE * first)


def incident_id(monitor: str, stage: Stage, first: Window) -> str:
    """The same first alert, the same id, in every run."""
    return sha256("\x1f".join((monitor, str(stage), first.key)).encode()).hexdigest()[:16]


def _closed(i: Incident) -> Incident:
    return Incident(i.id, i.monitor, i.stage, IncidentStatus.RESOLVED, i.first, i.last, i.columns, i.alerts)
