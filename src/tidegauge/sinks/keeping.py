"""How long a server keeps series, and how late it takes them: asked of Prometheus and of VictoriaMetrics.

Prometheus keeps 15 days and takes nothing late, unless it is told otherwise; both lose a past without a word.
"""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from tidegauge.core.errors import Refused, SinkError
from tidegauge.sinks.receiver import Receiver

WRITE = "/api/v1/write"  # what follows the server's own address
SHUT = (401, 403)
NOWHERE = (404, 405, 410, 501)  # the path is another's, or nobody's
UNKNOWN = "unsupported path"  # VictoriaMetrics' word for it, with 400
MOVED = range(300, 400)  # no redirect is followed
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "y": 365 * 86400}
_MONTH = 31  # days, as VictoriaMetrics counts a bare number
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhdwy])")


@dataclass(frozen=True, slots=True)
class Kept:
    """None where the server does not say, or sets no limit."""

    retention: timedelta | None = None
    late: timedelta | None = None


def kept_by(receiver: Receiver) -> Kept:
    """What the server says of itself; SinkError where nobody is there."""
    url, who = receiver.address.web()
    if not url.endswith(WRITE):
        return Kept()  # a path that says nothing of where to ask
    base = url.removesuffix(WRITE)
    until = monotonic() + receiver.timeout

    def ask(path: str) -> str | None:
        answer = receiver.ask("GET", base + path, until=until, headers=who)
        if answer.status in SHUT:
            raise Refused(_shut(receiver, answer.status, "asked"))
        return answer.text if answer.ok else None

    said = _data(ask("/api/v1/status/runtimeinfo")).get("storageRetention")
    if isinstance(said, str):
        config = str(_data(ask("/api/v1/status/config")).get("yaml", ""))
        found = re.search(r"\bout_of_order_time_window:\s*(\S+)", config)
        return Kept(duration_of(said), (duration_of(found[1]) if found else None) or timedelta(0))
    flag = re.search(r'-retentionPeriod="?([\w.]+)"?', ask("/flags") or "")
    return Kept(duration_of(flag[1])) if flag else Kept()


def nowhere(receiver: Receiver) -> str:
    """What is wrong with the address, by what is said to an empty write; empty where the server takes it.

    Of a write without a sample nothing is kept anywhere. What a server has against it beside the path is not told:
    some refuse a write for being empty.
    """
    answer = receiver.write([], until=monotonic() + receiver.timeout)
    if answer.status in SHUT:
        return _shut(receiver, answer.status, "written")
    if answer.status in (*NOWHERE, *MOVED) or UNKNOWN in answer.text:
        return (
            f"{receiver.place} takes no remote write at the path of {receiver.what} ({answer.status}). Prometheus and "
            "VictoriaMetrics take it at /api/v1/write, Mimir at /api/v1/push; Prometheus only if it was started with "
            "--web.enable-remote-write-receiver."
        )
    return ""


def _shut(receiver: Receiver, status: int, how: str) -> str:
    return f"{receiver.place} does not let us in ({status}): is what it is {how} with right?"


def problems(receiver: Receiver, monitor: str, reach: timedelta, late: timedelta) -> list[str]:
    """What of a monitor's series would be lost, a sentence each.

    `reach`: how far back it has windows; `late`: how long after a window's end its series may still change.
    """
    try:
        kept = kept_by(receiver)
        found = [wrong] if (wrong := nowhere(receiver)) else []
    except SinkError as error:
        return [str(error)]
    if kept.retention is not None and kept.retention < reach:
        found.append(
            f"{receiver.place} keeps series for {days(kept.retention)}, and {monitor} reaches back {days(reach)}: what "
            "is older will be lost. Start it with a longer --storage.tsdb.retention.time, or -retentionPeriod."
        )
    if kept.late is not None and kept.late < late:
        found.append(
            f"{receiver.place} takes nothing that is more than {days(kept.late)} late (out_of_order_time_window), and "
            f"{monitor} may write {days(late)} late, as labels and corrections come: those will be lost. Set "
            "storage.tsdb.out_of_order_time_window in its configuration."
        )
    return found


def duration_of(text: str) -> timedelta | None:
    """A duration as these servers spell it; None where there is none.

    >>> duration_of("15d"), duration_of("1d12h or 5GiB"), duration_of("3"), duration_of("0s")
    (datetime.timedelta(days=15), datetime.timedelta(days=1, seconds=43200), datetime.timedelta(days=93), None)
    """
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return timedelta(days=float(text) * _MONTH)
    parts = _PART.findall(text.partition(" ")[0])
    seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
    return timedelta(seconds=seconds) if seconds else None


def days(time: timedelta) -> str:
    """A time in words, in whole days or hours."""
    hours = round(time.total_seconds() / 3600)
    many, unit = (hours // 24, "day") if hours >= 48 else (hours, "hour")
    return f"{many:,} {unit}{'' if many == 1 else 's'}"


def _data(text: str | None) -> dict[str, object]:
    try:
        found = json.loads(text or "{}").get("data", {})
    except (ValueError, AttributeError):
        return {}
    return found if isinstance(found, dict) else {}
