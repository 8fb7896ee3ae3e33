"""What a training learnt from: windows, the statement that reads them, and a digest of what was counted."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from tidegauge.core.errors import ContractError, MonitorError, WindowError
from tidegauge.core.window import STAGES, Window
from tidegauge.pipeline.learnable import learnable
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.stages.explaining import inside, unsigned
from tidegauge.warehouses.sql import template

SHORT = 12  # letters of a digest by which people name a snapshot


@dataclass(frozen=True)
class Snapshot:
    """What may be learnt from of some days. Its key is the beginning of its digest: the same windows, the same key."""

    key: str
    digest: str  # of the windows, what was counted in each, and the statement
    since: str
    until: str  # nothing is known of what came later
    ends: str  # the end of its last window: the model is trained up to here
    rows: int
    windows: tuple[str, ...]
    left_out: Mapping[str, str]  # key of a window → why
    statement: str


def take(pipeline: Pipeline, start: datetime, until: datetime) -> Snapshot:
    """The windows inside [start, until) that may be learnt from, counted anew and kept in the store; once, by its key.

    Raises:
        WindowError: There is none.
        ContractError: The log has other rows of them by now than were counted when they were profiled.
    """
    found = learnable(pipeline.deciding, start, until)
    windows = [f.window for f in found if not f.why_not]
    if not windows:
        raise WindowError(
            f"No window from {start.isoformat()} to {until.isoformat()} may be learnt from, of {len(found)} that are "
            "decided. `tidegauge status` and Monitor.learnable say why."
        )
    rows = sum(pipeline.profiler.profiles.rows(w) for w in windows)
    now = int(pipeline.profiler.warehouse.fetch(_statement(pipeline, windows, counted=True))["n"][0])
    if now != rows:
        raise ContractError(
            f"The log has {now:,} rows in the {len(windows)} windows that may be learnt from, and {rows:,} were "
            "counted. To fix this, run `tidegauge backfill` over them: what is learnt from is to be what was looked at."
        )
    statement = unsigned(_statement(pipeline, windows), pipeline.monitor.source.path)
    digest = _digest(pipeline, windows, statement)
    left_out = {f.window.key: f.why_not for f in found if f.why_not}
    ends, keys = windows[-1].end.isoformat(), tuple(w.key for w in windows)
    times = start.isoformat(), until.isoformat(), ends
    one = Snapshot(digest[:SHORT], digest, *times, rows, keys, left_out, statement)
    pipeline.store.snapshots.put(pipeline.monitor.name, one.key, asdict(one))
    return kept(pipeline, one.key)


def kept(pipeline: Pipeline, key: str) -> Snapshot:
    """One that was taken, by its key; MonitorError where there is none."""
    name = pipeline.monitor.name
    facts = pipeline.store.snapshots.of(name).get(key)
    if facts is None:
        raise MonitorError(f'"{key}" is no snapshot of {name}. `tidegauge models snapshot` takes one.')
    return Snapshot(**facts | {"windows": tuple(facts["windows"])})


def named_in(pipeline: Pipeline, made: Mapping[str, Any]) -> dict[str, Any]:
    """What a record says of a model, with the facts of the snapshot that it names: it is trained up to its end."""
    told = made.get("snapshot")
    key = told.get("key") if isinstance(told, Mapping) else told
    if not key:
        return dict(made)
    one = kept(pipeline, str(key))
    facts = {"key": one.key, "digest": one.digest, "windows": len(one.windows), "rows": one.rows, "ends": one.ends}
    return {**made, "snapshot": facts, "trained_until": made.get("trained_until") or one.ends}


def _statement(pipeline: Pipeline, windows: list[Window], *, counted: bool = False) -> str:
    contract, dialect = pipeline.profiler.contract, pipeline.profiler.warehouse.dialect
    where = inside(dialect, contract.kinds, contract.mapping, windows)
    text = template("snapshot.sql").render(table=contract.mapping.table, inside=where, counted=counted)
    return text[text.index("SELECT") :].rstrip()


def _digest(pipeline: Pipeline, windows: list[Window], statement: str) -> str:
    """Of what was counted in each window, by either stage: another row, or another label, is another digest."""
    source, profiles = pipeline.monitor.source_key, pipeline.store.profiles
    known = [profiles.revisions(source, stage) for stage in STAGES]
    told = [[w.key, *(of[w].checksum if w in of else "" for of in known)] for w in windows]
    return sha256(json.dumps([pipeline.monitor.name, told, statement]).encode()).hexdigest()
