"""Whether a monitor of texts alone sees what is planted in some of a day's rows, and how often it alerts of nothing.

    python -m benchmarks.text_plants FOLDER [--share 0.05 0.1] [--rows 1000] [--days 7] [--seed 1]

FOLDER: `clinc.json`, `domains.json` and `xquad.es.json` (CLINC150 and XQuAD, which are not part of the project). Days
of so many queries with a made season: each weekday asks of the ten domains in shares of its own. The monitor lists the
text, with the usual eight descriptors, and a budget of one alert a month. It decides a clean past of half a year, whose
alerts are told; then each of some days, each time with one plant in such a share of its rows.

Of each kind: days that alert, and those whose first column is one that the plant is in.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np

from benchmarks.measure import machine
from benchmarks.texts import strings
from tidegauge.core.decision import Decision, Verdict
from tidegauge.monitor import parse_monitor
from tidegauge.pipeline.opening import Past
from tidegauge.pipeline.pipeline import open_pipeline

BEGIN, PAST = datetime(2024, 1, 1, tzinfo=UTC), 26 * 7
FILES = ("log.duckdb", "store.db")
MONITOR = """\
monitor: texts
store: sqlite:///{folder}/store.db
source: {{url: "duckdb:///{folder}/log.duckdb", table: log}}
columns: {{id: id, time: asked, text: [question]}}
window: {{every: day}}
alerts: {{budget: 1 per month}}
"""


class Plant(NamedTuple):
    """What becomes of a text, and the columns that it is in."""

    turn: Callable[[str, str], str]  # the text and a Spanish one → another
    seen_in: tuple[str, ...]


PLANTS = {
    "language": Plant(lambda _, s: s, ("non_ascii", "upper_case", "characters", "words", "question_marks")),
    "short": Plant(lambda t, _: " ".join(t.split()[:2]), ("characters", "words")),
    "empty": Plant(lambda *_: "", ("characters", "words")),
    "twice": Plant(lambda t, _: f"{t} {t}", ("characters", "words")),
    "recased": Plant(lambda t, _: t.upper(), ("upper_case",)),
    "capital": Plant(lambda t, _: t.capitalize(), ("upper_case",)),
    "asked": Plant(lambda t, _: t + "?", ("question_marks", "sentences", "characters")),
    "emoji": Plant(lambda t, _: t + " 🙏", ("non_ascii", "characters", "words")),
    "link": Plant(lambda t, _: t + " https://a.example/b", ("urls", "characters", "words")),
    "refusal": Plant(lambda *_: "I'm sorry, but I cannot help with that.", ("refusal", "sentences", "upper_case")),
}


class Spoken(NamedTuple):
    """What is said: English by domain, and Spanish."""

    domains: list[list[str]]
    spanish: list[str]


def spoken(data: Path) -> Spoken:
    """The texts of the two sets."""
    domain = {i: d for d, intents in json.loads((data / "domains.json").read_text()).items() for i in intents}
    clinc = json.loads((data / "clinc.json").read_text())
    by_domain: dict[str, list[str]] = {}
    for part in ("train", "val", "test"):
        for text, intent in clinc[part]:
            by_domain.setdefault(domain[intent], []).append(text)
    spanish = [s for s in strings(json.loads((data / "xquad.es.json").read_text(encoding="utf-8"))) if "?" in s]
    return Spoken([by_domain[d] for d in sorted(by_domain)], spanish)


def write(log: Path, said: Spoken, days: int, rows: int, seed: int) -> None:
    """The log of so many days, all clean."""
    g = np.random.default_rng(seed)
    weekdays = [g.dirichlet(np.full(len(said.domains), 4.0 if k < 5 else 1.0)) for k in range(7)]
    made: list[tuple[int, datetime, str]] = []
    for day in range(days):
        many = int(g.normal(rows * (1.0 if day % 7 < 5 else 0.6), rows * 0.03))
        for k, of in enumerate(g.choice(len(said.domains), many, p=weekdays[day % 7])):
            text = said.domains[of][g.integers(len(said.domains[of]))]
            made.append((len(made), BEGIN + timedelta(days=day, seconds=k * 86_000 // many), text))
    with duckdb.connect(str(log)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("CREATE TABLE log (id BIGINT, asked TIMESTAMPTZ, question VARCHAR)")
        columns = [list(c) for c in zip(*made, strict=True)]
        connection.execute("INSERT INTO log SELECT unnest(?), unnest(?), unnest(?)", columns)


def put(log: Path, plant: Plant, day: int, share: float, said: Spoken, seed: int) -> None:
    """Plant into some rows of a day."""
    g = np.random.default_rng([seed, day])
    at = BEGIN + timedelta(days=day)
    with duckdb.connect(str(log)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        within = "asked >= $a AND asked < $b"
        of = {"a": at, "b": at + timedelta(days=1)}
        rows = connection.execute(f"SELECT id, question FROM log WHERE {within} ORDER BY id", of).fetchall()
        for number, text in rows:
            if g.random() < share:
                turned = plant.turn(text, said.spanish[g.integers(len(said.spanish))])
                connection.execute("UPDATE log SET question = ? WHERE id = ?", [turned, number])


def decide(folder: Path, first: int, last: int) -> dict[int, Decision]:
    """Decide the days from `first` to before `last`; day → what was decided of it, of all that were."""
    monitor = parse_monitor(MONITOR.format(folder=folder), "texts.yml")
    with open_pipeline(monitor, Past.BEGINS) as pipeline:
        pipeline.backfill(BEGIN + timedelta(days=first), BEGIN + timedelta(days=last))
        return {(d.window.start - BEGIN).days: d for d in pipeline.store.decisions.of("texts", "inputs")}


def trial(base: Path, day: int, plant: Plant, share: float, said: Spoken, seed: int) -> str | None:
    """The first column of a planted day's alert; None where there is none. All is as it was afterwards."""
    with tempfile.TemporaryDirectory() as name:
        for file in FILES:
            shutil.copy(base / file, name)
        try:  # in place: profiles are found by the log's address
            put(base / "log.duckdb", plant, day, share, said, seed)
            found = decide(base, day, day + 1)[day]
        finally:
            for file in FILES:
                shutil.copy(Path(name) / file, base)
    return found.findings[0].column.removeprefix("question.") if found.verdict is Verdict.ALERT else None


def main() -> int:
    """Plant and tell."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("folder", type=Path)
    asked.add_argument("--share", type=float, nargs="+", default=[0.05, 0.1])
    asked.add_argument("--rows", type=int, default=1000)
    asked.add_argument("--days", type=int, default=7)
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args()
    print(machine())
    said, heard = spoken(options.folder), defaultdict[tuple[str, float], list[str | None]](list)
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        write(base / "log.duckdb", said, PAST + options.days, options.rows, options.seed)
        clean = [k for k, d in decide(base, 0, PAST).items() if d.verdict is Verdict.ALERT]
        print(f"{len(clean)} of {PAST} clean days alert {clean}", flush=True)
        for day in range(PAST, PAST + options.days):
            for kind, plant in PLANTS.items():
                for share in options.share:
                    heard[kind, share].append(trial(base, day, plant, share, said, options.seed))
            now = decide(base, day, day + 1)[day].verdict
            print(f"day {day}, clean: {now.value}", flush=True)
    for (kind, share), columns in heard.items():
        alerts = [c for c in columns if c is not None]
        first = sum(c in PLANTS[kind].seen_in for c in alerts)
        print(
            f"{kind} in {share:.0%}: {len(alerts)} of {len(columns)} days alert, {first} with its column first {alerts}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
