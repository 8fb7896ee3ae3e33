"""The DAG that asks a person whether a retraining may begin: one run for each incident that wants one.

A DAG of its own, so that a question that nobody answers holds up no monitor, and a run's id is the incident's key: a
question is asked once. Who answers nothing has said no.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, Context
from airflow.sdk.exceptions import AirflowFailException

from tidegauge.airflow.failing import unbroken_errors
from tidegauge.airflow.names import APPROVAL
from tidegauge.core.addresses.masking import mask
from tidegauge.core.unseen import unbroken
from tidegauge.monitor.options import build
from tidegauge.monitor.outlets import ACTIONS, waits
from tidegauge.monitor.whole import Monitor

WITHIN = timedelta(days=3)  # a weekend
MANY = 100  # questions that may wait at once; one that waits holds no worker
PAGE = """\
A retraining that says `approve: true` waits here until somebody answers under *Required Actions*. **Approve** starts
it, once; **Reject**, and no answer within {within}, starts nothing. Either way the incident is not asked about again.
"""


def asked_for(monitors: Sequence[Monitor]) -> frozenset[tuple[str, str]]:
    """(monitor, DAG) of each retraining that a person approves."""
    made = [(m.name, build(ACTIONS, a.name, a.options)) for m in monitors for a in m.actions if waits(a.name)]
    return frozenset((name, action.target) for name, action in made if getattr(action, "approve", False))


def build_approval_dag(monitors: Sequence[Monitor], dag_id: str = APPROVAL, *, within: timedelta = WITHIN) -> DAG:
    """The DAG that asks. Only retrainings of `monitors` can be started through it, by whoever triggers it."""
    with DAG(
        dag_id,
        schedule=None,
        catchup=False,
        max_active_runs=MANY,
        tags=["tidegauge", "retraining"],
        doc_md=PAGE.format(within=within),
    ) as dag:
        approve = ApprovalOperator(
            task_id="approve",
            subject="{{ dag_run.conf.get('monitor') }}: start {{ dag_run.conf.get('dag') }}?",
            body="{{ dag_run.conf.get('question') }}",  # rendered once: what looks like a template in it stays text
            response_timeout=within,
            defaults=ApprovalOperator.REJECT,
            doc_md="Waits for a person. No answer is a no.",
        )
        start = StartApproved(
            task_id="start",
            trigger_dag_id="the one that was approved",
            allowed=sorted(asked_for(monitors)),
            logical_date=None,
            skip_when_already_exists=True,
            doc_md="Starts the retraining that was approved; the run's id is the incident's key.",
        )
        approve >> start
    return dag


class StartApproved(TriggerDagRunOperator):
    """Starts the retraining that the run's conf names, if it is one of those that a monitor asks for.

    Else whoever may trigger this DAG could start any other.
    """

    def __init__(self, *, allowed: Sequence[tuple[str, str]], **kwargs: Any) -> None:  # noqa: ANN401 - Airflow's own
        super().__init__(**kwargs)
        self.allowed = allowed

    @unbroken_errors()
    def execute(self, context: Context) -> None:
        """Start it, once."""
        run = context["dag_run"]
        conf = dict(run.conf or {})
        conf.pop("question", None)
        asked = (conf.get("monitor"), conf.get("dag"))
        if asked not in {tuple(pair) for pair in self.allowed}:
            named = unbroken(mask(f"{asked[1]!r} for {asked[0]!r}")[:200])
            raise AirflowFailException(f"No monitor asks for {named}, with approve: true.")
        self.trigger_dag_id, self.trigger_run_id, self.conf = str(asked[1]), run.run_id, conf
        super().execute(context)
