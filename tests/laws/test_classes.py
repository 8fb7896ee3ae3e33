"""Laws of labels that are classes: DuckDB, PostgreSQL and plain Python count the same; their numbers are the rows'."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import isfinite, isnan, log
from typing import Any

import duckdb
import numpy as np
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn import datasets, metrics
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tests.laws.frames import EDGE_CASES, word
from tests.laws.test_profiles import HOURS, START
from tidegauge.core.window import WHOLE, Window
from tidegauge.profiles.label_query import LabelledLog, LabelMapping, LabelProfile, profile_labels
from tidegauge.profiles.layouts.categorical import CategoricalLayout
from tidegauge.profiles.layouts.label_unit import unit_of_classes
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.segments import OTHERS
from tidegauge.profiles.states.label_cells import PLANES, LabelCells
from tidegauge.profiles.tasks.classes import Classes
from tidegauge.profiles.tasks.score_cells import CELLS, SIDE, SLACK
from tidegauge.statistics.label_levels import of_task
from tidegauge.statistics.labelled import Labelled
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.duckdb import DuckDBWarehouse
from tidegauge.warehouses.postgres import PostgresWarehouse

LOG = 'CREATE TABLE said_log (id BIGINT, moment TIMESTAMPTZ, answer {text}, p {double}, "q %s" {double}, shop {text})'
TRUTH = "CREATE TABLE said_truth (id BIGINT, y {text}, known TIMESTAMPTZ)"
MAPPING = LogMapping(
    '"said_log"',
    {"categorical": ("answer", "shop")},
    time="moment",
    id="id",
    prediction="answer",
    segments=("shop",),
    scores=("p", "q %s"),
)
DUE = timedelta(minutes=20)
LABELS = LabelMapping('"said_truth"', "id", "y", "known", DUE)
NAMES = ("a", "%s", "ä")  # that are told apart; two of them have scores
SCORES = {"%s": "q %s", "a": "p"}
chance = st.one_of(
    st.sampled_from([*EDGE_CASES, 0.5, 1 / 16, 1 / 128, 2.0**-22, 1e-6, 1 - 1e-6, 1 + 1e-5, -1e-5, 1.1]),
    st.floats(0, 1),
)
name = st.one_of(st.sampled_from(NAMES), word)
log_rows = st.lists(
    st.tuples(name, chance, st.one_of(st.none(), chance), st.sampled_from(["n", "s", None]), st.integers(0, 3 * 3600)),
    max_size=25,
)
label_rows = st.lists(st.tuples(st.integers(0, 27), name, st.integers(0, 5 * 3600)), max_size=40)
Engine = tuple[Warehouse, Any]
Row = tuple[str | None, float | None, float | None, str]  # answer, the two scores, the label


@pytest.fixture(scope="module")
def engines(postgres_url: str) -> Iterator[list[Engine]]:
    """Both, with empty tables."""
    duck = duckdb.connect(":memory:")
    with psycopg.connect(postgres_url, autocommit=True) as elephant, PostgresWarehouse(postgres_url) as warehouse:
        for table, ddl in (("said_log", LOG), ("said_truth", TRUTH)):
            duck.execute(ddl.format(double="DOUBLE", text="VARCHAR"))
            elephant.execute(f"DROP TABLE IF EXISTS {table}".encode())
            elephant.execute(ddl.format(double="DOUBLE PRECISION", text="TEXT").encode())
        yield [(DuckDBWarehouse(":memory:", connection=duck), duck), (warehouse, elephant)]
    duck.close()


def fill(engines: Sequence[Engine], table: str, data: Sequence[tuple[object, ...]]) -> None:
    for (_, connection), mark in zip(engines, ("?", "%s"), strict=True):
        connection.execute(f"DELETE FROM {table}")
        if data:
            marks = ", ".join([mark] * len(data[0]))
            to = connection.cursor() if mark == "%s" else connection
            to.executemany(f"INSERT INTO {table} VALUES ({marks})", data)


def score_cell(p: float) -> int:
    """The number of a score's cell, by plain arithmetic."""
    near = min(max(p, 0.0), 1 - min(p, 1.0))
    octet = next((k for k in range(7) if near >= 2.0 ** -(3 * k + 4)), None)
    inside = 0 if octet is None else 1 + 56 * (6 - octet) + int(near * 2.0 ** (3 * octet + 7)) - 8
    return inside if p < 0.5 else CELLS - 1 - inside


