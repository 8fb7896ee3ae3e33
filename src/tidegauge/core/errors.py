"""The tree of errors. Each message names the thing, says what was found and what to do."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from difflib import get_close_matches

PREFIX = 3  # letters that a longer name must begin with to be meant
MOST_NAMES = 12  # that are listed where none is near
REMEDY = "Say what it is there, such as nullif(distance, 0) or CASE WHEN … END."


class TidegaugeError(Exception):
    """Everything that tidegauge raises on purpose; catch this one at a rim."""


class MonitorError(TidegaugeError):
    """A monitor's YAML does not hold together; the message names the file, line and key."""


class ContractError(TidegaugeError):
    """A table or column is not what the monitor says: gone, renamed, of another type, refused by the engine."""


class NotWorkedOut(ContractError):
    """A value of a derived column that the engine stops at: a division by zero, a text that is no number.

    `short`: the same sentence without the engine's words, which may name now one row and now another.
    """

    def __init__(self, column: str, short: str, why: str) -> None:
        super().__init__(f"{short.rstrip('.')}: {why.rstrip('.')}. {REMEDY}")
        self.column, self.short = column, f"{short} {REMEDY}"


class WarehouseError(TidegaugeError):
    """The warehouse could not be reached or did not answer: an outage, not bad data."""


class StoreError(TidegaugeError):
    """The store could not be reached, or holds something that it should not."""


class NoHistory(TidegaugeError):
    """A monitor has no past in its store: the store is missing, empty or another. A window is not judged in silence."""


class CorruptBlob(StoreError):
    """A stored profile fails its checksum, or is not what it should be: it is left out, and made again."""


class NewerForm(StoreError):
    """What is stored is whole, and written in a way that this version cannot read: never taken for damage."""


class SinkError(TidegaugeError):
    """A sink could not show a report: the gateway or the folder is not there. The outbox keeps it for later."""


class NobodyThere(SinkError):
    """The receiver could not be reached at all, or gave no answer in its time: so it would be for anything else now."""


class Refused(SinkError):
    """The receiver was there and said no, or the address is none: the same again will hardly do better."""


class NoSuchReceiver(Refused):
    """A monitor has no such sink any more: trying again does nothing until somebody has changed its file."""


class WindowError(TidegaugeError):
    """A window is empty, off its grid, or cannot be told from what a run was given."""


class NotEnded(WindowError):
    """A window whose rows are still being written. `left`: how long it goes on, by the clock that was asked."""

    def __init__(self, sentence: str, left: timedelta) -> None:
        super().__init__(sentence)
        self.left = left


class ClockError(WindowError):
    """A window so far behind the newest row that the clock may be wrong; somebody has to say that it is right.

    `until`: the latest start of a window that nobody would have to vouch for.
    """

    def __init__(self, sentence: str, until: datetime) -> None:
        super().__init__(sentence)
        self.until = until


class IncidentError(TidegaugeError):
    """An incident that is not there, or an answer to one that cannot be given or read."""


class UnknownName(TidegaugeError):
    """A name that nothing is registered under."""


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """A sentence that helps: the nearest known name, or all of them.

    >>> did_you_mean("hellingr", ["hellinger", "psi"])
    'Did you mean "hellinger"?'
    >>> did_you_mean("zzz", ["hellinger", "psi"])
    'Known: hellinger, psi.'
    >>> did_you_mean("temp", ["seats", "temperature"])
    'Did you mean "temperature"?'
    >>> did_you_mean("LIVE", ["live", "new"])
    'Did you mean "live"?'
    >>> did_you_mean("log", [])
    'There is none at all.'
    """
    names = sorted(known)
    if not names:
        return "There is none at all."
    if near := _near(wrong, names):
        return f'Did you mean "{near}"?'
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return f"Known: {', '.join(names[:MOST_NAMES])}{more}."


def _near(wrong: str, names: Sequence[str]) -> str:
    """The name that was meant, if one is near."""
    near = [n for n in names if n.casefold() == wrong.casefold()] or get_close_matches(wrong, names, n=1, cutoff=0.6)
    longer = [n for n in names if len(wrong) >= PREFIX and n.startswith(wrong)]  # a column that got a longer name
    return next(iter(near or longer), "")
