"""Pair information: whether two columns still go together as they did."""

import numpy as np

from tidegauge.relations.base import NOTHING, First, Learnt, OneNumber, Spec
from tidegauge.relations.coded import Coded
from tidegauge.statistics.statement import SAMPLED, Question, Shown, Statement
from tidegauge.statistics.statistic import Reads


class PairInformation(OneNumber):
    """Mean over a window's rows of log q(a, b) / (q(a) q(b)), by the joint table q of past rows.

    How typical the window's *combinations* are: swapped codes, °F sent as °C, a shifted clock and a bad join all keep
    each column as it was and break this. Prefer `broken-groups` where one column should fix another exactly.

    Unit: nats. Range −4 to 4 (a combination never seen is not infinitely strange). Standard error: the window's own.

    >>> PairInformation().read(0.4)
    0.4

    Source: pointwise mutual information; R. Fano, Transmission of Information (1961).
    """

    name = "pair-information"
    title = "typicality of its combinations with {others}"
    says = "its combinations with {others} have a typicality of {value} (higher is more usual)"
    plain = "{column} does not go with {others} as it did"
    reads = Reads.NUMBER
    shape = 0.1

    def choose(self, first: First) -> list[Spec]:
        rows, t = first.rows, self.tuning.relations.pairs
        found: dict[Spec, float] = {}
        names = rows.columns
        for i, a in enumerate(names):
            for b in names[:i]:
                m = information(rows, a, b)
                if m > t.least:
                    found[a, b] = m
        kept: list[Spec] = []
        count = dict.fromkeys(names, 0)
        for a, b in sorted(found, key=lambda pair: (-found[pair], pair)):
            if min(count[a], count[b]) < t.each and len(kept) < t.most:
                kept.append((a, b))
                count[a] += 1
                count[b] += 1
        return kept

    def sql(self, question: Question) -> Shown:
        bands = [s.layout.band_sql(question.dialect, s.value, s.number) for s in question.sides]
        return Statement("pairs", {"names": [s.label for s in question.sides], "bands": bands}, SAMPLED)

    def learn(self, spec: Spec, past: Coded, prediction: str | None) -> Learnt:
        del prediction
        a, b = spec
        t = self.tuning.relations.pairs
        table = _table(past, a, b)
        n = table.sum()
        p = (table.sum(axis=1, keepdims=True) + t.margin) / (n + t.margin * table.shape[0])
        q = (table.sum(axis=0, keepdims=True) + t.margin) / (n + t.margin * table.shape[1])
        joint = (table + t.prior * p * q) / (n + t.prior)
        return {"ratio": np.clip(np.log(joint / (p * q)), -t.clip, t.clip).ravel()}

    def levels(self, spec: Spec, rows: Coded, learnt: Learnt) -> list[tuple[float, float]]:
        ratio = learnt.get("ratio")
        if ratio is None or not len(rows):
            return [NOTHING]
        information = ratio[rows.both(*spec)].astype(np.float64)
        return [(float(information.mean()), float(information.std() / np.sqrt(len(rows))))]


def _table(rows: Coded, a: str, b: str) -> np.ndarray:
    """[cells of a, cells of b] rows."""
    shape = rows.coder.size(a), rows.coder.size(b)
    return np.bincount(rows.both(a, b), minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)


def information(rows: Coded, a: str, b: str) -> float:
    """Mutual information of two columns in nats, less its small-sample bias (Miller 1955)."""
    n = max(len(rows), 1)
    table = _table(rows, a, b) / n
    one, other = table.sum(axis=1, keepdims=True), table.sum(axis=0, keepdims=True)
    expected, full = one * other, table > 0
    bias = (np.count_nonzero(one) - 1) * (np.count_nonzero(other) - 1) / 2 / n
    return float((table[full] * np.log(table[full] / expected[full])).sum()) - bias