def counted(rows: Sequence[Row], *, whole: bool) -> tuple[dict[int, tuple[int, int]], dict[str, int], float]:
    """The oracle: code → rows and rows that are right; the sums; the loss, nearly."""
    cells: Counter[int] = Counter()
    right: Counter[int] = Counter()
    sums: Counter[str] = Counter()
    loss = 0.0
    numbers = {n: k for k, n in enumerate(NAMES, start=1)}
    scored = sorted(SCORES)
    for answer, p, q, y in rows:
        code = (4 if answer is None else numbers.get(answer, 0)) * 4 + numbers.get(y, 0)
        cells[code] += 1
        right[code] += answer == y
        scores = {"a": p, "%s": q}
        if y not in scores or any(x is None or not -SLACK <= x <= 1 + SLACK for x in scores.values()):
            continue
        own = scores[y]
        assert own is not None
        sums["scored"] += 1
        loss += -log(min(max(own, 1e-6), 1.0))
        if whole:
            for k, n in enumerate(scored):
                at = PLANES - k * CELLS - score_cell(float(scores[n] or 0.0))
                cells[at] += 1
                right[at] += n == y
    return {c: (n, right[c]) for c, n in cells.items()}, dict(sums), loss


def expected(
    window: Window, seen: Sequence[tuple[Any, ...]], known: Sequence[tuple[int, str | None, datetime]]
) -> dict[str, list[Row]]:
    """Segment → the rows that have a label in time; of several the latest, of these the one with the least digest."""
    from hashlib import md5

    out: dict[str, list[Row]] = {}
    for k, at, answer, p, q, shop in seen:
        in_time = [(s, y) for i, y, s in known if i == k and y is not None and s <= window.end + DUE]
        if not window.start <= at < window.end or not in_time:
            continue
        newest = max(s for s, _ in in_time)
        y = min((y for s, y in in_time if s == newest), key=lambda y: md5(y.encode(), usedforsecurity=False).digest())
        for segment in (WHOLE, f"shop={shop}" if shop == "n" else f"shop={OTHERS}"):
            out.setdefault(segment, []).append((answer, p, q, y))
    return out


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(log=log_rows, labels=label_rows)
def test_engines_count_the_same_classes(
    engines: list[Engine],
    log: list[tuple[str | None, float, float | None, str | None, int]],
    labels: list[tuple[int, str | None, int]],
) -> None:
    """DuckDB = PostgreSQL, byte for byte, and as plain Python counts; the loss to a millionth a row."""
    seen = [(k, START + timedelta(seconds=s), answer, p, q, shop) for k, (answer, p, q, shop, s) in enumerate(log)]
    known = [(k, y, START + timedelta(seconds=s)) for k, y, s in labels]
    fill(engines, "said_log", seen)
    fill(engines, "said_truth", known)
    unit = unit_of_classes(CategoricalLayout(NAMES), SCORES)
    answers: list[list[LabelProfile]] = []
    for warehouse, _ in engines:
        log_ = LabelledLog(
            warehouse.describe("said_log"), warehouse.describe("said_truth"), MAPPING, replace(LABELS, unit=unit)
        )
        found = profile_labels(warehouse, log_, CategoricalLayout(("a",)), {"shop": ("n",)}, HOURS)
        answers.append([p for some in found for p in some])
    for h, window in enumerate(HOURS):
        wanted = expected(window, seen, known)
        one, other = (answer[h].segments for answer in answers)
        assert set(one) == set(wanted)
        assert {s: c.to_row() for s, c in one.items()} == {s: c.to_row() for s, c in other.items()}
        for segment, rows in wanted.items():
            cells, sums, loss = counted(rows, whole=segment == WHOLE)
            found_ = one[segment]
            pairs = zip(found_.counts.tolist(), found_.truths.tolist(), strict=True)
            assert dict(zip(found_.codes.tolist(), pairs, strict=True)) == cells
            assert found_.rows == len(rows)
            assert found_.sums.get("scored", 0) == sums.get("scored", 0)
            assert found_.sums.get("loss", 0) * 2.0**-20 == pytest.approx(loss, abs=2e-6 * max(len(rows), 1))


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(log=log_rows, data=st.data())
def test_a_row_logged_twice_is_labelled_once_and_on_every_engine_alike(
    engines: list[Engine], log: list[tuple[str | None, float, float | None, str | None, int]], data: st.DataObject
) -> None:
    seen = [(k % 3, START + timedelta(seconds=s), answer, 0.5, 0.5, "n") for k, (answer, _, _, _, s) in enumerate(log)]
    fill(engines, "said_truth", [(k, y, START) for k in range(3) for y in ("a", "B", "ä")])
    unit = unit_of_classes(CategoricalLayout(NAMES))
    answers = []
    for rows in (seen, data.draw(st.permutations(seen))):
        fill(engines, "said_log", rows)
        for warehouse, _ in engines:
            kinds, label_kinds = warehouse.describe("said_log"), warehouse.describe("said_truth")
            log_ = LabelledLog(kinds, label_kinds, MAPPING, replace(LABELS, unit=unit))
            found = profile_labels(warehouse, log_, CategoricalLayout(()), {}, HOURS)
            answers.append([p.whole for some in found for p in some])
    assert answers[0] == answers[1] == answers[2] == answers[3]


