"""How large the page of a hundred columns is, what it costs to write, and how much paper it takes.

A log of a hundred columns over ninety days, one of which changes its unit on the last; decided, and its page drawn:

    python -m benchmarks.page --columns 100 --days 90 --folder /tmp/page
"""

import argparse
import re
import shutil
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from tidegauge.monitor import load_monitor
from tidegauge.pipeline.opening import Past
from tidegauge.pipeline.pipeline import open_pipeline
from tidegauge.reports.rendering import render

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
MONITOR = """monitor: wide
store: sqlite:///store.db
source: {{url: "duckdb:///{folder}/log.duckdb", table: log}}
columns: {{id: id, time: at, prediction: score, numeric: [{numeric}], categorical: [{categorical}]}}
window: {{every: day, zone: UTC, start: 2024-01-01}}
"""


def log(folder: Path, columns: int, days: int, rows: int) -> list[str]:
    """A log with so many columns, a third of them categories; of the last day the first column is a hundredfold."""
    rng = np.random.default_rng(72)
    n = days * rows
    names = [f"feature_{i:03d}" for i in range(columns)]
    table: dict[str, Any] = {
        "id": np.arange(n),
        "at": [FIRST + timedelta(days=i // rows, seconds=int(86_000 * (i % rows) / rows)) for i in range(n)],
        "score": rng.beta(2, 5, n),
    }
    for i, name in enumerate(names):
        table[name] = rng.choice(list("abcdef"), n) if i % 3 == 2 else np.round(rng.normal(20 + i, 3, n), 2)
    table[names[0]] = np.where(np.arange(n) >= n - rows, 100 * table[names[0]], table[names[0]])
    import pandas as pd

    frame = pd.DataFrame(table)  # noqa: F841 - DuckDB finds it by its name
    with duckdb.connect(str(folder / "log.duckdb")) as connection:
        connection.execute("CREATE OR REPLACE TABLE log AS SELECT * FROM frame")
    return names


def paper(page: Path) -> int:
    """How many sheets of A4 the page takes; 0 where there is no Chromium to print it."""
    program = shutil.which("chromium")
    if program is None:
        return 0
    out = page.with_suffix(".pdf")
    command = [program, "--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={out}", page.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return len(re.findall(rb"/Type\s*/Page\b", out.read_bytes()))


def main() -> None:
    """Measure, and print a line for each number."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--columns", type=int, default=100)
    options.add_argument("--days", type=int, default=90)
    options.add_argument("--rows", type=int, default=400)
    options.add_argument("--folder", type=Path, required=True)
    asked = options.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    names = log(asked.folder, asked.columns, asked.days, asked.rows)
    numeric, categorical = (", ".join(n for i, n in enumerate(names) if (i % 3 == 2) is c) for c in (False, True))
    file = asked.folder / "wide.yml"
    file.write_text(MONITOR.format(folder=asked.folder.resolve(), numeric=numeric, categorical=categorical))
    with open_pipeline(load_monitor(file), Past.BEGINS) as pipeline:
        began = time.process_time()
        pipeline.backfill(FIRST, FIRST + timedelta(days=asked.days))
        print(f"decided in {time.process_time() - began:.1f} s of CPU")
        last = pipeline.store.decisions.of("wide", "inputs")[-1]
        pipeline.report("inputs", last.window, work=False)  # templates and caches, as on any later page
        began = time.process_time()
        report = pipeline.report("inputs", last.window, work=False)
        assert report is not None
        gathered = time.process_time() - began
        html = render(report)
        print(
            f"{last.verdict.value}: {gathered:.2f} s of CPU to gather, {time.process_time() - began:.2f} s with writing"
        )
    page = (asked.folder / "page.html").resolve()
    page.write_text(html, encoding="utf-8")
    print(f"{len(html.encode()) / 1000:.0f} kB, {paper(page)} sheets of A4")


if __name__ == "__main__":
    main()
