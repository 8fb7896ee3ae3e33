"""A store that an earlier version wrote is read as it is: nothing is counted again, nothing is decided again."""

import dataclasses
import json
import lzma
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import a_log, a_monitor, change, day, faults, write_duckdb
from tidegauge.core.decision import Decision
from tidegauge.monitor import Monitor
from tidegauge.pipeline.due_windows import LATE
from tidegauge.pipeline.opening import Past
from tidegauge.pipeline.pipeline import open_shown
from tidegauge.sensitivity import sensitivity
from tidegauge.stages import decider
from tidegauge.stages.input_observer import InputObserver
from tidegauge.store.codec import read, write

WRITTEN = Path(__file__).parent / "written"
LIVE, LAST = 42, 47  # days that were run as they came


def unpacked(name: str) -> str:
    return lzma.decompress((WRITTEN / name).read_bytes()).decode()


@pytest.fixture(scope="module")
def known() -> dict[str, Any]:
    """What the version before had read in it."""
    found: dict[str, Any] = json.loads(unpacked("schema_0007.json.xz"))
    return found


@pytest.fixture
def monitor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Monitor:
    """Its monitor, by the same relative addresses, beside the store."""
    monkeypatch.chdir(tmp_path)
    with sqlite3.connect(tmp_path / "store.db") as connection:
        connection.executescript(unpacked("schema_0007.sql.xz"))
    connection.close()
    drawn = {"reference: {country": "sample: 60\nreference: {country"}
    return a_monitor("duckdb:///shop.duckdb", Path(), store="sqlite:///store.db", **drawn)


def plain(value: Any) -> Any:  # noqa: ANN401 - a frozen value as JSON has it
    return json.loads(json.dumps(dataclasses.asdict(value), default=str))


def within(old: Any, new: Any) -> bool:  # noqa: ANN401 - JSON values
    """Whether all that was known is known still, and the same; there may be more fields by now."""
    if isinstance(old, dict):
        return old.keys() <= new.keys() and all(within(old[k], new[k]) for k in old)
    if isinstance(old, list):
        return len(old) == len(new) and all(map(within, old, new))
    return repr(old) == repr(new)  # NaN equals nothing


def test_everything_in_it_reads_as_it_did_without_a_warehouse(
    monitor: Monitor, known: dict[str, Any], as_decided_then: None
) -> None:
    with open_shown(monitor, Past.KNOWN) as pipeline:
        store = pipeline.store
        assert within(known["decisions"], [plain(d) for d in store.decisions.of("shop")])
        assert within(known["incidents"], [plain(i) for i in store.incidents.of("shop", "inputs")])
        assert within(known["feedback"], [plain(f) for f in store.feedback.of("shop")])
        cells = pipeline.profiler.profiles.cells([day(3)])[0]
        assert known["cells"] == {c: [s.codes.tolist(), s.counts.tolist()] for c, s in cells.items()}
        (rows,) = pipeline.profiler.profiles.samples([day(3)])
        assert rows is not None
        assert known["rows"] == [rows.limit, rows.hashes.tolist()[:5]]
        found = pipeline.sensitivity(day(46), work=False)
        assert found is not None
        assert within(known["sensitivity"], plain(found)), "it was worked out, and is not again"


@pytest.fixture
def as_decided_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decisions are made another way since; what is tested here is how things are written."""
    monkeypatch.setattr(decider, "VERSION", 18)
    monkeypatch.setattr(sensitivity, "VERSION", 18)
    monkeypatch.setattr(InputObserver, "rests_on", ())


def test_nothing_is_decided_again(monitor: Monitor, known: dict[str, Any], as_decided_then: None) -> None:
    with open_pipeline(monitor) as pipeline:
        assert pipeline.decide("inputs") == []
        assert pipeline.decide("labels") == []
        dump = pipeline.store.dump(outbox=True, artefacts=True).splitlines()
    assert lines(dump) == lines(known["dump"])


def test_a_night_goes_on_from_it(monitor: Monitor, tmp_path: Path, as_decided_then: None) -> None:
    """The spreads and plans of before are found and read: the next night needs those in its look-back, and no other.

    Of these nobody has noted yet what their rows held, so they are counted once more (decision 0032).
    """
    url = write_duckdb(tmp_path / "shop.duckdb", *a_log())
    change(url, *faults())
    with open_pipeline(monitor) as pipeline:
        made = pipeline.run(day(LAST + 1))
        assert {d.window for d in made} <= {day(k) for k in range(LAST + 1 - LATE, LAST + 2)}
        assert day(LAST + 1) in {d.window for d in made}


def test_a_decision_of_before_is_written_anew_in_todays_words() -> None:
    old = json.loads(write(read(Decision, OLD)))
    assert old["form"] == 2
    assert old["findings"][0]["shifts"] == [{"cell": "a", "expected": 0.1, "observed": 0.2}]
    assert "moves" not in old["findings"][0]


OLD = json.dumps(
    {
        "monitor": "m",
        "window": day(1).key,
        "stage": "inputs",
        "verdict": "alert",
        "sentence": "",
        "evidence": "e",
        "findings": [
            {
                "column": "c",
                "segment": "*",
                "strength": 2.0,
                "scores": [],
                "moves": [{"cell": "a", "expected": 0.1, "observed": 0.2}],
            }
        ],
    }
)


def lines(dump: list[str]) -> list[str]:
    """A dump without what came into the store after the old one was made: a report that was asked for."""
    return [line for line in dump if json.loads(line).get("kind") != "detectable-inputs"]


def test_decided_another_way_it_reads_no_row_again(monitor: Monitor, known: dict[str, Any]) -> None:
    """Whatever has changed in deciding since: all follows from what is stored, and there is no warehouse here."""
    with open_shown(monitor, Past.KNOWN) as pipeline:
        before = pipeline.store.profiles.revisions(monitor.source_key, "inputs")
        pipeline.decide("inputs")
        verdicts = {(d.window.key, str(d.verdict)) for d in pipeline.store.decisions.of("shop", "inputs")}
        assert pipeline.store.profiles.revisions(monitor.source_key, "inputs") == before
        assert pipeline.profiler.profiles.versions().cut == {}, "and its columns keep their cells"
    assert verdicts == {(key(d), d["verdict"]) for d in known["decisions"] if d["stage"] == "inputs"}


def key(told: dict[str, Any]) -> str:
    """The key of a window that was written field by field."""
    start, end = (str(told["window"][side]).replace(" ", "T").replace("+00:00", "Z") for side in ("start", "end"))
    return f"{told['window']['kind']}/{start}/{end}"
