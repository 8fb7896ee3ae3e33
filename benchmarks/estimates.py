"""Estimates until labels come, against what labels say: on NannyML's sets and on days of flights; and against its own.

    python -m benchmarks.estimates FOLDER --flights   # writes the demo's flights, with its own model's scores
    python benchmarks/peers/nannyml_estimates.py FOLDER   # in an environment with nannyml==0.13.1
    python -m benchmarks.estimates FOLDER

Chunks are windows: as large as NannyML's, whose labels come one chunk later (of the census four); of flights the days,
whose labels come a day later. The estimates are made by the code of a run; only what stores labels is stood in for.
"""

import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from tidegauge.core.window import Window
from tidegauge.profiles.layouts.cuts import cut_numeric
from tidegauge.profiles.layouts.line import BEYOND_LOW
from tidegauge.profiles.layouts.numeric import NumericLayout
from tidegauge.stages.estimating import ESTIMATED, Estimating
from tidegauge.stages.known_labels import CellRows, KnownLabels
from tidegauge.tuning.estimate_tuning import EstimateTuning

BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
SETS = {"carloan": (2500, 1), "census": (2000, 4), "flights": (0, 1)}  # rows of a chunk, chunks until labels come
REFERENCE = "2013-07-01"  # flights before this day are the reference


def window(k: int) -> Window:
    """The k-th chunk, as a day."""
    return Window(BEGIN + timedelta(days=k), BEGIN + timedelta(days=k + 1), "day")


@dataclass(frozen=True)
class Chunks:
    """Stands in for stored labels."""

    scored: Mapping[Window, CellRows]
    delay: timedelta

    def by(self, moment: datetime, most: int, excluded: Collection[Window]) -> dict[Window, CellRows]:
        """The last chunks whose labels had come."""
        del excluded
        found = [w for w in self.scored if w.end + self.delay <= moment]
        return {w: self.scored[w] for w in found[-most:]}

    def rows(self, window: Window) -> CellRows | None:
        """One chunk."""
        return self.scored.get(window)


def chunks(frame: pd.DataFrame, size: int) -> tuple[dict[Window, CellRows], int]:
    """Chunks of the reference, then of the analysis, by cell of the score; and how many are the reference's."""
    parts = [frame[frame.part == part] for part in ("reference", "analysis")]
    layout = cut_numeric(parts[0].score.to_numpy(np.float64))
    cut = [_chunked(part, size) for part in parts]
    made = {window(k): scored(rows, layout) for k, rows in enumerate(cut[0] + cut[1])}
    return made, len(cut[0])


def _chunked(part: pd.DataFrame, size: int) -> list[pd.DataFrame]:
    """Chunks of a size; 0: days. Rows that are left over at the end are no chunk."""
    if not size:
        return [rows for _, rows in part.groupby("day")]
    return [part.iloc[k : k + size] for k in range(0, len(part) - size + 1, size)]


def write_flights(folder: Path) -> None:
    """The demo's flights after its model's months, without its faults: scores, and labels where they came."""
    # inside, for whoever writes them
    from examples.flights.build import LOG_STARTS
    from examples.flights.model import FIRST, DelayModel
    from examples.flights.source import NUMERIC, flights

    frame = flights()
    past = frame[frame["day"] < LOG_STARTS]
    now = frame[(frame["day"] >= LOG_STARTS) & frame["late"].notna()].reset_index(drop=True)
    now["score"] = DelayModel.fit(past, FIRST).score(now.astype(dict.fromkeys(NUMERIC, float)))
    now["label"] = now["late"].astype(int)
    now["part"] = np.where(now["day"] < REFERENCE, "reference", "analysis")
    now[["part", "day", "score", "label"]].to_csv(folder / "flights.csv", index=False)


def scored(rows: pd.DataFrame, layout: NumericLayout) -> CellRows:
    """One chunk; realised from its rows."""
    score, label = rows.score.to_numpy(np.float64), rows.label.to_numpy(np.float64)
    code = layout.codes(score) - BEYOND_LOW
    cells = layout.high_inf - BEYOND_LOW
    n, ones, scores = (np.bincount(code, w, cells) for w in (np.ones(len(code)), label, score))
    right = float(((score >= 0.5) == (label > 0)).mean())
    return CellRows(
        n.astype(np.float64),
        ones.astype(np.float64),
        scores.astype(np.float64),
        (right, float(roc_auc_score(label, score))),
    )


def measured(folder: Path, name: str) -> None:
    """Print a set's mean errors, the naive guess's, NannyML's; how often an interval holds what comes."""
    size, delay = SETS[name]
    made, first = chunks(pd.read_csv(folder / f"{name}.csv"), size)
    labels = cast("KnownLabels", Chunks(made, timedelta(days=delay - 1)))
    estimating = Estimating(labels, timedelta(0), EstimateTuning(), lambda _: ())
    path = folder / f"{name}-nannyml.csv"
    theirs = pd.read_csv(path) if path.exists() else None
    judged = list(made)[first:]
    for m, statistic in enumerate(ESTIMATED):
        found = [estimating.of(w)[m] for w in judged]
        came = np.array([made[w].realised[m] for w in judged])
        off = np.abs(np.array([e.value for e in found]) - came)
        inside = np.mean([e.low <= v <= e.high for e, v in zip(found, came, strict=True)])
        plain = np.abs(np.array([estimating.naive(w, m) for w in judged]) - came)
        line = f"{name} {statistic}: {len(judged)} chunks, off by {off.mean():.4f}, plain guess {plain.mean():.4f}"
        line += f", interval holds {inside:.2f}, speaks {np.mean([e.speaks for e in found]):.2f}"
        if theirs is not None:
            line += f", NannyML {np.abs(theirs[statistic].to_numpy()[: len(came)] - came).mean():.4f}"
        print(line)


if __name__ == "__main__":
    if "--flights" in sys.argv:
        write_flights(Path(sys.argv[1]))
        sys.exit()
    for each in SETS:
        measured(Path(sys.argv[1]), each)
