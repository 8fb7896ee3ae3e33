"""Start a DAG that trains the model anew, once per incident."""

from dataclasses import dataclass
from typing import ClassVar

from tidegauge.actions.base import Action
from tidegauge.errors import MonitorError
from tidegauge.nouns import Decision, Incident


@dataclass(frozen=True, kw_only=True)
class Retrain(Action):
    """Triggers the DAG `dag` with the window and the key in its `conf`.

    It answers to alerts only: a broken table is repaired, not learnt. Use `stage: labels` to retrain when the model
    has really become worse, and a cooldown longer than a training takes to show an effect.
    """

    name: ClassVar[str] = "retrain"

    dag: str

    def __post_init__(self) -> None:
        super().__post_init__()
        if not str(self.dag or "").strip():
            raise MonitorError(f"actions.retrain.dag: must be the id of a DAG, and is {self.dag!r}")

    @property
    def target(self) -> str:
        return self.dag

    def payload(self, decision: Decision, incident: Incident) -> dict[str, str]:  # noqa: ARG002 - the family's signature
        return {"dag": self.dag}
