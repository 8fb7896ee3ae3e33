"""A test that was skipped has shown nothing, and one leaves nothing behind: failures in CI, said plainly elsewhere."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = {
    "test_itself.py": "import pytest\ndef test_a(): pytest.skip('no server A: install it')\ndef test_b(): pass\n",
    "test_fixture.py": (
        "import pytest\n"
        "@pytest.fixture\ndef server(): pytest.skip('no server B: install it')\n"
        "def test_a(server): pass\ndef test_b(server): pass\n"
    ),
    "test_module.py": "import pytest\npytest.skip('no server C: install it', allow_module_level=True)\n",
    "test_expected.py": "import pytest\n@pytest.mark.xfail(reason='known')\ndef test_a(): raise ValueError\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Tests that skip in each way that pytest knows, one that passes, and one that fails as expected."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def run(folder: Path, ci: str) -> tuple[int, str]:
    """Exit code and output of pytest on a folder, under this project's conftest."""
    command = [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", str(folder), "-p", "tests.conftest"]
    done = subprocess.run(
        [*command, "--continue-on-collection-errors", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "CI": ci, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    return done.returncode, done.stdout + done.stderr


def test_a_law_on_duckdb_leaves_no_warning_of_a_leak(tmp_path: Path) -> None:
    """DuckDB complains of types that outlive the interpreter; Hypothesis would keep the test that names one."""
    law = "import duckdb\nfrom hypothesis import given, strategies as st\n@given(n=st.none())\n"
    (tmp_path / "test_law.py").write_text(f"{law}def test_a(n: duckdb.DuckDBPyConnection | None): duckdb.connect()\n")
    code, said = run(tmp_path, "")
    assert code == 0
    assert "1 passed" in said
    assert "leaked" not in said


def test_in_ci_every_skip_fails_and_says_why(folder: Path) -> None:
    code, said = run(folder, "true")
    assert code == 1
    for server in "ABC":
        assert f"in CI nothing may be skipped: no server {server}: install it" in said
    assert "1 failed, 1 passed, 1 xfailed, 3 errors in" in said


def test_elsewhere_skips_are_listed_with_their_remedy(folder: Path) -> None:
    code, said = run(folder, "")
    assert code == 0
    listed = said.partition("not tested on this machine")[2]
    for count, server in ((1, "A"), (2, "B"), (1, "C")):
        assert f"{count} × no server {server}: install it" in listed


def test_what_is_left_in_the_work_tree_is_named(tmp_path: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not there: install it")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    text = "from pathlib import Path\ndef test_a(): (Path(__file__).parent / 'page.html').touch()\n"
    (tmp_path / "test_untidy.py").write_text(text)
    code, said = run(tmp_path, "true")
    assert code == 1
    assert "?? page.html" in said.partition("write to tmp_path")[2]
    assert run(tmp_path, "true")[0] == 0, "what lay about before is nobody's"
    (tmp_path / "page.html").unlink()
    code, said = run(tmp_path, "")
    assert code == 0, "somebody may be working there"
    assert "?? page.html" in said
