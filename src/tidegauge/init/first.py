"""From an address and a table's name to the text of a first monitor: look, guess, write."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from tidegauge.core.addresses.keyed import holds_keyed
from tidegauge.core.addresses.masking import mask
from tidegauge.core.errors import ContractError, MonitorError
from tidegauge.init.delay import measured_delay
from tidegauge.init.described import Described
from tidegauge.init.guess import Guess, GuessedLabels, guess, guess_labels
from tidegauge.init.label_tables import label_tables, note
from tidegauge.init.sample import describe, look_around
from tidegauge.init.several_classes import note as of_classes
from tidegauge.init.words import LABEL
from tidegauge.init.write import TablePlace, write
from tidegauge.monitor.source import MEMORY
from tidegauge.warehouses import open_warehouse, warehouse_address
from tidegauge.warehouses.base import Warehouse, is_category, is_time
from tidegauge.warehouses.file_items import CSV, Reach, files, is_pattern
from tidegauge.warehouses.mixed_files import Mixed, mixed_columns, without
from tidegauge.warehouses.on_disk import look_at


def first_monitor(
    url: str | None,
    table: str | None = None,
    path: str | None = None,
    name: str | None = None,
    paths: tuple[str, ...] = (),
) -> str:
    """A first monitor for a table (`schema.table`) or for files (`data/*.parquet`), as YAML.

    `paths`: files that a view in DuckDB reads.

    Raises:
        MonitorError: The address is none, or what to look at was not said.
        ContractError: The table is not there, or nothing in it says when.
        WarehouseError: The warehouse did not answer.
    """
    place, looked = _place(url, table, path, paths, name), table or path or ""
    reach = Reach((*((path,) if path else ()), *paths))
    with open_warehouse(warehouse_address(url or MEMORY, "--source"), reach) as warehouse:
        mixed = _mixed_in(warehouse, path) if path else {}
        item, kinds = _looked_at(warehouse, table, path or "", mixed)
        columns = describe(warehouse, item, kinds)
        found = _guessed(columns, looked, mixed)
        time = next(c for c in columns if c.name == found.time)
        span = look_around(warehouse, item, time)
        found = _with_delay(warehouse, item, _labelled(warehouse, found, table))
    return write(name or _slug(looked), place, columns, found, span)


def _place(
    url: str | None, table: str | None, path: str | None, paths: tuple[str, ...], name: str | None
) -> TablePlace:
    """Where the table is, as it was said."""
    if (table is None) == (path is None):
        raise MonitorError("Say what to look at: a table (--table inference_log) or files (--path data/*.parquet).")
    if url is None and table is not None:
        raise MonitorError("Say where the table is: --source duckdb:///warehouse.duckdb or --source postgresql://…")
    _refuse_secrets([("--path", path), *(("--paths", each) for each in paths), ("--name", name), ("--table", table)])
    if path is not None:
        if not path.strip():
            raise MonitorError("--path is empty. Name Parquet or CSV files, such as --path 'data/*.parquet'.")
        look_at(path)
    return TablePlace(url, table, path, paths)


def _guessed(columns: Sequence[Described], said: str, mixed: Mapping[str, Mixed]) -> Guess:
    """Roles that a monitor can be made of; ContractError where there are none. `said`: what the table was called."""
    if not any(c.rows for c in columns):
        raise ContractError(f"{said} is empty; roles are guessed from rows. Run init once it has some.")
    found = guess(columns)
    if found.time is None:
        raise ContractError(_no_time(columns, said, mixed))
    if not (found.numeric or found.categorical or found.text or found.prediction):
        raise ContractError(f"{said} has no column to watch: {'; '.join(map(': '.join, found.left_out))}.")
    return replace(found, left_out=(*found.left_out, *((name, each.why) for name, each in mixed.items())))


def _no_time(columns: Sequence[Described], said: str, mixed: Mapping[str, Mixed]) -> str:
    """That nothing says when: a column that does so in some files only, or else what there is."""
    for name, each in mixed.items():
        if any(map(is_time, each.kinds)):
            return f'No column of {said} says when a prediction was made in all of its files: "{name}" {each.why}.'
    known = ", ".join(f"{c.name} ({c.kind})" for c in columns)
    return (
        f"No column of {said} says when a prediction was made: none has a date or timestamp type. "
        f"It has {known}. Make a view that casts one, and point --table at that."
    )


def _refuse_secrets(kept: Sequence[tuple[str, str | None]]) -> None:
    """What is kept in the monitor's file may hold no secret, wherever it was typed."""
    for option, text in kept:
        if text is None or not _holds_secret(text):
            continue
        if option in ("--name", "--table"):
            what = "the monitor's name" if option == "--name" else "a table's name"
            raise MonitorError(
                f"{option} takes {what}, and an address or a secret was given. It is not repeated; --source is the "
                "place of an address."
            )
        raise MonitorError(
            f"{option} {mask(text)} holds a secret, and a monitor's file would keep it. "
            "Give it to DuckDB in another way, such as a persistent CREATE SECRET, or copy the files."
        )


