"""Decisions as a person reads them in a terminal."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tidegauge.core.decision import Decision, Finding, Score, Sensitivity, Verdict
from tidegauge.core.incident import Incident
from tidegauge.core.unseen import visible
from tidegauge.core.window import WHOLE, Window
from tidegauge.decisions.incidents import incidents_of
from tidegauge.reports import detectable as seen
from tidegauge.reports.finding_words import bears, rareness
from tidegauge.reports.report import Report
from tidegauge.wording.headline import amount, spell, usual
from tidegauge.wording.text import DASH, column_name, first_up, number, one_line, share
from tidegauge.wording.units import called, edges, rarity

if TYPE_CHECKING:
    from rich.console import RenderableType

COLOURS = {
    Verdict.FINE: "green",
    Verdict.ALERT: "red",
    Verdict.LEARNING: "cyan",
    Verdict.BROKEN: "magenta",
    Verdict.OUTAGE: "yellow",
}
NOTEWORTHY = 1.5  # surprise of a relation whose other columns are named
SHOWN = 5  # findings, scores and cells of each: the strongest


def out(lines: Iterable["RenderableType"]) -> None:
    """Print. Never rich's markup: a category may be called "[red]". A text is not broken, so that SQL can be copied."""
    console = Console(markup=False, highlight=False, emoji=False)
    if not console.is_terminal:  # a file or a pipe has no width of its own
        console.width = 160
    for line in lines:
        console.print(line, soft_wrap=isinstance(line, Text))


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """Rows of harmless text under heads; the last column takes what width is left."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for head in heads:
        made.add_column(head, overflow="fold", no_wrap=head != heads[-1])
    for row in rows:
        made.add_row(*(Text(visible(cell)) for cell in row))
    return made


def when(window: Window, zone: str) -> str:
    """A window by the monitor's clock: "Mon 2013-04-01", "Mon 2013-04-01 05:00", "week of 2013-04-01"."""
    local = window.start.astimezone(ZoneInfo(zone))
    if window.kind == "week":
        return f"week of {local:%Y-%m-%d}"
    return f"{local:%a %Y-%m-%d %H:%M}" if window.kind == "hour" else f"{local:%a %Y-%m-%d}"


def by_incident(
    shown: Sequence[Decision], made: Sequence[Decision], prediction: str | None
) -> tuple[list[Decision], dict[str, Incident]]:
    """Of what was not fine the first decision of each incident, and of that, by its evidence, the incident.

    A change that lasts a month is one event: thirty paragraphs that say the same hide the other one.
    """
    known = _incidents(made, prediction)
    later = {(i.stage, w) for i in known for w in i.windows[1:]}
    first = {(i.stage, i.first): i for i in known if i.alerts > 1}
    firsts = [d for d in shown if (d.stage, d.window) not in later]
    return firsts, {d.evidence: first[d.stage, d.window] for d in firsts if (d.stage, d.window) in first}


def _incidents(made: Sequence[Decision], prediction: str | None) -> list[Incident]:
    """The incidents of some decisions, stage by stage."""
    out = list[Incident]()
    for stage in dict.fromkeys(d.stage for d in made):
        some = sorted((d for d in made if d.stage == stage), key=attrgetter("window"))
        out += incidents_of(some, prediction=prediction)
    return out


def decisions(found: Sequence[Decision], zone: str, more: Mapping[str, Incident] | None = None) -> "RenderableType":
    """One line for each decision; of one that stands for an incident (`more`, by evidence), how it went on."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for head in ("window", "stage", "verdict", "strength", "what"):
        made.add_column(
            head, overflow="fold", no_wrap=head != "what", justify="right" if head == "strength" else "left"
        )
    for d in found:
        marks = [mark for mark, is_so in (("provisional", d.provisional), ("silenced", d.silenced)) if is_so]
        verdict = Text(d.verdict.value + (f" ({', '.join(marks)})" if marks else ""), style=COLOURS[d.verdict])
        told = one_line(d.sentence, 300)
        if incident := (more or {}).get(d.evidence):
            rest = incident.alerts - 1
            told += f" ({rest:,} more alert{'s' * (rest != 1)} of the same, the last {when(incident.last, zone)}.)"
        made.add_row(when(d.window, zone), d.stage, verdict, f"{d.strength:.2f}", Text(told))
    return made


def explain(decision: Decision, report: Report | None, zone: str, *, sql: bool) -> Iterable["RenderableType"]:
    """Everything that a decision rests on, the sentence first."""
    yield Text(one_line(decision.sentence, 1000), style=f"bold {COLOURS[decision.verdict]}")
    facts = (when(decision.window, zone), decision.stage, decision.verdict.value, f"{decision.rows:,} rows")
    yield Text(", ".join((*facts, decision.window.key)))
    if report is not None and report.incident is not None:
        yield _event(report.incident, zone)
    since = _since(report)
    for finding in decision.findings[:SHOWN]:
        yield Text("")
        yield from _finding(finding, decision, since.get((finding.column, finding.segment)), zone, sql=sql)
    if len(decision.findings) > SHOWN:
        yield Text(f"\n… and {len(decision.findings) - SHOWN} more; --json has all of them.")
    yield from _reserves(decision, report)
    if report is not None and report.sensitivity is not None:
        yield from _detectable(report.sensitivity)


def _reserves(decision: Decision, report: Report | None) -> Iterable[Text]:
    """What could not be judged, and what else is to be known of it."""
    if report is not None and report.not_judged:
        yield Text("\nWhat could not be judged:")
        yield from (Text(f"  {one_line(sentence, 400)}") for sentence in report.not_judged)
    if decision.notes:
        yield Text("")
    for note in decision.notes:
        yield Text(f"Note: {one_line(note, 400)}")


def _event(incident: Incident, zone: str) -> Text:
    """The incident that a decision is a part of, as it was then."""
    alerts = f"{incident.alerts} alert{'s' * (incident.alerts != 1)}"
    return Text(
        f"Incident {incident.id}: {incident.status.value}, severity {incident.severity.value}, "
        f"first seen {when(incident.first, zone)}, {alerts} up to this window."
    )


def _detectable(sensitivity: Sensitivity) -> Iterable["RenderableType"]:
    """How small a change would have been seen, column by column."""
    yield Text("")
    yield Text("Smallest detectable change", style="bold")
    if sensitivity.columns:
        yield table(seen.HEADS, [(r.column, r.shift, r.spreads, r.missing, r.moved) for r in seen.rows(sensitivity)])
        yield Text(seen.meaning(sensitivity))
    if sensitivity.note:
        yield Text(sensitivity.note)


def explained(decision: Decision, report: Report | None) -> dict[str, Any]:
    """The same for a script: the decision's own fields, and what is known around it."""
    since = [{"column": c, "segment": s, "window": w} for (c, s), w in _since(report).items()]
    facts = {f.name: getattr(decision, f.name) for f in fields(decision)} | {
        "incident": report.incident if report else None,
        "since": since,
        "rarity": [
            {"column": f.column, "first_score": rarity(f.scores[0].surprise), "column_as_a_whole": rarity(f.surprise)}
            for f in decision.findings
            if f.scores
        ],
    }
    return facts | _around(report)


