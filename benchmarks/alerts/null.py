"""Is the budget kept where nothing is wrong? Clean logs through the real path; every notice is a false one.

    python -m benchmarks.alerts.null                     # every cell; what has been run is not run again
    python -m benchmarks.alerts.null --quick             # shorter logs: all cells in some minutes
    python -m benchmarks.alerts.null "50 columns, 500 rows" weekly
    python -m benchmarks.alerts.null --table             # the table alone, into docs/benchmark.md

Cells: real flights resampled by whole weeks (10, 50, 200 columns; 50, 500, 50,000 rows a window), and made-up seasons.
Defaults, except for a larger budget, so that at least 60 notices are allowed in a cell and the count means something.
Each log is a process of its own and leaves one JSON in benchmarks/out/null, named after the code it ran.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.alerts.against import ROOT, code_of, engine, write
from benchmarks.alerts.logs import Log
from benchmarks.measure import OUT, Cost, run
from tidegauge.replay.poisson import interval

CACHE = OUT / "null"
COLUMNS, ROWS = (10, 50, 200), (50, 500, 50_000)
WEEKS = 51  # of a year of flights
QUICK_WEEKS = {50: 12, 500: 12, 50_000: 8}
BUDGET = 6.0  # notices a month of flights: 65 in a year; of 3, two years are needed
PROMISE = 1.5  # times the budget


@dataclass(frozen=True)
class Piece:
    """One log of a cell."""

    cell: str
    replicate: int
    quick: bool
    budget: float  # a month, of flights
    code: str

    @property
    def path(self) -> Path:
        """Where what it led to lies."""
        name = self.cell.replace(" ", "-").replace(",", "")
        allowed = f"-{self.budget:g}" if "columns" in self.cell else ""
        return CACHE / f"{name}{allowed}-{self.replicate}{'-quick' if self.quick else ''}-{self.code}.json"

    def log(self) -> Log:
        """The log itself."""
        if "columns" not in self.cell:
            from benchmarks.alerts.seasons import synthetic

            return synthetic(self.cell, self.replicate, quick=self.quick)
        from benchmarks.alerts.resampled import resampled

        columns, rows = (int(part.split()[0]) for part in self.cell.split(", "))
        weeks = QUICK_WEEKS[rows] if self.quick else WEEKS
        return resampled(columns, rows, self.replicate, weeks, self.budget)

    def result(self) -> dict[str, Any] | None:
        """What it led to; None where it has not been run."""
        return json.loads(self.path.read_text()) if self.path.exists() else None


def cells() -> list[str]:
    """Every cell, the cheapest first."""
    from benchmarks.alerts.seasons import KINDS

    return [*KINDS, *(f"{c} columns, {n} rows" for c in COLUMNS for n in ROWS)]


@dataclass(frozen=True)
class Size:
    """How much of everything is run."""

    quick: bool
    years: int  # of flights
    budget: float
    code: str


def pieces(cell: str, size: Size) -> Iterator[Piece]:
    """The logs of a cell."""
    from benchmarks.alerts.seasons import KINDS

    many = 1 if size.quick else size.years
    if cell in KINDS:
        many = max(1, len(KINDS[cell].begins) // (2 if size.quick else 1))
    yield from (Piece(cell, k, size.quick, size.budget, size.code) for k in range(many))


def carry_out(piece: Piece) -> None:
    """Run a log in a process of its own; what it led to and what it cost are kept."""
    words = [sys.executable, "-m", "benchmarks.alerts.null", "--piece", piece.cell, str(piece.replicate), piece.code]
    words += ["--budget", str(piece.budget)]
    path = os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH"), str(ROOT))))
    cost: Cost = run([*words, *(["--quick"] if piece.quick else [])], PYTHONPATH=path)
    found = piece.result()
    if found is None:
        raise SystemExit(f"{piece.cell}, {piece.replicate}: nothing came of it.")
    found |= {"cpu": cost.cpu, "peak": cost.peak, "made": f"{datetime.now(UTC):%Y-%m-%d}"}
    piece.path.write_text(json.dumps(found, indent=1))
    print(
        f"{datetime.now(UTC):%H:%M:%S} {piece.cell}, {piece.replicate}: {found['judged']} windows, "
        f"{found['notices']} notices of {found['budgeted']:.1f}, {cost.cpu:.0f} s CPU, {cost.peak:.0f} MB",
        flush=True,
    )


HEAD = (
    "| clean log | windows judged | notices allowed | notices | of the budget (95 %) | windows that alerted | "
    "within 1.5 × | CPU s a window |\n|---|---|---|---|---|---|---|---|"
)


def row(cell: str, found: Sequence[dict[str, Any]]) -> str:
    """One cell's row."""
    judged, budgeted, alerts, notices = (sum(f[k] for f in found) for k in ("judged", "budgeted", "alerts", "notices"))
    if not judged:
        return f"| {cell} | 0 | | | | | not judged | |"
    low, high = interval(notices, budgeted)  # in units of the budget
    share = f"{notices / budgeted:.2f} ({low:.2f}–{high:.2f})"
    cpu = sum(f["cpu"] for f in found) / sum(f["windows"] for f in found)
    verdict = verdict_of(notices, budgeted)
    return f"| {cell} | {judged} | {budgeted:.1f} | {notices} | {share} | {alerts} | {verdict} | {cpu:.2f} |"


