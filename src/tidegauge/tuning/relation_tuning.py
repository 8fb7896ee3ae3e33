"""What relations between columns rest on: which are chosen, what they are learnt from, when nothing is said."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from tidegauge.tuning.because import Because, PerKind


@dataclass(frozen=True, slots=True)
class LearningTuning:
    """From how much of the past relations are chosen and learnt."""

    memory: Annotated[PerKind[timedelta], Because("that is learnt from", "decision 0010")] = PerKind(
        timedelta(days=120), timedelta(days=120), timedelta(days=728)
    )
    least: Annotated[PerKind[timedelta], Because("of history, to learn anything")] = PerKind(
        timedelta(days=14), timedelta(days=14), timedelta(days=91)
    )
    young: Annotated[
        int,
        Because("times `least`: as long as a history is younger, it is learnt from anew each week, later every second"),
    ] = 3
    chosen_rows: Annotated[int, Because("sampled rows that relations are chosen on")] = 20_000
    learnt_rows: Annotated[int, Because("sampled rows that they are learnt from", "decision 0010")] = 20_000
    fewest: Annotated[int, Because("sampled rows in all, below which nothing is chosen")] = 50


@dataclass(frozen=True, slots=True)
class CodeTuning:
    """The few cells that a column of a sample is read in."""

    cells: Annotated[int, Because("quantile cells of a number: few enough for a pair of columns to fill its table")] = (
        12
    )
    named: Annotated[int, Because("categories that are told apart")] = 40


@dataclass(frozen=True, slots=True)
class RankTuning:
    """Numbers that rise and fall together."""

    least: Annotated[float, Because("correlation, either way, below which two numbers are no pair")] = 0.5
    most: Annotated[int, Because("pairs that are followed")] = 20
    near: Annotated[
        float, Because("less than `least` that a quick look may say, for the exact one to be worked out")
    ] = 0.1
    fewest: Annotated[int, Because("rows with both numbers, below which nothing is said")] = 9
    farthest: Annotated[float, Because("correlation that any closer one counts as: Fisher's z has no end")] = 0.999


@dataclass(frozen=True, slots=True)
class TogetherTuning:
    """Columns that are missing together."""

    least: Annotated[float, Because("correlation of two columns' gaps below which they are no pair")] = 0.5
    most: Annotated[int, Because("pairs that are followed")] = 60


@dataclass(frozen=True, slots=True)
class PairTuning:
    """Combinations of two columns' cells."""

    least: Annotated[float, Because("mutual information (nats) below which two columns are no pair")] = 0.03
    most: Annotated[int, Because("pairs that are followed")] = 60
    each: Annotated[int, Because("pairs of one column, unless the other has fewer")] = 3
    prior: Annotated[float, Because("rows of independence that a table begins with")] = 20.0
    margin: Annotated[float, Because("rows that each cell of a margin begins with", "H. Jeffreys' prior (1946)")] = 0.5
    clip: Annotated[float, Because("a combination never seen is not infinitely strange: nats at most, either way")] = (
        4.0
    )


@dataclass(frozen=True, slots=True)
class DeterminantTuning:
    """Columns that fix another one."""

    repeats: Annotated[float, Because("of the rows at least must share their group with another")] = 0.35
    violated: Annotated[float, Because("of the target's own variety, at most")] = 0.3
    varied: Annotated[float, Because("rows outside the target's most frequent cell, at least")] = 0.1
    each: Annotated[int, Because("determining columns of a target, at most")] = 4
    looked_at: Annotated[int, Because("windows that a choice is made on")] = 6
    wide: Annotated[int, Because("columns of which pairs are tried: the number of pairs grows with the square")] = 24
    groups: Annotated[int, Because("groups below which nothing is said", "decision 0010 (hours count rows)")] = 5
    longer: Annotated[float, Because("of the variety that one determining column more must be worth")] = 0.02


@dataclass(frozen=True, slots=True)
class BrokenRowTuning:
    """The same of windows that hold a handful of groups."""

    most: Annotated[int, Because("dependencies that are followed")] = 40
    fewest: Annotated[int, Because("rows of a window, below which nothing is said")] = 9
    seen: Annotated[float, Because("of the first windows at least must have so many")] = 0.5


@dataclass(frozen=True, slots=True)
class ResidualTuning:
    """What the other columns leave of one."""

    most: Annotated[int, Because("columns that get a model: a night's cost")] = 16
    helpers: Annotated[int, Because("columns that a model may read")] = 60
    tried: Annotated[int, Because("times `most`: columns of a very wide table that are tried at all")] = 3
    known: Annotated[
        float, Because("of the column's own spread: a model whose out-of-sample residuals are larger tells nothing")
    ] = 0.7
    early: Annotated[float, Because("of the first windows that a trial model learns from; the others test it")] = 0.7
    tested: Annotated[int, Because("rows with a value that a trial needs")] = 50
    first_rows: Annotated[int, Because("rows that a trial model learns from; it is tested on half as many")] = 5_000
    rows: Annotated[int, Because("rows that a model learns from", "decision 0010")] = 10_000
    prediction_rows: Annotated[int, Because("rows that the prediction's surrogate learns from", "decision 0010")] = (
        20_000
    )
    values: Annotated[
        int, Because("that a model is learnt from at most: a wide table is learnt from fewer rows, at the same cost")
    ] = 200_000
    trial_trees: Annotated[int, Because("trees of a trial model")] = 40
    trees: Annotated[int, Because("trees of a model", "decision 0010")] = 60
    prediction_trees: Annotated[int, Because("trees of the prediction's surrogate", "decision 0010")] = 100
    depth: Annotated[int, Because("questions of a tree")] = 5
    prediction_depth: Annotated[int, Because("questions of the surrogate's trees: a model has interactions")] = 6
    least_rows: Annotated[int, Because("values of a window, below which nothing is said")] = 5
    least_share: Annotated[float, Because("of a window's rows that must have a value")] = 0.2
    wildest: Annotated[float, Because("in usual residuals: none counts as more")] = 10.0
    least_scatter: Annotated[
        float, Because("of a window's residuals, in usual ones: a few rows scatter little by chance", "decision 0010")
    ] = 0.3
    far: Annotated[float, Because("in usual residuals: what lies farther from the window's median is far")] = 4.0
    usual: Annotated[
        float,
        Because(
            "the mean size of a residual in such units, as a rule: damps the mean of a scattered window",
            "decision 0010",
        ),
    ] = 0.5
    tiny: Annotated[float, Because("residuals are not told apart more finely")] = 0.1
    rim: Annotated[float, Because("probabilities are kept off 0 and 1 by this before their logits")] = 1e-3


@dataclass(frozen=True, slots=True)
class RelationTuning:
    """All families of relations."""

    learning: LearningTuning = LearningTuning()
    codes: CodeTuning = CodeTuning()
    ranks: RankTuning = RankTuning()
    together: TogetherTuning = TogetherTuning()
    pairs: PairTuning = PairTuning()
    determinants: DeterminantTuning = DeterminantTuning()
    broken_rows: BrokenRowTuning = BrokenRowTuning()
    residuals: ResidualTuning = ResidualTuning()
