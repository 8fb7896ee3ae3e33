"""The demo: ten nights of December 2013, lived through by Airflow's own scheduler.

    python -m examples.flights.demo         everything, from nothing; `make demo`
    python -m examples.flights.demo page    Airflow's own page of what it did
    python -m examples.flights.demo prometheus    a Prometheus that has its numbers, for Grafana

Build the warehouse, profile April to December in one pass, let Airflow run the ten nights, and reckon: it ends with an
error unless every listed fault alerted, exactly the intended retrainings ran and the clean nights kept to the budget.
All that it makes lies in `.demo/`, and it starts afresh every time.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console

from examples.flights import show
from examples.flights.dashboard_numbers import numbers
from examples.flights.local_airflow import USER, LocalAirflow, free_port
from examples.flights.local_prometheus import LocalPrometheus, at_hand
from examples.flights.nights import NIGHTLY, RETRAINING, live_through
from examples.flights.verdict import reckon
from examples.flights.when import FIRST_NIGHT
from tidegauge.monitor import load_monitor

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".demo"
MONITOR = HOME / "monitors" / "flights.yml"
CANDIDATES = HOME / "models" / "candidates"
STUCK = 900  # seconds in which nothing at all moves: no clock can tell a busy machine from one that stands still
PROMETHEUS = HOME / "prometheus"
RUNNING = HOME / "running"  # holds the process id of a demo that is at work here


def main() -> int:
    """The whole demo; the exit code."""
    began, console = time.monotonic(), Console(highlight=False, soft_wrap=True)

    def step(sentence: str) -> None:
        console.print(f"[bold]{time.monotonic() - began:5.0f} s[/bold]  {sentence}")

    _start_afresh()
    with _airflow() as airflow, ThreadPoolExecutor(1) as beside:
        step("A year of flights becomes a warehouse: a model learns from January to March and is logged from April on.")
        # Airflow's first start is mostly waiting and the training mostly computing, so they share the time.
        ready = beside.submit(_prepare, airflow)
        # A process of its own: this one needs no pandas and no scikit-learn, and stays small.
        _run(sys.executable, "-m", "examples.flights.build", str(HOME))
        step(f"tidegauge reads the history, 1 April to the eve of {FIRST_NIGHT:%-d %B}: every row once, in one pass.")
        _run(str(Path(sys.executable).with_name("tidegauge")), "backfill", str(MONITOR), "--to", f"{FIRST_NIGHT}")
        ready.result()
        step("Airflow's scheduler lives through ten nights, one run after the other.")
        airflow.wait_for_api(STUCK)
        # Nothing is deferred in the past, so the triggerer would only cost its start; `page` has it.
        airflow.start("scheduler", "dag-processor")
        runs = live_through(airflow, patience=STUCK, say=step)
    reckoning = reckon(load_monitor(MONITOR), runs, CANDIDATES.relative_to(ROOT))
    show.reckoning(console, reckoning, HOME.relative_to(ROOT))
    _dashboards(console)
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    console.print(f"All of it took {minutes} min {seconds:02} s on {os.cpu_count()} processors.")
    console.print("Airflow's own page of these runs:  .venv/bin/python -m examples.flights.demo page")
    for sentence in reckoning.wrong:
        console.print(f"[red]Not as promised:[/red] {sentence}", soft_wrap=True)
    return 1 if reckoning.wrong else 0


def _dashboards(console: Console) -> None:
    """Where a Prometheus is at hand: give it all that was decided, and show what Grafana's dashboards say of it."""
    if (program := at_hand()) is None:
        return
    monitor = load_monitor(MONITOR)
    with LocalPrometheus(PROMETHEUS, program) as prometheus:
        prometheus.take(monitor)
        window, found = numbers(prometheus, monitor)
    show.dashboards(console, window, found)
    console.print("A Prometheus that has them, for Grafana:  .venv/bin/python -m examples.flights.demo prometheus")


def serve() -> int:
    """The Prometheus of the last demo, until it is interrupted."""
    if (program := at_hand()) is None or not PROMETHEUS.exists():
        raise SystemExit("There is none yet: it needs a program called prometheus on the PATH, and then: make demo")
    with LocalPrometheus(PROMETHEUS, program, free_port(9090)) as prometheus:
        print(
            f"{prometheus.url}   for Grafana: grafana/provisioning, docs/dashboards.md   (Ctrl-C ends it)", flush=True
        )
        while prometheus.alive:
            time.sleep(1)
    raise SystemExit("Prometheus has ended by itself.")


def page() -> int:
    """Airflow's own page on the nights that were lived through, until it is interrupted."""
    if not (HOME / "airflow" / "airflow.db").exists():
        raise SystemExit("There is nothing to look at yet. First: make demo")
    with _airflow(free_port(8080)) as airflow:
        RUNNING.write_text(str(os.getpid()))
        airflow.start("api-server", "scheduler", "dag-processor", "triggerer")
        airflow.wait_for_api(STUCK)
        print(f"{airflow.url}/dags/{NIGHTLY}   user {USER}, password {airflow.password}   (Ctrl-C ends it)", flush=True)
        while True:
            time.sleep(1)
            airflow.check()


def _start_afresh() -> None:
    """An empty folder with the monitor in it; a demo that is still at work keeps its own."""
    if RUNNING.exists() and _alive(int(RUNNING.read_text())):
        raise SystemExit(f"Another demo (process {RUNNING.read_text()}) is at work in {HOME}. End that one first.")
    shutil.rmtree(HOME, ignore_errors=True)
    MONITOR.parent.mkdir(parents=True)
    RUNNING.write_text(str(os.getpid()))
    text = (Path(__file__).parent / "flights.yml").read_text()
    if gateway := os.environ.get("PUSHGATEWAY"):
        text = text.replace("sinks:\n", f"sinks:\n  - prometheus: {{pushgateway: {gateway}}}\n")
    MONITOR.write_text(text)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _prepare(airflow: LocalAirflow) -> None:
    """All of Airflow that can be done before the history is read."""
    airflow.prepare()
    airflow.start("api-server")


def _airflow(port: int | None = None) -> LocalAirflow:
    """The demo's Airflow, with what its DAGs need to know."""
    extra = {
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])),
        "TIDEGAUGE_DEMO": str(HOME),
        "TIDEGAUGE_MONITORS": str(MONITOR.parent),
        "TIDEGAUGE_RETRAINING": f"{RETRAINING}=examples.flights.model:retrain",
        "TIDEGAUGE_CANDIDATES": str(CANDIDATES),
    }
    return LocalAirflow(HOME / "airflow", Path(__file__).parent / "dags", extra, port)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    os.chdir(ROOT)  # the monitor's paths are relative to the project
    # A polite end of this process ends Airflow's too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Ended."))
    try:
        sys.exit({"page": page, "prometheus": serve}.get(" ".join(sys.argv[1:]), main)())
    except KeyboardInterrupt:
        sys.exit(130)
    except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
        sys.exit(f"The demo could not go on: {error}")
    finally:
        if RUNNING.exists() and RUNNING.read_text() == str(os.getpid()):
            RUNNING.unlink()
