"""What evidence is put together from: a revision's checksum, whose parts are found again; a stage's spelling."""

import hashlib
from collections.abc import Mapping


def checksum(counted: str, problems: Mapping[str, str], mark: str = "") -> str:
    """The data's checksum, the cells it was counted in where they are not the first ones, and what was wrong.

    `counted`: the checksum of the rows' times, and behind a point a digest of what was counted of them. A table that
    was mended, or other cells, make another revision of a window.
    """
    told = f"{counted}@{mark}" if mark else counted
    wrong = of_problems(problems)
    return f"{told}+{wrong}" if wrong else told


def of_problems(problems: Mapping[str, str]) -> str:
    """What was wrong with a window, in short; empty where nothing was."""
    return hashlib.sha256(repr(sorted(problems.items())).encode()).hexdigest()[:8] if problems else ""


def problems_in(known: str) -> str:
    """The part of a checksum that says what was wrong when its window was counted; empty where nothing was."""
    return known.partition("+")[2]


def times_in(known: str) -> str:
    """The part of a checksum that the rows' times alone give."""
    return known.partition("+")[0].partition("@")[0].partition(".")[0]


class AsStored(str):
    """A stage as evidence spells it: stages were an enumeration once, and no store is to be decided again for that."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<Stage.{self.upper()}: '{self}'>"
