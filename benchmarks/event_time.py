"""A year of hourly windows × 150 series on real servers, with all that may go wrong on the way.

    python -m benchmarks.event_time                     # Prometheus and VictoriaMetrics, a year each
    python -m benchmarks.event_time --hours 200 --servers prometheus

Shown on each server: what was written, in requests of any order, reads back equal for every window and series, with
nothing refused and at most 3 CPU-seconds of ours; written again nothing changes. Three corrections of each window in
any order read newest, also at exactly its end, at steps of an hour and of a day. Hour by hour through the outbox, with
a tenth of the answers 500, a kill of the server midway and a day without it, nothing is lost, and all comes in order.
`tests/event_time/test_year.py` has some days of it.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from tests.event_time.year import Shown, backfilled, corrected, through_an_outage
from tests.services.series_servers import SeriesServer
from tidegauge.store.store import Store

YEAR, EACH = 24 * 365, 148  # series with a band; what is said of the window itself makes 151


def main() -> int:
    """Show it; 0 where all of it held."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--hours", type=int, default=YEAR)
    parser.add_argument("--servers", nargs="*", default=["prometheus", "victoria-metrics"])
    given = parser.parse_args()
    failed = 0
    for kind in given.servers:
        for name, show in (("backfilled", backfilled), ("corrected", _corrected), ("through an outage", _outage)):
            folder = Path(tempfile.mkdtemp(prefix="tidegauge-series-"))
            server = SeriesServer(kind, folder / kind).start()
            try:
                told = show(server, given.hours, EACH)
            finally:
                server.stop()
                shutil.rmtree(folder)
            failed += bool(told.wrong or told.notes)
            failed += name == "backfilled" and told.cpu > 3
            cpu = f", {told.cpu:.1f} CPU-s of ours" if told.cpu else ""
            print(f"{kind}, {name}: {told.written:,} looked at, {told.wrong} wrong, {told.refused} refused{cpu}")
            for note in told.notes[:3]:
                print(f"  {note}")
    return 1 if failed else 0


def _corrected(server: SeriesServer, hours: int, each: int) -> Shown:
    """Few series: each is read at every window, and what is measured is no amount."""
    return corrected(server, hours - (hours - 1) % 24, min(each, 8))


def _outage(server: SeriesServer, hours: int, each: int) -> Shown:
    """Two months: each hour is a walk through the outbox."""
    del each
    with tempfile.TemporaryDirectory() as folder, Store.open(f"sqlite:///{folder}/s.db") as store:
        return through_an_outage(server, store, min(hours, 24 * 60), 8)


if __name__ == "__main__":
    sys.exit(main())
