"""What receivers are sent is what their services take, whatever the data holds; nothing of it calls or forges."""

import hmac
import json
import re
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from tests.notices.made import NASTY, followed, messages, opened
from tests.notices.receivers import desk, letter_of, wrong_with
from tests.services.mail import mail_server
from tidegauge.actions.messenger import Message, Messenger, message_of
from tidegauge.core.errors import NobodyThere, Refused, SinkError
from tidegauge.monitor.options import build
from tidegauge.monitor.outlets import ACTIONS

MANY = 200
KEY = "R" * 32
OWN: dict[str, dict[str, object]] = {"pagerduty": {"routing_key": "${ROUTING_KEY}"}}
SIGNED: dict[str, object] = {"secret": "${SHARED}"}
WEB = ("slack", "pagerduty", "alertmanager", "webhook")


@pytest.fixture(autouse=True)
def variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUTING_KEY", KEY)
    monkeypatch.setenv("SHARED", "hush-hush-1")


def make(name: str, url: str, **more: object) -> Messenger:
    """An action whose receiver is at that address."""
    mail: dict[str, object] = {"server": url, "to": ["ana@example.com"]}
    made = build(ACTIONS, name, (mail if name == "mail" else {"url": f"{url}/{name}", **OWN.get(name, {})}) | more)
    assert isinstance(made, Messenger)
    return made


def one(action: Messenger, event: str = "") -> Message:
    opening = action.consider(*opened(), live=True)
    assert opening is not None
    later = message_of(opening, message_of(opening, opening.window.end).until)
    return message_of(followed(opening, event), later.until) if event else later


@pytest.mark.parametrize("name", WEB)
def test_whatever_the_data_holds_the_service_takes_it(name: str) -> None:
    with desk() as (url, state):
        action = make(name, url)
        for message in messages(action, 7, MANY):
            assert action.send(message) == ""
    assert len(state.got) == MANY
    for told in state.of(name):
        assert wrong_with(name, told) == []
    assert max(len(g.body) for g in state.got) < 40_000, "a category of a megabyte is cut"


def test_a_letter_has_the_headers_that_it_was_given_and_no_others() -> None:
    with mail_server() as server:
        action = make("mail", server.url)
        for message in messages(action, 11, MANY):
            assert action.send(message) == ""
    assert len(server.letters) == MANY
    known = {"Subject", "From", "To", "Date", "Message-ID", "In-Reply-To", "References", "Content-Type"}
    known |= {"Content-Transfer-Encoding", "MIME-Version"}
    for sender, to, data in server.letters:
        letter = letter_of(data)
        assert (sender, to) == ("tidegauge@localhost", ("ana@example.com",))
        assert set(letter.keys()) <= known
        assert letter["Bcc"] is None
        assert "\n" not in letter["Subject"]
        assert letter["Message-ID"].endswith("@tidegauge>")
        assert max(map(len, data.split(b"\r\n"))) < 999, "no line is longer than SMTP lets one be"


def test_a_category_calls_nobody_at_slack() -> None:
    with desk() as (url, state):
        action = make("slack", url)
        decision, incident = opened()
        for nasty in NASTY:
            asked = action.consider(replace(decision, sentence=nasty), incident, live=True)
            assert asked is not None
            action.send(message_of(asked, asked.window.end))
    sent = json.dumps(state.of("slack"))
    assert "&lt;!channel&gt;" in sent
    assert "<" not in sent


def test_pagerduty_resolves_what_it_triggered() -> None:
    with desk() as (url, state):
        action = make("pagerduty", url)
        first, last = one(action), one(action, "resolved")
        action.send(first)
        action.send(last)
    began, ended = state.of("pagerduty")
    assert (began["event_action"], ended["event_action"]) == ("trigger", "resolve")
    assert began["dedup_key"] == ended["dedup_key"] == first.key
    assert set(ended) == {"event_action", "dedup_key", "routing_key"}


def test_a_webhook_has_a_key_and_a_signature_that_both_sides_can_make() -> None:
    with desk() as (url, state):
        action = make("webhook", url, **SIGNED, headers={"Authorization": "Bearer ${SHARED}"})
        message = one(action)
        action.send(message)
        action.send(message)
    first, second = state.got
    assert first.body == second.body, "the same message is the same bytes"
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"] == message.key
    signed = hmac.new(b"hush-hush-1", first.body, sha256).hexdigest()
    assert first.headers["X-Tidegauge-Signature"] == f"sha256={signed}"
    assert first.headers["Authorization"] == "Bearer hush-hush-1"


