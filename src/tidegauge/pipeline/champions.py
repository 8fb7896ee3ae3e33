"""Which model serves: moved on purpose, one step at a time, by compare and set."""

from datetime import datetime

from tidegauge.actions.switch import hold_known, stands, switches_of, turn_back
from tidegauge.core.errors import IncidentError
from tidegauge.pipeline.challengers import Challenger, serves
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.store.stored_models import Champion
from tidegauge.store.stored_trainings import SwitchTurn

OTHER = "Another process moved the champion meanwhile. Look again (`tidegauge models list`), and say it anew."


def promote(pipeline: Pipeline, one: Challenger, at: datetime, by: str, *, anyway: str = "") -> Champion:
    """Let a challenger serve from a moment on. One that the judge did not recommend needs a reason (`anyway`).

    One that serves already is left alone: said twice, it is done once.
    """
    now = serves(pipeline)
    if now is not None and now.key == one.key:
        _serves_again(pipeline, now, at, by)  # a promotion that was killed may not have come so far
        return now
    if not anyway and (lacking := _lacking(one, now)):
        raise IncidentError(f"{lacking} To let it serve all the same, give a reason with --anyway.")
    facts = {"by": by, "why": anyway or one.sentence, "trained_until": one.record.get("trained_until", "")}
    crowned = _crowned(pipeline, at, one.version, one.key, facts)
    _serves_again(pipeline, crowned, at, by)
    return crowned


def _serves_again(pipeline: Pipeline, now: Champion, at: datetime, by: str) -> None:
    """Turn every switch back, once a promotion."""
    told = {"by": by, "why": f"{now.version} was promoted", "at": at.isoformat(), "key": f"champion {now.number}"}
    turn_back(pipeline.store, pipeline.monitor, told)


def untrip(pipeline: Pipeline, at: datetime, by: str, why: str) -> list[str]:
    """Turn every switch back that was turned: a person says that the model may serve again. Their flags."""
    hold_known(pipeline.monitor)
    return turn_back(pipeline.store, pipeline.monitor, {"by": by, "why": why, "at": at.isoformat()})


def rollback(pipeline: Pipeline, at: datetime, by: str, why: str) -> Champion:
    """Let the model serve again that served before the one that does; empty version: the one before any challenger."""
    known = pipeline.store.models.champions(pipeline.monitor.name)
    if not known:
        raise IncidentError(f"No challenger of {pipeline.monitor.name} ever served: there is nothing to roll back.")
    taken = {known[-1].key}
    before = next((c for c in reversed(known[:-1]) if c.key not in taken), Champion(0, "", ""))
    if not known[-1].key:
        raise IncidentError("The model that served before any challenger serves already.")
    facts = {"by": by, "why": why, "rolled_back": known[-1].key, "trained_until": before.facts.get("trained_until", "")}
    return _crowned(pipeline, at, before.version, before.key, facts)


def switches(pipeline: Pipeline) -> dict[str, SwitchTurn]:
    """What each switch of a monitor stands at, by its flag."""
    store, monitor = pipeline.store, pipeline.monitor
    return {one.flag: stands(store, monitor.name, one.flag) for one in switches_of(monitor)}


def _lacking(one: Challenger, now: Champion | None) -> str:
    """Why nobody should let it serve, as it stands: a sentence; empty where the judge recommends it."""
    if one.state == "served":
        return f"{one.version} served before, and was taken back."
    if one.state != "promote":
        return f"{one.version} was not found to be better: {one.sentence}"
    if one.looks[-1].get("against", 0) != (now.number if now else 0):
        return f"{one.version} was compared with a model that no longer serves."
    return ""


def _crowned(pipeline: Pipeline, at: datetime, version: str, key: str, facts: dict[str, str]) -> Champion:
    now = serves(pipeline)
    one = Champion((now.number if now else 0) + 1, at.isoformat(), version, key, facts)
    if not pipeline.store.models.crown(pipeline.monitor.name, one):
        raise IncidentError(OTHER)
    return one
