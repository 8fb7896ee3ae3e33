"""The servers that other tests rely on are there and answer; a child left behind would be a leak."""

import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from tests.services.browser import Browser
from tests.services.process import LOOPBACK, Server, free_port, mortal


def test_postgres_answers_a_query_in_a_fresh_database(postgres: str) -> None:
    engine = create_engine(postgres)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).scalar_one() == 0
        connection.execute(text("CREATE TABLE t (x double precision)"))
        connection.execute(text("INSERT INTO t VALUES ('NaN'), (1.5), (NULL)"))
        assert connection.execute(text("SELECT count(*) FROM t WHERE x = 'NaN'")).scalar_one() == 1
        assert connection.execute(text("SHOW server_encoding")).scalar_one() == "UTF8"
    engine.dispose()


def test_each_test_has_a_database_of_its_own(postgres: str) -> None:
    """The table that the test above left must not be here."""
    with psycopg.connect(postgres.replace("+psycopg", "")) as connection:
        row = connection.execute("SELECT to_regclass('t')").fetchone()
    assert row == (None,)


def test_postgres_listens_on_the_loopback_interface_only(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == (LOOPBACK,)


def test_pushgateway_keeps_what_is_pushed(pushgateway_url: str) -> None:
    url = f"{pushgateway_url}/metrics/job/test_services"
    push = urllib.request.Request(url, data=b"tidegauge_probe 42\n", method="PUT")
    with urllib.request.urlopen(push, timeout=10) as answer:
        assert answer.status == 200
    with urllib.request.urlopen(f"{pushgateway_url}/metrics", timeout=10) as answer:
        assert b'tidegauge_probe{instance="",job="test_services"} 42' in answer.read()


PAGE = "<!doctype html><meta charset=utf-8><body><p id=p>before</p><script>p.textContent = 6 * 7 + ' là'</script>"


def test_the_browser_runs_scripts_and_shows_the_document(chromium: Browser, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    assert '<p id="p">42 là</p>' in chromium.dom(page)


def test_the_browser_takes_a_picture_of_the_size_asked(chromium: Browser, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    png = chromium(page, tmp_path / "page.png", width=640, height=480).read_bytes()
    assert png.startswith(b"\x89PNG")
    assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (640, 480)


def _lives(pid: int) -> bool:
    """Whether a process runs; a zombie waiting for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc").exists(), reason="reads /proc, which only Linux has")
def test_stopping_a_server_stops_its_children(tmp_path: Path) -> None:
    """Even a child that ignores a polite request."""
    child = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(99)"
    )
    parent = (
        "import subprocess, sys, time;"
        f"c = subprocess.Popen([sys.executable, '-c', {child!r}], stdout=subprocess.PIPE);"
        "c.stdout.readline(); print(c.pid, flush=True); time.sleep(99)"
    )
    server = Server([sys.executable, "-c", parent], tmp_path / "log")
    server.wait_until(lambda: server.log.read_text().endswith("\n"))
    pid = int(server.log.read_text())
    assert _lives(pid)
    server.stop()
    deadline = time.monotonic() + 10
    while _lives(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _lives(pid)


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv, which only Linux has")
def test_a_server_ends_when_the_tests_are_killed() -> None:
    """A killed test run can stop nothing any more; its servers must notice by themselves."""
    program = "import time; print('up', flush=True); time.sleep(99)"
    command = [*mortal(), sys.executable, "-c", program]
    tests = f"import subprocess, time; print(subprocess.Popen({command!r}).pid, flush=True); time.sleep(99)"
    run = subprocess.Popen([sys.executable, "-c", tests], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    # until it is itself: a signal that comes while Python begins may be swallowed by what is imported then
    said = {run.stdout.readline().strip(), run.stdout.readline().strip()}
    (pid,) = (int(line) for line in said - {"up"})
    assert _lives(pid)
    run.kill()
    run.wait()
    run.stdout.close()
    deadline = time.monotonic() + 10
    while _lives(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _lives(pid)


def test_a_server_that_dies_early_is_quoted(tmp_path: Path) -> None:
    server = Server([sys.executable, "-c", "raise SystemExit('no such port')"], tmp_path / "log")
    with pytest.raises(RuntimeError, match=r"ended with code 1:\nno such port"):
        server.wait_until(lambda: False)


def test_a_free_port_can_be_taken() -> None:
    port = free_port()
    assert 1024 < port < 65536
