"""Numbers of performance from counts by cell, against scikit-learn on the rows themselves, on real data."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import duckdb
import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn import datasets, metrics
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from examples.flights.model import DelayModel
from examples.flights.source import _weather, flights
from tidegauge.core.window import Window
from tidegauge.profiles.label_query import LabelledLog, LabelMapping, profile_labels
from tidegauge.profiles.layouts.cuts import cut_numeric
from tidegauge.profiles.layouts.label_unit import TRUTHS, LabelUnit, unit_of
from tidegauge.profiles.layouts.numeric import NumericLayout
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.profiles.tasks import task_of
from tidegauge.statistics import LABEL_LEVELS
from tidegauge.statistics.label_levels import of_task
from tidegauge.statistics.labelled import Labelled, LabelLevel
from tidegauge.statistics.statistic import Reads
from tidegauge.warehouses.duckdb import DuckDBWarehouse
from tidegauge.wording.lookup import find

Floats = NDArray[np.float64]
NEAR, OF_A_WEEK, OF_A_DAY, SMALL = 0.002, 0.0025, 0.005, 0.006
BUNDLED = ("breast_cancer", "digits", "diabetes", "wine", "forest", "rain")


def cells_of(layout: NumericLayout, score: Floats, y: Floats) -> LabelCells:
    """Labels 0 and 1 by the cell of their prediction, as the statement counts them."""
    codes, at = np.unique(layout.codes(score), return_inverse=True)
    rows = np.bincount(at)
    labels, parts = (np.bincount(at, w).astype(np.int64) for w in (y * TRUTHS.scale, layout.parts(score)))
    return LabelCells(codes, rows, labels, parts, rows)


def numbers_of(score: Floats, y: Floats, sample: Floats | None = None) -> dict[str, float]:
    """Every number of labels that are 0 and 1; `sample`: what the prediction's cells were cut from."""
    layout = cut_numeric(score if sample is None else sample)
    labelled = Labelled.of(cells_of(layout, score, y), layout)
    return {name: level.read(level.level(labelled)) for name, level in LABEL_LEVELS.items()}


def ece(y: Floats, p: Floats) -> float:
    bins = np.minimum(np.floor(p * 10), 9).astype(int)
    return float(np.abs(np.bincount(bins, y) - np.bincount(bins, p)).sum() / len(y))


def of_rows(score: Floats, y: Floats) -> dict[str, float]:
    """The same by scikit-learn; scores clipped where the logarithm would not end."""
    return {
        "auc": metrics.roc_auc_score(y, score),
        "average-precision": metrics.average_precision_score(y, score),
        "log-loss": metrics.log_loss(y, np.clip(score, 1e-6, 1 - 1e-6)),
        "brier": metrics.brier_score_loss(y, score),
        "expected-calibration-error": ece(y, score),
        "base-rate": float(y.mean()),
    }


def bundled(name: str) -> tuple[Floats, Floats]:
    """Out-of-fold scores and labels of a set that comes with scikit-learn."""
    if name == "rain":
        return rain()
    data = getattr(datasets, f"load_{'digits' if name == 'forest' else name}")()
    y = {"digits": data.target == 8, "forest": data.target % 2, "wine": data.target == 1}.get(name, data.target)
    if name == "diabetes":
        y = data.target > np.quantile(data.target, 0.8)
    model = (
        RandomForestClassifier(60, random_state=0)  # scores of exactly 0 and 1, and ties
        if name == "forest"
        else make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=2000))
    )
    score: Floats = cross_val_predict(model, data.data, y, cv=4, method="predict_proba")[:, 1]
    truth: Floats = np.asarray(y, dtype=np.float64)
    return score, truth


def rain() -> tuple[Floats, Floats]:
    """Hours at New York's airports: whether it rained, by what else was measured."""
    known = _weather().dropna()
    y: Floats = np.asarray(known["precip"] > 0, dtype=np.float64)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    columns = known[["temp", "dewp", "humid", "wind_speed", "visib"]].to_numpy(dtype=np.float64)
    score: Floats = cross_val_predict(model, columns, y, cv=4, method="predict_proba")[:, 1]
    return score, y


@pytest.mark.parametrize("name", BUNDLED)
def test_on_sets_that_come_with_scikit_learn(name: str) -> None:
    score, y = bundled(name)
    found, true = numbers_of(score, y), of_rows(score, y)
    for metric, value in true.items():
        # of 178 rows one that lies beyond the edge of an even bin, in a cell across it, is a half per cent of all
        bar = SMALL if metric in ("expected-calibration-error", "average-precision") and len(y) < 600 else NEAR
        assert found[metric] == pytest.approx(value, abs=bar), (metric, len(y))
    yes = score >= 0.5
    for metric, value in {
        "precision": metrics.precision_score(y, yes),
        "recall": metrics.recall_score(y, yes),
        "f1": metrics.f1_score(y, yes),
        "lift": metrics.precision_score(y, yes) / y.mean(),
    }.items():  # from cells alone: the one that 0.5 lies in counts by its mean
        assert found[metric] == pytest.approx(value, abs=0.04, rel=0.03), metric


