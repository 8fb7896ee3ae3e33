"""The shop with a model that says which of four things a customer wants, one of them rare, and how sure it is."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import psycopg

from tests.pipeline.world import _plain, a_log, change, write_duckdb, write_postgres

CLASSES = ("bread", "cheese", "milk", 'saffron\'s "best"')
COLUMNS = ("p_bread", "p_cheese", "p_milk", "p_saffron_s_best")
SCORES = {"prediction: score": "prediction: predicted\n  scores: {bread: p_bread, cheese: p_cheese, milk: p_milk, "
          "'saffron''s \"best\"': p_saffron_s_best}"}  # fmt: skip
NO_SCORES = {"prediction: score": "prediction: predicted"}


def answers(rows: int, seed: int = 5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores of each class, the class with the highest, and a class that comes true as often as its score says."""
    g = np.random.default_rng(seed)
    base = np.log([0.4, 0.3, 0.25, 0.05]) + g.normal(0, 2.6, (rows, 4))
    scores = np.exp(base) / np.exp(base).sum(axis=1, keepdims=True)
    names = np.array(CLASSES, dtype=object)
    truth = names[(scores.cumsum(axis=1) > g.random((rows, 1))).argmax(axis=1)]
    return scores, names[scores.argmax(axis=1)], truth


def with_classes(url: str, log: Mapping[str, Any], labels: Mapping[str, Any]) -> str:
    """A warehouse that holds the shop already, on either engine: predictions, scores and labels as classes."""
    text, real = ("VARCHAR", "DOUBLE") if url.startswith("duckdb") else ("TEXT", "DOUBLE PRECISION")
    scores, said, truth = answers(len(log["id"]))
    columns = {"id": log["id"], "predicted": said, "truth": truth, **dict(zip(COLUMNS, scores.T, strict=True))}
    spelled = ", ".join(
        f"{c} {'BIGINT' if c == 'id' else text if c in ('predicted', 'truth') else real}" for c in columns
    )
    change(url, f"CREATE TABLE answers ({spelled})")
    if url.startswith("duckdb"):
        with duckdb.connect(url.removeprefix("duckdb:///")) as connection:
            connection.register("given", columns)
            connection.execute(f"INSERT INTO answers SELECT {', '.join(columns)} FROM given")
    else:
        with (
            psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as elephant,
            elephant.cursor() as cursor,
            cursor.copy(b"COPY answers FROM STDIN") as copy,
        ):
            for row in zip(*(_plain(np.asarray(v)) for v in columns.values()), strict=True):
                copy.write_row(row)
    added = ", ".join(f"a.{c}" for c in columns if c not in ("id", "truth"))
    change(
        url,
        f"CREATE TABLE log_ AS SELECT log.*, {added} FROM log JOIN answers AS a ON a.id = log.id ORDER BY log.id",
        "ALTER TABLE log_ DROP COLUMN score",
        "CREATE TABLE labels_ AS SELECT a.id, truth AS y, known_at FROM labels AS l JOIN answers AS a ON a.id = l.id",
        "DROP TABLE answers",
        "DROP TABLE log",
        "DROP TABLE labels",
        "ALTER TABLE log_ RENAME TO log",
        "ALTER TABLE labels_ RENAME TO labels",
    )
    del labels
    return url


def a_duckdb(path: Path) -> str:
    """In a DuckDB file; its URL."""
    log, labels = a_log()
    return with_classes(write_duckdb(path, log, labels), log, labels)


def a_postgres(url: str) -> str:
    """In an empty database of PostgreSQL."""
    log, labels = a_log()
    write_postgres(url, log, labels)
    return with_classes(url, log, labels)
