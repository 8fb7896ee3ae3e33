"""The keys `columns.derived` and `columns.text`: columns that no table holds, made of a row's others as it is read."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, WithJsonSchema

from tidegauge.core.errors import did_you_mean
from tidegauge.monitor.fields import column, many
from tidegauge.monitor.texts import Wrong, named, refuse
from tidegauge.warehouses.expressions import fault_in

EXAMPLE = "fare_per_km: fare / nullif(distance, 0)"
_OF_THE_TABLE = ("id", "time", "ingested", "version")  # roles that say which rows there are
_TEXT_KEYS = ("column", "descriptors")
TEXT_EXAMPLE = "{column: answer, descriptors: [words, refusal]}"


def _derived(value: Any) -> dict[str, str]:  # noqa: ANN401 - any YAML value
    if not isinstance(value, Mapping):
        raise refuse(((), f"must be name: expression pairs, and is {named(value)}. Write {EXAMPLE}"))
    found: dict[str, str] = {}
    for name, sql in value.items():
        if not isinstance(sql, str):
            raise refuse(((name,), f"must be an SQL expression over a row, and is {named(sql)}. Write {EXAMPLE}"))
        if fault := fault_in(sql):
            raise refuse(((name,), fault))
        found[column(name)] = sql.strip()
    return found


Derived = Annotated[
    dict[str, str],
    BeforeValidator(_derived),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string", "minLength": 1}}),
]


class TextColumn(NamedTuple):
    """A column of texts, and what is seen of them."""

    column: str
    descriptors: tuple[str, ...]


def _text(value: Any) -> TextColumn:  # noqa: ANN401 - any YAML value
    from tidegauge.profiles.descriptors import USUAL  # for a monitor that names a text alone

    if isinstance(value, TextColumn):
        return value
    if not isinstance(value, Mapping):
        return TextColumn(column(value), USUAL)
    if wrong := [k for k in value if k not in _TEXT_KEYS]:
        raise refuse(*(((k,), f"unknown key. {did_you_mean(str(k), _TEXT_KEYS)}") for k in wrong))
    if "column" not in value:
        raise refuse(((), f"names no column. Write {TEXT_EXAMPLE}"))
    chosen = many(value.get("descriptors", USUAL))
    if wrong_names := [*_unknown(chosen)]:
        raise refuse(*wrong_names)
    return TextColumn(column(value["column"]), chosen)


def _unknown(chosen: tuple[Any, ...]) -> Iterator[Wrong]:
    """What is wrong with the descriptors that a text is to have."""
    from tidegauge.profiles.descriptors import DESCRIPTORS, USUAL

    if not chosen:
        yield ("descriptors",), f"is empty. Leave it out for the usual ones: {', '.join(USUAL)}"
    for k, name in enumerate(chosen):
        if not isinstance(name, str) or name not in DESCRIPTORS:
            hint = did_you_mean(str(name), DESCRIPTORS)
            yield ("descriptors", k), f"nothing that is seen of a text is called {named(name)}. {hint}"
        elif name in chosen[:k]:
            yield ("descriptors", k), f"names {name} more than once. Once is enough"


_TEXT_SCHEMA = {
    "anyOf": [
        {"type": "string", "minLength": 1},
        {
            "type": "object",
            "properties": {
                "column": {"type": "string", "minLength": 1},
                "descriptors": {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True},
            },
            "required": ["column"],
            "additionalProperties": False,
        },
    ]
}
Texts = Annotated[
    tuple[Annotated[TextColumn, BeforeValidator(_text), WithJsonSchema(_TEXT_SCHEMA)], ...], BeforeValidator(many)
]


def described(texts: Sequence[TextColumn]) -> dict[str, tuple[str, ...]]:
    """Kind → the columns that descriptors make of texts."""
    if not texts:
        return {}
    from tidegauge.profiles.descriptors import DESCRIPTORS, column_of

    found: dict[str, tuple[str, ...]] = {}
    for text, descriptors in texts:
        for name in descriptors:
            kind = DESCRIPTORS[name].kind
            found[kind] = (*found.get(kind, ()), column_of(text, name))
    return found


def unfit_derived(
    derived: Mapping[str, str],
    texts: Sequence[TextColumn],
    roles: Mapping[str, tuple[str, ...]],
    scores: Iterable[str],
) -> Iterator[Wrong]:
    """What does not fit the roles of a monitor's columns."""
    used = {*scores, *(t.column for t in texts)}
    yield from ((("derived", n), "differs from another one by case alone") for n in _alike(derived))
    for name in derived:
        yield from _unfit(name, [role for role, names in roles.items() if name in names], used)
    times = Counter(t.column for t in texts)
    yield from ((("text",), f'names "{n}" more than once. Once is enough') for n in times if times[n] > 1)


def _alike(names: Iterable[str]) -> list[str]:
    """Names that engines do not tell apart, since they differ by case alone."""
    some = list(names)
    lower = Counter(name.lower() for name in some)
    return [name for name in some if lower[name.lower()] > 1]


def _unfit(name: str, having: Sequence[str], used: Collection[str]) -> Iterator[Wrong]:
    """What is wrong with the roles that one derived column has."""
    if fixed := [role for role in having if role in _OF_THE_TABLE]:
        yield ("derived", name), f"is {fixed[0]}, which must be a column of the table. Make it in a view"
    elif not having and name not in used:
        yield ("derived", name), "has no role. List it as well, such as under numeric or categorical"
