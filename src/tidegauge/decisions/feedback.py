"""What people answer to incidents, and what of it a window's decision must heed.

Answers are appended and never changed; taking one back is an answer too. One rule of time makes decisions independent
of when they are computed: an answer given at `at` counts for windows that end after `at`, and for no earlier one.
"""

import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType

from tidegauge.core.decision import Decision
from tidegauge.core.errors import IncidentError
from tidegauge.core.window import Window

NONE: Mapping[Window, str] = MappingProxyType({})


class Answer(StrEnum):
    """What a person says of an incident."""

    CONFIRM = "confirm"  # it was bad: its windows are like no others should be
    DISMISS = "dismiss"  # it was nothing: so much is ordinary
    ACCEPT = "accept"  # it is the new normal: what was before is no reference any more
    RETRACT = "retract"  # take an earlier answer back


@dataclass(frozen=True, slots=True)
class Feedback:
    """One answer to one incident, with the incident's windows as they were known when it was given.

    Its id is a hash of all that it says, so that the same answer read twice is one.
    """

    id: str  # given as "", it is made
    monitor: str
    stage: str
    incident: str
    answer: Answer
    windows: tuple[Window, ...]
    columns: tuple[str, ...]
    at: datetime
    by: str
    note: str
    retracts: str = ""  # the id of the answer that this one takes back

    def __post_init__(self) -> None:
        if self.at.utcoffset() is None:
            raise IncidentError(f"an answer needs an instant with a time zone, got {self.at}")
        object.__setattr__(self, "at", self.at.astimezone(UTC))
        object.__setattr__(self, "id", self.id or self.digest())

    def digest(self) -> str:
        """The id that belongs to what it says."""
        said = (
            self.monitor, self.stage, self.incident, self.answer.value, *(w.key for w in self.windows), "",
            *self.columns, "", self.at.isoformat(), self.by, self.note, self.retracts,
        )  # fmt: skip
        return sha256("\x1f".join(said).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A new normal: for these columns no window before `since` is a reference, and `windows` are in no spread."""

    columns: tuple[str, ...]
    since: Window
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Dismissed:
    """A false alert: what these columns showed in that window is ordinary, and must not alert again."""

    window: Window
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rulings:
    """What a window's decision must heed of what people said before the window ended."""

    excluded: frozenset[Window] = frozenset()  # confirmed or silenced: in no reference, no spread and no tail
    accepted: tuple[Accepted, ...] = ()
    dismissed: tuple[Dismissed, ...] = ()
    silenced: str = ""  # why nobody is told of the window itself

    def dismissed_among(self, among: Sequence[Window]) -> list[Window]:
        """The dismissed windows that are among some; both oldest first."""
        mine = sorted({d.window for d in self.dismissed})
        return [w for w in mine if (k := bisect_left(among, w)) < len(among) and among[k] == w]

    @property
    def text(self) -> str:
        """All that bears on what is normal, spelled alike in every process: a set has no order of its own."""
        said = [sorted(w.key for w in self.excluded)]
        said += [[*a.columns, "", a.since.key, *(w.key for w in a.windows)] for a in self.accepted]
        said += [[*d.columns, "", d.window.key] for d in self.dismissed]
        return json.dumps([len(self.accepted), said])


def current(feedback: Iterable[Feedback], before: datetime | None = None) -> dict[str, Feedback]:
    """The answer that stands on each incident, by the incident's id; with `before`, as it was just before that instant.

    The latest answer stands alone: confirmed and then dismissed is dismissed. One that was taken back leaves the
    incident unanswered.
    """
    stands: dict[str, Feedback] = {}
    for one in sorted(feedback, key=lambda f: (f.at, f.id)):
        if before is not None and one.at >= before:
            break
        if one.answer is not Answer.RETRACT:
            stands[one.incident] = one
        elif (known := stands.get(one.incident)) is not None and known.id == one.retracts:
            del stands[one.incident]
    return stands


def _in_force(feedback: Iterable[Feedback], before: datetime) -> dict[Answer, list[Feedback]]:
    """The answers that stand just before an instant by what they say, each kind oldest first."""
    stands = sorted(current(feedback, before).values(), key=lambda f: (f.at, f.id))
    return {answer: [f for f in stands if f.answer is answer] for answer in Answer}


def rulings(feedback: Iterable[Feedback], window: Window, silences: Mapping[Window, str] = NONE) -> Rulings:
    """What the decision on a window must heed of the answers of its monitor and stage, and of planned silences.

    `silences`: the windows that the monitor silences, and why (`Monitor.silenced`).

    >>> day = [Window.parse(f"day/2013-04-0{n}T04:00:00Z/2013-04-0{n + 1}T04:00:00Z") for n in range(1, 5)]
    >>> said = Feedback("", "m", "inputs", "1f", Answer.CONFIRM, day[:1], ["temp"], day[1].end, "ana", "")
    >>> rulings([said], day[1]).excluded, rulings([said], day[2]).excluded == {day[0]}
    (frozenset(), True)
    """
    stands = _in_force(feedback, window.end)
    confirmed = [w for f in stands[Answer.CONFIRM] for w in f.windows]
    quiet = [w for w in silences if w.start < window.start]
    return Rulings(
        excluded=frozenset((*confirmed, *quiet)),
        accepted=tuple(Accepted(f.columns, f.windows[0], f.windows) for f in stands[Answer.ACCEPT] if f.windows),
        dismissed=tuple(Dismissed(w, f.columns) for f in stands[Answer.DISMISS] for w in f.windows),
        silenced=silences.get(window, ""),
    )


def note_of(why: str) -> str:
    """The note of a decision that nobody is told of.

    >>> note_of("a deploy")
    'Silenced by the monitor (alerts.silences): a deploy. Nobody was told, nothing was started.'
    """
    return f"Silenced by the monitor (alerts.silences): {why.rstrip('. ')}. Nobody was told, nothing was started."


def silent(decision: Decision, rulings: Rulings) -> Decision:
    """The same decision, marked where a planned silence covers its window."""
    if not rulings.silenced:
        return decision
    return replace(decision, silenced=rulings.silenced, notes=(*decision.notes, note_of(rulings.silenced)))
