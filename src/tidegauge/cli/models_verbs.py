"""The verbs about retrained models: is the challenger better, and which one serves?"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tidegauge.cli.codes import ALERT, FINE
from tidegauge.cli.places import WORD, FilePath
from tidegauge.cli.printing import as_json as json_text
from tidegauge.cli.printing import clean
from tidegauge.cli.rim import instant, json_option, me, monitor_argument, opened, shown
from tidegauge.cli.show_models import tell, tell_all
from tidegauge.core.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tidegauge.monitor import Monitor
    from tidegauge.pipeline.challengers import Challenger
    from tidegauge.pipeline.pipeline import Pipeline


@click.group(
    epilog="""\b
Examples:
  tidegauge models judge my.yml candidates/2013-11-15.json
  tidegauge models list my.yml
  tidegauge models promote my.yml delay-3f2a

\b
What a record must say, and what each gate asks: docs/models.md.
"""
)
def models() -> None:
    """See retrained models, judge them against the one that serves, promote one or roll back."""


@models.command(
    name="list",
    epilog="""\b
Examples:
  tidegauge models list my.yml
  tidegauge models list my.yml --json
""",
)
@monitor_argument
@json_option
def list_(*, monitor: Path, as_json: bool) -> None:
    """List challengers, the newest last, and the model that serves."""
    from tidegauge.pipeline.challengers import challengers, serves
    from tidegauge.pipeline.champions import switches

    with shown(monitor) as (found, pipeline):
        known, serving, turned = challengers(pipeline), serves(pipeline), switches(pipeline)
    if as_json:
        click.echo(json_text({"serves": serving, "challengers": known, "switches": turned}))
        return
    for flag, turn in turned.items():
        why = f": {turn.facts['why']}" if turn.facts.get("why") else ""
        click.echo(clean(f"{flag} stands at {turn.variant}{why}"))
    if serving is not None:
        click.echo(clean(f"{serving.version or 'The model before any challenger'} serves since {serving.since}."))
    for one in known:
        click.echo(clean(f"{one.version}  {one.state}: {one.sentence}"))
    if not known:
        click.echo(clean(f"{found.name} has no challenger."))


@models.command(
    name="show",
    epilog="""\b
Examples:
  tidegauge models show my.yml delay-3f2a
""",
)
@monitor_argument
@click.argument("name", metavar="MODEL", type=WORD)
@json_option
def show_model(*, monitor: Path, name: str, as_json: bool) -> None:
    """Show a challenger: what each gate said at each look."""
    from tidegauge.pipeline.challengers import found

    with shown(monitor) as (_, pipeline):
        one = found(pipeline, name)
    click.echo(json_text(one)) if as_json else tell(one)


@models.command(
    name="judge",
    epilog="""\b
Examples:
  tidegauge models judge my.yml candidates/2013-11-15.json
  tidegauge models judge my.yml

\b
Run it again as often as you like: each look is taken once and stored.
""",
)
@monitor_argument
@click.argument("records", nargs=-1, type=FilePath("a record of a retrained model", exists=True, dir_okay=False))
@click.option("--at", metavar="TIME", type=WORD, help="By what was known then, by the monitor's clock. Default: now.")
@json_option
def judge_models(*, monitor: Path, records: tuple[Path, ...], at: str | None, as_json: bool) -> None:
    """Judge the challengers of some records, or all that wait, against the model that serves."""
    from tidegauge.pipeline.challengers import challengers, found, register
    from tidegauge.pipeline.opening import Past

    with opened(monitor, Past.PROFILED) as (own, pipeline):
        keys = [register(pipeline, path) for path in records]
        meant = [found(pipeline, k) for k in keys] or [c for c in challengers(pipeline) if c.state == "waiting"]
        after, trouble = _judged(pipeline, meant, _when(own, at))
    if as_json:
        click.echo(json_text(after))
    else:
        tell_all(after, none=not meant)
    for sentence in trouble:
        click.echo(clean(sentence), err=True)
    raise SystemExit(ALERT if trouble else FINE)


def _judged(
    pipeline: "Pipeline", meant: "Iterable[Challenger]", when: datetime
) -> tuple[list["Challenger"], list[str]]:
    """Each judged, and a sentence for each that could not be: its table may be gone, and others wait all the same."""
    from tidegauge.pipeline.challengers import judge

    after, trouble = list["Challenger"](), list[str]()
    for one in meant:
        try:
            after.append(judge(pipeline, one, when))
        except ContractError as error:
            trouble.append(f"{one.version} was not judged: {error}")
    return after, trouble


@models.command(
    name="snapshot",
    epilog="""\b
