"""One statistic of each base, as a user would write it: nothing of the house knows them."""

from itertools import pairwise

import numpy as np

from tidegauge.profiles.states.row_facts import Facts
from tidegauge.profiles.states.stack import Array, Stack, shares
from tidegauge.relations.base import NOTHING, First, Floats, Learnt, OneNumber, Spec, asin
from tidegauge.relations.coded import Coded
from tidegauge.statistics.base import BOTH, NUMERIC, Distance, Level, WindowLevel
from tidegauge.statistics.labelled import Labelled, LabelLevel
from tidegauge.statistics.scales import angle, angle_error, from_angle
from tidegauge.statistics.statement import NoStatement, Question, Shown, level, share_of_rows, share_of_values
from tidegauge.statistics.statistic import Reads


class NegativeShare(Level):
    """Share of finite values below zero, as the angle arcsin √p.

    Shapes: stack [C, K] → [C]. Unit: angle. Standard error ½/√n. nan without finite rows.

    >>> from tidegauge.profiles.states.counted import counted
    >>> NegativeShare().natural(NegativeShare().level(counted([1, 3], [-2, -1, 0])))
    array([1.])

    Source: a share.
    """

    name = "negative-share"
    title = "values below zero"
    says = "{value} of its values lie below zero"
    reads = Reads.SHARE
    applies = NUMERIC
    floor = 0.01
    one_sided = True

    def _level(self, stack: Stack) -> Array:
        share = np.where(stack.centres < 0, stack.share(), 0.0).sum(axis=1)
        return angle(np.where(stack.finite > 0, share, np.nan))

    def error(self, stack: Stack) -> Array:
        return angle_error(stack.finite)

    def natural(self, level: Array) -> Array:
        return from_angle(level)

    def sql(self, question: Question) -> Shown:
        return share_of_values(question.side, f"{question.side.number} < 0")


class RootRows(WindowLevel):
    """Square root of a window's rows.

    Shapes: facts [W] → [W]. Unit: none; `natural` gives rows. Standard error ½. Never nan.

    >>> RootRows().level(Facts(np.array([9.0]), np.zeros(1), np.zeros(1)))
    array([3.])

    Source: M. Bartlett (1936).
    """

    name = "root-rows"
    title = "rows, on a root's scale"
    says = "the window holds {value} rows"
    reads = Reads.NUMBER
    subject = "the count of rows"
    floor = 0.1
    grows = True

    def level(self, facts: Facts) -> Array:
        return np.sqrt(facts.rows)

    def error(self, facts: Facts) -> Array:
        return np.full_like(facts.rows, 0.5)

    def natural(self, level: Array) -> Array:
        out: Array = np.sign(level) * level**2
        return out

    def sql(self, question: Question) -> Shown:
        del question
        return level("count(*)")


class PositiveLabels(LabelLevel):
    """Share of labels that are 1, as the angle arcsin √p; followed of each segment too.

    Range of the share 0 to 1. Standard error ½/√n.

    >>> round(PositiveLabels().level(Labelled(np.array([8.0]), np.array([8.0]), np.array([4.0]), True)), 4)
    1.5708

    Source: a share.
    """

    name = "positive-labels"
    title = "labels that are 1"
    says = "{value} of the labels are 1"
    reads = Reads.SHARE
    floor = 0.01
    by_segment = True

    def _level(self, labelled: Labelled) -> float:
        return asin(float(labelled.label.sum() / labelled.rows))

    def error(self, labelled: Labelled) -> float:
        return float(0.5 / np.sqrt(labelled.rows)) if labelled.rows >= self.least else float("nan")

    def natural(self, level: Array) -> Array:
        return from_angle(level)


class BothPositive(OneNumber):
    """Share of sampled rows in which two numbers are above zero, as arcsin √p.

    Range of the share 0 to 1. Standard error ½/√n.

    >>> BothPositive().natural(np.array([np.pi / 2]))
    array([1.])

    Source: a share.
    """

    name = "both-positive"
    title = "above zero together with {others}"
    says = "in {value} of the rows it and {others} are above zero"
    reads = Reads.SHARE
    light = True

    def choose(self, first: First) -> list[Spec]:
        names = [c for c in first.rows.coder.edges if c != first.prediction]
        return list(pairwise(names))

    def levels(self, spec: Spec, rows: Coded, learnt: Learnt) -> list[tuple[float, float]]:
        del learnt
        if not len(rows):
            return [NOTHING]
        both = (rows.numbers(spec[0]) > 0) & (rows.numbers(spec[1]) > 0)
        return [(asin(float(both.mean())), float(0.5 / np.sqrt(len(rows))))]

    def natural(self, level: Floats) -> Floats:
        return from_angle(level)

    def sql(self, question: Question) -> Shown:
        a, b = (s.number for s in question.sides)
        return share_of_rows(f"{a} > 0 AND {b} > 0")


class Overlap(Distance):
    """Share of rows that lie where both profiles have some: 1 − total variation.

    Shapes: stacks [C, K] → [C]. Unit: share. Range: 0 to 1; 1 for (p, p). nan where a side has no finite rows.

    >>> from tidegauge.profiles.states.counted import counted
    >>> Overlap().between(counted([30, 70]), counted([50, 50]))
    array([0.8])

    Source: a share.
    """

    name = "overlap"
    title = "overlap"
    says = "overlap is {value}"
    reads = Reads.SHARE
    applies = BOTH
    high = 1.0

    def _between(self, current: Stack, reference: Stack) -> Array:
        p, q = shares(current, reference)
        out: Array = np.minimum(p, q).sum(axis=1)
        return out

    def sql(self, question: Question) -> Shown:
        del question
        return NoStatement("Nobody has written one.")
