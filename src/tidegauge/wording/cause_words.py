"""A likely cause in words: on pages and in a terminal alike."""

from tidegauge.causes import CAUSES
from tidegauge.core.likely_cause import LikelyCause
from tidegauge.wording.text import first_up, number, one_line

LOOKS = "It looks as if"  # of what came over the values, and not why
LONG = 300  # characters of a clause that holds names and values of somebody's data


def behind(cause: LikelyCause) -> str:
    """What stands behind an alert's own sentence.

    >>> behind(LikelyCause("stuck", ("x",), '"x" is stuck: every row is 7', 1.0, 0.0, 0.9))
    'Likely cause: "x" is stuck: every row is 7.'
    """
    return f"{LOOKS if cause.describes else 'Likely cause:'} {cause.clause}."


def sentence(cause: LikelyCause) -> str:
    """What it is, as a sentence.

    >>> sentence(LikelyCause("stuck", ("x",), '"x" is stuck: every row is 7', 1.0, 0.0, 0.9))
    '"x" is stuck: every row is 7.'
    """
    clause = one_line(cause.clause, LONG)
    return f"{LOOKS} {clause}." if cause.describes else f"{first_up(clause)}."


def is_seen(cause: LikelyCause) -> bool:
    """Whether that it is so was counted, and is no likelihood."""
    return cause.name in CAUSES and CAUSES[cause.name].is_seen


def how_sure(cause: LikelyCause) -> str:
    """What stands before its clause; nothing before what was counted."""
    return "" if is_seen(cause) else "it looks as if " if cause.describes else "most likely "


def fit(cause: LikelyCause) -> str:
    """What speaks for it; nothing where it is a count.

    >>> fit(LikelyCause("other-unit", ("x",), "…", 1.0, 0.034, 0.39, windows=("a", "b", "c")))
    'Changed so, the 3 windows compared with are off this one by 0.034; as they were, by 0.39 (of 1 at most).'
    """
    if not cause.gone:
        return ""
    off = f"are off this one by {number(cause.left, 2)}; as they were, by {number(cause.gone, 2)} (of 1 at most)"
    return f"Changed so, the {len(cause.windows)} windows compared with {off}."
