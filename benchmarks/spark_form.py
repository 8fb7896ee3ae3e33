"""Every statement in `sql/` on Spark, on two cores: the shop of the tests through every verb, beside DuckDB.

    pip install 'tidegauge[spark]'        # and Java 17
    python -m benchmarks.spark_form

Counted integers (cells, sums, facts,
rows drawn by their hash, labels) are compared byte for byte; numbers of explanations to a thousandth; which statements
were asked is recorded, and those that were not are named.
"""

import json
import sys
import tempfile
from collections.abc import Container, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from math import isnan
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from click.testing import CliRunner

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, UNIT, YAML, ZONE, a_log, change, day, inside, write_duckdb
from tidegauge.cli.main import main as command
from tidegauge.core.decision import Finding, Score
from tidegauge.core.errors import ContractError
from tidegauge.core.window import STAGES, VOLUME, WHOLE
from tidegauge.init.delay import measured_delay
from tidegauge.init.guess import Guess, GuessedLabels
from tidegauge.monitor import load_monitor
from tidegauge.profiles.layouts.numeric import on_a_line
from tidegauge.replay.faults import FAULTS
from tidegauge.replay.faults.base import Ground
from tidegauge.replay.faults.spell import spell
from tidegauge.stages.explaining import statement
from tidegauge.stages.label_explaining import label_statement
from tidegauge.statistics.base import ColumnStatistic, SegmentLevel, WindowLevel
from tidegauge.statistics.labelled import ArrivalLevel, LabelLevel, SegmentLabelLevel
from tidegauge.warehouses import open_warehouse, sql
from tidegauge.warehouses.spark_dialect import SparkDialect
from tidegauge.wording.lookup import every, find

ELSEWHERE = ("warehouse/", "views/")  # the demo's own tables; what the store is asked, which is never Spark


