"""The public alert benchmark: tidegauge beside its peers, and the table that docs/benchmark.md shows.

    python -m benchmarks.alerts.against --bench FOLDER                    # what is missing is run, then the table
    python -m benchmarks.alerts.against --bench FOLDER --tools tidegauge --data nyc_daily --seeds 1
    python -m benchmarks.alerts.against --bench FOLDER --table            # the table alone, of what has been run

Every (tool, data set, test, seed) is a process of its own at low priority and leaves one JSON in benchmarks/out/alerts,
named after what it ran, a change of the code included; what is there is not run again. The peers run in an environment
of their own, made on first use from benchmarks/peers/alerts.txt. A tool that could not be run is said to be missing.
"""

import argparse
import hashlib
import importlib
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
import venv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd

from benchmarks.measure import OUT, machine
from tidegauge.replay.poisson import interval
from tidegauge.wording.text import rate

ROOT = Path(__file__).parents[2]
PINS = ROOT / "benchmarks" / "peers" / "alerts.txt"
CACHE = OUT / "alerts"
PAGE = ROOT / "docs" / "benchmark.md"
OURS = "tidegauge"
TOOLS = {  # as the table calls them
    OURS: "**tidegauge**",
    "reference": "the benchmark's reference",
    "avgknn": "average kNN on summaries (Redyuk, EDBT 2021)",
    "gate": "GATE (gate-drift 0.1.5)",
    "nannyml": "NannyML's default rule",
    "evidently_any": "Evidently's default rule, any column",
    "psi30": "PSI > 0.2, last 30 days",
    "rowtest": "KS and χ², Bonferroni, last 30 days",
}
STRIDES = {"nyc_daily": 1, "nyc_hourly": 7}  # every how many clean windows are judged
FEWER = {"nyc_hourly": 1}  # faults planted in a window, where k would take hours
SUFFIXES = (".py", ".sql", ".txt")
ELSEWHERE = {"cli", "airflow", "sinks", "actions", "grafana"}  # rooms that no decision depends on
HOURS_A_DAY = 19  # in which flights leave
RAMPS_ON = ("nyc_daily",)
NEVER = 29.0  # days: the benchmark's number for a ramp that was not found in its 28


@dataclass(frozen=True)
class Job:
    """One tool, one data set, one test, one seed."""

    tool: str
    data: str
    test: str  # "points" or "ramps"
    seed: int
    k: int
    code: str  # of the tool, the benchmark and the pins

    @property
    def path(self) -> Path:
        """Where its result lies."""
        size = f"k{self.k}-stride{STRIDES.get(self.data, 1)}" if self.test == "points" else "ramps"
        return CACHE / f"{self.tool}-{self.data}-{size}-seed{self.seed}-{self.code}.json"

    def result(self) -> dict[str, Any] | None:
        """What it gave; None where it has not been run."""
        return json.loads(self.path.read_text()) if self.path.exists() else None


def code_of(*places: Path) -> str:
    """A hash of all code and pins in some places: another text, another result."""
    found = (f for p in places for f in ([p] if p.is_file() else p.rglob("*")))
    files = sorted(f for f in found if f.suffix in SUFFIXES and ELSEWHERE.isdisjoint(f.parts))
    digest = hashlib.sha256()
    for f in files:
        digest.update(f"{f.name}\x1f".encode() + f.read_bytes())
    return digest.hexdigest()[:10]


