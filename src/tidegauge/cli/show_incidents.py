"""Incidents and their answers as a person reads them in a terminal."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from tidegauge.cli.show import out, table, when
from tidegauge.core.grid import local_time
from tidegauge.core.incident import Incident, IncidentStatus, Severity
from tidegauge.core.window import Window
from tidegauge.decisions.feedback import Feedback
from tidegauge.pipeline.answering import SAID, Answered
from tidegauge.wording.text import column_name, number, one_line, share

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["log_of", "one", "out", "table_of"]
COLOURS = {Severity.LOW: "yellow", Severity.MEDIUM: "red", Severity.HIGH: "bold red"}
MOST = 31  # windows that are listed


def table_of(known: Sequence[Answered], zone: str) -> "RenderableType":
    """One line for each incident."""
    heads = ("incident", "stage", "status", "severity", "since", "last alert", "alerts", "answer", "columns")
    return table(
        heads,
        (
            (
                a.incident.id,
                a.incident.stage,
                status_of(a, zone),
                a.incident.severity.value,
                when(a.incident.first, zone),
                when(a.incident.last, zone),
                f"{a.incident.alerts:,}",
                _answer(a),
                _columns(a.incident),
            )
            for a in known
        ),
    )


def status_of(a: Answered, zone: str) -> str:
    """Where it stands. Of one that has fallen silent since when, and how it is now: silent is not mended."""
    if a.incident.is_open:
        return a.incident.status.value
    last, settled = a.incident.last, a.incident.turns[-1].window
    if a.incident.status is IncidentStatus.SETTLED:
        since = f"settled since {when(settled, zone)}"
        return f"{since}; {a.aftermath}" if a.aftermath else since
    since = f"quiet since {when(Window(last.end, last.end + (last.end - last.start), last.kind), zone)}"
    return f"{since}; {a.aftermath}" if a.aftermath else since


def _answer(a: Answered) -> str:
    if a.answer is None:
        return "-"
    left = f", not {len(a.unanswered)} later" if a.unanswered else ""
    return f"{a.words}{left}"


def _columns(incident: Incident) -> str:
    return ", ".join(column_name(c) for c in incident.columns)


def one(a: Answered, said: Sequence[Feedback], path: Path, zone: str) -> Iterable["RenderableType"]:
    """Everything about an incident, what can be said to it last."""
    yield from _course(a, zone)
    yield Text("")
    yield _shares(a.incident)
    yield Text("")
    yield Text(f"Windows that alerted: {_windows(a.incident, zone)}")
    yield Text("")
    if said:
        yield log_of(said, zone)
        yield from _left(a)
    else:
        yield Text("Nobody has answered it. To answer:")
        yield from (Text(f"  {line}") for line in commands(path, a.incident.id))


def _course(a: Answered, zone: str) -> Iterable[Text]:
    """How it began, how it went on, and how strong it was."""
    i = a.incident
    yield Text(
        f"Incident {i.id} on the {i.stage}: {status_of(a, zone)}, severity {i.severity.value}",
        style=COLOURS[i.severity],
    )
    alerts = f"{i.alerts:,} alert{'s' * (i.alerts != 1)}"
    yield Text(f"First seen {when(i.first, zone)}; {alerts}, the last {when(i.last, zone)}.")
    turned = {IncidentStatus.RESOLVED: "quiet"}  # whether anything was mended nobody has said
    yield Text("; ".join(f"{turned.get(t.status, t.status.value)} {when(t.window, zone)}" for t in i.turns))
    yield Text(f"Its strongest alert was {number(i.strength)} times what makes one.")


def _shares(incident: Incident) -> "RenderableType":
    """How much of the surprise each column is."""
    whole = sum(incident.strengths)
    return table(
        ("column", "of the surprise"),
        (
            (column_name(c), share(s / whole) if whole else "-")
            for c, s in zip(incident.columns, incident.strengths, strict=True)
        ),
    )


def _windows(incident: Incident, zone: str) -> str:
    """The first windows that alerted, and how many more there are."""
    listed = ", ".join(when(w, zone) for w in incident.windows[:MOST])
    more = len(incident.windows) - MOST
    return f"{listed} and {more:,} more" if more > 0 else listed


def _left(a: Answered) -> Iterable[Text]:
    """Of what the answer that stands says nothing: windows that came after it, and other columns."""
    if a.answer is None:
        return
    if a.unanswered:
        count = len(a.unanswered)
        yield Text(f"{count:,} window{'s' * (count != 1)} alerted since: to say it of them too, answer again.")
    if a.left:
        left = ", ".join(column_name(c) for c in a.left)
        yield Text(f"Nothing was said of {left}. One answer stands: answer again, of all columns that you mean.")


def commands(path: Path, incident: str) -> tuple[str, ...]:
    """What to type for each answer."""
    spelled = (("confirm", "it was bad"), ("dismiss", "it was nothing"), ("accept-as-normal", "it is the new normal"))
    return tuple(f"tidegauge incident {verb} {path} {incident}    # {what}" for verb, what in spelled)


def log_of(said: Sequence[Feedback], zone: str) -> "RenderableType":
    """One line for each answer, oldest first."""
    return table(
        ("at", "incident", "answer", "windows", "columns", "by", "note"),
        (
            (
                local_time(f.at, zone),
                f.incident,
                SAID[f.answer],
                f"{len(f.windows):,}",
                ", ".join(column_name(c) for c in f.columns) or "all",
                one_line(f.by, 40),
                one_line(f.note, 200) or "-",
            )
            for f in said
        ),
    )
