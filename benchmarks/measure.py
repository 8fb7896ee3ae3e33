"""What a whole process costs: CPU of all its threads, wall time, and the most memory it held."""

import os
import platform
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

OUT = Path(__file__).parent / "out"


@dataclass(frozen=True)
class Cost:
    """CPU seconds (user and system), wall seconds, and the peak of resident memory in MB."""

    cpu: float
    wall: float
    peak: float


def run(command: list[str], **environment: str) -> Cost:
    """Run a command to its end and say what it cost; its failure is ours."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, **environment})
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):  # 1: `tidegauge compare` found a change
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)


def workload(size: str) -> tuple[Path, Path]:
    """The files of a size of `shapes.py`, written once."""
    folder = OUT / size
    if not (folder / "current.parquet").exists():
        print(f"writing the workload {size} to {folder} …", flush=True)
        subprocess.run([sys.executable, str(Path(__file__).parent / "shapes.py"), size, str(folder)], check=True)
    return folder / "reference.parquet", folder / "current.parquet"


def machine() -> str:
    """When and where, for the head of a table."""
    import duckdb
    import numpy as np

    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores {platform.machine()}, load {load}, Python "
        f"{platform.python_version()}, DuckDB {duckdb.__version__}, NumPy {np.__version__}"
    )
