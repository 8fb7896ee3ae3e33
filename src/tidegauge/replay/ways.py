"""Other ways in which the same monitor could decide: other budgets, other references."""

from dataclasses import dataclass

from tidegauge.monitor import Monitor
from tidegauge.monitor.choices import Pool
from tidegauge.monitor.durations import PER_MONTH
from tidegauge.monitor.fields import RAREST

FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0)
SPELLED = {
    0.25: "a quarter of the budget",
    0.5: "half the budget",
    2.0: "twice the budget",
    4.0: "four times the budget",
}
REFERENCES = (("seasonal", "trailing"), ("seasonal",), ("trailing",))


@dataclass(frozen=True)
class Other:
    """A monitor with one thing changed. Its profiles are the same ones, for nothing that they rest on has changed."""

    name: str
    monitor: Monitor
    own: bool
    budget_only: bool  # what it remembers of each window is the same; only the threshold is another


def others(monitor: Monitor) -> list[Other]:
    """The monitor as it is first, then a budget of a quarter to four times, then references with fewer pools."""
    found = [Other("as it is", monitor, own=True, budget_only=True)]
    for factor in FACTORS:
        budget = monitor.alerts.budget * factor
        if factor != 1.0 and RAREST <= budget < PER_MONTH[monitor.window.every]:
            alerts = monitor.alerts.model_copy(update={"budget": budget})
            changed = _named(monitor.model_copy(update={"alerts": alerts}), len(found))
            found.append(Other(SPELLED[factor], changed, own=False, budget_only=True))
    pinned = tuple(p for p in monitor.reference.pools if p.name == "pinned")
    own = {p.name for p in monitor.reference.pools} - {"pinned"}
    for names in REFERENCES:
        if own != {*names}:
            pools = (*(Pool(n) for n in names), *pinned)
            reference = monitor.reference.model_copy(update={"pools": pools})
            changed = _named(monitor.model_copy(update={"reference": reference}), len(found))
            found.append(Other(f"the reference {_spelled(names, pinned)}", changed, own=False, budget_only=False))
    return found


def _named(monitor: Monitor, number: int) -> Monitor:
    """Under a name that nothing is stored by: what a run keeps of the monitor must not be met, nor met with other."""
    return monitor.model_copy(update={"name": f"{monitor.name}-what-if-{number}"})


def _spelled(names: tuple[str, ...], pinned: tuple[Pool, ...]) -> str:
    told = [*names, *(p.name for p in pinned)]
    return f"{told[0]} only" if len(told) == 1 else " and ".join((", ".join(told[:-1]), told[-1]))
