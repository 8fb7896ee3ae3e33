"""The rows behind a decision: those of its window that stand where a finding's change lies, as the log has them now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from tidegauge.core.changed_place import ChangedPlace
from tidegauge.core.decision import Decision, Finding, Verdict
from tidegauge.core.errors import ContractError, WindowError, did_you_mean
from tidegauge.core.handed_out import LABEL, MOST_ROWS, WHY
from tidegauge.core.window import FIRST_STAGE, VOLUME, Window
from tidegauge.pipeline.deciding import Deciding
from tidegauge.pipeline.showing import explain
from tidegauge.pipeline.where_it_lies import sides_of
from tidegauge.profiles.label_query import LabelledLog
from tidegauge.profiles.layouts.base import UNSEEN, Layout
from tidegauge.profiles.rows_behind import FoundRows, RowsBehind, is_whole, read_found, rows_query, shown_columns
from tidegauge.stages.late_labels import log_of
from tidegauge.stages.liked import Liked
from tidegauge.stages.locating import cells_of, gained, whereabouts
from tidegauge.statistics.duplicates import Duplicates
from tidegauge.warehouses.base import is_number, is_time
from tidegauge.wording.rows_words import RowsWords
from tidegauge.wording.text import column_name, span
from tidegauge.wording.where_words import in_cells

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class TakenRows:
    """Rows behind a decision, with what is to be said of them."""

    words: RowsWords
    finding: Finding
    frame: "pd.DataFrame"  # a row each, those in the change's places first; `WHY` last
    counted: int  # rows of the window in the log now
    profiled: int  # that its profile counted
    behind: int  # rows where the change lies, of which the frame may hold a part

    @property
    def sentences(self) -> list[str]:
        """What is to be known of them."""
        told = [f"{len(self.frame):,} of {self.behind:,} rows: {self.words.about}."]
        if len(self.frame) < self.behind:
            told.append("The others were left out by the limit: those in the places of the change come first.")
        if self.counted != self.profiled:
            now = f"{self.counted:,} rows of {self.words.when} now, and {self.profiled:,} were counted"
            told.append(f"The log has {now}: rows have come or gone since.")
        return told


def rows_behind(
    deciding: Deciding, stage: str, window: Window, column: str | None = None, most: int = MOST_ROWS
) -> TakenRows:
    """At most so many of the rows behind a window's decision, by one statement; of its first finding, or a column's.

    Raises:
        WindowError: There is no decision, nothing stands out in it, or nothing of the column does.
        ContractError: The log has no row of the window any more.
    """
    profiler = deciding.profiler
    decision = explain(deciding, stage, window)
    finding = _finding(decision, column)
    cells, places = _located(deciding, decision, finding)
    layouts, segments = profiler.profiles.layouts()
    asked = _asked(window, finding, cells, places, layouts)
    contract, warehouse = profiler.contract, profiler.warehouse
    of = contract.kinds, contract.mapping, layouts, segments, asked, most
    query = rows_query(warehouse.dialect, *of, labelled=_labelled(deciding))
    rows = read_found(warehouse.fetch(query.sql, query.parameters), contract.mapping, contract.kinds)
    profiled = profiler.profiles.rows(window)
    if not rows.counted:
        raise ContractError(_gone(span(window, profiler.zone), profiled))
    labels = {c: _label(layouts[asked.column], c) for c in asked.cells}
    words = RowsWords(asked, span(window, profiler.zone), labels, tuple(in_cells(p) for p in places))
    frame = _frame(rows, shown_columns(contract.mapping, contract.kinds), words.why(rows), deciding)
    return TakenRows(words, finding, frame, rows.counted, profiled, rows.behind)


def _labelled(deciding: Deciding) -> LabelledLog | None:
    """The labels of the log; None where there are none that can be read."""
    if deciding.monitor.labels is None or not deciding.profiler.knows_labels:
        return None
    try:
        log = log_of(deciding.profiler.counting())
    except ContractError:
        return None
    return None if log.problems else log


def _label(layout: Layout, code: int) -> str:
    return layout.label(code) if code <= layout.known else UNSEEN


def _gone(when: str, profiled: int) -> str:
    return (
        f"The log has no row of {when} any more: {profiled:,} were counted when it was profiled. What is stored "
        "of them is counts, and a sample without their ids: the rows themselves are where the log was moved to."
    )


def _finding(decision: Decision, column: str | None) -> Finding:
    """The finding whose rows are meant."""
    if not decision.findings:
        raise WindowError(
            f"Nothing stands out in the {decision.stage} of {decision.window.key}: {decision.sentence} "
            "There are rows behind what an alert points at."
        )
    if column is None:
        return decision.findings[0]
    names = {column_name(f.column): f for f in reversed(decision.findings)}
    names |= {f.column: f for f in reversed(decision.findings) if f.column != VOLUME}
    if column not in names:
        hint = did_you_mean(column, names)
        raise WindowError(f'The {decision.stage} of {decision.window.key} have no finding on "{column}". {hint}')
    return names[column]


def _located(
    deciding: Deciding, decision: Decision, finding: Finding
) -> tuple[tuple[int, ...], Sequence[ChangedPlace]]:
    """The cells that gained, and where the change lies, as far as what is stored says so."""
    decider = deciding.decider(decision.stage)
    if decider is None or decision.stage != FIRST_STAGE or not finding.scores or finding.scores[0].others:
        return (), ()
    decider = decider.at(decision.window)
    history = decider.read(decider.history(decision.window))
    sides = sides_of(finding, decision.window, Liked(decider, history), deciding.profiler.profiles)
    if not sides.before:
        return (), ()
    tuning = decider.tuning.where
    found = whereabouts(finding, sides, tuning) if decision.verdict is Verdict.ALERT else None
    return gained(finding, sides, tuning), found.places if found is not None else ()


def _asked(
    window: Window,
    finding: Finding,
    cells: tuple[int, ...],
    places: Sequence[ChangedPlace],
    layouts: dict[str, Layout],
) -> RowsBehind:
    """What the statement is to look for."""
    if finding.column == VOLUME and finding.scores and finding.scores[0].statistic == Duplicates.name:
        return RowsBehind(window, segment=finding.segment, repeated=True)
    codes = tuple(cells_of(p, layouts) for p in places)
    return RowsBehind(window, finding.column if cells else "", cells, codes, finding.segment)


def _frame(rows: FoundRows, columns: Sequence[str], why: Sequence[str], deciding: Deciding) -> "pd.DataFrame":
    """A table of rows, times by the monitor's clock."""
    import pandas as pd  # only where a frame is asked for

    kinds, zone = deciding.profiler.contract.kinds, deciding.monitor.window.zone
    made = {c: _series(rows.values[c], kinds[c], zone) for c in columns}
    if rows.labels is not None:
        of_numbers = deciding.profiler.label_unit().classes is None
        made[_free(LABEL, made)] = _series(rows.labels, "DOUBLE" if of_numbers else "VARCHAR", zone)
    return pd.DataFrame(made | {_free(WHY, made): pd.Series(list(why), dtype="string")})


def _free(name: str, taken: Collection[str]) -> str:
    """A name that no column has."""
    while name in taken:
        name += "_"
    return name


def _series(values: NDArray[Any], kind: str, zone: str) -> "pd.Series[Any]":
    """A column of what the log has, by its type there; times come in microseconds."""
    import pandas as pd

    if is_time(kind):
        micros = pd.Series(pd.array(values.tolist(), dtype="Int64"))
        return pd.to_datetime(micros, unit="us", utc=True).dt.tz_convert(zone)
    if is_whole(kind):
        return pd.Series(pd.array(values.tolist(), dtype="Int64"))
    if is_number(kind):
        return pd.Series(values, dtype="float64")
    return pd.Series(values.tolist(), dtype="string")
