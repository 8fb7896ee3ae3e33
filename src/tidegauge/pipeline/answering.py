"""Answering incidents: find the one that is meant, say what is thought of it, see which answers stand.

Needs the store alone: a person can answer while the warehouse is down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tidegauge.core.addresses.masking import mask
from tidegauge.core.errors import IncidentError, did_you_mean
from tidegauge.core.grid import local_time
from tidegauge.core.incident import Incident
from tidegauge.core.window import Window
from tidegauge.decisions.feedback import Answer, Feedback, current
from tidegauge.store.store import Store
from tidegauge.wording.text import column_name, one_line, span

SHORT = 4  # letters of an id that may stand for it
MOST = 3  # beginnings that are suggested

SAID = {
    Answer.CONFIRM: "confirmed",
    Answer.DISMISS: "dismissed",
    Answer.ACCEPT: "accepted as normal",
    Answer.RETRACT: "retracted",
}


@dataclass(frozen=True, slots=True)
class Answered:
    """An incident and the answer that stands on it, if one does."""

    incident: Incident
    answer: Feedback | None
    aftermath: str = ""  # how it is now, where nothing has alerted since: "still at the new level"

    @property
    def unanswered(self) -> tuple[Window, ...]:
        """Windows that alerted after the answer was given: it says nothing of them."""
        if self.answer is None:
            return self.incident.windows
        return tuple(w for w in self.incident.windows if w not in self.answer.windows)

    @property
    def left(self) -> tuple[str, ...]:
        """Columns that the answer says nothing of: it was about some of them only."""
        if self.answer is None:
            return self.incident.columns
        return tuple(c for c in self.incident.columns if c not in self.answer.columns) if self.answer.columns else ()

    @property
    def needs_somebody(self) -> bool:
        """Whether it is open and nobody has said, of all its columns, that it is nothing or the new normal."""
        settled = self.answer is not None and self.answer.answer in (Answer.DISMISS, Answer.ACCEPT) and not self.left
        return self.incident.is_open and not settled

    @property
    def words(self) -> str:
        """The answer in words, with what it is about where that is not all of the incident; "" where there is none."""
        if self.answer is None:
            return ""
        return SAID[self.answer.answer] + (f" for {_columns(self.answer)}" if self.left else "")


def answered(store: Store, monitor: str) -> list[Answered]:
    """Every incident of a monitor with its answer, oldest first."""
    stands = current(store.feedback.of(monitor))
    return [Answered(i, stands.get(i.id)) for i in store.incidents.of(monitor)]


def find(store: Store, monitor: str, name: str) -> Incident:
    """The incident of that id, or whose id begins so; an unknown one is an error that helps."""
    known = {i.id: i for i in store.incidents.of(monitor)}
    return known[_meant(monitor, name, list(known))]


def answer(
    store: Store,
    monitor: str,
    name: str,
    said: Answer,
    *,
    at: datetime,
    by: str,
    note: str = "",
    columns: Sequence[str] = (),
) -> tuple[Feedback, bool]:
    """Answer an incident as it was known at `at`; the answer, and whether it is new.

    It is about the windows that had alerted and ended by then: an incident that goes on is answered again. `columns`:
    only these of the incident's. The same said again, of the same windows, adds nothing. To take an answer back, say
    RETRACT.
    """
    told = store.feedback.of(monitor)
    if said is Answer.RETRACT:
        made = _retraction(monitor, name, told, at, by, note)
    else:
        made = _answer(find(store, monitor, name), said, at, by, note, columns)
    stands = current(told, at).get(made.incident)
    if stands is not None and _same(stands, made):
        return stands, False
    clash = next((f for f in told if f.incident == made.incident and f.at == made.at and f.id != made.id), None)
    if clash is not None:
        raise IncidentError(
            f"incident {made.incident} has another answer of the very same time ({clash.answer}, {made.at}), and which "
            "came later could not be told. Give --at a later time."
        )
    return made, store.feedback.put([made]) == 1


def _answer(incident: Incident, said: Answer, at: datetime, by: str, note: str, columns: Sequence[str]) -> Feedback:
    windows = [w for w in incident.windows if w.end <= at]
    if not windows:
        raise IncidentError(
            f"incident {incident.id} began with {incident.first.key}, which had not ended by "
            f"{at.isoformat(timespec='seconds')}. Answer it at a later time (--at)."
        )
    for column in columns:
        if column not in incident.columns:
            hint = did_you_mean(column, incident.columns)
            raise IncidentError(f'incident {incident.id} is not about the column "{column}". {hint}')
    chosen = tuple(c for c in incident.columns if c in columns) if columns else incident.columns
    return Feedback("", incident.monitor, incident.stage, incident.id, said, tuple(windows), chosen, at, by, note)


def _retraction(monitor: str, name: str, told: Sequence[Feedback], at: datetime, by: str, note: str) -> Feedback:
    """What takes the standing answer back. The incident itself may be gone since: decided again, it was none."""
    stands = current(told, at)
    if not stands:
        raise IncidentError(f"{monitor} has no answer that could be taken back at {at.isoformat(timespec='seconds')}.")
    back = stands[_meant(monitor, name, list(stands), "answer to the incident")]
    return Feedback(
        "", monitor, back.stage, back.incident, Answer.RETRACT, back.windows, back.columns, at, by, note, back.id
    )


def _meant(monitor: str, name: str, known: Sequence[str], what: str = "incident") -> str:
    """The id that a person means by the beginning of one, in small or in capital letters."""
    if name in known:
        return name
    if not known:
        raise IncidentError(f'{monitor} has no {what} yet, so none is called "{name}".')
    near = [i for i in known if i.lower().startswith(name.lower())]
    if len(name) < SHORT:
        such = f", such as {' or '.join(sorted({i[:SHORT] for i in near})[:MOST])}" if near else ""
        raise IncidentError(f'{monitor} has no {what} "{name}". Write at least {SHORT} letters of its id{such}.')
    if len(near) > 1:
        raise IncidentError(f'"{name}" begins more than one id: {", ".join(sorted(near))}. Write more of it.')
    if not near:
        raise IncidentError(f'{monitor} has no {what} "{mask(name)}". {did_you_mean(name, known)}')
    return near[0]


def _same(one: Feedback, other: Feedback) -> bool:
    """Whether two answers say the same of the same, whenever and by whom."""
    return (one.answer, one.windows, one.columns) == (other.answer, other.windows, other.columns) and (
        not other.note or other.note == one.note
    )


def made_again(store: Store, monitor: str, stage: str, at: datetime) -> int:
    """How many decisions an answer of that time changes the ground of: those on windows that ended later."""
    return sum(w.end > at for w in store.decisions.evidences(monitor, stage))


def sentence(f: Feedback, zone: str, *, new: bool = True) -> str:
    """What an answer changes; or, where it is not new, who said so already."""
    if not new:
        return f"{f.incident} was {SAID[f.answer]} already, by {one_line(f.by, 40)} at {local_time(f.at, zone)}."
    count = len(f.windows)
    columns = _columns(f) or "all columns"
    windows, since = f"{count:,} window{'s' * (count != 1)}", f"from {local_time(f.at, zone)} on"
    leave = "leaves" if count == 1 else "leave"
    return {
        Answer.CONFIRM: f"Confirmed {f.incident}: {since}, its {windows} {leave} every reference, spread and tail.",
        Answer.DISMISS: f"Dismissed {f.incident}: {since}, what {columns} showed in its {windows} is ordinary.",
        Answer.ACCEPT: f"Accepted {f.incident} as normal: {since}, nothing before {span(f.windows[0], zone)} is a "
        f"reference for {columns}.",
        Answer.RETRACT: f"Retracted: {since}, {f.incident} is unanswered.",
    }[f.answer]


def _columns(f: Feedback) -> str:
    return ", ".join(column_name(c) for c in f.columns)
