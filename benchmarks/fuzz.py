"""A hundred thousand odd inputs: `python -m benchmarks.fuzz [HOW_MANY] [FIRST_SEED]`.

The full form of tests/fuzz: monitors, confs, suites, catalogues and frames, each taken or refused by a sentence. It
prints how many of each there were and the seed of each one that was neither; ends with 1 where there was one.
"""

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.fuzz.targets import TARGETS, tried

# so many of a thousand: what only reads is cheap, and what an engine looks at is not
SHARES = {"monitors": 100, "confs": 600, "suites": 170, "judged": 1, "catalogues": 125, "frames": 4}
SLOW = 20.0  # seconds for one input: as good as a hang


def main(how_many: int = 100_000, first: int = 1_000_000) -> int:
    """1 where an input was a traceback, or took as long as a hang."""
    found: Counter[tuple[str, str]] = Counter()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tidegauge-fuzz-") as folder:
        for target in TARGETS:
            for seed in range(first, first + how_many * SHARES[target] // 1000):
                before = time.monotonic()
                try:
                    how = "taken" if tried(target, seed, Path(folder)) else "refused"
                except AssertionError as error:
                    how = "a traceback"
                    print(error, flush=True)
                if time.monotonic() - before > SLOW:
                    found[target, "slow"] += 1
                    print(f"{target} {seed}: {time.monotonic() - before:.0f} s", flush=True)
                found[target, how] += 1
            told = ", ".join(f"{n:,} {how}" for (t, how), n in sorted(found.items()) if t == target)
            print(f"{target}: {told} ({time.monotonic() - began:.0f} s)", flush=True)
    wrong = sum(n for (_, how), n in found.items() if how in ("a traceback", "slow"))
    print(f"{sum(n for (_, how), n in found.items() if how != 'slow'):,} inputs, {wrong} faults")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
