"""Columns that a monitor derives from its rows: the one place where they enter what all statements read.

A user's expressions make a first layer over the table, descriptors of texts a second one over that, so that a text may
be derived as well. What comes out is a FROM item like any other: who counts, draws, explains or hands out rows knows no
difference. An expression that does not hold is left out, and said to be what is wrong with its column.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tidegauge.core.errors import ContractError, did_you_mean
from tidegauge.monitor.parts import Columns
from tidegauge.profiles.descriptors import DESCRIPTORS, column_of
from tidegauge.profiles.kinds.base import as_text
from tidegauge.warehouses.base import Warehouse, is_text
from tidegauge.warehouses.dialect import Dialect
from tidegauge.warehouses.refusals import plainly, without_table
from tidegauge.warehouses.sql import template


@dataclass(frozen=True, slots=True)
class Derivation:
    """A table with what is derived from it."""

    table: str  # a FROM item
    kinds: Mapping[str, str]  # column → type name: the table's, and what is derived
    problems: Mapping[str, str] = field(default_factory=dict)  # derived column → why it is not there


def derive(warehouse: Warehouse, table: str, kinds: Mapping[str, str], columns: Columns) -> Derivation:
    """The table with a monitor's derived columns; the table itself where it derives none."""
    found = Derivation(table, kinds)
    if columns.derived:
        found = _by_expression(warehouse, found, columns.derived)
    if columns.text:
        found = _by_descriptor(warehouse.dialect, found, columns)
    return (
        found
        if found.table == table
        else Derivation(f"{found.table} AS tidegauge_derived", found.kinds, found.problems)
    )


def _by_expression(warehouse: Warehouse, found: Derivation, expressions: Mapping[str, str]) -> Derivation:
    dialect = warehouse.dialect
    own = {c.lower(): c for c in found.kinds}
    problems = {
        name: f'column "{name}" is derived, and the table has a column "{own[name.lower()]}". Give it another name.'
        for name in expressions
        if name.lower() in own
    }
    spelled = {name: dialect.written(sql) for name, sql in expressions.items() if name not in problems}
    types: dict[str, str] = {}
    try:
        types = _types(warehouse, found.table, spelled)
    except ContractError:  # of which of them?
        for name, sql in spelled.items():
            try:
                types |= _types(warehouse, found.table, {name: sql})
            except ContractError as error:
                why = _why(expressions[name], str(error), found.kinds)
                problems[name] = f'column "{name}" is derived as {expressions[name]}, which does not hold. {why}'
    return _layer(dialect, found, {name: spelled[name] for name in types}, types, problems)


def _why(sql: str, said: str, kinds: Mapping[str, str]) -> str:
    """Why an expression does not hold: in our own words where there are some, else as the engine says it."""
    return f"It {plain}." if (plain := plainly(said)) else f"{said} {without_table(sql, kinds)}".strip()


def _types(warehouse: Warehouse, table: str, spelled: Mapping[str, str]) -> dict[str, str]:
    """Column → type name of what expressions give; ContractError where one of them is none over a row."""
    if fault := next(filter(None, map(warehouse.dialect.fault, spelled.values())), None):
        raise ContractError(f"It {fault}.")
    return warehouse.types_of(_select(warehouse.dialect, table, spelled, sound=True), [*spelled]) if spelled else {}


def _by_descriptor(dialect: Dialect, found: Derivation, columns: Columns) -> Derivation:
    spelled: dict[str, str] = {}
    types: dict[str, str] = {}
    problems: dict[str, str] = {}
    own = {c.lower(): c for c in found.kinds}
    for text, descriptors in columns.text:
        names = {column_of(text, d): d for d in descriptors}
        if wrong := next(_wrong_text(text, found, columns.derived), None):
            problems |= dict.fromkeys(names, wrong)
            continue
        taken = _taken(text, names, own)
        problems |= taken
        source = as_text(dialect, f"log.{dialect.quote(text)}", found.kinds[text])
        there = {name: DESCRIPTORS[d] for name, d in names.items() if name not in taken}
        spelled |= {name: d.sql(dialect, source) for name, d in there.items()}
        types |= {name: d.type_name for name, d in there.items()}
    return _layer(dialect, found, spelled, types, problems)


def _wrong_text(text: str, found: Derivation, derived: Mapping[str, str]) -> Iterator[str]:
    """What keeps a column from being described as a text."""
    if text in found.problems:
        yield found.problems[text]
    elif text not in found.kinds:
        yield f'column "{text}" is not in the table. {did_you_mean(text, found.kinds)}'
    elif not is_text(found.kinds[text]):
        holds = f"its expression ({derived[text]}) gives" if text in derived else "the table holds"
        yield f'column "{text}" is listed as text, but {holds} {found.kinds[text]}.'


def _taken(text: str, names: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """Those of a text's columns (name → descriptor) that are called like one of the table, and what to do."""
    return {
        name: f'column "{name}" describes the text "{text}", and the table has a column "{own[name.lower()]}". '
        f'List the `descriptors` of "{text}" without {descriptor}, or rename that column in a view.'
        for name, descriptor in names.items()
        if name.lower() in own
    }


def _layer(
    dialect: Dialect,
    found: Derivation,
    spelled: Mapping[str, str],
    types: Mapping[str, str],
    problems: Mapping[str, str],
) -> Derivation:
    """What was found, with some more columns."""
    table = f"(\n{_select(dialect, found.table, spelled)})" if spelled else found.table
    return Derivation(table, {**found.kinds, **types}, {**found.problems, **problems})


def _select(dialect: Dialect, table: str, spelled: Mapping[str, str], *, sound: bool = False) -> str:
    columns = [{"name": dialect.quote(name), "sql": sql} for name, sql in spelled.items()]
    return template("derived.sql").render(table=table, columns=columns, sound=sound)
