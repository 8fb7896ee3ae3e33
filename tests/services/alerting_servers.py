"""A Prometheus with rules, an Alertmanager with the routes that are shipped, and whoever they tell."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import yaml

from tests.services.answering import answering
from tests.services.process import LOOPBACK, Server, free_port, mortal
from tests.services.series_servers import SeriesServer, needed

SHIPPED = Path(__file__).parents[2] / "deploy" / "alertmanager" / "alertmanager.yml"


class Notice(NamedTuple):
    """What a receiver was told."""

    receiver: str
    status: str
    alerts: tuple[tuple[str, str, str], ...]  # name, stage, incident


@contextmanager
def alerting(folder: Path, rules: str) -> Iterator[tuple[SeriesServer, list[Notice]]]:
    """The server to write to, and the notices so far. All waits are a second where they would be minutes."""
    needed("prometheus")
    needed("prometheus-alertmanager")

    class Receiver(BaseHTTPRequestHandler):
        notices: ClassVar[list[Notice]] = []

        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            alerts = tuple(
                (a["labels"]["alertname"], a["labels"].get("stage", ""), a["labels"].get("incident", ""))
                for a in told["alerts"]
            )
            self.notices.append(Notice(self.path.strip("/"), told["status"], alerts))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with answering(Receiver) as address:
        config = folder / "alertmanager.yml"
        config.write_text(yaml.safe_dump(_quick(address)), encoding="utf-8")
        here = f"{LOOPBACK}:{free_port()}"
        command = ["prometheus-alertmanager", f"--config.file={config}", f"--storage.path={folder}/told"]
        alertmanager = Server(
            [*mortal(), *command, f"--web.listen-address={here}", "--cluster.listen-address="], folder / "am.log"
        )
        prometheus = SeriesServer("prometheus", folder / "prometheus")
        try:
            alertmanager.wait_until(lambda: _ready(f"http://{here}"))
            _with_rules(prometheus, rules, here)
            prometheus.start()
            assert prometheus.server is not None
            # an alert that fires before it knows an Alertmanager is told only a minute later
            prometheus.server.wait_until(lambda: _knows(prometheus))
            yield prometheus, Receiver.notices
        finally:
            prometheus.stop()
            alertmanager.stop()


def _quick(address: str) -> dict[str, Any]:
    """The shipped configuration, but for its receivers and its patience."""
    config: dict[str, Any] = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    config["route"] |= {"group_wait": "1s", "group_interval": "1s"}
    config["receivers"] = [
        {"name": one["name"], "webhook_configs": [{"url": f"{address}/{one['name']}", "send_resolved": True}]}
        for one in config["receivers"]
    ]
    return config


def _with_rules(server: SeriesServer, rules: str, alertmanager: str) -> None:
    file = yaml.safe_load(rules)
    for group in file["groups"]:
        group["interval"] = "1s"
        for rule in group["rules"]:
            if "for" in rule:
                rule["for"] = "1s"
    (server.folder / "r.yml").write_text(yaml.safe_dump(file), encoding="utf-8")
    config = yaml.safe_load((server.folder / "prometheus.yml").read_text(encoding="utf-8"))
    config |= {
        "rule_files": ["r.yml"],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [alertmanager]}]}]},
    }
    (server.folder / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")


def _ready(url: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"{url}/-/ready", timeout=2) as answer:
        return bool(answer.status == 200)
    return False


def _knows(server: SeriesServer) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"{server.url}/metrics", timeout=2) as answer:
        return b"\nprometheus_notifications_alertmanagers_discovered 1\n" in answer.read()
    return False
