"""Law of the budget: where nothing is wrong, no more is told than 1.5 times what the user allowed.

A small piece of `benchmarks/alerts/null.py`, which asks the same of real flights and of every kind of season.
"""

from scipy.stats import poisson

from benchmarks.alerts.replaying import replay
from benchmarks.alerts.seasons import synthetic

PROMISE = 1.5
DOUBT = 1e-3  # the chance that a monitor that only just keeps its promise fails here, on another machine's numbers


def test_no_more_notices_than_promised() -> None:
    """Warehouse, profiles, store and decisions with every default, window by window, on logs without a fault."""
    logs = [synthetic(season, 7, n=80, warm=45, days=60, budget=1.0) for season in ("weekly", "trend")]
    outcomes = [replay(log) for log in logs]
    assert all(o.judged >= 55 for o in outcomes)
    allowed = PROMISE * sum(o.budgeted for o in outcomes)
    notices = sum(o.notices for o in outcomes)
    assert notices <= poisson.ppf(1 - DOUBT, allowed), [o.incidents for o in outcomes]
