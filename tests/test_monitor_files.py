"""Which files of a folder are monitors: each that reads as one, however it is written, and each slip in one key."""

import json
import logging
from pathlib import Path

import pytest

from tidegauge.core.errors import MonitorError
from tidegauge.monitor import load_monitor
from tidegauge.monitor.monitor_files import monitor_files

TEXT = """\
monitor: shop
source: {url: "duckdb:///log.duckdb", table: log}
columns: {id: id, time: at, prediction: score, numeric: [x]}
window: {every: day, zone: UTC}
"""
JSON = {
    "source": {"url": "duckdb:///log.duckdb", "table": "log"},
    "columns": {"id": "id", "time": "at", "prediction": "score", "numeric": ["x"]},
    "window": {"every": "day", "zone": "UTC"},
    "monitor": "shop",
}
SOUND = {
    "plain": TEXT,
    "a byte order mark": "\ufeff" + TEXT,
    "an indented root": "".join(f"  {line}\n" for line in TEXT.splitlines()),
    "indented, the name last": "".join(f"  {line}\n" for line in [*TEXT.splitlines()[1:], "monitor: shop"]),
    "quoted": TEXT.replace("monitor:", '"monitor" :'),
    "a document's mark": "---\n" + TEXT,
    "JSON": json.dumps(JSON),
    "JSON on lines": json.dumps(JSON, indent=1),
}
BROKEN = {
    "a slip in the name": TEXT.replace("monitor", "montior"),
    "a slip beside it": TEXT.replace("columns", "colums"),
    "no name": TEXT.split("\n", 1)[1],
    "no YAML": TEXT + "x: [",
    "no YAML, quoted": '{"monitor": "shop", ',
    "no UTF-8": TEXT + "# \udcff",
}
OTHERS = {
    "values": "image: tidegauge\nmonitors:\n  shop: {source: here, columns: 3}\n",
    "rules": "groups:\n  - {name: tidegauge, rules: []}\n",
    "a list": "- monitor\n- source\n- columns\n",
    "empty": "",
    "a template": "{{ .Values.source }}\n{{ .Values.columns }}\n",
}


@pytest.mark.parametrize("which", SOUND)
def test_what_reads_as_a_monitor_is_one(tmp_path: Path, which: str) -> None:
    """A byte order mark, an indent or a quote, and there was no DAG, no rule and no page of it, without a word."""
    file = tmp_path / "shop.yml"
    file.write_text(SOUND[which])
    assert load_monitor(file).name == "shop"
    assert list(monitor_files(tmp_path)) == [file]


@pytest.mark.parametrize("which", BROKEN)
def test_a_slip_makes_a_broken_monitor_and_not_none(tmp_path: Path, which: str) -> None:
    file = tmp_path / "shop.yaml"
    file.write_bytes(BROKEN[which].encode("utf-8", "surrogateescape"))
    assert list(monitor_files(tmp_path)) == [file]
    with pytest.raises(MonitorError):
        load_monitor(file)


@pytest.mark.parametrize("which", OTHERS)
def test_other_files_may_lie_beside_them(tmp_path: Path, which: str, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "other.yml").write_text(OTHERS[which])
    with caplog.at_level(logging.INFO):
        assert list(monitor_files(tmp_path)) == []
    assert "other.yml has no key `monitor`" in caplog.text
