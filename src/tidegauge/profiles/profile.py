"""The answer of a profile statement → what each window leaves behind."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial

import numpy as np

from tidegauge.core.errors import ContractError
from tidegauge.core.grid import instant_of
from tidegauge.core.window import WHOLE, Window
from tidegauge.profiles.chunks import answers, chunks, one_answer
from tidegauge.profiles.derived_values import blamed
from tidegauge.profiles.hour_counts import first_hours, read_hours
from tidegauge.profiles.kinds import KINDS
from tidegauge.profiles.kinds.base import CountedColumn
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.query import profile_queries, watermark_query
from tidegauge.profiles.row_query import SAMPLED, most_windows, read_rows
from tidegauge.profiles.segments import segment_names
from tidegauge.profiles.states.cells import Cells, Floats, Ints
from tidegauge.profiles.states.sampled_rows import SampledRows
from tidegauge.profiles.window_index import MOST_WINDOWS
from tidegauge.warehouses.base import Rows, Warehouse


@dataclass(frozen=True, slots=True)
class WindowFacts:
    """What is known of a window's rows as rows: its data revision, duplicates, freshness. Zero rows: all zero."""

    rows: int = 0
    ids: int = 0  # distinct row ids, each row without one for itself; equal to `rows` where the monitor names none
    event: int = 0  # freshest event, microseconds since 1970
    ingest: int = 0  # freshest ingest (or event), microseconds since 1970
    checksum: int = 0
    future: int = 0  # rows whose event lies more than an hour after they were written

    @property
    def freshest(self) -> str:
        """When the last row came in, as text; empty where there is none."""
        return instant_of(self.ingest).isoformat(timespec="milliseconds") if self.rows else ""


@dataclass(frozen=True, slots=True)
class Profile:
    """One window's states: segment → column → cells; the whole is the segment "*"."""

    window: Window | None
    facts: WindowFacts
    segments: dict[str, dict[str, Cells]] = field(default_factory=dict)
    segment_rows: dict[str, int] = field(default_factory=dict)
    rows: SampledRows | None = None  # some of the rows as they are; None where none were drawn
    hours: Cells | None = None  # rows by hour since the window's start; None of an hour, or where no time is named

    @property
    def whole(self) -> dict[str, Cells]:
        """Column → cells of all rows."""
        return self.segments.get(WHOLE, {})


def profile_windows(
    warehouse: Warehouse,
    kinds: Mapping[str, str],
    mapping: LogMapping,
    layouts: Mapping[str, Layout],
    segments: Mapping[str, Sequence[str]],
    windows: Sequence[Window],
    sample: int = 0,
) -> Iterator[list[Profile]]:
    """Profiles of adjoining windows, each value read once, up to 256 windows a statement. Windows without rows too.

    Each with `sample` of its rows, where that is not 0.
    """
    columns = [c for c in mapping.counted if c in layouts]
    most = min(MOST_WINDOWS, most_windows(len(columns), sample))
    for some in chunks(windows, most, even_of_none=True):
        queries = profile_queries(warehouse.dialect, kinds, mapping, layouts, segments, some, sample)
        try:
            found = one_answer(warehouse, queries)
        except ContractError as error:
            if not some or mapping.time is None:
                raise
            micros = warehouse.dialect.micros(warehouse.dialect.quote(mapping.time), kinds[mapping.time], mapping.zone)
            raise blamed(warehouse, mapping, error, micros, some[0].start, some[-1].end) from None
        profiles = _read(found, some or [None], columns, layouts, segment_names(segments))
        if "sampled" in found:
            drawn = read_rows(warehouse.dialect, found, len(profiles), columns, layouts, sample)
            profiles = [replace(p, rows=rows) for p, rows in zip(profiles, drawn, strict=True)]
        yield profiles


def watermarks(
    warehouse: Warehouse, kinds: Mapping[str, str], mapping: LogMapping, windows: Sequence[Window]
) -> Iterator[tuple[Window, WindowFacts]]:
    """Rows, freshest ingest and checksum of adjoining windows, from the time columns alone."""
    for some, found in answers(warehouse, windows, partial(watermark_query, warehouse.dialect, kinds, mapping)):
        names = ("window_index", "n", "ingest", "checksum")
        facts = {
            int(k): WindowFacts(int(n), 0, 0, int(i), int(c))
            for k, n, i, c in zip(*(found[x] for x in names), strict=True)
        }
        yield from ((w, facts.get(k, WindowFacts())) for k, w in enumerate(some))


def _read(
    found: Rows,
    windows: Sequence[Window | None],
    columns: Sequence[str],
    layouts: Mapping[str, Layout],
    names: Sequence[str],
) -> list[Profile]:
    """Split the one long answer by window, segment and column."""
    w, s, c, code, n, total, low, high = _in_order(found)
    change = np.flatnonzero((np.diff(w) != 0) | (np.diff(s) != 0) | (np.diff(c) != 0)) + 1
    starts, ends = np.append(0, change), np.append(change, len(w))
    out = [Profile(window, WindowFacts(), {WHOLE: {}}) for window in windows]
    hours = first_hours(windows)
    for a, z in zip(starts.tolist(), ends.tolist(), strict=True) if len(w) else ():
        at, segment, column = int(w[a]), int(s[a]), int(c[a])
        if column < 0 and segment < 0:
            out[at] = replace(out[at], facts=_facts(code[a:z], n[a:z]), hours=read_hours(hours[at], code[a:z], n[a:z]))
        elif column < 0:
            out[at].segment_rows[names[segment]] = int(n[a])
        elif segment < 0:
            layout = layouts[columns[column]]
            counted = CountedColumn(code[a:z], n[a:z], total[a:z], low[a:z], high[a:z])
            out[at].segments[WHOLE][columns[column]] = KINDS[layout.kind].read(layout, counted)
        else:
            out[at].segments.setdefault(names[segment], {})[columns[column]] = Cells(code[a:z], n[a:z])
    return out


def _in_order(found: Rows) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints, Floats, Floats]:
    """[n] each: window, segment, column, cell, rows, sum, least and greatest value, sorted by the first four."""
    parts = ("window_index", "segment", "col", "code", "n", "total", "low", "high")
    counted = found["col"] != SAMPLED
    found = {k: found[k][counted] for k in parts}
    w, s, c = (found[k].astype(np.int64) for k in ("window_index", "segment", "col"))
    code, n, total = (found[k].astype(np.int64) for k in ("code", "n", "total"))
    low, high = (found[k].astype(np.float64) + 0.0 for k in ("low", "high"))  # −0.0 + 0.0 is 0.0
    order = np.lexsort((code, c, s, w))
    w, s, c, code, n, total = (a[order] for a in (w, s, c, code, n, total))
    return w, s, c, code, n, total, low[order], high[order]


def _facts(code: Ints, n: Ints) -> WindowFacts:
    """The facts of a window, which the answer numbers."""
    facts = dict(zip(code.tolist(), n.tolist(), strict=True))
    return WindowFacts(*(facts.get(k, 0) for k in range(len(fields(WindowFacts)))))
