"""What could not be delivered: try it now, or say that it need not be delivered any more."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tidegauge.cli.codes import FINE, OUTAGE
from tidegauge.cli.places import WORD
from tidegauge.cli.printing import as_json as json_text
from tidegauge.cli.rim import json_option, me, monitor_argument
from tidegauge.core.errors import UnknownName, did_you_mean

if TYPE_CHECKING:
    from tidegauge.actions.delivering import Outcome
    from tidegauge.pipeline.pipeline import Pipeline
    from tidegauge.store.outbox import Carried

ALL = "all"  # what failed or was given up; what has not been tried yet is named by its key
LEAST = 4  # letters of a key that are enough


@click.command(
    epilog="""\b
A notice, a report or a decision for a sink that fails is tried again by the runs that follow, for days; then it is
given up, and stands in status, exit codes and metrics. This tries all of them at once, the given up ones too. It needs
the store alone: it works while the warehouse is down.

\b
Examples:
  tidegauge deliver my.yml                      # everything that waits or was given up
  tidegauge deliver my.yml 4c1d09ae             # one, by the first letters of its key
  tidegauge deliver my.yml --dismiss 4c1d09ae   # it need not be delivered any more
  tidegauge deliver my.yml --dismiss all

\b
Exit codes: 0 nothing is undelivered any more, 3 something is.
"""
)
@monitor_argument
@click.argument("key", nargs=-1, type=WORD)
@click.option(
    "--dismiss",
    "dismissed",
    metavar="KEY",
    type=WORD,
    multiple=True,
    help="It need not be delivered any more. all: whatever failed.",
)
@click.option("--by", metavar="NAME", type=WORD, help="Who dismisses it. Default: your name on this machine.")
@json_option
def deliver(*, monitor: Path, key: tuple[str, ...], dismissed: tuple[str, ...], by: str | None, as_json: bool) -> None:
    """Deliver what could not be delivered, at once."""
    from tidegauge.actions.delivering import deliver as deliver_now
    from tidegauge.cli import show_deliveries
    from tidegauge.monitor import load_monitor
    from tidegauge.pipeline.pipeline import open_shown

    _refuse_both(key, dismissed)
    found = load_monitor(monitor)
    with open_shown(found) as pipeline:
        outcomes: Sequence[Outcome] = ()
        waiting = pipeline.store.outbox.undelivered(found.name, fresh=True)
        let_go: Sequence[Carried] = ()
        if dismissed:
            let_go = _let_go(pipeline, waiting, dismissed, by)
        else:
            only = [c.intent.key for c in _named(waiting, key)] if key else None
            outcomes = deliver_now(pipeline, again=True, only=only)
        left = pipeline.store.outbox.undelivered(found.name)
    if as_json:
        click.echo(json_text({"tried": _fields(outcomes), "undelivered": _fields(left), "dismissed": _fields(let_go)}))
    else:
        if dismissed:
            show_deliveries.dismissed(let_go, found.window.zone)
        show_deliveries.tell(outcomes, left, found.window.zone)
    raise SystemExit(OUTAGE if left else FINE)


def _refuse_both(key: Sequence[str], dismissed: Sequence[str]) -> None:
    """UsageError where two things are asked for at once."""
    if key and dismissed:
        raise click.UsageError("Name keys to deliver or keys to dismiss, not both.")
    if ALL in dismissed and set(dismissed) != {ALL}:
        raise click.UsageError("Dismiss all that failed (--dismiss all), or some by their keys, not both.")


def _let_go(
    pipeline: "Pipeline", waiting: "Sequence[Carried]", dismissed: Sequence[str], by: str | None
) -> "list[Carried]":
    """Dismiss what is named, or whatever failed, and tell the sinks that show how much is left."""
    from tidegauge.actions.delivering import tell_counts

    some = [c for c in waiting if c.is_undelivered] if ALL in dismissed else _named(waiting, dismissed)
    for one in some:
        pipeline.store.outbox.dismiss(one.intent.key, by or me(), as_of=datetime.now(UTC))
    tell_counts(pipeline)
    return some


def _fields(some: "Sequence[Outcome] | Sequence[Carried]") -> list[dict[str, Any]]:
    """Named tuples for a script, by the names of their fields."""
    return [one._asdict() for one in some]


def _named(waiting: "Sequence[Carried]", keys: Sequence[str]) -> "list[Carried]":
    """What the keys, or their first letters, mean."""
    from tidegauge.core.addresses.masking import as_typed

    found = []
    for key in keys:
        some = [c for c in waiting if c.intent.key == key or (len(key) >= LEAST and c.intent.key.startswith(key))]
        if len(some) > 1:
            raise UnknownName(f'"{key}" is the beginning of several keys. Write more of it.')
        if not some:
            hint = f" {did_you_mean(key, [c.intent.key for c in waiting])}" if waiting else ""
            raise UnknownName(f'"{as_typed(key)}" is the key of nothing that is undelivered.{hint}')
        found += some
    return found