def _holds_secret(text: str) -> bool:
    """Whether a text holds one; a file may be called a@b, and nobody's password=…."""
    return holds_keyed(text) or (mask(text) != text and ("://" in text or not Path(text).exists()))


def _looked_at(
    warehouse: Warehouse, table: str | None, path: str, mixed: Mapping[str, Mixed]
) -> tuple[str, dict[str, str]]:
    """The table or the files as SQL reads them, and their columns' types; `mixed` is not read."""
    if table:
        return warehouse.dialect.table(table), warehouse.describe(table)
    item = without(warehouse, path, mixed)
    return item, warehouse.describe_item(item)


def _mixed_in(warehouse: Warehouse, path: str) -> dict[str, Mixed]:
    """The columns of some files that no guess can be made of; of CSV only where a look at all rows finds them."""
    if not is_pattern(path) or not path.lower().endswith(CSV):
        return mixed_columns(warehouse, path)
    try:
        warehouse.fetch(f"SELECT count(COLUMNS(*)) FROM {files(path)}")  # noqa: S608 - quoted
    except ContractError:
        return mixed_columns(warehouse, path, unread=True)
    kinds = warehouse.describe_item(files(path))
    if any(is_time(kind) for kind in kinds.values()):
        return {}
    every = mixed_columns(warehouse, path, unread=True)  # a time that is text in some files is read as text in all
    return {c: m for c, m in every.items() if any(map(is_time, m.kinds))}


def _with_delay(warehouse: Warehouse, item: str, found: Guess) -> Guess:
    """The guess with the delay of its labels, where there are any."""
    if found.labels is None:
        return found
    return replace(found, labels=replace(found.labels, delay=measured_delay(warehouse, item, found)))


def _labelled(warehouse: Warehouse, found: Guess, table: str | None) -> Guess:
    """The guess with its labels' table: the table itself, or a neighbour that is called so and has the row's id."""
    if found.labels is not None:
        if table is not None:
            return replace(found, labels=replace(found.labels, table=table))
        out = (found.labels.value, "looks like a label; labels are read from a table, not from files")
        return replace(found, labels=None, left_out=(*found.left_out, out))
    if found.id is None or table is None:
        return found
    likely, others = label_tables(table, warehouse.tables())
    for k, neighbour in enumerate(likely):
        labelled = _labelled_by(warehouse, found, found.id, neighbour)
        if labelled is not None:
            if labelled.labels is None:  # words, of which no label can be made
                return _noted(labelled, note(None, table, others))
            return _noted(labelled, note(neighbour, table, [*likely[k + 1 :], *others]))
    return _noted(found, note(None, table, others))


def _noted(found: Guess, said: str) -> Guess:
    return replace(found, notes=(*found.notes, said)) if said else found


def _labelled_by(warehouse: Warehouse, found: Guess, row_id: str, neighbour: str) -> Guess | None:
    """The guess with the labels of a neighbour, or a note of its words; None where it holds neither."""
    labels = _labels_of(warehouse, row_id, neighbour, of_class=found.of_class)
    if labels is not None:
        return replace(found, labels=labels, notes=tuple(n for n in found.notes if "labels" not in n))
    if words := _words_of(warehouse, row_id, neighbour):
        notes = tuple(n for n in found.notes if not n.startswith("No labels were found"))
        return replace(found, notes=(*notes, of_classes(neighbour, words)))
    return None


def _words_of(warehouse: Warehouse, row_id: str, table: str) -> str | None:
    """The column of a labels table that holds its labels in words."""
    try:
        kinds = warehouse.describe(table)
    except ContractError:
        return None
    texts = [c for c, kind in kinds.items() if c != row_id and is_category(kind)]
    named = next((c for c in texts if c.lower() in LABEL), texts[0] if len(texts) == 1 else None)
    return named if row_id in kinds else None


def _labels_of(warehouse: Warehouse, row_id: str, table: str, *, of_class: bool) -> GuessedLabels | None:
    try:
        kinds = warehouse.describe(table)
        if row_id not in kinds:
            return None
        columns = describe(warehouse, warehouse.dialect.table(table), kinds)
        return guess_labels(row_id, table, columns, of_class=of_class)
    except ContractError:  # a neighbour that cannot be read is no reason to fail
        return None


def _slug(text: str) -> str:
    """A monitor's name from a table's or a file's."""
    stem = re.sub(r"\.\w{2,7}$", "", text) if "/" in text or "*" in text else text
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-") or "my-model"