def _around(report: Report | None) -> dict[str, Any]:
    """What a report says besides its decision."""
    if report is None:
        return {"not_judged": (), "would_have_seen": None, "performance": None, "fairness": (), "where": (), "held": ""}
    return {
        "not_judged": report.not_judged,
        "would_have_seen": report.sensitivity,
        "performance": report.performance[-1] if report.performance else None,
        **{name: getattr(report, name) for name in ("fairness", "where", "held")},
    }


def _since(report: Report | None) -> dict[tuple[str, str], Window]:
    """Finding → the window from which on its first number alone would alert."""
    return {(e.column, e.segment): e.since for e in report.panels if e.since} if report else {}


def _finding(
    finding: Finding, decision: Decision, since: Window | None, zone: str, *, sql: bool
) -> Iterable["RenderableType"]:
    yield Text(_head(finding, decision), style="bold")
    if finding.scores and decision.verdict is Verdict.ALERT:
        yield from (Text(line) for line in _alerting(finding, since, zone))
    if finding.scores:
        yield table(
            ("what", "value", "like windows", "expected", "an alert alone", "spreads away", "compared with"),
            [_numbers(s, finding) for s in finding.scores[:SHOWN]],
        )
    if finding.shifts:
        moved = [(one_line(m.cell, 40), share(m.expected), share(m.observed)) for m in finding.shifts[:SHOWN]]
        yield table(("cell", "expected", "observed"), moved)
    if sql and finding.sql:
        yield Text("Reproduce it on the warehouse:")
        yield Text(visible(finding.sql))


def _head(finding: Finding, decision: Decision) -> str:
    """What a finding is about, and how much of the surprise it bears."""
    where = "" if finding.segment == WHOLE else f", where {one_line(finding.segment, 80)}"
    part = bears(finding, decision)
    return f"{column_name(finding.column)}{where}" + (f" ({part} of the surprise)" if part else "")


def _alerting(finding: Finding, since: Window | None, zone: str) -> Iterable[str]:
    """How rare it is, since when it has been so, and which relations broke with it."""
    told = first_up(one_line(spell(finding.scores[0], finding.column, finding.segment), 300))
    yield f"{told}. {rareness(finding)}".strip()
    if since is not None:
        yield f"Beyond the edge of an alert since {when(since, zone)}."
    tying = [s for s in finding.scores if s.others and s.surprise >= NOTEWORTHY]
    tied = sorted({c for s in tying for c in (s.column, *s.others)} - {finding.column})
    if tied:
        its, are = ("Its relation", "is") if len(tied) == 1 else ("Its relations", "are")
        yield f"{its} to {', '.join(column_name(c) for c in tied)} {are} broken."


def _numbers(score: Score, finding: Finding) -> tuple[str, ...]:
    """One score as a row of the table."""
    elsewhere = score.segment not in (WHOLE, finding.segment)
    return (
        one_line(called(score, about=finding.column), 90) + f" in {one_line(score.segment, 60)}" * elsewhere,
        amount(score, score.value),
        usual(score),
        amount(score, score.expected),
        edges(score, 3) or DASH,
        number(score.z, 3),
        _pool(score),
    )


def _pool(score: Score) -> str:
    named = one_line(score.pool, 40)
    named = f"{named}, {windows(len(score.windows))}" if score.windows else named
    return f"{named}; the last {score.over} averaged" if score.over else named


def windows(count: int) -> str:
    """So many windows, in words that fit one as well."""
    return f"{count:,} window{'' if count == 1 else 's'}"
