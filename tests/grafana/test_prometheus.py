"""Every query of every dashboard, on a real Prometheus that holds a monitor's series: it answers, with the truth."""

import re

import pytest

from tests.grafana.filling import PROMETHEUS, fill, questions
from tests.grafana.world import INTERVAL, World
from tidegauge.sinks.event_time import METRICS


@pytest.mark.parametrize("name", PROMETHEUS)
def test_every_query_answers_with_rows(name: str, world: World) -> None:
    start, end = world.span
    empty: dict[str, int] = {}
    asked = 0
    for chosen in world.choices(name):
        for question in questions(name):
            asked += 1
            text = fill(question.text, chosen)
            found: object = (
                world.server.at(text, end) if question.instant else world.server.over(text, start, end, "6h")
            )
            if not found:
                empty[f"{question.panel}: {text}"] = empty.get(f"{question.panel}: {text}", 0) + 1
    assert asked
    assert not empty
    assert INTERVAL


def test_every_name_that_is_asked_is_one_that_is_written() -> None:
    for name in PROMETHEUS:
        for question in questions(name):
            for found in re.findall(r"tidegauge_[a-z_]+(?:\([^)]*\))?", question.text):
                alternatives = re.fullmatch(r"([a-z_]+)\((.*)\)", found)
                names = [alternatives[1] + each for each in alternatives[2].split("|")] if alternatives else [found]
                assert set(names) <= set(METRICS), (name, question.panel)
