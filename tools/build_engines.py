"""Write docs/engines.md from the list of engines and the tests of each: `python -m tools.build_engines`.

A test compares the page with `page()`, and looks for every test that it names.
"""

import sys
from pathlib import Path

from tidegauge.warehouses import ENGINES
from tidegauge.warehouses.engine import ABILITIES, READS_FILES, Engine

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "engines.md"
HEAD = """# Engines: what runs where

<!-- Written by tools/build_engines.py from the list of engines and the tests; change that, not this page. -->

A log is read where it lies. Each statement is one text for all engines, and what they do not say alike is a word of a
dialect's ([decision 0071](decisions/0071-spark.md)); so an engine has a feature when a test has seen it there.
**works** leads to that test, which every run of the suite repeats. **run by hand** leads to a program that was run, and
that the suite does not repeat. Whatever is lacking is marked as ibis marks it: `notimpl` (the engine could, and nobody
has built it), `notyet` (it cannot, and may learn it), `never`.

"""
TAIL = """
Nothing else is an engine here. Snowflake, BigQuery, Databricks, Redshift, Trino and ClickHouse are not: no statement was run on
them. [An engine of your own](extending.md#an-engine-of-your-own) is a file and a line.

## Spark

```
pip install 'tidegauge[spark]'        # pyspark and pyarrow: about 480 MB
```

| address | what it is |
|---|---|
| `spark://local:2/folder` | Spark in this process, on two cores (`local` alone: all of them). Each Parquet file and each folder of them in `folder` is a table of its name; four slashes, `spark://local:2//data/log`, begin at the root |
| `spark://host:7077` | a standalone cluster, driven from here |
| `sc://user@host:15002` | a server, by Spark Connect; what it needs beside pyspark is `pip install 'pyspark[connect]'`. A password is sent as its token |

Spark in this process needs Java 17 or newer; a server does not. Behind a `?` stand Spark's own settings, such as
`?spark.driver.memory=4g&spark.sql.catalog.lake=…`: that is how tables of a catalogue are named (`table: lake.ml.log`). Settings of an engine
that has begun hold until the process ends.

**What was tried**: Spark 4.3 in a process, over Parquet, with two cores. A standalone cluster, Spark Connect and catalogues were not:
addresses of these are read, and no test has asked one.

**Traps that the dialect knows of**, each held by a law:

- Lists are counted from 0 and travel as JSON; a place behind the end is NULL (`get`), where `[…]` would stop the statement.
- A time without a zone that a clock shows twice is the first one to Spark and the second one to DuckDB and PostgreSQL. Here it is
  the second, also where a clock is put back by half an hour (Lord Howe).
- A datetime that is bound goes through the zone of the Python process. An instant is bound as microseconds.
- In a text a backslash begins an escape, `''` is no quote, and `${…}` is replaced: the first two are spelled otherwise, the third is
  switched off. So is a file by a table's name (`` parquet.`/path` ``).
- A sum that overflows stops the statement (ANSI mode); without that mode it would wrap round in silence.

**Limits.** A log's own files cannot be named (`source.path`): name their folder in the address. Times of nanoseconds in Parquet are refused
by Spark. A statement has a branch for each column, each of which reads that column: 20 columns are 20 small scans. It is the
right engine where rows do not fit one machine, and the slowest where they do: a session begins in 10 to 40 seconds.
"""  # noqa: E501 - a row of a table is one line
_AGREE = "tests/laws/test_engines_agree.py"
_PROFILES, _LABELS, _TIMES = "tests/laws/test_profiles.py", "tests/laws/test_labels.py", "tests/test_time_types.py"
_DERIVED, _OWN = "tests/pipeline/test_derived.py", "tests/pipeline/test_own_metrics.py"
_TEXTS, _RANKED = "tests/families/test_descriptors.py", "tests/pipeline/test_ranking.py"
_QUANTILES = "tests/pipeline/test_quantiles.py"
_FORM = "benchmarks/spark_form.py"
# What a monitor asks of its warehouse, and by engine what shows it: a test, or a program that is run by hand.
FEATURES: dict[str, dict[str, str]] = {
    "profiles: cells, exact sums, facts, rows by the hour, segments": {
        "duckdb": f"{_PROFILES}::test_engines_count_the_same_cells",
        "postgresql": f"{_PROFILES}::test_engines_count_the_same_cells",
        "spark": f"{_AGREE}::test_days_are_kept_alike_to_the_byte",
    },
    "sampled rows": {
        "duckdb": f"{_PROFILES}::test_engines_draw_the_same_rows",
        "postgresql": f"{_PROFILES}::test_engines_draw_the_same_rows",
        "spark": f"{_AGREE}::test_days_are_kept_alike_to_the_byte",
    },
    "labels and performance": {
        "duckdb": f"{_LABELS}::test_engines_count_the_same_labels",
        "postgresql": f"{_LABELS}::test_engines_count_the_same_labels",
        "spark": f"{_AGREE}::test_labels_are_counted_alike",
    },
    "local times over a change of the clock": dict.fromkeys(
        ("duckdb", "postgresql", "spark"), f"{_AGREE}::test_of_two_half_past_ones_all_say_the_later"
    ),
    "`init`, `check`, `backfill`, `run`, `compare`, `replay`": {
        "duckdb": "tests/families/test_engines.py::test_it_goes_through_every_verb",
        "postgresql": "tests/test_init.py",
        "spark": _FORM,
    },
    "statements of an alert, and planted faults": {
        "duckdb": "tests/every/test_statistics.py",
        "postgresql": "tests/every/test_faults.py",
        "spark": _FORM,
    },
    "`rows`: the rows behind an alert": {
        "duckdb": "tests/pipeline/test_rows.py",
        "postgresql": "tests/pipeline/test_rows.py",
        "spark": f"{_AGREE}::test_the_rows_behind_an_alert_are_the_same",
    },
    "derived columns": {"duckdb": _DERIVED, "postgresql": _DERIVED},
    "texts, by what is seen of them": {"duckdb": _TEXTS, "postgresql": _TEXTS},
    "metrics of one's own": {"duckdb": _OWN, "postgresql": _OWN},
    "ranked rows": {"duckdb": _RANKED, "postgresql": _RANKED},
    "predicted quantiles": {"duckdb": _QUANTILES},
}


def page() -> str:
    """The whole page: the text, with the table in its place."""
    names = list(ENGINES)
    lines = [f"| | {' | '.join(ENGINES[n].title for n in names)} |", "|---|" + "---|" * len(names)]
    for feature, shown in FEATURES.items():
        lines.append(f"| {feature} | {' | '.join(_works(shown.get(n, '')) for n in names)} |")
    for ability, told in ABILITIES.items():
        shown = {"duckdb": "tests/test_pruning.py"} if ability == READS_FILES else {}
        cells = (_lacking(ENGINES[n], ability) or _works(shown.get(n, "")) for n in names)
        lines.append(f"| {told} | {' | '.join(cells)} |")
    return HEAD + "\n".join(lines) + "\n" + TAIL


def _works(test: str) -> str:
    if not test:
        return "notyet: not run"
    return f"[{'run by hand' if test.startswith('benchmarks/') else 'works'}](../{test.partition('::')[0]})"


def _lacking(engine: Engine, ability: str) -> str:
    lack = engine.lacks.get(ability)
    return f"{lack.mark}: {lack.why}" if lack else ""


if __name__ == "__main__":
    sys.exit(0 if PAGE.write_text(page(), encoding="utf-8") else 1)
