"""The open list of faults: what is broken on purpose, on which nights, and what tidegauge must do about it.

Every other night of the ten is as it was in 2013, storms included (the 14th brought snow, the 17th too). A fault in a
feature `reaches` either the model, which then scores what it was given (the pipeline before it broke), or only the
log, where the model saw the truth and the copy is wrong (the pipeline behind it broke). A fault in the labels shows
one night later, when the labels have arrived.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:  # the verdict reads the list too, and needs no pandas
    import pandas as pd


@dataclass(frozen=True)
class Fault:
    """One fault on one local day."""

    name: str
    night: date
    columns: tuple[str, ...]  # the columns that are wrong; one of them must rank among the alert's first three
    what: str
    reaches: Literal["model", "log", "labels"]
    stage: Literal["inputs", "labels"]  # the stage that must alert
    actions: tuple[str, ...]  # what the alert must trigger, and nothing else
    change: Callable[["pd.DataFrame"], None]  # applied in place to the rows of the night, a row per flight


def _kilometres(rows: "pd.DataFrame") -> None:
    rows["distance"] = rows["distance"] * 1.609344


def _lower_case(rows: "pd.DataFrame") -> None:
    rows["carrier"] = rows["carrier"].str.lower()


def _stuck(rows: "pd.DataFrame") -> None:
    rows["wind_speed"] = rows["wind_speed"].iloc[0]


def _lost(rows: "pd.DataFrame") -> None:
    # A generator of its own, so that adding a fault changes no other.
    rows.loc[np.random.default_rng(20131216).random(len(rows)) < 0.5, "plane_year"] = np.nan


def _flipped(rows: "pd.DataFrame") -> None:
    carrier = rows["carrier"] == "DL"
    rows.loc[carrier, "late"] = 1 - rows.loc[carrier, "late"]


FAULTS = [
    Fault(
        name="flipped labels",
        night=date(2013, 12, 13),
        columns=("late",),
        what="late and punctual change places for Delta (DL)",
        reaches="labels",
        stage="labels",
        actions=("report", "retrain"),
        change=_flipped,
    ),
    Fault(
        name="re-cased category",
        night=date(2013, 12, 15),
        columns=("carrier",),
        what="carrier codes come in lower case, and the model does not know them",
        reaches="model",
        stage="inputs",
        actions=("report",),
        change=_lower_case,
    ),
    Fault(
        name="silent nulls",
        night=date(2013, 12, 16),
        columns=("plane_year",),
        what="every second plane loses its year: a join that fails without a word",
        reaches="model",
        stage="inputs",
        actions=("report",),
        change=_lost,
    ),
    Fault(
        name="stuck sensor",
        night=date(2013, 12, 18),
        columns=("wind_speed",),
        what="the anemometers are iced up and repeat the first reading of the day, at all three airports",
        reaches="model",
        stage="inputs",
        actions=("report",),
        change=_stuck,
    ),
    Fault(
        name="unit change",
        night=date(2013, 12, 20),
        columns=("distance",),
        what="distance comes in kilometres instead of miles",
        reaches="log",
        stage="inputs",
        actions=("report",),
        change=_kilometres,
    ),
]


def inflict(frame: "pd.DataFrame", reaches: str) -> None:
    """Apply, in place, every listed fault that reaches so far. `frame` has a `day` column: local midnights."""
    for fault in FAULTS:
        night = frame["day"] == np.datetime64(fault.night)
        if fault.reaches == reaches and night.any():
            rows = frame.loc[night].copy()
            fault.change(rows)
            frame.loc[night, rows.columns] = rows
