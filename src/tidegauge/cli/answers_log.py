"""`tidegauge incident log`: every answer that was given, carried to another store and back."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tidegauge.cli.incidents_verbs import tell_again
from tidegauge.cli.places import FilePath
from tidegauge.cli.printing import as_json as json_text
from tidegauge.cli.rim import json_option, monitor_argument, opened_store, write_out

if TYPE_CHECKING:
    from tidegauge.decisions.feedback import Feedback
    from tidegauge.monitor import Monitor
    from tidegauge.store.store import Store


@click.command(
    epilog="""\b
Examples:
  tidegauge incident log my.yml
  tidegauge incident log my.yml --export answers.jsonl
  tidegauge incident log my.yml --import answers.jsonl     # into a store that was made anew
"""
)
@monitor_argument
@click.option(
    "--export",
    "export",
    type=FilePath("the file to write", dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Write all answers, one line of JSON each. - is standard output.",
)
@click.option(
    "--import",
    "import_",
    type=click.File(encoding="utf-8"),
    metavar="FILE",
    help="Add the answers of such a file; those that are there already are left alone.",
)
@json_option
def log(*, monitor: Path, export: Path | None, import_: Any, as_json: bool) -> None:  # noqa: ANN401 - an open file
    """Show every answer that was given, export them, or import them."""
    from tidegauge.cli import show_incidents
    from tidegauge.pipeline.opening import Past

    if export is not None and import_ is not None:
        raise click.UsageError("--export and --import are two errands. Give one of them.")
    # answers may be carried to a store that is made anew, before or after its backfill
    with opened_store(monitor, Past.KNOWN if import_ is None else Past.BEGINS) as (found, store):
        if import_ is not None:
            _import(monitor, found, store, import_)
            return
        told = store.feedback.of(found.name)
        if export is not None:
            lines = "".join(f"{line}\n" for line in store.feedback.export_log(found.name))
            if str(export) == "-":
                click.echo(lines, nl=False)
            else:
                write_out(export, lines)
                click.echo(f"{len(told):,} answer{'s' * (len(told) != 1)} written to {export}.")
            return
    if as_json:
        click.echo(json_text(told))
    elif told:
        show_incidents.out([show_incidents.log_of(told, found.window.zone)])
    else:
        click.echo("No incident has been answered yet.")


def _import(path: Path, found: "Monitor", store: "Store", lines: Any) -> None:  # noqa: ANN401 - an open file
    from tidegauge.core.window import STAGES

    before = {f.id for f in store.feedback.of(found.name)}
    done = store.feedback.import_log(found.name, lines, lines.name)
    left = f", {done.others:,} of other monitors left out" if done.others else ""
    was = "was" if done.known == 1 else "were"
    click.echo(f"{done.new:,} answer{'s' * (done.new != 1)} read, {done.known:,} {was} there already{left}.")
    for stage in STAGES:
        fresh: list[Feedback] = [f for f in store.feedback.of(found.name, stage) if f.id not in before]
        if fresh:
            from tidegauge.pipeline.answering import made_again

            again = made_again(store, found.name, stage, fresh[0].at)
            if again:
                tell_again(again, path, stage)
