"""What a replay says in sentences: the one that a person reads first, and what there is to know beside it."""

from collections.abc import Sequence

from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.window import VOLUME
from tidegauge.decisions.incidents import BAD
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
        f"In {judged:,} {kind}{'' if judged == 1 else 's'} it would have sent {outside.count} "
        f"notice{'' if outside.count == 1 else 's'} {of}: "
        f"{rate(outside.a_month)} a month ({rate(outside.low)} to {rate(outside.high)}), on a budget of "
        f"{rate(budget)}"
    )
    parts = []
    if events:
        held = [e for e in events if e.judged]
        got, unheld = sum(e.caught for e in held), len(events) - len(held)
        parts.append(
            f"caught {got} of {len(held)} labelled event{'' if len(held) == 1 else 's'}"
            + (f" ({unheld} more {'was' if unheld == 1 else 'were'} not judged)" if unheld else "")
        )
    if trials:
        parts.append(f"found {sum(t.found for t in trials)} of {len(trials)} planted faults")
    return f"{said}. It {' and '.join(parts)}." if parts else f"{said}."


def notes(pipeline: Pipeline, own: Sequence[Decision], tried: Tried, *, planted: bool) -> tuple[str, ...]:
    """What a reader should know before believing the numbers."""
    found = []
    if quiet := sum(bool(d.silenced) for d in own if d.verdict in BAD):
        found.append(
            f"{quiet:,} alert{' lies' if quiet == 1 else 's lie'} in a planned silence (alerts.silences): "
            "nobody would have been told."
        )
    if gaps := sum(d.provisional for d in own):
        found.append(f"{gaps:,} decisions are provisional: windows before them are missing.")
    if any(d.verdict is Verdict.BROKEN for d in own):
        found.append("Windows that do not hold what the monitor says (broken) count as alerts.")
    if planted and not any(tried.trials.values()):
        found.append("No fault could be planted: no window of the replay had a verdict and was fine.")
    if tried.left_out:
        found.append(
            f"{tried.left_out:,} drawn faults changed next to nothing in their window (a constant column, a category "
            "that was not there) and are not counted."
        )
    if pipeline.profiler.contract.problems:
        found.append(
            f"Not looked at: {', '.join(sorted(c for c in pipeline.profiler.contract.problems if c != VOLUME))}."
        )
    return tuple(found)
