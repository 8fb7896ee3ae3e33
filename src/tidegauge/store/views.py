"""Views for BI over the store: decisions, findings, incidents, deliveries, alerts by month, points, champions.

They are made anew whenever tables are brought up to date, and say the same on both engines: times as the engine has
them (SQLite: text of UTC), dates as the monitor's own zone has them, NULL for what is not a number or not finite. Their
statements are in `sql/views/`, without a word of one engine; what the engines spell otherwise is here.

A view is of all monitors of a store, so one damaged row may not stop it: what is no JSON, or has not the type that it
should, is NULL. What others were granted on a view it has again when it is made anew.
"""

from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import Connection, text

from tidegauge.warehouses import sql

NAMES = ("decisions", "findings", "incidents", "deliveries", "alerts_by_month", "points", "champions")
PREFIX = "tidegauge_"
Say = Callable[..., str]


def drop_views(connection: Connection) -> list[str]:
    """Take the views away: a table that is to change may have none. The statements that grant them again."""
    granted = list(_grants(connection)) if connection.dialect.name == "postgresql" else []
    for name in NAMES:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {PREFIX}{name}")
    return granted


def make_views(connection: Connection, granted: Iterable[str] = ()) -> None:
    """Make them, and grant what was granted."""
    words = SQLITE
    if connection.dialect.name == "postgresql":
        words = POSTGRES
        connection.exec_driver_sql(sql.read("views/json.postgres.sql"))
    for name in NAMES:
        statement = sql.template(f"views/{name}.sql").render(words)
        connection.exec_driver_sql(f"CREATE VIEW {PREFIX}{name} AS\n{statement}")
    for statement in granted:
        connection.exec_driver_sql(statement)


def _grants(connection: Connection) -> Iterator[str]:
    for name in NAMES:
        found = connection.execute(text(sql.read("views/grants.postgres.sql")), {"view": PREFIX + name})
        for what, whom, again in found:
            yield f"GRANT {what} ON {PREFIX}{name} TO {whom}{' WITH GRANT OPTION' if again else ''}"


def _path(*steps: str | int) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f'."{step}"' for step in steps)


def _number(value: str, *steps: str | int) -> str:
    at = f"{value}, '{_path(*steps)}'"
    return f"CASE WHEN json_type({at}) IN ('integer', 'real') THEN CAST(json_extract({at}) AS REAL) END"


def _extract(value: str, *steps: str | int) -> str:
    return f"json_extract({value}, '{_path(*steps)}')"


SQLITE: dict[str, Say] = {
    "parsed": lambda _text: "",
    "json": lambda text: f"CASE WHEN json_valid({text}) THEN {text} END",
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
    "each": lambda value, name: (
        f"json_each(CASE WHEN json_type({value}, '{_path(name)}') = 'array' THEN {value} END, '{_path(name)}') AS f"
    ),
    "place": lambda one: f'{one}."key" + 1',
}


def _at(value: str, *steps: str | int, text: bool) -> str:
    found = [f"'{step}'" if isinstance(step, str) else str(step) for step in steps]
    return value + "".join(f" -> {step}" for step in found[:-1]) + f" {'->>' if text else '->'} {found[-1]}"


def _typed(value: str, *steps: str | int, kind: str, cast: str) -> str:
    """What lies there, as that type; NULL where it is of another kind."""
    is_one = f"jsonb_typeof({_at(value, *steps, text=False)}) = '{kind}'"
    return f"CASE WHEN {is_one} THEN CAST({_at(value, *steps, text=True)} AS {cast}) END"


def _stamp(key: str, place: int) -> str:
    """One of the two instants in a window's key; NULL where it is none."""
    part = f"split_part({key}, '/', {place})"
    return rf"(CASE WHEN {part} ~ '^\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ$' THEN {part} END)"


POSTGRES: dict[str, Say] = {
    # once a row: OFFSET 0 keeps the planner from putting the cast back into each place that reads it
    "parsed": lambda text: f"\nCROSS JOIN LATERAL (SELECT tidegauge_json({text}) AS value OFFSET 0) AS parsed",
    "json": lambda _text: "parsed.value",
    "time": lambda text: f"CAST({text} AS timestamptz)",
    "moment": lambda seconds: f"to_timestamp({seconds})",
    "ends": lambda key: f"CAST({_stamp(key, 3)} AS timestamptz)",
    "begun": lambda key: _stamp(key, 2),
    "seconds": lambda text: f"CAST(extract(epoch FROM CAST({text} AS timestamptz)) AS bigint)",
    "date": lambda text: f"CAST({text} AS date)",
    "number": lambda value, *steps: _typed(value, *steps, kind="number", cast="double precision"),
    "whole": lambda value, *steps: _typed(value, *steps, kind="number", cast="bigint"),
    "word": lambda value, *steps: f"({_at(value, *steps, text=True)})",
    "flag": lambda value, *steps: _typed(value, *steps, kind="boolean", cast="boolean"),
    "each": lambda value, name: (
        f"LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof({_at(value, name, text=False)}) = 'array' "
        f"THEN {_at(value, name, text=False)} END) WITH ORDINALITY AS f(value, place)"
    ),
    "place": lambda one: f"{one}.place",
}
