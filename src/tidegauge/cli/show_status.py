"""Where a monitor stands, as a person reads it in a terminal."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rich.text import Text

from tidegauge.cli.show import SHOWN, decisions, when, windows
from tidegauge.cli.show_cells import cut_again
from tidegauge.cli.show_parity import fairness
from tidegauge.cli.show_performance import estimated, performance
from tidegauge.reports import detectable as seen
from tidegauge.wording.text import column_name, one_line

if TYPE_CHECKING:
    from rich.console import RenderableType

    from tidegauge.core.incident import Incident
    from tidegauge.store.runs import Run
    from tidegauge.store.tombstones import Tombstone


def status(state: Mapping[str, Any], zone: str, file: Path) -> Iterable["RenderableType"]:
    """Where a monitor stands, in a few lines."""
    yield from _reach(state, zone, file) if state["profiled"]["windows"] else _nothing(state, file)
    yield from _taken_back(state, zone, file)
    yield from _failed(state, zone)
    if not state["profiled"]["windows"]:
        return
    yield Text("")
    yield from _stages(state, zone)
    yield from cut_again(state["cut_again"], zone)
    yield from (Text(one_line(said, 400)) for said in state["never_judged"])
    if state["would_have_seen"]:
        yield Text(seen.briefly(state["would_have_seen"]))
    if state["performance"]:
        yield Text("")
        yield from performance(state["performance"], zone)
    yield from fairness(state["fairness"], zone)
    if state["estimates"] and not _has_labels(state):
        yield Text("")
        yield from estimated(state["estimates"], zone)
    yield Text("")
    yield from _incidents(state, zone, file)
    for c in state["held"]:
        yield Text(f"Retraining {one_line(c.note, 400)}, asked for by {when(c.intent.window, zone)}")
    for intent in state["waiting"]:
        yield Text(f"Waiting to be done: {intent.action} for {when(intent.window, zone)}")


def _has_labels(state: Mapping[str, Any]) -> bool:
    """Whether the window that is estimated is the one whose performance is told."""
    told = state["performance"]
    return told is not None and told.window == state["estimates"][0].window


def _nothing(state: Mapping[str, Any], file: Path) -> Iterable[Text]:
    """Why nothing is known of it."""
    if state["other_source"]:  # which, and what to do, is said beside it, as by every verb
        yield Text(f"{state['monitor']} has seen nothing of its source as {file} names it now.")
    else:
        gone = "has forgotten all that it had seen" if state["forgotten"] else "has seen nothing yet"
        yield Text(f"{state['monitor']} {gone}. Read the past: tidegauge backfill {file}")


def _reach(state: Mapping[str, Any], zone: str, file: Path) -> Iterable[Text]:
    """From when to when it has seen windows, and what of that was never decided."""
    known = state["profiled"]
    reach = f"{when(known['first'], zone)} to {when(known['last'], zone)}"
    yield Text(f"{state['monitor']}: {windows(known['windows'])} profiled, {reach}")
    yield from _undecided(state, file)
    if gaps := len(state["gaps"]):
        were = "was" if gaps == 1 else "were"
        first = when(state["gaps"][0], zone)
        yield Text(f"{windows(gaps)} in between {were} never decided, the first {first}.")


def _stages(state: Mapping[str, Any], zone: str) -> Iterable["RenderableType"]:
    """The latest decision of each stage, and how many there are of which verdict."""
    if latest := [s["latest"] for s in state["stages"].values() if s["latest"]]:
        yield decisions(latest, zone)
    for stage, found in state["stages"].items():
        counted = ", ".join(f"{count:,} {verdict}" for verdict, count in found["verdicts"].items())
        none = found["why_none"] or "nothing decided"
        yield Text(f"{stage}: {found['decided']:,} decided ({counted})" if counted else f"{stage}: {none}")


def _incidents(state: Mapping[str, Any], zone: str, file: Path) -> Iterable[Text]:
    """What is open, and what has fallen silent without being mended."""
    yield Text("No incident is open." if not state["incidents"] else "Open incidents:")
    for incident in state["incidents"]:
        columns = ", ".join(column_name(c) for c in incident.columns)
        alerts = f"{incident.alerts} alert{'s' * (incident.alerts != 1)}"
        since = f"first seen {when(incident.first, zone)}, {alerts}, last {when(incident.last, zone)}"
        facts = f"{incident.status.value}, severity {incident.severity.value}, {since}"
        answer = f"; {state['words'][incident.id]}" if incident.id in state["words"] else ""
        style = "red" if incident.id in state["needs_somebody"] else ""
        yield Text(f"  {incident.id} {incident.stage}: {columns}: {facts}{answer}", style=style)
    for incident in state["still"]:
        columns = ", ".join(column_name(c) for c in incident.columns)
        yield Text(
            f"Silent, and not mended: {incident.id} {incident.stage}: {columns}: first seen "
            f"{when(incident.first, zone)}, no alert since {when(incident.last, zone)}, still at the new level. "
            f"Is it bad, or the new normal? tidegauge incident show {file} {incident.id}"
        )
    for incident in state["untold"]:
        yield Text(_told_to_nobody(incident, zone, file))
    if state["needs_somebody"]:
        yield Text(f"  To see and to answer one: tidegauge incident show {file} {state['needs_somebody'][-1]}")


def _told_to_nobody(incident: "Incident", zone: str, file: Path) -> str:
    """An incident that a backfill has found: of its labels, say, that were loaded late."""
    columns = ", ".join(column_name(c) for c in incident.columns)
    alerts = f"{incident.alerts} alert{'s' * (incident.alerts != 1)}"
    until = "" if incident.alerts == 1 else f", last {when(incident.last, zone)}"
    return (
        f"Found by a backfill, and told to nobody: {incident.id} {incident.stage}: {columns}: {alerts}, first "
        f"{when(incident.first, zone)}{until}. tidegauge incident show {file} {incident.id}"
    )


def _undecided(state: Mapping[str, Any], file: Path) -> Iterable[Text]:
    """The last windows that are profiled, not decided. A monitor's profiles are its source's: others read them too."""
    if later := len(state["undecided"]):
        those = f"The last {later:,} have no decision" if later > 1 else "The last one has no decision"
        why = "replayed only, or the run has not come."
        if later == state["profiled"]["windows"]:
            those = "None has a decision of this monitor"
            why = f"a replay, or another monitor of the source, has read them. tidegauge backfill {file} decides them."
        yield Text(f"{those} yet: {why}")


def _failed(state: Mapping[str, Any], zone: str) -> Iterable[Text]:
    """Why the last run got nowhere, and how many before it did not either."""
    failed: Sequence[Run] = state["failed"]
    if not failed:
        return
    before = f" So did {len(failed) - 1:,} before it, the first of them of {when(failed[-1].window, zone)}."
    yield Text(
        f"The last run, of {when(failed[0].window, zone)}, got nowhere: {one_line(failed[0].note, 400)}"
        + before * (len(failed) > 1),
        style="red",
    )


def _taken_back(state: Mapping[str, Any], zone: str, file: Path) -> Iterable[Text]:
    """Windows that were forgotten last, and when; and those that should be."""
    if early := state["not_ended"]:
        those = "A window that has" if len(early) == 1 else f"{windows(len(early))} that have"
        yield Text(
            f"{those} not ended yet {'was' if len(early) == 1 else 'were'} run, by a clock that was ahead. "
            f"Take it back: tidegauge forget {file} --window {early[0].key}",
            style="red",
        )
    if behind := state["clock_behind"]:
        now = f"{state['clock'].astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
        those = "window that it knows has" if len(behind) == 1 else f"{len(behind):,} windows that it knows have"
        yield Text(
            f"The clock looks wrong: by this host's it is {now}, and the last {those} not ended by then. Set it right "
            "first; nothing is to be forgotten where it was behind. What was run by a clock that was ahead, up to "
            f"{when(behind[-1], zone)}, is taken back by tidegauge forget.",
            style="red",
        )
    stones: Sequence[Tombstone] = state["forgotten"]
    for stone in stones[-SHOWN:]:
        at = f"{stone.at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
        yield Text(f"Forgotten: the {stone.stage} of {when(stone.window, zone)}, on {at}.")
    if len(stones) > SHOWN:
        yield Text(f"… and {len(stones) - SHOWN} before; --json has all.")
