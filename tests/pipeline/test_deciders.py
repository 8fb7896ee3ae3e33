"""A decider keeps what it was made with: a what-if is another one, and leaves the first as it was."""

from pathlib import Path

import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import TODAY, UNIT, a_monitor, day
from tidegauge.core.window import STAGES
from tidegauge.decisions.history import History
from tidegauge.replay.remembering import LastObservation
from tidegauge.replay.ways import others


@pytest.mark.parametrize("stage", STAGES)
def test_over_other_observations_or_another_past_it_decides_by_the_same_fits(
    stage: str, faulty: str, settled: tuple[Path, str]
) -> None:
    with open_pipeline(a_monitor(faulty, settled[0].parent)) as pipeline:
        decider = pipeline.decider(stage)
        assert decider is not None
        observer, window = decider.observer, day(UNIT)
        once = decider.over(LastObservation(observer))
        seen = once.observer.observe(window)
        assert once.observer.observe(window) is seen, "looked at once"
        assert once.judge is decider.judge
        made = [d.one(window, seen, "what-if", d.history(window)) for d in (decider, once)]
        assert made[0].decision == made[1].decision
        assert made[0].blob == made[1].blob

        none = decider.over(past=lambda _: History(pipeline.calendar))
        assert none.observer is observer
        assert none.over(LastObservation(observer)).history(window).windows == []
        assert decider.observer is observer
        assert decider.history(window).windows


def test_by_another_budget_it_heeds_the_same_answers_and_looks_at_the_same_rows(
    faulty: str, settled: tuple[Path, str]
) -> None:
    with open_pipeline(a_monitor(faulty, settled[0].parent)) as pipeline:
        decider, window = pipeline.decider("inputs"), day(TODAY)
        assert decider is not None
        past = decider.history(window)
        seen = decider.observer.observe(window)
        thresholds = {}
        for other in others(pipeline.monitor):
            if other.budget_only:
                way = decider.by(other.monitor)
                assert (way.observer, way.feedback) == (decider.observer, decider.feedback)
                assert way.memory is not decider.memory
                made = way.one(window, seen, "what-if", past)
                thresholds[other.monitor.alerts.budget] = made.judgement.threshold
        assert len(thresholds) > 2
        assert sorted(thresholds.values(), reverse=True) == [thresholds[b] for b in sorted(thresholds)]
        assert decider.monitor is pipeline.monitor
