"""Whether a monitor is alive, by what was delivered of it: a run that ends before that has told nobody anything."""

from tidegauge.sinks.base import Liveness
from tidegauge.store.outbox import GIVEN_UP
from tidegauge.store.store import Store


def liveness(store: Store, monitor: str) -> Liveness:
    """How it goes with a monitor, as its store knows it now."""
    stand = store.outbox.undelivered(monitor)
    given_up = sum(c.state == GIVEN_UP for c in stand)
    since = min((c.first_failed for c in stand if c.state != GIVEN_UP and c.first_failed), default=None)
    told = store.deliveries.last(monitor)
    if told is None:
        return Liveness(len(stand) - given_up, given_up, since)
    end = told.newest.end
    return Liveness(len(stand) - given_up, given_up, since, told.last, end, told.first - end)
