"""A made-up inference log: which windows it has, and the rows of each; and what a monitor of it counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tidegauge.core.window import Window

TABLE, ID, TIME = "log", "row_id", "at"
Rows = dict[str, NDArray[Any]]  # column → floats (NaN is missing), or (codes, words)


@dataclass(frozen=True)
class Words:
    """A column of strings as codes into its words; −1 is missing."""

    codes: NDArray[np.int64]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Log:
    """Windows without a fault. What is decided before `since` is not counted: it is there to be learnt from."""

    name: str
    windows: Sequence[Window]
    rows: Callable[[Window], tuple[NDArray[np.int64], dict[str, NDArray[np.float64] | Words]]]  # microseconds, columns
    numeric: tuple[str, ...]
    categorical: tuple[str, ...]
    prediction: str | None = None
    label: str | None = None
    segment: str | None = None
    zone: str = "UTC"
    country: str | None = None
    since: datetime | None = None
    budget: float = 3.0  # a month
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Of its windows."""
        return self.windows[0].kind

    def monitor(self, store: str) -> dict[str, Any]:
        """The monitor file of a person who only knows the columns: roles, window, country, budget."""
        columns: dict[str, Any] = {"id": ID, "time": TIME, "numeric": [c for c in self.numeric if c != self.label]}
        columns["numeric"] = [c for c in columns["numeric"] if c != self.prediction]
        columns["categorical"] = list(self.categorical)
        if self.prediction:
            columns["prediction"] = self.prediction
        if self.segment:
            columns["segments"] = [self.segment]
        content: dict[str, Any] = {
            "monitor": "null",
            "store": f"sqlite:///{store}",
            "source": {"url": "duckdb:///:memory:", "table": TABLE},
            "columns": columns,
            "window": {
                "every": self.kind,
                "zone": self.zone,
                "start": f"{self.windows[0].start.astimezone(_zone(self.zone)):%Y-%m-%d}",
                "wait": "0 hours",
            },
            "alerts": {"budget": f"{self.budget:g} per month"},
        }
        if self.country:
            content["reference"] = {"country": self.country}
        if self.label:
            content["labels"] = {"table": TABLE, "id": ID, "value": self.label, "delay": "0 days"}
        return content | self.more

    def table(self, window: Window, first_id: int) -> pa.Table:
        """A window's rows for the warehouse."""
        at, columns = self.rows(window)
        out = {ID: pa.array(np.arange(first_id, first_id + len(at)))}
        out[TIME] = pa.array(at, pa.int64()).cast(pa.timestamp("us", tz="UTC"))
        for name, values in columns.items():
            if isinstance(values, Words):
                codes = pa.array(values.codes, pa.int64(), mask=values.codes < 0)
                out[name] = pa.DictionaryArray.from_arrays(codes, pa.array(values.words)).cast(pa.string())
            else:
                out[name] = pa.array(values, pa.float64(), from_pandas=True)
        return pa.table(out)


def _zone(name: str) -> Any:  # noqa: ANN401 - ZoneInfo
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def micros(instant: datetime) -> int:
    """Microseconds since 1970."""
    return round(instant.timestamp()) * 1_000_000


def spread_over(window: Window, n: int, g: np.random.Generator) -> NDArray[np.int64]:
    """Instants of n rows inside a window, in order."""
    length = (window.end - window.start) // timedelta(microseconds=1)
    return np.sort(micros(window.start) + g.integers(0, length, n))
