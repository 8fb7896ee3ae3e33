"""What says how strange a number must be: spreads, scores, tails, the threshold."""

from dataclasses import dataclass
from typing import Annotated

from tidegauge.tuning.because import Because

_SHRINKAGE = "decision 0010 (a plateau: .003 of average precision at most); the form: C. Stein (1956)"
_NORMAL = "a quantile of the normal distribution, to three digits"


@dataclass(frozen=True, slots=True)
class SpreadTuning:
    """How far apart normal windows lie."""

    least: Annotated[int, Because("residuals behind a spread; with fewer there is none")] = 8
    sampling: Annotated[
        float, Because("of the textbook error counts: rows of one window are less different than independent ones")
    ] = 0.6
    smallest: Annotated[float, Because("no spread is believed below this, on the steady scales", "decision 0010")] = (
        0.018
    )
    recent_rows: Annotated[int, Because("windows whose row count says what is usual")] = 60
    rms: Annotated[float, Because("of the root mean square: sees the few times when a still column moved")] = 0.7
    far: Annotated[
        float, Because("spreads: as far out a window counts at most, where a scale has no end", "as `scales.FAR`")
    ] = 50.0
    outer: Annotated[float, Because("the quantile beside the median that a spread is guessed from")] = 0.9
    mad: Annotated[float, Because("median of absolute residuals → standard deviation", _NORMAL)] = 1.4826
    outer_two_sided: Annotated[float, Because("the outer quantile of absolute residuals → the same", _NORMAL)] = 1.645
    outer_one_sided: Annotated[float, Because("the outer quantile of a distance → the same", _NORMAL)] = 1.28


@dataclass(frozen=True, slots=True)
class ScoreTuning:
    """How far a number lies from what was expected of it."""

    candid: Annotated[
        float, Because("a prediction is plausible within this factor of the best one's spread", "decision 0010")
    ] = 1.25
    holiday: Annotated[
        float,
        Because(
            "a handful of others says what to expect, and clean holidays were stronger by so much", "decision 0010"
        ),
    ] = 1.25
    distance_floor: Annotated[float, Because("no spread of a distance is believed below this")] = 0.004
    distance_rows: Annotated[
        float, Because("over the number of rows, on top: a thin window's distance wanders more")
    ] = 1.5


@dataclass(frozen=True, slots=True)
class TailTuning:
    """How improbable a z is, and how improbable is too improbable."""

    begin: Annotated[float, Because("the quantile of past z at which a tail begins", _SHRINKAGE)] = 0.9
    farthest: Annotated[float, Because("beginnings of the tail that a past excess counts as, at most")] = 10.0
    prior: Annotated[float, Because("pseudo-exceedances behind the prior scale of an excess", _SHRINKAGE)] = 10.0
    prior_scale: Annotated[float, Because("that prior scale, in beginnings of the tail", _SHRINKAGE)] = 0.5
    young: Annotated[int, Because("pseudo-windows without an exceedance that a tail begins with", _SHRINKAGE)] = 40
    young_beyond: Annotated[int, Because("pseudo-windows with one", _SHRINKAGE)] = 2
    least_number: Annotated[float, Because("a number's tail begins no nearer than this z")] = 1.5
    least_group: Annotated[float, Because("a group's tail begins no nearer than this sum")] = 0.5
    light: Annotated[
        float,
        Because("shape of a number whose variation is bounded or averaged", "decision 0010 (tails by kind of number)"),
    ] = 0.2
    plain_shape: Annotated[float, Because("shape of any other number", "decision 0010 (tails by kind of number)")] = (
        0.25
    )
    group_shape: Annotated[float, Because("shape of a group's tail", "decision 0010 (a plateau)")] = 0.25
    plain: Annotated[
        float,
        Because("surprise up to which a number tells nothing of its group: one window in thirty", "decision 0010"),
    ] = 1.5
    most: Annotated[float, Because("of one number's surprise that counts for its group")] = 8.0
    power: Annotated[
        float, Because("one very strange number says more than many that are a little strange", "decision 0010")
    ] = 3.0
    heeded: Annotated[
        float, Because("of the threshold, for what was dismissed: the same again is never the same to the digit")
    ] = 0.9


@dataclass(frozen=True, slots=True)
class ThresholdTuning:
    """The surprise that windows pass as often as the budget allows."""

    least: Annotated[float, Because("no threshold lies below")] = 2.5
    begin: Annotated[float, Because("the quantile of past windows at which their own tail begins")] = 0.8
    beyond: Annotated[float, Because("the share of them beyond: 1 − `begin`, spelled out for its last digit")] = 0.2
    rarest: Annotated[float, Because("the share of windows beyond is taken as less than those beyond `begin`")] = 0.19
    own: Annotated[
        float,
        Because("what a monitor's own strongest windows have to say in it; the rest is common to all", "decision 0010"),
    ] = 0.25
    common: Annotated[
        float,
        Because("strong windows at which the own ones have half a say: of hours there are many more", "decision 0010"),
    ] = 120.0
    one_in: Annotated[float, Because("windows behind one strong one")] = 5.0
    optimism: Annotated[
        float,
        Because(
            "a threshold fitted on scores that also fitted the tails alerts more than three times too often",
            "decision 0004; checked by the null replay in benchmarks/alerts/null.py",
        ),
    ] = 3.5
    unsure: Annotated[
        float,
        Because("scores at which that is twice as much again: the fewer the more", "decision 0004; the null replay"),
    ] = 40.0
    fitted: Annotated[
        float,
        Because(
            "numbers whose tails are fitted on a past that nobody has looked through pass them so much too often",
            "decision 0010 (the null replay realises .07 to .67 of the budget with it)",
        ),
    ] = 1.25
