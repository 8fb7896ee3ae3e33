"""Local dependencies: within one window, one or two columns may fix a third."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from tidegauge.relations.base import NOTHING, First, Floats, Learnt, OneNumber, Spec, asin
from tidegauge.relations.coded import Coded, Ints
from tidegauge.statistics.scales import from_angle
from tidegauge.statistics.statement import SAMPLED, Question, Shown, Statement
from tidegauge.statistics.statistic import Reads


class BrokenGroups(OneNumber):
    """Share of groups of rows, equal in the determining columns, that hold more than one cell of the target; arcsin √p.

    The weather of one airport in one hour is one value; a distance belongs to one pair of airports. Which columns fix
    which is found in the first windows, and holds *within* a window: nothing has to be remembered, so nothing can be
    forgotten, and a value that was never seen breaks nothing. A fault on a few rows breaks many groups. Where windows
    hold but a handful of groups, as an hour does, `broken-rows` takes its place.

    Range of the share 0 to 1. Standard error ½/√groups.

    >>> BrokenGroups().natural(np.array([asin(0.1)])).round(3)
    array([0.1])

    Source: approximate functional dependencies; J. Kivinen, H. Mannila (1995).
    """

    name = "broken-groups"
    title = "groups with equal {others} that hold several values"
    says = "{value} of the groups of rows with equal {others} hold several values of it"
    plain = "{column} does not follow from {others} as it did"
    reads = Reads.SHARE
    one_sided = True
    shared = False
    shape = -0.1

    def choose(self, first: First) -> list[Spec]:
        t = self.tuning.relations.determinants
        some = spread_out([w for w in first.windows if len(w)], t.looked_at)
        if not some:
            return []
        names = fixable(first)
        varied = varying(some, names, t.varied)
        found: dict[str, list[tuple[float, Spec]]] = {c: [] for c in varied}
        for d in tried(some, names, t.wide):
            for c, left in self._fixed_by(d, some, varied):
                found[c].append((left + t.longer * len(d), d))
        return [(c, *d) for c, ways in found.items() for d in apart(sorted(ways), t.each)]

    def _fixed_by(self, d: Spec, windows: Sequence[Coded], varied: Mapping[str, float]) -> Iterator[tuple[str, float]]:
        """The columns that these determine, each with the part of its variety that is left in their groups."""
        t = self.tuning.relations.determinants
        groups = [w.groups(d) for w in windows]
        if repeats(groups) < t.repeats or few(groups, t.groups):
            return
        for c in varied.keys() - {*d}:
            shares = [violated(g, w.cells(c), w.coder.size(c)) for g, w in zip(groups, windows, strict=True)]
            v = float(np.mean(shares))
            if v < t.violated * varied[c]:
                yield c, v / varied[c]

    def natural(self, level: Floats) -> Floats:
        """[...] the share, 0 to 1."""
        return from_angle(level)

    def sql(self, question: Question) -> Shown:
        return shown_groups(question)

    def levels(self, spec: Spec, rows: Coded, learnt: Learnt) -> list[tuple[float, float]]:
        del learnt
        if not len(rows):
            return [NOTHING]
        group, size = rows.groups(spec[1:]), rows.coder.size(spec[0])
        n = int(group.max()) + 1
        kinds = np.bincount(np.unique(group * size + rows.cells(spec[0])) // size, minlength=n)
        several = np.bincount(group, minlength=n) > 1
        count = int(np.count_nonzero(several))
        if count < self.tuning.relations.determinants.groups:
            return [NOTHING]
        return [(asin(float((kinds[several] > 1).mean())), float(0.5 / np.sqrt(count)))]


def shown_groups(question: Question) -> Statement:
    """The groups that hold more than one value: what the share of groups or of rows is made of."""
    names, columns = [s.label for s in question.sides], [s.value for s in question.sides]
    return Statement("groups", {"names": names, "columns": columns}, SAMPLED)


def spread_out(windows: Sequence[Coded], most: int) -> list[Coded]:
    """So many of some windows at most, from the first to the last."""
    at = np.unique(np.linspace(0, len(windows) - 1, most).astype(np.int64)) if windows else ()
    return [windows[k] for k in at]


def tried(windows: Sequence[Coded], names: Sequence[str], wide: int) -> list[Spec]:
    """What may determine others: every column, and the pairs of those whose values repeat most."""

    def rarely(column: str) -> tuple[float, str]:
        return sum(len(np.unique(w.exact(column))) / len(w) for w in windows), column

    repeating = sorted(names, key=rarely)[:wide]
    return [(a,) for a in names] + [(a, b) for i, a in enumerate(repeating) for b in repeating[:i]]


def repeats(groups: Sequence[Ints]) -> float:
    """Rows that are not the first of their group, in the window that has fewest of them."""
    return min(1 - (int(g.max()) + 1) / len(g) for g in groups)


def apart(ways: Sequence[tuple[float, Spec]], each: int) -> list[Spec]:
    """The best ways to determine a column that share no column with a better one; of so many columns together."""
    used: set[str] = set()
    out: list[Spec] = []
    for _, d in ways:
        if not used & set(d) and len(used) < each:
            out.append(d)
            used |= set(d)
    return out


def fixable(first: First) -> list[str]:
    """The columns that others may determine: the prediction is the model's affair."""
    return [c for c in first.rows.columns if c != first.prediction]


def varying(windows: Sequence[Coded], names: Sequence[str], least: float) -> dict[str, float]:
    """The columns that vary enough within a window for it to mean something that they are fixed, and how much."""
    return {c: v for c in names if (v := variety(windows, c)) > least}


def variety(windows: Sequence[Coded], column: str) -> float:
    """Rows of a window outside the column's most frequent cell there, on average: what a fixed column could do."""
    return float(np.mean([1 - np.bincount(w.cells(column)).max() / len(w) for w in windows]))


def few(groups: Sequence[Ints], least: int) -> bool:
    """Whether so few groups hold several rows in most of some windows that a share of groups says little."""
    return float(np.median([np.count_nonzero(np.bincount(g) > 1) for g in groups])) < least


def violated(group: Ints, cell: Ints, size: int) -> float:
    """Rows outside their group's most frequent cell, of those that could be."""
    n = int(group.max()) + 1
    keys, counts = np.unique(group * size + cell, return_counts=True)
    most = np.zeros(n, dtype=np.int64)
    np.maximum.at(most, keys // size, counts)
    return float((len(group) - most.sum()) / max(len(group) - n, 1))
