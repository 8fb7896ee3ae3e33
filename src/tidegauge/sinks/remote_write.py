"""Every window's series in event time, to whatever speaks Prometheus' remote write."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from time import monotonic, time
from typing import TYPE_CHECKING, ClassVar

from tidegauge.core.errors import MonitorError, NobodyThere, Refused, SinkError
from tidegauge.core.point import SeriesSample
from tidegauge.core.retrying import LONGEST_EXCHANGE
from tidegauge.monitor.options import HTTP_CONNECTION, PLACE, SECONDS, TEXTS_BY_NAME, option
from tidegauge.sinks.base import EventTimeSink

if TYPE_CHECKING:
    from tidegauge.core.addresses.kept_address import KeptAddress
    from tidegauge.sinks.receiver import Receiver, Reply

PATH = "api/v1/write"  # of a Prometheus, where a connection names none
BATCH = 5000  # samples in one request
SINGLES = 40  # samples refused by themselves in one showing; after them a refused request is not looked into any more
TWICE = ("duplicate sample",)  # another value at an instant that has one: the first one stays
LATE = ("too old", "out of bounds", "out of order")  # before what the server still takes: so is whatever is older


@dataclass(frozen=True, slots=True)
class RemoteWrite(EventTimeSink):
    """Writes a window's series at the window's own time, not at that of the run.

    So a year that is backfilled appears at the right dates, a late correction shows where it belongs, and what is
    written again changes nothing. The server has to keep what is that old: `tidegauge check` asks it. What it will
    never take (too old for it, or another value where it has one) ends with a note; whatever else goes wrong goes back
    to the outbox, and what is younger waits, so that all of it arrives in order.
    """

    name: ClassVar[str] = "remote_write"

    # it may hold ${NAME}: https://user:${PASSWORD}@host/api/v1/push
    url: str = field(
        default="", repr=False, metadata=option("Where to write to, such as http://127.0.0.1:9090/api/v1/write.")
    )
    connection: str = field(default="", metadata=HTTP_CONNECTION)
    bearer: str = field(
        default="", repr=False, metadata=option("A bearer token, as ${NAME} of the environment. Default: none.")
    )
    headers: Mapping[str, str] = field(
        default_factory=dict,
        repr=False,
        metadata=option("More headers, such as {X-Scope-OrgID: team}; a value may be ${NAME}.", TEXTS_BY_NAME),
    )
    authority: str = field(
        default="", metadata=option("A file with the certificates to trust, PEM. Default: the system's.", PLACE)
    )
    certificate: str = field(
        default="", metadata=option("A file with our own certificate, PEM, for a server that asks for one.", PLACE)
    )
    key: str = field(
        default="", metadata=option("A file with its key, PEM. Default: in the certificate's file.", PLACE)
    )
    timeout: float = field(
        default=10.0, metadata=option(f"Seconds for one request, {LONGEST_EXCHANGE:g} at most.", SECONDS)
    )

    def show(self, samples: Sequence[SeriesSample]) -> str:
        """Write them, oldest first; what is worth a note.

        Nothing is said of a window that has not ended, but that it was forgotten: one that a clock that ran ahead had
        run is taken back at once, and not when its time has come and somebody was paged for it.
        """
        return self._show(samples, batches(sorted(samples, key=lambda s: s.at)))

    def show_past(self, samples: Sequence[SeriesSample]) -> str:
        """The same of a past: wherever it is cut off, each incident that was written of is over."""
        from tidegauge.sinks.event_time import closed  # series, and all that is followed: for whoever writes some

        return self._show(samples, closed(batches(sorted(samples, key=lambda s: s.at))))

    def _show(self, samples: Sequence[SeriesSample], parts: Iterable[Sequence[SeriesSample]]) -> str:
        from tidegauge.sinks.event_time import takes_back

        ahead = [s for s in samples if s.at > time() * 1000]
        if not all(map(takes_back, ahead)):
            raise Refused(
                "a window that has not ended is not written: a server would take it, and then refuse what comes late. "
                "Is this host's clock right?"
            )
        writing = _Writing(self._receiver(), monotonic() + LONGEST_EXCHANGE)
        lost: dict[str, int] = {}
        for batch in parts:
            for why, many in writing.write(batch):
                lost[why] = lost.get(why, 0) + many
        return "; ".join(f"{many:,} of {len(samples):,} samples were not taken ({why})" for why, many in lost.items())

    def problems(self, monitor: str, reach: timedelta, late: timedelta) -> list[str]:
        """What of a monitor's series the server would lose, by what it says of itself."""
        from tidegauge.sinks.keeping import problems

        try:
            return problems(self._receiver(), monitor, reach, late)
        except SinkError as error:
            return [str(error)]

    def _receiver(self) -> "Receiver":
        from tidegauge.sinks.receiver import Receiver  # HTTP, for whoever writes

        files = (self.authority, self.certificate, self.key)
        try:
            return Receiver.of(self._place(), self.bearer, self.headers, files, self.timeout)
        except MonitorError as error:
            raise Refused(str(error)) from None

    def _place(self) -> "KeptAddress":
        """Where to write to."""
        from tidegauge.core.addresses.kept_address import KeptAddress, kept_address
        from tidegauge.core.addresses.reading import read_address
        from tidegauge.sinks.receiver import WHERE

        if self.connection:
            return kept_address(self.connection, f"{WHERE}.connection", PATH)
        what = f"{WHERE}.url"
        return KeptAddress(what, read_address(self.url, what, scheme="http"))


