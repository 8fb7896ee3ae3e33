"""Take away what a Pushgateway still says of monitors that are gone: it forgets nothing by itself."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tidegauge.cli.codes import ALERT, FINE
from tidegauge.cli.printing import clean
from tidegauge.cli.rim import warn
from tidegauge.cli.several import monitors_in, several_argument
from tidegauge.core.errors import MonitorError

if TYPE_CHECKING:
    from tidegauge.monitor import Monitor
    from tidegauge.sinks.prometheus import Prometheus


@click.command(
    epilog="""\b
A group on a Pushgateway stays until somebody deletes it: of a monitor that was deleted or renamed, or that has no
labels any more, Prometheus would go on to say what it last was. Stale is what has the job of one of these monitors, and
a name that none of them has. So name all monitors at once that push under that job: what another folder pushes would be
taken for stale. Nothing is deleted without --delete.

\b
Examples:
  tidegauge prune monitors/
  tidegauge prune monitors/ --delete

\b
Exit codes: 0 nothing is stale any more, 1 something is, 2 a monitor that cannot be understood, 3 no gateway there.
"""
)
@several_argument
@click.option("--delete", is_flag=True, help="Delete them. Default: say which they are.")
def prune(*, monitors: tuple[Path, ...], delete: bool) -> None:
    """Delete a Pushgateway's groups of monitors that are gone."""
    found = list(monitors_in(monitors))
    sinks = list(_gateways(found))
    if not sinks:
        raise MonitorError("None of these monitors has the sink prometheus, so there is no Pushgateway to look at.")
    stages = {one.name: _stages(one) for one in found}
    left = sum(_tell(sink, sink.stale(stages), delete=delete) for sink in sinks)
    if left:
        warn("If no other folder pushes under that job, delete them: --delete.")
    raise SystemExit(ALERT if left else FINE)


def _gateways(monitors: "Sequence[Monitor]") -> "Iterator[Prometheus]":
    """The Pushgateways that monitors push to, each job of one once."""
    from tidegauge.actions.asking import sinks_of
    from tidegauge.sinks.prometheus import Prometheus

    every = (sink for one in monitors for sink in sinks_of(one).values() if isinstance(sink, Prometheus))
    yield from {(sink.pushgateway, sink.job): sink for sink in every}.values()


def _stages(monitor: "Monitor") -> list[str]:
    from tidegauge.stages import due

    return [stage.name for stage in due(monitor)]


def _tell(sink: "Prometheus", stale: Sequence[Mapping[str, str]], *, delete: bool) -> int:
    """Say which groups are stale, and delete them; how many are left."""
    if delete:
        sink.prune([dict(group) for group in stale])
    said = "deleted" if delete else "stale"
    for group in stale:
        what = f"its {group['stage']}" if "stage" in group else "whether it runs"
        click.echo(clean(f"{said}: {group['monitor']}, {what} (job {sink.job})"))
    if not stale:
        click.echo(f"Nothing is stale under the job {clean(sink.job)}.")
    return 0 if delete else len(stale)
