"""A Pushgateway for one test session, which keeps nothing on disk."""

import shutil
import urllib.request
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.services.process import LOOPBACK, Server, free_port, mortal

MISSING = "no Pushgateway is installed: run tests/services/install.sh as root (Debian: prometheus-pushgateway)"


def _answers(url: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"{url}/-/ready", timeout=2) as answer:
        return bool(answer.status == 200)
    return False


@pytest.fixture(scope="session")
def pushgateway_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a running Pushgateway, `http://127.0.0.1:port`. Shared by the session: push under a job of your own."""
    program = shutil.which("prometheus-pushgateway") or shutil.which("pushgateway")
    if program is None:
        pytest.skip(MISSING)
    address = f"{LOOPBACK}:{free_port()}"
    log = tmp_path_factory.mktemp("pushgateway") / "log"
    server = Server([*mortal(), program, f"--web.listen-address={address}"], log)
    try:
        server.wait_until(lambda: _answers(f"http://{address}"))
        yield f"http://{address}"
    finally:
        server.stop()
