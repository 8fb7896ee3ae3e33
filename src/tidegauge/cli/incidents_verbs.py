"""The verbs about incidents: look at them, answer them, carry the answers to another store."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tidegauge.cli.places import WORD
from tidegauge.cli.printing import as_json as json_text
from tidegauge.cli.printing import clean
from tidegauge.cli.rim import json_option, me, monitor_argument, opened_store, shown
from tidegauge.core.errors import IncidentError, WindowError
from tidegauge.core.window import FIRST_STAGE

if TYPE_CHECKING:
    from tidegauge.decisions.feedback import Answer
    from tidegauge.monitor import Monitor

F = TypeVar("F", bound=Callable[..., Any])


@click.group(
    epilog="""\b
Examples:
  tidegauge incident list my.yml
  tidegauge incident show my.yml a41c09f2
  tidegauge incident confirm my.yml a41c09f2 --note "the loader wrote cents"
  tidegauge incident retract my.yml a41c09f2

\b
An answer counts for windows that end after it was given (--at, default now), and changes no earlier decision.
"""
)
def incident() -> None:
    """See incidents and answer them: what was bad, what was nothing, what is the new normal."""


@incident.command(
    name="list",
    epilog="""\b
Examples:
  tidegauge incident list my.yml
  tidegauge incident list my.yml --open
  tidegauge incident list my.yml --json | jq '.[].incident.id'
""",
)
@monitor_argument
@click.option("--open", "only_open", is_flag=True, help="Only those that may still go on.")
@json_option
def list_(*, monitor: Path, only_open: bool, as_json: bool) -> None:
    """List incidents, the newest last, each with its answer."""
    from tidegauge.cli import show_incidents
    from tidegauge.pipeline.aftermath import aftermaths
    from tidegauge.pipeline.answering import answered

    with shown(monitor) as (found, pipeline):
        known = [a for a in answered(pipeline.store, found.name) if a.incident.is_open or not only_open]
        after = aftermaths(pipeline.deciding, [a.incident for a in known])
        known = [replace(a, aftermath=after.get(a.incident.id, "")) for a in known]
    if as_json:
        click.echo(json_text(known))
    elif known:
        show_incidents.out([show_incidents.table_of(known, found.window.zone)])
    else:
        click.echo("No incident is open." if only_open else "There has been no incident.")


@incident.command(
    epilog="""\b
Examples:
  tidegauge incident show my.yml a41c09f2
"""
)
@monitor_argument
@click.argument("name", metavar="INCIDENT", type=WORD)
@json_option
def show(*, monitor: Path, name: str, as_json: bool) -> None:
    """Show an incident: what it is about, since when, how bad, what was answered, how to answer."""
    from tidegauge.cli import show_incidents
    from tidegauge.pipeline.aftermath import aftermaths
    from tidegauge.pipeline.answering import answered, find

    with shown(monitor) as (found, pipeline):
        store = pipeline.store
        meant = find(store, found.name, name)
        one = next(a for a in answered(store, found.name) if a.incident.id == meant.id)
        one = replace(one, aftermath=aftermaths(pipeline.deciding, [meant]).get(meant.id, ""))
        said = [f for f in store.feedback.of(found.name, meant.stage) if f.incident == meant.id]
    if as_json:
        click.echo(json_text({"incident": meant, "aftermath": one.aftermath, "answer": one.answer, "answers": said}))
    else:
        show_incidents.out(show_incidents.one(one, said, monitor, found.window.zone))


def _answering(command: F) -> F:
    """What every answer takes."""
    at = "When it is given, by the monitor's clock. Default: now. It counts for windows that end later."
    options = (
        monitor_argument,
        click.argument("name", metavar="INCIDENT", type=WORD),
        click.option("--by", metavar="NAME", type=WORD, help="Who says so. Default: your name on this machine."),
        click.option("--note", metavar="TEXT", default="", help="Why, for those who read it later."),
        click.option("--at", metavar="TIME", type=WORD, help=at),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _columns(command: F) -> F:
    """`--column`, for answers that are about columns."""
    text = "Only this column of the incident (may be repeated). Default: all of its columns."
    return click.option("--column", "columns", metavar="COLUMN", type=WORD, multiple=True, help=text)(command)


@incident.command(
    epilog="""\b
