"""Which numbers of a stage are series: chosen once, when it is first decided, and kept in the store from then on.

Every series costs for ever, so there is a bound (`MOST_SERIES`), whatever the data hold: a label's value is never a
category but where it is the name of a listed segment. Columns come by importance (what is predicted before what it is
predicted from), then by name, and get their numbers in turns: first each one how surprising it is and how far from
what it was, then each one its typical value, and so on while there is room, but for a little that is kept for columns
that come later. Columns without a number are one, `(others)`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from tidegauge.core.point import BANDED, DECISION, MOST_SERIES, OF_STAGE, OTHERS, Series, Unit
from tidegauge.core.window import STAGES, VOLUME, WHOLE
from tidegauge.monitor import Monitor
from tidegauge.stages.measures import FOLLOWED
from tidegauge.statistics import ARRIVALS, LEVELS
from tidegauge.statistics.location import Location
from tidegauge.statistics.signal_set import Signal, SignalSet
from tidegauge.statistics.statistic import Reads, Statistic
from tidegauge.wording.lookup import find

STRENGTH, ALERT, BROKEN, JUDGED = "strength", "alert", "broken", "judged"
PROVISIONAL, SILENCED, ROWS, SURPRISE = "provisional", "silenced", "rows", "surprise"
BUDGET_SPENT, OUTBOX_LAG = "budget_spent", "outbox_lag"

OF_DECISION = (
    Series(DECISION, STRENGTH, unit=Unit.RATIO),
    Series(DECISION, ALERT, unit=Unit.FLAG),
    Series(DECISION, BROKEN, unit=Unit.FLAG),
    Series(DECISION, JUDGED, unit=Unit.FLAG),
    Series(DECISION, PROVISIONAL, unit=Unit.FLAG),
    Series(DECISION, SILENCED, unit=Unit.FLAG),
    Series(DECISION, ROWS, unit=Unit.NUMBER, banded=True),
    Series(DECISION, BUDGET_SPENT, unit=Unit.RATIO),
    Series(DECISION, OUTBOX_LAG, unit=Unit.SECONDS),
)
EARLY = "provisional-"  # before the name of a number of a window that is not judged yet
MOST_EARLY = 6
MOST_OF_LABELS = 12  # numbers of performance, each with its band
OF_COLUMN = 1 + BANDED  # what each column with a place of its own has first: its surprise, and how far it is
FAIR = 13  # of Prometheus' series, where a monitor names groups: four rates of one group, and how many are outside
SPARE = 8  # of these what is left of `OF_STAGE` by all that is said of two stages; the rest is taken from the columns
LATECOMERS = 2  # columns for which there is room when they come to a monitor that has its series already
# the levels that columns get in turns: the typical value, which anybody asks for first, then the others in the order of
# their list, without those that are about one category
_PLAIN = [name for name, level in LEVELS.items() if type(level).about is Statistic.about]
TURNS = tuple(sorted(_PLAIN, key=lambda name: name != Location.name))
_UNITS = {Reads.SHARE: Unit.RATIO, Reads.SECONDS: Unit.SECONDS, Reads.COLUMN: Unit.OWN, Reads.NUMBER: Unit.NUMBER}


def series_of(
    monitor: Monitor, stage: str, signal_set: SignalSet, figures: Sequence[Signal] = (), *, early: bool = False
) -> tuple[Series, ...]:
    """The series of a stage: those of its decisions, then those of columns, or of performance (`figures`).

    `early`: whether there are provisional numbers of windows of which too few labels have come.
    """
    shown = performance(signal_set, figures) or _columns(monitor, signal_set, room(monitor, stage))
    return (*OF_DECISION, *shown, *(provisional(signal_set, figures) if early else ()))


def provisional(signal_set: SignalSet, figures: Sequence[Signal]) -> list[Series]:
    """The numbers that may alert as they are to be, in windows that are not judged yet: under names of their own.

    What follows `accuracy` never takes a guess for it. Their room is what is kept for the stage as a whole.
    """
    there = {s.key for s in signal_set.signals}
    judged = [banded(s) for s in figures if s.key in there]
    return [replace(one, statistic=EARLY + one.statistic, banded=False) for one in judged[:MOST_EARLY]]


def performance(signal_set: SignalSet, figures: Sequence[Signal]) -> list[Series]:
    """How many labels there are, and the numbers of performance: those that may alert before those only shown."""
    there = {s.key for s in signal_set.signals}
    arrivals = [s for s in signal_set.levels if s.statistic in ARRIVALS and s.segment == WHOLE]
    shown = sorted(figures, key=lambda s: s.key not in there)
    return list(map(banded, (*arrivals, *shown)[:MOST_OF_LABELS])) if figures else []


def and_new(
    known: tuple[Series, ...], signal_set: SignalSet, figures: Sequence[Signal], *, early: bool = False
) -> tuple[Series, ...]:
    """What has a place keeps it; what a newer version says of a decision, or of performance, gets one behind it."""
    of_decision = (one for one in OF_DECISION if one not in known)
    first = [one for one in (provisional(signal_set, figures) if early else ()) if one not in known]
    shown = performance(signal_set, figures)
    told = [one for one in known if one in shown]  # and not those of another kind of labels, which nobody has any more
    more = [one for one in shown if one not in told]
    return (*known, *of_decision, *more[: max(MOST_OF_LABELS - len(told), 0)], *first)


def latecomers(known: tuple[Series, ...], monitor: Monitor, stage: str, signal_set: SignalSet) -> tuple[Series, ...]:
    """What columns get that came after a stage's series were chosen, while there is room: the first that each one gets.

    None of a stage without columns of its own among its series, whose room is that of performance.
    """
    mine = [one for one in known if one.column != DECISION and not one.statistic.startswith(EARLY)]
    there = {one.column for one in mine}
    if OTHERS not in there:
        return ()
    left = room(monitor, stage) - sum(one.cost for one in mine)
    followed = _by_importance(_there(signal_set), monitor.columns.prediction)
    new = [name for name in followed if name not in there][: max(left, 0) // OF_COLUMN]
    return tuple(chain.from_iterable(map(_first_of, new)))


def room(monitor: Monitor, stage: str) -> int:
    """How many of Prometheus' series the columns of a stage may have. What follows the rows keeps its room from them.

    It is the same before the first label has come as it is afterwards, for what has a place once keeps it.
    """
    stages = len(STAGES) if monitor.labels is not None else 1
    rest = MOST_SERIES - OF_STAGE * stages
    performance = BANDED * MOST_OF_LABELS if stages > 1 else 0
    return rest - performance - (FAIR - SPARE if monitor.fairness else 0) if stage == STAGES[0] else performance


def fair_room(monitor: Monitor, taken: int) -> int:
    """How many ratios between groups may have. `taken`: what the columns have, more than their room in an old store."""
    columns, performance = room(monitor, STAGES[0]), BANDED * MOST_OF_LABELS
    return MOST_SERIES - OF_STAGE * len(STAGES) + SPARE - performance - max(taken, columns)


def _columns(monitor: Monitor, signal_set: SignalSet, left: int) -> Iterator[Series]:
    prediction, there = monitor.columns.prediction, _there(signal_set)
    left -= 1  # for the others
    own = _by_importance(there, prediction)[: left // OF_COLUMN]
    for name in own:
        yield from _first_of(name)
    left = max(left - OF_COLUMN * (len(own) + LATECOMERS), 0)
    several = [Signal(name, statistic) for statistic in TURNS for name in own if (name, statistic) in there]
    turns = several[: left // BANDED]
    yield from map(banded, turns)
    yield from _segments(signal_set.signals, prediction, left - BANDED * len(turns))
    yield Series(OTHERS, SURPRISE, unit=Unit.NUMBER)


def _first_of(column: str) -> Iterator[Series]:
    yield Series(column, SURPRISE, unit=Unit.NUMBER)
    yield banded(Signal(column, FOLLOWED.name))


def _there(signal_set: SignalSet) -> set[tuple[str, str]]:
    """The numbers there are of whole columns, by column and statistic."""
    return {(s.column, s.statistic) for s in signal_set.signals if s.segment == WHOLE and not s.others}


def _by_importance(there: Iterable[tuple[str, str]], prediction: str | None) -> list[str]:
    """The columns whose place is followed: what is predicted before the others, these by name."""
    followed = [name for name, statistic in there if statistic == FOLLOWED.name and name != VOLUME]
    return sorted(followed, key=lambda name: (name != prediction, name))


def _segments(signals: Sequence[Signal], prediction: str | None, left: int) -> Iterator[Series]:
    """What is predicted of each listed segment, where there is room for all of them: some would be arbitrary."""
    mine = [s for s in signals if s.segment != WHOLE and s.column == prediction and not s.cells]
    if BANDED * len(mine) <= left:
        yield from map(banded, mine)


def banded(signal: Signal) -> Series:
    """The series of a signal, with a band."""
    column = DECISION if signal.column == VOLUME else signal.column
    return Series(column, signal.statistic, signal.segment, unit_of(signal.statistic), banded=True)


def unit_of(statistic: str) -> Unit:
    """What a statistic's number is of."""
    known = find(statistic)
    return Unit.NUMBER if known is None else _UNITS[known.reads]
