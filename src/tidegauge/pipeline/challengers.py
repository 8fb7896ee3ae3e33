"""Challengers: what was retrained, whether it is better, and which model serves. All of it from rows and the store."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tidegauge.core.errors import IncidentError, MonitorError
from tidegauge.core.grid import moment
from tidegauge.core.window import Window
from tidegauge.pipeline.performances import told_by
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.pipeline.scored_rows import ScoredRows, Scores
from tidegauge.pipeline.snapshots import named_in
from tidegauge.profiles.layouts.numeric import on_a_line
from tidegauge.promotion.advising import LookResult, judged, waiting
from tidegauge.promotion.evidence import Evidence, Golden, Pair, Response
from tidegauge.store.stored_models import REGISTERED, Champion

MOST = 4  # times the windows of all looks that are read along, where some hold hardly a label


@dataclass(frozen=True)
class Challenger:
    """A retrained model, and what was found of it so far."""

    key: str
    version: str
    record: Mapping[str, Any]
    looks: Sequence[Mapping[str, Any]] = ()  # what was found at each, oldest first
    state: str = "waiting"  # waiting, promote, keep; serves, served
    sentence: str = ""
    steps: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def register(pipeline: Pipeline, path: Path) -> str:
    """Keep the record of a retrained model, as the retraining DAG writes it; its key. A known one is left alone.

    Nothing is kept whose predictions can't be read, since a record is not changed afterwards.
    """
    key, made = _record(path)
    monitor, now = pipeline.monitor, pipeline.profiler.clock.now()
    made = _whole(pipeline, made, path)
    ends = [name for name in ("trained_until", "champion_trained_until") if made.get(name)]
    for name in ends:
        until = _instant(monitor.window.zone, made[name], path)
        if until > now:
            raise MonitorError(f'{path}: "{made[name]}" in {name} lies in the future. Is the year mistyped?')
        made[name] = until.isoformat()
    scores = Scores.of(made["scores"], monitor.columns.id or "")
    if monitor.columns.id is not None and monitor.labels is not None:
        ScoredRows(pipeline.profiler.counting(), scores).hold()
    pipeline.store.models.put(monitor.name, key, REGISTERED, made)
    return key


def _record(path: Path) -> tuple[str, dict[str, Any]]:
    """The key of a record, and what was made."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        key, made = record["key"], record["candidate"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise MonitorError(f"{path} holds no record of a retrained model ({type(error).__name__}: {error}).") from None
    if not isinstance(made, dict) or not isinstance(key, str) or not key:
        raise MonitorError(f'{path} holds no record of a retrained model: it needs a "key" and a "candidate".')
    return key, made


def _whole(pipeline: Pipeline, made: dict[str, Any], path: Path) -> dict[str, Any]:
    """What was made, with what its snapshot says of it; MonitorError where something lacks."""
    made = named_in(pipeline, made)
    lacking = [name for name in ("version", "trained_until", "scores") if not made.get(name)]
    if lacking:
        raise MonitorError(f"{path}: the record does not say {' and '.join(lacking)} (see docs/models.md).")
    return made


def challengers(pipeline: Pipeline) -> list[Challenger]:
    """Every challenger of a monitor, in the order in which they came."""
    store, name = pipeline.store.models, pipeline.monitor.name
    served = [c.key for c in store.champions(name) if c.key]
    serves = store.champions(name)[-1].key if store.champions(name) else ""
    return [_challenger(key, steps, served, serves) for key, steps in store.of(name).items()]


def found(pipeline: Pipeline, key: str) -> Challenger:
    """One challenger by its key or the beginning of it, or by its version."""
    known = challengers(pipeline)
    meant = [c for c in known if key in (c.key, c.version)] or [c for c in known if c.key.startswith(key)]
    if len(meant) != 1:
        what = "names several challengers" if meant else "names no challenger"
        raise IncidentError(f'"{key}" {what} of {pipeline.monitor.name}. `tidegauge models list` shows them.')
    return meant[0]


def judge(pipeline: Pipeline, one: Challenger, as_of: datetime) -> Challenger:
    """Take the looks that are due by a moment and were not taken; each is stored once. What is known afterwards."""
    store, name = pipeline.store.models, pipeline.monitor.name
    if one.state != "waiting":
        return one
    evidence, serving = evidence_of(pipeline, one, as_of), serves(pipeline)
    tuning = pipeline.profiler.tuning.promotion
    for judgement in judged(evidence, tuning):
        told = _stored(judgement, evidence.windows) | {"against": serving.number if serving else 0}
        store.put(name, one.key, f"look {judgement.number}", told)
    after = found(pipeline, one.key)
    if not after.looks:
        return Challenger(one.key, one.version, one.record, (), "waiting", waiting(evidence, tuning), one.steps)
    return after


