"""Where the change lies that an alert tells of, worked out from the store whenever the alert is shown."""

from collections.abc import Sequence

from tidegauge.core.changed_place import Whereabouts
from tidegauge.core.decision import Decision, Finding, Score, Verdict
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.decisions.history import History
from tidegauge.reports.page import WEAK
from tidegauge.stages.decider import Decider
from tidegauge.stages.liked import Liked
from tidegauge.stages.locating import NowAndBefore, whereabouts
from tidegauge.stages.stored_profiles import StoredProfiles

LOCATED = 3  # findings of an alert of which it is said
SOME = 4  # windows that are enough to be compared with; of fewer, the like windows are, where there are more


def where_it_lies(decision: Decision, decider: Decider, profiles: StoredProfiles) -> tuple[Whereabouts, ...]:
    """Of an alert's first findings, in their order; of those after the first one only where there is an answer.

    Of labels it is not said: no sampled row holds its label. Nor of relations, which are no share of rows.
    """
    shown = _located(decision)
    if not shown:
        return ()
    history = decider.read(decider.history(decision.window))
    sides = [(f, sides_of(f, decision.window, Liked(decider, history), profiles)) for f in shown]
    found = (whereabouts(f, s, decider.tuning.where) for f, s in sides if s.before)
    first = decision.findings[0]
    return tuple(w for w in found if w and (w.places or (w.column, w.segment) == (first.column, first.segment)))


def _located(decision: Decision) -> list[Finding]:
    """Those of the first findings that can lie somewhere and are not much weaker than the first one."""
    if decision.verdict is not Verdict.ALERT or decision.stage != FIRST_STAGE:
        return []
    of_rows = [f for f in decision.findings[:LOCATED] if f.scores and not f.scores[0].others]
    return [f for f in of_rows if f.strength >= WEAK * decision.findings[0].strength]


def sides_of(finding: Finding, window: Window, past: Liked, profiles: StoredProfiles) -> NowAndBefore:
    """The windows that a finding is of, and those that its first score was compared with."""
    score = finding.scores[0]
    now = counted_in(score, window, _before(past.history, window))
    named = [w for w in map(Window.parse, score.windows) if w not in now]
    like = [w for w in past.like(window).windows if w not in now]
    if len(named) < min(SOME, len(like)):
        return NowAndBefore(now, like, profiles, profiles)
    return NowAndBefore(now, named, profiles, past.decider.observer.of_pool(score.pool))


def _before(history: History, window: Window) -> list[Window]:
    return [w for w in history.windows if w < window]


def counted_in(score: Score, window: Window, earlier: Sequence[Window]) -> list[Window]:
    """The windows that a number is of: this one, and those before it that it is an average over."""
    return [*earlier[len(earlier) - (score.over - 1) :], window] if score.over > 1 else [window]
