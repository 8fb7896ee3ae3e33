"""The retraining DAG: one key, one candidate, whatever dies in between."""

import json
from pathlib import Path

import pytest

from tests.dags import refits
from tidegauge.airflow.names import run_id
from tidegauge.airflow.retraining import build_retraining_dag, load, record
from tidegauge.core.errors import MonitorError, TidegaugeError


def test_a_candidate_is_made_once_and_recorded(tmp_path: Path) -> None:
    """The record holds what was asked and what was made; the second time nothing is fitted."""
    refits.CALLS.clear()
    given = {"key": "k1", "window": "day/2013-04-01T04:00:00Z/2013-04-02T04:00:00Z", "folder": str(tmp_path)}
    place = record("tests.dags.refits:mean", given, tmp_path / "candidates")
    assert record("tests.dags.refits:mean", given, tmp_path / "candidates") == place
    assert refits.CALLS == ["k1"]
    written = json.loads(place.read_text())
    assert written["candidate"] == {"artefact": str(tmp_path / "model.txt"), "auc": 0.71}
    assert (written["window"], written["refit"]) == (given["window"], "tests.dags.refits:mean")
    assert [p.name for p in place.parent.iterdir()] == [place.name]


def test_what_numpy_gives_is_recorded(tmp_path: Path) -> None:
    """A number that was no float of Python's failed after the fit, and each try fitted anew."""
    refits.CALLS.clear()
    given = {"key": "k3", "folder": str(tmp_path)}
    for _ in range(2):
        place = record("tests.dags.refits:learned", given, tmp_path / "candidates")
    assert refits.CALLS == ["k3"]
    assert json.loads(place.read_text())["candidate"] == {
        "artefact": str(tmp_path / "model.txt"),
        "auc": 0.5,
        "rows": 10,
        "sound": True,
        "at": "2013-04-01T00:00:00+00:00",
        "folds": [0.5, "nan"],
        "lost": "inf",
        "by": {"1": 0.25, "a": ["x"]},
        "model": "<class 'object'>",
    }


def test_what_could_not_be_recorded_is_not_fitted(tmp_path: Path) -> None:
    refits.CALLS.clear()
    (tmp_path / "candidates").write_text("a file in its place")
    with pytest.raises(
        TidegaugeError, match="candidates cannot be written .* Nothing was fitted. To fix this, set TIDE"
    ):
        record("tests.dags.refits:mean", {"key": "k4", "folder": str(tmp_path)}, tmp_path / "candidates")
    assert refits.CALLS == []
    with pytest.raises(MonitorError, match='must return a mapping with "artefact".*It returned None'):
        record("tests.dags.refits:nothing", {"key": "k5", "folder": str(tmp_path)}, tmp_path)


def test_errors_say_what_is_wanted(tmp_path: Path) -> None:
    """A function that cannot be found, and one that does not say where its model is."""
    with pytest.raises(MonitorError, match='"tests.dags.refits:maen" cannot be imported.*PYTHONPATH of the workers'):
        load("tests.dags.refits:maen")
    with pytest.raises(MonitorError, match='must return a mapping with "artefact".*It returned None'):
        record("tests.dags.refits:forgetful", {"key": "k2"}, tmp_path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(MonitorError, match="names no function"):
        build_retraining_dag("retrain", "tests.dags.refits", tmp_path)


def test_run_ids_tell_keys_apart() -> None:
    """Airflow takes few characters in a run id; keys with others never share one."""
    keys = ["a/b", "a.b", "a b", "a" * 200, "a" * 201, "ä", "day/2013-04-01T04:00:00Z/2013-04-02T04:00:00Z"]
    ids = [run_id("sweep", key) for key in keys]
    assert len(set(ids)) == len(keys)
    assert all(len(i) < 250 and not set(i) - set("abcdefghijklmnopqrstuvwxyz0123456789TZ_.~:+-") for i in ids)
