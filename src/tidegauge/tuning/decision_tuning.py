"""What the rooms that judge a window rest on: what is expected, slow drift, incidents, and when a verdict is due."""

from dataclasses import dataclass
from typing import Annotated

from tidegauge.tuning.because import Because, PerKind
from tidegauge.tuning.exact_tuning import ExactTuning
from tidegauge.tuning.structural_tuning import StructuralTuning
from tidegauge.tuning.tail_tuning import ScoreTuning, SpreadTuning, TailTuning, ThresholdTuning


@dataclass(frozen=True, slots=True)
class ExpectationTuning:
    """What is to be expected of a window."""

    recent: Annotated[int, Because("windows whose residuals move the season's expectation: a week of days")] = 7
    least_lagged: Annotated[int, Because("windows behind an expectation of four weeks ago")] = 4


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a slow drift is looked at, in windows."""

    width: int  # that are averaged
    lasting: int  # in a row that must be too far: averages overlap, and one storm is in all of them
    least: int  # averages behind a spread


@dataclass(frozen=True, slots=True)
class SlowTuning:
    """What builds up from window to window. Half as much again as for single windows where rows are correlated."""

    paces: Annotated[
        PerKind[Pace],
        Because(
            "windows averaged, in a row too far, and behind a spread. Of hours a week in a row: on real flights storms "
            "of two days, and once of four, passed every limit",
            "decision 0010",
        ),
    ] = PerKind(Pace(24, 168, 336), Pace(3, 4, 20), Pace(2, 2, 12))
    share: Annotated[float, Because("of a stage's budget that is set aside for slow drift")] = 0.2
    candid: Annotated[float, Because("a lagged reference is plausible within this factor of the best one's spread")] = (
        1.25
    )
    sampling: Annotated[float, Because("of the textbook error of an average of one window")] = 0.9
    smallest: Annotated[float, Because("no spread of single windows is believed below this here")] = 0.027
    structure: Annotated[float, Because("spreads too far for what fixes a column", "decision 0010 (plain limits)")] = (
        5.5
    )
    relation: Annotated[
        float, Because("spreads too far for how columns go together", "decision 0010 (plain limits)")
    ] = 9.0
    own: Annotated[float, Because("spreads too far for a column's own level", "decision 0010 (plain limits)")] = 11.0
    wandered: Annotated[
        float, Because("times as far as ever before: what wanders by itself is left alone so far", "decision 0010")
    ] = 1.3
    most: Annotated[float, Because("times its limit that counts when columns are ranked")] = 15.0
    step: Annotated[float, Because("surprise that twice the limit is worth when columns are ranked")] = 5.0
    outlier: Annotated[float, Because("an average counts as so many medians at most: one bad day is no drift")] = 2.0


@dataclass(frozen=True, slots=True)
class Stride:
    """How long a walk is averaged, in windows."""

    widths: tuple[int, ...]  # the shorter average, and the longer one, of labels alone; none: no walk is looked for
    lags: tuple[int, ...]  # before which a window may say what is normal; what walks for months is in the nearer
    least: int  # such windows without which nothing is said
    block: int  # windows of a week, or of what stands for one


@dataclass(frozen=True, slots=True)
class WalkTuning:
    """What moves too slowly for an average of days, told by averages of weeks."""

    strides: Annotated[
        PerKind[Stride],
        Because(
            "whole weeks, so that the weekly season is in each alike. Of hours there is none: their memory is 40 days",
            "decision 0059",
        ),
    ] = PerKind(Stride((), (), 0, 1), Stride((7, 28), (28, 84), 49, 7), Stride((8, 12), (4, 26), 16, 4))
    own: Annotated[
        float,
        Because(
            "spreads of averages too far for a column's own level; on a clean year of flights 7.3", "decision 0059"
        ),
    ] = 7.5
    far: Annotated[
        float, Because("the same against three months ago; of shares on a clean year of flights 8.2", "decision 0059")
    ] = 9.5
    wide: Annotated[
        float,
        Because("the same of four weeks for shares and the like; on a clean year of flights 10.4", "decision 0059"),
    ] = 12.0
    heavy: Annotated[
        float,
        Because("times its shape, by which that is farther: of temperatures in December 11.1", "decision 0059"),
    ] = 2.0
    labels: Annotated[
        float, Because("the same for what labels say as a whole; on a clean year of flights 4.0", "decision 0059")
    ] = 5.5
    segment: Annotated[float, Because("the same for what is said of one segment", "decision 0059")] = 9.0
    quantile: Annotated[float, Because("of the normal distribution, for the lower fifth of χ²: 80 % one-sided")] = (
        0.8416
    )
    farthest: Annotated[
        float, Because("spreads of averages that the farthest week of many may lie by chance", "decision 0059")
    ] = 2.5
    alike: Annotated[int, Because("windows of a weekday without which it is counted as any day")] = 4
    there: Annotated[float, Because("of the windows of a stretch must have the number")] = 0.7
    few: Annotated[
        float, Because("of the windows need not reach half of their average: three bad days of a week are no walk")
    ] = 0.3


@dataclass(frozen=True, slots=True)
class IncidentTuning:
    """Which alerts are one event, and how grave it is."""

    quiet: Annotated[int, Because("fine windows after which an incident is resolved")] = 2
    back: Annotated[
        PerKind[int], Because("windows after its last alert within which it may come back as itself", "decision 0009")
    ] = PerKind(24, 7, 4)
    stands: Annotated[
        PerKind[int], Because("windows after its last alert in which what stands keeps it open; then it is settled")
    ] = PerKind(24 * 7, 28, 8)
    leading: Annotated[int, Because("columns of an alert by which it is known, at most")] = 3
    first: Annotated[int, Because("of them that tie alerts together", "decision 0009")] = 2
    alike: Annotated[float, Because("of the first one's strength, for a column to count as blamed")] = 0.25
    strong: Annotated[
        float, Because("strength that is one point of severity; 1 is where an alert begins", "decision 0009")
    ] = 1.5
    very_strong: Annotated[float, Because("strength that is another point", "decision 0009")] = 3.0
    broad: Annotated[int, Because("columns of one alert that are a point of severity")] = 3
    long: Annotated[int, Because("alerts that are a point of severity")] = 3


@dataclass(frozen=True, slots=True)
class VerdictTuning:
    """When there is a verdict at all, and on how much it rests."""

    memory: Annotated[
        PerKind[int], Because("records that spreads and tails are fitted on", "decision 0010 (a longer memory)")
    ] = PerKind(24 * 40, 200, 156)
    learning: Annotated[PerKind[int], Because("scored windows before the first verdict")] = PerKind(24 * 7, 14, 8)
    deserted: Annotated[
        float,
        Because(
            "the least strength of a window that should have rows and has none", "decision 0004 (an alert by rule)"
        ),
    ] = 2.0
    peopled: Annotated[
        int, Because("rows that most past windows have: then one without any is no quiet window", "decision 0004")
    ] = 20
    plain: Annotated[
        float, Because("surprise beyond which a fault of a column has something to explain", "decision 0010")
    ] = 1.5


@dataclass(frozen=True, slots=True)
class MaturityTuning:
    """From which windows it is learnt how many labels come by which age."""

    windows: Annotated[int, Because("earlier windows that it is learnt from, at most")] = 60
    least: Annotated[int, Because("earlier windows without which nothing is known, and every window is judged")] = 4


@dataclass(frozen=True, slots=True)
class DecisionTuning:
    """All that turns numbers and their past into a verdict."""

    expectation: ExpectationTuning = ExpectationTuning()
    spreads: SpreadTuning = SpreadTuning()
    score: ScoreTuning = ScoreTuning()
    tail: TailTuning = TailTuning()
    threshold: ThresholdTuning = ThresholdTuning()
    slow: SlowTuning = SlowTuning()
    walk: WalkTuning = WalkTuning()
    exact: ExactTuning = ExactTuning()
    structural: StructuralTuning = StructuralTuning()
    incidents: IncidentTuning = IncidentTuning()
    verdict: VerdictTuning = VerdictTuning()
    maturity: MaturityTuning = MaturityTuning()
