"""`tidegauge compare` against Evidently on the same Parquet files: whole processes, in pairs.

    python benchmarks/compare.py S M          # 5 pairs of S, 3 of M; medians

The peer runs in an environment of its own under benchmarks/out, made from benchmarks/peers/requirements.txt.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path
from statistics import median

from measure import OUT, Cost, machine, run, workload  # type: ignore[import-not-found]  # beside this script

PEERS = Path(__file__).parent / "peers"
PAIRS = {"S": 5, "M": 3}
QUIET = {"DO_NOT_TRACK": "1", "ITERATIVE_DO_NOT_TRACK": "1"}  # the peer phones home otherwise


def peer_python() -> Path:
    """The peer's interpreter; its environment is made on first use."""
    home = Path(os.environ.get("TIDEGAUGE_PEER", OUT / "peer"))
    python = home / "bin" / "python"
    if not python.exists():
        print(f"installing the peer into {home} …", flush=True)
        venv.create(home, with_pip=True)
        pins = PEERS / "requirements.txt"
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--no-deps", "-r", str(pins)], check=True)
    return python


def ours(reference: Path, current: Path) -> Cost:
    """The command as a user types it, JSON to the screen."""
    command = [str(Path(sys.executable).parent / "tidegauge"), "compare", str(reference), str(current), "--json"]
    return run(command)


def theirs(reference: Path, current: Path) -> Cost:
    """Drift and summary presets to a JSON file."""
    script = PEERS / "evidently_json.py"
    out = OUT / "evidently.json"
    return run([str(peer_python()), str(script), str(reference), str(current), str(out)], **QUIET)


def main(sizes: list[str]) -> None:
    """Print one row a size."""
    peer_python()
    print(machine())
    print("| size | tidegauge CPU s | wall s | peak MB | Evidently CPU s | wall s | peak MB | CPU ratio |")
    print("|---|---|---|---|---|---|---|---|")
    for size in sizes:
        files = workload(size)
        pairs = [(ours(*files), theirs(*files)) for _ in range(PAIRS.get(size, 3))]
        a, b = ([getattr(p[side], k) for p in pairs] for side, k in ((0, "cpu"), (1, "cpu")))
        mine, peer = (Cost(*(median(getattr(p[s], k) for p in pairs) for k in ("cpu", "wall", "peak"))) for s in (0, 1))
        ratio = median(y / x for x, y in zip(a, b, strict=True))
        print(
            f"| {size} | {mine.cpu:.2f} | {mine.wall:.2f} | {mine.peak:.0f} "
            f"| {peer.cpu:.1f} | {peer.wall:.1f} | {peer.peak:.0f} | {ratio:.1f}x |",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:] or ["S", "M"])
