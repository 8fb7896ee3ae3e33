"""What is known of whole windows rather than of a column: rows, duplicated ids, freshness."""

from dataclasses import dataclass

from tidegauge.profiles.states.stack import Array


@dataclass(frozen=True, slots=True)
class Facts:
    """W windows side by side (or one, W = 1), for the levels of `statistics/` that judge a window's rows.

    Duplicates and freshness do not add over shards of a window, so they stand outside the merge laws of states.
    """

    rows: Array  # [W] rows of the window
    duplicates: Array  # [W] rows whose id occurred before in the window; nan where the monitor names no id
    lag: Array  # [W] seconds from the last event to its ingest (or to the window's end); nan where unknown