def verdict_of(notices: int, budgeted: float) -> str:
    """Whether the one-sided promise held, and whether the count is large enough to say so.

    >>> verdict_of(55, 62.0), verdict_of(80, 62.0), verdict_of(100, 62.0), verdict_of(140, 62.0)
    ('yes', 'yes, not surely', 'no, not surely', 'no')
    """
    low, high = interval(notices, budgeted)
    if notices <= PROMISE * budgeted:
        return "yes" if high <= PROMISE else "yes, not surely"
    return "no" if low > PROMISE else "no, not surely"


def table(wanted: Sequence[str], size: Size) -> str:
    """All that was run, as Markdown."""
    rows, missing, dates = [], [], set[str]()
    for cell in wanted:
        every = list(pieces(cell, size))
        found = [r for p in every if (r := p.result()) and "cpu" in r]
        dates |= {r["made"] for r in found}
        if found:
            rows.append(row(cell, found))
        if len(found) < len(every):
            missing.append(f"{cell} ({len(found)} of {len(every)} logs)")
    when = " to ".join(sorted({min(dates), max(dates)})) if dates else "never"
    head = (
        f"Run {when} on {engine()}; tidegauge {version('tidegauge')}, code {size.code}; "
        f"defaults but for the budget, a month {size.budget:g} of flights, 3 of made-up days, 20 of hours."
    )
    out = [head, "", HEAD, *rows]
    if missing:
        out += ["", f"Not run: {'; '.join(missing)}."]
    return "\n".join(out) + "\n"


def main() -> None:
    """Run what is missing, then write the table."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("cells", nargs="*", help="all of them by default")
    words.add_argument("--quick", action="store_true")
    words.add_argument("--table", action="store_true", help="run nothing; write the table into the page")
    words.add_argument("--write", action="store_true", help="write the table into the page at the end")
    words.add_argument("--years", type=int, default=1, help="of flights")
    words.add_argument("--budget", type=float, default=BUDGET, help="notices a month, of flights")
    words.add_argument("--piece", nargs=3, help=argparse.SUPPRESS)
    a = words.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    if a.piece:
        child(Piece(a.piece[0], int(a.piece[1]), a.quick, a.budget, a.piece[2]))
        return
    if unknown := set(a.cells) - set(cells()):
        raise SystemExit(f"no cell is called {', '.join(sorted(unknown))}; there are: {'; '.join(cells())}.")
    wanted = [c for c in cells() if not a.cells or c in a.cells]
    here = Path(__file__).parent
    made = [here / f"{name}.py" for name in ("logs", "seasons", "resampled", "replaying")]
    size = Size(a.quick, a.years, a.budget, code_of(*made, ROOT / "src", ROOT / "sql"))
    for cell in () if a.table else wanted:
        for piece in pieces(cell, size):
            known = piece.result()
            if known is None or "cpu" not in known:
                carry_out(piece)
    text = table(wanted, size)
    print(text)
    if a.table or a.write:
        write(text, "null")


def child(piece: Piece) -> None:
    """The work of `carry_out`, whose cost its parent reads."""
    from benchmarks.alerts.replaying import replay

    os.nice(10)
    log = piece.log()
    outcome = json.loads(replay(log).json())
    piece.path.write_text(json.dumps(outcome | {"windows": len(log.windows)}))


if __name__ == "__main__":
    main()
