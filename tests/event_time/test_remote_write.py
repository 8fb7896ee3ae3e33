"""The sink against real servers: what was written reads back equal, whatever happens on the way."""

import math
import random
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

import pytest

from tests.event_time.invented import NAMES, hours, points, samples, series, value
from tests.services.answering import answering
from tests.services.series_servers import SeriesServer, _running, needed
from tidegauge.core.addresses.masking import mask
from tidegauge.core.errors import NobodyThere, Refused
from tidegauge.core.point import SeriesSample
from tidegauge.core.retrying import LONGEST_EXCHANGE
from tidegauge.monitor.options import options_of, wrong_options
from tidegauge.sinks.event_time import gone, instant_of
from tidegauge.sinks.receiver import Reply
from tidegauge.sinks.remote_write import BATCH, RemoteWrite, batches


def stored(server: SeriesServer, start: datetime, end: datetime) -> dict[tuple[str, str, int], float]:
    """(name, column, instant) → value of all that is kept."""
    server.flush()
    kept = {name: server.kept(name, start.timestamp() - 10, end.timestamp() + 10) for name in NAMES}
    return {
        (name, dict(labels)["column"], at): round(v, 9)  # VictoriaMetrics keeps some fifteen digits
        for name, found in kept.items()
        for labels, values in found.items()
        for at, v in values.items()
    }


def meant(some: list[SeriesSample]) -> dict[tuple[str, str, int], float]:
    """The same of what was written."""
    return {(s.name, dict(s.labels)["column"], s.at): round(s.value, 9) for s in some if s.name in NAMES}


def test_what_was_written_reads_back_equal_in_any_order_and_twice(series_server: SeriesServer) -> None:
    """A month of hours, out of order; written again nothing changes."""
    windows, some = hours(24 * 30), series(20)
    written = samples(windows, some)
    sink = RemoteWrite(url=series_server.write_url)
    parts = [written[k : k + 997] for k in range(0, len(written), 997)]
    random.Random(1).shuffle(parts)
    for part in parts:
        assert sink.show(part) == ""
    first = stored(series_server, windows[0].start, windows[-1].end)
    assert first == meant(written)
    assert sink.show(written) == ""
    assert stored(series_server, windows[0].start, windows[-1].end) == first


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 1, 0, 2), (2, 3, 1, 0)])
def test_the_newest_revision_is_read_also_at_exactly_the_end(
    series_server: SeriesServer, order: tuple[int, ...]
) -> None:
    days, some = hours(24 * 3)[::24], series(4)  # one hour of each of three days
    sink = RemoteWrite(url=series_server.write_url)
    for revision in order:
        assert sink.show(samples(days, some, revision)) == ""
    series_server.flush()
    for k, window in enumerate(days):
        end = window.end.timestamp()
        for query, when in (
            ("tidegauge_signal_number", end),
            ("last_over_time(tidegauge_signal_number[1h])", end),
            ("last_over_time(tidegauge_signal_number[1d])", end + 3600),
        ):
            assert [v for _, v in series_server.at(query, when)] == [value(k, 0, 3)], (query, when - end)
    first, last = days[0].end.timestamp(), days[-1].end.timestamp()
    for step, steps in (("1d", 1), ("1h", 24)):
        ((_, found),) = series_server.over("last_over_time(tidegauge_signal_number[1d])", first, last, step)
        assert found[::steps] == [value(k, 0, 3) for k in range(len(days))], step


def test_a_window_that_was_forgotten_says_nothing_more(series_server: SeriesServer) -> None:
    (window,), some = hours(1), series(4)
    sink = RemoteWrite(url=series_server.write_url)
    sink.show(samples([window], some))
    sink.show(list(gone("m", "inputs", some, window, 1)))
    series_server.flush()
    found = series_server.at("last_over_time(tidegauge_signal_number[1d])", window.end.timestamp())
    if series_server.kind == "prometheus":
        assert all(math.isnan(v) for _, v in found)
    else:  # it keeps no NaN: what is said of it in docs/prometheus.md
        assert [v for _, v in found] == [value(0, 0)]
    sink.show(samples([window], some, 2))
    series_server.flush()
    ((_, v),) = series_server.at("last_over_time(tidegauge_signal_number[1d])", window.end.timestamp())
    assert v == value(0, 0, 2)


def test_another_value_where_there_is_one_is_left_out_and_the_others_are_written(prometheus: SeriesServer) -> None:
    (window,), some = hours(1), series(8)
    sink = RemoteWrite(url=prometheus.write_url)
    sink.show(samples([window], some[:1]))
    other = [replace(s, value=s.value + 5) if s.name == NAMES[0] else s for s in samples([window], some)]
    note = sink.show(other)
    assert note == f"1 of {len(other)} samples were not taken (duplicate sample)"
    assert stored(prometheus, window.start, window.end) == meant(other) | meant(samples([window], some[:1]))


