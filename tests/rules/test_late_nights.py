"""A shop's own nights, its labels 30 days late, through a real Prometheus and Alertmanager: who is told, and when.

What is expected is read from the store: `test_nights.py` has the normal form, in which it is written down; the demo's
flights are `benchmarks/live_nights.py`.
"""

from pathlib import Path

from tests.pipeline.world import day
from tests.rules.lived import NOWHERE, incidents, living
from tests.rules.shifted import FIRST, FLIPPED, LAST, NAME, a_shop
from tidegauge.core.incident import Incident
from tidegauge.core.window import STAGES


def test_labels_page_when_they_are_decided_and_resolve_once(tmp_path: Path) -> None:
    shop, store = a_shop(tmp_path, NOWHERE), f"sqlite:///{tmp_path}/s.db"
    with living(tmp_path, shop, [day(number) for number in range(FIRST, LAST + 1)]) as nights:
        past = next(nights)
        assert past.pages == [], "the past pages nobody"
        standing = [stage for stage, _ in incidents(store, NAME)]
        assert sorted(standing) == [*STAGES], "one of each stage stands at its end"
        for night in nights:
            assert night.pages == night.expected, night.window
            assert night.window != day(FIRST) or len(night.pages) == len(standing), "and pages in the next live window"
    _is_the_story(incidents(store, NAME))


def _is_the_story(found: list[tuple[str, Incident]]) -> None:
    """Two of the labels, of which the second opened on a live night; of the rows three, two of them open at once."""
    of_labels = [one for stage, one in found if stage != STAGES[0]]
    assert len(of_labels) == 2
    assert of_labels[1].first == day(FLIPPED)
    of_rows = [one for stage, one in found if stage == STAGES[0]]
    assert len(of_rows) == 3
    assert of_rows[1].turns[-1].window > of_rows[2].first, "two at once"
    assert not any(one.is_open for _, one in found)
