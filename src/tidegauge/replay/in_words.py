"""What a replay says in sentences: the one that a person reads first, and what there is to know beside it."""

from collections.abc import Iterator, Sequence

from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.window import VOLUME
from tidegauge.decisions.blame import BAD
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.replay.outcome import Caught, Rate, Trial
from tidegauge.replay.trying import Tried
from tidegauge.wording.text import rate


def sentence(
    kind: str, judged: int, outside: Rate, events: Sequence[Caught], trials: Sequence[Trial], budget: float
) -> str:
    """What a person reads first."""
    if not judged:
        return f"Nothing was judged: the {kind}s before and in this replay are too few to learn from."
    of = "outside of what you labelled" if events else "in all"
    said = (
        f"In {judged:,} {kind}{_s(judged)} it would have sent {outside.count} notice{_s(outside.count)} {of}: "
        f"{rate(outside.a_month)} a month ({rate(outside.low)} to {rate(outside.high)}), on a budget of "
        f"{rate(budget)}"
    )
    parts = []
    if events:
        parts.append(_caught(events))
    if trials:
        parts.append(f"found {sum(t.found for t in trials)} of {len(trials)} planted faults")
    return f"{said}. It {' and '.join(parts)}." if parts else f"{said}."


def _caught(events: Sequence[Caught]) -> str:
    """How many of the labelled events that were judged it would have caught."""
    held = [e for e in events if e.judged]
    got, unheld = sum(e.caught for e in held), len(events) - len(held)
    more = f" ({unheld} more {'was' if unheld == 1 else 'were'} not judged)" if unheld else ""
    return f"caught {got} of {len(held)} labelled event{_s(len(held))}{more}"


def _s(count: int) -> str:
    """The ending of a word that is counted."""
    return "" if count == 1 else "s"


def notes(pipeline: Pipeline, own: Sequence[Decision], tried: Tried, *, planted: bool) -> tuple[str, ...]:
    """What a reader should know before believing the numbers."""
    found = []
    if quiet := _silenced(own):
        found.append(
            f"{quiet:,} alert{' lies' if quiet == 1 else 's lie'} in a planned silence (alerts.silences): "
            "nobody would have been told."
        )
    if gaps := sum(d.provisional for d in own):
        found.append(f"{gaps:,} decisions are provisional: windows before them are missing.")
    if any(d.verdict is Verdict.BROKEN for d in own):
        found.append("Windows that do not hold what the monitor says (broken) count as alerts.")
    if planted:
        found += _not_planted(tried)
    if problems := pipeline.profiler.contract.problems:
        found.append(f"Not looked at: {', '.join(sorted(problems.keys() - {VOLUME}))}.")
    return tuple(found)


def _not_planted(tried: Tried) -> Iterator[str]:
    """Why faults are lacking that should have been planted."""
    if not any(tried.trials.values()):
        yield "No fault could be planted: no window of the replay had a verdict and was fine."
    if tried.left_out:
        yield (
            f"{tried.left_out:,} drawn faults changed next to nothing in their window (a constant column, a category "
            "that was not there) and are not counted."
        )


def _silenced(decisions: Sequence[Decision]) -> int:
    """How many alerts lie in a planned silence."""
    return sum(bool(d.silenced) for d in decisions if d.verdict in BAD)