def test_what_is_too_old_ends_with_a_note_and_what_is_not_is_written(tmp_path: Path) -> None:
    needed("prometheus")
    windows, some = hours(24 * 4), series(8)
    written = samples(windows, some)
    for server in _running("prometheus", tmp_path, out_of_order="1d"):
        sink = RemoteWrite(url=server.write_url)
        assert sink.show([s for s in written if s.at == written[-1].at]) == ""
        note = sink.show(written)
        kept = stored(server, windows[0].start, windows[-1].end)
        assert "samples were not taken (" in note
        lost = {s.at for s in written} - {at for _, _, at in kept}
        assert kept == {k: v for k, v in meant(written).items() if k[2] not in lost}
        assert max(lost) < min(at for _, _, at in kept), "only the oldest are lost"
        assert 60 <= len(lost) <= 80
        assert sink.show(written).split()[0] == note.split()[0], "and no more of them the second time"


def test_a_window_that_has_not_ended_is_refused(prometheus: SeriesServer) -> None:
    windows = hours(1, datetime.now(UTC) + timedelta(hours=3))
    with pytest.raises(Refused, match="a window that has not ended is not written"):
        RemoteWrite(url=prometheus.write_url).show(samples(windows, series(4)))


def test_a_server_that_dies_midway_has_all_in_the_end(series_server: SeriesServer) -> None:
    windows, some = hours(24 * 20), series(40)
    written = samples(windows, some)
    sink = RemoteWrite(url=series_server.write_url, timeout=5.0)
    for k, part in enumerate(list(batches(written))):
        if k == 2:
            series_server.stop(signal.SIGKILL)
            with pytest.raises(NobodyThere, match=r"can't be reached \(Connection refused\). Is it running"):
                sink.show(part)
            series_server.start()
        sink.show(part)
    sink.show(written)  # what had not reached the disk
    assert stored(series_server, windows[0].start, windows[-1].end) == meant(written)


