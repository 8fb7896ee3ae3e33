"""The log of a language model: its views say what they should on both engines, and its faults are told."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import psycopg
import pytest

from tests.begun import open_pipeline
from tidegauge.core.decision import Decision, Verdict
from tidegauge.monitor import parse_monitor
from tidegauge.warehouses.sql import template

DOCS = Path(__file__).parents[2] / "docs/llm.md"
VIEWS = ("llm_log", "llm_requests", "llm_steps", "llm_verdicts")
DAYS, EACH, FIRST = 70, 120, "2024-01-01"
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
REFUSED, CUT, SLOW, LOST, STEP = 47, 51, 55, 59, 63  # the days on which something goes wrong
SPANS = 300  # traces of the law on own times


def statements(**asked: Any) -> Iterator[str]:  # noqa: ANN401 - what a template takes
    for view in VIEWS:
        yield from (s for s in template(f"warehouse/{view}.sql").render(**asked).split(";\n") if s.strip())


def traces(rng: np.random.Generator) -> list[tuple[str, str, str | None, int, int]]:
    """(trace, span, parent, began, ended): side by side, past their parents' ends, of no length, orphans."""
    rows = []
    for t in range(SPANS):
        spans: list[tuple[str | None, int, int]] = [(None, 1_000, 2_000)]
        for _ in range(int(rng.integers(0, 8))):
            parent = int(rng.integers(0, len(spans)))
            began, ended = sorted(rng.integers(min(spans[parent][1:]) - 300, max(spans[parent][1:]) + 300, 2).tolist())
            odd = rng.random()
            began, ended = (ended, began) if odd < 0.05 else (began, began) if odd < 0.1 else (began, ended)
            spans.append(("gone" if odd > 0.95 else str(parent), began, ended))
        rows += [(str(t), str(k), *span) for k, span in enumerate(spans)]
    return rows


def own_times(rows: list[tuple[str, str, str | None, int, int]]) -> dict[str, float]:
    """Span → milliseconds by itself, microsecond by microsecond."""
    found = {}
    for trace, span, _, began, ended in rows:
        free = np.ones(max(ended - began, 0), bool)
        for other, _, parent, b, e in rows:
            if other == trace and parent == span and e > b:
                free[max(b - began, 0) : max(e - began, 0)] = False
        found[f"{trace}/{span}"] = int(free.sum()) / 1000
    return found


