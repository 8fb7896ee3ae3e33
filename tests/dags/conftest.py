"""One Airflow for all tests here: its database, its REST API and its scheduler's own code, in this process.

Runs are made by Airflow itself, through its API or by a tick of its scheduler, never by hand: what a run looks like is
the very thing that is tested.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

HERE = Path(__file__).parent
os.environ.setdefault("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS", "True")
os.environ.setdefault(
    "AIRFLOW__API_AUTH__JWT_SECRET", "only-for-tests-only-for-tests-only-for-tests-only-for-tests-only-for-tests-"
)
# A file that is loaded half a minute after another one's DAGs of the same ids would be taken for that one still.
os.environ.setdefault("AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL", "0")
os.environ.setdefault("AIRFLOW__CORE__MIN_SERIALIZED_DAG_FETCH_INTERVAL", "0")
TICKS = 8  # each makes at most one scheduled run a DAG


@dataclass
class House:
    """Airflow, asked through its REST API."""

    client: Any
    headers: dict[str, str]

    def post(self, path: str, body: object) -> Any:  # noqa: ANN401 - JSON of any shape
        """What the API answers."""
        answer = self.client.post(f"/api/v2{path}", json=body, headers=self.headers)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def load(self, file: Path) -> list[str]:
        """Put the DAGs of a file into the database, switched on; their ids."""
        from airflow.dag_processing.bundles.manager import DagBundlesManager
        from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
        from airflow.models import DagModel
        from airflow.utils.session import create_session
        from sqlalchemy import update

        cast("Any", DagBundlesManager)().sync_bundles_to_db()
        bag = DagBag(str(file), bundle_path=file.parent)
        assert bag.import_errors == {}
        sync_bag_to_db(bag, "dags-folder", None)
        with create_session() as session:
            session.execute(update(DagModel).where(DagModel.dag_id.in_(bag.dags)).values(is_paused=False))
        return list(bag.dags)

    def tick(self) -> None:
        """Let the scheduler make the runs that are due: by time, by events, by partitions."""
        from airflow.jobs.job import Job
        from airflow.jobs.scheduler_job_runner import SchedulerJobRunner
        from airflow.utils.session import create_session
        from airflow.utils.sqlalchemy import prohibit_commit

        runner = SchedulerJobRunner(cast("Any", Job)(), num_runs=1, executors=[])
        for _ in range(TICKS):
            with create_session() as session, cast("Any", prohibit_commit)(session) as guard:
                runner._create_dagruns_for_dags(guard, session)
                guard.commit()

    def runs(self, dag_id: str) -> list[Any]:
        """The runs of a DAG as Airflow keeps them, with the events that triggered them, oldest first."""
        from airflow.models import DagRun
        from airflow.utils.session import create_session
        from sqlalchemy import select

        with create_session() as session:
            found = session.scalars(select(DagRun).where(DagRun.dag_id == dag_id).order_by(DagRun.run_after)).all()
            for run in found:
                _ = [event.asset for event in run.consumed_asset_events]
            session.expunge_all()
        return list(found)


def context_of(run: Any) -> dict[str, Any]:  # noqa: ANN401 - Airflow's own model
    """The part of a task's context that says which run it is in."""
    events: dict[str, list[Any]] = {}
    for event in run.consumed_asset_events:
        events.setdefault(event.asset.name, []).append(event)
    return {"dag_run": run, "triggering_asset_events": events}


@pytest.fixture(scope="session")
def airflow_database() -> None:
    """Airflow's own tables, in the home that tests/conftest.py made."""
    from airflow.utils.db import initdb

    initdb()


@pytest.fixture(scope="session")
def house(airflow_database: None) -> House:
    """Airflow with the probes loaded and their runs made."""
    from airflow.api_fastapi.app import create_app
    from fastapi.testclient import TestClient

    client = TestClient(create_app(apps="core"))
    token = client.get("/auth/token").json()["access_token"]
    house = House(client, {"Authorization": f"Bearer {token}"})
    house.load(HERE / "probes.py")
    return house
