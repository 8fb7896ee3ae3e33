"""What is shown of a window beside its decision: how much of the budget is spent, how far receivers lag, and groups."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from tidegauge.core.decision import Decision
from tidegauge.core.intent import PAST
from tidegauge.core.window import Window
from tidegauge.decisions.incidents import IncidentBuilder
from tidegauge.monitor.budget_period import BudgetPeriod
from tidegauge.stages.parities import Parities
from tidegauge.stages.parity_series import Numbers, Place, parity_numbers
from tidegauge.stages.profiler import Profiler
from tidegauge.stages.series import BUDGET_SPENT, OUTBOX_LAG
from tidegauge.store.outbox import GIVEN_UP, Outbox


class BesideDecisions:
    """Follows the decisions of a stage, oldest first, from the first that is decided now.

    The budget is that of the whole monitor, so its stages' parts add up. An incident counts once, in the period after
    its opening, for it is told of once.
    """

    def __init__(self, profiler: Profiler, stage: str, first: Window, fair: Parities | None = None) -> None:
        store, name = profiler.store, profiler.monitor.name
        self._period = BudgetPeriod.of(profiler.monitor.alerts.budget)
        self._tuning, self._feedback = profiler.tuning.decisions.incidents, store.feedback.of(name, stage)
        since = first.start - 2 * timedelta(days=self._period.days)  # what stands longer has opened before
        near = (one for one in store.decisions.outlines(name, stage) if since <= one.window.start < first.start)
        self._heard: list[Decision] = []
        self._prediction = profiler.monitor.columns.prediction
        self._builder = self._hear_all(near)
        self._waits, self._fair = oldest_waiting(store.outbox, name), fair

    def _hear_all(self, decisions: Iterable[Decision]) -> IncidentBuilder:
        self._heard, builder = (
            list(decisions),
            IncidentBuilder(self._tuning, self._feedback, prediction=self._prediction),
        )
        for one in self._heard:
            builder.hear(one)
        return builder

    def of(self, decision: Decision) -> Mapping[str, float]:
        """By statistic. Decisions come in order of time; where they begin anew (records were damaged), so does this."""
        if self._heard and decision.window <= self._heard[-1].window:
            self._builder = self._hear_all([one for one in self._heard if one.window < decision.window])
        self._builder.hear(decision)
        self._heard.append(decision)
        end = decision.window.end
        opened = self._builder.opened_since(end - timedelta(days=self._period.days))
        lag = max(end - self._waits.end, timedelta(0)) if self._waits is not None else timedelta(0)
        return {BUDGET_SPENT: opened / self._period.bearable, OUTBOX_LAG: lag.total_seconds()}

    def of_groups(self, window: Window) -> Mapping[Place, Numbers]:
        """What is known of groups up to a window, by column, statistic and segment."""
        return parity_numbers(self._fair.of(window) if self._fair is not None else ())


def oldest_waiting(outbox: Outbox, monitor: str) -> Window | None:
    """The oldest window of which something could not be delivered and waits; a past that is shown is late anyway."""
    waits: Sequence[Window] = [
        c.intent.window for c in outbox.undelivered(monitor) if c.state != GIVEN_UP and c.intent.action != PAST
    ]
    return min(waits, default=None)
