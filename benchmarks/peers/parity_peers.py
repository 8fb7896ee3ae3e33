"""What fairlearn and statsmodels say of random tables, for `benchmarks.parity`.

In an environment of its own: `pip install fairlearn==0.15.0 statsmodels==0.15.0`, then
`python benchmarks/peers/parity_peers.py FILE [TABLES]`.
"""

import json
import sys
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from fairlearn import metrics  # type: ignore[import-not-found]
from sklearn.metrics import precision_score
from statsmodels.stats.proportion import confint_proportions_2indep  # type: ignore[import-not-found]

RATES = {
    "selection-rate": metrics.selection_rate,
    "true-positive-rate": metrics.true_positive_rate,
    "false-positive-rate": metrics.false_positive_rate,
    "positive-predictive-value": partial(precision_score, zero_division=np.nan),
}


def table(g: np.random.Generator) -> dict[str, list[int]]:
    """Hits, false, missed and rest of two groups; small ones and zeros among them."""
    out = {}
    for group in ("group", "base"):
        rows = int(g.integers(1, 40) if g.random() < 0.4 else g.integers(40, 5000))
        out[group] = [int(n) for n in g.multinomial(rows, g.dirichlet((0.5, 0.5, 0.5, 1.0)))]
    return out


def peers_say(counts: dict[str, list[int]]) -> dict[str, Any]:
    """Each rate of both groups by fairlearn, and the interval of each ratio by statsmodels; None where it raises."""
    label, said, group = [], [], []
    for name, (hits, false, missed, rest) in counts.items():
        said += [1] * (hits + false) + [0] * (missed + rest)
        label += [1] * hits + [0] * false + [1] * missed + [0] * rest
        group += [name] * (hits + false + missed + rest)
    frame = metrics.MetricFrame(metrics=RATES, y_true=label, y_pred=said, sensitive_features=group)
    rates = {rate: dict(frame.by_group[rate]) for rate in RATES}
    return {"rates": rates, "intervals": {rate: interval(rate, counts) for rate in RATES}}


def interval(rate: str, counts: dict[str, list[int]]) -> list[float] | None:
    """By the score test of Miettinen and Nurminen."""
    shares = []
    for name in ("group", "base"):
        hits, false, missed, rest = counts[name]
        shares += {
            "selection-rate": [hits + false, hits + false + missed + rest],
            "true-positive-rate": [hits, hits + missed],
            "false-positive-rate": [false, false + rest],
            "positive-predictive-value": [hits, hits + false],
        }[rate]
    try:
        return [float(x) for x in confint_proportions_2indep(*shares, compare="ratio", method="score", correction=True)]
    except (ValueError, ZeroDivisionError):
        return None


def write(file: Path, tables: int) -> None:
    """One JSON list."""
    warnings.simplefilter("ignore")
    g = np.random.default_rng(7)
    some = [table(g) for _ in range(tables)]
    file.write_text(json.dumps([{"counts": counts} | peers_say(counts) for counts in some]), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1000)