def test_cells_of_a_score_ascend_with_it() -> None:
    scores = np.unique(
        np.concatenate([np.linspace(0, 1, 9999), 2.0 ** -np.arange(1, 40), 1 - 2.0 ** -np.arange(1, 40)])
    )
    cells = np.array([score_cell(float(p)) for p in scores])
    assert (np.diff(cells) >= 0).all()
    assert (cells[0], cells[-1]) == (0, CELLS - 1)
    assert score_cell(0.5) == CELLS - SIDE


# --- against scikit-learn on the rows ---


def by_an_engine(y: Any, answer: Any, scores: Any, names: Sequence[str]) -> dict[str, float]:  # noqa: ANN401 - arrays
    """The numbers of labels as an engine counts them."""
    columns = [f"p{k}" for k in range(len(names))]
    with duckdb.connect(":memory:") as connection:
        given_ = {"id": np.arange(len(y)), "answer": answer, "y": y, **dict(zip(columns, scores.T, strict=True))}
        connection.register("given", given_)
        connection.execute("CREATE TABLE seen AS SELECT *, TIMESTAMPTZ '2026-03-01 12:00:00+00' AS moment FROM given")
        connection.execute("CREATE TABLE truth AS SELECT id, y FROM given")
        warehouse = DuckDBWarehouse(":memory:", connection=connection)
        mapping = LogMapping('"seen"', {"categorical": ("answer",)}, time="moment", id="id", prediction="answer")
        unit = unit_of_classes(CategoricalLayout(tuple(names)), dict(zip(names, columns, strict=True)))
        labels = LabelMapping('"truth"', "id", "y", None, timedelta(0), unit)
        log = LabelledLog(warehouse.describe("seen"), warehouse.describe("truth"), mapping, labels)
        day = Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC), "day")
        ((profile,),) = profile_labels(warehouse, log, CategoricalLayout(tuple(names)), {}, [day])
    labelled = Labelled.of(profile.whole, CategoricalLayout(tuple(names)), unit)
    return {level.name: level.read(level.level(labelled)) for level in of_task(unit)}


def by_scikit_learn(y: Any, answer: Any, scores: Any, names: Sequence[str]) -> dict[str, float]:  # noqa: ANN401
    recall = metrics.recall_score(y, answer, average=None, labels=names)
    precision = metrics.precision_score(y, answer, average=None, labels=names, zero_division=np.nan)
    return {
        "accuracy": metrics.accuracy_score(y, answer),
        "macro-f1": metrics.f1_score(y, answer, average="macro"),
        "weighted-f1": metrics.f1_score(y, answer, average="weighted"),
        "balanced-accuracy": metrics.balanced_accuracy_score(y, answer),
        "macro-precision": float(np.nanmean(precision)),
        **{f"recall-of-{n}": float(x) for n, x in zip(names, recall, strict=True)},
        **{f"precision-of-{n}": float(x) for n, x in zip(names, precision, strict=True)},
        **{
            f"top-{k}-accuracy": metrics.top_k_accuracy_score(y, scores, k=k, labels=names)
            for k in (2, 3, 5)
            if k < len(names)
        },
        "one-vs-rest-auc": metrics.roc_auc_score(y, scores, multi_class="ovr", labels=names),
        "log-loss": float(-np.log(np.clip(scores[np.arange(len(y)), np.searchsorted(names, y)], 1e-6, 1)).mean()),
    }


