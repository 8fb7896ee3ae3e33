"""Views for BI over the store: decisions, findings, incidents, deliveries, alerts by month, points.

They are made anew whenever tables are brought up to date, and say the same on both engines: times as the engine has
them (SQLite: text of UTC), dates as the monitor's own zone has them, NULL for what is not a number or not finite. Their
statements are in `sql/views/`, without a word of one engine; what the engines spell otherwise is here.
"""

from collections.abc import Callable

from sqlalchemy import Connection

from tidegauge.warehouses import sql

NAMES = ("decisions", "findings", "incidents", "deliveries", "alerts_by_month", "points")
PREFIX = "tidegauge_"
Say = Callable[..., str]


def drop_views(connection: Connection) -> None:
    """Take the views away: a table that is to change may have none."""
    for name in NAMES:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {PREFIX}{name}")


def make_views(connection: Connection) -> None:
    """Make them."""
    words = POSTGRES if connection.dialect.name == "postgresql" else SQLITE
    for name in NAMES:
        statement = sql.template(f"views/{name}.sql").render(words)
        connection.exec_driver_sql(f"CREATE VIEW {PREFIX}{name} AS\n{statement}")


def _path(*steps: str | int) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f'."{step}"' for step in steps)


def _number(value: str, *steps: str | int) -> str:
    at = f"{value}, '{_path(*steps)}'"
    return f"CASE WHEN json_type({at}) IN ('integer', 'real') THEN CAST(json_extract({at}) AS REAL) END"


def _extract(value: str, *steps: str | int) -> str:
    return f"json_extract({value}, '{_path(*steps)}')"


SQLITE: dict[str, Say] = {
    "parsed": lambda _text: "",
    "json": lambda text: text,
    "time": lambda text: text,
    "moment": lambda seconds: f"strftime('%Y-%m-%dT%H:%M:%SZ', {seconds}, 'unixepoch')",
    "ends": lambda key: f"substr({key}, -20)",
    "begun": lambda key: f"substr({key}, -41, 20)",
    "seconds": lambda text: f"CAST(strftime('%s', {text}) AS INTEGER)",
    "date": lambda text: text,
    "number": _number,
    "whole": _extract,
    "word": _extract,
    "flag": _extract,
    "each": lambda value, name: f"json_each({value}, '{_path(name)}') AS f",
    "place": lambda one: f'{one}."key" + 1',
}


def _at(value: str, *steps: str | int, text: bool) -> str:
    found = [f"'{step}'" if isinstance(step, str) else str(step) for step in steps]
    return value + "".join(f" -> {step}" for step in found[:-1]) + f" {'->>' if text else '->'} {found[-1]}"


POSTGRES: dict[str, Say] = {
    # once a row: OFFSET 0 keeps the planner from putting the cast back into each place that reads it
    "parsed": lambda text: f"\nCROSS JOIN LATERAL (SELECT CAST({text} AS jsonb) AS value OFFSET 0) AS parsed",
    "json": lambda _text: "parsed.value",
    "time": lambda text: f"CAST({text} AS timestamptz)",
    "moment": lambda seconds: f"to_timestamp({seconds})",
    "ends": lambda key: f"CAST(split_part({key}, '/', 3) AS timestamptz)",
    "begun": lambda key: f"split_part({key}, '/', 2)",
    "seconds": lambda text: f"CAST(extract(epoch FROM CAST({text} AS timestamptz)) AS bigint)",
    "date": lambda text: f"CAST({text} AS date)",
    "number": lambda value, *steps: (
        f"CASE WHEN jsonb_typeof({_at(value, *steps, text=False)}) = 'number' "
        f"THEN CAST({_at(value, *steps, text=True)} AS double precision) END"
    ),
    "whole": lambda value, *steps: f"CAST({_at(value, *steps, text=True)} AS bigint)",
    "word": lambda value, *steps: f"({_at(value, *steps, text=True)})",
    "flag": lambda value, *steps: f"CAST({_at(value, *steps, text=True)} AS boolean)",
    "each": lambda value, name: (
        f"LATERAL jsonb_array_elements({_at(value, name, text=False)}) WITH ORDINALITY AS f(value, place)"
    ),
    "place": lambda one: f"{one}.place",
}
