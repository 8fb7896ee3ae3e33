"""Laws of standing changes: what changed for good is one incident, open on its twentieth day, and masks nothing new."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.begun import open_pipeline
from tests.pipeline import world
from tidegauge.core.decision import Verdict
from tidegauge.core.incident import IncidentStatus
from tidegauge.stages import decider
from tidegauge.stages.staying import Levels
from tidegauge.stages.verdict import Weighed, weigh

SINCE, DAYS = 50, 22
CHANGES = {  # the stage, the column, and what changes for good from a day on
    "share": ("inputs", "plan", "UPDATE log SET plan = 'pro' WHERE plan = 'plus' AND {since}"),
    "level": ("inputs", "wait", "UPDATE log SET wait = wait + 40 WHERE {since}"),
    "missing": ("inputs", "amount", "UPDATE log SET amount = NULL WHERE id % 3 = 0 AND {since}"),
    "labels": ("labels", "y", "UPDATE labels SET y = 1 WHERE id % 10 < 7 AND id IN (SELECT id FROM log WHERE {since})"),
}
NEW = "UPDATE log SET shop = 'abroad' WHERE shop = 'north' AND {on}"  # on the twelfth day of the change, alone


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_that_stays_is_one_incident_and_masks_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    end = world.BEGIN + timedelta(days=SINCE + DAYS)
    monkeypatch.setattr(world, "END", end)
    stage, column, statement = CHANGES[name]
    url = world.write_duckdb(tmp_path / "shop.duckdb", *world.a_log(seed=1))
    since = f"sold_at >= TIMESTAMPTZ '{world.day(SINCE).start:%Y-%m-%d %H:%M:%S}+00'"
    fault = world.day(SINCE + 12)
    world.change(url, statement.format(since=since), NEW.format(on=world.inside(fault)))
    with open_pipeline(world.a_monitor(url, tmp_path)) as pipeline:
        pipeline.backfill(world.BEGIN, end + timedelta(days=3 if stage == "labels" else 0))  # all that are due
        made = {d.window: d for d in pipeline.store.decisions.of("shop", stage)}
        incidents = pipeline.store.incidents.of("shop", stage)
        inputs = {d.window: d for d in pipeline.store.decisions.of("shop", "inputs")}
        others = [i for i in pipeline.store.incidents.of("shop", "inputs") if i.first == fault]
    told = [i for i in incidents if world.day(SINCE) <= i.first <= world.day(SINCE + 1)]
    assert [i.columns[0] for i in told] == [column]
    assert [i for i in incidents if column in i.columns[:1] and i.first >= world.day(SINCE)] == told, "one notice"
    assert told[0].is_open
    late = made[world.day(SINCE + 20)]
    assert late.findings[0].column == column, late.sentence
    assert late.verdict is Verdict.ALERT or "still unlike what was before" in late.sentence
    new = inputs[fault]
    assert new.verdict is Verdict.ALERT
    assert new.findings[0].column == "shop", new.sentence
    assert [i.columns[0] for i in others] == ["shop"]


def test_a_last_window_that_misses_it_by_noise_is_settled_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stood for all of the stated time: it is not resolved at a new level for one day that was like the old one."""
    end = world.BEGIN + timedelta(days=SINCE + 32)
    monkeypatch.setattr(world, "END", end)
    _, _, statement = CHANGES["level"]
    url = world.write_duckdb(tmp_path / "shop.duckdb", *world.a_log(seed=1))
    since = f"sold_at >= TIMESTAMPTZ '{world.day(SINCE).start:%Y-%m-%d %H:%M:%S}+00'"
    world.change(url, statement.format(since=since))
    missed, findings = list[Any](), Levels.findings  # windows

    def by_noise(self: Levels, but: Any) -> Any:  # noqa: ANN401 - as it is called
        return iter(()) if self.window in missed else findings(self, but)

    with open_pipeline(world.a_monitor(url, tmp_path)) as pipeline:
        pipeline.backfill(world.BEGIN, end)
        (one,) = [i for i in pipeline.store.incidents.of("shop", "inputs") if i.columns[:1] == ("wait",)]
        last, told = one.turns[-1].window, one.windows
        assert [t.status for t in one.turns] == [IncidentStatus.OPENED, IncidentStatus.SETTLED]
        assert told[-1] > last, "slow drift tells of it once more, four weeks later"
        missed.append(last)
        monkeypatch.setattr(Levels, "findings", by_noise)
        monkeypatch.setattr(decider, "VERSION", -1)
        pipeline.decide()
        (one,) = [i for i in pipeline.store.incidents.of("shop", "inputs") if i.columns[:1] == ("wait",)]
    assert one.windows == told
    assert IncidentStatus.RESOLVED not in {t.status for t in one.turns}


def test_a_false_opening_breeds_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a log without a fault: some windows alert by chance, and every other one is judged as if they had not."""
    false: list[Any] = []  # windows

    def by_chance(*told: Any) -> Weighed:  # noqa: ANN401 - as it is called
        weighed, history = weigh(*told), told[-1]
        if not weighed.found or not any(w.start == history.windows[-1].end for w in false):
            return weighed
        first, *others = weighed.found
        return replace(weighed, verdict=Verdict.ALERT, strength=1.1, found=(replace(first, strength=1.1), *others))

    url = world.write_duckdb(tmp_path / "shop.duckdb", *world.a_log(seed=1))
    with open_pipeline(world.a_monitor(url, tmp_path)) as pipeline:
        pipeline.backfill(world.BEGIN, world.END)
        clean = {d.window: d for d in pipeline.store.decisions.of("shop", "inputs")}
        assert not pipeline.store.incidents.of("shop", "inputs")
        strange = [w for w, d in clean.items() if d.verdict is Verdict.FINE and d.findings][:-10]
        false += [strange[k] for k in np.random.default_rng(3).choice(len(strange), 4, replace=False)]
        monkeypatch.setattr(decider, "weigh", by_chance)
        monkeypatch.setattr(decider, "VERSION", -1)
        pipeline.decide()
        made = {d.window: d for d in pipeline.store.decisions.of("shop", "inputs")}
        incidents = pipeline.store.incidents.of("shop", "inputs")
    alerts = {w for w, d in made.items() if d.verdict is Verdict.ALERT}
    assert alerts == {*false}
    judged = {w: (d.verdict, d.strength) for w, d in made.items() if w not in alerts}
    assert judged == {w: (d.verdict, d.strength) for w, d in clean.items() if w not in alerts}
    assert {i.first for i in incidents} <= alerts
    assert {w for i in incidents for w in i.windows} == alerts
    assert not [i for i in incidents if i.is_open], "an ordinary day soon ends it"
