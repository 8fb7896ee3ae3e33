"""The house stands: what the core may import, no cycles.

The floors themselves are a contract of import-linter in `pyproject.toml`, checked by `make check`.
"""

import graphlib
import json
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import grimp
import pytest
from radon.complexity import cc_rank, cc_visit

import tidegauge
from tidegauge.monitor.outlets import ACTIONS, SINKS

ROOT = Path(__file__).parents[1]
# What a core import must never bring in: each costs between 0.7 and 6 seconds, and most are extras.
HEAVY = ("airflow", "great_expectations", "pandas", "pyarrow", "scipy", "sklearn")

# Refuses the heavy packages as if they were not installed, and says which of our modules asked for one.
REFUSE = f"""
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {HEAVY!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Refuse())
"""


def core() -> list[str]:
    """Every module of the core: all but Airflow's room, and scripts that Alembic runs rather than imports."""
    found = (module.name for module in pkgutil.walk_packages(tidegauge.__path__, "tidegauge."))
    modules = [name for name in found if not re.match(r"tidegauge\.airflow\b|.*\.migrations\.env$", name)]
    assert "tidegauge.core.window" in modules
    return modules


def python(program: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_core_imports_where_no_extra_is_installed() -> None:
    python(REFUSE + "".join(f"import {name}\n" for name in core()))


LATE = {*HEAVY, "duckdb", "http", "jinja2", "markupsafe", "numpy", "prometheus_client", "psycopg", "sqlalchemy"}


def test_reading_a_monitor_brings_in_no_engine_no_template_and_no_client() -> None:
    """Airflow does so every 30 seconds; whatever is named in it, members are known by their options alone."""
    sinks = {"prometheus": {"pushgateway": "http://localhost:9091"}, "html": {"folder": "pages"}}
    sinks |= {"remote_write": {"url": "http://localhost:9090/api/v1/write"}}
    actions: dict[str, dict[str, object]] = {"retrain": {"dag": "retrain"}, "notify": {}, "report": {}}
    web: dict[str, object] = {"url": "http://localhost:9093"}
    actions |= {"slack": web, "alertmanager": web, "webhook": web, "pagerduty": {"routing_key": "${KEY}"}}
    actions |= {"fallback": {"flag": "m.serve", "file": "flags.json"}}
    actions |= {"mail": {"server": "smtp://localhost", "to": ["ana@example.com"]}}
    assert (set(sinks), set(actions)) == (set(SINKS), set(ACTIONS))
    monitor = {
        "monitor": "m",
        "source": {"url": "postgresql://h/d", "table": "t"},
        "columns": {"time": "at", "numeric": ["x"]},
        "window": {"every": "day"},
        "sinks": [{name: given} for name, given in sinks.items()],
        "actions": [{name: given} for name, given in actions.items()],
    }
    read = f"from tidegauge.monitor.read import parse_monitor; assert parse_monitor({json.dumps(monitor)!r}).sinks"
    loaded = set(python(f"import sys; {read}; print(*sys.modules)").split())
    assert "tidegauge.sinks.prometheus" in loaded
    assert not loaded & LATE


def test_the_refusal_refuses() -> None:
    """Guards the test above: a refusal that lets things through would show nothing."""
    with pytest.raises(AssertionError, match="No module named 'pandas'"):
        python(REFUSE + "import pandas")


def test_the_core_import_brings_in_nothing_heavy_where_all_is_installed() -> None:
    imports = "".join(f"import {name}\n" for name in core())
    loaded = python(f"import sys\n{imports}print(*{{m.partition('.')[0] for m in sys.modules}})").split()
    assert "numpy" in loaded
    assert not set(loaded) & set(HEAVY)


def _ordered(arrows: dict[str, set[str]]) -> None:
    """Fail with the cycle if there is one."""
    try:
        graphlib.TopologicalSorter(arrows).prepare()
    except graphlib.CycleError as error:
        pytest.fail("an import cycle: " + " ← ".join(error.args[1]))


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Who imports whom, imports inside functions included."""
    return grimp.build_graph("tidegauge", exclude_type_checking_imports=True, cache_dir=None)


def test_no_module_imports_itself_by_a_detour(graph: grimp.ImportGraph) -> None:
    _ordered({name: graph.find_modules_directly_imported_by(name) for name in graph.modules})


def test_no_room_imports_itself_by_a_detour(graph: grimp.ImportGraph) -> None:
    """Rooms of one floor may be neighbours by a one-way street only."""
    arrows: dict[str, set[str]] = {}
    for name in graph.modules:
        for imported in graph.find_modules_directly_imported_by(name):
            room, other = (".".join(module.split(".")[:2]) for module in (name, imported))
            if room != other:
                arrows.setdefault(room, set()).add(other)
    _ordered(arrows)


def test_no_function_has_more_turns_than_a_reader_keeps_in_mind() -> None:
    """Grade B of radon, ten at the most: each `if`, `for`, `and`, `or` and comprehension is one."""
    graded = {
        f"{file.relative_to(ROOT)}: {block.name} ({block.complexity})"
        for file in sorted((ROOT / "src").rglob("*.py"))
        for block in cc_visit(file.read_text(encoding="utf-8"))
        if cc_rank(block.complexity) > "B" and not hasattr(block, "methods")  # a class is graded by its methods
    }
    assert not graded
