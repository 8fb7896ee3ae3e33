"""Failures of a task: what trying again would not mend is red at once, and what is said of any stays on one line.

Airflow writes the error of a task into its log, with all that led to it, and names in there are other people's: a
column's may hold a line break and then what looks like an entry of the log.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from airflow.sdk.exceptions import AirflowFailException

from tidegauge.core.errors import IncidentError, MonitorError, NoHistory, NotEnded, WindowError
from tidegauge.core.unseen import in_one_line, unbreak

# What a monitor says, what a run is asked for, a past that is not there: the same again in two minutes. An outage
# passes; and a table that is gone may be a table that is just being swapped.
HOPELESS: tuple[type[Exception], ...] = (MonitorError, NoHistory, WindowError, IncidentError)

SOON = timedelta(minutes=2)  # a scheduler's clock may be ahead of ours by so much


@contextmanager
def at_once(*others: type[Exception]) -> Iterator[None]:
    """Around a task's work: what is hopeless, or is one of `others`, fails it without another try."""
    with unbroken_errors():
        try:
            yield
        except NotEnded as error:
            if error.left <= SOON:  # a clock that is a little late: the window has ended when this is tried again
                raise
            raise AirflowFailException(in_one_line(error)) from error
        except (*HOPELESS, *others) as error:
            raise AirflowFailException(in_one_line(error)) from error


@contextmanager
def unbroken_errors() -> Iterator[None]:
    """Around whatever a task does: an error goes on as what it is, and says what it says on one line."""
    try:
        yield
    except Exception as error:
        unbreak(error)
        raise
