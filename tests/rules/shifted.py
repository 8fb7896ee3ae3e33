"""A shop whose labels come 30 days late, night after night, and its series as if the last night were today.

Rules ask what time it is, and a log that is the same every time has its own dates. So a sample is moved by whole days
on its way to the server; that is all that is done to it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from tests.pipeline.world import BEGIN, YAML, ZONE, a_log, change, day, inside, write_duckdb
from tidegauge.core.point import SeriesSample
from tidegauge.sinks.receiver import Receiver, Reply

NAME = "night-shop"  # its weekly work falls on none of the nights but the first
DELAY = timedelta(days=30)
BEFORE = timedelta(days=14)  # that the log begins earlier than the tests' own shop: labels have to be learnt, too
FIRST, LAST = 47, 51  # the nights that are run; what lies before them is a backfill
LOST, FLIPPED = FIRST - 2 - DELAY.days, FIRST + 1 - DELAY.days  # windows whose labels are few, or the wrong way round
MOMENTS = {"tidegauge_window_start_timestamp_seconds", "tidegauge_window_end_timestamp_seconds"}


def a_shop(folder: Path, url: str) -> Path:
    """The monitor's file; nothing is decided yet."""
    at = write_duckdb(folder / "shop.duckdb", *_late(_longer(a_log(), a_log(8))))
    lost = f"DELETE FROM labels WHERE id % 3 > 0 AND id IN (SELECT id FROM log WHERE {inside(day(LOST))})"
    turned = f"UPDATE labels SET y = 1 - y WHERE id IN (SELECT id FROM log WHERE {inside(day(FLIPPED))})"
    # what a backfill ends with, and a second and a third fault that begin while the one before them is open
    missing = f"UPDATE log SET wait = NULL WHERE id % 2 = 0 AND {inside(day(FIRST - 1))}"
    recased = f"UPDATE log SET plan = 'Pro' WHERE plan = 'pro' AND {inside(day(FIRST + 1))}"
    too_much = f"UPDATE log SET amount = amount * 100 WHERE {inside(day(FIRST + 2))}"
    change(at, missing, recased, too_much, lost, turned)
    text = YAML.format(
        name=NAME, store=f"sqlite:///{folder}/s.db", url=at, zone=ZONE, start=(BEGIN - BEFORE).date(), folder=folder
    )
    text = text.replace("delay: 1 day", f"delay: {DELAY.days} days").replace("window:", "sample: 0\nwindow:")
    file = folder / "shop.yml"
    file.write_text(f'{text.partition("sinks:")[0]}sinks: [{{remote_write: {{url: "{url}"}}}}]\n', encoding="utf-8")
    return file


Tables = tuple[dict[str, Any], dict[str, Any]]


def _longer(shop: Tables, earlier: Tables) -> Tables:
    """The shop with two weeks of another one before it."""
    back, first = np.timedelta64(BEFORE), earlier[0]["sold_at"].min()
    mine = earlier[0]["sold_at"] < first.astype("datetime64[D]") + back
    out: list[dict[str, Any]] = []
    for here, there in zip(shop, earlier, strict=True):
        part = {name: values[mine] for name, values in there.items()}
        moved = {name: v - back if v.dtype.kind == "M" else v for name, v in part.items()}
        moved["id"] = moved["id"] - moved["id"].max() - 1
        out.append({name: np.concatenate([moved[name], here[name]]) for name in here})
    return out[0], out[1]


def _late(shop: Tables) -> Tables:
    """Each label comes an hour before it is due."""
    log, labels = shop
    return log, labels | {"known_at": log["sold_at"] + np.timedelta64(DELAY - timedelta(hours=1))}


@contextmanager
def moved(last: datetime) -> Iterator[None]:
    """What ends with `last` is written as if that had been in the last 24 hours."""
    whole, write = timedelta(days=(datetime.now(UTC) - last).days), Receiver.write

    def shifted(self: Receiver, samples: Sequence[SeriesSample], *, until: float) -> Reply:
        return write(self, [_by(whole, sample) for sample in samples], until=until)

    with patch.object(Receiver, "write", shifted):
        yield


def _by(shift: timedelta, sample: SeriesSample) -> SeriesSample:
    seconds = int(shift.total_seconds())
    value = sample.value + seconds if sample.name in MOMENTS else sample.value
    return replace(sample, value=value, at=sample.at + seconds * 1000)
