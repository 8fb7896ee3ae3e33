"""Two tables, at once, without a store: `tidegauge.compare(reference, current)`.

    compare(reference, current, *, numeric=(), categorical=(), ignore=()) -> Comparison

Each side is a pandas, polars or Arrow table, a path to Parquet or CSV, or `(url, table)`. The answer has `.verdict`
("same", "changed" or "broken"), `.sentence`, `.columns`, `.to_dict()`, `.to_json()`, `.to_html()`, and prints as a
table.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tidegauge.comparing.compared import ComparedColumn
from tidegauge.comparing.comparison import Comparison, ordered, whole
from tidegauge.comparing.roles import names, roles
from tidegauge.comparing.shared_layouts import cut
from tidegauge.comparing.sides import Side, Sides
from tidegauge.comparing.telling import tell
from tidegauge.comparing.verdicts import judge
from tidegauge.profiles.kinds import CLASS, KINDS, SCORE
from tidegauge.profiles.kinds.every import stack
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.profile import profile_windows
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.stack import Stack
from tidegauge.warehouses.base import is_number


def compare(
    reference: Any,  # noqa: ANN401 - frames of libraries that the core doesn't know
    current: Any,  # noqa: ANN401
    *,
    numeric: Sequence[str] = (),
    categorical: Sequence[str] = (),
    ignore: Sequence[str] = (),
    paths: Sequence[str] = (),
    separator: str = "",
    encoding: str = "",
    **others: Sequence[str],
) -> Comparison:
    """How `current` differs from `reference`, column by column, by a size that matters.

    Through the same layouts, states and statistics as a monitor, but without a store and without a season: two
    tables are judged by how large their difference is (see `comparing/judging.py`), not by how far windows usually
    lie apart. For a table that has a time, a monitor knows more.

    Roles come from the columns' types; ids and times are left out and said so. `numeric` and `categorical` overrule
    that, as does any other kind of column by its name; `ignore` leaves columns out; `paths` are files that a view in
    DuckDB reads; `separator` and `encoding` (utf-8, latin-1, utf-16) say how CSV is written where a guess is wrong. A
    column that is gone, new or of another type is a finding; the others go on.

    Raises:
        ContractError: A side is nothing that can be read, or a named column is on neither side.
        WarehouseError: A side is out of reach.
        UnknownName: No kind of column has that name.

    >>> import pyarrow as pa
    >>> before, after = pa.table({"x": [*range(500)]}), pa.table({"x": [*range(250, 750)]})
    >>> answer = compare(before, after, numeric=["x"])
    >>> answer.verdict, answer["x"].sentence
    ('changed', 'the median went from 249.5 to 499.5')
    """
    with Sides(paths, separator=separator, encoding=encoding) as sides:
        before, now = sides.open(reference, "reference"), sides.open(current, "current")
        asked = {KINDS[k].name: names(k, some) for k, some in {SCORE: numeric, CLASS: categorical, **others}.items()}
        found = roles(before, now, asked, names("ignore", ignore))
        made = cut(before, found.columns, [c for some in asked.values() for c in some])
        columns = _not_compared(found.broken, found.left_out | made.ids)
        counted = {kind: tuple(c for c in some if c in made.layouts) for kind, some in found.columns.items()}
        states = _profile(now, made.layouts, counted), _profile(before, made.layouts, counted)
    stacks = _paired(made.layouts, states)
    verdicts = judge(stacks)
    for a, b in stacks:
        columns += tell(a, b, verdicts, made.layouts, states)
    verdict, sentence = whole(list(ordered(columns)), (before.rows, now.rows))
    return Comparison(verdict, sentence, before.label, now.label, before.rows, now.rows, ordered(columns))


def _paired(layouts: Mapping[str, Layout], states: Sequence[Mapping[str, Cells]]) -> list[tuple[Stack, Stack]]:
    """The stacks of both sides, those of one kind beside each other; none of a kind that has no column."""
    both = zip(*(stack(layouts, [s]) for s in states), strict=True)
    return [(a, b) for a, b in both if a.columns]


def _not_compared(broken: Mapping[str, str], left_out: Mapping[str, str]) -> list[ComparedColumn]:
    """The columns without a comparison: a finding by themselves, then nothing to compare; each with its sentence."""
    columns = [ComparedColumn(name, "", "broken", why) for name, why in broken.items()]
    return columns + [ComparedColumn(name, "", "left out", why) for name, why in left_out.items()]


def _profile(side: Side, layouts: Mapping[str, Layout], counted: Mapping[str, tuple[str, ...]]) -> Mapping[str, Cells]:
    """One side's cells, by the statement that profiles every window; without a time the table is one window."""
    if not layouts:
        return {}
    # a column without a value may have come with any type: as numbers it is as empty
    kinds = {c: "INTEGER" if c in counted[SCORE] and not is_number(k) else k for c, k in side.kinds.items()}
    ((profile,),) = profile_windows(side.warehouse, kinds, LogMapping(side.table, counted), layouts, {}, [])
    return profile.whole
