"""How what a store keeps as JSON is written: the forms of decisions, incidents and answers."""

from typing import Any

from tidegauge.core.decision import Decision
from tidegauge.core.forms import Form
from tidegauge.core.incident import Incident
from tidegauge.decisions.feedback import Feedback


def _shifts(old: dict[str, Any]) -> dict[str, Any]:
    """The shifts of a finding were called moves."""
    findings = [{("shifts" if k == "moves" else k): v for k, v in f.items()} for f in old.get("findings", ())]
    return old | ({"findings": findings} if "findings" in old else {})


JSON_FORMS: dict[type, Form[dict[str, Any]]] = {
    Decision: Form("a decision", 2, readers={1: _shifts}),
    Incident: Form("an incident"),
    Feedback: Form("an answer"),
}
