"""What stands at the top of a page: one sentence, then a line for each thing that a reader asks next."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from tidegauge.core.decision import Finding, Verdict
from tidegauge.core.window import FIRST_STAGE, WHOLE
from tidegauge.reports.report import Panel, Report
from tidegauge.wording.first_sentence import first_sentence
from tidegauge.wording.text import first_up, number, one_line, span
from tidegauge.wording.where_words import in_cells, share_of

Line = tuple[str, str]


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
    yield "The prediction", _prediction(report)
    if report.labels_due is not None:
        due = report.labels_due.astimezone(ZoneInfo(report.zone))
        yield "Labels", f"Those of this window are due on {due:%A} {due.day} {due:%B} {due.year}, {due:%H:%M}."
    yield "What to do", _to_do(report)


def _since(lead: Finding, panel: Panel | None, report: Report) -> str:
    """The first window in which the same would have alerted."""
    if lead.scores and lead.scores[0].over:
        return f"It came slowly, over the last {lead.scores[0].over} {report.decision.window.kind}s."
    if panel is None or panel.since is None:
        return ""
    if panel.since == report.decision.window:
        return "This window is the first."
    return f"{first_up(span(panel.since, report.zone))} was the first window of it."


def _where(lead: Finding, report: Report) -> str:
    """Which rows it is of."""
    found = next((w for w in report.where if (w.column, w.segment) == (lead.column, lead.segment)), None)
    if found is not None and found.places:
        first = found.places[0]
        part = share_of(first)
        return f"Rows with {in_cells(first)}{part}."
    if lead.segment != WHOLE:
        return f"In the rows of {one_line(lead.segment, 60)}."
    return "" if found is None else found.silent


def _prediction(report: Report) -> str:
    """Whether it reached the prediction."""
    then = report.prediction
    if then is None:
        return ""
    name, value = f'"{one_line(then.column, 60)}"', number(then.value, 3)
    if then.is_named:
        return f"It moved too: values of {name} lie around {value}{_usual_of(then.least, then.most, then.like)}."
    if then.least <= then.value <= then.most:
        seen = "Either the model was given other values than the log holds, or it hardly heeds them."
        return f"It stayed as it was: values of {name} lie around {value}{_usual_of(then.least, then.most, '')}. {seen}"
    return f"Values of {name} lie around {value}{_usual_of(then.least, then.most, then.like)}, which is no alert."


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
        return "Look at the inputs of these days first: if they are as usual, what the model learnt no longer holds."
    if decision.causes and not decision.causes[0].describes:
        return "If so, mend it where the rows come from, and answer that it was bad, so that nothing learns from it."
    return "Find out whether the world changed or the rows are wrong, and answer below: later windows heed it."