def peer_python() -> Path:
    """The peers' interpreter; its environment is made on first use."""
    home = Path(os.environ.get("TIDEGAUGE_ALERT_PEERS", OUT / "alert-peers"))
    python, done = home / "bin" / "python", home / f".{code_of(PINS)}"
    if not done.exists():
        print(f"installing the peers into {home.name} …", flush=True)
        venv.create(home, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", str(PINS)]
        subprocess.run(install, check=True)
        done.touch()
    return python


def jobs(tools: Sequence[str], data: Sequence[str], seeds: Sequence[int], k: int, bench: Path) -> Iterator[Job]:
    """Everything that the table is made of, the quickest to tell first."""
    ours = code_of(ROOT / "src", ROOT / "sql", Path(__file__).with_name("adapter.py"), bench / "bench")
    theirs = code_of(PINS, bench / "bench")
    for name in data:
        for tool in tools:
            code = ours if tool == OURS else theirs
            drawn = min(k, FEWER.get(name, k))
            yield from (Job(tool, name, "points", seed, drawn, code) for seed in seeds)
            if name in RAMPS_ON:
                yield from (Job(tool, name, "ramps", seed, drawn, code) for seed in seeds[:1])


def _humble(limit: float) -> None:
    """Behind everything else on the machine, and not for ever."""
    os.nice(15)
    resource.setrlimit(resource.RLIMIT_CPU, (int(limit), int(limit) + 60))


def carry_out(job: Job, bench: Path, limit: float) -> None:
    """Run a job in a process of its own and keep what it gave, or that it did not end in time."""
    spec = "benchmarks.alerts.adapter:Tidegauge" if job.tool == OURS else job.tool
    python = Path(sys.executable) if job.tool == OURS else peer_python()
    making = job.path.with_suffix(".making")
    words = [spec, job.data, job.test, str(job.seed), str(job.k), str(STRIDES.get(job.data, 1)), str(making)]
    path = os.pathsep.join((str(bench), str(ROOT), str(ROOT / "src")))  # of this tree, whatever is installed
    begun = time.monotonic()
    print(f"{datetime.now(UTC):%H:%M:%S} {job.path.stem} …", end=" ", flush=True)
    ended = subprocess.run(
        [str(python), "-W", "ignore", "-m", "benchmarks.alerts.job", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        preexec_fn=lambda: _humble(limit),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if ended.returncode == -signal.SIGXCPU:
        job.path.write_text(json.dumps({"missing": f"did not end within {limit / 60:.0f} minutes of CPU"}))
        print("did not end in time")
        return
    if ended.returncode:
        last = ended.stderr.strip().splitlines()[-1:]
        job.path.write_text(json.dumps({"missing": f"could not be run: {' '.join(last)}"}))
        print(f"failed:\n{ended.stderr[-2000:]}")
        return
    found = json.loads(making.read_text()) | {"made": f"{datetime.now(UTC):%Y-%m-%d}"}
    job.path.write_text(json.dumps(found))
    making.unlink()
    print(f"{time.monotonic() - begun:.0f} s")


@dataclass(frozen=True)
class Points:
    """A tool's answers on one data set, all seeds together."""

    m: dict[str, float]
    records: pd.DataFrame
    clean: pd.DataFrame  # of one seed: the faults depend on the seed, clean windows do not
    month: float  # windows a month

    @classmethod
    def of(cls, harness: Any, data: str, results: Sequence[dict[str, Any]]) -> "Points":  # noqa: ANN401 - the benchmark's module
        """From the records of some seeds."""
        frames = [pd.DataFrame(r["records"]) for r in results]
        records = pd.concat(frames, ignore_index=True)
        month = 365.2425 / 12 * (HOURS_A_DAY if data.endswith("hourly") else 1)
        return cls(harness.metrics(records, month), records, frames[0][frames[0].kind == "clean"], month)

    @property
    def false(self) -> str:
        """False alerts, how sure that is, and on how many windows it was counted."""
        k, n = int(self.clean.alert.sum()), len(self.clean)
        low, high = interval(k, n / self.month)
        return f"{rate(k * self.month / n)} ({rate(low)}–{rate(high)}) | {k} of {n}"

    def row(self, name: str) -> str:
        """A row of the table."""
        m = self.m
        figures = (m["ap"], m["recall"], m["recall_ml"], m["precision"], m["attr1"], m["attr3"])
        ap, recall, large, precision, first, third = (f"{x:.2f}" for x in figures)
        return (
            f"| {name} | {ap} | {recall} / {large} | {precision} | {self.false} | {first} / {third} | {m['ms']:.0f} |"
        )


HEAD = (
    "| | average precision | recall, all / medium and large | precision | false alerts a month (95 %) | clean windows "
    "that alert | true column first / in the first three | ms a window |\n|---|---|---|---|---|---|---|---|"
)
RAMP_HEAD = (
    "| | found, and the column named | median windows until then | any alert | alerts in the 28 windows before |\n"
    "|---|---|---|---|---|"
)


def engine() -> str:
    """The machine and the versions, without the time and what else it was doing."""
    return re.sub(r"^.*?UTC, |load [0-9., ]+(?=Python)", "", machine())


def table(every: Sequence[Job], harness: Any) -> str:  # noqa: ANN401 - the benchmark's module
    """All that was run, as Markdown."""
    out = []
    seeds = sorted({j.seed for j in every if j.test == "points"})
    dates = sorted({r["made"] for j in every if (r := j.result()) and "made" in r})
    codes = {j.tool: j.code for j in every}
    packages = ", ".join(f"{p} {version(p)}" for p in ("pandas", "scikit-learn"))
    out.append(
        f"Run {' to '.join(sorted({dates[0], dates[-1]})) if dates else 'never'} on {engine()}; "
        f"{packages}; tidegauge {version('tidegauge')}, code {codes.get(OURS, '–')}; seeds "
        f"{', '.join(map(str, seeds))}; 5 % of windows bad."
    )
    for data in dict.fromkeys(j.data for j in every):
        some = [j for j in every if j.data == data]
        out += _points_of(data, [j for j in some if j.test == "points"], harness)
        if any(j.test == "ramps" for j in some):
            out += _ramps_of(data, [j for j in some if j.test == "ramps"])
    return "\n".join(out) + "\n"


def _points_of(data: str, some: Sequence[Job], harness: Any) -> list[str]:  # noqa: ANN401
    faults = f"{some[0].k} faults" if some[0].k > 1 else "a fault"
    out = ["", f"### `{data}`, every {_nth(STRIDES.get(data, 1))} clean window and {faults} in each", "", HEAD]
    ours: Points | None = None
    for tool in dict.fromkeys(j.tool for j in some):
        results = [r for j in some if j.tool == tool and (r := j.result())]
        good = [r for r in results if "records" in r]
        if not good:
            out.append(f"| {TOOLS[tool]} | {results[0]['missing'] if results else 'not run'} " + "| " * 6 + "|")
            continue
        points = Points.of(harness, data, good)
        asked = sum(j.tool == tool for j in some)
        short = f" ({len(good)} of {asked} seeds)" if len(good) < asked else ""
        out.append(points.row(TOOLS[tool] + short))
        ours = points if tool == OURS else ours
    if ours is not None:
        out += ["", *_false_alerts(ours), "", *_kinds(ours, harness)]
    return out


def _nth(stride: int) -> str:
    return {1: "", 2: "2nd"}.get(stride, f"{stride}th").strip() or "single"


def _false_alerts(ours: Points) -> list[str]:
    """The clean windows that tidegauge alerts on, by name."""
    bad = ours.clean[ours.clean.alert]
    if bad.empty:
        return ["tidegauge alerts on no clean window."]
    starts = [str(start)[:16].replace("T", " ").removesuffix(" 00:00") for start in bad.start]
    said = [f"{start} (`{ranked[0]}`)" for start, ranked in zip(starts, bad.ranked, strict=True)]
    return [f"The clean windows on which tidegauge alerts: {', '.join(said)}."]


def _kinds(ours: Points, harness: Any) -> list[str]:  # noqa: ANN401
    """Recall of tidegauge by kind and size of fault."""
    found = harness.by_kind(ours.records)
    rows = [
        f"| {str(kind).replace('_', ' ')} | " + " | ".join("–" if x != x else f"{x:.2f}" for x in row) + " |"  # noqa: PLR0124 - NaN
        for kind, row in zip(found.index, found.to_numpy(), strict=True)
    ]
    return [f"| recall of tidegauge | {' | '.join(found.columns)} |", "|---|" + "---|" * len(found.columns), *rows]


def _ramps_of(data: str, some: Sequence[Job]) -> list[str]:
    out = ["", f"### `{data}`, eight drifts that grow over 28 windows", "", RAMP_HEAD]
    told: list[str] = []
    for tool in dict.fromkeys(j.tool for j in some):
        results = [r for j in some if j.tool == tool and (r := j.result())]
        good = [ramp for r in results for ramp in r.get("ramps", [])]
        if not good:
            out.append(f"| {TOOLS[tool]} | {results[0]['missing'] if results else 'not run'} | | | |")
            continue
        named = [r["ttd"] for r in good if r["ttd"] is not None]
        days = median(NEVER if r["ttd"] is None else r["ttd"] for r in good)
        before = sum(len(r["alerts_before"]) for r in good)
        after = "more than 28" if days >= NEVER else f"{days:g}"
        out.append(
            f"| {TOOLS[tool]} | {len(named)} of {len(good)} | {after} | {sum(r['ttd_any'] is not None for r in good)} "
            f"of {len(good)} | {before} of {sum(r['judged_before'] for r in good)} |"
        )
        if tool == OURS:
            told = ["", "| ramp | first alert | first that names the column | alerts in the 28 windows before |"]
            told += ["|---|---|---|---|"]
            told += [
                f"| {r['kind']} of `{r['column']}` | {_or_never(r['ttd_any'])} | {_or_never(r['ttd'])} | "
                f"{', '.join(r['alerts_before']) or 'none'} (of {r['judged_before']}) |"
                for r in good
            ]
    return out + told


def _or_never(windows: float | None) -> str:
    return "–" if windows is None else f"{windows:g}"


def write(text: str, mark: str, page: Path = PAGE) -> None:
    """Put a table between its marks in a page."""
    begin, end = f"<!-- {mark}: written by a script, from here -->", f"<!-- {mark}: to here -->"
    old = page.read_text(encoding="utf-8")
    if begin not in old or end not in old:
        raise SystemExit(f"{page.name} has no place for it: put {begin} and {end} where the table shall stand.")
    head, _, rest = old.partition(begin)
    page.write_text(f"{head}{begin}\n\n{text}\n{end}{rest.partition(end)[2]}", encoding="utf-8")


def main() -> None:
    """Run what is missing, then write the table."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--bench", type=Path, required=True, help="the benchmark's folder")
    words.add_argument("--tools", default=",".join(TOOLS))
    words.add_argument("--data", default="nyc_daily,nyc_hourly")
    words.add_argument("--seeds", default="1,2,3")
    words.add_argument("--k", type=int, default=4)
    words.add_argument("--limit", type=float, default=60, help="minutes of CPU after which a tool is given up")
    words.add_argument("--again", action="store_true", help="try once more what was missing")
    words.add_argument("--table", action="store_true", help="run nothing")
    words.add_argument("--dry", action="store_true", help="print the table, leave the page")
    a = words.parse_args()
    sys.path.insert(0, str(a.bench))
    CACHE.mkdir(parents=True, exist_ok=True)
    seeds = [int(s) for s in a.seeds.split(",")]
    tools = a.tools.split(",")
    if unknown := set(tools) - set(TOOLS):
        raise SystemExit(f"no tool is called {', '.join(sorted(unknown))}; there are {', '.join(TOOLS)}.")
    every = list(jobs(tools, a.data.split(","), seeds, a.k, a.bench))
    for job in every:
        known = job.result()
        if not a.table and (known is None or (a.again and "missing" in known)):
            carry_out(job, a.bench, 60 * a.limit)
    text = table(every, importlib.import_module("bench.harness"))
    print(text)
    if not a.dry:
        write(text, "alerts")


if __name__ == "__main__":
    main()
