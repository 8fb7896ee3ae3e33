"""What a person reads who is asked whether a retraining may begin."""

from tidegauge.airflow.markdown import code, escaped, sentence
from tidegauge.airflow.report_link import base, is_on
from tidegauge.core.decision import Decision
from tidegauge.core.intent import Intent
from tidegauge.core.window import WHOLE
from tidegauge.sinks.folder import page_name
from tidegauge.wording.headline import amount, usual
from tidegauge.wording.text import number, one_line
from tidegauge.wording.units import called

SHOWN = 5  # findings


def question(intent: Intent, decision: Decision | None) -> str:
    """The decision's sentence, what it rests on as a table, and a link to its report: Markdown, all names escaped."""
    asks = f"Start {code(intent.payload['dag'])} for incident {code(intent.payload['incident'])}?"
    if decision is None:  # forgotten meanwhile
        return asks
    found = [f for f in decision.findings if f.scores][:SHOWN]
    rows = [
        f"| {cell(code(_place(f.column, f.segment)))} | {cell(escaped(one_line(called(s, about=f.column), 90)))} "
        f"| {escaped(amount(s, s.value))} | {escaped(usual(s))} | {escaped(number(f.strength, 3))} |"
        for f in found
        for s in f.scores[:1]
    ]
    table = ["| column | what | value | like windows | strength |", "|---|---|---|---|---|", *rows] if rows else []
    link = f"[The report]({base()}/pages/{decision.monitor}/{page_name(decision.window, decision.stage)})"
    parts = [sentence(decision.sentence, 600), "\n".join(table), asks, link if is_on() else ""]
    return "\n\n".join(part for part in parts if part)


def cell(text: str) -> str:
    """A bar ends a cell even inside code."""
    return text.replace("\\|", "|").replace("|", "\\|")


def _place(column: str, segment: str) -> str:
    name = one_line(column, 80)
    return name if segment == WHOLE else f"{name} in {one_line(segment, 80)}"