Examples:
  tidegauge incident confirm my.yml a41c09f2 --note "the loader wrote cents"
  tidegauge incident confirm my.yml a41c09f2 --by ana --at 2013-12-20T09:00
"""
)
@_answering
def confirm(*, monitor: Path, name: str, by: str | None, note: str, at: str | None) -> None:
    """It was bad: its windows leave every reference, spread and tail."""
    from tidegauge.decisions.feedback import Answer

    _answer(monitor, name, Answer.CONFIRM, by, note, at)


@incident.command(
    epilog="""\b
Examples:
  tidegauge incident dismiss my.yml a41c09f2 --note "a storm, as every winter"
"""
)
@_answering
@_columns
def dismiss(*, monitor: Path, name: str, by: str | None, note: str, at: str | None, columns: tuple[str, ...]) -> None:
    """It was nothing: the monitor learns that so much is ordinary for these columns."""
    from tidegauge.decisions.feedback import Answer

    _answer(monitor, name, Answer.DISMISS, by, note, at, columns)


@incident.command(
    name="accept-as-normal",
    epilog="""\b
Examples:
  tidegauge incident accept-as-normal my.yml a41c09f2 --note "prices went up for good"
  tidegauge incident accept-as-normal my.yml a41c09f2 --column price
""",
)
@_answering
@_columns
def accept_as_normal(
    *, monitor: Path, name: str, by: str | None, note: str, at: str | None, columns: tuple[str, ...]
) -> None:
    """It is the new normal: nothing before it is a reference for these columns any more."""
    from tidegauge.decisions.feedback import Answer

    _answer(monitor, name, Answer.ACCEPT, by, note, at, columns)


@incident.command(
    epilog="""\b
Examples:
  tidegauge incident retract my.yml a41c09f2 --note "wrong incident"
"""
)
@_answering
def retract(*, monitor: Path, name: str, by: str | None, note: str, at: str | None) -> None:
    """Take the answer back: from now on it is as if none had been given."""
    from tidegauge.decisions.feedback import Answer

    _answer(monitor, name, Answer.RETRACT, by, note, at)


def _answer(
    path: Path,
    name: str,
    said: "Answer",
    by: str | None,
    note: str,
    at: str | None,
    columns: tuple[str, ...] = (),
) -> None:
    from tidegauge.pipeline.answering import answer, made_again, sentence
    from tidegauge.pipeline.opening import Past

    with opened_store(path, Past.KNOWN) as (found, store):
        when = _clock(found, at)
        one, new = answer(store, found.name, name, said, at=when, by=by or me(), note=note, columns=columns)
        again = made_again(store, found.name, one.stage, one.at) if new else 0
    click.echo(clean(sentence(one, found.window.zone, new=new)))
    if again:
        tell_again(again, path, one.stage)


def tell_again(count: int, path: Path, stage: str) -> None:
    """Say that decisions were made without what is known now."""
    option = "" if stage == FIRST_STAGE else f" --stage {stage}"
    click.echo(
        f"{count:,} window{'s' * (count != 1)} that ended later {'were' if count != 1 else 'was'} decided without it. "
        f"The next run decides them again; at once: tidegauge decide {path}{option}",
        err=True,
    )


def _clock(monitor: "Monitor", text: str | None) -> datetime:
    """The moment that --at means; now, where it is not given."""
    if text is None:
        return datetime.now(UTC)
    from tidegauge.core.grid import moment

    try:
        return moment(text, monitor.window.zone)
    except WindowError as error:
        raise IncidentError(f"--at: {error}") from None
    except ValueError:
        raise IncidentError(f'--at: "{text}" is no time. Write 2013-04-01 or 2013-04-01T05:30.') from None