class _Asked(BaseHTTPRequestHandler):
    """Answers as it is told, and keeps what it was sent."""

    answer: tuple[int, str] = (204, "")
    heard: ClassVar[list[dict[str, str]]]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append(dict(self.headers))
        self.send_response(self.answer[0])
        self.end_headers()
        self.wfile.write(self.answer[1].encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def asked() -> Iterator[tuple[str, type[_Asked]]]:
    class Handler(_Asked):
        heard: ClassVar[list[dict[str, str]]] = []

    with answering(Handler) as address:
        yield address.removeprefix("http://"), Handler


@pytest.mark.parametrize(
    ("status", "error"), [(500, NobodyThere), (503, NobodyThere), (429, NobodyThere), (401, Refused), (404, Refused)]
)
def test_a_refusal_of_the_moment_is_told_from_one_for_good(
    asked: tuple[str, type[_Asked]], status: int, error: type[Exception]
) -> None:
    place, handler = asked
    handler.answer = status, "no room"
    with pytest.raises(error, match=rf"http://{place}.* did not take the series \({status}: no room\)"):
        RemoteWrite(url=f"http://{place}/api/v1/write").show(samples(hours(1), series(4)))


def test_who_asks_comes_from_the_environment_and_is_shown_to_nobody(
    asked: tuple[str, type[_Asked]], monkeypatch: pytest.MonkeyPatch
) -> None:
    place, handler = asked
    monkeypatch.setenv("TOKEN", "s3cret-token")
    monkeypatch.setenv("ORG", "team-of-ours")
    monkeypatch.setenv("PASSWORD", "p@ss/word")
    headers = {"X-Scope-OrgID": "${ORG}"}
    RemoteWrite(url=f"http://{place}/w", bearer="${TOKEN}", headers=headers).show(samples(hours(1), series(4)))
    RemoteWrite(url=f"http://me:${{PASSWORD}}@{place}/w").show(samples(hours(1), series(4)))
    first, second = handler.heard
    assert (first["Authorization"], first["X-Scope-OrgID"]) == ("Bearer s3cret-token", "team-of-ours")
    assert (first["Content-Encoding"], first["X-Prometheus-Remote-Write-Version"]) == ("snappy", "0.1.0")
    assert second["Authorization"] == "Basic bWU6cEBzcy93b3Jk"
    handler.answer = 403, "the token s3cret-token is not known"
    sink = RemoteWrite(url=f"http://{place}/w", bearer="${TOKEN}", headers=headers)
    with pytest.raises(Refused) as refused:
        sink.show(samples(hours(1), series(4)))
    assert "s3cret" not in str(refused.value) + repr(sink)
    monkeypatch.delenv("TOKEN")
    with pytest.raises(Refused, match=r"sinks.remote_write.bearer: the environment variable TOKEN is not set"):
        sink.show(samples(hours(1), series(4)))


def test_batches_are_of_whole_instants_oldest_first() -> None:
    written = samples(hours(300), series(148))
    made = list(batches(written))
    assert [s for batch in made for s in batch] == written
    assert max(map(len, made)) <= BATCH
    ends = [{s.at for s in batch} for batch in made]
    assert all(max(a) < min(b) for a, b in pairwise(ends))


def test_a_thousandth_revision_stays_inside_its_window() -> None:
    (window,) = hours(1)
    assert instant_of(window, 5000) < window.end.timestamp() * 1000
    assert len(list(points([window], series(4)))) == 1


def test_a_check_says_that_it_is_not_let_in(asked: tuple[str, type[_Asked]], monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that asks who asks; a token that is set and empty; a header that no server takes."""
    place, handler = asked
    monkeypatch.setattr(handler, "do_GET", _shut, raising=False)
    sink = RemoteWrite(url=f"http://{place}/api/v1/write")
    (said,) = sink.problems("m", timedelta(1), timedelta(1))
    assert said.endswith("does not let us in (401): is what it is asked with right?")
    monkeypatch.setenv("TOKEN", " ")
    (said,) = RemoteWrite(url=f"http://{place}/api/v1/write", bearer="${TOKEN}").problems(
        "m", timedelta(1), timedelta(1)
    )
    assert said == "sinks.remote_write.bearer: the environment variable TOKEN is empty. Set it before running."
    assert not handler.heard
    for name in ("a b", "a:b", "", "é"):
        (wrong,) = wrong_options({"url": "x", "headers": {name: "x"}}, options_of(RemoteWrite))
        assert "is no name of one" in wrong[1]


def test_a_check_says_that_a_path_takes_no_series(series_server: SeriesServer) -> None:
    """And that the right one does, also of an address that is written without a scheme; a check writes nothing."""
    base = series_server.url.removesuffix("/")
    for path in ("/api/v1/wrote", "/push", "/"):
        (said,) = RemoteWrite(url=base + path).problems("m", timedelta(hours=1), timedelta(0))
        assert "takes no remote write at the path of sinks.remote_write.url (4" in said, said
    right = f"{base}/api/v1/write"
    for url in (right, right.removeprefix("http://")):
        assert RemoteWrite(url=url).problems("m", timedelta(hours=1), timedelta(0)) == []


def _shut(handler: _Asked) -> None:
    handler.send_response(401)
    handler.end_headers()


@pytest.mark.parametrize("url", ["http://h/w?x=1", "http://h:99999/w", "http://[::1/w", "http://h/w#x"])
def test_what_is_wrong_with_an_address_is_said_whole(url: str) -> None:
    """Also where the sentence is masked once more on its way to a person."""
    with pytest.raises(Refused) as refused:
        RemoteWrite(url=url).show([])
    assert str(refused.value).startswith("sinks.remote_write.url: the address has ")
    assert mask(str(refused.value)) == str(refused.value)


def test_a_header_that_is_typed_as_it_is_is_repeated_to_nobody(asked: tuple[str, type[_Asked]]) -> None:
    """Nor what is inside one that says who asks."""
    place, handler = asked
    headers = {"Authorization": "Basic aHVudGVyOm15c3RpYyBiaXJk", "X-Api-Key": "typedkey42"}  # hunter:mystic bird
    for said in ("who is Basic aHVudGVyOm15c3RpYyBiaXJk", "the key typedkey42 is none", "wrong password mystic bird"):
        handler.answer = 401, said
        with pytest.raises(Refused) as refused:
            RemoteWrite(url=f"http://{place}/w", headers=headers).show(samples(hours(1), series(4)))
        assert said not in str(refused.value)
        assert "did not take the series (401: " in str(refused.value)
    handler.answer = 401, "no such tenant"
    with pytest.raises(Refused, match="no such tenant"):
        RemoteWrite(url=f"http://{place}/w", headers=headers).show(samples(hours(1), series(4)))


class _Other:
    """A server that has another value wherever it is asked; each request takes it a while."""

    place, timeout = "the server", 10.0

    def __init__(self, clock: list[float], seconds: float = 0.0) -> None:
        self.asked, self.clock, self.seconds = 0, clock, seconds

    def write(self, batch: list[SeriesSample], *, until: float) -> Reply:
        assert batch
        assert until <= LONGEST_EXCHANGE, "no request goes on after the whole has ended"
        self.asked += 1
        self.clock[0] += self.seconds
        return Reply(400, "duplicate sample for timestamp", "duplicate sample for timestamp")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    told = [0.0]
    monkeypatch.setattr("tidegauge.sinks.remote_write.monotonic", lambda: told[0])
    return told


def shown_to(server: _Other, some: list[SeriesSample], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(RemoteWrite, "_receiver", lambda _: server)
    return RemoteWrite(url="http://127.0.0.1:9/w").show(some)


def test_a_server_that_has_other_values_is_not_asked_of_each(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that was lost and begun anew: it was 39,895 requests for one stretch of the past."""
    server, some = _Other(clock), samples(hours(133), series(148))
    note = shown_to(server, some, monkeypatch)
    assert note == f"{len(some):,} of {len(some):,} samples were not taken (duplicate sample)"
    assert server.asked < 300


def test_a_slow_server_has_an_end_for_all_of_it(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request had its own time-out: another worker took what this one was at."""
    server = _Other(clock, seconds=9.0)
    with pytest.raises(NobodyThere, match="did not take the series within 50 seconds"):
        shown_to(server, samples(hours(133), series(148)), monkeypatch)
    assert server.asked == 6