@pytest.fixture(params=["duckdb", "postgres"])
def ask(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Sends a statement to an engine that has the tables and the views; its rows, where there are any."""
    url = "" if request.param == "duckdb" else request.getfixturevalue("postgres").replace("+psycopg", "")
    with duckdb.connect(":memory:") if not url else psycopg.connect(url) as connection:

        def send(sql: str, rows: list[tuple[Any, ...]] | None = None) -> list[tuple[Any, ...]]:
            cursor = connection.cursor()
            if rows is not None:
                cursor.executemany(sql if not url else sql.replace("?", "%s"), rows)
                return []
            cursor.execute(sql)
            return cursor.fetchall() if re.match(r"(?i)select", sql) else []

        for sql in statements():
            send(sql)
        yield send


def test_own_time_is_what_no_child_covers(ask: Any) -> None:  # noqa: ANN401 - a function of two forms
    rows = traces(np.random.default_rng(7))
    ask(
        "INSERT INTO llm_span (trace_id, span_id, parent_id, began_us, ended_us, step) VALUES (?, ?, ?, ?, ?, 's')",
        rows,
    )
    found = dict(ask("SELECT span, own_ms FROM llm_steps"))
    assert found == own_times(rows)
    durations = {f"{t}/{s}": max(e - b, 0) / 1000 for t, s, _, b, e in rows}
    naive = {key: durations[key] for key in found}
    for trace, _, parent, b, e in rows:
        if f"{trace}/{parent}" in naive:
            naive[f"{trace}/{parent}"] -= max(e - b, 0) / 1000
    assert min(naive.values()) < 0 <= min(found.values()), "the sum of children takes away more than there is"


def test_tokens_of_a_chain_are_not_counted_with_its_children_s(ask: Any) -> None:  # noqa: ANN401
    rows = [
        ("t", "0", None, "CHAIN", 30),
        ("t", "1", "0", "llm", 20),
        ("t", "2", "0", "EMBEDDING", 10),
        ("t", "3", "0", None, 5),
    ]
    into = "INSERT INTO llm_span (trace_id, span_id, parent_id, kind, input_tokens, step, began_us, ended_us)"
    ask(f"{into} VALUES (?, ?, ?, ?, ?, 's', 1, 2)", rows)
    assert int(ask("SELECT sum(input_tokens) FROM llm_steps")[0][0]) == 30


def test_what_was_retrieved(ask: Any) -> None:  # noqa: ANN401
    into = "INSERT INTO llm_request (request_id, event_at, logged_at, error_type) VALUES (?, now(), now(), ?)"
    ask(into, [("several", None), ("one", "timeout"), ("none", None), ("unscored", None)])
    rows = [("several", 1, 0.5), ("several", 2, 0.75), ("several", 3, 0.25), ("one", 1, 0.5), ("unscored", 1, None)]
    ask("INSERT INTO llm_context (request_id, rank, score) VALUES (?, ?, ?)", rows)
    columns = "request_id, documents, best_score, score_gap, worst_score, failed"
    assert sorted(ask(f"SELECT {columns} FROM llm_requests")) == [
        ("none", 0, None, None, None, False),
        ("one", 1, 0.5, None, 0.5, True),
        ("several", 3, 0.75, 0.25, 0.25, False),
        ("unscored", 1, None, None, None, False),
    ]


def test_verdicts_of_people_are_labels(ask: Any) -> None:  # noqa: ANN401
    rows = [("a", "Up", "HUMAN"), ("b", "down", "HUMAN"), ("c", None, "HUMAN"), ("d", "up", "LLM")]
    into = "INSERT INTO llm_evaluation (request_id, name, label, annotator_kind, arrived_at)"
    ask(f"{into} VALUES (?, 'feedback', ?, ?, now())", rows)
    assert sorted(ask("SELECT request_id, label FROM llm_verdicts")) == [("a", 1), ("b", 0)]


def test_a_word_of_a_verdict_stays_a_word() -> None:
    sql = list(statements(good=["it's"], name="o'k"))[-1]
    assert "IN ('it''s')" in sql
    assert "name = 'o''k'" in sql


LOG = f"""
CREATE TEMP TABLE made AS SELECT d * {EACH} + i AS id, d, i, d % 7 >= 5 AS weekend,
  hash(d, i) % 1000 / 1000.0 AS u, hash(d, i, 1) % 1000 / 1000.0 AS v, hash(d, i, 2) % 1000 / 1000.0 AS w,
  TIMESTAMPTZ '{FIRST} 00:00:00+00' + to_days(CAST(d AS INTEGER)) + to_seconds(720.0 * i) AS moment
FROM range({DAYS}) AS t(d), range({EACH}) AS r(i);
INSERT INTO llm_request SELECT CAST(id AS TEXT), moment, moment + INTERVAL 1 MINUTE,
  CASE WHEN d < 35 THEN 'm1' ELSE 'm2' END, 'p1',
  'How do I ' || repeat('change this and ', CAST(1 + 4 * u AS INTEGER)) || 'save it for ' || CAST(id AS TEXT) || '?',
  CASE WHEN v < CASE WHEN d = {REFUSED} THEN .17 ELSE .02 END THEN 'I am sorry, but I cannot help with that.'
    ELSE 'Open it. ' || repeat('Then choose the next entry. ', CAST(1 + 5 * w AS INTEGER)) || 'That is all.' END,
  CAST(60 + 60 * u + 30 * CAST(weekend AS INTEGER) AS BIGINT), 0, CAST(40 + 200 * w AS BIGINT), .0002 + .0004 * w,
  900 + 800 * w, (200 + 150 * u) * CASE WHEN d = {SLOW} THEN 2 ELSE 1 END,
  CASE WHEN u < CASE WHEN d = {CUT} THEN .22 ELSE .02 END THEN 'length' ELSE 'stop' END,
  NULL, NULL, CAST(id AS TEXT) FROM made;
INSERT INTO llm_context SELECT CAST(id AS TEXT), k, 'd' || k, NULL,
  (.9 - .2 * v - .1 * k) * CASE WHEN d = {LOST} AND u < .3 THEN .3 ELSE 1 END, NULL FROM made, range(1, 4) AS r(k);
INSERT INTO llm_span SELECT CAST(id AS TEXT), s, CASE WHEN s <> '0' THEN '0' END, step, kind,
  CAST(epoch_us(moment) + b * 1000 AS BIGINT),
  CAST(epoch_us(moment) + (b + length * (.8 + .4 * u)
    * CASE WHEN d = {STEP} AND step = 'retrieve' THEN 3 ELSE 1 END) * 1000 AS BIGINT),
  moment + INTERVAL 1 MINUTE, NULL, NULL, 10, 10, .001
  FROM made, (VALUES ('0', 'request', 'CHAIN', 0, 2000), ('1', 'retrieve', 'RETRIEVER', 10, 200),
    ('2', 'answer', 'LLM', 700, 900)) AS x(s, step, kind, b, length) WHERE i % 3 = 0;
"""


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[int, Decision]]:
    """Monitor → number of a day → what was decided, by the monitors of the page."""
    folder, found = tmp_path_factory.mktemp("llm"), {}
    with duckdb.connect(str(folder / "llm.duckdb")) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for sql in (*statements(), LOG):
            connection.execute(sql)
    for shown in re.findall(r"```yaml\n(.*?)```", DOCS.read_text(), re.DOTALL):
        text = shown.replace("duckdb:///llm", f"duckdb:///{folder}/llm").replace("sqlite:///", f"sqlite:///{folder}/")
        monitor = parse_monitor(text + "sample: 0\n", str(folder / "my.yml"))
        with open_pipeline(monitor) as pipeline:
            pipeline.backfill(BEGIN, BEGIN + timedelta(days=DAYS))
            made = pipeline.store.decisions.of(monitor.name, "inputs")
        found[monitor.name] = {(d.window.start - BEGIN).days: d for d in made}
    return found


@pytest.mark.parametrize(
    ("monitor", "day", "columns"),
    [
        ("assistant", REFUSED, {"response.refusal"}),
        ("assistant", CUT, {"finish_reason"}),
        ("assistant", SLOW, {"first_token_ms"}),
        ("assistant", LOST, {"best_score", "score_gap", "worst_score"}),
        ("assistant-steps", STEP, {"own_ms"}),
    ],
)
def test_a_fault_is_told_with_its_column_first(
    decided: dict[str, dict[int, Decision]], monitor: str, day: int, columns: set[str]
) -> None:
    decision = decided[monitor][day]
    assert decision.verdict is Verdict.ALERT, decision.sentence
    assert decision.findings[0].column in columns, decision.sentence


def test_no_other_day_is_an_alert(decided: dict[str, dict[int, Decision]]) -> None:
    faults = {"assistant": {REFUSED, CUT, SLOW, LOST}, "assistant-steps": {STEP}}
    for monitor, some in decided.items():
        assert {k for k, d in some.items() if k >= 42 and d.verdict is Verdict.ALERT} == faults[monitor]
