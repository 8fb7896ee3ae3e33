"""What a statistic's value is, to a reader: a share, or a plain number; and what the score is of."""

from tidegauge.nouns import Score

SHARES = frozenset(
    {
        "accuracy",
        "duplicates",
        "far-outside",
        "labelled-share",
        "missing",
        "mode-share",
        "never-seen",
        "new-categories",
        "not-finite",
        "share-at-maximum",
        "total-variation",
    }
)


def is_share(statistic: str) -> bool:
    """Whether values are shares of rows, to be read in per cent.

    >>> is_share("missing"), is_share("top-share-3"), is_share("location")
    (True, True, False)
    """
    return statistic in SHARES or statistic.startswith("top-share-")


def called(score: Score) -> str:
    """What the score is of: "missing", or "share of AA" where it is about one category."""
    return f"share of {score.of}" if score.of else score.statistic
