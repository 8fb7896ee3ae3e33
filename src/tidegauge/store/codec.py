"""Frozen values ⇄ strict JSON, by their type hints: decisions, incidents, payloads.

Strict both ways. What is written is JSON that any database can parse: a NaN or an infinity becomes the text "nan",
"inf" or "-inf", and a NUL or half a surrogate pair, which PostgreSQL's jsonb refuses, is escaped as in `wire`. What is
read must have the right type everywhere, or the row is corrupt. A field that a newer version added with a default may
be missing in an old row; a field that was renamed, or means another thing, makes another form
(`tidegauge.store.json_forms`), with a reader for the one before.

>>> from tidegauge.core.decision import CellShift
>>> write(CellShift("carrier = AA", 0.25, float("inf")))
'{"cell":"carrier = AA","expected":0.25,"observed":"inf"}'
>>> read(CellShift, '{"cell":"carrier = AA","expected":0.25,"observed":"inf"}')
CellShift(cell='carrier = AA', expected=0.25, observed=inf)
"""

import json
import math
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache, partial
from operator import attrgetter
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from tidegauge.core.errors import StoreError, WindowError
from tidegauge.core.forms import marked, read_marked
from tidegauge.core.window import Window
from tidegauge.store.json_forms import JSON_FORMS
from tidegauge.store.wire import plain, wire

T = TypeVar("T")
Turn = Callable[[Any], Any]  # between a value and its JSON form; what it may be depends on the hint it was made from
_SPECIAL = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def write(value: object) -> str:
    """A frozen value as one line of JSON: fields in their order, ASCII, floats by repr."""
    hint: Any = type(value)
    form = _writer(hint)(value)
    kind = JSON_FORMS.get(hint)
    return json.dumps(form if kind is None else marked(kind, form), separators=(",", ":"), allow_nan=False)


def write_map(value: dict[str, str]) -> str:
    """A mapping of texts as one line of JSON, in order of its keys."""
    return json.dumps(_write_texts(value), separators=(",", ":"), sort_keys=True)


def read(kind: type[T], text: str) -> T:
    """The value that `write` was given. ValueError if the text is not one of this kind, NewerForm if it is too new."""
    hint: Any = kind
    form = json.loads(text)
    if hint in JSON_FORMS and isinstance(form, dict):
        form = read_marked(JSON_FORMS[hint], form)
    value: T = _reader(hint)(form)
    return value


def stored(kind: type[T], text: str, table: str, key: object) -> T:
    """`read` for a row of a table: a corrupt one is named."""
    try:
        return read(kind, text)
    except (ValueError, KeyError, TypeError, WindowError, RecursionError) as error:
        raise StoreError(
            f"the store's table {table} holds a corrupt row at {key}: {error}. Delete that row and run the window again"
        ) from error


@cache
def _writer(hint: Any) -> Turn:  # noqa: ANN401 - a type hint is any object
    if hint in _WRITERS:
        return _WRITERS[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return attrgetter("value")
    if get_origin(hint) is tuple:
        item = _writer(get_args(hint)[0])
        return lambda values: [item(value) for value in values]
    if is_dataclass(hint):
        parts = [(name, _writer(part)) for name, part in _parts(hint)]
        return lambda value: {name: turn(getattr(value, name)) for name, turn in parts}
    raise TypeError(f"no JSON form for {hint}")


@cache
def _reader(hint: Any) -> Turn:  # noqa: ANN401 - a type hint is any object
    if hint in _READERS:
        return _READERS[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return partial(_member, hint)
    if get_origin(hint) is tuple:
        item = _reader(get_args(hint)[0])
        return lambda form: tuple([item(value) for value in _expect(list, form)])
    if is_dataclass(hint):
        return _dataclass_reader(hint)
    raise TypeError(f"no JSON form for {hint}")


def _dataclass_reader(kind: Any) -> Turn:  # noqa: ANN401 - its constructor is called by keywords
    turns = {name: _reader(hint) for name, hint in _parts(kind)}
    needed = {f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING}

    def turn(form: Any) -> Any:  # noqa: ANN401 - JSON in, an instance of `kind` out
        found = _expect(dict, form)
        if not needed <= found.keys() <= turns.keys():
            odd = sorted((needed - found.keys()) | (found.keys() - turns.keys()))
            raise ValueError(f"{kind.__name__} with missing or unknown fields {', '.join(odd)}")
        return kind(**{name: turns[name](value) for name, value in found.items()})

    return turn


def _parts(kind: Any) -> list[tuple[str, Any]]:  # noqa: ANN401 - a dataclass
    """Of each field its name and its type."""
    hints = get_type_hints(kind)
    return [(f.name, hints[f.name]) for f in fields(kind)]


def _expect(kind: type[T], form: object) -> T:
    if type(form) is not kind:  # not isinstance: True is no number here
        raise ValueError(f"expected {kind.__name__}, found {type(form).__name__}")
    return form


def _member(kind: type[Enum], form: object) -> Enum:
    return kind(_expect(str, form))


def _write_float(value: float) -> float | str:
    value = float(value)
    return value if math.isfinite(value) else str(value)


def _read_float(form: object) -> float:
    if isinstance(form, str) and form in _SPECIAL:
        return _SPECIAL[form]
    return float(form) if type(form) is int else _expect(float, form)


def _write_text(value: str) -> str:
    return wire(str(value))


def _read_text(form: object) -> str:
    return plain(_expect(str, form))


def _write_texts(mapping: dict[str, str]) -> dict[str, str]:
    return {_write_text(key): _write_text(value) for key, value in mapping.items()}


def _read_texts(form: object) -> dict[str, str]:
    return {_read_text(key): _read_text(value) for key, value in _expect(dict, form).items()}


def _write_clock(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _read_clock(form: object) -> datetime:
    value = datetime.fromisoformat(_expect(str, form))
    if value.utcoffset() is None:
        raise ValueError(f"{value} has no time zone")
    return value


# int, bool and str as writers also turn NumPy's scalars into Python's.
_WRITERS: dict[Any, Turn] = {
    Window: attrgetter("key"),
    datetime: _write_clock,
    float: _write_float,
    int: int,
    bool: bool,
    str: _write_text,
    dict[str, str]: _write_texts,
}
_READERS: dict[Any, Turn] = {
    Window: lambda form: Window.parse(_expect(str, form)),
    datetime: _read_clock,
    float: _read_float,
    int: partial(_expect, int),
    bool: partial(_expect, bool),
    str: _read_text,
    dict[str, str]: _read_texts,
}
