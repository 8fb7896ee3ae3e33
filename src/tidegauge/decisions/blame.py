"""What an alert is about: the columns that it is blamed on, and the numbers that told."""

from tidegauge.core.decision import Decision, Finding, Score, Verdict
from tidegauge.core.window import WHOLE
from tidegauge.statistics import LEVELS
from tidegauge.tuning.decision_tuning import IncidentTuning

BAD = frozenset({Verdict.ALERT, Verdict.BROKEN})


def blamed(decision: Decision, tuning: IncidentTuning) -> tuple[str, ...]:
    """The columns that an alert is about: the first, and others nearly as strong. A trace of a column ties nothing.

    Of a broken window those that could not be counted, and others only if they alert themselves.
    """
    first = decision.findings[0].strength if decision.findings else 0.0
    among = decision.findings[: tuning.leading]
    if decision.verdict is Verdict.BROKEN:
        among = tuple(f for k, f in enumerate(among) if not k or not f.scores or f.strength > 1)
    return tuple(dict.fromkeys(f.column for f in among if f.strength >= tuning.alike * first))


def leads_of(decision: Decision, tuning: IncidentTuning) -> frozenset[str]:
    """The columns that tie an alert to others."""
    return frozenset(blamed(decision, tuning)[: tuning.first])


def number_of(score: Score) -> tuple[str, ...]:
    """Which number a score is of."""
    return (score.column, score.statistic, score.segment, score.of, *score.others)


def side_of(score: Score) -> int:
    """1 where a value lies above what was expected, −1 below."""
    return int(score.value > score.expected) - int(score.value < score.expected)


def says_nothing(finding: Finding) -> bool:
    """Whether a column that used to say something is missing whole or stuck: as bad as one that is gone."""
    return any(
        s.statistic in LEVELS and LEVELS[s.statistic].gone(s.value, s.most if s.like else s.expected)
        for s in finding.scores
        if s.column == finding.column and s.segment == WHOLE
    )
