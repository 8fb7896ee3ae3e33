"""The delay model: will this flight arrive more than 15 minutes late? And its retraining, for the DAG to call.

Gradient-boosted trees on what is known before departure. A scorer in production must answer whatever it is given, so
a missing value and a category it never saw are both answers that it can work with, not errors.
"""

import os
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.preprocessing import OrdinalEncoder
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # published without types

from examples.flights.source import CATEGORICAL, FEATURES, NUMERIC

FIRST = "delay-2013-q1"  # the version that writes the demo's log
LOOK_BACK = timedelta(days=90)  # what a candidate is made from
HELD = timedelta(days=14)  # of which the newest days are kept from it, to compare it with the model in service


@dataclass(frozen=True)
class DelayModel:
    """Fitted trees and the categories they know."""

    version: str
    encoder: OrdinalEncoder
    trees: HistGradientBoostingClassifier

    @classmethod
    def fit(cls, frame: pd.DataFrame, version: str) -> Self:
        """Learn from the rows of `frame` whose `late` is known. The same rows in the same order: the same model."""
        known = frame[frame["late"].notna()]
        encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-1)
        encoder.fit(_categories(known))
        trees = HistGradientBoostingClassifier(max_iter=60, max_leaf_nodes=15, random_state=0)
        # One thread: the sums inside come in the same order on any machine, and Airflow wants the other processors.
        with threadpool_limits(1):
            trees.fit(_matrix(known, encoder), known["late"].astype(int))
        return cls(version, encoder, trees)

    def score(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """The chance of a late arrival, per row."""
        chances: NDArray[np.float64] = self.trees.predict_proba(_matrix(frame, self.encoder))[:, 1]
        return chances

    def save(self, path: Path) -> None:
        """Write the artefact; its parent folders come into being."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(self))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read an artefact that `save` wrote. A pickle runs code: load only your own."""
        model = pickle.loads(path.read_bytes())  # noqa: S301 - written by this demo, into its own folder
        if not isinstance(model, cls):
            raise TypeError(f"{path} holds a {type(model).__name__}, not a {cls.__name__}")
        return model


def retrain(conf: Mapping[str, Any]) -> dict[str, Any]:
    """Fit a candidate on what was known when the window of `conf` alerted; the retraining DAG calls this.

    `conf` names the window (`window`, a window key), the idempotency `key`, and optionally the instant whose knowledge
    counts (`as_of`, ISO; by default a day after the window's end, when its labels are complete). The candidate is
    fitted on 90 days of labelled flights less the newest 14, which both it and the model in service are then judged
    on. What is returned is recorded by the DAG; putting a candidate into service is a person's business.
    """
    home = Path(os.environ.get("TIDEGAUGE_DEMO", ".demo"))
    end = datetime.fromisoformat(str(conf["window"]).split("/")[2])
    as_of = datetime.fromisoformat(str(conf["as_of"])) if conf.get("as_of") else end + timedelta(days=1)
    frame = _labelled(home / "flights.duckdb", end - LOOK_BACK, end, as_of)
    held = frame["scheduled_at"] >= end - HELD
    # Named by the key, so that a retry writes the same file again and not a second one.
    candidate = DelayModel.fit(frame[~held], f"delay-{sha256(str(conf['key']).encode()).hexdigest()[:12]}")
    artefact = home / "models" / "candidates" / f"{candidate.version}.pickle"
    candidate.save(artefact)
    truth = frame.loc[held, "late"].astype(int)
    return {
        "artefact": str(artefact),
        "version": candidate.version,
        "as_of": as_of.isoformat(),
        "trained_until": (end - HELD).isoformat(),
        "fitted_rows": int((~held).sum()),
        "held_rows": int(held.sum()),
        "in_service": _quality(truth, frame.loc[held, "score"].to_numpy()),
        "candidate": _quality(truth, candidate.score(frame[held])),
    }


def _labelled(warehouse: Path, start: datetime, end: datetime, as_of: datetime) -> pd.DataFrame:
    """Flights of [start, end) whose label had arrived by `as_of`, in a fixed order."""
    statement = f"""
        SELECT flight_id, scheduled_at, score, late, {", ".join(FEATURES)}
        FROM inference_log JOIN labels USING (flight_id)
        WHERE scheduled_at >= ? AND scheduled_at < ? AND logged_at <= ? AND arrived_at <= ?
        ORDER BY scheduled_at, flight_id
    """
    # Read-only: a second writer would shut out the monitor's tasks, and readers do not.
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        frame: pd.DataFrame = connection.sql(statement, params=[start, end, as_of, as_of]).to_arrow_table().to_pandas()
    return frame


def _quality(truth: pd.Series, chances: NDArray[np.float64]) -> dict[str, float]:
    return {
        "auc": round(float(roc_auc_score(truth, chances)), 4),
        "brier": round(float(brier_score_loss(truth, chances)), 4),
    }


def _matrix(frame: pd.DataFrame, encoder: OrdinalEncoder) -> NDArray[np.float64]:
    return np.hstack([frame[NUMERIC].to_numpy(float), encoder.transform(_categories(frame))])


def _categories(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[CATEGORICAL].astype(object).fillna("")
