"""Every constant that judges can be found, has a reason, and can be set: what reads it changes, and nothing else."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.laws.days import DAYS, SIGNALS, a_judge, a_sample, lived, numbers
from tidegauge.core.errors import UnknownName
from tidegauge.decisions.history import History
from tidegauge.decisions.judge import Judge
from tidegauge.profiles.states.counted import counted
from tidegauge.profiles.states.sampled_rows import SampledRows
from tidegauge.relations.plan import Fit, Plan
from tidegauge.stages.measures import InputMeasure
from tidegauge.statistics import LEVELS
from tidegauge.statistics.log_spread import LogSpread
from tidegauge.tuning.because import PerKind, constants
from tidegauge.tuning.tuning import SHIPPED, Tuning
from tools.build_tuning import PAGE, page

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "tidegauge"
ROOMS = ("boosting", "causes", "decisions", "relations", "sensitivity", "stages", "statistics", "where")

# Numbers of modules that judge nothing, and why each is none to be tuned.
PLAIN = {
    # formats of what is stored, and versions: another one is another format
    "relations/plan.DIGITS": "format: the last bits of a float differ from machine to machine",
    "sensitivity/sensitivity.METHOD": "version",
    "stages/in_place.REFUSED": "a mark: no digest of rows is below 0",
    "stages/decider.VERSION": "version",
    "stages/gross.ALL": "arithmetic: equal but for rounding",
    "stages/gross.SHOWN": "shown: like windows that a score names",
    "stages/floors.NEAR": "cost: windows that are looked at before all are read",
    "stages/repeated.DIGITS": "arithmetic: equal but for rounding",
    "statistics/prediction_rank.PLAIN": "format of a layout's ranks",
    "statistics/prediction_rank.TOP": "format of a layout's ranks",
    "statistics/top_share.TOP": "how many members the list has: another length is another set of signals",
    "causes/column_change.EACH": "cost: values that stand for a cell's rows",
    "causes/column_change.LINE": "arithmetic: a quantile of Kolmogorov's distribution",
    "causes/column_change.TABLE": "arithmetic: half of what two tables of counts differ by, by the root of their cells",
    "causes/column_change.ROUNDED": "arithmetic: equal but for rounding",
    "causes/column_change.ALL": "words: a fit of so many rows is told as one of all",
    "causes/moved_hours.HALF": "arithmetic: of a row, where none was seen: no likelihood is 0",
    "causes/moved_hours.TURNS": "arithmetic: of a clock of 24 hours",
    "causes/moved_odds.EDGE": "arithmetic: odds have no end",
    "causes/other_unit.UNITS": "units, by their definitions",
    "causes/other_spelling.NAMED": "shown: values of a bucket in a picture",
    "causes/whole_shift.QUANTILES": "part of a description: quantiles whose moves are looked at",
    "where/coded_rows.REST": "a code: of rows in no cell",
    # units and limits of arithmetic
    "sensitivity/own_week.WEEK": "unit",
    "sensitivity/own_week.PLACES": "unit: hours of a week, days of a week",
    "statistics/freshness.MINUTE": "unit",
    "stages/naming_label_causes.FEWEST": "part of the definition: as `auc` has it",
    "stages/label_shares.NAMED": "how many pairs of classes a page shows: nothing is judged by it",
    "statistics/class_level.SLUG": "format: of a number's name",
    "statistics/class_level.DIGITS": "format: of a number's name",
    "statistics/class_level.NAN": "no number",
    "statistics/one_versus_rest_auc.FEWEST": "part of the definition: as `auc` has it",
    "statistics/accuracy_contrast.LEAST": "arithmetic: no division by nothing, as `label-contrast` has it",
    "relations/coded.LARGEST": "arithmetic: squares and sums of it must fit a float",
    "decisions/counting_chances.TEN": "unit: of natural logarithms",
    "decisions/counting_chances.STEADY": "arithmetic: no division by nothing",
    "decisions/hits.ANGLE": "part of a scale: the variance of one row as an angle",
    "decisions/hits.SINGLE": "arithmetic: no division by nothing",
    "decisions/hits.MOST_ALIKE": "arithmetic: no division by nothing",
    "decisions/calibration.FEWEST": "part of the definition: as `auc` has it",
    "decisions/calibration.STEPS": "arithmetic: Newton's steps",
    "decisions/calibration.EDGE": "arithmetic: no logarithm of nothing, and where Newton's steps end",
    "decisions/estimate_record.NINETY": "arithmetic: a quantile of the normal distribution",
    "decisions/slow.WEEKS": "words: what the nearer lag is called",
    "decisions/tail.ROOM": "arithmetic: no division by nothing",
    "statistics/agreement.ROUNDS": "arithmetic: Newton's steps",
    "statistics/agreement.FARTHEST": "arithmetic: bounds of Newton's steps",
    "sensitivity/searching.NINE_TENTHS": "arithmetic: a quantile of the normal distribution",
    "boosting/design.FLAT": "arithmetic: what scatters by less than rounding is all the same",
    "boosting/design.TINY": "arithmetic: no division by nothing",
    "relations/residuals.ROUNDING": "arithmetic: what scatters by less than rounding is all the same",
    "relations/residuals.TINY": "arithmetic: no division by nothing",
    "sensitivity/label_changes.SHARES": "sizes of changes that are tried",
    "sensitivity/label_changes.SPREADS": "sizes of changes that are tried",
    "statistics/labelled.ROUNDED": "arithmetic: sums are kept in whole units",
    "statistics/threshold_level.NAN": "NaN by a name",
    "statistics/ranking_level.NAN": "NaN by a name",
    "statistics/own_metric_level.NAN": "NaN by a name",
    "statistics/own_metric_level.LEAST": "arithmetic: no division by nothing",
    "statistics/signal_set.NOTHING": "arithmetic: no division by nothing",
    "statistics/lift.MOST": "arithmetic: no exponential overflows",
    "statistics/error_level.NAN": "NaN by a name",
    "statistics/mean_absolute_error.MOST": "arithmetic: no exponential overflows",
    "statistics/r_squared.MOST": "arithmetic: no exponential overflows",
    "statistics/mean_absolute_percentage_error.MOST": "arithmetic: no exponential overflows",
    "statistics/log_loss.LEAST": "part of the definition of a number that is shown, and said in its title",
    "statistics/expected_calibration_error.BINS": "part of the definition, and said in its title",
    "statistics/scales.FAR": "part of a scale: another one is another level",
    "statistics/scales.EDGE": "the same, on the asinh scale",
    "statistics/scales.BOUNDLESS": "shown: limits that nobody could write down",
    "statistics/scales.SLOPE": "arithmetic: what is told beyond that must survive a short float",
    "stages/staying.NAMED": "shown: columns of a sentence",
    "stages/staying.TRIED": "shown: numbers of a column that are looked at for one",
    "stages/label_shares.BANDS": "shown: a picture of labels by prediction",
    "stages/figures.NINETY": "unit: standard errors to either side that hold 90 % of a normal distribution",
    "stages/performing.RUN": "shown: windows looked back on for since when a number is outside its range",
    "stages/performing.EVERY": "arithmetic: more windows than any past holds",
    "stages/known_labels.AHEAD": "speed: windows read with one question; what is beyond them is read by and by",
    "stages/late_labels.HOLE": "cost: windows read along rather than another statement",
    "stages/series.MOST_EARLY": "shown: provisional numbers that are series",
    "stages/series.FAIR": "shown: series of Prometheus for ratios between groups",
    "stages/series.SPARE": "shown: of these what nothing else that is said of stages takes",
    "stages/series.LATECOMERS": "shown: columns that come later and are series",
    "stages/series.MOST_OF_LABELS": "shown: numbers of performance that are series",
    "stages/series.OF_COLUMN": "shown: series of Prometheus that a column has first",
    "sensitivity/searching.INF": "infinity by a name",
    "sensitivity/input_changes.NAN": "NaN by a name",
    # what is remembered in a process, or shown: no decision changes by it
    "decisions/chain.MARK": "memory",
    "stages/relating.KEPT": "memory",
    "stages/stored_profiles.KEPT": "memory",
    "stages/verdict.MOST_TROUBLE": "shown",
    "stages/findings.MOST_COLUMNS": "shown",
    "stages/findings.MOST_SCORES": "shown",
    "stages/findings.MOST_SHIFTS": "shown",
    "stages/findings.LOOKED_AT": "shown",
    "statistics/missing.GONE": "shown: what is told first",
    "statistics/mode_share.STUCK": "words and severity: a column that stands still",
    "statistics/mode_share.USUAL": "words and severity: a column that stands still",
    "statistics/mode_share.ALL": "shown: what is told first",
    # not of judging: which windows may be looked at, and when a column is cut again
    "stages/recutting.FEWEST": "what a cell of a small sample holds by chance (decision 0022)",
    "stages/recutting.COARSE": "the promise of a recut (decision 0022)",
    "stages/recutting.TWICE": "the promise of a recut (decision 0022)",
    "stages/maturity.COMPLETE": "all labels, but for a straggler or two",
    "stages/clock.DOUBT": "a wrong clock is off by more (decision 0011)",
}
# Numbers within functions that are neither in a tuning nor part of a formula, and why.
WITHIN = {
    ("sensitivity/input_changes", 1.001): "arithmetic: equal but for rounding",
    ("sensitivity/input_changes", 0.3): "what is shown of a shift of whole numbers",
}
JUDGING = ("boosting", "decisions", "relations", "sensitivity")  # a statistic is what its docstring defines it to be
FORMULAS = {0.5, 1.0, 2.0}  # a half, a whole, a square: and whole numbers, which count


def is_number(node: ast.expr) -> bool:
    """Whether a value is a number, or holds one."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("float", "timedelta"):
        return True
    return any(type(n.value) in (int, float) for n in ast.walk(node) if isinstance(n, ast.Constant)) and not isinstance(
        node, ast.Call
    )