class Asked:
    """Which statements were rendered in Spark's words."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        environment: Any = sql._environment()  # noqa: SLF001 - the one place that every statement comes through
        get = environment.get_template

        def get_template(name: str, *rest: Any, **more: Any) -> Any:  # noqa: ANN401 - Jinja's own
            found = get(name, *rest, **more)
            render = found.render

            def recorded(*args: Any, **views: Any) -> str:  # noqa: ANN401 - Jinja's own
                spelled = views.get("d")
                said: str = render(*args, **views)
                if isinstance(spelled, SparkDialect) or "unix_micros" in said or "`" in said:
                    self.names.add(name)
                return said

            found.render = recorded
            return found

        environment.get_template = get_template

    @property
    def never(self) -> list[str]:
        """Statements that were not rendered."""
        theirs = [n for n in sql.names() if not n.startswith(ELSEWHERE) and n != "cells.sql"]  # that is macros alone
        return [n for n in theirs if n not in self.names]


def tidegauge(*arguments: object, fine: tuple[int, ...] = (0, 1)) -> str:
    """What a verb prints."""
    done = CliRunner().invoke(command, [str(a) for a in arguments], catch_exceptions=False)
    if done.exit_code not in fine:
        raise SystemExit(f"tidegauge {' '.join(map(str, arguments))} → {done.exit_code}: {done.output}")
    return done.output


def shop(folder: Path, *, naive: bool) -> None:
    """The shop of the tests, with a unit error on one day: as a DuckDB file and as Parquet. `naive`: local times."""
    url = write_duckdb(folder / "shop.duckdb", *a_log())
    change(url, f"UPDATE log SET amount = amount * 100 WHERE {inside(day(UNIT))}")
    with duckdb.connect(str(folder / "shop.duckdb")) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        if naive:
            connection.execute(
                f"CREATE OR REPLACE TABLE log AS SELECT * REPLACE (timezone('{ZONE}', sold_at) AS sold_at) FROM log"
            )
        for table in ("log", "labels"):
            connection.execute(f"COPY {table} TO '{folder / table}.parquet' (FORMAT parquet)")


def monitor_of(folder: Path, url: str, name: str, every: str = "day") -> Path:
    """The monitor of one engine, with a store of its own."""
    own = folder / name
    own.mkdir()
    text = YAML.format(name="shop", store=f"sqlite:///{own}/s.db", url=url, zone=ZONE, start=BEGIN.date(), folder=own)
    text = text.replace("window:", "sample: 100\nwindow:").replace("every: day", f"every: {every}")
    (own / "shop.yml").write_text(text, encoding="utf-8")
    return own / "shop.yml"


def equal_profiles(mine: Path, theirs: Path, until: datetime) -> int:
    """How many states of both stores were compared; an error where two differ."""
    compared = 0
    with open_pipeline(load_monitor(mine)) as a, open_pipeline(load_monitor(theirs)) as b:
        key_a, key_b = a.monitor.source_key, b.monitor.source_key
        for stage in STAGES:
            known = sorted(a.store.profiles.revisions(key_a, stage))
            if known != sorted(b.store.profiles.revisions(key_b, stage)):
                raise SystemExit(f"other windows of {stage}")
            for window in known:
                if window.start >= until:
                    continue
                pair = [
                    sorted(
                        (r.segment, r.column, r.kind, bytes(r.blob))
                        for r in p.store.profiles.of(k, stage, [window], segment=None)
                        if r.kind != "noted"  # which labels were there: by a hash that an engine need not share
                    )
                    for p, k in ((a, key_a), (b, key_b))
                ]
                if pair[0] != pair[1]:
                    raise SystemExit(f"{stage} of {window.key} differs")
                compared += len(pair[0])
    return compared


def main() -> int:
    """All of it."""
    asked = Asked()
    with tempfile.TemporaryDirectory() as made:
        for naive in (False, True):
            folder = Path(made) / f"naive-{naive}"
            folder.mkdir()
            shop(folder, naive=naive)
            files = {"spark": f"spark://local:2/{folder}", "duckdb": f"duckdb:///{folder}/shop.duckdb"}
            until = f"{day(UNIT).start:%Y-%m-%d}"
            monitors = {name: monitor_of(folder, url, name) for name, url in files.items()}
            for monitor in monitors.values():
                tidegauge("check", monitor)
                tidegauge("backfill", monitor, "--to", until)
                tidegauge("run", monitor, "--window", until, fine=(1,))
            n = equal_profiles(monitors["spark"], monitors["duckdb"], day(UNIT).end)
            print(f"{'local times' if naive else 'instants'}: {n:,} states equal to the byte")
            print(explained(monitors["spark"]), "explanations give the decision's own number")
            two = answers(monitors["duckdb"])
            one = answers(monitors["spark"], only=two)
            other = [k for k in one if not same(one[k], two.get(k, []))] + [k for k in two if k not in one]
            print(f"{len(one)} explanations and faults; other numbers than DuckDB's: {other or 'none'}")
            if not naive:
                tidegauge("init", "--source", files["spark"], "--table", "log")
                print("labels are there after", *(delay(url) for url in files.values()), "(Spark, DuckDB)")
                told = json.loads(tidegauge("compare", f"{files['spark']}#log", f"{files['duckdb']}#log", "--json"))
                print("compare, Spark's rows against DuckDB's:", told["verdict"])
                (folder / "faults.yml").write_text("{windows: 1, trials: 12}", encoding="utf-8")
                span = ("--from", f"{day(UNIT).start:%Y-%m-%d}", "--to", f"{day(UNIT).end:%Y-%m-%d}")
                told = json.loads(
                    tidegauge(
                        "replay", "--monitor", monitors["spark"], *span, "--faults", folder / "faults.yml", "--json"
                    )
                )
                print("a replay decides otherwise:", told["same"]["different"])
    print("never asked:", ", ".join(asked.never) or "none")
    return 0


def findings() -> Iterator[Finding]:
    """One about each statistic that there is, of each kind of column that it can be about."""
    past = tuple(day(UNIT - 7 * k).key for k in (1, 2, 3))
    for name, statistic in every().items():
        numbers, words = ("amount", "wait"), ("shop", "plan")
        pairs = [(VOLUME, "")] if isinstance(statistic, WindowLevel) else [numbers, words, (words[0], numbers[0])]
        if isinstance(statistic, ColumnStatistic):
            pairs = [p for p, kind in ((numbers, "numeric"), (words, "categorical")) if kind in statistic.applies]
        if isinstance(statistic, LabelLevel | SegmentLabelLevel | ArrivalLevel | SegmentLevel):
            pairs = [("score", "")]
        for column, other in pairs:
            others = (other,) if other and not isinstance(statistic, ColumnStatistic) else ()
            contrast = isinstance(statistic, SegmentLabelLevel | SegmentLevel)  # a segment against all others
            for segment in ("shop=south",) if contrast else (WHOLE, "shop=south"):
                score = Score(column, name, segment, *(0.0,) * 6, "trailing", 1, windows=past, others=others)
                yield Finding(column, segment, 1.0, (score,))


def answers(monitor: Path, only: Container[str] | None = None) -> dict[str, list[float]]:
    """The numbers that each statement of an explanation gives, and what each fault changes, by what was asked."""
    out: dict[str, list[float]] = {}
    with open_pipeline(load_monitor(monitor)) as pipeline:
        warehouse = pipeline.profiler.warehouse
        what = replace(pipeline.profiler.counting(day(UNIT)), label_kinds=warehouse.describe("labels"))
        score = on_a_line(what.layouts["score"])
        assert score is not None
        for finding in findings():
            about = finding.scores[0]
            of_labels = isinstance(find(about.statistic), LabelLevel | SegmentLabelLevel | ArrivalLevel)
            text = (
                label_statement(what, score, finding, day(UNIT))
                if of_labels
                else statement(
                    warehouse.dialect, what.kinds, what.mapping, what.layouts, finding, day(UNIT), what.segments
                )
            )
            if text and not all(line.startswith("--") for line in text.splitlines()):
                name = f"{about.statistic} of {about.column} {about.others} in {about.segment}"
                if only is not None and name not in only:
                    continue
                try:
                    found = warehouse.fetch(text)
                except ContractError:
                    continue  # a relation between numbers asked of words: DuckDB refuses it, and is asked first
                out[name] = [
                    float(v)
                    for c in sorted(found)
                    for v in found[c].tolist()
                    if isinstance(v, int | float | Decimal) and not isnan(v)
                ]
        ground = Ground(
            warehouse.dialect, what.kinds, what.mapping, day(UNIT), {"amount": 12.0, "wait": 4.0, "score": 0.2},
            what.labels, what.label_kinds or {}, "salt",
        )  # fmt: skip
        for fault in FAULTS.values():
            for columns in fault.targets(ground):
                faulty = spell(ground, fault.change(ground, columns, 1))
                found = warehouse.fetch(faulty.touched)
                out[f"{fault.name} on {columns}"] = [float(found["n"][0]), float(found["changed"][0])]
    return out


def delay(url: str) -> str:
    """How long labels take, as `init` measures it."""
    found = Guess(time="sold_at", id="id", labels=GuessedLabels("id", "y", "known_at", "labels"))
    with open_warehouse(url) as warehouse:
        return measured_delay(warehouse, "log", found)


def same(one: list[float], two: list[float]) -> bool:
    """Sums of floats in another order, and no more than that. Rows of equal rank may come in any order."""
    return len(one) == len(two) and np.allclose(np.sort(one), np.sort(two), rtol=1e-9, atol=1e-12)


def explained(monitor: Path) -> int:
    """How many statements of a decision's findings give the number that it told, where they give one."""
    given = 0
    with open_pipeline(load_monitor(monitor)) as pipeline:
        for finding in pipeline.explain(day(UNIT)).findings:
            found = pipeline.profiler.warehouse.fetch(finding.sql)
            score = finding.scores[0]
            if score.statistic in found:
                if not np.isclose(float(found[score.statistic][0]), score.value, rtol=1e-3):
                    raise SystemExit(f"{score.statistic}: {found[score.statistic][0]} for {score.value}\n{finding.sql}")
                given += 1
    return given


if __name__ == "__main__":
    sys.exit(main())
