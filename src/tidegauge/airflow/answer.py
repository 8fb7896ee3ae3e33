"""The form by which people answer incidents on Airflow's own page: one DAG for all monitors, triggered by hand."""

from collections.abc import Sequence

from airflow.sdk import DAG, Param, get_current_context, task

from tidegauge.airflow.failing import at_once
from tidegauge.airflow.names import ANSWER
from tidegauge.core.unseen import logger, unbroken
from tidegauge.monitor.whole import Monitor

_log = logger(__name__)
ANSWERS = {
    "confirm": "confirm: it was bad; its windows leave every reference",
    "dismiss": "dismiss: it was nothing; so much is ordinary",
    "accept": "accept as normal: what was before is no reference any more",
    "retract": "retract: take the answer back",
}
PAGE = """\
Trigger it, and fill in the form: what is thought of an incident. Its id stands in the report, in the notice and in
`tidegauge incident list`; the first four letters will do.

The answer counts for windows that end after the run was triggered, and changes no earlier decision.
"""


def build_answer_dag(monitors: Sequence[Monitor], dag_id: str = ANSWER) -> DAG:
    """A DAG with a form. A run is an answer, given when the run was triggered, so that trying again adds no second."""
    paths = {monitor.name: monitor.path.absolute() for monitor in monitors}
    names = sorted(paths)
    with DAG(
        dag_id,
        schedule=None,
        catchup=False,
        tags=["tidegauge"],
        doc_md=PAGE,
        params={
            "monitor": Param(names[0], type="string", enum=names, title="Monitor"),
            "incident": Param(
                "", type="string", minLength=4, maxLength=64, title="Incident", description="Its id, or how it begins."
            ),
            "answer": Param(
                "confirm", type="string", enum=list(ANSWERS), values_display=ANSWERS, title="What do you say of it?"
            ),
            "note": Param("", type="string", title="Why", description="For those who read it later."),
            "by": Param("", type="string", title="Your name", description="Empty: the user who triggers the run."),
        },
    ) as dag:

        @task(task_id="answer", doc_md="Writes down what was said of the incident.")
        def answer() -> str:
            from tidegauge.airflow import work

            context = get_current_context()
            run, given = context["dag_run"], context["params"]
            by = given["by"] or getattr(run, "triggering_user_name", None) or "somebody in Airflow"
            with at_once():
                sentence = work.answer(
                    paths[given["monitor"]],
                    given["incident"].strip(),
                    given["answer"],
                    at=run.run_after,
                    by=by,
                    note=given["note"],
                )
            _log.info("%s", sentence)
            return unbroken(sentence)  # which Airflow logs too

        answer()
    return dag
