"""Start a DAG that trains the model anew, once per incident."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from tidegauge.actions.base import STARTED, Action, Place
from tidegauge.core.decision import Decision
from tidegauge.core.errors import Refused
from tidegauge.core.incident import Incident
from tidegauge.core.intent import Intent
from tidegauge.core.window import Window
from tidegauge.monitor import Monitor
from tidegauge.monitor.options import COUNT, FLAG, TEXT, Value, option
from tidegauge.monitor.texts import named, plain_text

if TYPE_CHECKING:
    from tidegauge.actions.grounds import Grounds


def _dag(value: Any) -> str:  # noqa: ANN401 - any YAML value
    if not plain_text(value, "retrain_my_model").strip():
        raise ValueError(f"must be the id of a DAG, and is {named(value)}")
    return str(value)


DAG = Value(_dag, TEXT.schema)


@dataclass(frozen=True, kw_only=True)
class Retrain(Action):
    """Triggers the DAG `dag` with the window and the key in its `conf`.

    It answers to alerts only: a broken table is repaired, not learnt. Use `stage: labels` to retrain when the model
    has really become worse, and a cooldown longer than a training takes to show an effect. With `approve: true` a
    person is asked first; no answer is a no. While the data of late are broken, or have a fault as their likely
    cause, it is held: kept with the reason, told, and asked for once the fault is over, if the incident still stands.
    """

    name: ClassVar[str] = "retrain"
    turn: ClassVar[int] = STARTED
    waits: ClassVar[bool] = True

    dag: str = field(metadata=option("The id of the Airflow DAG that trains the model.", DAG))
    approve: bool = field(
        default=False,
        metadata=option(
            "Whether a person is asked first, on Airflow's page. No answer within three days is a no. Default: false.",
            FLAG,
        ),
    )

    hold: bool = field(
        default=True,
        metadata=option(
            "Whether a fault of the data holds it: a broken window of late, or a likely cause. Default: true.", FLAG
        ),
    )
    persist: int = field(
        default=1,
        metadata=option("Windows that the incident must have alerted in, the one that asks among them.", COUNT),
    )
    per_month: int | None = field(
        default=None,
        metadata=option("Most that are asked for by windows of one calendar month. Default: no limit.", COUNT),
    )

    @property
    def target(self) -> str:
        return self.dag

    def payload(self, decision: Decision, incident: Incident) -> dict[str, str]:  # noqa: ARG002 - the family's signature
        return {"dag": self.dag} | ({"approve": "true"} if self.approve else {})

    def why_held(self, decision: Decision, incident: Incident, grounds: "Grounds", began: Sequence[Intent]) -> str:
        if self.hold and (fault := grounds.fault(decision.window)):
            return f"held: {fault}"
        alerts = sum(w <= decision.window for w in incident.windows)
        if alerts < self.persist:
            return f"waits: {alerts} of {self.persist} windows"
        month = self._month(decision.window, grounds.monitor)
        mine = [i for i in began if (i.action, i.payload.get("target")) == (self.name, self.target)]
        asked = sum(self._month(i.window, grounds.monitor) == month for i in mine)
        if self.per_month is not None and asked >= self.per_month:
            return f"waits: {asked} of {self.per_month} of this month are asked for"
        return ""

    @staticmethod
    def _month(window: Window, monitor: Monitor) -> tuple[int, int]:
        """The calendar month in which a window begins, in the monitor's zone."""
        local = window.start.astimezone(ZoneInfo(monitor.window.zone))
        return local.year, local.month

    @classmethod
    def carry_out(cls, intent: Intent, at: Place) -> str:
        """Nobody but Airflow does."""
        del at
        raise Refused(f"the DAG {intent.payload.get('dag', '?')} is started by Airflow alone")