@pytest.fixture(scope="module")
def scored() -> tuple[Floats, Floats, Floats, NDArray[np.int64]]:
    """The flights of two months by the demo's own model: its first scores, then score, label and day of each."""
    year = flights("2013-02-01", "2013-05-15")
    model = DelayModel.fit(year[year["day"] < "2013-03-15"], "test")
    log = year[(year["day"] >= "2013-03-15") & year["late"].notna()]
    score = np.asarray(model.score(log), dtype=np.float64)
    days = (log["day"] - log["day"].min()).dt.days.to_numpy()
    return score[days < 14], score, log["late"].to_numpy(dtype=np.float64), days


def windows(days: NDArray[np.int64], length: int) -> Iterator[NDArray[np.bool_]]:
    for k in range(0, int(days.max()) + 2 - length, length):
        yield (days >= k) & (days < k + length)


@pytest.mark.parametrize("length", [1, 7, 56])
def test_on_flights_by_the_day_by_the_week_and_all(
    length: int, scored: tuple[Floats, Floats, Floats, NDArray[np.int64]]
) -> None:
    sample, score, y, days = scored
    off: dict[str, list[float]] = {}
    for here in windows(days, length):
        found, true = numbers_of(score[here], y[here], sample), of_rows(score[here], y[here])
        for metric, value in true.items():
            off.setdefault(metric, []).append(abs(found[metric] - value))
    bar = {1: OF_A_DAY, 7: OF_A_WEEK}.get(length, NEAR)
    for metric, some in off.items():
        assert np.mean(some) <= NEAR, metric
        assert np.quantile(some, 0.95 if length == 1 else 1.0) <= bar, (metric, max(some))
        assert max(some) <= 2 * bar, metric


def counted_by_an_engine(y: Floats, p: Floats, unit: LabelUnit | None = None) -> Labelled:
    """Labels and predictions as an engine counts them: its statement, a table for predictions and one for labels."""
    unit = unit_of(cut_numeric(y)) if unit is None else unit
    layout = cut_numeric(p)
    n = len(y)
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE TABLE seen (id BIGINT, moment TIMESTAMPTZ, score DOUBLE)")
        connection.execute("CREATE TABLE truth (id BIGINT, y DOUBLE)")
        connection.register("given", {"id": np.arange(n), "score": p, "y": y})
        connection.execute("INSERT INTO seen SELECT id, TIMESTAMPTZ '2026-03-01 12:00:00+00', score FROM given")
        connection.execute("INSERT INTO truth SELECT id, y FROM given")
        warehouse = DuckDBWarehouse(":memory:", connection=connection)
        mapping = LogMapping('"seen"', {"numeric": ("score",)}, time="moment", id="id", prediction="score")
        labels = LabelMapping('"truth"', "id", "y", None, timedelta(0), unit)
        log = LabelledLog(warehouse.describe("seen"), warehouse.describe("truth"), mapping, labels)
        day = Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC), "day")
        ((profile,),) = profile_labels(warehouse, log, layout, {}, [day])
    return Labelled.of(profile.whole, layout, unit)


def of_numbers(labelled: Labelled, layout: NumericLayout | None) -> dict[str, float]:
    return {
        name: level.read(level.level(labelled), layout)
        for name, level in LABEL_LEVELS.items()
        if "regression" in level.applies
    }


def by_scikit_learn(y: Floats, p: Floats) -> dict[str, float]:
    full = y != 0
    return {
        "label-bias": float((y - p).mean()),
        "mean-absolute-error": metrics.mean_absolute_error(y, p),
        "root-mean-squared-error": metrics.root_mean_squared_error(y, p),
        "r-squared": metrics.r2_score(y, p),
        "mean-absolute-percentage-error": float((np.abs(y - p)[full] / np.abs(y)[full]).mean()),  # no least label
        "over-estimation": metrics.mean_pinball_loss(y, p, alpha=0.0),
        "under-estimation": metrics.mean_pinball_loss(y, p, alpha=1.0),
    }


def regressions() -> Iterator[tuple[str, Floats, Floats]]:
    """Real numbers and their out-of-fold predictions, an easy one and hard ones; minutes of delay; heavy tails."""
    for name in ("diabetes", "linnerud"):
        data = getattr(datasets, f"load_{name}")()
        y = np.asarray(data.target, dtype=np.float64).reshape(len(data.data), -1)[:, 0]
        model = RandomForestRegressor(60, random_state=0)
        yield name, y, np.asarray(cross_val_predict(model, data.data, y, cv=4), dtype=np.float64)
    hours = _weather().dropna()
    columns = hours[["temp", "humid", "wind_speed"]].to_numpy(dtype=np.float64)
    model = make_pipeline(StandardScaler(), LinearRegression())
    for column in ("dewp", "pressure", "visib"):
        y = hours[column].to_numpy(dtype=np.float64)
        yield column, y, np.asarray(cross_val_predict(model, columns, y, cv=4), dtype=np.float64)
    g = np.random.default_rng(1)
    y = g.lognormal(3, 1.2, 30_000) - 15
    yield "heavy tails", y, y * 0.8 + g.standard_t(2.5, len(y)) * 10
    yield "nearly right", y, y + g.normal(0, 0.05, len(y))


