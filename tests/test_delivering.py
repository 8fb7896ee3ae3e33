"""Delivering as a monitor does it: in order, each by itself, told everywhere until somebody says so."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from tests.every.reports import fine
from tests.services.rude import rude, saying
from tidegauge.actions.delivering import deliver, walk
from tidegauge.cli import main, show_deliveries
from tidegauge.core.addresses import hidden
from tidegauge.core.addresses.hidden import Hidden
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.errors import NobodyThere, Refused, SinkError
from tidegauge.core.intent import Intent
from tidegauge.core.retrying import LEAST, Why
from tidegauge.core.window import Window
from tidegauge.monitor import load_monitor
from tidegauge.pipeline.pipeline import Pipeline, open_shown
from tidegauge.reports.report import Report
from tidegauge.sinks.base import Liveness
from tidegauge.sinks.html import Html
from tidegauge.sinks.prometheus import Prometheus
from tidegauge.store.outbox import Carried
from tidegauge.store.profiles import ProfileRow, Revision
from tidegauge.store.schema import outbox
from tidegauge.store.store import Store

NOW = datetime.now(UTC)


def tidegauge(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


def day(number: int) -> Window:
    start = datetime(2024, 3, 1, tzinfo=UTC) + timedelta(days=number)
    return Window(start, start + timedelta(days=1), "day")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A monitor whose warehouse is not there, whose store has asked for a notice, a retraining and pictures."""
    file = tmp_path / "shop.yml"
    file.write_text(
        f"monitor: shop\nstore: sqlite:///{tmp_path}/store.db\n"
        f'source: {{url: "duckdb:///{tmp_path}/not/there.duckdb", table: log}}\n'
        "columns: {time: at, numeric: [price]}\nwindow: {every: day}\n"
        f"sinks: [{{html: {{folder: {tmp_path}/pages}}}}, {{prometheus: {{pushgateway: GATEWAY, timeout: 2}}}}]\n"
        f"actions: [{{notify: {{log: {tmp_path}/notices}}}}, {{retrain: {{dag: train}}}}]\n"
    )
    with Store.open(f"sqlite:///{tmp_path}/store.db") as store:
        entry = (day(0), Revision(1, "2024-03-02", "ab"), [ProfileRow("*", "price", "l1", "numeric", b"...")])
        store.profiles.put(load_monitor(file).source_key, "inputs", [entry])
    put(
        file,
        *(intent(n, action) for n in (1, 0) for action in ("0:html", "1:prometheus", "report", "retrain", "notify")),
    )
    return file


def intent(number: int, action: str) -> Intent:
    """Of the number-th day; an action with a colon is a sink."""
    payload = {"stage": "inputs", "log": "", "dag": "train", "folder": ""}
    if ":" in action:
        payload["sink"], action = action, "deliver"
    return Intent(f"{number}{payload.get('sink', action)}{'0' * 8}", action, "shop", day(number), payload)


def put(file: Path, *intents: Intent) -> None:
    with Store.open(f"sqlite:///{file.parent}/store.db") as store:
        for one in intents:
            decided = Decision("shop", one.window, "inputs", Verdict.ALERT, "", f"{one.key}")
            log = {"log": str(file.parent / "notices")} if one.action == "notify" else {}
            store.decisions.commit(decided, b"", [replace(one, payload=one.payload | log)], as_of=NOW)


def states(file: Path) -> dict[str, str]:
    with Store.open(f"sqlite:///{file.parent}/store.db") as store:
        return {c.intent.key.rstrip("0"): c.state for c in store.outbox.carried("shop")}


def listed(file: Path) -> str:
    """What status says of deliveries."""
    with open_shown(load_monitor(file)) as pipeline:
        stand = pipeline.store.outbox.undelivered("shop")
        return "\n".join(str(line) for line in show_deliveries.undelivered(stand, "UTC", str(file)))


