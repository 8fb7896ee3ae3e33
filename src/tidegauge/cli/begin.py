"""The newcomer's verbs, which need no store: a first monitor for a table, two tables compared at once."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tidegauge.cli.codes import ALERT, FINE
from tidegauge.cli.places import WORD, FilePath
from tidegauge.cli.printing import clean
from tidegauge.cli.rim import write_out
from tidegauge.core.errors import ContractError

if TYPE_CHECKING:
    from tidegauge.core.addresses.address import Address


@click.command(
    epilog="""\b
Examples:
  tidegauge init --source duckdb:///log.duckdb --table inference_log > my.yml
  tidegauge init --source 'postgresql://reader:${PGPASSWORD}@db/prod' --table ml.predictions --out my.yml
  tidegauge init --path 'data/*.parquet' --out my.yml
  tidegauge init --schema > monitor.schema.json    # for an editor that checks YAML
"""
)
@click.option("--source", metavar="URL", help="Where the table is. ${NAME} is read from the environment.")
@click.option("--table", metavar="NAME", help="The table or view: name, or schema.name.")
@click.option("--path", metavar="FILES", help="Instead of a table: Parquet or CSV files.")
@click.option(
    "--paths",
    metavar="FILES",
    multiple=True,
    help="Files or a folder that a view in DuckDB reads. May be repeated.",
)
@click.option("--name", metavar="NAME", help="The monitor's name. Default: after the table.")
@click.option("--out", type=FilePath("the file to write", dir_okay=False), help="Write here. Default: standard output.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of a monitor's file, and do nothing else.")
def init(
    *,
    source: str | None,
    table: str | None,
    path: str | None,
    paths: tuple[str, ...],
    name: str | None,
    out: Path | None,
    force: bool,
    schema: bool,
) -> None:
    """Look at a table and write a first monitor, with guessed roles and comments that teach."""
    if schema:
        from tidegauge.monitor.json_schema import schema_text

        click.echo(schema_text(), nl=False)
        return
    from tidegauge.core.addresses.variables import in_variables
    from tidegauge.core.regular_files import is_regular
    from tidegauge.init.first import first_monitor

    if out is not None and is_regular(out) and not force:
        raise click.UsageError(f"{out} is there already. Choose another name, or write over it with --force.")
    text = first_monitor(source, table, path, name, paths)
    for variable, what in in_variables(source or "")[1].items():
        click.echo(f"A secret was left out. Set it before you go on: export {variable}=… ({what})", err=True)
    if out is None:
        click.echo(text, nl=False)
    else:
        write_out(out, text)
        click.echo(f"Wrote {out}. Read it once, then run: tidegauge check {out}", err=True)


@click.command(
    epilog="""\b
Examples:
  tidegauge compare train.parquet today.parquet
  tidegauge compare train.parquet today.parquet --html changes.html
  tidegauge compare train.csv 'duckdb:///log.duckdb#inference_log' --json
  tidegauge compare my.yml --versions v1 v2 --days 28      # on the windows that both have rows in

\b
Exit codes: 0 the same, 1 something changed by a size that matters, 2 a side is nothing that can be read,
3 a warehouse did not answer.
"""
)
@click.argument("reference")
@click.argument("current", required=False)
@click.option("--versions", metavar="A B", type=WORD, nargs=2, help="Of a monitor: two versions of its model.")
@click.option("--days", type=click.IntRange(1, 3650), default=28, show_default=True, help="So far back --versions go.")
@click.option("--json", "as_json", is_flag=True, help="Every statistic of every column as JSON.")
@click.option(
    "--html", type=FilePath("the page to write", dir_okay=False), help="Also write a page, which opens anywhere."
)
@click.option(
    "--numeric", metavar="COLUMN", type=WORD, multiple=True, help="Count this column as a quantity, whatever its type."
)
@click.option("--categorical", metavar="COLUMN", type=WORD, multiple=True, help="Count this column as names or codes.")
@click.option("--ignore", metavar="COLUMN", type=WORD, multiple=True, help="Leave this column out.")
@click.option(
    "--paths",
    metavar="FILES",
    multiple=True,
    help="Files or a folder that a view in DuckDB reads. May be repeated.",
)
@click.option("--separator", metavar="SIGN", default="", help="What is between columns of CSV. Default: it is guessed.")
@click.option("--encoding", metavar="NAME", default="", help="How CSV is written: utf-8 (default), latin-1 or utf-16.")
def compare(  # noqa: PLR0913 - as many as it has options
    *,
    reference: str,
    current: str | None,
    versions: tuple[str, str] | None,
    days: int,
    as_json: bool,
    html: Path | None,
    numeric: tuple[str, ...],
    categorical: tuple[str, ...],
    ignore: tuple[str, ...],
    paths: tuple[str, ...],
    **written: str,
) -> None:
    """Compare two tables at once: Parquet or CSV files, or a table as URL#TABLE; or two versions of a model."""
    from tidegauge.comparing.frames import compare as compared

    if versions and current:
        raise click.UsageError("--versions takes a monitor alone: no second table.")
    if versions:
        _versions(reference, versions, days, html, as_json=as_json)
        return
    if current is None:
        raise click.UsageError("Missing argument 'CURRENT': the table to compare, or --versions of a monitor.")
    try:
        sides = _side(reference), _side(current)
        found = compared(*sides, numeric=numeric, categorical=categorical, ignore=ignore, paths=paths, **written)
    except ContractError as error:  # a side that cannot be read is no difference: 1 would say so to a script
        raise click.UsageError(clean(str(error))) from None
    click.echo(found.to_json() if as_json else str(found))
    if html is not None:
        write_out(html, found.to_html())
        click.echo(f"Wrote {html}.", err=True)
    raise SystemExit(FINE if found.verdict == "same" else ALERT)


def _versions(file: str, versions: tuple[str, str], days: int, html: Path | None, *, as_json: bool) -> None:
    """Print two versions of a monitor's model side by side."""
    from tidegauge.cli import show
    from tidegauge.cli.printing import as_json as json_text
    from tidegauge.cli.rim import opened
    from tidegauge.cli.show_versions import versions as shown
    from tidegauge.pipeline.opening import Past
    from tidegauge.pipeline.versions_compared import compare_versions
    from tidegauge.reports.versions_page import versions_page

    with opened(Path(file), Past.PROFILED) as (monitor, pipeline):
        found = compare_versions(pipeline.deciding, versions, days)
    if html is not None:
        write_out(html, versions_page(found, monitor.window.zone))
        click.echo(f"Wrote {html}.", err=True)
    if as_json:
        click.echo(json_text(found))
        return
    show.out(shown(found, monitor.window.zone))


def _side(given: str) -> "str | tuple[Address, str]":
    """A path, or a warehouse's address and a table."""
    from tidegauge.core.addresses.masking import mask
    from tidegauge.warehouses import warehouse_address

    if "://" not in given:
        return given
    url, mark, table = given.rpartition("#")
    if not mark or not table or "@" in table:  # a "#" in a password, whose rest is no table
        raise click.UsageError(
            f'"{mask(given)}" names no table. Write it behind a #, such as duckdb:///log.duckdb#inference_log.'
        )
    return warehouse_address(url, "an address to compare"), table
