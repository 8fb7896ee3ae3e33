"""Whether two versions of the code say the same of a year of flights: before a room moves, and after.

    python -m tools.before_after COMMIT              # that commit against the work tree
    python -m tools.before_after COMMIT --keep out   # and keep what each one wrote

Three stores are made from one warehouse, by the command line alone, as a user would:

- *before*: the commit backfills the history, runs ten nights, and replays them;
- *after*: the work tree does the same from nothing;
- *opened*: the work tree opens a copy of the first store while the warehouse is gone, decides what is new (nothing, or
  it says what), and looks at it: what was written before is read as it is.

Compared byte for byte: the canonical dump with outbox and artefacts, the pages of the nights, `explain` and `status` as
JSON, the replay's page and JSON, and the goldens in tests/golden. Ends with 1 where anything differs, and names it; the
first lines of each difference are printed, so that a change that was meant can be told from one that was not.
"""

import argparse
import difflib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NIGHTS = tuple(f"2013-12-{day}" for day in range(15, 25))
MONITOR, CATALOGUE = "flights.yml", "catalogue.yml"
REPLAY = ("--from", "2013-12-05", "--to", "2013-12-15", "--faults", CATALOGUE, "--json", "--out", "replay")
ONCE = "windows: 5\ntrials: 1\nsizes: [medium]\n"  # each kind of fault, once
SHOWN = 6  # lines of each difference
DUMP = """
import sys
from tidegauge.store.store import Store
with Store.open("sqlite:///.demo/tidegauge.db") as store:
    sys.stdout.write(store.dump(outbox=True, artefacts=True))
"""


def main() -> int:
    """Make the three, compare them; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commit", help="the commit or tag of before")
    parser.add_argument("--keep", type=Path, help="where to leave what each version wrote")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tidegauge-before-after-") as made, _tree(asked.commit) as old:
        folder = Path(made)
        before, after, opened = (folder / name for name in ("before", "after", "opened"))
        _begin(old, before)
        shutil.copytree(before, after)
        _live(old, before)
        shutil.copytree(before, opened)
        _look_back(old, before)
        _live(ROOT, after)
        _look_back(ROOT, after)
        _open(opened)
        wrong = [*_goldens(old), *_differences(before, after, "after"), *_differences(before, opened, "opened")]
        if asked.keep:
            shutil.copytree(folder, asked.keep, dirs_exist_ok=True)
    for sentence in wrong:
        print(sentence)
    print("The same, byte for byte." if not wrong else f"{len(wrong)} of what was compared differ.")
    return 1 if wrong else 0


@contextmanager
def _tree(commit: str) -> Iterator[Path]:
    """A work tree of its own for a commit, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="tidegauge-before-") as made:
        tree = Path(made) / "tree"
        _git("worktree", "add", "--quiet", "--detach", str(tree), commit)
        try:
            yield tree
        finally:
            _git("worktree", "remove", "--force", str(tree))


def _git(*words: str) -> None:
    subprocess.run(["git", *words], cwd=ROOT, check=True)


def _run(tree: Path, folder: Path, *words: str, out: str = "", fine: tuple[int, ...] = (0,)) -> None:
    """A program of a tree's sources, in a folder; what it prints into a file there."""
    environment = {**os.environ, "PYTHONPATH": f"{tree / 'src'}{os.pathsep}{tree}", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode not in fine:
        raise SystemExit(f"{' '.join(words)} ended with {done.returncode} in {tree}:\n{done.stderr[-3000:]}")
    if out:
        (folder / out).write_text(done.stdout, encoding="utf-8")


def _verb(tree: Path, folder: Path, *words: str, out: str = "") -> None:
    """A verb of the command line; an alert (1) and a notice that found nobody (3) are no failures here."""
    program = "import sys; from tidegauge.cli import main; sys.exit(main())"
    _run(tree, folder, "-c", program, *words, out=out, fine=(0, 1, 3))


def _begin(tree: Path, folder: Path) -> None:
    """The warehouse of the demo, and its monitor."""
    (folder / ".demo").mkdir(parents=True)
    _run(tree, folder, "-m", "examples.flights.build", ".demo")
    shutil.copy(tree / "examples" / "flights" / "flights.yml", folder / MONITOR)
    (folder / CATALOGUE).write_text(ONCE, encoding="utf-8")


def _live(tree: Path, folder: Path) -> None:
    """The past, the nights, and what is left of them."""
    _verb(tree, folder, "backfill", MONITOR, "--to", NIGHTS[0])
    for night in NIGHTS:
        _verb(tree, folder, "run", MONITOR, "--window", night)
    _run(tree, folder, "-c", DUMP, out="dump.txt")


def _look_back(tree: Path, folder: Path) -> None:
    """What is told of it: each night explained, the status, and a replay of days that were backfilled."""
    for night in NIGHTS:
        _verb(tree, folder, "explain", MONITOR, "--window", night, "--json", out=f"explain-{night}.json")
    _verb(tree, folder, "status", MONITOR, "--json", out="status.json")
    _verb(tree, folder, "replay", MONITOR, *REPLAY)


def _open(folder: Path) -> None:
    """A store of before, by the code of after: what is asked of the store alone is asked without a warehouse."""
    away = folder / ".demo" / "flights.away"
    (folder / ".demo" / "flights.duckdb").rename(away)
    _verb(ROOT, folder, "status", MONITOR, "--json", out="status.json")
    away.rename(folder / ".demo" / "flights.duckdb")
    for stage in ("inputs", "labels"):
        _verb(ROOT, folder, "decide", MONITOR, "--stage", stage, out=f"decided-{stage}.txt")
        told = (folder / f"decided-{stage}.txt").read_text(encoding="utf-8")
        if "Nothing new to decide" not in told:
            print(f"The work tree decides {stage} of the old store again:\n{told}")
    _run(ROOT, folder, "-c", DUMP, out="dump.txt")
    _look_back(ROOT, folder)


def _goldens(old: Path) -> Iterator[str]:
    """Goldens that are another file now, or none."""
    then, now = old / "tests" / "golden", ROOT / "tests" / "golden"
    for place in sorted(p.relative_to(then) for p in then.rglob("*") if p.is_file() and p.suffix != ".py"):
        if not (now / place).exists():
            yield f"golden {place}: gone"
        elif (now / place).read_bytes() != (then / place).read_bytes():
            yield f"golden {place}: differs"


def _differences(before: Path, other: Path, name: str) -> Iterator[str]:
    """What was written by one and not, or otherwise, by the other."""
    kinds = ("*.txt", "*.json", ".demo/reports/**/*.html", "replay/*")
    listed = sorted({p.relative_to(d) for d in (before, other) for kind in kinds for p in d.glob(kind) if p.is_file()})
    for place in listed:
        if place.name.startswith("decided-"):
            continue
        one, two = before / place, other / place
        if not (one.exists() and two.exists()):
            yield f"{name}: {place}: only {'before' if one.exists() else 'after'}"
        elif one.read_bytes() != two.read_bytes():
            then, now = (f.read_text(encoding="utf-8").splitlines() for f in (one, two))
            lines = difflib.unified_diff(then, now, lineterm="", n=0)
            changed = [line[:240] for line in lines if line[:3] not in ("---", "+++")]
            yield "\n  ".join([f"{name}: {place}: {len(changed)} lines differ", *changed[:SHOWN]])


if __name__ == "__main__":
    sys.exit(main())
