"""The verb that hands out rows: those behind an alert, as a file."""

from pathlib import Path

import click

from tidegauge.cli.places import WORD, FilePath
from tidegauge.cli.printing import as_json as json_text
from tidegauge.cli.printing import clean
from tidegauge.cli.rim import json_option, monitor_argument, opened, stage_option
from tidegauge.core.errors import WindowError
from tidegauge.core.handed_out import MOST_ROWS


@click.command(
    epilog="""\b
Examples:
  tidegauge rows my.yml --alert a41c09f2 --out rows.parquet     # behind the last alert of an incident
  tidegauge rows my.yml --window 2013-12-24 --out rows.csv      # behind a window's strongest column
  tidegauge rows my.yml --window 2013-12-24 --column temp --out rows.csv

\b
The file has the columns that the monitor names, the row's id first, and a last one that says why a row is there. A text
in a CSV that begins with = + - or @ gets an apostrophe before it, so that no spreadsheet works it out.
"""
)
@monitor_argument
@click.option("--alert", metavar="INCIDENT", type=WORD, help="An incident's id, for its last alert.")
@click.option("--window", metavar="WINDOW", type=WORD, help="A date or an hour by the monitor's clock, or its key.")
@stage_option
@click.option("--column", metavar="NAME", type=WORD, help="Of this column's change. Default: the strongest.")
@click.option(
    "--limit", type=click.IntRange(1, 1_000_000), default=MOST_ROWS, show_default=True, help="The most rows to write."
)
@click.option(
    "--out",
    type=FilePath("the file to write", dir_okay=False),
    required=True,
    help="The file: .parquet or .csv.",
)
@json_option
def rows(
    *,
    monitor: Path,
    alert: str | None,
    window: str | None,
    stage: str,
    column: str | None,
    limit: int,
    out: Path,
    as_json: bool,
) -> None:
    """Write the rows behind an alert: those of its window that stand where the change lies.

    Rows in the cells that gained, those in the change's places (see `explain`) first, as the log has them now.
    """
    from tidegauge.cli.looking import decided, meant
    from tidegauge.cli.row_files import ending_of, write_rows
    from tidegauge.pipeline.opening import Past
    from tidegauge.pipeline.rows_of import rows_behind

    if (alert is None) == (window is None):
        raise click.UsageError("Name the alert by --alert, or its window by --window.")
    ending_of(out)
    with opened(monitor, Past.KNOWN) as (_, pipeline):
        wanted, of = meant(pipeline, window if alert is None else alert, stage)
        windows = decided(pipeline, wanted, of)
        if len(windows) > 1:
            raise WindowError(f"{wanted} is {len(windows)} windows. Name one of them.")
        taken = rows_behind(pipeline.deciding, of, windows[0], column, limit)
    write_rows(out, taken.frame)
    if as_json:
        said = {"file": out, "window": windows[0], "stage": of, "column": taken.finding.column}
        counts = {"rows": len(taken.frame), "behind": taken.behind, "counted": taken.counted}
        click.echo(json_text(said | counts | {"profiled": taken.profiled, "about": taken.words.about}))
        return
    click.echo(str(out))
    for sentence in taken.sentences:
        click.echo(clean(sentence), err=True)
