"""The verbs that work: check, run, backfill, decide."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tidegauge.cli.codes import ALERT, FINE, NO_HISTORY, OUTAGE, code_of_decisions
from tidegauge.cli.event_times import show_past
from tidegauge.cli.places import WORD
from tidegauge.cli.printing import as_json as json_text
from tidegauge.cli.printing import clean
from tidegauge.cli.rim import (
    begin,
    clock_option,
    cut,
    instant,
    json_option,
    last_end,
    monitor_argument,
    opened,
    progress,
    stage_option,
    tell_if_it_begins,
    warn,
    window_option,
)
from tidegauge.cli.running import deliver_from_store, run_once
from tidegauge.core.errors import TidegaugeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegauge.core.decision import Decision
    from tidegauge.monitor import Monitor


@click.command(
    epilog="""\b
Examples:
  tidegauge check my.yml
  tidegauge check my.yml --json

\b
Exit codes: 0 all holds, 1 something does not, 2 the file cannot be understood, 3 the warehouse did not answer, 4 the
store's history is of another source.
"""
)
@monitor_argument
@json_option
def check(*, monitor: Path, as_json: bool) -> None:
    """Check a monitor: its file, its warehouse, its columns and their types, its store."""
    from tidegauge.pipeline.changed_source import changed_source
    from tidegauge.pipeline.opening import Past

    with opened(monitor, Past.SPARED) as (found, pipeline):
        problems = pipeline.check(datetime.now(UTC))
        changed = changed_source(found, pipeline.store)
    code = ALERT if problems else NO_HISTORY if changed else FINE
    problems += filter(None, [changed])
    if as_json:
        click.echo(json_text({"monitor": found.name, "ok": not problems, "problems": problems}))
    else:
        for line in problems or [f"{monitor}: {found.name} holds together."]:
            click.echo(clean(line))
    raise SystemExit(code)


@click.command(
    epilog="""\b
A window that was decided on the same rows before is left as it is: a rerun tells nobody twice.
One that has not ended, by the earlier of this host's clock and the warehouse's, is refused.

\b
Examples:
  tidegauge run my.yml
  tidegauge run my.yml --window 2013-12-24
  tidegauge run my.yml --window 2013-12-24 --replay    # decides, and starts nothing
  tidegauge run my.yml --new                           # the first window of a monitor that gets no backfill

\b
Exit codes: 0 fine, 1 an alert, 3 an outage, 4 the monitor has no history in its store: backfill it, find the store that
it had, or begin without one by --new.
"""
)
@monitor_argument
@window_option
@click.option("--replay", is_flag=True, help="Decide and show nothing to others: no sink, no action.")
@click.option("--new", is_flag=True, help="The monitor begins here: it has no history, and the store may be made.")
@clock_option
@json_option
def run(*, monitor: Path, window: str | None, replay: bool, new: bool, clock_is_right: bool, as_json: bool) -> None:
    """Profile, compare, decide, publish and act on a window: the whole job, once."""
    try:
        found, made, again, trouble = run_once(monitor, window, live=not replay, new=new, clock_is_right=clock_is_right)
    except TidegaugeError:
        if not replay:  # what earlier windows asked for does not wait for this one
            for sentence in deliver_from_store(monitor):
                click.echo(clean(sentence), err=True)
        raise
    _tell(made, found, as_json=as_json)
    anew = [f"{again:,} earlier decision{'s were' if again > 1 else ' was'} made again."] if again else []
    for sentence in (*anew, *trouble):
        warn(sentence)
    raise SystemExit(OUTAGE if trouble else code_of_decisions(made))


@click.command(
    epilog="""\b
Each row is read once, in grouped scans; what is profiled already is not read again.
Nobody is told of alerts in the past, and nothing is started.

\b
Examples:
  tidegauge backfill my.yml
  tidegauge backfill my.yml --from 2013-04-01 --to 2013-07-01
  tidegauge backfill my.yml --from 2013-05-01 --to 2013-05-08 --again
"""
)
@monitor_argument
@click.option(
    "--from", "start", metavar="DATE", type=WORD, help="First day. Default: window.start, or the first that has rows."
)
@click.option(
    "--to", "end", metavar="DATE", type=WORD, help="The day after the last. Default: as far as the rows reach."
)
@click.option("--again", is_flag=True, help="Read windows again that are profiled already.")
@clock_option
@json_option
def backfill(
    *, monitor: Path, start: str | None, end: str | None, again: bool, clock_is_right: bool, as_json: bool
) -> None:
    """Profile and decide the past, so that a monitor has seasons to compare with."""
    from tidegauge.pipeline.opening import Past

    with opened(monitor, Past.BEGINS, clock_is_right=clock_is_right) as (found, pipeline):
        tell_if_it_begins(pipeline)
        first = begin(pipeline, instant(found, start)) if start else pipeline.profiler.first_window().start
        last = cut(pipeline, first, instant(found, end)) if end else last_end(pipeline)
        warn(*pipeline.profiler.strays(pipeline.profiler.extent(pipeline.clock.now())))
        with progress("Reading the past") as bar:
            made = pipeline.backfill(first, last, again=again, progress=bar)
        show_past(pipeline)
    _tell(made, found, as_json=as_json, past=True)


@click.command(
    epilog="""\b
Examples:
  tidegauge decide my.yml
  tidegauge decide my.yml --stage labels --json
"""
)
@monitor_argument
@stage_option
@json_option
def decide(*, monitor: Path, stage: str, as_json: bool) -> None:
    """Decide again every window whose evidence has changed, from stored profiles; nobody is told.

    Windows that have no decision yet, as a replay leaves them, wait for their own run: it alone may tell anybody.
    """
    from tidegauge.pipeline.opening import Past

    with opened(monitor, Past.PROFILED) as (found, pipeline), progress("Deciding") as bar:
        made = pipeline.decide(stage, first=(), progress=bar)
        show_past(pipeline)
    _tell(made, found, as_json=as_json, past=True)


def _tell(made: "Sequence[Decision]", monitor: "Monitor", *, as_json: bool, past: bool = False) -> None:
    """Print decisions; of many past ones, those that are not fine."""
    from tidegauge.cli import show
    from tidegauge.core.decision import Verdict

    if as_json:
        click.echo(json_text(made))
        return
    shown = [d for d in made if not past or d.verdict not in (Verdict.FINE, Verdict.LEARNING)]
    if shown:
        firsts, more = show.by_incident(shown, made, monitor.columns.prediction) if past else (shown, {})
        show.out([show.decisions(firsts, monitor.window.zone, more)])
    if past:
        told = f"{show.windows(len(made))} decided, {len(shown):,} of them not fine."
        click.echo(told if made else "Nothing new to decide.")
