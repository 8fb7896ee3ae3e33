"""What the process says when it ends, for scripts."""

from collections.abc import Iterable

from tidegauge.core.decision import Decision, Verdict

FINE, ALERT, WRONG, OUTAGE, NO_HISTORY, BUG, INTERRUPTED = 0, 1, 2, 3, 4, 70, 130


def code_of_decisions(decisions: Iterable[Decision]) -> int:
    """The exit code of a verb that decided: an outage says more than an alert, an alert more than nothing.

    What a planned silence covers is said to no script either.
    """
    every = list(decisions)
    if any(d.verdict is Verdict.OUTAGE and not d.silenced for d in every):
        return OUTAGE
    return ALERT if any(d.is_told for d in every) else FINE
