"""What naming a likely cause rests on."""

from dataclasses import dataclass
from typing import Annotated

from tidegauge.tuning.because import Because

_TRIED = "a prototype on planted faults in real flights, .949 of the named right on fresh draws"
_HOURS = "nine months of flights, whole and thinned to 50 and 100 rows a day, turned by 1, 2, 5 and 12 hours"
_STORMS = "real storms, which a prototype took for changes of units without it"


@dataclass(frozen=True, slots=True)
class CauseTuning:
    """How well a change of the reference must fit a window, and what makes the fit tell anything."""

    windows: Annotated[int, Because("reference windows below which nothing is known of how far they lie apart")] = 3
    rows: Annotated[int, Because("rows of the window below which nothing is named")] = 50
    columns: Annotated[int, Because("of an alert that are looked at, the strongest first: bounds the work")] = 6
    weak: Annotated[
        float, Because("of the first finding's strength, below which a column is not asked for a cause")
    ] = 0.25
    most: Annotated[int, Because("causes that a decision keeps")] = 3
    typical: Annotated[
        float, Because("quantile of how far reference windows are from each other: a fit is as near as these", _TRIED)
    ] = 0.75
    beyond: Annotated[
        float, Because("times the farthest reference window that the window is off: else there is nothing to explain")
    ] = 1.25
    steady: Annotated[
        float, Because("how far reference windows are typically apart, above which shapes say nothing", _STORMS)
    ] = 0.2
    steadier: Annotated[float, Because("the same where a map of all values is to fit", _STORMS)] = 0.1
    left: Annotated[float, Because("part of the change that may be left by one value or cell that gained")] = 0.5
    left_of_map: Annotated[float, Because("the same by a map of all values, which has more ways to fit")] = 0.25
    alike: Annotated[
        float, Because("times as much left that another cause of the same cost may leave: then none is named", _TRIED)
    ] = 1.3
    near: Annotated[float, Because("logarithm of two factors below which they are too near to be told apart")] = 0.2
    proved: Annotated[
        float, Because("of the values in the window, undone by a map, that were there before: these prove it", _STORMS)
    ] = 0.85
    foreign: Annotated[float, Because("of the values as they came that may have been there before, where a map is")] = (
        0.6
    )
    apart: Annotated[float, Because("by how much the first of these two exceeds the second")] = 0.35
    displaced: Annotated[
        float, Because("of the rows that must hold numbers never reached before, for these to prove a map")
    ] = 0.05
    jump: Annotated[float, Because("times as far from 0 that a map of some rows brings them: storms do less")] = 8.0
    least_jump: Annotated[float, Because("the same of a map of all rows", _STORMS)] = 1.5
    far_jump: Annotated[
        float, Because("the same that needs no value to have been there before: no cold snap does it")
    ] = 50.0
    partly: Annotated[float, Because("factor below which some rows in another unit are not told from a change")] = 5.0
    narrow: Annotated[float, Because("of a column's spread: a cell so narrow is one value, for who reads it")] = 0.1
    plainly: Annotated[float, Because("of the rows that one value gained: nothing else explains so many")] = 0.3
    inside: Annotated[
        float, Because("of the reference's rows that may lie beyond a limit: else it is another unit")
    ] = 0.7
    values: Annotated[int, Because("different values that are enough to prove anything")] = 6
    held: Annotated[
        float, Because("of the reference's rows that a value may hold, and be one that a column got stuck at", _STORMS)
    ] = 0.34
    only_other: Annotated[
        float,
        Because("of all other rows, in one category: where it loses some to another, both may be exchanged", "census"),
    ] = 0.7
    gain: Annotated[float, Because("of the rows that a single value must gain")] = 0.01
    lost: Annotated[float, Because("of the reference's rows that a vanished value had at least")] = 0.02
    kept: Annotated[float, Because("of a vanished value's usual share that may still be there")] = 0.05
    other: Annotated[
        float, Because("of numbers never reached before, the part that another column held: then they are its own")
    ] = 0.5
    uneven: Annotated[float, Because("of the fewest rows of a reference window, by which a load may be off them")] = 0.1
    unlike: Annotated[float, Because("of the share of rows of one column, by which that of the other may differ")] = 0.3
    piled: Annotated[float, Because("of what lay beyond a cut, the part that lies on it now")] = 0.6
    label_rows: Annotated[int, Because("labels of a window, or of a segment, below which none is named")] = 30
    shuffled: Annotated[
        float, Because("of what predictions said of labels that must be lost: less, and the world may have changed")
    ] = 0.5
    errors: Annotated[float, Because("standard errors of a share by which it must exceed all reference windows")] = 4.0
    clock_windows: Annotated[int, Because("windows whose hours are known, without which no clock is off")] = 4
    clock_most: Annotated[
        int, Because("the latest of these, as many as a seasonal reference has: a timetable changes")
    ] = 8
    clock_spread: Annotated[
        float, Because("hours at least that rows usually spread over: what comes all at once is a job's, in its hour")
    ] = 3.0
    clock_fits: Annotated[
        float, Because("deviance by the hours so turned, in those of the most unlike like window", _HOURS)
    ] = 1.5
    clock_left: Annotated[
        float, Because("or of what is left of a change: the first hours come from a day of another kind", _HOURS)
    ] = 0.1
    clock_most_left: Annotated[
        float, Because("and of a change at most: on made days whose hours scatter at will, half as many are told so")
    ] = 0.5
    clock_apart: Annotated[
        float, Because("powers of ten by which another turn must be less likely: else nobody knows which", _HOURS)
    ] = 1.5
    together: Annotated[float, Because("standard errors by which shares of columns that go together may differ")] = 2.0
