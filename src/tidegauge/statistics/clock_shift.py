"""Whether a window's rows come some hours later, or earlier, than they do on days like it."""

from tidegauge.statistics.fact import ExactFact
from tidegauge.statistics.statement import NoStatement, Question, Shown
from tidegauge.statistics.statistic import Reads


class ClockShift(ExactFact):
    """By how many hours the rows of a window come later, or earlier, than those of like windows.

    A time zone that was forgotten moves every row and changes none, so no column shows it but one that tells the time.
    The rows are counted by the hour of the local clock, and the like windows' hours are turned on the clock: told is
    the turn that makes them the window's. It is not told of windows of an hour, of rows that come around the clock
    alike or all within an hour or two, nor where two turns fit alike.

    Unit: hours, later and earlier alike. Standard error 0: it is counted.

    >>> ClockShift().read(5.0)
    5.0

    Source: the ratio of two multinomial likelihoods, which exceeds x by chance once in x times at most (A. Markov); its
    logarithm is divided by the deviance of the most unlike past window, as quasi-likelihoods are.
    """

    name = "clock-shift"
    title = "hours by which rows come at another time"
    says = "its rows come {value} {of}"
    plain = "the rows came {value} {of}"
    tells = "the rows of {day} come {value} {of}"
    reads = Reads.NUMBER
    subject = "the hour of the rows"
    unit = "hours"

    def sql(self, question: Question) -> Shown:
        del question
        return BY_HOUR


BY_HOUR = NoStatement(
    "Rows by the hour of the local clock say so, beside those of like windows: count them by the hour of their time."
)
