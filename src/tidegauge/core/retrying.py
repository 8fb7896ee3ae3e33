"""When something that failed is tried again, and when it is given up. Pure: clocks go in, clocks come out.

A receiver may be away for a night, a weekend, a move to another rack. So patience is measured in time and not in
tries, and two kinds of failure have two patiences: who cannot be reached may come back; who answered "no" will
probably say so again, and a person should hear of it sooner.

A host's clock is not to be trusted alone: it jumps. Three rules bound what a jump of a year, either way, may do. A next
try lies at most `LONGEST` ahead of any clock that asks. Of the time between two failures at most `STRETCH` counts as
waiting. Nothing is given up before `LEAST` real tries.

Where nobody is there, one is tried and the others to the same receiver are passed over, which is no failure of theirs
and no waiting. But it may have been that one's own fault after all, and who is never tried is never given up: so each
is tried by itself once in `ALONE`.
"""

from datetime import datetime, timedelta
from enum import StrEnum

FIRST = timedelta(minutes=1)
LONGEST = timedelta(minutes=50)  # below an hour, so that every hourly run finds it due
STRETCH = timedelta(days=1)  # a daily monitor's tries lie so far apart
LEAST = 8
ALONE = timedelta(hours=20)  # a little less than a day: a daily monitor tries each of them every day
LEASE = 60.0  # seconds: a worker that was killed holds a notice back no longer than that
LONGEST_EXCHANGE = 50.0  # seconds that a receiver may be given: well within a lease, else two workers would be at it


class Why(StrEnum):
    """Why something was not delivered."""

    AWAY = "away"  # nobody there, or no answer in time
    FAILED = "failed"  # an answer that can't be read, a trouble of the receiver's own (5xx), a full disk
    REFUSED = "refused"  # the receiver said no, or the delivery itself is at fault
    GONE = "gone"  # there is no such receiver any more


PATIENCE = {Why.AWAY: timedelta(days=7), Why.FAILED: timedelta(days=7), Why.REFUSED: timedelta(days=2)}


def next_try(failures: int, now: datetime) -> datetime:
    """When to try again after so many failures, the last of them now: a minute, two, four, … up to `LONGEST`."""
    return now + min(FIRST * (1 << min(failures - 1, 10)), LONGEST)


def is_due(due: datetime | None, now: datetime) -> bool:
    """Whether the next try has come. One that lies further ahead than any was ever put was put by a wrong clock."""
    return due is None or due <= now or due - now > LONGEST


def may_pass(since: datetime | None, now: datetime) -> bool:
    """Whether one whose receiver was just found away need not be tried by itself.

    `since`: when it was tried last, or else first passed over. One in the future is a wrong clock's, and says nothing.
    """
    return since is None or timedelta(0) <= now - since < ALONE


def waited(before: timedelta, last: datetime | None, now: datetime) -> timedelta:
    """The time that has been waited in vain so far: between failures that there really were, whatever clocks say."""
    gap = timedelta(0) if last is None else now - last
    return before + min(max(gap, timedelta(0)), STRETCH)


def is_hopeless(why: Why, failures: int, in_vain: timedelta) -> bool:
    """Whether to give it up, and tell. At once where there is no such receiver: no clock has to be asked for that."""
    return why is Why.GONE or (failures >= LEAST and in_vain >= PATIENCE[why])


def is_over(taken: datetime | None, end: datetime, now: datetime, *, usual: timedelta = FIRST) -> bool:
    """Whether a claim has ended: its time is up, or it was taken in a future that this clock does not know.

    A lease that is kept as its end alone would hold for a year where it was taken under a clock a year ahead. `usual`
    is how long one lasted of which the store does not say when it was taken.
    """
    taken = end - usual if taken is None else taken
    return now >= end or now < taken - (end - taken)
