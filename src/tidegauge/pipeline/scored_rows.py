"""A challenger's predictions beside the champion's, on the same rows of the log, counted by the same statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from tidegauge.core.errors import ContractError, MonitorError, did_you_mean
from tidegauge.core.grid import adjoining
from tidegauge.core.window import WHOLE, Window
from tidegauge.profiles.chunks import answers
from tidegauge.profiles.label_query import LabelledLog, profile_labels
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.label_unit import LabelUnit
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.query import Bound, Query, rows_view
from tidegauge.profiles.segments import segment_names
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.promotion.evidence import Beside, Pair
from tidegauge.promotion.window_sums import WindowSums
from tidegauge.stages.counting import Counting
from tidegauge.stages.late_labels import log_of
from tidegauge.statistics.labelled import Labelled
from tidegauge.warehouses.base import is_number
from tidegauge.warehouses.sql import template

CHAMPION, CHALLENGER, UNSCORED = "tidegauge_champion", "tidegauge_challenger", "tidegauge_unscored"
FEWEST = 8  # labelled rows of a window, as a level of labels has it


class Scores(NamedTuple):
    """Where a challenger's predictions lie: a table or view of the monitor's own warehouse."""

    table: str
    id: str
    prediction: str

    @classmethod
    def of(cls, named: object, row_id: str) -> "Scores":
        """From a record: the name of a table, or a mapping with "table" and optionally "id" and "prediction"."""
        told: Mapping[str, Any] = named if isinstance(named, Mapping) else {"table": named}
        if not isinstance(told.get("table"), str) or not told["table"]:
            raise MonitorError('the record of a challenger names no table in "scores", where its predictions lie.')
        return cls(str(told["table"]), str(told.get("id", row_id)), str(told.get("prediction", "prediction")))


@dataclass(frozen=True)
class ScoredRows:
    """What is counted of both models."""

    what: Counting
    scores: Scores
    version: tuple[str, str] | None = None  # (column, value) of the champion's rows; None: all are its

    def compared(self, windows: Sequence[Window], layout: Layout) -> "Compared":
        """Both models over windows, in order; windows with hardly a labelled row are left out."""
        if self.what.labels and self.what.labels.unit.ranked:
            raise ContractError("Labels are how relevant rows of a query are: challengers are not judged by that yet.")
        unit = replace(self.what.labels.unit, scores=(), metrics=()) if self.what.labels else LabelUnit()
        sides = [self._counted(windows, layout, unit, name) for name in (CHAMPION, CHALLENGER)]
        rows = [
            min(Labelled.of(side[w].get(WHOLE, LabelCells.zero()), layout, unit).rows for side in sides)
            for w in windows
        ]
        kept = [w for w, n in zip(windows, rows, strict=True) if n >= FEWEST]
        beside = self._beside(windows, unit)
        return Compared(kept, sides[0], sides[1], layout, unit, [beside.get(w, Beside(0, 0)) for w in kept])

    def hold(self) -> None:
        """ContractError where the challenger's predictions are not there, or not of the log's types."""
        self._kinds()

    def _log(self, prediction: str, unit: LabelUnit) -> LabelledLog:
        mapping = self.what.mapping
        kinds = {**self.what.kinds, **self._kinds()}
        own = LogMapping(
            table=self._item(kinds[CHALLENGER]),
            time=mapping.time,
            zone=mapping.zone,
            id=mapping.id,
            prediction=prediction,
            segments=mapping.segments,
            version=self.version,
        )
        return replace(log_of(self.what, unit), kinds=kinds, mapping=own)

    def _kinds(self) -> dict[str, str]:
        """Column → type of what is not the log's."""
        found = self.what.warehouse.describe(self.scores.table)
        for column in (self.scores.id, self.scores.prediction):
            if column not in found:
                raise ContractError(
                    f'column "{column}" is not in {self.scores.table}, the challenger\'s predictions. '
                    f"{did_you_mean(column, found)}"
                )
        mapping = self.what.mapping
        for column, of_log in ((self.scores.id, mapping.id), (self.scores.prediction, mapping.prediction)):
            self._hold_alike(column, found[column], str(of_log))
        own = self.what.kinds[str(mapping.prediction)]
        return {CHAMPION: own, CHALLENGER: found[self.scores.prediction], UNSCORED: "INTEGER"}

    def _hold_alike(self, column: str, kind: str, of_log: str) -> None:
        """ContractError where one of two columns that are to be compared holds numbers, and the other none."""
        log_kind = self.what.kinds[of_log]
        if is_number(kind) != is_number(log_kind):
            raise ContractError(
                f'"{column}" of {self.scores.table}, the challenger\'s predictions, is {kind}, and "{of_log}" of the '
                f"log is {log_kind}: they can't be compared. Name a view that casts it."
            )

    def _prediction(self, column: str, kind: str) -> str:
        """What a model says, as SQL; NULL for a number that is not finite."""
        dialect, quoted = self.what.warehouse.dialect, self.what.warehouse.dialect.quote(column)
        if not is_number(kind):
            return quoted
        return f"CASE WHEN {dialect.is_finite(dialect.as_number(quoted, kind))} THEN {quoted} END"

    def _item(self, kind: str) -> str:
        """The rows of both models, as a FROM item; `kind`: the type of the challenger's predictions."""
        mapping, dialect = self.what.mapping, self.what.warehouse.dialect
        version = self.version[0] if self.version else None
        columns = dict.fromkeys(c for c in (mapping.time, mapping.id, version, *mapping.segments) if c)
        statement = template("scored.sql").render(
            columns=[dialect.quote(c) for c in columns],
            said=self._prediction(str(mapping.prediction), self.what.kinds[str(mapping.prediction)]),
            table=mapping.table,
            row_id=dialect.quote(str(mapping.id)),
            scores=dialect.table(self.scores.table),
            id=dialect.quote(self.scores.id),
            score=self._prediction(self.scores.prediction, kind),
        )
        return f"(\n{statement}) AS tidegauge_scored"

    def _counted(
        self, windows: Sequence[Window], layout: Layout, unit: LabelUnit, prediction: str
    ) -> dict[Window, dict[str, LabelCells]]:
        """Window → segment → counts, of labels that had come when they were due: whoever asks later finds the same."""
        log = self._log(prediction, unit)
        return {
            p.window: p.segments
            for run in adjoining(windows)
            for some in profile_labels(self.what.warehouse, log, layout, self.what.segments, run)
            for p in some
        }

    def _beside(self, windows: Sequence[Window], unit: LabelUnit) -> dict[Window, Beside]:
        warehouse, log = self.what.warehouse, self._log(CHAMPION, unit)
        dialect = warehouse.dialect

        def query(some: Sequence[Window]) -> Query:
            bind = Bound(dialect)
            columns = [
                {"x": x, "source": dialect.quote(name)}
                for x, name in (("champion", CHAMPION), ("challenger", CHALLENGER), ("unscored", UNSCORED))
            ]
            view = rows_view(dialect, log.kinds, log.mapping, some, bind) | {"columns": columns, "segments": []}
            view |= {"ingested": None, "id": None}
            thresholds = [] if unit.classes is not None else [dialect.number(t) for t in unit.thresholds]
            return bind.query("flipped.sql", q=view, thresholds=thresholds or None)

        out: dict[Window, Beside] = {}
        for some, rows in (a for run in adjoining(windows) for a in answers(warehouse, run, query)):
            for k, n, unscored, flipped in zip(
                *(rows[name].tolist() for name in ("window_index", "n", "unscored", "flipped")), strict=True
            ):
                out[some[int(k)]] = Beside(int(n), int(unscored), int(flipped) if unit.layout is None else 0)
        return out


@dataclass(frozen=True, eq=False)
class Compared:
    """Counts of both models, window by window."""

    windows: Sequence[Window]
    champion: Mapping[Window, Mapping[str, LabelCells]]
    challenger: Mapping[Window, Mapping[str, LabelCells]]
    layout: Layout
    unit: LabelUnit
    beside: Sequence[Beside]

    def pair(self, segment: str = WHOLE) -> Pair:
        """Both models' rows of a segment."""
        return Pair(self._course(self.champion, segment), self._course(self.challenger, segment))

    def segments(self, named: Mapping[str, Sequence[str]]) -> dict[str, Pair]:
        """Segment → both models."""
        return {name: self.pair(name) for name in segment_names(named)}

    def _course(self, side: Mapping[Window, Mapping[str, LabelCells]], segment: str) -> WindowSums:
        zero = LabelCells.zero()
        return WindowSums.of([side[w].get(segment, zero) for w in self.windows], self.layout, self.unit)
