"""`compare` on frames of whatever pandas can hold: one column's trouble is never the frame's."""

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tidegauge
from tidegauge.core.errors import ContractError

N = 600
ODD: dict[str, Any] = {
    "decimals": [*[Decimal("9.99")] * (N - 1), Decimal("1234.50")],
    "NaN of decimals": [Decimal("NaN") if i % 2 else Decimal(1) for i in range(N)],
    "one text": [*[1] * (N - 1), "N/A"],
    "intervals": pd.cut(np.arange(N) % 11, 5),
    "periods": pd.period_range("2020-01", periods=N, freq="D"),
    "complex": np.arange(N) * 1j,
    "lists": [[1, 2] if i % 2 else [3] for i in range(N)],
    "dicts": [{"a": 1} if i % 2 else {} for i in range(N)],
    "categories of numbers": pd.Categorical(np.arange(N) % 4),
    "categories of anything": pd.Categorical([1 if i % 2 else "x" for i in range(N)]),
    "Int64": pd.array([1 if i % 3 else None for i in range(N)], dtype="Int64"),
    "boolean": pd.array([True if i % 3 else None for i in range(N)], dtype="boolean"),
    "arrow": pd.array(["x" if i % 3 else None for i in range(N)], dtype="string[pyarrow]"),
    "sparse": pd.arrays.SparseArray([0.0] * (N - 5) + [1.0] * 5),
    "nothing": [None] * N,
    "integers beyond a double": [10**400 if i % 2 else -(10**400) for i in range(N)],
    "NA among objects": [pd.NA if i % 2 else 1.5 for i in range(N)],
    "half a character": pd.Series(["a\ud800" if i % 2 else "b" for i in range(N)], dtype=object),
    "bytes": [b"\xff" if i % 2 else b"a" for i in range(N)],
    "lengths of time": pd.to_timedelta(np.arange(N), unit="s"),
}


@pytest.mark.parametrize("name", ODD)
def test_a_frame_compared_with_itself_has_not_changed(name: str) -> None:
    frame = pd.DataFrame({"odd": ODD[name], "x": np.arange(N) % 7})
    kept = frame.dtypes.to_dict()
    answer = tidegauge.compare(frame, frame)
    assert answer.verdict == "same"
    assert answer["x"].verdict == "same"
    assert frame.dtypes.to_dict() == kept, "the caller's frame is the caller's"


def test_decimals_are_numbers_and_a_mixture_is_text() -> None:
    before = pd.DataFrame({"p": ODD["decimals"], "m": ODD["one text"]})
    now = pd.DataFrame({"p": [v * 2 for v in ODD["decimals"]], "m": ["N/A"] * N})
    answer = tidegauge.compare(before, now)
    assert answer["p"].kind == "numeric"
    assert answer["p"].current is not None
    assert answer["p"].current.median == pytest.approx(19.98, rel=0.01)
    assert answer["m"].kind == "categorical"
    assert answer["m"].verdict == "changed"


def test_names_are_names() -> None:
    frame = pd.DataFrame({0: np.arange(N) % 7, "x": np.arange(N) % 5})
    assert tidegauge.compare(frame, frame, numeric=[0], ignore="x").verdict == "same"  # type: ignore[list-item]
    for wrong in ({"numeric": [None]}, {"categorical": [2.5]}, {"ignore": [("a", "b")]}, {"numeric": {"x": 1}}):
        with pytest.raises(ContractError, match="takes names of columns"):
            tidegauge.compare(frame, frame, **wrong)
    with pytest.raises(ContractError, match='column "7" is on neither side'):
        tidegauge.compare(frame, frame, numeric=[7])  # type: ignore[list-item]


def test_yes_and_no_are_names_and_small_whole_numbers_are_themselves() -> None:
    random = np.random.default_rng(1)
    before = pd.DataFrame({"ok": random.random(3000) < 0.7, "grade": random.integers(1, 6, 3000)})
    fives = random.random(3000) < 0.3
    now = pd.DataFrame({"ok": random.random(3000) < 0.4, "grade": np.where(fives, 5, random.integers(1, 6, 3000))})
    answer = tidegauge.compare(before, now)
    assert answer["ok"].kind == "categorical"
    assert answer["ok"].sentence.startswith('the share of "false" went from ')
    assert answer["grade"].kind == "numeric"
    assert answer["grade"].shifts[0].cell == "5"
    assert {m.cell for m in answer["grade"].shifts} <= {"below 2", "2", "3", "4", "5"}
