"""Local dependencies of small windows: a code that fixes other columns, row by row."""

from collections.abc import Sequence

import numpy as np

from tidegauge.relations.base import NOTHING, First, Floats, Learnt, OneNumber, Spec, asin
from tidegauge.relations.coded import Coded, Ints
from tidegauge.relations.determinants import few, fixable, shown_groups, varying, violated
from tidegauge.statistics.scales import from_angle
from tidegauge.statistics.statement import Question, Shown
from tidegauge.statistics.statistic import Reads


class BrokenRows(OneNumber):
    """Share of rows outside the most frequent cell of their group, of those that could be; arcsin √p.

    What `broken-groups` says of a day with hundreds of groups, for windows that hold a handful: in one hour each
    airport has one weather, so three groups are all there is, and one row that differs says that something broke. Only
    codes determine here, and only what held without exception in every window of the first weeks: of the few values
    that a number takes in an hour, two may be equal by chance.

    Range of the share 0 to 1. Standard error ½/√n.

    >>> violated(np.array([0, 0, 0, 1, 1]), np.array([7, 7, 8, 5, 5]), 9)  # one row of the three that could differ
    0.3333333333333333

    Source: approximate functional dependencies, the measure g₃ of J. Kivinen, H. Mannila (1995).
    """

    name = "broken-rows"
    title = "rows that break the dependency on {others}"
    says = "{value} of the rows break the dependency on {others}"
    plain = "{column} does not follow from {others} as it did"
    reads = Reads.SHARE
    one_sided = True
    shared = False
    shape = -0.1

    def choose(self, first: First) -> list[Spec]:
        t, of = self.tuning.relations.broken_rows, self.tuning.relations.determinants
        some = [w for w in first.windows if len(w) >= t.fewest]
        if len(some) < t.seen * len(first.windows):
            return []
        varied = varying(some, fixable(first), of.varied)
        found: list[Spec] = []
        for d in first.rows.coder.named:
            groups = [w.groups((d,)) for w in some]
            if few(groups, of.groups):
                found += [(c, d) for c in varied if c != d and _unbroken(groups, some, c)]
        return found[: t.most]

    def natural(self, level: Floats) -> Floats:
        """[...] the share, 0 to 1."""
        return from_angle(level)

    def sql(self, question: Question) -> Shown:
        return shown_groups(question)

    def levels(self, spec: Spec, rows: Coded, learnt: Learnt) -> list[tuple[float, float]]:
        del learnt
        if len(rows) < self.tuning.relations.broken_rows.fewest:
            return [NOTHING]
        share = violated(rows.groups(spec[1:]), rows.cells(spec[0]), rows.coder.size(spec[0]))
        return [(asin(share), float(0.5 / np.sqrt(len(rows))))]


def _unbroken(groups: Sequence[Ints], windows: Sequence[Coded], column: str) -> bool:
    """Whether no group of any window holds a second cell of the column."""
    return all(violated(g, w.cells(column), w.coder.size(column)) == 0 for g, w in zip(groups, windows, strict=True))
