"""The facts of a window's rows that need no spread, one after the other."""

from collections.abc import Iterator, Mapping

from tidegauge.core.decision import Finding
from tidegauge.core.window import Window
from tidegauge.profiles.states.cells import Cells
from tidegauge.stages.repeated import sent_again
from tidegauge.stages.stored_profiles import StoredProfiles
from tidegauge.stages.structural import FactGrounds


def facts_of(known: FactGrounds, profiles: StoredProfiles, counted: Mapping[Window, int]) -> Iterator[Finding]:
    """What is told of a window by itself. `counted`: windows' number of rows, those that are known."""

    def cells_of(window: Window) -> Mapping[str, Cells]:
        return profiles.cells([window])[0]

    if (found := sent_again(known, cells_of, counted)) is not None:
        yield found
