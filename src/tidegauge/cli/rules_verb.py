"""Rules for Prometheus, of all monitors at once."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tidegauge.cli.places import FilePath
from tidegauge.cli.printing import clean
from tidegauge.cli.rim import write_out
from tidegauge.cli.several import monitors_in, several_argument

if TYPE_CHECKING:
    from tidegauge.monitor import Monitor


@click.command(
    epilog="""\b
Prometheus takes the file by `rule_files`; check it with `promtool check rules`. Write it anew when a monitor comes,
goes or changes its window or its labels' delay, and name all monitors at once: of two such files in one Prometheus,
each pages.

\b
Examples:
  tidegauge rules monitors/ --out tidegauge.rules.yml
  tidegauge rules shop.yml taxi.yml --runbooks https://docs.example.com/docs/runbooks > tidegauge.rules.yml

\b
Exit codes: 0 fine, 2 a monitor that cannot be understood.
"""
)
@several_argument
@click.option("--out", type=FilePath("the file to write", dir_okay=False), help="Write here. Default: standard output.")
@click.option("--runbooks", metavar="URL", help="Where docs/runbooks is served. Default: its place in the source tree.")
def rules(*, monitors: tuple[Path, ...], out: Path | None, runbooks: str | None) -> None:
    """Write the recording and alerting rules of some monitors."""
    from tidegauge.rules.limits import Limits
    from tidegauge.rules.rule_file import RUNBOOKS, rules_text

    found = list(monitors_in(monitors))
    text = rules_text([Limits.of(one) for one in found], runbooks or RUNBOOKS)
    for sentence in _doubts(found):
        click.echo(clean(sentence), err=True)
    if out is None:
        click.echo(text, nl=False)
    else:
        write_out(out, text)


def _doubts(monitors: "Sequence[Monitor]") -> Iterator[str]:
    """What of a monitor the rules would never see, and what somebody would hear of twice."""
    from tidegauge.rules.limits import SHOWING

    for one in monitors:
        sinks = {s.name for s in one.sinks}
        if "remote_write" not in sinks:
            yield f"{one.name} has no sink remote_write: of its incidents and its windows these rules know nothing."
        if SHOWING.isdisjoint(sinks):
            yield f"{one.name} has neither: no rule is written of it, and nobody is told where it falls silent."
        if "prometheus" not in sinks:
            yield f"{one.name} has no sink prometheus: what it cannot deliver is on no Pushgateway, for no rule to see."
        if "remote_write" in sinks and (telling := _telling(one)):
            yield (
                f"{one.name} tells of each incident by its action {telling}, and would by these rules: "
                "somebody hears of it twice. Keep one of the two, or send them to different people."
            )


def _telling(monitor: "Monitor") -> str:
    """The actions by which a monitor tells people of incidents: "mail and slack"."""
    from tidegauge.monitor.outlets import ACTIONS

    return " and ".join(sorted({a.name for a in monitor.actions if a.name == "notify" or ACTIONS[a.name].tells_ends}))
