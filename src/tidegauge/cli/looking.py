"""The verbs that only look: report, explain, status. The store is all they need: they work in an outage too."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tidegauge.cli.codes import ALERT, FINE, NO_HISTORY, OUTAGE
from tidegauge.cli.monitor_state import state_of
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

if TYPE_CHECKING:
    from tidegauge.core.window import Window
    from tidegauge.pipeline.pipeline import Pipeline
    from tidegauge.reports.report import Report


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
        for wanted in decided(pipeline, window, stage):
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

    if alert is not None and window is not None:
        raise click.UsageError("Name the window once: as ALERT or by --window.")
    with shown(monitor) as (found, pipeline):
        wanted, of = meant(pipeline, window if alert is None else alert, stage)
        made = [(pipeline.explain(w, of), pipeline.report(of, w)) for w in decided(pipeline, wanted, of)]
    if as_json:
        click.echo(json_text([show.explained(*m) for m in made]))
        return
    for decision, report in made:
        show.out(show.explain(decision, report, found.window.zone, sql=sql))
        if report is not None:
            _tell_around(report, found.window.zone)


def _tell_around(report: "Report", zone: str) -> None:
    """What most likely made it so, where it lies, and how good the model is, of all and of groups."""
    from rich.text import Text

    from tidegauge.cli import show
    from tidegauge.cli.show_causes import causes
    from tidegauge.cli.show_parity import fairness
    from tidegauge.cli.show_performance import performance
    from tidegauge.cli.show_where import where

    show.out(causes(report.decision))
    for place in report.where:
        show.out(where(place))
    if report.performance:
        show.out([Text(""), *performance(report.performance[-1], zone)])
        show.out(fairness(report.fairness, zone))


def meant(pipeline: "Pipeline", wanted: str | None, stage: str) -> tuple[str | None, str]:
    """The window and the stage that are meant: those of an incident's last alert, where a word names an incident."""
    from tidegauge.pipeline.answering import find

    if wanted is None or not _names_an_incident(wanted):
        return wanted, stage
    incident = find(pipeline.store, pipeline.monitor.name, wanted)
    return incident.last.key, incident.stage


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
        state = state_of(pipeline)
    if as_json:
        click.echo(json_text(state | {k: [c._asdict() for c in state[k]] for k in ("undelivered", "given_up", "held")}))
    else:
        show.out(show_status.status(state, found.window.zone, monitor))
        stand = [*state["undelivered"], *state["given_up"]]
        show.out(show_deliveries.undelivered(stand, found.window.zone, str(monitor)))
    raise SystemExit(_exit_code(state))


def _exit_code(state: dict[str, Any]) -> int:
    """The worst that holds."""
    known = state["profiled"]["windows"]
    undecided = known and len(state["undecided"]) == known  # by a replay, say: `run` would say that it has no history
    none = state["other_source"] or (state["forgotten"] and not known) or undecided
    ends = ((state["given_up"] or state["failed"], OUTAGE), (none, NO_HISTORY), (state["needs_somebody"], ALERT))
    return next((code for holds, code in ends if holds), FINE)


def decided(pipeline: "Pipeline", text: str | None, stage: str) -> list["Window"]:
    """The windows that are asked for; without a word, the latest that was decided."""
    if text is not None:
        return windows_named(pipeline.monitor, text)
    made = pipeline.store.decisions.of(pipeline.monitor.name, stage)
    if not made:
        raise WindowError(f"{pipeline.monitor.name} has decided nothing about {stage} yet. First: tidegauge backfill")
    return [made[-1].window]
