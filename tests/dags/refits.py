"""A user's retraining functions, as the tests of the retraining DAG call them."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

CALLS: list[str] = []


def mean(conf: Mapping[str, Any]) -> dict[str, Any]:
    """A model that is a number in a file."""
    CALLS.append(str(conf["key"]))
    artefact = Path(str(conf["folder"])) / "model.txt"
    artefact.write_text("0.5")
    return {"artefact": str(artefact), "auc": 0.71}


def beside(conf: Mapping[str, Any]) -> dict[str, Any]:
    """The same, beside the records of candidates."""
    artefact = Path(os.environ["TIDEGAUGE_CANDIDATES"]) / f"{conf['incident']}.txt"
    artefact.parent.mkdir(exist_ok=True)
    artefact.write_text("0.5")
    return {"artefact": str(artefact)}


def learned(conf: Mapping[str, Any]) -> dict[str, Any]:
    """What comes out of NumPy, and what no JSON holds."""
    made = mean(conf)
    made |= {"artefact": Path(made["artefact"]), "auc": np.float32(0.5), "rows": np.int64(10), "sound": np.bool_(True)}
    made |= {"at": datetime(2013, 4, 1, tzinfo=UTC), "folds": np.array([0.5, np.nan]), "lost": float("inf")}
    return made | {"by": {1: np.float64(0.25), "a": {"x"}}, "model": object}


def nothing(conf: Mapping[str, Any]) -> None:
    """Forgets to return what it made."""
    mean(conf)


def forgetful(conf: Mapping[str, Any]) -> dict[str, Any]:
    """Says nothing of where its model is."""
    return {"auc": len(conf)}
