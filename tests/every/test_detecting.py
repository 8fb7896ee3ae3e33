"""Planted changes: nothing is lost, larger is more, and the short way through the relations is the long one."""

from collections.abc import Iterator

import numpy as np
import pytest

from tests.every.flights import COLUMNS, KNOWN, a_day, sampled
from tidegauge.core.decision import Detectable, Sensitivity
from tidegauge.profiles.kinds.changes import LostValues, Lots, Moved, Planting
from tidegauge.profiles.kinds.shifts import Shift, least_shift
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.categorical import CategoricalLayout
from tidegauge.profiles.layouts.cuts import cut_numeric
from tidegauge.profiles.layouts.numeric import NumericLayout
from tidegauge.profiles.states.cells import Cells
from tidegauge.relations import FAMILIES
from tidegauge.relations.base import Floats, Learnt, RelationStatistic, Spec
from tidegauge.relations.coded import Coded
from tidegauge.relations.plan import Fit, Plan
from tidegauge.relations.residual_levels import ResidualMean
from tidegauge.relations.residuals import Residuals
from tidegauge.reports import detectable as seen
from tidegauge.sensitivity.column import FollowedColumn
from tidegauge.sensitivity.input_changes import scaled
from tidegauge.sensitivity.related import Related
from tidegauge.sensitivity.searching import smallest, with_power
from tidegauge.sensitivity.working import scaled_share
from tidegauge.stages.measures import InputMeasure

FIRST = [sampled(a_day(seed), seed) for seed in range(14)]
DAY = sampled(a_day(100), 100)


def layouts() -> dict[str, Layout]:
    """Of the small airline's columns."""
    out: dict[str, Layout] = {}
    for c in COLUMNS:
        if c in KNOWN:
            out[c] = CategoricalLayout(tuple(f"v{k}" for k in range(KNOWN[c])))
        else:
            values = np.concatenate([s.numbers[c] for s in FIRST])
            out[c] = cut_numeric(values[np.isfinite(values)])
    return out


LAYOUTS = layouts()


def plantings(column: str) -> list[tuple[Planting, float]]:
    """Each kind of change that a column can have, and a size."""
    layout, lots = LAYOUTS[column], Lots(DAY.rows, DAY.rows, 1)
    missing: list[tuple[Planting, float]] = [(LostValues(lots), 0.1)]
    if isinstance(layout, NumericLayout):
        return [*missing, (Shift(layout, 1), layout.spread / 3), (Shift(layout, -1), layout.spread)]
    return [*missing, (Moved(lots), 0.2)]


def cells_of(column: str) -> Cells:
    """The day's cells of a column."""
    layout = LAYOUTS[column]
    if isinstance(layout, CategoricalLayout):
        codes, counts = np.unique(DAY.codes[column], return_counts=True)
        return Cells(codes, counts)
    x = DAY.numbers[column]
    assert isinstance(layout, NumericLayout)
    codes = np.where(np.isnan(x), 0, layout.codes(x))
    parts, plain = layout.parts(x), np.nan_to_num(x)
    one = np.ones(1, dtype=np.int64)
    each = [
        Cells(codes[k : k + 1], one, parts[k : k + 1], plain[k : k + 1], plain[k : k + 1]) for k in range(len(codes))
    ]
    return Cells.total(each)


@pytest.mark.parametrize("column", COLUMNS)
def test_a_planted_change_keeps_the_rows_and_reaches_the_sample_as_the_cells(column: str) -> None:
    cells = cells_of(column)
    for planting, size in plantings(column):
        changed = planting.cells(cells, size)
        assert changed.rows == cells.rows
        assert (np.diff(changed.codes) > 0).all()
        assert changed.to_row() != cells.to_row()
        rows = planting.rows(DAY, column, size)
        assert rows.rows == DAY.rows
        assert all(rows.numbers[c] is DAY.numbers[c] for c in rows.numbers if c != column)
        if isinstance(planting, LostValues):
            gone = rows.codes[column] == 0 if column in rows.codes else np.isnan(rows.numbers[column])
            before = int(cells.counts[cells.codes == 0].sum())
            more = int(changed.counts[changed.codes == 0].sum()) - before
            assert more == pytest.approx(int(gone.sum()) - before, abs=0.03 * DAY.rows)


def test_all_may_go_missing() -> None:
    changed = LostValues(Lots(DAY.rows, DAY.rows, 1)).cells(cells_of("temp"), 1.0)
    assert changed.codes.tolist() == [0]
    assert changed.rows == DAY.rows


def test_a_shift_moves_the_cells_mean_by_as_much() -> None:
    layout = LAYOUTS["air"]
    assert isinstance(layout, NumericLayout)
    before = cells_of("air")
    after = Shift(layout, 1).cells(before, 10.0)
    assert before.sums is not None
    assert after.sums is not None
    moved = (after.sums.sum() - before.sums.sum()) / layout.scale / before.rows
    assert moved == pytest.approx(10.0, abs=0.02 * layout.spread)


