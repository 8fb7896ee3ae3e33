"""A user's retraining functions, as the tests of the retraining DAG call them."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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


def forgetful(conf: Mapping[str, Any]) -> dict[str, Any]:
    """Says nothing of where its model is."""
    return {"auc": len(conf)}