def sets() -> Iterator[tuple[str, Any, Any]]:
    """Labels and scores: real ones, out of fold, sure and unsure; drawn ones, one with a rare class, one with ties."""
    for name, model in (("digits", LogisticRegression(max_iter=300)), ("wine", GaussianNB())):
        data = getattr(datasets, f"load_{name}")()
        y = np.char.add("c", data.target.astype(str)).astype(object)
        fitted = make_pipeline(StandardScaler(), model)
        p = cross_val_predict(fitted, data.data, y, method="predict_proba", cv=4)
        yield f"{name} {type(model).__name__}", y, p / p.sum(axis=1, keepdims=True)
    g = np.random.default_rng(2)
    for n, sharp in ((900, 0.1), (900, 3.0), (40_000, 0.7)):
        p = g.dirichlet(np.full(5, sharp), n)
        yield f"drawn {n} {sharp}", drawn(p, g), p
    x = np.exp(g.normal(size=(20_000, 4)) * 0.3) * [0.9, 0.07, 0.02, 0.01]
    p = x / x.sum(axis=1, keepdims=True)
    yield "rare", drawn(p, g), p
    votes = g.multinomial(10, [0.5, 0.2, 0.15, 0.1, 0.05, 0.0], 5000) / 10
    yield "votes", drawn(votes * 0.9 + 0.1 / 6, g), votes


def drawn(p: Any, g: np.random.Generator) -> Any:  # noqa: ANN401 - arrays
    return np.char.add("c", (p.cumsum(axis=1) > g.random((len(p), 1))).argmax(axis=1).astype(str)).astype(object)


SETS = list(sets())


@pytest.mark.parametrize(("y", "scores"), [s[1:] for s in SETS], ids=[s[0] for s in SETS])
def test_numbers_are_those_of_the_rows(y: Any, scores: Any) -> None:  # noqa: ANN401 - arrays
    """What a confusion matrix says exactly, and top-k; the loss to 10⁻⁶, the order of scores to 0.002."""
    names = sorted(f"c{k}" for k in range(scores.shape[1]))
    answer = np.array(names, dtype=object)[scores.argmax(axis=1)]
    found, wanted = by_an_engine(y, answer, scores, names), by_scikit_learn(y, answer, scores, names)
    assert set(wanted) <= set(found)
    assert all(isnan(value) for name, value in found.items() if name not in wanted)
    for name, value in wanted.items():
        near = {"one-vs-rest-auc": 0.002, "log-loss": 1e-6}.get(name, 1e-12)
        assert found[name] == pytest.approx(value, abs=near, nan_ok=True), name


def test_classes_that_are_not_told_apart_are_right_where_they_are() -> None:
    """Accuracy knows them; a mean over classes does not count them as one."""
    y = np.array(["a"] * 30 + ["x"] * 10 + ["y"] * 10, dtype=object)
    answer = np.array(["a"] * 30 + ["x"] * 15 + ["a"] * 5, dtype=object)
    scores = np.full((50, 2), 0.5)
    found = by_an_engine(y, answer, scores, ["a", "b"])
    assert found["accuracy"] == pytest.approx(40 / 50)
    assert found["macro-f1"] == pytest.approx(60 / 65)
    assert found["recall-of-a"] == 1
    assert isnan(found["recall-of-b"])
    assert found["log-loss"] == pytest.approx(log(2), abs=1e-6)


def test_a_state_without_rows_says_nothing() -> None:
    unit = unit_of_classes(CategoricalLayout(("a", "b")), {"a": "p", "b": "q"})
    labelled = Labelled.of(LabelCells.zero(), CategoricalLayout(()), unit)
    for level in of_task(unit):
        assert isnan(level.level(labelled))
        assert isnan(level.error(labelled))
    assert not Classes(unit).named(LabelCells.zero())
    assert isfinite(labelled.rows)
