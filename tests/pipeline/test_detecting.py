"""What a window would have seen: worked out once a week, never while deciding, and true of the windows after."""

from pathlib import Path

import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, END, a_monitor, day
from tidegauge.profiles.kinds.changes import LostValues, Planting
from tidegauge.profiles.kinds.shifts import Shift
from tidegauge.profiles.layouts.numeric import NumericLayout
from tidegauge.reports import detectable as seen
from tidegauge.reports.rendering import render
from tidegauge.sensitivity.column import FollowedColumn
from tidegauge.sensitivity.input_changes import InputChanges
from tidegauge.sensitivity.trial import ColumnTrial
from tidegauge.stages.input_observer import InputObserver
from tidegauge.tuning.tuning import SHIPPED

ENOUGH, LITTLE = 1.25, 0.4  # of the stated size: what nearly all windows show, what hardly any does

FEW = 3  # rows


def refuse(*_: object) -> None:
    """Nothing is worked out here."""
    raise AssertionError


@pytest.fixture(scope="module")
def folder(clean: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which the clean weeks were decided; to decide them, nothing was planted."""
    made = tmp_path_factory.mktemp("sensitivity")
    with pytest.MonkeyPatch.context() as patch, open_pipeline(a_monitor(clean, made)) as pipeline:
        patch.setattr(InputChanges, "work_out", refuse)
        pipeline.backfill(BEGIN, END)
    return made


def test_it_is_worked_out_once_a_week_and_shown(clean: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_pipeline(a_monitor(clean, folder)) as pipeline:
        unknown = pipeline.sensitivity(day(54), work=False)
        assert unknown is not None
        assert unknown.note.startswith("Not worked out yet")
        found = pipeline.sensitivity(day(54))
        assert found is not None
        assert {d.column for d in found.columns} == {"amount", "wait", "shop", "plan", "score"}
        assert found.windows >= SHIPPED.sensitivity.least
        for d in found.columns:
            assert 0 < d.missing < 1
            assert (d.shift > 0) if d.column in ("amount", "wait", "score") else (0 < d.moved < 1)
        monkeypatch.setattr(InputChanges, "work_out", refuse)
    with open_pipeline(a_monitor(clean, folder)) as pipeline:  # another process finds it in the store
        assert repr(pipeline.sensitivity(day(54), work=False)) == repr(found)  # NaN is itself to no comparison
        assert pipeline.sensitivity(day(53)) is not None  # the same week
        report = pipeline.report("inputs", day(54))
        assert report is not None
        assert repr(report.sensitivity) == repr(found)
        page = render(report)
    assert "Smallest detectable change" in page
    assert all(row.missing in page for row in seen.rows(found))
    assert seen.briefly(found).startswith("Smallest detectable changes")


def test_a_young_monitor_says_that_it_is_young(clean: str, folder: Path) -> None:
    with open_pipeline(a_monitor(clean, folder)) as pipeline:
        found = pipeline.sensitivity(day(9))
    assert found is not None
    assert not found.columns
    assert found.note.startswith("Not enough history")


def test_windows_after_show_what_was_stated_and_not_much_less(clean: str, folder: Path) -> None:
    """Every change of every column in the last two weeks, by the windows before."""
    hits: dict[float, list[bool]] = {ENOUGH: [], LITTLE: []}
    with open_pipeline(a_monitor(clean, folder)) as pipeline:
        decider = pipeline.decider("inputs")
        assert decider is not None
        room = decider.observer
        assert isinstance(room, InputObserver)
        history, layouts = decider.history(day(55)), room.measure.layouts
        columns = [FollowedColumn(c, x, decider.measure.signal_set, room.measure.plan) for c, x in layouts.items()]
        for number in range(42, 56):
            stated = pipeline.sensitivity(day(number))
            trial = ColumnTrial(day(number), decider, room, history)
            assert stated is not None
            if not trial.normal:
                continue
            for column, said in zip(columns, stated.columns, strict=True):
                planted = trial.of(column)
                assert planted is not None
                wanted: list[tuple[Planting, float]] = [(LostValues(trial.lots), said.missing)]
                if isinstance(column.layout, NumericLayout):
                    wanted.append((Shift(column.layout, 1 if number % 2 else -1), said.shift))
                for planting, size in wanted:
                    for part, found in hits.items():
                        # of one or two rows a draw hits now none, now three: half of so little is no size
                        if isinstance(planting, Shift) or part * size * trial.rows >= FEW:
                            found.append(planted.strength(planting, part * size) > 1)
    rates = {part: sum(found) / len(found) for part, found in hits.items()}
    assert min(len(found) for found in hits.values()) > 30
    assert rates[ENOUGH] > 0.85
    assert rates[LITTLE] < 0.3
