"""Start a DAG that trains the model anew, once per incident."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from tidegauge.actions.base import STARTED, Action, Place
from tidegauge.core.decision import Decision
from tidegauge.core.errors import Refused
from tidegauge.core.incident import Incident
from tidegauge.core.intent import Intent
from tidegauge.core.window import Window
from tidegauge.monitor import Monitor
from tidegauge.monitor.options import COUNT, DURATION, FLAG, TEXT, Value, option
from tidegauge.monitor.texts import named, plain_text
from tidegauge.wording.text import span

if TYPE_CHECKING:
    from tidegauge.actions.grounds import Grounds


def _dag(value: Any) -> str:  # noqa: ANN401 - any YAML value
    if not plain_text(value, "retrain_my_model").strip():
        raise ValueError(f"must be the id of a DAG, and is {named(value)}")
    return str(value)


DAG = Value(_dag, TEXT.schema)
ANY, PERFORMANCE, DRIFT = KINDS_OF_EVIDENCE = ("any", "performance", "drift")


def _evidence(value: Any) -> str:  # noqa: ANN401 - any YAML value
    if value not in KINDS_OF_EVIDENCE:
        raise ValueError(f"must be any, performance or drift, and is {named(value)}")
    return str(value)


EVIDENCE = Value(_evidence, {"enum": [*KINDS_OF_EVIDENCE]})


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

    new_labels: int | None = field(
        default=None,
        metadata=option(
            "Labelled rows that must have come since what the champion was trained on, and since the window that asked "
            "last. Default: none.",
            COUNT,
        ),
    )
    in_flight: timedelta | None = field(
        default=None,
        metadata=option(
            'One at a time: how long a training that was asked for counts as running, such as "3 days", where its '
            "candidate does not come before. Measured between windows. Default: nobody looks.",
            DURATION,
        ),
    )

    evidence: str = field(
        default=ANY,
        metadata=option(
            "What speaks for a training: performance (labels alert, in this window or one just before it), drift (or "
            "the prediction moves, or a column that it rests on), or any alert. Default: any.",
            EVIDENCE,
        ),
    )

    @property
    def target(self) -> str:
        return self.dag

    def payload(self, decision: Decision, incident: Incident) -> dict[str, str]:  # noqa: ARG002 - the family's signature
        return {"dag": self.dag} | ({"approve": "true"} if self.approve else {})

    def why_held(self, decision: Decision, incident: Incident, grounds: "Grounds", began: Sequence[Intent]) -> str:
        mine = [i for i in began if (i.action, i.payload.get("target")) == (self.name, self.target)]
        return (
            self._fault(decision, mine, grounds)
            or self._waiting(decision, incident, grounds)
            or self._budget(decision, mine, grounds)
        )

    def _fault(self, decision: Decision, mine: Sequence[Intent], grounds: "Grounds") -> str:
        """What must be over first."""
        if self.hold and (fault := grounds.fault(decision.window)):
            return f"held: {fault}"
        if self.in_flight is not None and (runs := grounds.running(mine, decision.window, self.in_flight)):
            return f"held: a retraining of {span(runs.window, grounds.monitor.window.zone)} is still running"
        return ""

    def _waiting(self, decision: Decision, incident: Incident, grounds: "Grounds") -> str:
        """What must be known first."""
        if self.evidence != ANY and (lacking := grounds.lacking_evidence(decision, drift=self.evidence == DRIFT)):
            return f"waits: {lacking}"
        alerts = sum(w <= decision.window for w in incident.windows)
        return f"waits: {alerts} of {self.persist} windows" if alerts < self.persist else ""

    def _budget(self, decision: Decision, mine: Sequence[Intent], grounds: "Grounds") -> str:
        """What there must be enough of: room in the month, and labels to learn from."""
        month = self._month(decision.window, grounds.monitor)
        asked = sum(self._month(i.window, grounds.monitor) == month for i in mine)
        if self.per_month is not None and asked >= self.per_month:
            return f"waits: {asked} of {self.per_month} of this month are asked for"
        if self.new_labels is not None and (come := grounds.new_labels(decision, mine)) < self.new_labels:
            return f"waits: {come:,} of {self.new_labels:,} new labelled rows"
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
