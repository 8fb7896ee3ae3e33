"""The verbs about the store itself: how large it is, what of it can go, and giving the space back."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tidegauge.cli.places import WORD
from tidegauge.cli.printing import as_json as json_text
from tidegauge.cli.printing import clean
from tidegauge.cli.rim import json_option, monitor_argument, opened_store
from tidegauge.core.errors import WindowError

if TYPE_CHECKING:
    from datetime import datetime

    from tidegauge.monitor import Monitor
    from tidegauge.store.space import Size
    from tidegauge.store.store import Store

KEEP = "28 days"
YEAR = timedelta(days=365)


@click.group(
    name="store",
    epilog="""\b
Examples:
  tidegauge store size my.yml
  tidegauge store prune my.yml --keep "28 days"
  tidegauge store vacuum my.yml

\b
What is kept for how long, and why: docs/store.md.
""",
)
def store_verbs() -> None:
    """See how large the store is, delete what nothing rests on, and give the space back."""


@store_verbs.command(
    name="size",
    epilog="""\b
Examples:
  tidegauge store size my.yml
  tidegauge store size my.yml --json
""",
)
@monitor_argument
@json_option
def size(*, monitor: Path, as_json: bool) -> None:
    """Show how large a monitor's store is, of what, and how much a window adds."""
    from tidegauge.pipeline.opening import Past

    with opened_store(monitor, Past.KNOWN) as (own, store):
        found, growth = store.space.size(), _growth(own, store)
    if as_json:
        click.echo(json_text({"size": found, "per_window": growth}))
        return
    _tell(found)
    if growth is not None:
        year = growth * (YEAR / own.window.length)
        click.echo(clean(f"A window of {own.name} adds about {_bytes(growth)}, a year of them {_bytes(year)}."))


@store_verbs.command(
    name="prune",
    epilog="""\b
Decisions, their numbers, answers and the counts that they rest on stay, and a replay decides the same. Deleted are the
counts of a window that later ones replaced, and the spreads of windows before --keep: whoever decides such a
window again learns them again, which takes longer. Run it when you like; it asks nobody.

\b
Examples:
  tidegauge store prune my.yml
  tidegauge store prune my.yml --keep "90 days" --dry-run
""",
)
@monitor_argument
@click.option("--keep", metavar="DURATION", type=WORD, default=KEEP, show_default=True, help="Spreads so long kept.")
@click.option("--dry-run", is_flag=True, help="Say what would be deleted.")
@json_option
def prune_store(*, monitor: Path, keep: str, dry_run: bool, as_json: bool) -> None:
    """Delete what nothing rests on any more."""
    from tidegauge.monitor.durations import parse_duration
    from tidegauge.pipeline.opening import Past

    try:
        length = parse_duration(keep)
    except ValueError as error:
        raise WindowError(f"--keep: {error}") from None
    with opened_store(monitor, Past.KNOWN) as (own, store):
        done = store.space.prune(own.source_key, own.name, _before(own, store, length), only_say=dry_run)
    if as_json:
        click.echo(json_text(done))
        return
    for share in done:
        verb = "Would delete" if dry_run else "Deleted"
        click.echo(clean(f"{verb} {share.rows:,} {share.what}: {_bytes(share.bytes)}."))
    if not dry_run and any(share.rows for share in done):
        back = f"To give it back to the disk: tidegauge store vacuum {monitor}"
        click.echo(clean(f"The room is for what comes next. {back}"))


@store_verbs.command(
    name="vacuum",
    epilog="""\b
SQLite writes its whole file anew, for which there must be as much room again, and others wait meanwhile. On
PostgreSQL the tables' own owner has to ask.

\b
Example:
  tidegauge store vacuum my.yml
""",
)
@monitor_argument
def vacuum(*, monitor: Path) -> None:
    """Give the space of what was deleted back to the disk."""
    from tidegauge.pipeline.opening import Past

    with opened_store(monitor, Past.KNOWN) as (_, store):
        before = store.space.size()
        store.space.vacuum()
        after = store.space.size()
    click.echo(clean(f"{_bytes(before.bytes)} before, {_bytes(after.bytes)} now."))


def _before(monitor: "Monitor", store: "Store", keep: timedelta) -> "datetime | None":
    """The moment up to which spreads can go; None where the monitor's past is no longer than what is kept."""
    from tidegauge.core.window import FIRST_STAGE

    known = list(store.profiles.revisions(monitor.source_key, FIRST_STAGE))
    if not known or known[-1].start - known[0].start <= keep:
        return None
    return known[-1].start - keep


def _growth(monitor: "Monitor", store: "Store") -> float | None:
    """The bytes that a window adds, by what is stored of the monitor and its source; None where nothing is."""
    from tidegauge.core.window import FIRST_STAGE

    windows = len(store.profiles.revisions(monitor.source_key, FIRST_STAGE))
    return store.space.held_by(monitor.source_key, monitor.name) / windows if windows else None


def _tell(found: "Size") -> None:
    free = "" if not found.free else f", of which {_bytes(found.free)} are free"
    click.echo(clean(f"The store at {found.where} takes {_bytes(found.bytes)}{free}."))
    width = max((len(share.what) for share in found.shares), default=0)
    for share in found.shares:
        click.echo(clean(f"  {share.what:{width}}  {share.rows:>9,} rows  {_bytes(share.bytes):>9}"))


def _bytes(count: float) -> str:
    """A number of bytes as people read it.

    >>> _bytes(999), _bytes(57_507_840)
    ('999 bytes', '57.5 MB')
    """
    for unit, of in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= of:
            return f"{count / of:.1f} {unit}"
    return f"{count:.0f} bytes"