def is_due(pipeline: Pipeline, one: Challenger, as_of: datetime) -> bool:
    """Whether there are windows enough by a moment for the next look: asked of the store, before any row is read."""
    tuning = pipeline.profiler.tuning.promotion
    windows = _windows(pipeline, max(_ends(one, serves(pipeline))), as_of)
    return len(windows) >= tuning.windows * (len(one.looks) + 1)


def evidence_of(pipeline: Pipeline, one: Challenger, as_of: datetime) -> Evidence:
    """Both models on the mature windows that neither was trained on, up to a moment."""
    source, monitor = pipeline.profiler, pipeline.monitor
    if monitor.columns.id is None or monitor.labels is None:
        raise MonitorError(f"{monitor.path}: challengers are judged by labels, which need labels and columns.id.")
    versions, serving = source.label_versions(), serves(pipeline)
    windows = _windows(pipeline, max(_ends(one, serving)), as_of)
    if versions is None or not windows:
        return Evidence((), Pair.none())
    what = source.counting()
    column = monitor.columns.version
    of = (column, serving.version) if column and serving and serving.version else None
    line = on_a_line(versions.first.layout)
    layout = versions.first.layout if line is None else line
    rows = ScoredRows(what, Scores.of(one.record["scores"], monitor.columns.id), of)
    compared = rows.compared(windows, layout)
    if not compared.windows:
        return Evidence((), Pair.none())
    segments = compared.segments(what.segments)
    return Evidence(compared.windows, compared.pair(), segments, compared.beside, golden_of(one.record))


def golden_of(record: Mapping[str, Any]) -> Golden | None:
    """What a record says of golden rows; None where it says nothing."""
    told = record.get("golden")
    if not isinstance(told, Mapping):
        return None
    try:
        responses = tuple(Response(**one) for one in told.get("responses", ()))
        return Golden(responses, int(told.get("own", 0)), int(told.get("wrong", 0)), tuple(told.get("named", ())))
    except (TypeError, ValueError) as error:
        raise MonitorError(f"what the record says of golden rows does not read: {error}") from None


def serves(pipeline: Pipeline) -> Champion | None:
    """The model that serves, where somebody has said so."""
    known = pipeline.store.models.champions(pipeline.monitor.name)
    return known[-1] if known else None


def _windows(pipeline: Pipeline, since: datetime, as_of: datetime) -> list[Window]:
    """Windows from a moment on, whose labels were due, up to the first that is not mature; none that was ruled out."""
    labels, monitor = pipeline.monitor.labels, pipeline.monitor
    told = told_by(pipeline.deciding, at=as_of)
    if labels is None or told is None:
        return []
    due = labels.delay + monitor.window.wait
    excluded = told.decider.rulings(told.windows[-1]).excluded
    tuning, out = pipeline.profiler.tuning.promotion, list[Window]()
    for w in told.windows:
        if w.start < since or w.end + due > as_of:
            continue
        if not told.figures.maturity(w).is_mature and w.end + due + labels.look_back > as_of:
            break  # it will be: what comes after it waits, so that looks rest on the same windows whenever taken
        if w not in excluded:
            out.append(w)
    return out[: tuning.windows * tuning.looks * MOST]


def _ends(one: Challenger, serving: Champion | None) -> list[datetime]:
    """Up to when the challenger was trained, and the champion, where that is known."""
    told = [one.record["trained_until"], one.record.get("champion_trained_until")]
    told.append(one.record.get("snapshot", {}).get("ends"))
    told.append(serving.facts.get("trained_until") if serving else None)
    return [datetime.fromisoformat(str(at)) for at in told if at]


def _stored(judgement: LookResult, windows: Sequence[Window]) -> dict[str, Any]:
    """A look as it is stored."""
    told = asdict(judgement)
    told["gates"] = [{**g, "numbers": dict(g["numbers"])} for g in told["gates"]]
    return told | {"first": windows[0].key, "last": windows[judgement.windows - 1].key}


def _challenger(key: str, steps: Mapping[str, Mapping[str, Any]], served: Sequence[str], serves: str) -> Challenger:
    looks = [facts for step, facts in sorted(steps.items()) if step.startswith("look ")]
    record = steps.get(REGISTERED, {})
    advice = str(looks[-1]["advice"]) if looks else "wait"
    state = "waiting" if advice == "wait" else advice
    if key in served:
        state = "serves" if key == serves else "served"
    sentence = str(looks[-1]["sentence"]) if looks else "No look was taken yet."
    return Challenger(key, str(record.get("version", "")), record, looks, state, sentence, steps)


def _instant(zone: str, text: object, path: Path) -> datetime:
    try:
        return moment(str(text), zone)
    except ValueError:
        raise MonitorError(f'{path}: "{text}" in trained_until is no time.') from None
