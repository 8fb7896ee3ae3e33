"""The note on a run: what it decided, in a sentence, above the tabs of Airflow's page.

A task cannot write one: it has no access to Airflow's database, and the API asks for a person's login. The scheduler
tells plugins of each run that ends, so it is written there, from what the task left for it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow.listeners import hookimpl

from tidegauge.airflow.markdown import escaped, sentence
from tidegauge.airflow.report_link import report_of_run
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.unseen import logger
from tidegauge.wording.text import span

if TYPE_CHECKING:
    from airflow.models import DagRun

_log = logger(__name__)
TASK, KEY = "monitor", "tidegauge_note"
LONGEST = 1000  # characters that Airflow keeps
CALM = (Verdict.FINE, Verdict.LEARNING)


def note_of(made: Sequence[Decision], zone: str, dag_id: str, run_id: str, advice: Sequence[str] = ()) -> str:
    """The note on a run that made these decisions: what is not fine first, and as many as there is room for.

    `advice` on challengers comes after them.
    """
    link = f"[Report]({report_of_run(dag_id, run_id)})"
    said = [*_of_decisions(made, zone), *(sentence(one) for one in advice)]
    lines: list[str] = []
    for k, line in enumerate(said):
        more = f"{len(said) - k} more."
        if sum(len(one) + 2 for one in (*lines, line, more, link)) > LONGEST:
            lines.append(more)
            break
        lines.append(line)
    return "\n\n".join([*lines, link])


def _of_decisions(made: Sequence[Decision], zone: str) -> list[str]:
    lines: list[str] = []
    for decision in sorted(made, key=lambda d: (d.verdict in CALM, -d.strength)):
        line = sentence(decision.sentence)
        if len(made) > 1:
            line = f"{escaped(f'{span(decision.window, zone)}, {decision.stage}')}: {line}"
        lines.append(line)
    return lines


def _keep(run: Any) -> None:  # noqa: ANN401 - whose note is a proxy that its type does not tell of
    """Write what the task left as the run's note, unless a person wrote one."""
    from airflow.models.xcom import XComModel
    from sqlalchemy import select
    from sqlalchemy.orm import object_session

    session = object_session(run)
    if session is None:
        return
    left = session.scalar(
        select(XComModel).where(XComModel.dag_run_id == run.id, XComModel.task_id == TASK, XComModel.key == KEY)
    )
    note = XComModel.deserialize_value(left) if left is not None else None
    ours = f"]({report_of_run(run.dag_id, run.run_id)})"
    if isinstance(note, str) and (not run.note or run.note.endswith(ours)):
        run.note = note


def _kept(run: "DagRun") -> None:
    try:
        _keep(run)
    except Exception:  # noqa: BLE001 - the scheduler is not to stumble over a note
        _log.warning("The note on %s, %s could not be written.", run.dag_id, run.run_id, exc_info=True)


@hookimpl
def on_dag_run_success(dag_run: "DagRun", msg: str) -> None:  # noqa: ARG001 - Airflow's own
    """Called by the scheduler."""
    _kept(dag_run)


@hookimpl
def on_dag_run_failed(dag_run: "DagRun", msg: str) -> None:  # noqa: ARG001 - Airflow's own
    """Called by the scheduler: what was decided was decided, even where another task failed."""
    _kept(dag_run)
