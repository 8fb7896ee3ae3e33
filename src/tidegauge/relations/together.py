"""Columns that are missing together: a failed join leaves out a whole group, a failed parser one of it."""

import numpy as np

from tidegauge.relations.base import NOTHING, First, Floats, Learnt, OneNumber, Spec, asin
from tidegauge.relations.coded import Coded
from tidegauge.statistics.scales import from_angle
from tidegauge.statistics.statement import SAMPLED, Question, Shown, share_of_rows
from tidegauge.statistics.statistic import Reads


class MissingWithout(OneNumber):
    """Share of rows that miss a column while its partner is there, as arcsin √p.

    Where weather is missing it is missing whole; a temperature missing alone is another story, however few. Prefer
    `missing` for how much is missing at all.

    Range of the share 0 to 1. Standard error ½/√n.

    >>> MissingWithout().natural(np.array([asin(0.02)])).round(3)
    array([0.02])

    Source: co-missingness patterns; D. Rubin, Inference and missing data (1976).
    """

    name = "missing-without"
    title = "missing although {others} is present"
    says = "{value} of the rows lack it although {others} is present"
    plain = "{value} of the rows have {others} but lack {column}"
    reads = Reads.SHARE
    floor = 0.01
    one_sided = True
    shared = False

    def choose(self, first: First) -> list[Spec]:
        gone = {c: first.rows.missing(c) for c in first.rows.columns}
        names = [c for c, m in gone.items() if 0 < np.count_nonzero(m) < len(m)]
        if len(names) < 2:
            return []
        together = np.nan_to_num(np.corrcoef(np.array([gone[c] for c in names], dtype=np.float64)))
        np.fill_diagonal(together, 0.0)
        t = self.tuning.relations.together
        best = together.argmax(axis=1)
        found = [(-together[i, k], c, names[k]) for i, (c, k) in enumerate(zip(names, best, strict=True))]
        return [(c, partner) for r, c, partner in sorted(found)[: t.most] if -r > t.least]

    def natural(self, level: Floats) -> Floats:
        """[...] the share, 0 to 1."""
        return from_angle(level)

    def sql(self, question: Question) -> Shown:
        gone, partner = (s.layout.missing_sql(question.dialect, s.value, s.number) for s in question.sides)
        return share_of_rows(f"{gone} AND NOT {partner}", SAMPLED)

    def levels(self, spec: Spec, rows: Coded, learnt: Learnt) -> list[tuple[float, float]]:
        del learnt
        if not len(rows):
            return [NOTHING]
        alone = rows.missing(spec[0]) & ~rows.missing(spec[1])
        return [(asin(float(alone.mean())), float(0.5 / np.sqrt(len(rows))))]
