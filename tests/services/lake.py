"""An environment with DuckDB's httpfs, and a server that speaks S3: for what reads s3:// and gs://.

DuckDB fetches its extensions from a place of its own, and tests fetch packages only. httpfs is a package for DuckDB
1.5.5, and an extension loads in the version that it was built for and in no other: hence an environment of its own,
beside the tests', from pins of its own: lake.txt is compiled from lake.in by uv, as `make pins` does the others.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

PINS = Path(__file__).with_name("lake.txt")
ROOT = PINS.parents[2]
_EXTENSION = """
import pathlib, shutil, duckdb, duckdb_extension_httpfs
platform = duckdb.sql("PRAGMA platform").fetchall()[0][0]
folder = pathlib.Path.home() / ".duckdb" / "extensions" / f"v{duckdb.__version__}" / platform
folder.mkdir(parents=True)
package = pathlib.Path(duckdb_extension_httpfs.__file__).parent
shutil.copy(package / "extensions" / f"v{duckdb.__version__}" / "httpfs.duckdb_extension", folder)
"""


def lake_python() -> Path:
    """The Python of that environment, made at the first question; it sees the tests' packages behind its own."""
    folder = ROOT / ".services" / f"lake-{hashlib.sha256(PINS.read_bytes()).hexdigest()[:12]}"
    python = folder / "bin" / "python"
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--no-input", "--no-deps", "--require-hashes"]
        subprocess.run([*pip, "-r", str(PINS)], check=True)
        own = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
        (own / "tests.pth").write_text(f"{Path(pytest.__file__).parents[1]}\n")
        subprocess.run([str(python), "-c", _EXTENSION], check=True, env={**os.environ, "HOME": str(folder)})
        (folder / "done").touch()
    return python


def in_lake(*command: str) -> subprocess.CompletedProcess[str]:
    """Run Python there, at home in it: DuckDB looks for its extensions and its stored secrets at home."""
    python = lake_python()
    environment = {**os.environ, "HOME": str(python.parents[1]), "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    return subprocess.run([str(python), *command], capture_output=True, text=True, check=False, env=environment)
