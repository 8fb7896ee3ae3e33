"""A table of rows as a file that other programs open: Parquet, or CSV that no spreadsheet takes for formulas."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tidegauge.cli.rim import writing

if TYPE_CHECKING:
    import pandas as pd

ENDINGS = (".parquet", ".csv")
FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is worked out by a spreadsheet, whatever it says


def ending_of(place: Path) -> str:
    """What a file is to be, by its name."""
    if place.suffix.lower() not in ENDINGS:
        raise click.UsageError(f"--out ends in {' or '.join(ENDINGS)}, and {place.name!r} does not.")
    return place.suffix.lower()


def write_rows(place: Path, rows: "pd.DataFrame") -> None:
    """Write a table in one step: whoever reads meanwhile finds the file before or the whole new one."""
    made = place.with_name(f".{place.name}.{os.getpid()}")
    with writing(place):
        try:
            made.touch()  # says by itself what is wrong with the folder
            if place.exists():
                made.chmod(place.stat().st_mode & 0o777)  # what was private stays so
            if ending_of(place) == ".csv":
                texts = harmless(rows)  # by \r\n a bare \r within a text is quoted as well, and begins no line
                texts.to_csv(made, index=False, encoding="utf-8", errors="backslashreplace", lineterminator="\r\n")
            else:
                _parquet(made, rows)
            made.replace(place)
        finally:
            made.unlink(missing_ok=True)


def harmless(rows: "pd.DataFrame") -> "pd.DataFrame":
    """The same, with an apostrophe before each text and each column's name that a spreadsheet would work out.

    Numbers stay as they are: -3 is one. Of a text it is the price of opening the file by a double click.
    """
    texts = {c: rows[c].map(_escaped, na_action="ignore") for c in rows if rows[c].dtype == "string"}
    return rows.assign(**{str(c): x for c, x in texts.items()}).rename(columns=lambda c: _escaped(str(c)))


def _escaped(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULAS) else text


def _parquet(place: Path, rows: "pd.DataFrame") -> None:
    """By DuckDB, which is there; its own type for each column, missing values as NULL."""
    import duckdb

    with duckdb.connect(":memory:") as connection:
        try:
            connection.from_df(rows).write_parquet(str(place))
        except duckdb.IOException as error:
            raise OSError(str(error).splitlines()[0]) from error