class Clock:
    """One that a test moves."""

    now = NOW


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is something to show of every window."""

    def report(self: Pipeline, stage: str, window: Window, *, work: bool = True) -> Report:
        return replace(fine(), monitor="shop", decision=replace(fine().decision, window=window))

    monkeypatch.setattr(Pipeline, "report", report)


@pytest.mark.usefixtures("shown")
def test_pages_come_before_pictures_and_one_failure_stops_nothing(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception that nobody expects, in the middle: a template's, say."""
    drawn: list[str] = []

    def broken(self: Html, report: Report) -> None:
        drawn.append(report.decision.window.key)
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")

    monkeypatch.setattr(Html, "publish", broken)
    with rude(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as url:
        shop.write_text(shop.read_text().replace("GATEWAY", url))
        with open_shown(load_monitor(shop)) as pipeline:
            outcomes = deliver(pipeline, start=lambda i: i.window == day(0))
    assert [(o.intent.payload.get("sink", o.intent.action), o.state) for o in outcomes] == [
        ("notify", "done"),
        ("notify", "done"),
        ("retrain", "done"),
        ("retrain", "pending"),
        ("report", "pending"),
        ("report", "pending"),
        ("0:html", "pending"),
        ("1:prometheus", "done"),
        ("0:html", "pending"),
        ("1:prometheus", "done"),
    ]
    assert [o.intent.window for o in outcomes][:2] == [day(0), day(1)]
    assert len(drawn) == 4, "a failure that nobody expected is that window's own: the next one is tried"
    assert {o.note for o in outcomes if o.failed} == {
        "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"
    }


@pytest.mark.usefixtures("shown")
def test_a_receiver_that_is_away_is_asked_once_a_walk(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three days of hourly windows for a gateway that is down would else cost 72 time-outs, every hour."""
    shop.write_text(shop.read_text().replace("GATEWAY", "http://127.0.0.1:9"))
    put(shop, *(intent(n, "1:prometheus") for n in range(2, 40)))
    asked: list[str] = []
    honest = Prometheus.publish

    def noting(self: Prometheus, report: Report) -> None:
        asked.append(report.decision.window.key)
        honest(self, report)

    monkeypatch.setattr(Prometheus, "publish", noting)
    with open_shown(load_monitor(shop)) as pipeline:
        outcomes = deliver(pipeline)
        stand = pipeline.store.outbox.undelivered("shop")
    assert len(stand) == 40, "status tells of all of them"
    assert {c.intent.window: c.failures for c in stand if c.failures} == {day(0): 1}, "only one was tried"
    assert len([o for o in outcomes if o.failed]) == 40
    assert asked == [day(0).key]
    assert "tried with the others to it since" in listed(shop)


@pytest.mark.usefixtures("shown")
def test_a_receiver_that_stays_away_costs_little_and_each_is_given_up_after_tries(shop: Path) -> None:
    """Once a day each is tried by itself: who is never tried would never be given up, or be so untried."""
    tried: Counter[str] = Counter()
    clock, most = Clock(), 0

    def gone(one: Intent) -> str:
        tried[one.key] += 1
        raise NobodyThere("nobody there")

    with Store.open("sqlite://") as store:
        for number in range(60):
            asked = [intent(number, "1:prometheus"), *([intent(100 + number, "1:prometheus")] if number < 20 else [])]
            decided = Decision("shop", day(number), "inputs", Verdict.ALERT, "", str(number))
            store.decisions.commit(decided, b"", asked, as_of=NOW)
            before = tried.total()
            walk(store.outbox, store.outbox.due("shop", clock.now), gone, clock=lambda: clock.now)
            most = max(most, tried.total() - before)
            clock.now += timedelta(hours=5)
        given_up = [c for c in store.outbox.carried("shop") if c.state == "given up"]
    assert {c.intent.key for c in given_up} >= {intent(100, "1:prometheus").key, intent(0, "1:prometheus").key}
    assert all(c.failures == tried[c.intent.key] >= LEAST for c in given_up)
    assert most <= 25, "of 80: a quarter of them, five hours being a quarter of a day"


@pytest.mark.usefixtures("shown")
def test_a_page_that_cannot_be_written_keeps_back_no_other(shop: Path, tmp_path: Path) -> None:
    """Its place is a folder. Those behind it were given up untried, a week later."""
    shop.write_text(shop.read_text().replace("GATEWAY", "http://127.0.0.1:9"))
    put(shop, *(intent(n, "0:html") for n in range(2, 6)))
    place = tmp_path / "pages" / "shop" / "2024-03-01T00-00-00Z-inputs.html"
    (place / "in the way").mkdir(parents=True)
    with open_shown(load_monitor(shop)) as pipeline:
        outcomes = [o for o in deliver(pipeline) if o.intent.payload.get("sink") == "0:html"]
    assert [o.state for o in outcomes] == ["pending", *["done"] * 5]
    assert "could not be written" in outcomes[0].note
    assert len(list(place.parent.glob("2024-*.html"))) == 6


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize("answer", ["500 Oh", "503 Busy", "403 No"])
def test_what_a_gateway_answers_to_one_is_no_answer_to_the_next(
    shop: Path, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    honest = Prometheus.publish

    def noting(self: Prometheus, report: Report) -> None:
        asked.append(report.decision.window.key)
        honest(self, report)

    monkeypatch.setattr(Prometheus, "publish", noting)
    with rude(saying(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n".encode())) as url:
        shop.write_text(shop.read_text().replace("GATEWAY", url))
        with open_shown(load_monitor(shop)) as pipeline:
            deliver(pipeline)
            stand = pipeline.store.outbox.undelivered("shop")
    assert [c.failures for c in stand] == [1, 1]
    assert asked == [day(0).key, day(1).key]


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize(
    ("error", "counted"),
    [(Refused("too large"), True), (SinkError("503"), True), (KeyError("a"), True), (NobodyThere("gone"), False)],
)
def test_who_refuses_a_bulletin_is_told_how_much_it_lacks(
    shop: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, *, counted: bool
) -> None:
    """The count is what people are alerted by; only where nobody is there it is not pushed."""
    counts: list[tuple[int, int, bool]] = []

    def publish(self: Prometheus, report: Report) -> None:
        raise error

    def show_liveness(self: Prometheus, monitor: str, liveness: Liveness) -> None:
        assert monitor
        since = liveness.since
        counts.append((liveness.waiting, liveness.given_up, since is not None and since <= datetime.now(UTC)))

    monkeypatch.setattr(Prometheus, "publish", publish)
    monkeypatch.setattr(Prometheus, "show_liveness", show_liveness)
    shop.write_text(shop.read_text().replace("GATEWAY", "http://127.0.0.1:9"))
    with open_shown(load_monitor(shop)) as pipeline:
        deliver(pipeline)
    assert counts == ([(2, 0, True)] if counted else [])


@pytest.mark.usefixtures("shown")
def test_a_retraining_that_cannot_be_started_is_told_and_given_up(shop: Path) -> None:
    """It was tried for ever, in no status and no metric. One that waits for its scheduler has not failed."""
    shop.write_text(shop.read_text().replace("GATEWAY", "http://127.0.0.1:9"))
    clock = Clock()

    def start(one: Intent) -> bool:
        if one.window == day(0):
            raise ConnectionError("the scheduler's API is away")
        return False

    def retrainings(pipeline: Pipeline) -> list[Carried]:
        return [c for c in pipeline.store.outbox.undelivered("shop") if c.intent.action == "retrain"]

    with open_shown(load_monitor(shop)) as pipeline:
        deliver(pipeline, start=start, clock=lambda: clock.now)
        (one,) = retrainings(pipeline)
        assert (one.intent.window, one.state, one.failures) == (day(0), "pending", 1)
        assert one.note == "ConnectionError: the scheduler's API is away"
        while retrainings(pipeline)[0].state != "given up":
            clock.now += timedelta(hours=6)
            deliver(pipeline, start=start, clock=lambda: clock.now, only=[one.intent.key])
        assert retrainings(pipeline)[0].failures >= LEAST
        deliver(pipeline, start=start, clock=lambda: clock.now)
        assert retrainings(pipeline)[0].state == "given up"
    assert "Given up:\n  0retrain" in listed(shop)
    tried = tidegauge("deliver", shop, "0retrain")
    assert tried.exit_code == 3
    assert "waits for its scheduler" in tried.stdout
    assert "Given up" not in tried.stdout, "asked again, it waits again"
    assert "\n  0retrain retrain, Fri 2024-03-01: tried" in tried.stdout
    with open_shown(load_monitor(shop)) as pipeline:
        deliver(pipeline, start=lambda _: True, clock=lambda: clock.now)
        assert retrainings(pipeline) == []


@pytest.mark.usefixtures("shown")
def test_a_damaged_row_fails_by_itself_whatever_it_was(shop: Path) -> None:
    """A retraining's, too, with or without a scheduler; and it can be dismissed."""
    shop.write_text(shop.read_text().replace("GATEWAY", "http://127.0.0.1:9"))
    with Store.open(f"sqlite:///{shop.parent}/store.db") as store, store.database.writing("damage") as connection:
        connection.execute(update(outbox).where(outbox.c.window == day(0).key).values(payload="{"))
        connection.execute(update(outbox).where(outbox.c.key == intent(1, "report").key).values(window="?"))
    with open_shown(load_monitor(shop)) as pipeline:
        outcomes = deliver(pipeline)
        assert {o.intent.key: o.state for o in outcomes}[intent(1, "notify").key] == "done"
        stand = [c for c in pipeline.store.outbox.undelivered("shop") if "damaged" in c.note]
    assert len(stand) == 6
    assert listed(shop).count("a part of it is damaged") == 6
    assert tidegauge("deliver", shop, "--dismiss", "all").exit_code == 0


@pytest.mark.usefixtures("shown")
def test_what_nobody_expected_is_logged_in_full_and_without_secrets(
    shop: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    shop.write_text(shop.read_text().replace("GATEWAY", "http://127.0.0.1:9"))
    monkeypatch.setattr(hidden, "_seen", Hidden(["q7#Zk!pW2@v"]))  # and of no test before: one's may be in a path

    def broken(*_: object) -> bool:
        raise ValueError("nonnumeric port: 'Zk!pW2'")

    monkeypatch.setattr(Html, "publish", broken)
    with caplog.at_level("DEBUG"), open_shown(load_monitor(shop)) as pipeline:
        notes = [o.note for o in deliver(pipeline, start=broken) if o.failed]
    assert "in broken" in caplog.text
    assert "is not shown" in caplog.text
    assert "Zk!p" not in caplog.text + " ".join(notes)
    assert not any(record.exc_info for record in caplog.records)


@pytest.mark.usefixtures("shown")
def test_deliver_says_what_it_did_and_dismiss_is_remembered(shop: Path, tmp_path: Path) -> None:
    """The warehouse is not there the whole time."""
    shop.write_text(shop.read_text().replace("GATEWAY", "http://127.0.0.1:9"))
    (tmp_path / "notices").mkdir()
    tried = tidegauge("deliver", shop)
    assert tried.exit_code == 3
    assert "Not delivered yet:" in tried.stdout
    assert "it is a folder" in tried.stdout
    assert "1 time since" in tried.stdout
    (tmp_path / "notices").rmdir()
    again = tidegauge("deliver", shop, "0notify", "1notify")
    assert again.exit_code == 3, "the gateway is still down"
    assert "delivered" in again.stdout
    assert len((tmp_path / "notices").read_text().splitlines()) == 2
    with Store.open(f"sqlite:///{tmp_path}/store.db") as store:
        key, clock = intent(0, "1:prometheus").key, NOW
        while store.outbox.finish(key, ok=False, note="no", as_of=clock, why=Why.AWAY) != "given up":
            clock += timedelta(hours=1)
    stands = json.loads(tidegauge("deliver", shop, "01:prom", "--json").stdout)
    assert [c["state"] for c in stands["undelivered"]] == ["pending", "pending"], "asked again, it is patient again"
    wrong = tidegauge("deliver", shop, "--dismiss", "nothing0")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert '"nothing0" is the key of nothing that is undelivered.' in wrong.stderr
    gone = tidegauge("deliver", shop, "--dismiss", "all", "--by", "ana")
    assert gone.exit_code == 0
    assert gone.stdout.splitlines() == [
        "Dismissed 01:prome: for prometheus, Fri 2024-03-01",
        "Dismissed 11:prome: for prometheus, Sat 2024-03-02",
        "Nothing is undelivered.",
    ]
    none = tidegauge("deliver", shop, "--dismiss", "all")
    assert none.stdout == "Nothing has failed, so there was nothing to dismiss.\nNothing is undelivered.\n"
    both = tidegauge("deliver", shop, "--dismiss", "all", "--dismiss", "01:prom")
    assert (both.exit_code, "Dismiss all that failed (--dismiss all), or some" in both.stderr) == (2, True)
    assert {k: s for k, s in states(shop).items() if "prom" in k} == {
        "01:prometheus": "dismissed",
        "11:prometheus": "dismissed",
    }
    with Store.open(f"sqlite:///{tmp_path}/store.db") as store:
        assert {c.settled_by for c in store.outbox.carried("shop") if c.state == "dismissed"} == {"ana"}


@pytest.mark.usefixtures("shown")
def test_an_action_that_nobody_knows_does_not_stay_for_ever_in_silence(shop: Path) -> None:
    shop.write_text(shop.read_text().replace("GATEWAY", "http://127.0.0.1:9"))
    put(shop, intent(7, "telephone"))
    clock = Clock()
    with open_shown(load_monitor(shop)) as pipeline:
        (first,) = [o for o in deliver(pipeline) if o.intent.action == "telephone"]
        assert first.note.startswith('nobody here knows the action "telephone".')
        while states(shop)["7telephone"] != "given up":
            clock.now += timedelta(hours=4)
            deliver(pipeline, only=[first.intent.key], clock=lambda: clock.now)
    assert clock.now - NOW < timedelta(days=3)


@pytest.mark.usefixtures("shown")
def test_a_run_that_cannot_read_its_rows_delivers_what_waited(shop: Path, tmp_path: Path) -> None:
    """The page of last night does not wait for tonight's warehouse."""
    shop.write_text(shop.read_text().replace("GATEWAY", "http://127.0.0.1:9"))
    ran = tidegauge("run", shop, "--window", "2024-03-20")
    assert ran.exit_code == 3
    assert len((tmp_path / "notices").read_text().splitlines()) == 2
    assert "not delivered yet: see tidegauge status" in ran.stderr
    assert "not/there.duckdb" in ran.stderr


@pytest.mark.usefixtures("shown")
def test_what_is_undelivered_is_a_metric_until_somebody_says_so(shop: Path, pushgateway_url: str) -> None:
    from urllib.request import urlopen

    def counted(name: str = "tidegauge_undelivered") -> list[str]:
        page = urlopen(f"{pushgateway_url}/metrics", timeout=5).read().decode()
        return [line for line in page.splitlines() if line.startswith(f"{name}{{") and "deliver-test" in line]

    since = "tidegauge_undelivered_since_timestamp_seconds"

    shop.write_text(shop.read_text().replace("GATEWAY", pushgateway_url).replace("timeout: 2", "job: deliver-test"))
    (shop.parent / "notices").mkdir()
    tidegauge("deliver", shop)
    assert [line.rpartition(" ")[2] for line in counted()] == ["0", "2"], "given up, waiting"
    assert 'monitor="shop"' in counted()[0]
    (oldest,) = counted(since)
    assert 0 < float(oldest.rpartition(" ")[2]) <= datetime.now(UTC).timestamp()
    tidegauge("deliver", shop, "--dismiss", "all")
    assert [line.rpartition(" ")[2] for line in counted()] == ["0", "0"]
    assert counted(since) == [], "nothing waits since ever"
