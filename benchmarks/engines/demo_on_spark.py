"""The demo's log with Spark as its warehouse: are its nights decided as they are with DuckDB?

    pip install 'tidegauge[spark]'        # and Java 17
    python -m benchmarks.engines.demo_on_spark .demo/flights.duckdb examples/flights/flights.yml --last 2013-06-09

The log is written out as Parquet. Each engine begins a store of its own: what lies before the last nights is filled in,
and they are run one by one. Whatever was decided of any window is compared: verdict, sentence, every finding and score;
left out are statements, which are each engine's own.
"""

import argparse
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import yaml
from click.testing import CliRunner

from tidegauge.cli.main import main as command

OWN = ("sql", "evidence", "as_of")  # a statement is an engine's own, and so is what names it
TABLES = ("inference_log", "labels")


def monitor_of(folder: Path, name: str, url: str, demo: Mapping[str, Any]) -> Path:
    """The demo's monitor with a warehouse and a store of its own, and nobody to be told."""
    text = {key: value for key, value in demo.items() if key not in ("sinks", "actions")}
    text |= {"store": f"sqlite:///{folder}/{name}.db", "source": dict(demo["source"]) | {"url": url}}
    (folder / f"{name}.yml").write_text(yaml.safe_dump(text), encoding="utf-8")
    return folder / f"{name}.yml"


def tidegauge(*arguments: object) -> str:
    """What a verb prints; one that finds something ends with 1."""
    done = CliRunner().invoke(command, [str(a) for a in arguments], catch_exceptions=False)
    if done.exit_code not in (0, 1):
        raise SystemExit(f"tidegauge {' '.join(map(str, arguments))} → {done.exit_code}: {done.output}")
    return done.output


def decided(store: Path) -> dict[tuple[str, str], Any]:
    """Stage and window → the decision that counts, without what is an engine's own."""
    asked = "SELECT stage, window, json FROM decisions WHERE superseded IS NULL ORDER BY id"
    with closing(sqlite3.connect(store)) as connection:
        return {(stage, window): plain(json.loads(text)) for stage, window, text in connection.execute(asked)}


def plain(value: Any) -> Any:  # noqa: ANN401 - any part of a decision
    """The same without what is an engine's own."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items() if k not in OWN}
    return [plain(v) for v in value] if isinstance(value, list) else value


def main() -> int:
    """Both engines, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("log", type=Path)
    parser.add_argument("monitor", type=Path)
    parser.add_argument("--last", type=date.fromisoformat, default=date(2013, 6, 9))
    parser.add_argument("--nights", type=int, default=10)
    asked = parser.parse_args()
    demo = yaml.safe_load(asked.monitor.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        with duckdb.connect(str(asked.log), read_only=True) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            for table in TABLES:
                connection.execute(f"COPY {table} TO '{folder / table}.parquet' (FORMAT parquet)")
        urls = {"duckdb": f"duckdb:///{asked.log.resolve()}", "spark": f"spark://local:2/{folder}"}
        for name, url in urls.items():
            monitor, began = monitor_of(folder, name, url, demo), time.perf_counter()
            tidegauge("backfill", monitor, "--to", asked.last - timedelta(days=asked.nights))
            filled = time.perf_counter()
            for k in reversed(range(asked.nights)):
                tidegauge("run", monitor, "--window", asked.last - timedelta(days=k))
            took = (time.perf_counter() - filled) / asked.nights
            print(f"{name}: past {filled - began:.0f} s, a night {took:.1f} s", flush=True)
        one, two = (decided(folder / f"{name}.db") for name in urls)
    other = sorted({key for key in one.keys() | two.keys() if one.get(key) != two.get(key)})
    findings = sum(len(decision["findings"]) for decision in one.values())
    alerts = sum(decision["verdict"] == "alert" for decision in one.values())
    print(f"{len(one)} decisions with {findings} findings, {alerts} of them alerts; otherwise on Spark: {len(other)}")
    for key in other[:5]:
        print(*key, json.dumps(one.get(key))[:300], json.dumps(two.get(key))[:300], sep="\n  ")
    return 1 if other else 0


if __name__ == "__main__":
    sys.exit(main())
