"""Open a monitor's pipeline as the verbs do that may begin a history: that is what nearly every test wants."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from tidegauge.core.addresses.address import Address
from tidegauge.monitor import Monitor
from tidegauge.pipeline import pipeline
from tidegauge.pipeline.opening import Past


def open_pipeline(
    monitor: Monitor,
    past: Past = Past.BEGINS,
    *,
    url: Address | str | None = None,
    clock: Callable[[], datetime] | None = None,
    clock_is_right: bool = False,
) -> AbstractContextManager[pipeline.Pipeline]:
    """The monitor's pipeline; its store is made where there is none."""
    return pipeline.open_pipeline(monitor, past, url=url, clock=clock, clock_is_right=clock_is_right)
