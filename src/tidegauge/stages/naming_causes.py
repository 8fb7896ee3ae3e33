"""The likely causes of an alert: of the columns that it names, by the stored cells of its window and of like ones.

A function of what is stored, as the shifts of a finding are. Nothing of the warehouse is read; no verdict changes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan

import numpy as np

from tidegauge.causes import CAUSES
from tidegauge.causes.column_change import ColumnChange, Floats
from tidegauge.causes.naming import NamedCause, causes_of, causes_of_rows
from tidegauge.causes.rows_change import RowsChange
from tidegauge.core.decision import Finding
from tidegauge.core.likely_cause import LikelyCause
from tidegauge.core.window import VOLUME, WHOLE, Window
from tidegauge.profiles.hour_counts import by_the_clock
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.versions import column_of
from tidegauge.references.ladder import Chosen
from tidegauge.stages.stored_profiles import StoredProfiles
from tidegauge.statistics.clock_shift import ClockShift
from tidegauge.statistics.duplicates import Duplicates
from tidegauge.tuning.cause_tuning import CauseTuning


def likely_causes(
    findings: Sequence[Finding],
    window: Window,
    choice: Chosen,
    profiles: StoredProfiles,
    past: StoredProfiles,
    tuning: CauseTuning,
    zone: str,
) -> tuple[LikelyCause, ...]:
    """Of an alert's findings; `choice`: the windows that it is held against, whose profiles lie in `past`.

    `zone`: of the clock that days go by.
    """
    columns = looked_at(findings, tuning)
    if not columns or len(choice.windows) < tuning.windows:
        return ()
    keys = tuple(w.key for w in choice.windows)
    found: list[LikelyCause] = []
    if VOLUME in columns:
        rows = rows_change(findings, window, choice.windows, profiles, past, zone)
        named = causes_of_rows(rows, tuning)
        found = [LikelyCause(c.name, (VOLUME,), clause, 1.0, 0.0, 0.0, "", choice.pool, keys) for c, clause in named]
    changes = column_changes([c for c in columns if c != VOLUME], window, choice.windows, profiles, past)
    of_columns = [_kept_as(n, choice.pool, keys) for n in causes_of(changes, tuning)]
    first, others = (found, of_columns) if columns[0] == VOLUME else (of_columns, found)
    return (*first, *others)[: tuning.most]


def rows_change(
    findings: Sequence[Finding],
    window: Window,
    like: Sequence[Window],
    profiles: StoredProfiles,
    past: StoredProfiles,
    zone: str,
) -> RowsChange:
    """The rows themselves, as the store has counted them; how many repeat an id, as a finding tells."""
    doubled, before = repeated(findings)
    columns = column_changes(list(profiles.layouts()[0]), window, like, profiles, past)
    rows = RowsChange(profiles.rows(window), [past.rows(w) for w in like], doubled, before, columns)
    here, there = profiles.hours([window]).get(window), past.hours(list(like))
    told = any(s.statistic == ClockShift.name for f in findings for s in f.scores)
    if not told or here is None or not there:  # whether hours say so is one question, and the fact has answered it
        return rows
    each = np.array([by_the_clock(w, cells, zone) for w, cells in sorted(there.items())])
    return replace(rows, hours=by_the_clock(window, here, zone), hours_before=each)


def repeated(findings: Sequence[Finding]) -> tuple[float, float]:
    """The share of rows that repeat an id, and the most of it in like windows; none where no finding tells."""
    scores = [s for f in findings if f.column == VOLUME for s in f.scores]
    found = [s for s in scores if s.statistic == Duplicates.name and s.segment == WHOLE and not s.over]
    return (found[0].value, found[0].most) if found and not isnan(found[0].most) else (0.0, 0.0)


def looked_at(findings: Sequence[Finding], tuning: CauseTuning) -> list[str]:
    """The columns of the first findings that are not much weaker than the first one, slow drifts left out."""
    plain = [f for f in findings if f.scores and not f.scores[0].over]
    strong = [f.column for f in plain if f.strength >= tuning.weak * findings[0].strength]
    return list(dict.fromkeys(strong))[: tuning.columns]


def column_changes(
    columns: Sequence[str], window: Window, like: Sequence[Window], profiles: StoredProfiles, past: StoredProfiles
) -> list[ColumnChange]:
    """Each column that has cells in the window, in the newest that like windows were counted in too."""
    layouts = profiles.versions().followed(window)
    now, before = profiles.cells([window])[0], past.cells(list(like))
    made = []
    for column in columns:
        found = next(_counted(column, layouts, now, before), None)
        if found is not None:
            made.append(ColumnChange(column, *found))
    return [replace(c, others=tuple(o for o in made if o is not c)) for c in made]


def _counted(
    column: str, layouts: Mapping[str, Layout], now: Mapping[str, Cells], before: Sequence[Mapping[str, Cells]]
) -> Iterator[tuple[Layout, list[Cells], Cells]]:
    """A column's layout, its cells in like windows and here: by each name that all of these have, newest first."""
    for name in reversed(list(layouts)):
        if column_of(name) == column and name in now:
            there = [cells[name] for cells in before if name in cells and cells[name].rows]
            if len(there) == len(before):
                yield layouts[name], there, now[name]


@dataclass(frozen=True, eq=False)
class Mapped:
    """A column's reference as a cause would have it, and its window."""

    layout: Layout
    changed: Floats  # [size] shares
    now: Floats  # [size]
    labels: Mapping[int, str]  # of cells that are told apart for this cause alone


def mapped_so(
    cause: LikelyCause,
    window: Window,
    like: Sequence[Window],
    profiles: StoredProfiles,
    past: StoredProfiles,
    tuning: CauseTuning,
) -> Mapped | None:
    """What a stored cause makes of the reference of its first column; None where the store says so no longer."""
    changes = column_changes(cause.columns, window, like, profiles, past) if like else []
    for column in changes[:1]:
        for z in CAUSES[cause.name].candidates(column, tuning) if cause.name in CAUSES else ():
            if z.key == cause.key and column.name == cause.columns[0]:
                changed = column.before + z.share * (z.mapped - column.before)
                return Mapped(column.layout, changed, column.now, z.cause.labels(column, z.key))
    return None


def _kept_as(found: NamedCause, pool: str, windows: tuple[str, ...]) -> LikelyCause:
    z = found.candidate
    return LikelyCause(
        name=z.cause.name,
        columns=found.columns,
        clause=found.clause,
        share=z.share,
        left=z.left,
        gone=z.gone,
        key=z.key,
        pool=pool,
        windows=windows,
        describes=z.cause.describes,
    )
