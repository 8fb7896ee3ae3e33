"""What was decided, shown at its own time: written to sinks in event time, or into a file."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tidegauge.cli.codes import ALERT, FINE, OUTAGE
from tidegauge.cli.places import WORD, FilePath
from tidegauge.cli.printing import clean
from tidegauge.cli.rim import instant, monitor_argument, shown, warn, writing
from tidegauge.core.errors import WindowError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tidegauge.actions.delivering import Outcome
    from tidegauge.monitor import Monitor
    from tidegauge.pipeline.pipeline import Pipeline

_FROM = click.option(
    "--from", "start", metavar="WHEN", type=WORD, help="The first window. Default: all that is decided."
)
_TO = click.option(
    "--to", "end", metavar="WHEN", type=WORD, help="Where it ends, exclusive. Default: the newest window."
)


@click.command(
    epilog="""\b
Every decided window is written at its own time, to the sinks that take one (remote_write); what was written before is
the same again and changes nothing. What can't be delivered waits in the outbox, as whatever else does. It needs the
store alone: it works while the warehouse is down.

\b
Examples:
  tidegauge publish my.yml
  tidegauge publish my.yml --from 2013-01-01 --to 2013-07-01

\b
Exit codes: 0 all of it is there, 1 the server took a part of it and will never take the rest, 3 a part of it waits.
"""
)
@monitor_argument
@_FROM
@_TO
def publish(*, monitor: Path, start: str | None, end: str | None) -> None:
    """Write what was decided to the sinks in event time, at the right dates."""
    from tidegauge.actions.asking import event_time_sinks
    from tidegauge.actions.delivering import deliver
    from tidegauge.pipeline.showing_past import ask_for_past, decided

    with shown(monitor) as (found, pipeline):
        if not event_time_sinks(found):
            raise WindowError(
                f"{found.name} has no sink that takes a past. Add one to its file: "
                "sinks: [{remote_write: {url: http://127.0.0.1:9090/api/v1/write}}]"
            )
        first, last = _between(found, start, end)
        asked = ask_for_past(pipeline.profiler, first, last)
        outcomes = deliver(pipeline, only=[i.key for i in asked])
        many = sum(map(len, decided(pipeline.profiler, first, last).values()))
    failed = sum(o.failed for o in outcomes)
    lost = bool(_notes(o for o in outcomes if not o.failed))
    if not asked:
        click.echo("Nothing is decided there.")
    elif not failed:
        click.echo(_written(many, lost=lost))
    for note in _notes(outcomes):
        click.echo(clean(note), err=True)
    raise SystemExit(_code(monitor, len(asked), failed, lost=lost))


def _written(many: int, *, lost: bool) -> str:
    """How many decisions were written, and that not all of it was taken where something is lost."""
    these = f"{many:,} decision{'s' * (many != 1)}"
    return f"{these} written, and not all of it was taken:" if lost else f"{these} shown at their own time."


def _code(monitor: Path, asked: int, failed: int, *, lost: bool) -> int:
    """The exit code, and a warning of what waits or is lost."""
    if failed:
        warn(f"{failed:,} of {asked:,} parts wait. To try now: tidegauge deliver {monitor}")
        return OUTAGE
    if lost:
        warn(f"What is lost for good, and why: tidegauge check {monitor}")
        return ALERT
    return FINE


def _notes(outcomes: "Iterable[Outcome]") -> list[str]:
    """What there is to say of some deliveries, each once."""
    return list(dict.fromkeys(o.note for o in outcomes if o.note))


@click.command(
    epilog="""\b
Example, the first year of a monitor into a Prometheus in one step, whatever its out-of-order window:
  tidegauge export my.yml --openmetrics > my.om
  promtool tsdb create-blocks-from openmetrics my.om /var/lib/prometheus/data
"""
)
@monitor_argument
@click.option("--openmetrics", is_flag=True, help="As OpenMetrics text, which promtool reads; the one form there is.")
@_FROM
@_TO
@click.option("--out", type=FilePath("a file"), help="Where it goes. Default: the terminal.")
def export(*, monitor: Path, openmetrics: bool, start: str | None, end: str | None, out: Path | None) -> None:
    """Print every series with its times, for a tool that takes a past."""
    from tidegauge.pipeline.showing_past import exported
    from tidegauge.sinks.openmetrics import openmetrics as lines

    if not openmetrics:
        raise click.UsageError("Say in which form: --openmetrics.")
    with shown(monitor) as (found, pipeline):
        first, last = _between(found, start, end)
        text = lines(exported(pipeline.deciding, first, last))
        if out is None:
            for line in text:
                click.echo(line)
        else:
            with writing(out), out.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(f"{line}\n" for line in text)


def show_past(pipeline: "Pipeline") -> None:
    """Deliver what waits to be shown of the past; what fails is said, and tried again by what comes next."""
    from tidegauge.actions.delivering import deliver
    from tidegauge.pipeline.showing_past import waiting

    keys = waiting(pipeline.profiler)
    outcomes = deliver(pipeline, only=keys) if keys else []
    for note in _notes(outcomes):
        warn(note)


def _between(monitor: "Monitor", start: str | None, end: str | None) -> tuple[datetime | None, datetime | None]:
    first, last = (instant(monitor, text) if text else None for text in (start, end))
    if first is not None and last is not None and last <= first:
        raise WindowError(f"--from {start} and --to {end} hold no time: --to is where it ends.")
    return first, last
