"""What stands at the top of a page: one sentence, then a line for each thing that a reader asks next."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from tidegauge.core.decision import Decision, Finding, Verdict
from tidegauge.core.window import FIRST_STAGE, WHOLE
from tidegauge.reports.report import Panel, Report
from tidegauge.wording.cause_words import is_seen
from tidegauge.wording.first_sentence import first_sentence
from tidegauge.wording.text import first_up, number, one_line, span
from tidegauge.wording.where_words import in_cells, share_of

Line = tuple[str, str]
HALF = 0.5  # of the rows
HEEDS = (
    " Either the model was given other values than the log holds, or it hardly heeds them: compare some rows with what "
    "the model was given."
)
ALL = 0.98  # of the rows: as good as all


def sentence(report: Report) -> str:
    """The one that everybody reads."""
    return first_sentence(report.decision, span(report.decision.window, report.zone), report.noun, report.where)


def lines(report: Report) -> list[Line]:
    """Since when, where, whether it reached the prediction, when labels come and what to do: what can be said of it."""
    return [(term, one_line(text, 500)) for term, text in _lines(report) if text]


def _lines(report: Report) -> Iterator[Line]:
    decision = report.decision
    if decision.verdict is Verdict.BROKEN:
        yield (
            "What to do",
            "Mend the table, or the monitor's file where it is meant so; then run the window again.",
        )
    if decision.verdict is not Verdict.ALERT or not decision.findings:
        return
    lead = decision.findings[0]
    panel = next((p for p in report.panels if (p.column, p.segment) == (lead.column, lead.segment)), None)
    yield "Since when", _since(lead, panel, report)
    yield "Where", _where(lead, report)
    yield "The prediction", _prediction(report, lead)
    if report.labels_due is not None:
        due = report.labels_due.astimezone(ZoneInfo(report.zone))
        yield "Labels", f"Those of this window are due on {due:%A} {due.day} {due:%B} {due.year}, {due:%H:%M}."
    yield "What to do", _to_do(report)


def _since(lead: Finding, panel: Panel | None, report: Report) -> str:
    """The first window in which the same would have alerted; else the first one of the incident."""
    window = report.decision.window
    first = report.incident.first if report.incident is not None else None
    if lead.scores and lead.scores[0].over:
        told = f", and has been told since {span(first, report.zone)}" if first is not None and first != window else ""
        return f"It came slowly, over the last {lead.scores[0].over} {window.kind}s{told}."
    since = panel.since if panel is not None and panel.since is not None else first
    if since is None:
        return ""
    return "This window is the first." if since == window else f"The first window of it: {span(since, report.zone)}."


def _where(lead: Finding, report: Report) -> str:
    """Which rows it is of."""
    found = next((w for w in report.where if (w.column, w.segment) == (lead.column, lead.segment)), None)
    if found is not None and found.places:
        first = found.places[0]
        part = share_of(first)
        return f"Rows with {in_cells(first)}{part}."
    if lead.segment != WHOLE:
        return f"In the rows of {one_line(lead.segment, 60)}."
    if _share_of(report, lead) >= ALL:
        return "In all rows, or nearly all: no part of them stands out."
    return "" if found is None else found.silent


def _prediction(report: Report, lead: Finding) -> str:
    """Whether it reached the prediction."""
    then = report.prediction
    if then is None:
        return ""
    lies = f'values of "{one_line(then.column, 60)}" lie around {number(then.value, 3)}'
    ends = number(then.least, 3), number(then.most, 3)
    if then.least <= then.value <= then.most or number(then.value, 3) in ends:  # as it is read
        usual = f"{lies}{_usual_of(then.least, then.most, '')}"
        if then.is_named:
            return f"Something of it is unusual too, as told below, though {usual}."
        return f"It stayed as it was: {usual}.{HEEDS if _is_large(report, lead) else ''}"
    lies += _usual_of(then.least, then.most, then.like)
    return f"It moved too: {lies}." if then.is_named else f"Outside what is usual, but no alert: {lies}."


def _is_large(report: Report, lead: Finding) -> bool:
    """Whether it is a good part of all rows, of which a model that heeds them would give other predictions."""
    return _share_of(report, lead) >= HALF


def _share_of(report: Report, lead: Finding) -> float:
    """How many of the rows have changed, as far as a likely cause or sampled rows say."""
    done = [c.share for c in report.decision.causes[:1]]
    gained = [w for w in report.where if (w.column, w.segment) == (lead.column, lead.segment) and w.about]
    return max([0.0, *done, *(w.rate - w.rate_before for w in gained)])


def _usual_of(least: float, most: float, like: str) -> str:
    """What is usual, where like windows are known."""
    if not least <= most:
        return ""
    both = f"{number(least, 3)} to {number(most, 3)}"
    return f", where the {like} had {both}" if like else f", where {both} is usual"


def _to_do(report: Report) -> str:
    """What a person may do next."""
    decision = report.decision
    if decision.stage != FIRST_STAGE:
        return (
            "See whether the labels of these days are right, then whether their inputs are as usual: if both are, what "
            "the model learnt no longer holds."
        )
    if decision.causes and not decision.causes[0].describes:
        mend = "mend it where the rows come from, and answer that it was bad, so that nothing learns from it."
        return first_up(mend) if is_seen(decision.causes[0]) else f"If so, {mend}"
    return "Find out whether the world changed or the rows are wrong, and answer below: later windows heed it."


def over_findings(decision: Decision) -> str:
    """What stands over a decision's findings; those of a broken one without a number were not counted."""
    if decision.verdict is Verdict.ALERT:
        return "What changed"
    counted = [bool(f.scores) for f in decision.findings]
    if decision.verdict is not Verdict.BROKEN or all(counted):
        return "What was checked"
    return "What was not checked, and what was" if any(counted) else "What was not checked"