def test_alertmanager_is_not_told_of_what_is_long_past() -> None:
    """Without an end in the future it would show an incident of 2013 for five minutes, and page."""
    with desk() as (url, state):
        action = make("alertmanager", url)
        decision, incident = opened()
        opening = action.consider(decision, incident, live=True)
        assert opening is not None
        said = action.send(message_of(opening, decision.window.end))
        ended = action.send(message_of(followed(opening, "resolved"), decision.window.end))
    assert said == "its window is long past: an Alertmanager would not show it"
    assert ended == ""
    ((alert,),) = state.of("alertmanager")
    assert alert["startsAt"] < alert["endsAt"]


@pytest.mark.parametrize("name", WEB)
@pytest.mark.parametrize(("code", "kind"), [(500, SinkError), (429, SinkError), (400, Refused), (403, Refused)])
def test_what_is_answered_is_known_and_repeats_no_secret(name: str, code: int, kind: type[SinkError]) -> None:
    more = {**SIGNED, "headers": {"Token": "${SHARED}"}} if name == "webhook" else {}
    with desk() as (url, state):
        state.answers, state.echoes = [code], True
        action = make(name, url + "/secret-part-of-the-path", **more)
        with pytest.raises(SinkError, match=str(code)) as error:
            action.send(one(action, "resolved"))
    assert type(error.value) is kind
    for secret in (KEY, "hush-hush", "secret-part"):
        assert secret not in str(error.value)


@pytest.mark.parametrize("name", [*WEB, "mail"])
def test_nobody_there_is_told_without_sending(name: str) -> None:
    """`tidegauge check` asks; and who sends finds the same."""
    action = make(name, "smtp://127.0.0.1:9" if name == "mail" else "http://127.0.0.1:9", timeout=2)
    (problem,) = action.problems()
    assert "can't be reached" in problem
    with pytest.raises(NobodyThere, match="can't be reached"):
        action.send(one(action, "resolved"))


@pytest.mark.parametrize("name", WEB)
def test_a_check_tells_who_is_not_let_in_and_tells_nobody(name: str) -> None:
    with desk() as (url, state):
        action = make(name, url)
        state.text = b"no_text"
        state.answers = [400 if name in ("slack", "pagerduty") else 200]
        assert action.problems() == []
        state.answers, state.text = [403], b"invalid_token"
        (problem,) = action.problems()
        assert "answered 403" in problem
        assert state.got == []


@pytest.mark.parametrize("code", [302, 307, 308, 404, 500])
def test_a_check_finds_a_webhook_that_sends_one_elsewhere(code: int) -> None:
    """No redirect is followed, so that no secret is carried on: a notice would never arrive."""
    with desk() as (url, state):
        state.answers = [code]
        (problem,) = make("webhook", url).problems()
        assert f"answered {code}" in problem
        assert ("no redirect is followed" in problem) is (code < 400)
        state.answers = [405]  # a GET is not what it is for
        assert make("webhook", url).problems() == []


def test_a_check_of_mail_goes_as_far_as_a_letter_would_begin() -> None:
    with mail_server() as server:
        assert make("mail", server.url).problems() == []
        (problem,) = make("mail", server.url, to=["ana@example.com", server.refused]).problems()
        assert problem == "actions.mail: the server refuses nobody@example.com (550)"
        assert server.letters == []
        assert "DATA" not in server.heard
        with pytest.raises(Refused, match="refused"):
            make("mail", server.url, to=[server.refused]).send(one(make("slack", "http://127.0.0.1:9")))


def test_a_password_is_sent_over_tls_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "hush-hush-1")
    with mail_server("hush-hush-1") as server:
        (problem,) = make("mail", server.url.replace("//", "//me:${MAIL_PASSWORD}@")).problems()
    assert "it offers no TLS" in problem
    assert "AUTH" not in server.heard


@pytest.mark.parametrize("name", [*WEB, "mail"])
def test_a_variable_that_is_not_set_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ROUTING_KEY")
    place = "smtp://${NOWHERE}" if name == "mail" else "${NOWHERE}"
    action = build(
        ACTIONS, name, {"server": place, "to": ["a@b"]} if name == "mail" else {"url": place} | OWN.get(name, {})
    )
    (problem,) = action.problems()
    assert "environment variable" in problem


def test_the_page_of_delivery_lists_all_that_tell_people_of_ends() -> None:
    page = (Path(__file__).parents[2] / "docs" / "delivery.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([a-z_]+)` \|", page, re.MULTILINE)
    assert {name for name, action in ACTIONS.items() if action.tells_ends} == set(listed)
