"""What is told of an incident: that it opened and that it is over, once each, whatever happens between."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.begun import open_pipeline
from tests.notices.receivers import Desk, desk
from tests.notices.shop import BEGUN, ENDED, FAULT, SECRETS, WHO, Shop, begun, copied
from tests.pipeline.world import BEGIN, day
from tidegauge.actions.delivering import deliver
from tidegauge.cli import main
from tidegauge.store.outbox import Outbox

NOBODY = "http://127.0.0.1:9"
LIFE = {
    "slack": ["opened", "resolved"],
    "pagerduty": ["opened", "resolved"],
    "webhook": ["opened", "resolved"],
    "alertmanager": ["opened", *["continued"] * (ENDED - FAULT[0] - 1), "resolved"],
}


@pytest.fixture(scope="module")
def eve(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return begun(tmp_path_factory.mktemp("eve"))


@pytest.fixture
def shop(eve: Path, tmp_path: Path) -> Shop:
    return copied(eve, tmp_path)


@pytest.fixture
def receivers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    with desk() as (url, state):
        monkeypatch.setenv("DESK", url)
        yield state


def lives(shop: Shop) -> dict[str, list[str]]:
    """What each was asked to be told, in order of the windows."""
    return {who: [event for action, event, _ in shop.asked() if action == who] for who in WHO}


def keys(receivers: Desk) -> Counter[tuple[str, str]]:
    """How often each message came to those who know it by a key."""
    pages = receivers.of("pagerduty")
    found = Counter(("pagerduty", f"{p['event_action']} {p['dedup_key']}") for p in pages)
    return found + Counter(("webhook", p["key"]) for p in receivers.of("webhook"))


def test_an_incident_is_told_of_when_it_opens_and_when_it_is_over(shop: Shop, receivers: Desk) -> None:
    outcomes = shop.run(*range(BEGUN, ENDED + 3))
    assert {o.state for o in outcomes} == {"done"}
    assert lives(shop) == LIFE
    began, ended = receivers.of("pagerduty")
    assert (began["event_action"], ended["event_action"]) == ("trigger", "resolve")
    assert began["dedup_key"] == ended["dedup_key"]
    assert [told["event"] for told in receivers.of("webhook")] == ["opened", "resolved"]
    first, *_, last = (alert for (alert,) in receivers.of("alertmanager"))
    assert first["labels"] == last["labels"]
    assert last["endsAt"] < first["endsAt"]
    assert "no rows at all" in receivers.of("slack")[0]["blocks"][1]["text"]["text"]


def test_a_rerun_a_second_run_and_a_backfill_tell_nobody_anything(shop: Shop, receivers: Desk) -> None:
    shop.run(*range(BEGUN, ENDED + 1))
    before = len(receivers.got)
    shop.run(*range(BEGUN, ENDED + 1))
    with open_pipeline(shop.monitor) as pipeline:
        pipeline.backfill(BEGIN, day(ENDED + 4).start)
    shop.deliver()
    assert len(receivers.got) == before
    assert lives(shop) == LIFE


def test_of_a_past_that_is_backfilled_nobody_hears(shop: Shop, receivers: Desk) -> None:
    with open_pipeline(shop.monitor) as pipeline:
        pipeline.backfill(BEGIN, day(ENDED + 2).start)
        (incident,) = [i for i in pipeline.store.incidents.of("shop", "inputs") if i.first == day(FAULT[0])]
    assert not incident.is_open
    shop.run(ENDED + 2)
    assert shop.asked() == []
    assert receivers.got == []


def test_an_end_that_a_backfill_has_brought_is_told_with_the_next_live_window(shop: Shop, receivers: Desk) -> None:
    shop.run(*FAULT)
    with open_pipeline(shop.monitor) as pipeline:
        pipeline.backfill(BEGIN, day(ENDED + 2).start)
    assert {event for _, event, _ in shop.asked()} == {"opened", "continued"}
    shop.run(ENDED + 2)
    assert [told["event"] for told in receivers.of("webhook")] == ["opened", "resolved"]


def test_who_was_dead_for_nights_gets_everything_once_and_in_order(
    shop: Shop, receivers: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk_at = os.environ["DESK"]
    monkeypatch.setenv("DESK", NOBODY)
    outcomes = shop.run(*range(BEGUN, ENDED + 3))
    assert {o.state for o in outcomes} == {"pending"}
    assert receivers.got == []
    monkeypatch.setenv("DESK", desk_at)
    assert {o.state for o in shop.deliver()} == {"done"}
    assert [p["event_action"] for p in receivers.of("pagerduty")] == ["trigger", "resolve"]
    assert [told["event"] for told in receivers.of("webhook")] == ["opened", "resolved"]
    assert len(receivers.of("slack")) == 2
    assert set(keys(receivers).values()) == {1}
    ends = [alert["endsAt"] for (alert,) in receivers.of("alertmanager")]
    assert ends[:-1] == sorted(ends[:-1]), "in order"
    assert ends[-1] < ends[0]


def test_an_end_waits_for_what_it_ends(shop: Shop, receivers: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A resolve that comes before its trigger would leave an alert open for ever."""
    shop.run(*range(BEGUN, ENDED + 1), tell=False)
    receivers.answers = [500] * 4  # the first of each receiver
    first = shop.deliver()
    assert [o.state for o in first if o.intent.payload["event"] == "resolved"] == ["pending"] * 4
    assert receivers.of("pagerduty") == []
    assert {o.state for o in shop.deliver()} == {"done"}
    assert [p["event_action"] for p in receivers.of("pagerduty")] == ["trigger", "resolve"]


