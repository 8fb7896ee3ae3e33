"""A window, and the words that go with it: the whole, the rows themselves, the stages."""

from dataclasses import dataclass
from datetime import UTC, datetime

from tidegauge.core.addresses.masking import as_typed
from tidegauge.core.errors import WindowError

WHOLE = "*"  # the segment that is the whole window

VOLUME = "__volume__"  # the column under which facts about rows (volume, duplicates, freshness) are ranked

# What is looked at of a window, in the order in which it is judged; each is a module of tidegauge/stages.
# The first is its rows and predictions themselves: it says which windows there are, and the others follow it.
STAGES = ["inputs", "labels"]

FIRST_STAGE = STAGES[0]

_STAMP = "%Y-%m-%dT%H:%M:%SZ"


def stamp(at: datetime) -> str:
    """An instant of UTC to the second, as keys spell it: four digits of the year, which `%Y` does not promise.

    >>> stamp(datetime(13, 4, 1, tzinfo=UTC))
    '0013-04-01T00:00:00Z'
    """
    return f"{at.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


class _Keyed:
    """Room for a key that was spelled once; no field, so equality, order, hash, pickle and repr know nothing of it."""

    __slots__ = ("_key",)
    _key: str


@dataclass(frozen=True, order=True, slots=True)
class Window(_Keyed):
    """A half-open interval [start, end) of event time, in UTC, and its kind ("hour", "day", "week", …).

    `key` is its one text form everywhere: store, partition keys, `conf`.

    >>> Window.parse("day/2013-04-01T04:00:00Z/2013-04-02T04:00:00Z").key
    'day/2013-04-01T04:00:00Z/2013-04-02T04:00:00Z'
    """

    start: datetime
    end: datetime
    kind: str

    def __post_init__(self) -> None:
        if self.start.utcoffset() is None or self.end.utcoffset() is None:
            raise WindowError(f"a window needs instants with a time zone, got {self.start} and {self.end}")
        try:
            object.__setattr__(self, "start", self.start.astimezone(UTC))
            object.__setattr__(self, "end", self.end.astimezone(UTC))
        except OverflowError:
            raise WindowError(f"a window from {self.start} to {self.end} leaves the years 1 to 9999") from None
        if self.end <= self.start:
            raise WindowError(f"a window must end after it starts, got [{stamp(self.start)}, {stamp(self.end)})")

    def __hash__(self) -> int:
        """By its start: hardly any two windows in one place have the same, and thousands are looked up for a page."""
        return hash(self.start)

    @property
    def key(self) -> str:
        """Kind, start and end in one text that sorts by time within a kind."""
        try:
            return self._key
        except AttributeError:  # spelled when it is first asked for, and then remembered
            object.__setattr__(self, "_key", f"{self.kind}/{stamp(self.start)}/{stamp(self.end)}")
            return self._key

    @classmethod
    def parse(cls, key: str) -> "Window":
        """The window that a key names."""
        try:
            kind, start, end = key.split("/")
            return cls(
                datetime.strptime(start, _STAMP).replace(tzinfo=UTC),
                datetime.strptime(end, _STAMP).replace(tzinfo=UTC),
                kind,
            )
        except ValueError:
            raise WindowError(
                f'"{as_typed(key)}" is not a window key. Write it as kind/start/end, for instance '
                "day/2013-04-01T04:00:00Z/2013-04-02T04:00:00Z"
            ) from None

    def __str__(self) -> str:
        return self.key
