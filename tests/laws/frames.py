"""Hostile little tables, and what NumPy says a profile of them is."""

from collections.abc import Sequence
from hashlib import md5
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tidegauge.profiles.layouts.base import MISSING, Layout
from tidegauge.profiles.layouts.categorical import CategoricalLayout
from tidegauge.profiles.layouts.cuts import cut_numeric
from tidegauge.profiles.layouts.line import BEYOND_LOW
from tidegauge.profiles.layouts.numeric import NumericLayout
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.sampled_rows import SampledRows

EDGE_CASES = (
    0.0,
    -0.0,
    float("nan"),
    float("inf"),
    float("-inf"),
    5e-324,
    -5e-324,
    2.2e-308,
    1e308,
    -1e308,
    1.7e308,
    1.0,
    -1.0,
    1e15 + 0.5,
)
number = st.one_of(
    st.none(), st.sampled_from(EDGE_CASES), st.floats(width=64), st.integers(-1000, 1000).map(float), st.floats(-10, 10)
)
#  any Unicode but surrogates, which no UTF-8 holds, and NUL, which PostgreSQL refuses (tested apart)

text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
word = st.one_of(
    st.none(),
    st.sampled_from(["", "a", "A", "ä", "a\u0308", "%s", "%(x)s", "$1", "';--", '"', "\\", "🙂", "\u202e"]),
    text,
)


def layouts(numbers: Sequence[float | None], words: Sequence[str | None]) -> tuple[NumericLayout, CategoricalLayout]:
    """A layout of each kind, cut from half of the values, so that the other half surprises it."""
    half = [x for x in numbers[: len(numbers) // 2] if x is not None]
    vocabulary = tuple(dict.fromkeys(w for w in words[: len(words) // 2] if w is not None))
    return cut_numeric(np.array(half, dtype=np.float64)), CategoricalLayout(vocabulary)


def numpy_rows(
    limit: int, cut: dict[str, Layout], rows: Sequence[tuple[int | None, int, float | None, str | None]]
) -> SampledRows:
    """The oracle: the sample of rows (id, microseconds, number, word), by Python alone, without SQL."""
    (x, numeric), (w, categorical) = cut.items()
    assert isinstance(numeric, NumericLayout)
    assert isinstance(categorical, CategoricalLayout)
    numbers = np.array([np.nan if r[2] is None else r[2] for r in rows], dtype=np.float64)
    parts = numeric.parts(numbers).tolist()
    keys = [
        f"{micros + part * 1_000_003}|{word or ''}" if id_ is None else str(id_)
        for (id_, micros, _, word), part in zip(rows, parts, strict=True)
    ]
    hashes = [int(md5(key.encode(), usedforsecurity=False).hexdigest()[:15], 16) for key in keys]
    codes = np.array([categorical.code(r[3]) for r in rows], dtype=np.int64)
    return SampledRows.drawn(limit, np.array(hashes, dtype=np.int64), [x, w], {x: numbers, w: codes})


def numpy_profile(layout: Layout, values: Sequence[Any]) -> Cells:
    """The oracle: one column's profile by NumPy alone, without SQL."""
    if isinstance(layout, CategoricalLayout):
        codes, counts = np.unique(np.array([layout.code(v) for v in values], dtype=np.int64), return_counts=True)
        return Cells(codes, counts.astype(np.int64))
    assert isinstance(layout, NumericLayout)
    there = np.array([v for v in values if v is not None], dtype=np.float64)
    code = layout.codes(there)
    part = layout.parts(there)
    rows = []
    nulls = len(values) - len(there)
    if nulls:
        rows.append((MISSING, nulls, 0, 0.0, 0.0))
    for k in np.unique(code):
        x = there[code == k] + 0.0
        plain = BEYOND_LOW <= k < layout.high_inf
        rows.append(
            (
                int(k),
                len(x),
                int(part[code == k].sum()) if plain else 0,
                float(x.min()) if plain else 0.0,
                float(x.max()) if plain else 0.0,
            )
        )
    columns = [np.array(c) for c in zip(*rows, strict=True)] if rows else [np.zeros(0)] * 5
    ints = [c.astype(np.int64) for c in columns[:3]]
    return Cells(ints[0], ints[1], ints[2], columns[3].astype(np.float64), columns[4].astype(np.float64))
