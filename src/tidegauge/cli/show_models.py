"""A challenger as a person reads it: what each gate said at each look."""

from typing import TYPE_CHECKING

import click

from tidegauge.cli.printing import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tidegauge.pipeline.challengers import Challenger


def tell_all(judged: "Iterable[Challenger]", *, none: bool) -> None:
    """Each of them, or that there is none."""
    for one in judged:
        tell(one)
    if none:
        click.echo("No challenger waits.")


def tell(one: "Challenger") -> None:
    """A challenger with what each gate said."""
    click.echo(clean(f"{one.version} ({one.state}): {one.sentence}"))
    if learnt := one.record.get("snapshot"):
        told = f"{learnt['windows']} windows, {learnt['rows']:,} rows, up to {learnt['ends']}"
        click.echo(clean(f"  learnt from snapshot {learnt['key']}: {told}"))
    for look in one.looks:
        click.echo(clean(f"  look {look['number']}, {look['windows']} windows, {look['first']} to {look['last']}:"))
        for gate in look["gates"]:
            click.echo(clean(f"    {gate['outcome']:7} {gate['gate']}: {gate['sentence']}"))
