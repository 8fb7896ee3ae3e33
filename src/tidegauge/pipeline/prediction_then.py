"""Whether what an alert on inputs tells of reached the prediction of the same window."""

from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.window import WHOLE
from tidegauge.reports.report import PredictionThen
from tidegauge.stages.like_windows import value_of
from tidegauge.stages.liked import Liked
from tidegauge.statistics.location import Location
from tidegauge.wording.first_sentence import ALONGSIDE


def prediction_then(decision: Decision, seen: Liked) -> PredictionThen | None:
    """Around what the predictions lay, beside like windows; None where that is no number, or nothing alerts."""
    measure, column = seen.decider.measure, seen.decider.monitor.columns.prediction
    levels, wanted = measure.signal_set.levels, (column, Location.name, WHOLE)
    k = next((k for k, t in enumerate(levels) if (t.column, t.statistic, t.segment) == wanted), None)
    if k is None or column is None or decision.verdict is not Verdict.ALERT or not decision.rows:
        return None
    value = measure.natural(levels[k], value_of(seen.history.record(decision.window), measure.signal_set, k))
    like = seen.like(decision.window).range(k)
    least = ALONGSIDE * decision.findings[0].strength
    named = any(f.column == column and f.strength > least for f in decision.findings)
    return PredictionThen(column, value, like.least, like.most, like.words, named)
