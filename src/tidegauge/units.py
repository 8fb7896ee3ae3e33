"""What a statistic's value is to a reader: a share, or a plain number; and its words, with the columns it is about."""

from tidegauge.nouns import Score

SHARES = frozenset(
    {
        "accuracy",
        "broken-groups",
        "broken-rows",
        "duplicates",
        "far-outside",
        "labelled-share",
        "missing",
        "missing-without",
        "mode-share",
        "never-seen",
        "new-categories",
        "not-finite",
        "residual-far",
        "share-at-maximum",
        "total-variation",
    }
)
GONE = 0.99  # of the values missing
DRIFT = "four weeks ago and before"  # the pool of what builds up slowly
# statistic → what it is, as the title of a picture or a line in a table
TITLES = {
    "accuracy": "accuracy of predictions",
    "auc": "order of labels by predictions (AUC)",
    "broken-groups": "more than one value where {others} should fix it",
    "broken-rows": "other values than {others} should fix",
    "calibration-error": "calibration error",
    "duplicates": "rows whose id is not their own",
    "far-outside": "values far outside",
    "freshness": "seconds from the newest event",
    "hellinger-excess": "distance of the whole distribution",
    "label-agreement": "labels against predictions, the whole window's level taken out",
    "label-bias": "labels minus predictions",
    "label-contrast": "labels minus predictions, against the other rows",
    "labelled-share": "predictions that have a label",
    "location": "typical value",
    "log-spread": "spread of values",
    "missing": "missing values",
    "missing-without": "missing while {others} is there",
    "mode-share": "share of the fullest range of values",
    "new-categories": "values never seen before",
    "not-finite": "NaN and infinite values",
    "pair-information": "how usual its combinations with {others} are",
    "prediction-rank": "mean rank of predictions, 0 to 1",
    "rank-correlation": "rank correlation with {others}",
    "residual-far": "values far from what the other columns say",
    "residual-fit": "correlation with what the other columns say",
    "residual-mean": "mean difference from what the other columns say",
    "residual-size": "size of differences from what the other columns say",
    "share-at-maximum": "share of the highest range of values",
    "volume": "number of rows",
}
# statistic → the same with its value, as a sentence says it; the others read "<title> <value>"
SAID = {
    "accuracy": "{value} of the predictions are right",
    "broken-groups": "of the groups of rows with equal {others}, {value} hold more than one value of it",
    "broken-rows": "in {value} of the rows it is another value than in most rows with the same {others}",
    "duplicates": "{value} of the rows have an id that another row has too",
    "far-outside": "{value} of its values lie far outside all that was seen",
    "freshness": "the newest event is {value} s old",
    "label-agreement": "how labels follow their predictions scores {value} (0: as predicted, lower: against them)",
    "label-bias": "labels minus predictions are {value}",
    "label-contrast": "labels minus predictions, against the other rows, are {value} standard deviations of a row",
    "labelled-share": "{value} of the predictions have a label",
    "missing": "{value} of its values are missing",
    "missing-without": "{value} of the rows miss it while {others} is there",
    "mode-share": "{value} of the rows lie in one narrow range of values",
    "new-categories": "{value} of its values were never seen before",
    "not-finite": "{value} of its values are NaN or infinite",
    "pair-information": "its combinations with {others} score {value}, the higher the more usual",
    "prediction-rank": "its predictions have the mean rank {value} (0 lowest, 1 highest)",
    "residual-far": "{value} of its values lie far from what the other columns say",
    "residual-fit": "its correlation with what the other columns say is {value}",
    "residual-mean": "its mean difference from what the other columns say is {value} (1: a usual one of one value)",
    "residual-size": "its differences from what the other columns say are {value} (1: as large as usual ones get)",
    "share-at-maximum": "{value} of the rows lie in the highest range that holds any",
    "volume": "there are {value} rows",
}


def is_share(statistic: str) -> bool:
    """Whether values are shares of rows, to be read in per cent.

    >>> is_share("missing"), is_share("top-share-3"), is_share("location")
    (True, True, False)
    """
    return statistic in SHARES or statistic.startswith("top-share-")


def gone(score: Score) -> bool:
    """Whether a column that used to be there is gone: all else that is said of it follows from that."""
    return score.statistic == "missing" and score.value > GONE > score.expected


def ending(score: Score, expected: str, band: str, *, inside: bool, by: str = "") -> str:
    """How a clause about a value ends: what was expected, and the ends of its band where they say anything.

    A band ends far out for a number that is not steady. So it is told of only what is beyond it, and never of a column
    that is gone: that is news however often a feed has failed. `by`: what it was expected by.
    """
    if gone(score):
        return f", where {expected} was expected{by}"
    return f", {expected} expected{by}: within its band" if inside else f", where {band} was expected{by}"


def called(score: Score, mark: str = "", about: str = "") -> str:
    """What the score is of: "missing values", "share of AA" where it is about one category; names between marks.

    `about`: the column that a reader is told of, where it is another one of the relation.
    """
    if score.of:
        return f"share of {mark}{score.of}{mark}"
    title = TITLES.get(score.statistic, score.statistic.replace("-", " ").replace("_", " "))
    return title.replace("{others}", listed(_rest(score, about), mark))


def said(score: Score, value: str, about: str = "") -> str:
    """The score's value in a clause: "31 % of its values are missing"."""
    if score.of or score.statistic not in SAID:
        return f"{called(score, QUOTE, about)} is {value}"
    # replace, not format: a column may be called "{value}", and is put in last
    clause = SAID[score.statistic].replace("{value}", value)
    return clause.replace("{others}", listed(_rest(score, about), QUOTE))


def _rest(score: Score, about: str) -> tuple[str, ...]:
    """The columns of a relation but the one that a reader is told of."""
    if about not in score.others:
        return score.others
    return (score.column, *(c for c in score.others if c != about))


QUOTE = '"'


def listed(columns: tuple[str, ...], mark: str = "") -> str:
    """Names in a row: "temp", "dewp" and "humid"."""
    named = [f"{mark}{c}{mark}" for c in columns]
    return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named) or "the other columns"


def rarity(surprise: float) -> str:
    """A surprise (−log10 of a probability) as people say it.

    >>> rarity(0.2), rarity(2.0), rarity(3.52), rarity(9.0)
    ('not unusual', 'once in 100 windows', 'once in 3,300 windows', 'less than once in a million windows')
    """
    if not surprise >= 1:
        return "not unusual"
    if surprise > MOST:
        return "less than once in a million windows"
    count = 10**surprise
    size = 10 ** max(int(surprise) - 1, 0)
    return f"once in {round(count / size) * size:,} windows"


MOST = 6.0  # no past of a monitor is long enough to say more
