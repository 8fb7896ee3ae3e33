"""Failures that trying again would not mend: the task is red at once, and a person reads why now."""

from collections.abc import Iterator
from contextlib import contextmanager

from airflow.sdk.exceptions import AirflowFailException

from tidegauge.airflow.wait import SOON
from tidegauge.core.errors import IncidentError, MonitorError, NoHistory, NotEnded, WindowError

# What a monitor says, what a run is asked for, a past that is not there: the same again in two minutes. An outage
# passes; and a table that is gone may be a table that is just being swapped.
HOPELESS: tuple[type[Exception], ...] = (MonitorError, NoHistory, WindowError, IncidentError)


@contextmanager
def at_once(*others: type[Exception]) -> Iterator[None]:
    """Around a task's work: what is hopeless, or is one of `others`, fails it without another try."""
    try:
        yield
    except NotEnded as error:
        if error.left <= SOON:  # a clock that is a little late: the window has ended when this is tried again
            raise
        raise AirflowFailException(str(error)) from error
    except (*HOPELESS, *others) as error:
        raise AirflowFailException(str(error)) from error
