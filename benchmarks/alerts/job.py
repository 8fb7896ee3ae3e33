"""One tool on one data set of the public alert benchmark, in a process of its own: `against.py` starts it.

It knows nothing of tidegauge, so that it runs in the peers' environment as in ours. The benchmark's folder is on
PYTHONPATH.
"""

import argparse
import copy
import importlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

RAMP, RAMPS = 28, 8  # the benchmark's own


class Watched:
    """A monitor that is also asked about the clean windows before each ramp, which the benchmark does not count."""

    def __init__(self, monitor: Any, wanted: set[pd.Timestamp]) -> None:  # noqa: ANN401 - any tool
        self.monitor, self.wanted = monitor, wanted
        self.before: list[dict[str, Any]] = []

    def fit(self, history: list[tuple[pd.Timestamp, pd.DataFrame]]) -> None:
        """Pass it on."""
        self.monitor.fit(history)

    def update(self, start: pd.Timestamp, frame: pd.DataFrame) -> None:
        """Of a clean window: judge it, then let it join the history."""
        if start in self.wanted:
            self.before.append({"start": start.isoformat(), **_answer(self.monitor.score(start, frame))})
        self.monitor.update(start, frame)

    def fork(self) -> Any:  # noqa: ANN401 - any tool
        """The tool alone goes into the ramp."""
        return self.monitor.fork() if hasattr(self.monitor, "fork") else copy.deepcopy(self.monitor)


def _answer(answer: dict[str, Any]) -> dict[str, Any]:
    ranked = sorted(answer["columns"], key=lambda c: -np.nan_to_num(answer["columns"][c], nan=-1e9))
    return {"alert": bool(answer["alert"]), "score": float(np.nan_to_num(answer["score"])), "ranked": ranked[:3]}


def ramps(harness: Any, ds: Any, make: Callable[[Any], Any], seed: int) -> dict[str, Any]:  # noqa: ANN401 - the benchmark
    """Eight ramps of 28 windows, and the alerts in the 28 clean windows before each."""
    starts = np.linspace(ds.n_history + 5, len(ds.partitions) - RAMP - 1, RAMPS).astype(int)
    times = [t for t, _ in ds.partitions]
    spans = [[times[i] for i in range(max(s - RAMP, ds.n_history), s) if times[i] not in ds.defects] for s in starts]
    made: list[Watched] = []

    def watched(schema: Any) -> Watched:  # noqa: ANN401 - the benchmark's own class
        made.append(Watched(make(schema), {t for span in spans for t in span}))
        return made[-1]

    found = json.loads(harness.gradual_test(ds, watched, seed).to_json(orient="records"))
    before = {b["start"]: b for b in made[0].before}
    for ramp, span in zip(found, spans, strict=True):  # the benchmark gives them in order of time too
        judged = [before[t.isoformat()] for t in span if t.isoformat() in before]
        ramp |= {"judged_before": len(judged), "alerts_before": [b["start"][:10] for b in judged if b["alert"]]}
    return {"ramps": found, "before": list(before.values())}


def main() -> None:
    """Run it and write one JSON."""
    words = argparse.ArgumentParser()
    for name, kind in (("tool", str), ("data", str), ("test", str), ("seed", int), ("k", int), ("stride", int)):
        words.add_argument(name, type=kind)
    words.add_argument("out", type=Path)
    a = words.parse_args()
    harness, run = importlib.import_module("bench.harness"), importlib.import_module("bench.run")
    ds = harness.prepare(importlib.import_module("bench.datasets").ALL[a.data]())
    make, begun = run.load(a.tool), time.process_time()
    if a.test == "ramps":
        found = ramps(harness, ds, make, a.seed)
    else:
        records = harness.point_test(ds, make, a.seed, a.k, a.stride)
        found = {"records": json.loads(records.to_json(orient="records", date_format="iso"))}
    found["cpu"] = time.process_time() - begun
    a.out.write_text(json.dumps(found))


if __name__ == "__main__":
    main()
