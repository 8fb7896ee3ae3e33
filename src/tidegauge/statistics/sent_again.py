"""Whether a window's rows are those of an earlier one."""

from tidegauge.statistics.fact import ExactFact
from tidegauge.statistics.statement import NoStatement, Question, Shown
from tidegauge.statistics.statistic import Reads


class SentAgain(ExactFact):
    """How many rows of a window are those of an earlier window: all of them, or it is not told.

    Last week's file that is loaded once more has the right number of rows and the usual values in every column, so no
    other number sees it. Two windows are the same where each column's stored counts, exact sums and extremes are, in
    every cell. Times of rows and ids are left aside: they may be new. It is not told of a log that repeats itself
    (the same customers scored every night), nor where so few rows or values are equal by chance.

    Unit: rows. Standard error 0: it is counted.

    >>> SentAgain().read(343.0)
    343.0

    Source: a comparison of counts; for the chance, the probability that two multinomial draws are equal.
    """

    name = "sent-again"
    title = "rows of an earlier window"
    says = "its {value} rows are those of {of}, to the row"
    plain = "its {value} rows are those of {of}, sent again"
    tells = "the {value} rows of {day} are those of {of}, to the row"
    reads = Reads.NUMBER
    subject = "what the rows hold"
    unit = "rows"

    def sql(self, question: Question) -> Shown:
        del question
        return AS_COUNTED


AS_COUNTED = NoStatement(
    "What was counted of the two windows is equal in every cell of every column; a statement would have to compare "
    "all rows of both."
)
