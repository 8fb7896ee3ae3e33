"""What it costs to choose a wide source's relations, once: CPU and peak memory of a process of its own.

    python -m benchmarks.relations [COLUMNS …]

28 windows of 1,000 sampled rows each, four fifths numbers; 50 and 200 columns unless others are named.
"""

import hashlib
import resource
import sys
import time

import numpy as np

from benchmarks.measure import machine, run
from tidegauge.profiles.states.sampled_rows import SampledRows
from tidegauge.relations.plan import Plan

WINDOWS, ROWS = 28, 1000
CODES = (2, 3, 5, 8, 12, 20, 50, 100)


def samples(columns: int) -> list[SampledRows]:
    """Every third number follows one of four hidden factors, and a hundredth of every second one is missing."""
    g, out = np.random.default_rng(1), []
    for _ in range(WINDOWS):
        hidden = g.standard_normal((4, ROWS))
        values: dict[str, np.ndarray] = {}
        for k in range(columns * 4 // 5):
            x = g.standard_normal(ROWS) + (hidden[k % 4] if k % 3 == 0 else 0)
            values[f"f{k:03d}"] = np.where(g.random(ROWS) < 0.02, np.nan, x) if k % 2 else x
        for k in range(columns - columns * 4 // 5):
            values[f"c{k:03d}"] = g.integers(1, CODES[k % len(CODES)] + 1, ROWS)
        values["score"] = 1 / (1 + np.exp(-hidden[0]))
        out.append(SampledRows.drawn(ROWS, g.integers(0, 2**60, ROWS), values, values))
    return out


def child(columns: int) -> None:
    """The work, whose memory is read by the parent as well."""
    drawn = samples(columns)
    start = time.process_time()
    plan = Plan.choose(drawn, dict.fromkeys(drawn[0].codes, 100), "score")
    cpu, peak = time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    text = hashlib.sha256(plan.text.encode()).hexdigest()[:8]
    print(
        f"{columns} columns: {cpu:.1f} s CPU, peak {peak:.0f} MB, {len(list(plan.each()))} relations, plan {text}",
        file=sys.stderr,
        flush=True,
    )


def main(words: list[str]) -> None:
    """Measure each width in an interpreter of its own."""
    if words[:1] == ["child"]:
        child(int(words[1]))
        return
    print(machine())
    for columns in words or ["50", "200"]:
        run([sys.executable, "-m", "benchmarks.relations", "child", columns])


if __name__ == "__main__":
    main(sys.argv[1:])
