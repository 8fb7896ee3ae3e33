"""Numbers of performance from counts by cell, against scikit-learn on the rows themselves, on real data."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn import datasets, metrics
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from examples.flights.model import DelayModel
from examples.flights.source import _weather, flights
from tidegauge.profiles.layouts.cuts import cut_numeric
from tidegauge.profiles.layouts.label_unit import TRUTHS
from tidegauge.profiles.layouts.numeric import NumericLayout
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.statistics import LABEL_LEVELS
from tidegauge.statistics.labelled import Labelled

Floats = NDArray[np.float64]
NEAR, OF_A_WEEK, OF_A_DAY, SMALL = 0.002, 0.0025, 0.005, 0.006
BUNDLED = ("breast_cancer", "digits", "diabetes", "wine", "forest", "rain")


def cells_of(layout: NumericLayout, score: Floats, y: Floats) -> LabelCells:
    """Labels 0 and 1 by the cell of their prediction, as the statement counts them."""
    codes, at = np.unique(layout.codes(score), return_inverse=True)
    sums = [np.bincount(at, w).astype(np.int64) for w in (np.ones(len(y)), y * TRUTHS.scale, layout.parts(score))]
    return LabelCells(codes, *sums, sums[0])


def told(score: Floats, y: Floats, sample: Floats | None = None) -> dict[str, float]:
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
    return score, np.asarray(y, dtype=np.float64)


def rain() -> tuple[Floats, Floats]:
    """Hours at New York's airports: whether it rained, by what else was measured."""
    known = _weather().dropna()
    y = (known["precip"] > 0).to_numpy(dtype=np.float64)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    columns = known[["temp", "dewp", "humid", "wind_speed", "visib"]].to_numpy(dtype=np.float64)
    score: Floats = cross_val_predict(model, columns, y, cv=4, method="predict_proba")[:, 1]
    return score, y


@pytest.mark.parametrize("name", BUNDLED)
def test_on_sets_that_come_with_scikit_learn(name: str) -> None:
    score, y = bundled(name)
    found, true = told(score, y), of_rows(score, y)
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
        found, true = told(score[here], y[here], sample), of_rows(score[here], y[here])
        for metric, value in true.items():
            off.setdefault(metric, []).append(abs(found[metric] - value))
    bar = {1: OF_A_DAY, 7: OF_A_WEEK}.get(length, NEAR)
    for metric, some in off.items():
        assert np.mean(some) <= NEAR, metric
        assert np.quantile(some, 0.95 if length == 1 else 1.0) <= bar, (metric, max(some))
        assert max(some) <= 2 * bar, metric
