"""The demo's nights live: tidegauge → a real Prometheus → a real Alertmanager → a receiver that counts the pages.

    python -m benchmarks.live_nights            # ten nights of December, labels a day late
    python -m benchmarks.live_nights --late     # the same nights, labels 30 days late

Real flights, by the demo's own build and with its faults; samples are moved by whole days, so that the last night was
yesterday. With `--late` a label is known 30 days after its flight, and labels of one day in November are turned round:
they are decided on a night in December. Shown, for the past and after each night: the pager was told of what the store
says, each incident once, each end once, and of the backfill nothing but what still stands in the first live window.
"""

import argparse
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import duckdb

from examples.flights.build import build
from examples.flights.when import FIRST_NIGHT, LAST_NIGHT, ZONE
from tests.rules.lived import NOWHERE, Page, living
from tidegauge.core.grid import between, moment

ROOT = Path(__file__).parents[1]
LATE = 30
TURNED = FIRST_NIGHT + timedelta(days=3 - LATE)  # decided on the fourth night, or the fifth


def monitor(folder: Path, *, late: bool) -> Path:
    """The demo's monitor of a warehouse of its own, which shows its series and does nothing else."""
    warehouse = build(folder)
    text = (ROOT / "examples" / "flights" / "flights.yml").read_text(encoding="utf-8").partition("\nsinks:")[0]
    text = text.replace("duckdb:///.demo/flights.duckdb", f"duckdb:///{warehouse}")
    text = text.replace("sqlite:///../tidegauge.db", f"sqlite:///{folder}/s.db")
    if late:
        text = text.replace("delay: 1 day", f"delay: {LATE} days")
        _late(warehouse)
    file = folder / "flights.yml"
    file.write_text(f'{text}\nsinks: [{{remote_write: {{url: "{NOWHERE}"}}}}]\n', encoding="utf-8")
    return file


def _late(warehouse: Path) -> None:
    """Labels come a day before they are due; those of one day are the wrong way round."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"SET TimeZone = '{ZONE}'")
        connection.execute(f"UPDATE labels SET arrived_at = arrived_at + INTERVAL {LATE - 2} DAY")
        connection.execute(
            "UPDATE labels SET late = 1 - late WHERE flight_id IN "
            "(SELECT flight_id FROM inference_log WHERE CAST(scheduled_at AS DATE) = CAST(? AS DATE))",
            [TURNED.isoformat()],
        )


def main() -> int:
    """Live through them; 0 where the pager was told of exactly what the store says."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--late", action="store_true")
    late = asked.parse_args().late
    failed, before = 0, list[Page]()
    with tempfile.TemporaryDirectory(prefix="tidegauge-nights-") as name:
        file = monitor(Path(name), late=late)
        until = LAST_NIGHT + timedelta(days=1)
        windows = between("day", ZONE, *(moment(day.isoformat(), ZONE) for day in (FIRST_NIGHT, until)))
        with living(Path(name), file, windows) as nights:
            for k, night in enumerate(nights):
                wrong = night.pages != night.expected
                failed += wrong
                count = f"{len(night.pages)} told, {len(night.expected)} to be told{', ANOTHER' if wrong else ''}"
                new = [" ".join(page) for page in night.pages if page not in before]
                print(f"{night.window.start:%d %B}" if k else "the past", count, *new, sep="; ", flush=True)
                before = night.pages
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
