"""All DAGs of a folder of monitors; what the thin file in `dags/` calls."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from airflow.sdk import DAG, task

from tidegauge.airflow.answer import build_answer_dag
from tidegauge.airflow.approval import asked_for, build_approval_dag
from tidegauge.airflow.dag import build_dag
from tidegauge.airflow.failing import unbroken_errors
from tidegauge.airflow.files import broken_name, folder_of, named_twice
from tidegauge.airflow.names import ANSWER, APPROVAL, SWEEP
from tidegauge.airflow.retraining import build_retraining_dag
from tidegauge.airflow.sweep import build_sweep_dag
from tidegauge.core.errors import MonitorError
from tidegauge.core.unseen import in_one_line, logger
from tidegauge.monitor.monitor_files import monitor_files
from tidegauge.monitor.read import load_monitor
from tidegauge.monitor.whole import Monitor

_log = logger(__name__)


def build_dags(monitors: str, retraining: str = "", candidates: str = "") -> dict[str, DAG]:
    """DAG id → DAG: every monitor in the folder `monitors`, their sweep, the form for answers, and retraining DAGs.

    `retraining` lists those as "dag_id=module:function", with commas between; their records go to the folder
    `candidates`. A monitor that does not read becomes a DAG that says why, so that the others go on; and
    the sweep is red of it, for a new DAG is paused and seen by nobody.
    """
    folder = folder_of(monitors)
    read = []
    dags: dict[str, DAG] = {}
    unread: dict[str, str] = {}
    reserved = {SWEEP, ANSWER, APPROVAL, *(dag_id for dag_id, _ in _listed(retraining))}
    for path in monitor_files(folder):
        try:
            monitor = _load(path, dags, reserved)
            dags[monitor.name] = build_dag(monitor)
            read.append(monitor)
        except (MonitorError, ValueError) as error:  # of Airflow's own: what it does not take in one DAG
            _log.error("%s", in_one_line(error))
            broken = _broken(path, str(error))
            dags[broken.dag_id] = broken
            unread[broken.dag_id] = str(error)
    if read or unread:
        sweep = build_sweep_dag(read, broken=unread)
        dags[sweep.dag_id] = sweep
    if read:
        answers = build_answer_dag(read)
        dags[answers.dag_id] = answers
    if asked_for(read):
        approvals = build_approval_dag(read)
        dags[approvals.dag_id] = approvals
    return dags | _retraining_dags(retraining, Path(candidates or folder / "candidates").absolute(), read)


def _retraining_dags(retraining: str, candidates: Path, monitors: Sequence[Monitor]) -> dict[str, DAG]:
    paths = {monitor.name: monitor.path.absolute() for monitor in monitors}
    listed = _listed(retraining)
    return {dag_id: build_retraining_dag(dag_id, refit, candidates, paths) for dag_id, refit in listed}


def _load(path: Path, taken: Collection[str], reserved: Collection[str]) -> Monitor:
    """The monitor in a file, whose name no other has, nor another DAG of ours."""
    monitor = load_monitor(path)
    if monitor.name in reserved:
        raise MonitorError(f"{path}: monitor: {monitor.name} is the name of another DAG. Give the monitor its own.")
    if monitor.name in taken:
        raise MonitorError(named_twice(path, monitor.name))
    return monitor


def _listed(retraining: str) -> Iterator[tuple[str, str]]:
    for entry in filter(None, (part.strip() for part in retraining.split(","))):
        dag_id, equals, refit = (part.strip() for part in entry.partition("="))
        if not (dag_id and equals and refit):
            raise MonitorError(f'TIDEGAUGE_RETRAINING: "{entry}" is not dag_id=module:function.')
        yield dag_id, refit


def _broken(path: Path, sentence: str) -> DAG:
    """A DAG in a monitor's place that cannot run and says why."""
    with DAG(
        broken_name(path),
        schedule=None,
        tags=["tidegauge", "broken"],
        doc_md=f"This monitor does not read:\n\n```\n{sentence}\n```",
    ) as dag:

        @task(task_id="say")
        def say() -> None:
            with unbroken_errors():
                raise MonitorError(sentence)

        say()
    return dag
