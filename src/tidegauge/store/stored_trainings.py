"""What trainings learnt from, and which model a switch lets serve."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from tidegauge.store.part import StorePart
from tidegauge.store.schema import flags, snapshots

_snapshot, _flag = snapshots.c, flags.c


class Snapshots(StorePart):
    """Keeps what each training may have learnt from, by the digest of it: the first one stands."""

    def put(self, monitor: str, key: str, facts: Mapping[str, Any]) -> bool:
        """Keep one; whether it was new."""
        row = {"monitor": monitor, "key": key, "json": json.dumps(facts, sort_keys=True)}
        with self._db.writing(f"models {monitor}") as connection:
            statement = self._db.insert(snapshots).values(row).on_conflict_do_nothing().returning(_snapshot.id)
            return connection.execute(statement).first() is not None

    def of(self, monitor: str) -> dict[str, dict[str, Any]]:
        """Key → what it is; in the order in which they came."""
        query = select(_snapshot.key, _snapshot.json).where(_snapshot.monitor == monitor).order_by(_snapshot.id)
        with self._db.reading() as connection:
            return {key: json.loads(text) for key, text in connection.execute(query)}


@dataclass(frozen=True, slots=True)
class SwitchTurn:
    """What a switch was turned to."""

    number: int
    variant: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class Flags(StorePart):
    """Keeps each turn of the switches of a monitor; the highest number stands."""

    def turns(self, monitor: str, flag: str) -> list[SwitchTurn]:
        """All of one switch, oldest first."""
        query = select(_flag.number, _flag.variant, _flag.json).where(_flag.monitor == monitor, _flag.flag == flag)
        with self._db.reading() as connection:
            rows = connection.execute(query.order_by(_flag.number)).all()
        return [SwitchTurn(r.number, r.variant, json.loads(r.json)) for r in rows]

    def turn(self, monitor: str, flag: str, one: SwitchTurn) -> bool:
        """Turn it, compare and set by its number: False where another turn came first."""
        row = {"monitor": monitor, "flag": flag, "number": one.number, "variant": one.variant}
        row["json"] = json.dumps(one.facts, sort_keys=True)
        with self._db.writing(f"flags {monitor}") as connection:
            newest = select(func.coalesce(func.max(_flag.number), 0)).where(
                _flag.monitor == monitor, _flag.flag == flag
            )
            if connection.execute(newest).scalar_one() != one.number - 1:
                return False
            statement = self._db.insert(flags).values(row).on_conflict_do_nothing().returning(_flag.number)
            return connection.execute(statement).first() is not None
