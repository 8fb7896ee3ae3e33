"""The verbs that only look: report, explain, status. The store is all they need: they work in an outage too."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tidegauge.cli.codes import ALERT, FINE, NO_HISTORY, OUTAGE
from tidegauge.cli.places import WORD, FilePath
from tidegauge.cli.printing import as_json as json_text
from tidegauge.cli.rim import (
    json_option,
    monitor_argument,
    shown,
    stage_option,
    window_option,
    windows_named,
    write_out,
)
from tidegauge.core.errors import WindowError

LATELY = 5  # incidents that have fallen silent, the newest, of which status says whether they were mended

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegauge.core.incident import Incident
    from tidegauge.core.window import Window
    from tidegauge.pipeline.answering import Answered
    from tidegauge.pipeline.pipeline import Pipeline


@click.command(
    epilog="""\b
Examples:
  tidegauge report my.yml --window 2013-12-24
  tidegauge report my.yml --window 2013-12-24 --stage labels --out christmas.html
"""
)
@monitor_argument
@window_option
@stage_option
@click.option(
    "--out", type=FilePath("the page to write", dir_okay=False), help="The page. Default: named after the window."
)
def report(*, monitor: Path, window: str | None, stage: str, out: Path | None) -> None:
    """Write the page of a decided window: one file that opens anywhere."""
    from tidegauge.reports.rendering import render
    from tidegauge.sinks.folder import page_name

    pages = []
    with shown(monitor) as (_, pipeline):
        for wanted in _decided(pipeline, window, stage):
            pipeline.explain(wanted, stage)  # says so where there is no decision
            report = pipeline.report(stage, wanted)
            if report is not None:
                pages.append((wanted, render(report)))
    if out is not None and len(pages) > 1:
        raise click.UsageError(f"--out names one page, and {window} is {len(pages)} windows. Name one of them.")
    for wanted, page in pages:
        place = out or Path(page_name(wanted, stage))
        write_out(place, page)
        click.echo(str(place))


@click.command(
    epilog="""\b
Examples:
  tidegauge explain my.yml                        # the latest
  tidegauge explain my.yml 2013-12-24             # a window, by its date, its hour or its key
  tidegauge explain my.yml a41c09f2               # the last alert of an incident
  tidegauge explain my.yml 2013-12-24 --sql       # with a statement that reproduces each number
"""
)
@monitor_argument
@click.argument("alert", required=False, type=WORD)
@window_option
@stage_option
@click.option("--sql", is_flag=True, help="Add statements that reproduce the numbers on the warehouse.")
@json_option
def explain(*, monitor: Path, alert: str | None, window: str | None, stage: str, sql: bool, as_json: bool) -> None:
    """Tell why a window was decided so.

    What was expected, from which windows, how strange what came was, which cells moved and which columns go with it,
    since when, what could not be judged, and what would have been seen. ALERT is a date, a window or an incident's id;
    without it, the latest.
    """
    from tidegauge.cli import show
    from tidegauge.pipeline.answering import find

    if alert is not None and window is not None:
        raise click.UsageError("Name the window once: as ALERT or by --window.")
    wanted = window if alert is None else alert
    of = stage
    with shown(monitor) as (found, pipeline):
        if wanted is not None and _names_an_incident(wanted):
            incident = find(pipeline.store, found.name, wanted)
            wanted, of = incident.last.key, incident.stage
        made = [(pipeline.explain(w, of), pipeline.report(of, w)) for w in _decided(pipeline, wanted, of)]
    if as_json:
        click.echo(json_text([show.explained(*m) for m in made]))
        return
    for decision, report in made:
        show.out(show.explain(decision, report, found.window.zone, sql=sql))


def _names_an_incident(text: str) -> bool:
    """Whether a word can be no window's: ids are letters and digits alone, dates and keys have other signs."""
    return text.isalnum() and not (text.isdigit() and len(text) == len("20131224"))


@click.command(
    epilog="""\b
Examples:
  tidegauge status my.yml
  tidegauge status my.yml --json | jq .incidents

\b
Exit codes: 0 no incident is open, 1 one is (one that was dismissed or accepted as normal, in all its columns, does not
count), 3 something could not be delivered and was given up, or the last run got nowhere (it could not read the
warehouse, say), 4 the store is missing, or knows
nothing of the monitor, or nothing any more, or nothing of its source as the file names it now.
"""
)
@monitor_argument
@json_option
def status(*, monitor: Path, as_json: bool) -> None:
    """Show where a monitor stands: what it has seen, open incidents, what waits to be done."""
    from tidegauge.cli import show, show_deliveries, show_status

    with shown(monitor) as (found, pipeline):
        state = _state(pipeline)
    if as_json:
        click.echo(json_text(state | {k: [c._asdict() for c in state[k]] for k in ("undelivered", "given_up")}))
    else:
        show.out(show_status.status(state, found.window.zone, monitor))
        stand = [*state["undelivered"], *state["given_up"]]
        show.out(show_deliveries.undelivered(stand, found.window.zone, str(monitor)))
    none = state["other_source"] or (state["forgotten"] and not state["profiled"]["windows"])
    ends = ((state["given_up"] or state["failed"], OUTAGE), (none, NO_HISTORY), (state["unsettled"], ALERT))
    raise SystemExit(next((code for holds, code in ends if holds), FINE))


