"""What most likely made a column what it is now, as frozen values: what would turn the reference into the window."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LikelyCause:
    """A map of values, or a fact, by which what was usual falls on what came. It changes no verdict."""

    name: str  # of the cause in its list: "other-unit"
    columns: tuple[str, ...]
    clause: str  # a clause: '"distance" is in kilometres instead of miles'
    share: float  # of the rows that it was done to, as it fits best, 0-1
    left: float  # how far the reference so changed is from the window: largest difference of shares, 0-1
    gone: float  # how far the reference as it was is from it
    key: str = ""  # which of the cause's ways it is: enough to draw it again
    pool: str = ""  # where the reference's windows lie
    windows: tuple[str, ...] = ()  # their keys
    describes: bool = False  # says what came over the values, and not why