def test_killed_between_sending_and_noting_it_is_one_incident_and_two_messages_at_most(
    shop: Shop, receivers: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.run(*range(BEGUN, ENDED + 1), tell=False)

    class Killed(BaseException):
        pass

    def killed(*_: object, **__: object) -> str:
        raise Killed

    died = 0
    for _ in range(40):
        with monkeypatch.context() as patched:
            patched.setattr(Outbox, "finish", killed)
            patched.setattr("tidegauge.actions.delivering.LEASE", -1.0)  # the lease of a dead worker has run out
            try:
                shop.deliver()
            except Killed:
                died += 1
        with monkeypatch.context() as patched:
            patched.setattr("tidegauge.actions.delivering.LEASE", -1.0)
            with open_pipeline(shop.monitor) as pipeline:
                if not pipeline.pending():
                    break
            _one_more(shop)
    assert died > 4
    assert {p["dedup_key"] for p in receivers.of("pagerduty")} == {receivers.of("pagerduty")[0]["dedup_key"]}
    assert len({str(a["labels"]) for (a,) in receivers.of("alertmanager")}) == 1
    assert max(Counter(str(told) for told in receivers.of("slack")).values()) <= 2


def _one_more(shop: Shop) -> None:
    """What was sent and not noted is sent again, and noted; one of them."""
    with open_pipeline(shop.monitor) as pipeline:
        first = pipeline.pending()[0]
        deliver(pipeline, again=True, only=[first.key])


def test_what_was_forgotten_is_taken_back(shop: Shop, receivers: Desk) -> None:
    shop.run(BEGUN, FAULT[0])
    with open_pipeline(shop.monitor) as pipeline:
        pipeline.forget(day(FAULT[0]))
    shop.run(ENDED)
    assert [p["event_action"] for p in receivers.of("pagerduty")] == ["trigger", "resolve"]
    assert [told["event"] for told in receivers.of("webhook")] == ["opened", "taken back"]
    shop.run(ENDED + 1, ENDED + 2)
    assert len(receivers.of("webhook")) == 2


def test_an_opening_that_was_given_up_does_not_come_after_its_end(shop: Shop, receivers: Desk) -> None:
    shop.run(BEGUN, FAULT[0], tell=False)
    with open_pipeline(shop.monitor) as pipeline:
        (opening,) = [i for i in pipeline.pending() if i.action == "pagerduty"]
        assert pipeline.store.outbox.dismiss(opening.key, "ana", as_of=day(FAULT[0]).end)
    shop.run(*range(FAULT[1], ENDED + 1))
    assert [p["event_action"] for p in receivers.of("pagerduty")] == ["resolve"], "of what nobody knows there: no harm"


def test_the_order_of_the_nights_makes_no_notice_twice(shop: Shop, receivers: Desk) -> None:
    shop.run(41, 44, 42, 46, 45, 43, 47, 40, 48)
    assert set(keys(receivers).values()) == {1}
    counts = Counter((who, event) for who, event, _ in shop.asked() if event != "continued")
    assert set(counts.values()) == {1}, counts


def test_no_secret_is_in_the_store(shop: Shop, receivers: Desk) -> None:
    receivers.answers, receivers.echoes = [403] * 4, True
    outcomes = shop.run(*range(BEGUN, ENDED + 1))
    assert any(o.failed for o in outcomes)
    held = b"".join(p.read_bytes() for p in shop.folder.glob("store.db*"))
    for secret in (*SECRETS.values(), "a-token-in-the-path"):
        assert secret.encode() not in held
        assert all(secret not in o.note for o in outcomes)


def test_a_check_asks_each_receiver_and_finds_two_that_are_called_the_same(shop: Shop, receivers: Desk) -> None:
    receivers.text = b"no_text"
    file = shop.folder / "shop.yml"
    file.write_text(file.read_text() + '  - slack: {url: "${DESK}/slack"}\n  - slack: {url: "${DESK}/x", called: ml}\n')
    file.write_text(file.read_text() + '  - webhook: {url: "http://127.0.0.1:9", called: closed, timeout: 2}\n')
    receivers.answers = [400, 400, 404]  # slack and pagerduty; then an Alertmanager that is none
    with open_pipeline(shop.monitor) as pipeline:
        found = [sentence for sentence in pipeline.check() if sentence.startswith(("actions", "webhook"))]
    assert len(found) == 3
    assert found[0].startswith("actions: 2 of the kind slack are without a name, and one of them alone is told.")
    assert found[1].startswith("actions.alertmanager: http://")
    assert found[2].startswith("webhook (closed): the receiver at http://127.0.0.1:9 can't be reached")
    assert receivers.asked == ["/alertmanager/api/v2/status", "/webhook"]


def test_a_new_address_gets_what_waited_for_an_old_one(shop: Shop, receivers: Desk) -> None:
    """What waits is for an action by its name; one that is gone from the file is told of, and given up."""
    shop.run(BEGUN, FAULT[0], tell=False)
    file = shop.folder / "shop.yml"
    text = file.read_text().replace("/slack/a-token-in-the-path", "/slack/another-token")
    file.write_text(text.replace("  - pagerduty", "  #"))
    states = {o.intent.action: (o.state, o.note) for o in shop.deliver()}
    assert len(receivers.of("slack")) == 1
    assert states["pagerduty"][0] == "given up"
    assert "the monitor has no action pagerduty any more" in states["pagerduty"][1]


def test_a_run_says_which_of_two_receivers_heard_nothing(shop: Shop, receivers: Desk) -> None:
    """Two of a kind have names."""
    file = shop.folder / "shop.yml"
    two = "".join(
        f'  - slack: {{url: "${{DESK}}/slack/a-token-in-the-path", called: {name}}}\n' for name in ("ops", "owners")
    )
    file.write_text(file.read_text(encoding="utf-8").partition("actions:")[0] + f"actions:\n{two}", encoding="utf-8")
    receivers.answers = [200, 403]
    ran = CliRunner().invoke(main, ["run", str(file), "--window", f"{day(FAULT[0]).start:%Y-%m-%d}"])
    assert ran.exit_code == 3, ran.output
    assert "slack (owners): actions.slack" in ran.stderr
    assert "slack (ops)" not in ran.stderr
