"""Retrained models, what was found of each step by step, and which one serves."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from tidegauge.store.part import StorePart
from tidegauge.store.schema import challengers, champions

_step, _champion = challengers.c, champions.c
REGISTERED = "registered"


@dataclass(frozen=True, slots=True)
class Champion:
    """A model that serves, or did."""

    number: int
    since: str  # an instant, ISO 8601
    version: str
    key: str = ""  # of the challenger that it was; empty: it served before there was any
    facts: Mapping[str, Any] = field(default_factory=dict)


class Models(StorePart):
    """Keeps challengers and champions of each monitor. A step is stored once, and the first one stands."""

    def put(self, monitor: str, key: str, step: str, facts: Mapping[str, Any]) -> bool:
        """Keep a step of a challenger; whether it was new. What is there already is left alone."""
        row = {"monitor": monitor, "key": key, "step": step, "json": json.dumps(facts, sort_keys=True)}
        with self._db.writing(f"models {monitor}") as connection:
            statement = self._db.insert(challengers).values(row).on_conflict_do_nothing().returning(_step.id)
            return connection.execute(statement).first() is not None

    def of(self, monitor: str) -> dict[str, dict[str, dict[str, Any]]]:
        """Challenger's key → step → what was found; challengers in the order in which they came."""
        query = select(_step.key, _step.step, _step.json).where(_step.monitor == monitor).order_by(_step.id)
        found: dict[str, dict[str, dict[str, Any]]] = {}
        with self._db.reading() as connection:
            for key, step, text in connection.execute(query):
                found.setdefault(key, {})[step] = json.loads(text)
        return found

    def champions(self, monitor: str) -> list[Champion]:
        """Those that served, oldest first; the last one serves."""
        query = select(champions).where(_champion.monitor == monitor).order_by(_champion.number)
        with self._db.reading() as connection:
            rows = connection.execute(query).all()
        return [Champion(r.number, r.since, r.version, r.key, json.loads(r.json)) for r in rows]

    def crown(self, monitor: str, one: Champion) -> bool:
        """Let a model serve as the champion of its number, compare and set: False where another one came first."""
        row = {"monitor": monitor, "number": one.number, "since": one.since, "version": one.version, "key": one.key}
        row["json"] = json.dumps(one.facts, sort_keys=True)
        with self._db.writing(f"models {monitor}") as connection:
            newest = select(func.coalesce(func.max(_champion.number), 0)).where(_champion.monitor == monitor)
            if connection.execute(newest).scalar_one() != one.number - 1:
                return False
            statement = self._db.insert(champions).values(row).on_conflict_do_nothing().returning(_champion.number)
            return connection.execute(statement).first() is not None
