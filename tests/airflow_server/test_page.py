"""Airflow's own page, in a running Airflow: whose window it shows, and to whom."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.airflow_server.conftest import MONITOR, NIGHT, Live
from tests.services.airflow_server import PATIENCE, STRANGER
from tests.services.answering import answering
from tests.services.browser import Browser

SETTLE = 25_000  # ms of the page's own time, in which Airflow's page asks for all that it shows
WINDOW = "2013-03-29T04-00-00Z-inputs.html"


@pytest.fixture(scope="package")
def ran(live: Live) -> str:
    """A run by hand of the night that broke; its id."""
    run_id = live.airflow.trigger("small", {"window": "2013-03-29"})
    assert live.airflow.ended("small", run_id)["state"] == "success"
    return run_id


def test_a_run_leads_to_the_report_of_its_window(live: Live, ran: str) -> None:
    airflow = live.airflow
    status, _, headers = airflow.raw(f"/tidegauge/run/small/{ran}", "reader")
    assert status == 307
    assert headers["location"].startswith(f"../../pages/small/{WINDOW}?run=")
    status, text, headers = airflow.raw(f"/tidegauge/pages/small/{WINDOW}", "reader")
    assert status == 200
    assert "Friday 29 March 2013" in text
    assert '<span class="badge alert">' in text
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


PATHS = [
    "/pages/index.html",
    "/pages/small/index.html",
    f"/pages/small/{WINDOW}",
    "/pages/small/2013-03-28T04-00-00Z-inputs.html",
    "/pages/small/nothing.html",
    "/pages/nobody/index.html",
    "/run/small/RUN",
    "/run/small/no-such-run",
    "/run/nobody/no-such-run",
    "/",
    "/docs",
    "/openapi.json",
    "/files/index.html",
    "/pages/../../etc/passwd",
    "/pages/small/../../../../etc/passwd",
    "/pages/small/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/run/small/..",
]


@pytest.mark.parametrize("path", PATHS)
def test_nobody_reads_who_may_not(live: Live, ran: str, path: str) -> None:
    for method in ("GET", "POST", "HEAD"):
        place = f"/tidegauge{path.replace('RUN', ran)}"
        status, text, _ = live.airflow.raw(place, method=method)
        assert status in ((401, 405)), (method, text)
        status, text, _ = live.airflow.raw(place, STRANGER, method)
        assert status in ((403, 405)), (method, text)


@pytest.mark.parametrize("path", [path for path in PATHS if "nothing" in path or "no" in path or ".." in path])
def test_what_is_not_there_is_not_found(live: Live, ran: str, path: str) -> None:
    status, text, _ = live.airflow.raw(f"/tidegauge{path}", "reader")
    assert status == 404
    assert "root:" not in text


def test_the_list_names_what_one_may_read(live: Live, ran: str) -> None:
    status, text, _ = live.airflow.raw("/tidegauge/pages/index.html", "reader")
    assert status == 200
    assert f'href="small/{WINDOW}"' in text
    (live.home / "wrong.yml").write_text(MONITOR.format(home=live.home).replace("every: day", "every: dya"))
    live.airflow.until(
        lambda: live.airflow.call("GET", "/dags/wrong-does-not-read"), "a file that does not read has a DAG"
    )
    status, text, _ = live.airflow.raw("/tidegauge/pages/index.html", "reader")
    assert text.index("wrong-does-not-read") < text.index(f"small/{WINDOW}"), "what is broken is seen first"
    assert "wrong.yml:6: window.every" in text
    status, text, _ = live.airflow.raw("/tidegauge/pages/wrong-does-not-read/index.html", "reader")
    assert (status, "wrong.yml:6: window.every" in text) == (503, True)
    (live.home / "wrong.yml").unlink()


def test_the_run_has_a_note_and_each_task_a_link(live: Live, ran: str) -> None:
    airflow = live.airflow
    run = airflow.call("GET", f"/dags/small/dagRuns/{ran}")
    decided = live.explain("small", NIGHT)
    assert "x" in decided.sentence
    assert run["note"].startswith("Alert\\: `x` on Friday 29 March 2013 is unlike")
    assert run["note"].endswith(f"[Report](/tidegauge/run/small/{ran.replace('+', '%2B')})")
    links = airflow.call("GET", f"/dags/small/dagRuns/{ran}/taskInstances/monitor/links")["extra_links"]
    assert links["Report"] == f"/tidegauge/run/small/{ran.replace('+', '%2B')}"
    tasks = airflow.call("GET", "/dags/small/tasks")["tasks"]
    assert all(task["doc_md"] for task in tasks)
    found = airflow.call("GET", f"/dags/small/dagRuns/{ran}/taskInstances")["task_instances"]
    (mapped,) = [ti["rendered_map_index"] for ti in found if ti["task_id"] == "retrain"]
    assert mapped == f"retrain_small, {decided.window.key}"


@contextmanager
def door(live: Live, path: str, user: str = "reader") -> Iterator[str]:
    """An address that lets a browser in as a person, and leads on. A cookie is a host's, whatever the port."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Set-Cookie", f"_token={live.airflow.token(user)}; Path=/")
            self.send_header("Location", f"{live.airflow.url}{path}")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is said."""

    with answering(Door) as address:
        yield address


def test_the_tab_of_a_run_shows_its_report(live: Live, ran: str, chromium: Browser, tmp_path: Path) -> None:
    patient = replace(chromium, patience=PATIENCE)
    with door(live, f"/dags/small/runs/{ran}/plugin/tidegauge-run") as address:
        page = patient.dom(address, settle=SETTLE)
        frames = [unquote(source) for source in re.findall('<iframe[^>]* src="([^"]*)"', page)]
        assert frames == [f"/tidegauge/run/small/{ran}"], re.findall("<iframe[^>]*>", page)
        assert ">Drift<" in page
        assert patient(address, tmp_path / "tab.png", height=1100, settle=SETTLE).stat().st_size > 40_000
