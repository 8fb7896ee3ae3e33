"""What a judgement amounts to: a verdict, the findings that go with it, and what there is to know beside it."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tidegauge.core.decision import Decision, Finding, Score, Verdict
from tidegauge.core.window import VOLUME, WHOLE, Window
from tidegauge.decisions.history import History
from tidegauge.decisions.judge import Judgement
from tidegauge.stages.base import Observation, Observer
from tidegauge.stages.findings import findings_of
from tidegauge.stages.measures import Measure
from tidegauge.stages.structural import FactGrounds

MOST_TROUBLE = 3  # damaged profiles that a decision tells of


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a window amounts to, how strongly, and what was found, the strongest first."""

    verdict: Verdict
    strength: float
    found: tuple[Finding, ...]
    deserted: bool = False  # no rows where there should be many: what is exact need not be learnt from


def weigh(
    judgement: Judgement, seen: Observation, measure: Measure, compared: Sequence[Window], history: History
) -> Weighed:
    """`measure`: what is followed of this window; `compared`: the windows that it is held against."""
    tuning = measure.tuning.decisions.verdict
    if seen.waits:
        return Weighed(Verdict.LEARNING, 0.0, ())
    found, strength = findings_of(judgement, measure, tuning), judgement.strength
    deserted = _deserted(seen, compared, history, tuning.peopled)
    if deserted:
        # the day before may have been as empty, and expected by it nothing is lost: the season knows better
        strength = max(strength, tuning.deserted)
        found = (Finding(VOLUME, WHOLE, strength, ()), *(f for f in found if f.column != VOLUME))
    if seen.problems:
        return Weighed(Verdict.BROKEN, strength, _broken_first(found, seen.problems))
    if seen.mute and not strength > 1:
        return Weighed(Verdict.LEARNING, 0.0, ())
    if not np.isfinite(judgement.threshold):
        return Weighed(Verdict.LEARNING, strength, found, deserted)
    return Weighed(Verdict.ALERT if strength > 1 else Verdict.FINE, strength, found, deserted)


def _broken_first(found: Sequence[Finding], problems: Collection[str]) -> tuple[Finding, ...]:
    """A finding for each column with a problem, whether it was found or not; then the others."""
    named = {f.column: f for f in found}
    broken = tuple(named.get(c, Finding(c, "*", 0.0, ())) for c in problems)
    return broken + tuple(f for f in found if f.column not in problems)


def with_facts(weighed: Weighed, seen: Observation, observer: Observer, known: FactGrounds) -> Weighed:
    """The same with what needs no spread first. That alerts though nothing else does, and of a young log too."""
    facts = () if seen.waits or weighed.verdict is Verdict.BROKEN else observer.facts(known)
    if told := sorted((f for f in facts if f.strength), key=lambda f: (-f.strength, f.column)):
        return _alerting(weighed, told, {t.statistic for t in known.measure.signal_set.levels})
    return weighed if weighed.verdict is Verdict.LEARNING else _with_standing(weighed, facts)


def _alerting(weighed: Weighed, told: Sequence[Finding], judged: Collection[str]) -> Weighed:
    """An alert by some facts, the strongest first; nothing else is known of a log that is learning still.

    `judged`: the statistics that are followed anyway.
    """
    others = weighed.found if weighed.verdict is not Verdict.LEARNING else ()
    named = {f.column: f for f in others}
    strongest = max((f.strength for f in others), default=0.0)
    led = {f.column: _joined(f, named.get(f.column), strongest, judged) for f in told}
    left = [f for f in others if f.column not in led]
    strength = max(weighed.strength, told[0].strength)
    return replace(weighed, verdict=Verdict.ALERT, strength=strength, found=(*led.values(), *left))


def _with_standing(weighed: Weighed, stands: Sequence[Finding]) -> Weighed:
    """The same with what an alert has told of and is there still: of a fine window first, beneath what is new."""
    if not stands:
        return weighed
    others = tuple(f for f in weighed.found if f.column not in {g.column for g in stands})
    if weighed.verdict is Verdict.FINE:
        return replace(weighed, found=(*stands, *others))
    named = {f.column for f in weighed.found}
    return replace(weighed, found=(*weighed.found, *(f for f in stands if f.column not in named)))


def _joined(fact: Finding, known: Finding | None, strongest: float, judged: Collection[str]) -> Finding:
    """A fact with what else is known of its column, as strong as the strongest: it leads.

    Where the judge alerts on the column, and follows such numbers, it has chosen the one that says most: a shop in
    other letters is never seen, not gone.
    """
    others = () if known is None else known.scores
    is_chosen = known is not None and known.strength >= 1 and fact.scores[0].statistic in judged
    scores = (*others, *fact.scores) if is_chosen else (*fact.scores, *others)
    return replace(fact, strength=max(fact.strength, strongest), scores=_once(scores))


def _once(scores: Sequence[Score]) -> tuple[Score, ...]:
    """Each number of the column once."""
    first = {(s.column, s.statistic, s.segment, s.others, s.of): s for s in reversed(scores)}
    return tuple(s for s in scores if first[s.column, s.statistic, s.segment, s.others, s.of] is s)


def kept(weighed: Weighed, judgement: Judgement, observer: Observer, window: Window) -> tuple[Finding, ...]:
    """The findings that a decision keeps: explained where somebody will ask, a few of a fine window."""
    if weighed.verdict in (Verdict.ALERT, Verdict.BROKEN):
        return tuple(observer.explain(judgement, f, window) if f.scores and not f.stands else f for f in weighed.found)
    if weighed.verdict is Verdict.FINE:
        return tuple(replace(f, scores=f.scores[:1]) for f in weighed.found[:3])
    return ()


def damaged(decision: Decision, trouble: Sequence[str]) -> Decision:
    """A decision made while a stored profile could not be read rests on other evidence: mended, another."""
    if not trouble:
        return decision
    evidence = hashlib.sha256(f"damaged\x1f{decision.evidence}".encode()).hexdigest()[:32]
    more = (*decision.notes, *(t for t in trouble[:MOST_TROUBLE] if t not in decision.sentence))
    return replace(decision, evidence=evidence, notes=more)


def notes(
    verdict: Verdict, judgement: Judgement, seen: Observation, reason: str, missing: int, kind: str, learning: int
) -> Iterator[str]:
    """What there is to know beside a verdict; `reason`: the windows that this one, of some `kind`, is compared with.

    `learning`: scored windows before the first verdict.
    """
    yield from seen.notes
    yield f"Compared with {reason}."
    if missing:
        yield (
            f"Provisional: {missing} earlier {kind}{'s are' if missing > 1 else ' is'} missing; "
            "it will be decided again when they are there."
        )
    if verdict is Verdict.LEARNING and not (seen.waits or seen.mute):
        yield (
            f"Learning: {judgement.learnt} past {kind}s are decided by this monitor, and the first verdict needs "
            f"about {learning + 10}."
            + ("" if judgement.learnt else " What another monitor of the source has profiled, a backfill decides.")
        )


def _deserted(seen: Observation, windows: Sequence[Window], history: History, peopled: int) -> bool:
    """Whether a window has no rows (or no labels) where most of those that it is compared with have many."""
    if seen.rows or seen.problems or not seen.due or not windows:
        return False
    return float(np.median([history.record(w).n for w in windows])) >= peopled
