"""What all tests share: real servers as fixtures, a quiet home for Airflow, and no silent skips.

Fixtures: `postgres` (a fresh database's URL), `postgres_url` (the server's), `pushgateway_url`, `chromium`,
`prometheus`, `series_server` (an empty one, of each kind).
"""

import atexit
import gc
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.services.browser import chromium
from tests.services.postgres import postgres, postgres_url
from tests.services.pushgateway import pushgateway_url
from tests.services.series_servers import prometheus, series_server

__all__ = ["chromium", "postgres", "postgres_url", "prometheus", "pushgateway_url", "series_server"]


def _quiet_airflow() -> None:
    """Give Airflow a home of its own, before anything imports it: it reads these once, and would write to ~."""
    home = tempfile.mkdtemp(prefix="tidegauge-airflow-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    quiet = {
        "AIRFLOW_HOME": home,
        "AIRFLOW__CORE__DAGS_FOLDER": str(Path(__file__).parents[1] / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS": "False",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        "GX_ANALYTICS_ENABLED": "false",
    }
    if "PYTEST_XDIST_WORKER" in os.environ:  # it has what the process beside it has, and must not share its database
        os.environ["AIRFLOW_HOME"] = home
    for key, value in quiet.items():
        os.environ.setdefault(key, value)


def _keep_bytecode() -> None:
    """Keep compiled modules where the surroundings say that none are written, as images of containers do.

    Tests start some hundred processes, and an Airflow that compiles itself each time takes twice as long to begin. They
    go into a folder of pytest's own, so that no source has one beside it, as was wanted.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(Path(__file__).parents[1] / ".pytest_cache" / "bytecode"))
        sys.dont_write_bytecode, sys.pycache_prefix = False, os.environ["PYTHONPYCACHEPREFIX"]


_keep_bytecode()
_quiet_airflow()
# Hypothesis leaves a callback of the garbage collector behind. Callbacks go after the last collection, and it keeps the
# test functions, whose annotations name DuckDB's types: DuckDB then prints "nanobind: leaked …".
atexit.register(gc.callbacks.clear)


def in_ci() -> bool:
    """Whether this is a run where everything must be there."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


# No deadline: a busy machine is no error. In CI the examples are the same each time, so that what lands is decided by
# the change and not by luck; runs by hand go on exploring.
settings.register_profile("tidegauge", deadline=None, derandomize=in_ci(), print_blob=True)
settings.load_profile("tidegauge")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Share files out in their order: the long ones are not last (`tests.sharing_out`)."""
    if config.getoption("dist") != "loadfile":
        return None
    from tests.sharing_out import InOrder

    config.option.loadscopereorder = False
    return InOrder(config, log)


@pytest.fixture(autouse=True)
def _no_secrets_of_tests_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the secrets that earlier tests of this process have read.

    Lines of an unexpected error that hold a piece of one are withheld, and hundreds of made passwords have a piece in
    every line. A user's process reads a few.
    """
    if hidden := sys.modules.get("tidegauge.core.addresses.hidden"):
        monkeypatch.setattr(hidden, "_seen", hidden.Hidden())


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Why a report says "skipped", without pytest's prefix."""
    said = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return said.removeprefix("Skipped: ")


def _no_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """In CI a skip is a failure: a test that did not run has shown nothing."""
    if report.skipped and not hasattr(report, "wasxfail") and in_ci():
        report.outcome = "failed"
        report.longrepr = f"skipped, and in CI nothing may be skipped: {_reason(report)}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped test into a failed one in CI."""
    report = yield
    _no_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn a skipped module into a failed one in CI."""
    report = yield
    _no_skip(report)
    return report


_litter = pytest.StashKey[set[str]]()


def _untidy(root: Path) -> set[str]:
    """What git sees in a work tree that is not committed; nothing where there is no git."""
    look = ["git", "-C", str(root), "status", "--porcelain", "--untracked-files=all"]
    if shutil.which("git") is None:
        return set()
    return set(subprocess.run(look, capture_output=True, text=True, check=False).stdout.splitlines())


def pytest_sessionstart(session: pytest.Session) -> None:
    """See what lies about before."""
    session.config.stash[_litter] = _untidy(session.config.rootpath)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """What tests have left in the work tree is a failure in CI. Elsewhere somebody may be writing there meanwhile."""
    stash = session.config.stash
    before: set[str] = stash[_litter]
    stash[_litter] = _untidy(session.config.rootpath) - before
    if stash[_litter] and in_ci() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left lying about; and, outside CI, what was not tested and how to have it tested."""
    litter: set[str] = terminalreporter.config.stash.get(_litter, set())
    if litter:
        terminalreporter.section("not in the work tree before these tests: write to tmp_path")
        for line in sorted(litter):
            terminalreporter.line(line)
    skipped: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = _reason(report)
        skipped[reason] = skipped.get(reason, 0) + 1
    if skipped:
        terminalreporter.section("not tested on this machine")
        for reason, count in skipped.items():
            terminalreporter.line(f"{count:4} × {reason}")
