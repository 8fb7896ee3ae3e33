"""Of a window that was not judged when its labels were due people hear once it is: once, and never by a backfill."""

from pathlib import Path
from typing import Any

import numpy as np

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, TODAY, a_log, a_monitor, at_night, day, write_duckdb
from tidegauge.core.decision import Verdict
from tidegauge.pipeline.pipeline import Pipeline

MATURE = 3  # nights after the window until its labels are there: due the next night, and complete two later


def trickling(path: Path) -> str:
    """The shop: half of the labels come hours later, the others up to four days; those of one day are all wrong."""
    log, labels = a_log()
    g, n = np.random.default_rng(2), len(log["id"])
    hours = np.where(g.random(n) < 0.5, 6, g.integers(36, 84, n)).astype("timedelta64[h]")
    start, end = (np.datetime64(t.replace(tzinfo=None), "us") for t in (day(TODAY).start, day(TODAY).end))
    wrong = (log["sold_at"] >= start) & (log["sold_at"] < end)
    y = np.where(wrong, (log["score"] < 0.4).astype(np.int64), labels["y"])
    return write_duckdb(path, log, {"id": log["id"], "y": y, "known_at": log["sold_at"] + hours})


def asked(pipeline: Pipeline) -> list[tuple[str, str]]:
    """What labels have asked people and schedulers for: the action, and the window."""
    found: list[Any] = [c.intent for c in pipeline.store.outbox.carried("shop")]
    return [(i.action, i.window.key) for i in found if i.payload.get("stage") == "labels" and i.action == "notify"]


def test_a_window_that_ripens_is_told_of_once(tmp_path: Path) -> None:
    url = trickling(tmp_path / "shop.duckdb")
    told, verdicts = [], []
    with open_pipeline(a_monitor(url, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, day(TODAY).end)
        for number in range(TODAY + 1, TODAY + 5):
            pipeline.run(day(number))
            told.append(len(asked(pipeline)))
            found = pipeline.store.decisions.get("shop", "labels", day(TODAY))
            assert found is not None
            verdicts.append(found.verdict)
        now = asked(pipeline)
        dump = pipeline.store.dump()
    assert verdicts == [Verdict.LEARNING] * (MATURE - 1) + [Verdict.ALERT] * 2, "it was not judged on half of them"
    assert told == [0] * (MATURE - 1) + [1, 1]
    assert now == [("notify", day(TODAY).key)]
    (tmp_path / "late").mkdir()
    with open_pipeline(a_monitor(url, tmp_path / "late")) as pipeline:
        pipeline.backfill(BEGIN, day(TODAY + 4).end)
        pipeline.run_due(at_night(day(TODAY + 4)), live=False)
        assert asked(pipeline) == []
        assert verdicts_of(pipeline.store.dump()) == verdicts_of(dump), "and it ends in the same decisions"


def verdicts_of(dump: str) -> list[str]:
    return [line for line in dump.splitlines() if '"table": "decisions"' in line and "labels" in line]
