"""The facts of a window's rows that need no spread, one after the other."""

from collections.abc import Iterator, Mapping

from tidegauge.core.decision import Finding
from tidegauge.core.window import Window
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.states.cells import Cells
from tidegauge.stages.floors import below_floors
from tidegauge.stages.gross import gross
from tidegauge.stages.repeated import sent_again
from tidegauge.stages.stored_profiles import StoredProfiles
from tidegauge.stages.structural import FactGrounds
from tidegauge.stages.turned_clock import turned_clock


def facts_of(
    known: FactGrounds, profiles: StoredProfiles, layouts: Mapping[str, Layout], counted: Mapping[Window, int]
) -> Iterator[Finding]:
    """What is told of a window by itself. `counted`: windows' number of rows, those that are known."""

    def cells_of(window: Window) -> Mapping[str, Cells]:
        return profiles.cells([window])[0]

    if (same := sent_again(known, cells_of, counted)) is not None:
        yield same
    elif (turned := turned_clock(known, profiles.hours)) is not None:
        yield turned
    found = {f.column: f for f in below_floors(known, layouts, profiles.cells)}
    ends = {f.column: f for f in gross(known, layouts)}  # a column that says nothing: all else follows from that
    yield from (found | ends).values()
