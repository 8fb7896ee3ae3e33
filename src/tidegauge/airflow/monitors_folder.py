"""All DAGs of a folder of monitors; what the thin file in `dags/` calls."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from airflow.sdk import DAG, task

from tidegauge.airflow.answer import build_answer_dag
from tidegauge.airflow.dag import build_dag
from tidegauge.airflow.failing import unbroken_errors
from tidegauge.airflow.retraining import build_retraining_dag
from tidegauge.airflow.sweep import build_sweep_dag
from tidegauge.core.errors import MonitorError
from tidegauge.core.regular_files import is_folder, read_regular
from tidegauge.core.unseen import in_one_line, logger
from tidegauge.monitor.fields import LONGEST_NAME
from tidegauge.monitor.read import load_monitor
from tidegauge.monitor.whole import Monitor

_log = logger(__name__)


def build_dags(monitors: str, retraining: str = "", candidates: str = "") -> dict[str, DAG]:
    """DAG id → DAG: every monitor in the folder `monitors`, their sweep, the form for answers, and retraining DAGs.

    `retraining` lists those as "dag_id=module:function", with commas between; their records go to the folder
    `candidates`. A monitor that does not read becomes a DAG that says why, so that the others go on; and
    the sweep is red of it, for a new DAG is paused and seen by nobody.
    """
    if not monitors:
        raise MonitorError("TIDEGAUGE_MONITORS is not set. Give it the folder that holds your monitors' YAML files.")
    folder = Path(monitors)
    if not folder.is_dir():
        raise MonitorError(f"TIDEGAUGE_MONITORS: {folder} is no folder. Give the one that holds your monitors.")
    read = []
    dags: dict[str, DAG] = {}
    unread: dict[str, str] = {}
    for path in _files(folder):
        try:
            monitor = _load(path, dags)
            dags[monitor.name] = build_dag(monitor)
            read.append(monitor)
        except MonitorError as error:
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
    for dag_id, refit in _listed(retraining):
        dags[dag_id] = build_retraining_dag(dag_id, refit, Path(candidates or folder / "candidates").absolute())
    return dags


def _load(path: Path, taken: Collection[str]) -> Monitor:
    """The monitor in a file, whose name no other has."""
    monitor = load_monitor(path)
    if monitor.name in taken:
        raise MonitorError(f'{path}: another monitor in this folder is called "{monitor.name}" too. Rename one.')
    return monitor


def _files(folder: Path) -> Iterator[Path]:
    """The YAML files with a line that begins with `monitor:`; others (values, suites) may lie beside them."""
    for path in sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")]):
        if _may_be_monitor(path):
            yield path
        else:
            _log.info("%s has no key `monitor`, so it is no monitor.", path)


def _may_be_monitor(path: Path) -> bool:
    """Whether a file has such a line. Of what cannot be read it is not known, and reading it as a monitor says why."""
    try:
        return re.search(rb"^monitor\s*:", read_regular(path), re.MULTILINE) is not None
    except OSError:
        return not is_folder(path)


def _listed(retraining: str) -> Iterator[tuple[str, str]]:
    for entry in filter(None, (part.strip() for part in retraining.split(","))):
        dag_id, equals, refit = (part.strip() for part in entry.partition("="))
        if not (dag_id and equals and refit):
            raise MonitorError(f'TIDEGAUGE_RETRAINING: "{entry}" is not dag_id=module:function.')
        yield dag_id, refit


def _broken(path: Path, sentence: str) -> DAG:
    """A DAG in a monitor's place that cannot run and says why."""
    with DAG(
        re.sub(r"[^A-Za-z0-9_-]", "-", path.stem[:LONGEST_NAME]) + "-does-not-read",
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
