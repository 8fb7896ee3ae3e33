"""The canonical dump: two stores that say the same give the same text, however they came to it."""

import hashlib
import json
from collections.abc import Iterator

from sqlalchemy import Connection, select

from tidegauge.core.intent import MEND, PAST
from tidegauge.store import schema
from tidegauge.store.artefacts import unpacked
from tidegauge.store.database import Database
from tidegauge.store.outbox import FORGOTTEN, WITHDRAWN
from tidegauge.store.packing import unfolded
from tidegauge.store.scans import REPLACED
from tidegauge.store.stored_layouts import FIRST
from tidegauge.store.stored_recuts import in_force

Line = dict[str, object]
NOTED = "noted"  # a kind of state that nothing rests on: marks by which one engine knows rows again


def dump(database: Database, *, outbox: bool = False, artefacts: bool = False) -> str:
    """The final state as sorted lines of JSON: layouts, profiles, scores, decisions, incidents, answers.

    Blobs as their SHA-256. Without what depends on when and how often something ran: runs, leases, clocks, numbers of
    rows and revisions, what was superseded or forgotten. `outbox=True` adds each intent's key and action, but for
    those that show the past once more, which depend on the order of runs.
    `artefacts=True` adds what was learnt; as learning happens again when a gap fills, what is kept of it depends on the
    order of runs, and what decisions rest on is in their evidence anyway.
    """
    with database.reading() as connection:
        lines = [*_layouts(connection), *_profiles(connection), *_scores(connection), *_texts(connection)]
        lines += _points(connection)
        if outbox:
            lines += _outbox(connection)
        if artefacts:
            lines += _artefacts(connection)
    return "".join(sorted(json.dumps(line, sort_keys=True) + "\n" for line in lines))


def _layouts(connection: Connection) -> Iterator[Line]:
    first, cut, names = schema.active_layouts.c, schema.recuts.c, schema.names
    query = select(first.source, names.c.text, first.layout).join(names, names.c.id == first.column)
    now: dict[str, dict[str, str]] = {}
    for source, column, layout in connection.execute(query.where(first.version == FIRST)):
        now.setdefault(source, {})[column] = layout
        yield {"table": "layouts", "source": source, "column": column, "layout": layout}
    again = select(cut.source, cut.point, names.c.text, cut.was, cut.layout).join(names, names.c.id == cut.column)
    rows = connection.execute(again.order_by(cut.point)).all()
    for source, layouts in now.items():
        mine = [(str(r[1]), str(r[2]), str(r[3]), str(r[4])) for r in rows if r[0] == source]
        for point, column, _, layout in in_force(layouts, mine):
            yield {"table": "recuts", "source": source, "column": column, "point": point, "layout": layout}


def _profiles(connection: Connection) -> Iterator[Line]:
    revision, profile = schema.revisions.c, schema.profiles.c
    facts = ("source", "stage", "window", "rows", "freshest", "checksum")
    columns = [revision[fact] for fact in facts]
    current = revision.current != REPLACED  # what was known by earlier cut-offs is a part of the state too
    # A revision of a window without a single profile (all its columns gone) is part of the state too.
    for row in connection.execute(select(*columns).where(current)):
        yield {"table": "revisions", **dict(zip(facts, row, strict=True))}
    words = ("segment", "column", "layout", "kind")
    aliases = {word: schema.names.alias(f"name_of_{word}") for word in words}
    query = select(*columns, *(aliases[word].c.text for word in words), profile.blob).where(current)
    query = query.join_from(schema.profiles, schema.revisions, profile.revision == revision.id)
    for word in words:
        query = query.join(aliases[word], aliases[word].c.id == profile[word])
    for *known, blob in connection.execute(query):
        if known[-1] == NOTED:
            continue
        yield {
            "table": "profiles",
            **dict(zip((*facts, *words), known, strict=True)),
            "sha256": _sha256(unfolded(bytes(blob))),
        }


def _scores(connection: Connection) -> Iterator[Line]:
    score = schema.scores.c
    query = select(score.monitor, score.stage, score.window, score.evidence, score.blob)
    for monitor, stage, window, evidence, blob in connection.execute(query):
        yield {
            "table": "scores",
            "monitor": monitor,
            "stage": stage,
            "window": window,
            "evidence": evidence,
            "sha256": _sha256(blob),
        }


def _points(connection: Connection) -> Iterator[Line]:
    """Without their revisions: how often a window was decided depends on the order of runs."""
    one, point = schema.series.c, schema.points.c
    key = ("monitor", "stage", "column", "segment", "statistic", "unit", "banded")
    numbers = ("starts", "ends", "value", "expected", "low", "high")
    query = select(*(one[k] for k in key), *(point[n] for n in numbers))
    query = query.join_from(schema.series, schema.points, point.series == one.id, isouter=True)
    for row in connection.execute(query):
        yield {"table": "points", **dict(zip((*key, *numbers), row, strict=True))}


def _texts(connection: Connection) -> Iterator[Line]:
    for (text,) in connection.execute(select(schema.decisions.c.json).where(schema.decisions.c.superseded.is_(None))):
        yield {"table": "decisions", "json": text}
    for (text,) in connection.execute(select(schema.incidents.c.json)):
        yield {"table": "incidents", "json": text}
    for (text,) in connection.execute(select(schema.feedback.c.json)):
        yield {"table": "feedback", "json": text}


def _outbox(connection: Connection) -> Iterator[Line]:
    intent = schema.outbox.c
    stands = intent.state.not_in([WITHDRAWN, FORGOTTEN]), intent.action.not_in([MEND, PAST])
    for key, action in connection.execute(select(intent.key, intent.action).where(*stands)):
        yield {"table": "outbox", "key": key, "action": action}


def _artefacts(connection: Connection) -> Iterator[Line]:
    artefact = schema.artefacts.c
    query = select(artefact.source, artefact.kind, artefact.valid_from, artefact.inputs, artefact.id, artefact.blob)
    for source, kind, valid_from, inputs, content, kept in connection.execute(query):
        blob = unpacked(bytes(kept), content)
        yield {
            "table": "artefacts",
            "source": source,
            "kind": kind,
            "valid_from": valid_from,
            "inputs": inputs,
            "sha256": _sha256(bytes(kept) if blob is None else blob),
        }


def _sha256(blob: bytes) -> str:
    return hashlib.sha256(blob).hexdigest()
