"""Helm values: each key is one that Airflow's chart has, and no secret stands in them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

import tidegauge

FILE = Path(__file__).parents[2] / "deploy" / "helm" / "values.yaml"
TEXT = FILE.read_text(encoding="utf-8")
VALUES: dict[str, Any] = yaml.safe_load(TEXT)
LINES = Path(__file__).with_name("chart_keys.tsv").read_text(encoding="utf-8").splitlines()
KNOWN = dict(line.split("\t") for line in LINES if not line.startswith("#"))
FREE = {"config", "env", "volumes", "volumeMounts"} | {key for key in KNOWN if key.endswith(".resources")}


def paths(node: dict[str, Any], above: str = "") -> Iterator[str]:
    """Each key's path, down to where the chart takes what it is given."""
    for key, value in node.items():
        path = f"{above}{key}"
        if isinstance(value, dict) and path not in FREE:
            yield from paths(value, f"{path}.")
        else:
            yield path


def test_each_key_is_one_of_the_chart_s_and_none_is_recorded_for_nothing() -> None:
    assert set(paths(VALUES)) == set(KNOWN)
    assert {*KNOWN.values()} == {"quoted", "reference", "values"}


def test_a_key_that_has_moved_would_be_found() -> None:
    assert set(paths(VALUES | {"webserver": {"replicas": 1}})) - set(KNOWN) == {"webserver.replicas"}


def test_the_versions_are_those_of_the_image() -> None:
    dockerfile = (FILE.parents[1] / "Dockerfile").read_text(encoding="utf-8")
    assert f"ARG BASE=apache/airflow:{VALUES['airflowVersion']}-" in dockerfile
    assert VALUES["defaultAirflowTag"] == tidegauge.__version__


def test_no_secret_and_no_default_user() -> None:
    assert VALUES["createUserJob"]["defaultUser"] == {"enabled": False}
    assert VALUES["postgresql"] == {"enabled": False}
    assert not [entry for entry in VALUES["env"] if re.search(r"PASSWORD|SECRET|KEY|TOKEN", entry["name"])]
    assert not re.search(r"(?m)^\s*(pass|password|fernetKey|apiSecretKey|jwtSecret):", TEXT)
    assert "latest" not in TEXT
