"""The verb that takes a window back: forget."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tidegauge.cli.codes import FINE, OUTAGE
from tidegauge.cli.delivered import delivered
from tidegauge.cli.places import WORD
from tidegauge.cli.printing import as_json as json_text
from tidegauge.cli.printing import clean
from tidegauge.cli.rim import json_option, monitor_argument, opened, windows_named
from tidegauge.core.window import STAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tidegauge.core.window import Window
    from tidegauge.pipeline.forgetting import Forgot
    from tidegauge.pipeline.pipeline import Pipeline


@click.command(
    epilog="""\b
For a window that should never have been run: it had not ended, or its rows were those of a test. What is only wrong
in the warehouse is mended there and run again; what was an incident is answered (tidegauge incident).

\b
Later windows are decided again without it, and nobody is told. Its incident is taken back if no other window is in it,
and pages and gateways are mended. What was known of it stays in the store, as history; run again, it is new.

\b
Examples:
  tidegauge forget my.yml --window 2099-03-09
  tidegauge forget my.yml --window 2013-12-24 --stage labels    # the labels alone
"""
)
@monitor_argument
@click.option(
    "--window",
    required=True,
    metavar="WINDOW",
    type=WORD,
    help="A date (2013-04-01; all hours of it, for a monitor of hours), an hour (2013-04-01T05), or a window's key.",
)
@click.option(
    "--stage",
    type=click.Choice(["both", *STAGES[1:]]),
    default="both",
    show_default=True,
    help="Labels rest on the rows that they are joined to, so rows are forgotten with their labels.",
)
@json_option
def forget(*, monitor: Path, window: str, stage: str, as_json: bool) -> None:
    """Forget a window, as if it had never been run."""
    from tidegauge.pipeline.opening import Past

    stages = tuple(STAGES) if stage == "both" else (stage,)
    with opened(monitor, Past.KNOWN) as (found, pipeline):
        made = [pipeline.forget(w, stages) for w in _meant(pipeline, window, stages)]
        trouble = [sentence for one in made for sentence in one.left] + delivered(pipeline)
    if as_json:
        click.echo(json_text(made))
    else:
        for line in _lines(made, found.window.zone, monitor):
            click.echo(clean(line))
    for sentence in trouble:
        click.echo(clean(sentence), err=True)
    raise SystemExit(OUTAGE if trouble else FINE)


def _meant(pipeline: "Pipeline", text: str, stages: "Sequence[str]") -> "list[Window]":
    """The windows that a word means: of a day the hours of which something is known, if there are any."""
    named = windows_named(pipeline.monitor, text)
    known = {t.window for t in pipeline.tombstones()} | {w for s in stages for w in pipeline.known(s)}
    return [w for w in named if w in known] or named


def _lines(made: "Sequence[Forgot]", zone: str, file: Path) -> "Iterator[str]":
    """What became of it, a line each."""
    from tidegauge.cli.show import when, windows

    for one in made:
        of = " and ".join(one.stages)
        yield f"Forgot {when(one.window, zone)} ({of})." if of else f"{when(one.window, zone)} was forgotten already."
        if one.labels:
            yield f"With it the labels of {windows(len(one.labels))}, which are not due yet and had been judged."
        if one.decided:
            after = " after it" if all(d.window > one.window for d in one.decided) else ""  # another version, or news
            yield f"{windows(len(one.decided))}{after} {'was' if len(one.decided) == 1 else 'were'} decided again."
        for incident in one.gone:
            yield f"Incident {incident.id} on the {incident.stage} was about nothing else, and is taken back."
        for incident in one.unheard:
            yield (
                f"Incident {incident.id} on the {incident.stage} is open, and nobody was told of it: "
                f"tidegauge incident show {file} {incident.id}"
            )
