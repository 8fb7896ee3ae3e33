"""Receivers of notices on the loopback interface, and what each of the services' own papers say of a payload.

The schemas are ours, after PagerDuty's Events API v2, Slack's Block Kit and Alertmanager's API v2: what must be there,
which words are taken, how long a text may be.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator, FormatChecker

from tests.services.answering import answering

TEXT = {"type": "string", "minLength": 1}
PAGERDUTY = {
    "type": "object",
    "required": ["routing_key", "event_action", "dedup_key"],
    "properties": {
        "routing_key": {"type": "string", "minLength": 32, "maxLength": 32},
        "event_action": {"enum": ["trigger", "acknowledge", "resolve"]},
        "dedup_key": {"type": "string", "minLength": 1, "maxLength": 255},
        "client": TEXT,
        "payload": {
            "type": "object",
            "required": ["summary", "severity", "source"],
            "properties": {
                "summary": {"type": "string", "minLength": 1, "maxLength": 1024},
                "severity": {"enum": ["critical", "warning", "error", "info"]},
                "source": TEXT,
                "timestamp": {"type": "string", "format": "date-time"},
                "component": TEXT,
                "class": TEXT,
                "custom_details": {"type": "object"},
            },
            "additionalProperties": False,
        },
    },
    "if": {"properties": {"event_action": {"const": "trigger"}}},
    "then": {"required": ["payload"]},
    "additionalProperties": False,
}


def _plain(most: int) -> dict[str, Any]:
    text = {"type": "string", "minLength": 1, "maxLength": most, "pattern": "^[^<>]*$"}
    properties = {"type": {"const": "plain_text"}, "text": text, "emoji": {"type": "boolean"}}
    return {"type": "object", "required": ["type", "text"], "properties": properties, "additionalProperties": False}


SLACK = {
    "type": "object",
    "required": ["text", "blocks"],
    "properties": {
        "text": {"type": "string", "minLength": 1, "maxLength": 4000, "pattern": "^[^<>]*$"},
        "blocks": {
            "type": "array",
            "maxItems": 50,
            "prefixItems": [
                {"properties": {"type": {"const": "header"}, "text": _plain(150)}, "required": ["type", "text"]},
                {"properties": {"type": {"const": "section"}, "text": _plain(3000)}, "required": ["type", "text"]},
                {
                    "properties": {
                        "type": {"const": "context"},
                        "elements": {"type": "array", "minItems": 1, "maxItems": 10, "items": _plain(2000)},
                    },
                    "required": ["type", "elements"],
                },
            ],
        },
    },
    "additionalProperties": False,
}
MOMENT = {"type": "string", "format": "date-time"}
ALERTMANAGER = {
    "type": "array",
    "minItems": 1,
    "maxItems": 1,
    "items": {
        "type": "object",
        "required": ["labels", "annotations", "startsAt", "endsAt"],
        "properties": {
            "labels": {
                "type": "object",
                "properties": dict.fromkeys(("alertname", "monitor", "incident", "severity"), TEXT),
                "required": ["alertname", "monitor", "incident", "severity"],
                "additionalProperties": False,
            },
            "annotations": {"type": "object", "additionalProperties": {"type": "string"}},
            "startsAt": MOMENT,
            "endsAt": MOMENT,
        },
        "additionalProperties": False,
    },
}
WEBHOOK = json.loads((Path(__file__).parents[2] / "docs" / "notice.schema.json").read_text(encoding="utf-8"))
SCHEMAS = {"slack": SLACK, "pagerduty": PAGERDUTY, "alertmanager": ALERTMANAGER, "webhook": WEBHOOK}


class Got(NamedTuple):
    """What somebody was sent."""

    who: str
    headers: dict[str, str]
    body: bytes

    @property
    def held(self) -> Any:  # noqa: ANN401 - any JSON
        """The body as JSON."""
        return json.loads(self.body)


class Desk:
    """Answers for all of them: each has the first part of the path. `answers`: what it says next, instead of 202."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.asked: list[str] = []
        self.answers: list[int] = []
        self.text = b"ok"
        self.echoes = False  # a refusal says again all that it was sent

    def of(self, who: str) -> list[Any]:
        """What one of them was told."""
        return [g.held for g in self.got if g.who == who]


@contextmanager
def desk() -> Iterator[tuple[str, Desk]]:
    """The address, and what has come."""
    state = Desk()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            code = state.answers.pop(0) if state.answers else 202
            if code < 300:
                state.got.append(Got(self.path.split("/")[1], dict(self.headers), body))
            if state.echoes and code >= 300:
                state.text = f"{self.path} {' '.join(self.headers.values())} ".encode() + body
            self._say(code)

        def do_GET(self) -> None:
            state.asked.append(self.path)
            self._say(state.answers.pop(0) if state.answers else 200)

        def _say(self, code: int) -> None:
            self.send_response(code)
            self.end_headers()
            self.wfile.write(state.text)

        def log_message(self, *_: object) -> None:
            pass

    with answering(Handler) as address:
        yield address, state


def wrong_with(who: str, told: object) -> list[str]:
    """What the service would not take."""
    found = Draft202012Validator(SCHEMAS[who], format_checker=FormatChecker()).iter_errors(told)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


def letter_of(data: bytes) -> EmailMessage:
    """A letter as a reader has it."""
    found = message_from_bytes(data, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found