def module_numbers(source: str) -> Iterator[str]:
    """The names of a module's numeric constants."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and is_number(node.value):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                yield from (n.id for n in ast.walk(target) if isinstance(n, ast.Name))


def numbers_within(source: str) -> Iterator[float]:
    """The fractions in a module's functions, but for halves, and sizes below which nothing is told from nothing."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            for n in (n for statement in function.body for n in ast.walk(statement)):
                value = n.value if isinstance(n, ast.Constant) else None
                if isinstance(value, float) and value not in FORMULAS and abs(value) > 1e-6:
                    yield value


def modules(rooms: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Name and source."""
    for room in rooms:
        for path in sorted((PACKAGE / room).rglob("*.py")):
            yield path.relative_to(PACKAGE).with_suffix("").as_posix(), path.read_text(encoding="utf-8")


def test_every_number_of_a_module_is_in_a_tuning_or_named_here() -> None:
    found = {f"{name}.{constant}" for name, source in modules(ROOMS) for constant in module_numbers(source)}
    assert found == set(PLAIN)


def test_no_fraction_hides_within_a_function() -> None:
    found = {(name, value) for name, source in modules(JUDGING) for value in numbers_within(source)}
    assert found == set(WITHIN)


@pytest.mark.parametrize(
    "line", ["A = 3", "A: float = -0.5", "A, B = 0.25, 120.0", 'A = {"day": 7}', 'A = float("inf")']
)
def test_the_search_finds_a_number(line: str) -> None:
    """Guards the test above."""
    assert "A" in list(module_numbers(line))
    assert not list(module_numbers('A = "7"\nB = Registry("list", [3])'))


def test_every_constant_says_why_and_where_from() -> None:
    decisions = {p.name[:4] for p in (ROOT / "docs" / "decisions").glob("0*.md")}
    found = list(constants(SHIPPED))
    assert len(found) > 120
    for name, _, because in found:
        assert because is not None, f"{name}: wrap its type: Annotated[…, Because(reason, source)]"
        assert len(because.reason) > 10, name
        assert set(re.findall(r"decision (\d{4})", because.source)) <= decisions, name


def test_the_page_lists_them() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tools.build_tuning"
    assert all(f"| `{name.rpartition('.')[2]}` |" in page() for name, _, _ in constants(SHIPPED))


def test_another_tuning_is_made_by_paths() -> None:
    other = SHIPPED.but({"decisions.tail.plain": 2, "relations.pairs.each": 5})
    assert (other.decisions.tail.plain, other.relations.pairs.each) == (2, 5)
    assert other.but({"decisions.tail.plain": 1.5, "relations.pairs.each": 3}) == SHIPPED
    assert SHIPPED.mark == Tuning().mark == ()
    assert len({other.mark, SHIPPED.but({"decisions.tail.plain": 2.5}).mark, SHIPPED.mark}) == 3
    with pytest.raises(UnknownName, match=r'no constant is called "decisions.tail.plan". Did you mean "decisions.tai'):
        SHIPPED.but({"decisions.tail.plan": 2.0})
    with pytest.raises(TypeError, match=r"relations.pairs.each is 3 as shipped: give a value of type int, not 'many'."):
        SHIPPED.but({"relations.pairs.each": "many"})


# What reads a constant, from the judge alone: (constants, what a window's judgement says).
JUDGED = {
    "decisions.expectation.recent": 3,
    "decisions.spreads.smallest": 0.5,
    "decisions.spreads.sampling": 9.0,
    "decisions.score.candid": 9.0,
    "decisions.score.distance_floor": 0.4,
    "decisions.tail.prior": 500.0,
    "decisions.tail.plain": 0.5,
    "decisions.tail.light": 0.9,
    "decisions.threshold.fitted": 100.0,
    "decisions.threshold.least": 99.0,
    "decisions.slow.share": 0.9,
    "decisions.slow.own": 0.001,
    "decisions.verdict.memory": PerKind(20, 20, 20),
    "decisions.verdict.learning": PerKind(1000, 1000, 1000),
}


@pytest.fixture(scope="module")
def past() -> tuple[History, np.ndarray]:
    """Days that were judged by the shipped tuning."""
    xs = numbers(3, 110)
    return lived(a_judge(), xs)[0], xs


def strength(judge: Judge, past: tuple[History, np.ndarray]) -> tuple[float, ...]:
    """What a judge says of a day that lies off."""
    history, xs = past
    found = judge.judge(DAYS[110], a_sample(xs[40] + 0.4, 110), history)
    return (
        found.threshold,
        found.sudden,
        found.slow.strength,
        float(found.scored.z.sum()),
        float(np.nansum(found.scored.scale)),
    )


@pytest.mark.parametrize("name", JUDGED)
def test_a_constant_that_is_set_changes_the_judgement(name: str, past: tuple[History, np.ndarray]) -> None:
    shipped = strength(a_judge(), past)
    assert strength(a_judge(tuning=Tuning().decisions), past) == shipped
    assert strength(a_judge(tuning=SHIPPED.but({name: JUDGED[name]}).decisions), past) != shipped


def test_a_verdict_changes() -> None:
    """The same day is an alert by one budget's threshold and none by a higher one."""
    xs = numbers(3, 111)
    xs[110, 0] += 2
    verdicts = []
    for least in (SHIPPED.decisions.threshold.least, 50.0):
        judge = a_judge(tuning=SHIPPED.but({"decisions.threshold.least": least}).decisions)
        verdicts.append(lived(judge, xs)[1][-1].strength > 1)
    assert verdicts == [True, False]


def test_a_statistic_works_by_the_tuning_that_it_is_asked_by() -> None:
    wide = SHIPPED.but({"statistics.still": 0.5, "statistics.floors": (("log-spread", 0.3),)})
    level = LEVELS["log-spread"]
    still = counted([10], [0, 1])
    assert level.level(still) != level.tuned(wide).level(still)
    np.testing.assert_allclose(level.tuned(wide).natural(level.tuned(wide).level(still)), [0.0], atol=1e-12)
    assert (level.signal("x").floor, level.tuned(wide).signal("x").floor) == (LogSpread.floor, 0.3)
    assert level.tuned(SHIPPED) is level
    assert LEVELS["log-spread"] is level, "the list keeps the shipped one"


def rows(seed: int) -> SampledRows:
    """Two numbers that go together, and one that does not."""
    g = np.random.default_rng(seed)
    x = g.normal(size=400)
    values = {"x": x, "y": x + 0.1 * g.normal(size=400), "z": g.normal(size=400)}
    return SampledRows.drawn(1000, g.integers(0, 2**60, 400), values, values)


def test_relations_are_chosen_and_learnt_by_it() -> None:
    samples = [rows(k) for k in range(6)]
    shipped = Plan.choose(samples, {}, None)
    none = Plan.choose(samples, {}, None, SHIPPED.but({"relations.pairs.least": 99.0}))
    assert shipped.specs["pair-information"]
    assert not none.specs["pair-information"]
    tight = replace(shipped, tuning=SHIPPED.but({"relations.pairs.clip": 0.5, "boosting.ridge": 1e6}))
    assert tight.id == shipped.id
    one, other = (Fit.learn(p, samples).levels(rows(9))[0] for p in (shipped, tight))
    changed = {s.statistic for s, a, b in zip(shipped.signals, one, other, strict=True) if a != b}
    assert {"pair-information", "residual-mean"} <= changed
    assert not {"rank-correlation"} & changed


def test_a_measure_follows_what_its_tuning_says() -> None:
    made = InputMeasure({}, None, (), tuning=SHIPPED.but({"statistics.blame.tied": 0.1}))
    assert made.signal_set.id == InputMeasure({}, None, ()).signal_set.id
    assert made.signal_set.tuning.tied == 0.1
    tied = replace(SIGNALS, tuning=made.signal_set.tuning)
    assert (tied.blame != SIGNALS.blame).any()
