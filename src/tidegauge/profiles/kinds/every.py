"""What is asked of columns of every kind at once: their layouts read back, their states summed and put side by side."""

import json
from collections.abc import Mapping, Sequence

from tidegauge.core.errors import StoreError, UnknownName
from tidegauge.profiles.kinds import KINDS
from tidegauge.profiles.layouts.base import Layout, broken
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.stack import Stack


def read_layout(text: str) -> Layout:
    """The layout that `Layout.text` wrote; a StoreError where it does not read."""
    try:
        content = json.loads(text)
        kind: str = content["kind"]
        made = KINDS[kind].layout
        if "cuts" in content:
            return KINDS[kind].joined([made.from_content(each) for each in content["cuts"]])
        return made.from_content(content)
    except UnknownName as e:
        raise StoreError(
            f"the store holds a column that is counted by a kind of its own: {e} Install the package that adds it."
        ) from None
    except (ValueError, KeyError, TypeError) as e:
        raise broken(text, repr(e)) from e


def by_kind(layouts: Mapping[str, Layout]) -> dict[str, dict[str, Layout]]:
    """Kind → its columns' layouts, kinds in the order of their list; those without a column are left out."""
    out: dict[str, dict[str, Layout]] = {kind: {} for kind in KINDS}
    for column, layout in layouts.items():
        out[layout.kind][column] = layout
    return {kind: columns for kind, columns in out.items() if columns}


def stack(layouts: Mapping[str, Layout], states: Sequence[Mapping[str, Cells]]) -> tuple[Stack, ...]:
    """The stacks of the same windows, kind by kind; the same layouts always give the same stacks."""
    return tuple(s for kind, columns in by_kind(layouts).items() for s in KINDS[kind].stacks(columns, states))


def total(states: Sequence[Cells]) -> Cells:
    """The sum of one column's states, of whichever kind it is."""
    return type(states[0]).total(states) if states else Cells.zero()
