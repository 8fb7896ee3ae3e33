"""The Dockerfile: nothing for a linter to say, a wheel and the DAGs, no root. `benchmarks/image.py` builds it."""

import re
import subprocess
import sys
from pathlib import Path

DEPLOY = Path(__file__).parents[2] / "deploy"
TEXT = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


def hadolint(file: Path) -> str:
    program = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([str(program), "--no-color", str(file)], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_the_linter_has_nothing_to_say() -> None:
    assert not hadolint(DEPLOY / "Dockerfile")


def test_the_linter_would_have(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text(TEXT.replace("USER 50000:0\n", "") + "\nRUN cd /tmp\n")
    assert "DL3002" in hadolint(file)  # the last user is root
    assert "DL3003" in hadolint(file)


def test_a_wheel_and_the_dags_and_no_root() -> None:
    copied = re.findall(r"^(?:COPY|ADD) (.+)$", TEXT, re.MULTILINE)
    assert [line.split()[1] for line in copied] == ["dist/tidegauge-*.whl", "dags/*.py"]
    allowed = [
        line for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if not line.startswith("#")
    ]
    assert allowed == ["*", "!dist/tidegauge-*.whl", "!dags/*.py"]
    assert re.findall(r"^USER (.+)$", TEXT, re.MULTILINE)[-1] == "50000:0"
    assert re.match(
        r"apache/airflow:\d+\.\d+\.\d+-python3\.\d+$", re.findall(r"^ARG BASE=(.+)$", TEXT, re.MULTILINE)[0]
    )