REGRESSIONS = list(regressions())


@pytest.mark.parametrize(("y", "p"), [r[1:] for r in REGRESSIONS], ids=[r[0] for r in REGRESSIONS])
def test_errors_of_numbers(y: Floats, p: Floats) -> None:
    """To five digits, with rows among them that no sum could hold."""
    layout = cut_numeric(y)
    strange = [(1e308, 1.0), (np.nan, 1.0), (-np.inf, 2.0), (1.0, np.nan), (2.0, np.inf), (3.0, -1e308), (5e-324, 0.0)]
    more = np.array(strange) if len(y) > 100 else np.zeros((0, 2))
    labelled = counted_by_an_engine(np.append(y, more[:, 0]), np.append(p, more[:, 1]), unit=unit_of(layout))
    if len(more):  # the last one is a row like others
        y, p = np.append(y, more[-1, 0]), np.append(p, more[-1, 1])
    found, true = of_numbers(labelled, layout), by_scikit_learn(y, p)
    if len(more):
        del true["label-bias"]  # counts what lies far out at the ends, so that it is seen
    for name, value in true.items():
        assert found[name] == pytest.approx(value, rel=1e-5), name


@pytest.mark.parametrize("k", [2.0**-40, 2.0**33, 1e-12, 1e12])
def test_errors_have_the_unit_of_the_labels(k: float) -> None:
    """Powers of two to the last digit."""
    _, y, p = REGRESSIONS[0]
    one, other = (of_numbers(counted_by_an_engine(y * by, p * by), cut_numeric(y * by)) for by in (1.0, k))
    for name, value in one.items():
        level = LABEL_LEVELS[name]
        scaled = value * k if level.reads is Reads.COLUMN else value
        assert other[name] == pytest.approx(scaled, rel=0 if k in (2.0**-40, 2.0**33) else 1e-9), name


def test_errors_of_windows_add_up() -> None:
    """Of a merged reference they are those of all its rows; one that was counted before there were any adds none."""
    _, y, p = REGRESSIONS[0]
    unit = unit_of(cut_numeric(y))
    zeros = np.zeros(0, dtype=np.int64)
    task = task_of(unit)
    parts = [counted_by_an_engine(y[a], p[a], unit=unit) for a in (slice(0, 200), slice(200, None))]
    whole = counted_by_an_engine(y, p, unit=unit).errors
    assert whole is not None
    means = [e for e in (part.errors for part in parts) if e is not None]
    assert sum(e.absolute * e.rows for e in means) == pytest.approx(whole.absolute * whole.rows, rel=1e-12)
    before = LabelCells(zeros, zeros, zeros, zeros, zeros)
    assert task.errors(before.sums) is None
    assert all(math.isnan(level.level(Labelled.of(before, cut_numeric(p), unit))) for level in LABEL_LEVELS.values())


@pytest.mark.parametrize("name", ["digits", "rain"])
def test_at_declared_thresholds_they_are_those_of_the_rows(name: str) -> None:
    """And at one half, where nobody declares any; a score that lies at the threshold counts as predicted."""
    score, y = bundled(name)
    thresholds = (0.1, float(np.sort(score)[len(score) // 2]), 0.5)
    unit = unit_of(cut_numeric(y), thresholds)
    labelled, layout = counted_by_an_engine(y, score, unit), cut_numeric(score)
    assert labelled.n.sum() == len(layout.codes(score))
    found = {level.name: level.read(level.level(labelled)) for level in of_task(unit)}
    for t in thresholds:
        yes, ending = score >= t, "" if t == 0.5 else threshold_named(t)
        precision = metrics.precision_score(y, yes)
        for metric, value in {
            "precision": precision,
            "recall": metrics.recall_score(y, yes),
            "f1": metrics.f1_score(y, yes),
            "accuracy": metrics.accuracy_score(y, yes),
            "lift": precision / y.mean(),
        }.items():
            assert found[metric + ending] == pytest.approx(value, rel=1e-12), (metric, t)
            level = find(metric + ending)
            assert isinstance(level, LabelLevel)
            assert level.read(level.level(labelled)) == pytest.approx(value, rel=1e-9)
            assert level.judged == (metric == "accuracy" and t == 0.5)


def test_declared_thresholds_take_the_place_of_one_half() -> None:
    """What may alert stays beside them; where none is declared it is one half."""
    bases = {"precision", "recall", "f1", "accuracy", "lift"}

    def at_one_half(*thresholds: float) -> set[str]:
        return {level.name for level in of_task(unit_of(None, thresholds))} & bases

    assert at_one_half() == at_one_half(0.5) == at_one_half(0.3, 0.5) == bases
    assert at_one_half(0.3) == {level.name for level in of_task(unit_of(None)) if level.judged} & bases == {"accuracy"}
    assert {f"{base}-at-0-3" for base in bases} <= {level.name for level in of_task(unit_of(None, (0.3,)))}


def threshold_named(t: float) -> str:
    return f"-at-{t!r}".replace(".", "-").replace("e-", "eminus-")