def _still(pipeline: "Pipeline", known: "Sequence[Answered]") -> "list[Incident]":
    """The latest incidents that have fallen silent, are not answered, and whose number is not back where it was."""
    from tidegauge.pipeline.aftermath import Aftermath, aftermaths

    silent = [a.incident for a in known if not a.incident.is_open and a.answer is None][-LATELY:]
    after = aftermaths(pipeline.deciding, silent)
    return [i for i in silent if after.get(i.id) is Aftermath.STILL]


def _of_stage(pipeline: "Pipeline", stage: str) -> dict[str, Any]:
    """How many windows of a stage are decided, and as what; or why there is none."""
    from tidegauge.stages import stage_named

    made = pipeline.store.decisions.of(pipeline.monitor.name, stage)
    counts = {d.verdict: sum(other.verdict is d.verdict for other in made) for d in made}
    watched = stage_named(stage).wait(pipeline.monitor) is not None
    why = "" if watched else f"not watched: the monitor says nothing of {stage}"
    return {"decided": len(made), "verdicts": counts, "latest": made[-1] if made else None, "why_none": why}


def _state(pipeline: "Pipeline") -> dict[str, Any]:
    """What the store knows of a monitor."""
    from tidegauge.core.window import FIRST_STAGE, STAGES
    from tidegauge.pipeline.changed_source import changed_source

    stages = {stage: _of_stage(pipeline, stage) for stage in STAGES}
    known = sorted(pipeline.store.profiles.revisions(pipeline.monitor.source_key, FIRST_STAGE))
    latest = stages[FIRST_STAGE]["latest"]
    last = latest.window if known and latest else None
    later = [w for w in known if last is None or w > last]  # a replay profiles what no run has decided
    return {
        "monitor": pipeline.monitor.name,
        "other_source": changed_source(pipeline.monitor, pipeline.store),
        "profiled": {"windows": len(known), "first": known[0] if known else None, "last": known[-1] if known else None},
        "undecided": later,
        "gaps": pipeline.gaps(last.end) if last else [],
        "stages": stages,
        **_incidents(pipeline),
        **_deliveries(pipeline),
        "forgotten": pipeline.tombstones(),
        "failed": pipeline.store.runs.failing(
            pipeline.monitor.name, but=pipeline.store.decisions.evidences(pipeline.monitor.name, FIRST_STAGE)
        ),
        **_by_the_clock(pipeline, known),
        "cut_again": [
            {"column": column, "since": versions[-1].since}
            for column, versions in sorted(pipeline.profiler.profiles.versions().cut.items())
        ],
        "would_have_seen": pipeline.sensitivity(last, work=False) if last else None,
    }


def _incidents(pipeline: "Pipeline") -> dict[str, Any]:
    """The open ones, and what was answered."""
    from tidegauge.pipeline.answering import answered

    every = answered(pipeline.store, pipeline.monitor.name)
    known = [a for a in every if a.incident.is_open]
    return {
        "incidents": [a.incident for a in known],
        "answers": [a.answer for a in known if a.answer],
        "still": _still(pipeline, every),
        "words": {a.incident.id: a.words for a in known if a.answer},
        "unsettled": [a.incident.id for a in known if a.needs_somebody],
    }


def _deliveries(pipeline: "Pipeline") -> dict[str, Any]:
    """What is still to be done, was tried in vain, and is tried no more."""
    from tidegauge.core.intent import SHOWN
    from tidegauge.store.outbox import GIVEN_UP

    unseen = pipeline.store.outbox.undelivered(pipeline.monitor.name, fresh=True)
    stand = [c for c in unseen if c.is_undelivered]
    return {
        "waiting": [c.intent for c in unseen if not c.is_undelivered and c.intent.action not in SHOWN],
        "undelivered": [c for c in stand if c.state != GIVEN_UP],
        "given_up": [c for c in stand if c.state == GIVEN_UP],
    }


def _by_the_clock(pipeline: "Pipeline", known: "Sequence[Window]") -> dict[str, Any]:
    """Windows beyond the clock: those that follow on the others without a gap, as where the clock is behind.

    One that was run by a clock far ahead stands alone.
    """
    from tidegauge.core.grid import adjoining
    from tidegauge.core.window import FIRST_STAGE

    now = pipeline.clock.now()
    ahead = sorted(w for w in pipeline.known(FIRST_STAGE) if w.end > now)
    behind = [w for run in adjoining(known) if len(run) > 1 and run[0].end <= now for w in run if w.end > now]
    return {"not_ended": [w for w in ahead if w not in behind], "clock_behind": behind, "clock": now}


def _decided(pipeline: "Pipeline", text: str | None, stage: str) -> list["Window"]:
    """The windows that are asked for; without a word, the latest that was decided."""
    if text is not None:
        return windows_named(pipeline.monitor, text)
    made = pipeline.store.decisions.of(pipeline.monitor.name, stage)
    if not made:
        raise WindowError(f"{pipeline.monitor.name} has decided nothing about {stage} yet. First: tidegauge backfill")
    return [made[-1].window]
