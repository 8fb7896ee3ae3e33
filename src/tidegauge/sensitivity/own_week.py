"""When in the week a monitor's dear work falls due: each has a moment of its own, so that not all do it at once."""

import hashlib
from datetime import UTC, datetime, timedelta

from tidegauge.core.window import Window

WEEK = timedelta(days=7)
PLACES = {"hour": 168, "day": 7}  # moments in a week; a week of windows is one: there is nothing to spread


def own_moment(monitor: str, stage: str, kind: str) -> timedelta:
    """How long after Monday's midnight, by the local clock, a monitor's week begins: by a hash of its name and stage.

    >>> [own_moment(name, "inputs", "day").days for name in ("flights", "taxis", "shops")]
    [4, 0, 1]
    """
    places = PLACES.get(kind, 1)
    digest = hashlib.sha256(f"{monitor}\x1f{stage}".encode()).digest()
    return WEEK / places * (int.from_bytes(digest[:8], "big") % places)


def week_begun(window: Window, monday: datetime, moment: timedelta, back: int = 0) -> datetime:
    """When the monitor's own week began that a window starts in, or one so many weeks earlier.

    `monday` is the local midnight that the window's week of the calendar begins with; the clock of that zone is meant.
    """
    begun = (monday + moment).replace(fold=0)
    early = begun.astimezone(UTC) > window.start.astimezone(UTC)
    return (begun - WEEK * (back + early)).replace(fold=0)
