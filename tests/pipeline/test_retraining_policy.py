"""What a retraining waits for beside faults: labels to learn from, one that runs, evidence of a worse model."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.begun import open_pipeline
from tests.pipeline.test_causes import CHANGES, LOST, SPELLED, STUCK
from tests.pipeline.world import BEGIN, FIRST, YAML, ZONE, change, day
from tidegauge.actions.grounds import Grounds
from tidegauge.actions.mattering import explained
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.intent import HELD, Intent
from tidegauge.monitor import load_monitor
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.profiles.states.sampled_rows import SampledRows
from tidegauge.store.stored_models import REGISTERED, Champion

DAYS = range(SPELLED, LOST + 1)


def asked(pipeline: Pipeline) -> list[tuple[str, str]]:
    """The window's key and why it is held, of each retraining that was asked for."""
    mine = [i for i in pipeline.store.outbox.acted("shop") if i.action == "retrain"]
    return [(i.window.key, i.payload.get(HELD, "")) for i in mine]


@pytest.fixture(scope="module")
def broken(clean: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The shop's log with its faults; nothing is changed in it by a test."""
    copy = tmp_path_factory.mktemp("policy") / "shop.duckdb"
    copy.write_bytes(Path(clean.removeprefix("duckdb:///")).read_bytes())
    change(f"duckdb:///{copy}", *CHANGES)
    return f"duckdb:///{copy}"


def monitor_at(folder: Path, url: str, option: str) -> Path:
    """A monitor of the shop whose retraining has an option more; faults hold nothing."""
    place = folder / "shop.yml"
    text = YAML.replace("hold: false", f"hold: false, {option}")
    store = f"sqlite:///{folder}/store.db"
    place.write_text(text.format(name="shop", store=store, url=url, zone=ZONE, start=FIRST, folder=folder))
    return place


def run(place: Path, numbers: Sequence[int], twice: int | None = None) -> list[tuple[str, str]]:
    """What is asked for by some days, each run live; one of them `twice`."""
    with open_pipeline(load_monitor(place)) as pipeline:
        pipeline.backfill(BEGIN, day(numbers[0]).start)
        for number in numbers:
            for _ in range(1 + (number == twice)):
                pipeline.run(day(number))
        return asked(pipeline)


def test_one_runs_at_a_time_until_its_time_is_over_and_it_is_asked_for_again_once(tmp_path: Path, broken: str) -> None:
    """Spelled, stuck and the later faults are incidents of their own, days apart."""
    found = run(monitor_at(tmp_path, broken, "in_flight: 4 days"), DAYS, twice=STUCK)
    begun = [w for w, why in found if not why]
    held = [(w, why) for w, why in found if why]
    assert begun[0] == day(SPELLED).key
    assert held, "a second incident while the first one's training runs"
    assert all(why.startswith("held: a retraining of ") and why.endswith(" is still running") for _, why in held)
    starts = sorted(w.split("/")[1] for w in begun)
    assert len(starts) == len(set(starts))
    again = run(tmp_path / "shop.yml", DAYS)
    assert again == found, "a rerun of every window changes nothing"


def grounds_of(pipeline: Pipeline, stage: str) -> Grounds:
    """What is known of a stage as it stands."""
    found = {d.window: d for d in pipeline.store.decisions.outlines("shop", stage)}
    return Grounds(pipeline.monitor, pipeline.store, pipeline.profiler.tuning, stage, found, pipeline.profiler.profiles)


def test_a_training_waits_for_labels_and_for_the_candidate_of_the_last_one(tmp_path: Path, broken: str) -> None:
    place = monitor_at(tmp_path, broken, "new_labels: 1000000")
    found = run(place, [SPELLED, SPELLED + 1])
    assert found
    assert all(why.endswith(" of 1,000,000 new labelled rows") for _, why in found)
    with open_pipeline(load_monitor(place)) as pipeline:
        grounds, window = grounds_of(pipeline, "inputs"), day(SPELLED + 1)
        [told] = [d for d in grounds.decided.values() if d.window == window]
        every = grounds.new_labels(told, [])
        assert 0 < every < 1_000_000
        intent = Intent("k", "retrain", "shop", day(20), {"target": "refit"})
        since = grounds.new_labels(told, [intent])
        assert 0 < since < every, "the window that asked last has seen what was before"
        facts = {"trained_until": day(30).start.isoformat()}
        assert pipeline.store.models.crown("shop", Champion(1, day(30).start.isoformat(), "new", "", facts))
        assert 0 < grounds.new_labels(told, [intent]) < since, "and so has the champion"
        lasts = timedelta(days=40)
        assert grounds.running([intent], window, lasts) == intent
        assert grounds.running([intent], window, timedelta(days=3)) is None, "it has had its time"
        pipeline.store.models.put("shop", "k", REGISTERED, {"version": "v"})
        assert grounds.running([intent], window, lasts) is None, "its candidate came"
        evidence(grounds, told)


def evidence(grounds: Grounds, alert: Decision) -> None:
    """What an alert on inputs says of the model, by the column that it points at."""
    pointed = next(d for d in grounds.decided.values() if d.findings)
    alert = replace(alert, verdict=Verdict.ALERT)

    def lacking(column: str, *, drift: bool) -> str:
        found = (replace(pointed.findings[0], column=column),)
        return grounds.lacking_evidence(replace(alert, findings=found), drift=drift)

    assert lacking("wait", drift=False) == "no labels alert"
    assert lacking("score", drift=True) == "", "the prediction itself"
    assert lacking("wait", drift=True) == "", "the score is made of it"
    assert lacking("plan", drift=True).startswith('the prediction does not move and hardly rests on "plan" (')
    assert replace(grounds, profiles=None).lacking_evidence(alert, drift=True) == "", "nobody knows what it rests on"


def test_what_a_prediction_rests_on() -> None:
    g = np.random.default_rng(5)
    n, kinds = 4000, 5
    kind, other = g.integers(1, kinds + 1, n), g.integers(1, kinds + 1, n)
    score = kind + g.normal(0, 1, n)
    numbers = {"score": score, "noise": g.normal(0, 1, n), "twice": 2 * score}
    codes = {"kind": kind, "other": other}
    rows = SampledRows(n, np.arange(n, dtype=np.int64), ("score",), numbers, codes)
    expected = kind.var() / (kind.var() + 1)
    assert abs(explained([rows], "kind", "score") - expected) < 0.05
    assert explained([rows], "other", "score") < 0.01
    assert explained([rows], "noise", "score") < 0.01
    assert explained([rows], "twice", "score") > 0.9
    assert np.isnan(explained([], "kind", "score"))
