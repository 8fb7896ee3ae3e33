"""Write the dashboards anew: `python -m grafana.build`.

`--reports` and `--airflow` say where their links lead; `--out` writes to another folder, which Grafana is to read.
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from grafana import column, fleet, monitor, run_health, sql_fleet, sql_monitor
from grafana.classic import classic
from grafana.description import Dashboard
from grafana.resource import resource
from grafana.written import text

HERE = Path(__file__).parent
DASHBOARDS: tuple[Dashboard, ...] = (
    fleet.DASHBOARD,
    monitor.DASHBOARD,
    column.DASHBOARD,
    run_health.DASHBOARD,
    sql_fleet.DASHBOARD,
    sql_monitor.DASHBOARD,
)


def files(constants: dict[str, str] | None = None) -> Iterator[tuple[str, str]]:
    """Every file: its place below the folder, and what it holds."""
    for one in DASHBOARDS:
        dashboard = _with(one, constants or {})
        name = f"{one.uid.removeprefix('tidegauge-')}.json"
        yield f"v1/{name}", text(classic(dashboard))
        yield f"v2/{name}", text(resource(dashboard))


def _with(one: Dashboard, constants: dict[str, str]) -> Dashboard:
    """The dashboard with the addresses that whoever builds it has given."""
    variables = (replace(v, text=constants.get(v.name, v.text)) for v in one.variables)
    return replace(one, variables=tuple(variables))


def main() -> None:
    """Write the files."""
    asked = argparse.ArgumentParser(prog="python -m grafana.build", description="Write the dashboards anew.")
    asked.add_argument("--reports", help="address of the folder of reports")
    asked.add_argument("--airflow", help="address of Airflow")
    asked.add_argument("--out", type=Path, default=HERE, help="folder to write to")
    given = vars(asked.parse_args())
    out: Path = given.pop("out")
    for place, content in files({key: value.rstrip("/") for key, value in given.items() if value}):
        (out / place).parent.mkdir(parents=True, exist_ok=True)
        (out / place).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