Examples:
  tidegauge models snapshot my.yml
  tidegauge models snapshot my.yml --until 2013-12-01 --days 60 --json
""",
)
@monitor_argument
@click.option("--until", metavar="TIME", type=WORD, help="Nothing later, by the monitor's clock. Default: now.")
@click.option(
    "--days", type=click.IntRange(1, 36_500), default=90, show_default=True, help="How many days before that."
)
@json_option
def snapshot(*, monitor: Path, until: str | None, days: int, as_json: bool) -> None:
    """Keep and print what a training may learn from: mature windows in which nothing was bad."""
    from tidegauge.pipeline.opening import Past
    from tidegauge.pipeline.snapshots import take

    with opened(monitor, Past.PROFILED) as (own, pipeline):
        end = _when(own, until)
        one = take(pipeline, end - timedelta(days=days), end)
    if as_json:
        click.echo(json_text(one))
        return
    click.echo(clean(f"{one.key}: {len(one.windows)} windows, {one.rows:,} rows, up to {one.ends}."))
    for why, many in Counter(one.left_out.values()).most_common():
        click.echo(clean(f"  {many} left out: {why}"))
    for line in one.statement.splitlines():
        click.echo(clean(line))


@models.command(
    name="promote",
    epilog="""\b
Examples:
  tidegauge models promote my.yml delay-3f2a
  tidegauge models promote my.yml delay-3f2a --anyway "the old one no longer loads"
""",
)
@monitor_argument
@click.argument("name", metavar="MODEL", type=WORD)
@click.option("--anyway", metavar="WHY", default="", help="Promote what was not found to be better, for this reason.")
@click.option("--by", metavar="NAME", type=WORD, help="Who says so. Default: your name on this machine.")
@click.option("--at", metavar="TIME", type=WORD, help="From when on it serves, by the monitor's clock. Default: now.")
def promote_model(*, monitor: Path, name: str, anyway: str, by: str | None, at: str | None) -> None:
    """Note that a challenger serves from now on."""
    from tidegauge.pipeline.challengers import found
    from tidegauge.pipeline.champions import promote

    with shown(monitor) as (own, pipeline):
        one = promote(pipeline, found(pipeline, name), _when(own, at), by or me(), anyway=anyway)
    click.echo(clean(f"{one.version} serves since {one.since}."))


@models.command(
    name="rollback",
    epilog="""\b
Examples:
  tidegauge models rollback my.yml --why "latency doubled"
""",
)
@monitor_argument
@click.option("--why", metavar="TEXT", required=True, help="Why, for those who read it later.")
@click.option("--by", metavar="NAME", type=WORD, help="Who says so. Default: your name on this machine.")
@click.option("--at", metavar="TIME", type=WORD, help="From when on, by the monitor's clock. Default: now.")
def rollback_model(*, monitor: Path, why: str, by: str | None, at: str | None) -> None:
    """Note that the model before this one serves again."""
    from tidegauge.pipeline.champions import rollback

    with shown(monitor) as (own, pipeline):
        one = rollback(pipeline, _when(own, at), by or me(), why)
    click.echo(clean(f"{one.version or 'The model before any challenger'} serves since {one.since}."))


@models.command(
    name="untrip",
    epilog="""\b
Examples:
  tidegauge models untrip my.yml --why "the column is back"
""",
)
@monitor_argument
@click.option("--why", metavar="TEXT", required=True, help="Why, for those who read it later.")
@click.option("--by", metavar="NAME", type=WORD, help="Who says so. Default: your name on this machine.")
def untrip_model(*, monitor: Path, why: str, by: str | None) -> None:
    """Turn the switch back that a serving system reads: the model serves again."""
    from tidegauge.pipeline.champions import untrip

    with shown(monitor) as (_, pipeline):
        turned = untrip(pipeline, datetime.now(UTC).replace(microsecond=0), by or me(), why)
    for flag in turned:
        click.echo(clean(f"{flag} stands at model."))
    if not turned:
        click.echo("No switch was turned.")


def _when(monitor: "Monitor", at: str | None) -> datetime:
    return instant(monitor, at) if at else datetime.now(UTC).replace(microsecond=0)
