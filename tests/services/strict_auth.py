"""An auth manager as a firm has one: some people may read no DAG. Airflow's simple one has no such role."""

from typing import Any

from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager

from tests.services.airflow_server import STRANGER


class StrictAuthManager(SimpleAuthManager):
    """Airflow's simple one, where `stranger` may read no DAG."""

    def is_authorized_dag(self, *, user: Any, **asked: Any) -> bool:  # noqa: ANN401 - Airflow's own
        return user.get_name() != STRANGER and super().is_authorized_dag(user=user, **asked)