def batches(samples: Sequence[SeriesSample], most: int = BATCH) -> Iterator[list[SeriesSample]]:
    """Samples in order of time, as many in one as a request may have; an instant is cut only where it is larger."""
    some: list[SeriesSample] = []
    for _, group in groupby(samples, key=lambda s: s.at):
        instant = list(group)
        if some and len(some) + len(instant) > most:
            yield some
            some = []
        some += instant
        while len(some) > most:
            yield some[:most]
            some = some[most:]
    if some:
        yield some


@dataclass
class _Writing:
    """One showing: how long it may take as a whole, and how much of what is refused is still tried one by one.

    A server that has other values, of a store that was lost and begun anew say, refuses each of them. Trying all of a
    year one by one would be millions of requests, to find out what it says from the first one on.
    """

    receiver: "Receiver"
    until: float
    singles: int = SINGLES

    def write(self, batch: Sequence[SeriesSample]) -> Iterator[tuple[str, int]]:
        """Write a batch; why some of it was not taken, and how many samples."""
        answer = self._answer(batch)
        if answer.ok:
            return
        why = next((word for word in (*TWICE, *LATE) if word in answer.text), "")
        if not why:
            raise _error(self.receiver, answer)
        yield from self._looked_into(batch, why)

    def _answer(self, batch: Sequence[SeriesSample]) -> "Reply":
        """What the server says to a batch, within the time that is left."""
        if (now := monotonic()) >= self.until:
            raise NobodyThere(
                f"{self.receiver.place} did not take the series within {LONGEST_EXCHANGE:g} seconds. Is it overloaded?"
            )
        return self.receiver.write(batch, until=min(now + self.receiver.timeout, self.until))

    def _looked_into(self, batch: Sequence[SeriesSample], why: str) -> Iterator[tuple[str, int]]:
        """A refused batch in parts, down to the samples that are not taken, as far as that is worth it."""
        instants = sorted({s.at for s in batch})
        if self.singles <= 0 or (why in LATE and len(instants) == 1):  # as old as each other
            yield why, len(batch)
        elif len(instants) > 1:
            yield from self._halves(batch, instants[len(instants) // 2])
        elif len(batch) > 1:
            middle = len(batch) // 2
            yield from self.write(batch[:middle])
            yield from self.write(batch[middle:])
        else:
            self.singles -= 1
            yield why, 1

    def _halves(self, batch: Sequence[SeriesSample], at: int) -> Iterator[tuple[str, int]]:
        """The two halves of a refused batch, each by itself. Where the newer is too old as a whole, so is the older."""
        older, newer = [s for s in batch if s.at < at], [s for s in batch if s.at >= at]
        said = list(self.write(newer))
        yield from said
        if sum(many for why, many in said if why in LATE) == len(newer):
            yield said[0][0], len(older)
        else:
            yield from self.write(older)


def _error(receiver: "Receiver", answer: "Reply") -> SinkError:
    """A refusal of the moment keeps back what is younger, as a receiver does that is away: so all arrives in order."""
    kind = NobodyThere if answer.of_the_moment else Refused
    return kind(f"{receiver.place} did not take the series ({answer.status}: {answer.reason})")
