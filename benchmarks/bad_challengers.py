"""Which gate stops which bad challenger: seven kinds and an honest one, at two cuts of real flights. About a minute.

python -m benchmarks.bad_challengers
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.challengers import CELLS
from examples.flights.build import LOG_STARTS
from examples.flights.model import DelayModel
from examples.flights.source import CATEGORICAL, NUMERIC, flights
from tidegauge.core.grid import between, moment
from tidegauge.promotion.advising import judged
from tidegauge.promotion.base import GateOutcome
from tidegauge.promotion.evidence import Beside, Evidence, Golden, Pair, Response
from tidegauge.promotion.golden_rows import responses
from tidegauge.promotion.window_sums import WindowSums
from tidegauge.statistics.log_loss import LEAST
from tidegauge.tuning.promotion_tuning import PromotionTuning

CUTS, DAYS, FIT = ("2013-10-01", "2013-11-15"), 14, 104
ZONE = "America/New_York"
KINDS = (
    "honest",
    "labels of DL flipped",
    "labels of 2 weeks shuffled",
    "all labels shuffled",
    "70 % of late ones not yet arrived",
    "carrier in lower case",
    "300 rows alone",
)


def spoilt(kind: str, fit: pd.DataFrame, cut: pd.Timestamp, rng: np.random.Generator) -> pd.DataFrame:
    """What a challenger of this kind is trained on."""
    rows = fit.copy()
    if kind == "labels of DL flipped":
        rows.loc[rows["carrier"] == "DL", "late"] = 1 - rows["late"]
    if kind == "labels of 2 weeks shuffled":
        weeks = rows["day"] >= cut - pd.Timedelta(days=2 * DAYS)
        rows.loc[weeks, "late"] = rng.permutation(rows.loc[weeks, "late"])
    if kind == "all labels shuffled":
        rows["late"] = rng.permutation(rows["late"])
    if kind == "70 % of late ones not yet arrived":
        rows.loc[(rows["late"] == 1) & (rng.random(len(rows)) < 0.7), "late"] = np.nan
    if kind == "carrier in lower case":
        rows["carrier"] = rows["carrier"].str.lower()
    if kind == "300 rows alone":
        rows = rows[rows["late"].notna()].sample(300, random_state=1)
    return rows


def course(score: np.ndarray, late: np.ndarray, day: np.ndarray, edges: np.ndarray) -> WindowSums:
    """One model on some rows."""
    cell = (day * 2 + late) * CELLS + np.searchsorted(edges, score)
    kept = np.clip(score, LEAST, 1 - LEAST)
    return WindowSums(
        rows=np.bincount(day, minlength=DAYS).astype(float),
        losses=np.bincount(day, -np.where(late == 1, np.log(kept), np.log1p(-kept)), DAYS).astype(float),
        predicted=np.bincount(day, score, DAYS).astype(float),
        labels=np.bincount(day, late, DAYS).astype(float),
        cells=np.bincount(cell, minlength=DAYS * 2 * CELLS).reshape(DAYS, 2, CELLS).astype(float),
    )


def evidence(champion: DelayModel, challenger: DelayModel, held: pd.DataFrame, cut: str) -> Evidence:
    """Both on the 14 days before a cut."""
    late = held["late"].to_numpy(int)
    day = (held["day"] - held["day"].min()).dt.days.to_numpy()
    scores = [m.score(held) for m in (champion, challenger)]
    edges = np.quantile(scores[0], np.linspace(0, 1, CELLS + 1)[1:-1])

    def pair(at: np.ndarray) -> Pair:
        return Pair(*(course(s[at], late[at], day[at], edges) for s in scores))

    def of(model: DelayModel) -> Any:  # noqa: ANN401 - a function of rows
        def scored(rows: Sequence[Mapping[str, Any]]) -> Sequence[float]:
            return list(model.score(pd.DataFrame(rows).astype(dict.fromkeys(NUMERIC, float))))

        return scored

    told = responses(_rows(held), CATEGORICAL, of(champion), of(challenger))
    flipped = (scores[0] >= 0.5) != (scores[1] >= 0.5)
    end = moment(cut, ZONE)
    return Evidence(
        between("day", ZONE, moment(str(held["day"].min().date()), ZONE), end),
        pair(np.ones(len(held), dtype=bool)),
        {f"{c}={v}": pair((held[c] == v).to_numpy()) for c in ("carrier", "origin") for v in held[c].unique()},
        [Beside(int((day == k).sum()), 0, int(flipped[day == k].sum())) for k in range(DAYS)],
        Golden(tuple(Response(**r) for r in told)),
    )


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def main() -> None:
    """Print what becomes of each, and which gates stop it."""
    rows = flights().astype(dict.fromkeys(NUMERIC, float))
    champion, rng = DelayModel.fit(rows[rows["day"] < LOG_STARTS], "first"), np.random.default_rng(0)
    for text in CUTS:
        cut = pd.Timestamp(text)
        begin = cut - pd.Timedelta(days=DAYS)
        fit = rows[(rows["day"] >= cut - pd.Timedelta(days=FIT)) & (rows["day"] < begin)].reset_index(drop=True)
        held = rows[(rows["day"] >= begin) & (rows["day"] < cut) & rows["late"].notna()].reset_index(drop=True)
        for kind in KINDS:
            challenger = DelayModel.fit(spoilt(kind, fit, cut, rng), kind)
            (first,) = judged(evidence(champion, challenger, held, text), PromotionTuning())
            stopped = ", ".join(g.gate for g in first.gates if g.outcome is GateOutcome.FAILED)
            gain = dict(first.gates[-1].numbers)["main"]
            print(f"{text} {kind:34} {gain:+.3f} {first.advice.value:8} {stopped}", flush=True)


if __name__ == "__main__":
    main()
