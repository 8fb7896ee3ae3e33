"""Where rows come from and what is counted of them: a monitor's tables, or what a planted fault makes of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tidegauge.core.window import Window
from tidegauge.profiles.cut_offs import Places
from tidegauge.profiles.derived_values import resting_on
from tidegauge.profiles.label_query import LabelMapping
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.profile import Profile, WindowFacts, watermarks
from tidegauge.stages.types_apart import Apart, rows_apart
from tidegauge.store.profiles import Revision
from tidegauge.warehouses.base import Warehouse


@dataclass(frozen=True)
class Counting:
    """All that a stage's statement needs to know."""

    warehouse: Warehouse
    mapping: LogMapping
    kinds: Mapping[str, str]  # column → type name
    layouts: Mapping[str, Layout]  # of the columns that are counted
    segments: Mapping[str, Sequence[str]]
    sample: int = 0  # rows of a window that are kept as they are
    problems: Mapping[str, str] = field(default_factory=dict)  # column → what does not hold of the table
    apart: Mapping[str, Apart] = field(default_factory=dict)  # columns that some files hold as another type
    labels: LabelMapping | None = None
    label_table: str = ""
    labels_in: str = ""  # what stored labels say that they are counted in
    label_kinds: Mapping[str, str] | None = None  # None: to be asked
    cut_offs: Mapping[Window, datetime] = field(default_factory=dict)  # up to when a window's labels count
    span: Places | None = None  # the cut-offs that arrivals of labels are told by, where they are
    mark: str = ""  # what tells its layouts from the first ones
    seen: Mapping[Window, Revision] = field(default_factory=dict)  # what the first stage has stored

    def lacking(self, column: str, why: str) -> "Counting":
        """The same without a derived column and what rests on it, for `why` is wrong with it."""
        gone = resting_on(self.mapping, column, why)
        kept = {c: layout for c, layout in self.layouts.items() if c not in gone}
        problems = {**self.problems, **dict.fromkeys(gone, why)}
        return replace(self, mapping=self.mapping.counting(kept), layouts=kept, problems=problems)

    def problems_of(self, facts: WindowFacts) -> dict[str, str]:
        """Column → what is wrong with a window: what does not hold of the table, and times that cannot be right.

        More than one row in a hundred that claims to be from after it was written speaks of a wrong time zone.
        """
        found = dict(self.problems)
        time = str(self.mapping.time)
        if not facts.rows and time in self.apart:  # it may have had some: nobody knows
            found[time] = self.apart[time].window
        if facts.future > 0.01 * facts.rows:
            found[str(self.mapping.time)] = (
                f'{facts.future:,} of {facts.rows:,} rows have a "{self.mapping.time}" more than an hour after '
                f'they were written ("{self.mapping.ingested}"). Is its time zone right (source.zone)?'
            )
        return found

    def broken_in(self, windows: Sequence[Window]) -> dict[Window, dict[str, str]]:
        """Window → column → what is wrong with it there: files with rows of it hold another type."""

        def rows(mapping: LogMapping) -> Iterator[tuple[Window, int]]:
            return ((w, f.rows) for w, f in watermarks(self.warehouse, self.kinds, mapping, windows))

        return rows_apart(self.apart, self.mapping, rows)


def without(profile: Profile, columns: Collection[str]) -> Profile:
    """A profile that says nothing of some columns."""
    if not columns:
        return profile
    segments = {s: {c: x for c, x in some.items() if c not in columns} for s, some in profile.segments.items()}
    return replace(profile, segments=segments)
