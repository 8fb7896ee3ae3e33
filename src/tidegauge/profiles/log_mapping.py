"""Which column of a log plays which role, and whether its table can be read so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from tidegauge.core.errors import did_you_mean
from tidegauge.profiles.kinds import KINDS
from tidegauge.warehouses.base import NOTHING, is_nested, is_number, is_time


@dataclass(frozen=True, slots=True)
class LogMapping:
    """Which column of a table plays which role. `table` is a FROM item already spelled.

    Without `time` the whole table is one window (two frames compared).
    """

    table: str
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # kind → the columns that are counted so
    time: str | None = None
    zone: str = "UTC"  # of a time column without one
    id: str | None = None
    ingested: str | None = None
    prediction: str | None = None
    segments: tuple[str, ...] = ()
    scores: tuple[str, ...] = ()  # of each class, where the prediction is one; read for labels alone
    version: tuple[str, str] | None = None  # (column, value): only these rows
    derived: Mapping[str, str] = field(default_factory=dict)  # column that `table` derives → as its user wrote it

    @property
    def counted(self) -> tuple[str, ...]:
        """Columns that get a profile, kind by kind: the prediction too, among the numbers or the categories."""
        return tuple(dict.fromkeys(c for kind in KINDS for c in self.columns.get(kind, ())))

    def kind_of(self, column: str) -> str | None:
        """What a column is counted as; None for one that is not."""
        return next((kind for kind in KINDS if column in self.columns.get(kind, ())), None)

    def counting(self, columns: Iterable[str]) -> "LogMapping":
        """The same, with no other columns counted than these."""
        kept = set(columns)
        return replace(self, columns={k: tuple(c for c in some if c in kept) for k, some in self.columns.items()})

    @property
    def all(self) -> tuple[str, ...]:
        """Every column that a statement reads."""
        version = self.version[0] if self.version else None
        named = (self.time, self.id, self.ingested, self.prediction, version)
        return tuple(dict.fromkeys((*(n for n in named if n), *self.counted, *self.segments, *self.scores)))


def check_columns(mapping: LogMapping, kinds: Mapping[str, str]) -> list[str]:
    """What of a mapping does not hold on a table with these column types: a sentence each, naming the column."""
    told = ((name, _wrong(mapping, name, kinds)) for name in mapping.all)
    return [f'column "{name}" {wrong}' for name, wrong in told if wrong]


def _wrong(mapping: LogMapping, name: str, kinds: Mapping[str, str]) -> str:
    """What does not hold of one column; empty where nothing is wrong."""
    kind = mapping.kind_of(name)
    if name not in kinds:
        return f"is not in the table. {did_you_mean(name, kinds)}"
    if name in mapping.derived and is_nested(kinds[name]):
        return _not_counted(mapping.derived[name], kinds[name])
    if kind and not KINDS[kind].takes(kinds[name]):
        return f"is listed as {kind}, but {_held(mapping, name, kinds)}."
    if name in mapping.scores and not is_number(kinds[name]):
        return f"is listed as the score of a class, but {_held(mapping, name, kinds)}."
    is_moment = name in (mapping.time, mapping.ingested)
    return f"should say when, but the table holds {kinds[name]}." if is_moment and not is_time(kinds[name]) else ""


def _held(mapping: LogMapping, name: str, kinds: Mapping[str, str]) -> str:
    """What a column holds, and by whose doing."""
    sql = mapping.derived.get(name)
    return f"the table holds {kinds[name]}" if sql is None else f"its expression ({sql}) gives {kinds[name]}"


def _not_counted(sql: str, kind: str) -> str:
    """That an expression gives what has no cells."""
    if kind.upper() in NOTHING:
        return f"is derived as {sql}, which gives nothing but NULL."
    part = "Take a part of it out, or make a number or a text of it"
    return f"is derived as {sql}, which gives {kind}, and such values are not counted. {part}."
