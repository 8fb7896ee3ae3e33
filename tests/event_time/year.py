"""A stretch of hours written to a real server, with all that may go wrong on the way; how much of it is asked for.

The tests take a few days; `benchmarks/event_time.py` takes the whole year.
"""

import math
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler

from tests.event_time.invented import NAMES, hours, samples, series
from tests.services.answering import answering
from tests.services.series_servers import SeriesServer
from tidegauge.actions.delivering import walk
from tidegauge.core.intent import DELIVER, EVENT_TIME, Intent
from tidegauge.core.point import SeriesSample
from tidegauge.core.window import Window
from tidegauge.sinks.remote_write import BATCH, RemoteWrite, batches
from tidegauge.store.outbox import DONE
from tidegauge.store.store import Store

CHUNK = timedelta(days=7)  # that is read back at once


@dataclass
class Shown:
    """What came of it."""

    written: int = 0
    wrong: int = 0  # of those that were read back
    refused: int = 0
    cpu: float = 0.0  # seconds of ours
    notes: list[str] = field(default_factory=list)


def backfilled(server: SeriesServer, number: int, each: int, seed: int = 1) -> Shown:
    """So many hours × series in any order of requests, read back; written again, read back once more."""
    windows, some, told = hours(number), series(each), Shown()
    made = samples(windows, some)
    parts = list(batches(made))
    random.Random(seed).shuffle(parts)
    sink = RemoteWrite(url=server.write_url, timeout=50.0)
    began = time.process_time()
    told.notes = [note for part in parts if (note := sink.show(part))]
    told.cpu = time.process_time() - began
    told.written, told.refused = len(made), len(told.notes)
    told.wrong = wrong(server, windows, made)
    told.notes += [note for part in parts if (note := sink.show(part))]
    told.wrong += wrong(server, windows, made)
    return told


def corrected(server: SeriesServer, number: int, each: int, seed: int = 2) -> Shown:
    """Three corrections of every window after it, in any order: the newest is read at each window's end."""
    windows, some, told = hours(number), series(each), Shown()
    order = [(window, r) for window in windows for r in range(4)]
    random.Random(seed).shuffle(order)
    place = {window: k for k, window in enumerate(windows)}
    sink = RemoteWrite(url=server.write_url, timeout=50.0)
    made = {r: samples(windows, some, r) for r in range(4)}
    by: dict[tuple[int, int], list[SeriesSample]] = {}
    for r, found in made.items():
        for s in found:
            by.setdefault((s.at // 1000, r), []).append(s)
    waiting: list[SeriesSample] = []
    for window, r in order:
        waiting += by[int(window.end.timestamp()) - 1, r]
        if len(waiting) > BATCH:
            told.notes += [note] if (note := sink.show(waiting)) else []
            waiting = []
    sink.show(waiting)
    server.flush()
    first, last = windows[0].end.timestamp(), windows[-1].end.timestamp()
    expected = {s.at // 1000 + 1: s.value for s in made[3] if s.name == NAMES[0] and ("column", "c0") in s.labels}
    query = 'last_over_time(tidegauge_signal_number{column="c0"}[1h])'
    for step in (3600, 86400):
        for start in range(int(first), int(last) + 1, step * 5000):
            end = min(start + step * 4999, int(last))
            ((_, read),) = server.over(query, start, end, f"{step}s")
            meant = [expected[at] for at in range(start, end + 1, step)]
            told.wrong += sum(a != b for a, b in zip(read, meant, strict=True))
            told.written += len(meant)
    assert len(place) == number
    return told


def through_an_outage(server: SeriesServer, store: Store, number: int, each: int, seed: int = 3) -> Shown:
    """Hour by hour through the outbox: a tenth of the answers are 500, a kill midway, a day without a server."""
    windows, some, told = hours(number), series(each), Shown()
    made = samples(windows, some)
    by: dict[Window, list[SeriesSample]] = {w: [] for w in windows}
    ends = {int(w.end.timestamp()) - 1: w for w in windows}
    for s in made:
        by[ends[s.at // 1000]].append(s)
    arrived: list[Window] = []
    resent = RemoteWrite(url=server.write_url)
    with failing(server, seed) as url:
        sink = RemoteWrite(url=url, timeout=20.0)

        def carry(intent: Intent) -> str:
            note = sink.show(by[intent.window])
            arrived.append(intent.window)
            return note

        def deliver(now: datetime) -> None:
            due = store.outbox.due("m", now)
            told.notes += [
                o.note for o in walk(store.outbox, due, carry, clock=lambda: now) if o.state == DONE and o.note
            ]

        kill, away = number // 3, range(number // 2, number // 2 + 24)
        for k, window in enumerate(windows):
            if k == kill:
                server.stop(signal.SIGKILL)
                server.start()
                resent.show([s for w in windows[:k] for s in by[w]])  # a moment of ours is months of theirs
            if k in (away.start, away.stop):
                server.stop() if k == away.start else server.start()
            store.outbox.ask([Intent(window.key, DELIVER, "m", window, {"sink": "0:remote_write", EVENT_TIME: "yes"})])
            deliver(window.end + timedelta(minutes=5))
        for later in range(50):
            deliver(windows[-1].end + timedelta(hours=1 + later))
    told.written, told.refused = len(made), len(told.notes)
    told.wrong = wrong(server, windows, made) + len(store.outbox.pending("m"))
    assert sorted(set(arrived)) == windows
    if arrived != sorted(arrived):
        told.notes.append("out of order")
    return told


def wrong(server: SeriesServer, windows: list[Window], made: list[SeriesSample]) -> int:
    """How many samples the server has not, has otherwise, or has beside those that were written."""
    server.flush()
    missing = 0
    start = windows[0].start
    pending = [s for s in made if s.name in NAMES]
    while start < windows[-1].end:
        end = min(start + CHUNK, windows[-1].end)
        low, high = start.timestamp() * 1000, end.timestamp() * 1000
        meant = {(s.name, s.labels, s.at): s.value for s in pending if low < s.at <= high}
        found = {
            (name, labels, at): value
            for name in NAMES
            for labels, values in server.kept(name, start.timestamp(), end.timestamp()).items()
            for at, value in values.items()
            if low < at <= high
        }
        missing += len(meant.keys() ^ found.keys())
        missing += sum(not math.isclose(meant[k], found[k], rel_tol=1e-12) for k in meant.keys() & found.keys())
        start = end
    return missing


@contextmanager
def failing(server: SeriesServer, seed: int) -> Iterator[str]:
    """An address before the server's at which one answer of ten is 500."""
    chance = random.Random(seed)

    class Between(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if chance.random() < 0.1:
                self.send_error(500)
                return
            onward = HTTPConnection("127.0.0.1", server.port, timeout=20)
            try:
                onward.request("POST", "/api/v1/write", body, {k: v for k, v in self.headers.items() if k != "Host"})
                answer = onward.getresponse()
                status, text = answer.status, answer.read()
            except OSError:
                status, text = 503, b"nobody there"
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            pass

    with answering(Between) as place:
        yield f"{place}/api/v1/write"
