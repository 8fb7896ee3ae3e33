"""The kinds of value that a monitor's keys take: durations, rates, zones, columns, addresses, named choices.

Each is a pydantic type that reads what a person wrote, refuses it with a sentence, and shows itself in the JSON Schema
as what a person writes.
"""

import math
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import BeforeValidator, WithJsonSchema

from tidegauge.core.addresses.keyed import holds_keyed
from tidegauge.core.addresses.reading import SCHEME
from tidegauge.core.errors import did_you_mean
from tidegauge.core.grid import TYPED
from tidegauge.core.point import OTHERS
from tidegauge.core.window import VOLUME
from tidegauge.monitor.durations import PER_MONTH, parse_duration, parse_rate
from tidegauge.monitor.environment import malformed
from tidegauge.monitor.texts import named, plain_text, refuse, text_of
from tidegauge.monitor.yaml_lines import Path
from tidegauge.warehouses import schemes

STORES = ("sqlite", "postgresql")
LONGEST_NAME = 200  # Airflow takes 250 for a DAG
MOST_THRESHOLDS = 10  # each adds four numbers to what is stored of a window and a segment
RAREST = 1 / 120  # one alert in ten years, per month: no history can show less


def _saying(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """`read`, with its ValueError turned into a sentence of ours."""

    def reader(text: str) -> Any:  # noqa: ANN401 - whatever `read` returns
        try:
            return read(text)
        except ValueError as error:
            raise refuse(((), str(error))) from None

    return reader


def duration(value: Any) -> timedelta:  # noqa: ANN401 - any YAML value
    """The length of time that a text means, or a sentence."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise refuse(((), f'{value} has no unit. Write one, such as "{value} hours" or "{value} days"'))
    length: timedelta = _saying(parse_duration)(text_of(value, '"2 hours"'))
    return length


def _rate(value: Any) -> float:  # noqa: ANN401 - any YAML value
    if isinstance(value, bool) or not isinstance(value, int | float):
        value = _saying(parse_rate)(text_of(value, '"1 per month"'))
    if not math.isfinite(value) or value <= 0:
        raise refuse(
            ((), 'a budget of no false alerts cannot be kept by any monitor that can alert. Try "1 per month"')
        )
    if value < RAREST:
        raise refuse(((), 'rarer than one in ten years cannot be shown on any history. Try "1 per year"'))
    return float(value)


def _zone(value: Any) -> str:  # noqa: ANN401 - any YAML value
    name = plain_text(value, "America/New_York")
    known = _zones()
    if name not in known:
        tail = {z.rpartition("/")[2].lower(): z for z in known}  # "new_york" finds America/New_York
        near = tail.get(name.strip().replace(" ", "_").lower())
        hint = f'Did you mean "{near}"?' if near else did_you_mean(name, known)
        if not hint.startswith("Did"):
            hint = 'Write an IANA name, such as "Europe/Berlin" or "UTC"'
        raise refuse(((), f'no time zone is called "{name}". {hint}'))
    return name


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())  # reads a folder: 14 ms, once


def _country(value: Any) -> str | None:  # noqa: ANN401 - any YAML value
    if value is None:
        return None
    from holidays.registry import COUNTRIES  # 0.15 s that only a monitor with a country pays

    code = plain_text(value, "US")
    codes = {c for entry in COUNTRIES.values() for c in entry[1:]}
    if code not in codes:
        hint = did_you_mean(code.upper(), codes)
        hint = hint if hint.startswith("Did") else 'Write its ISO code, such as "US", "DE" or "GB"'
        raise refuse(((), f'no calendar of holidays is known for "{code}". {hint}'))
    return code


def column(value: Any) -> str:  # noqa: ANN401 - any YAML value
    """The name of a column, or a sentence."""
    name = text_of(value, "distance")
    before, _, behind = name.partition("=")
    if holds_keyed(behind) or (holds_keyed(name) and re.search(r"[^\w .-]", before)):  # no column of a one-hot "pass=1"
        raise refuse(((), "is an address, or holds a secret, and must be the name of a column such as distance"))
    if name in (VOLUME, OTHERS):
        raise refuse(((), f"{name} is a name that tidegauge keeps for facts about rows. Rename it in a view"))
    if "\0" in name:
        raise refuse(((), "a column's name cannot hold the character NUL. Rename it in a view"))
    return name


def _extension(value: Any) -> str:  # noqa: ANN401 - any YAML value
    name = plain_text(value, "httpfs")
    if not re.fullmatch("[a-z][a-z0-9_]*", name):  # it could be a file, and so anybody's code
        raise refuse(((), f'"{name}" is no name of a DuckDB extension. Write it as DuckDB does, such as httpfs'))
    return name


def _name(value: Any) -> str:  # noqa: ANN401 - any YAML value
    name = plain_text(value, "flights-delay")
    if not all(c in "abcdefghijklmnopqrstuvwxyz0123456789-" for c in name):
        better = "".join(c if c.isascii() and c.isalnum() else "-" for c in name.lower()).strip("-") or "my-model"
        better, name = better[:LONGEST_NAME], name[:LONGEST_NAME]
        raise refuse(((), f'"{name}" may hold only a-z, 0-9 and "-", for it becomes a DAG and a label. Try "{better}"'))
    if len(name) > LONGEST_NAME:
        raise refuse(((), f"may hold at most {LONGEST_NAME} characters, for it becomes a DAG, and has {len(name):,}"))
    return name


def _address(schemes: Callable[[], Iterable[str]], example: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:  # noqa: ANN401 - any YAML value
        url = text_of(value, example)
        if malformed(url):
            raise refuse(((), 'a "${" is not closed, or names no variable. Write ${NAME}'))
        if url.startswith("${"):
            return url  # the scheme is in the environment; it is seen at use
        scheme, colon, _ = url.partition("://")
        if not colon or not SCHEME.fullmatch(scheme):  # else it may be anything, and is not repeated
            raise refuse(((), f"is not an address. Write one such as {example}"))
        if scheme.partition("+")[0] not in (known := tuple(schemes())):
            hint = did_you_mean(scheme, known)
            raise refuse(((), f'no engine is called "{scheme}". {hint} For instance {example}'))
        return url

    return read


def day(value: Any, at: Path = ()) -> date:  # noqa: ANN401 - any YAML value
    """The date that an ISO text means."""
    try:
        found = value if isinstance(value, date) else date.fromisoformat(value)
    except (TypeError, ValueError):
        raise refuse((at, f"must be a date such as 2013-04-01, and is {named(value)}")) from None
    if found.year not in TYPED:
        years = f"the years {TYPED[0]} to {TYPED[-1]}"
        raise refuse((at, f"must be a date in {years}, and is {found.isoformat()}"))
    return found


def moment(value: Any) -> date:  # noqa: ANN401 - any YAML value
    """The date, or the date and time, that an ISO text means; a time without an offset is by the monitor's clock."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if len(value) == len("2013-04-01") else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        sentence = f"must be a date such as 2013-04-01, or a time such as 2013-04-01T05:30, and is {named(value)}"
        raise refuse(((), sentence)) from None


def many(value: Any) -> Any:  # noqa: ANN401 - any YAML value
    """A list as written; one bare value is told how a list is written."""
    if isinstance(value, list | tuple):
        return tuple(value)
    written = value if isinstance(value, str) else "a, b"
    raise refuse(((), f"must be a list, and is {named(value)}. Write [{written}]"))


def _thresholds(value: Any) -> tuple[float, ...]:  # noqa: ANN401 - any YAML value
    found = many([value] if isinstance(value, int | float) and not isinstance(value, bool) else value)
    for each in found:
        if isinstance(each, bool) or not isinstance(each, int | float) or not math.isfinite(each):
            raise refuse(
                ((), f"holds {named(each)}. A threshold is a score from which on a row counts as 1, such as 0.3")
            )
    if not 0 < len(found) <= MOST_THRESHOLDS:
        raise refuse(((), f"must be 1 to {MOST_THRESHOLDS} thresholds, and is {len(found)}"))
    return tuple(sorted({float(each) for each in found}))


_PERIODS = "|".join(PER_MONTH)

Thresholds = Annotated[
    tuple[float, ...],
    BeforeValidator(_thresholds),
    WithJsonSchema({"type": "array", "items": {"type": "number"}, "minItems": 1, "maxItems": MOST_THRESHOLDS}),
]
Name = Annotated[
    str,
    BeforeValidator(_name),
    WithJsonSchema({"type": "string", "pattern": "^[a-z0-9-]+$", "maxLength": LONGEST_NAME}),
]
Text = Annotated[
    str, BeforeValidator(lambda v: text_of(v, "a name")), WithJsonSchema({"type": "string", "minLength": 1})
]
Plain = Annotated[
    str, BeforeValidator(lambda v: plain_text(v, "a name")), WithJsonSchema({"type": "string", "minLength": 1})
]
Column = Annotated[str, BeforeValidator(column), WithJsonSchema({"type": "string", "minLength": 1})]
Paths = Annotated[tuple[Text, ...], BeforeValidator(many)]
Extension = Annotated[
    str, BeforeValidator(_extension), WithJsonSchema({"type": "string", "pattern": "^[a-z][a-z0-9_]*$"})
]
Extensions = Annotated[tuple[Extension, ...], BeforeValidator(many)]
Columns = Annotated[tuple[Column, ...], BeforeValidator(many)]
Zone = Annotated[str, BeforeValidator(_zone), WithJsonSchema({"type": "string", "examples": ["UTC", "Europe/Berlin"]})]
Country = Annotated[str | None, BeforeValidator(_country), WithJsonSchema({"type": ["string", "null"]})]
Day = Annotated[date, BeforeValidator(day), WithJsonSchema({"type": "string", "format": "date"})]
Moment = Annotated[
    datetime | date,
    BeforeValidator(moment),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d\d-\d\d", "examples": ["2026-12-24", "2026-12-24T05:30"]}),
]
Duration = Annotated[
    timedelta,
    BeforeValidator(duration),
    WithJsonSchema({"type": "string", "pattern": r"^\s*[0-9.]+\s*[A-Za-z]+", "examples": ["2 hours", "1 day"]}),
]
Rate = Annotated[
    float,
    BeforeValidator(_rate),
    WithJsonSchema(
        {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string", "pattern": rf"({_PERIODS})"}]}
    ),
]
SourceUrl = Annotated[
    str, BeforeValidator(_address(schemes, "duckdb:///warehouse.duckdb")), WithJsonSchema({"type": "string"})
]
StoreUrl = Annotated[
    str, BeforeValidator(_address(lambda: STORES, "sqlite:///tidegauge.db")), WithJsonSchema({"type": "string"})
]