class Half(ResidualMean):
    """A toy."""

    name = "half-mean"


class Halves(Residuals):
    """A toy: another family by a model, with a number and a truth of its own."""

    name = "halves"

    @property
    def statistics(self) -> tuple[RelationStatistic, ...]:
        return (Half(),)

    def truth(self, spec: Spec, rows: Coded, learnt: Learnt) -> Floats:
        return super().truth(spec, rows, learnt) / 2

    def of(self, y: Floats, expected: Floats, scale: float) -> list[tuple[float, float]]:
        return super().of(y, expected / 2, scale)[:1]


@pytest.fixture(scope="module")
def fit() -> Iterator[Fit]:
    """Of all families, and of one more by a model."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(FAMILIES._members, Halves.name, Halves())
        plan = Plan.choose(FIRST, KNOWN, "score")
        assert plan.specs[Halves.name]
        yield Fit.learn(plan, FIRST)


@pytest.mark.parametrize("column", COLUMNS)
def test_relations_worked_out_as_far_as_a_column_reaches_are_the_relations(column: str, fit: Fit) -> None:
    plan = fit.plan
    signal_set = InputMeasure(LAYOUTS, "score", (), plan).signal_set
    first = len(signal_set.levels) - len(plan.signals)
    mine, related = FollowedColumn(column, LAYOUTS[column], signal_set, plan), Related(fit, DAY)
    by_model = {name for k, (name, _) in enumerate(plan.each()) if k in mine.modelled}
    assert by_model <= {Residuals.name, Halves.name}
    assert (Halves.name in by_model) == (Residuals.name in by_model)
    before = fit.levels(DAY)[0]
    for planting, size in plantings(column):
        rows = planting.rows(DAY, column, size)
        at, levels, errors = related.levels(mine, rows)
        whole = fit.levels(rows)
        assert levels == pytest.approx(whole[0][at - first], nan_ok=True)
        assert errors == pytest.approx(whole[1][at - first], nan_ok=True)
        others = np.setdiff1d(np.arange(len(before)), at - first)
        assert whole[0][others] == pytest.approx(before[others], nan_ok=True)


@pytest.mark.parametrize("guess", [0, 3, 9, 50])
@pytest.mark.parametrize("truth", [0.5, 1.0, 3.7, 100.0, 511.0])
def test_the_smallest_size_is_found_from_any_guess(guess: int, truth: float) -> None:
    sizes = [2.0**k for k in range(10)]
    asked: list[float] = []

    def strength(size: float) -> float:
        asked.append(size)
        return size / truth

    found, _ = smallest(strength, sizes, guess, lambda low, high, part: low + (high - low) * part)
    assert found == pytest.approx(max(truth, 1.0), rel=1e-6)
    assert len(set(asked)) == len(asked) <= 8


def test_what_is_never_seen_is_infinite() -> None:
    assert smallest(lambda _: 0.5, [1.0, 2.0, 4.0], 1, lambda low, *_: low)[0] == float("inf")
    assert with_power([1.0] * 8 + [float("inf")] * 2) == float("inf")
    assert with_power([1.0] * 9 + [float("inf")]) == 1.0
    assert np.isnan(with_power([]))


def test_a_thin_window_sees_less() -> None:
    air, hour = LAYOUTS["air"], LAYOUTS["hour"]
    assert isinstance(hour, NumericLayout)
    assert hour.whole
    thin = scaled(Detectable("air", 4.0, missing=0.01), 2.0, air)
    assert thin.shift == 8.0
    assert thin.missing == pytest.approx(0.04, rel=0.02)
    assert scaled(Detectable("hour", 2.4), 1.0, hour).shift == 3.0
    assert scaled(Detectable("hour", least_shift(hour)), 2.0, hour).shift == 1.0
    assert scaled_share(0.8, 2.0) == float("inf")


def test_one_sentence_says_of_the_columns_what_the_table_says() -> None:
    inf = float("inf")
    columns = (
        Detectable("distance", 0.5, 0.001, 0.01),
        Detectable("pressure", 136.0, 11.05, inf),
        Detectable("precip", inf, inf, 0.05),
        Detectable("visib", inf, inf, inf),
        Detectable("carrier", missing=0.02, moved=inf),
    )
    assert seen.briefly(Sensitivity(columns, 24)) == (
        "Smallest detectable changes, found in nine windows of ten: shifts from anything (distance) to 11 spreads "
        "(pressure), but not detectable (precip, visib); missing values from 1 % (distance) to 5 % (precip), but "
        "not detectable (pressure, visib); moved categories not detectable (carrier)."
    )
    table = {row.column: row for row in seen.rows(Sensitivity(columns, 24))}
    assert (table["distance"].shift, table["pressure"].spreads, table["precip"].shift) == ("anything", "11", seen.NEVER)
    alone = (Detectable("a", 1.0, 0.5, 0.1),)
    assert "shifts of 0.5 spreads (a); missing values of 10 % (a)." in seen.briefly(Sensitivity(alone, 24))
