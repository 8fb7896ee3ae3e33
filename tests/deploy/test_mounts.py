"""What compose mounts is in the tree, and real servers start with exactly those files and its own flags."""

import shutil
import urllib.request
from contextlib import suppress
from pathlib import Path

import yaml

from tests.deploy.test_compose import DEPLOY, SERVICES
from tests.services.process import LOOPBACK, Server, free_port, mortal
from tests.services.series_servers import needed


def mounted(service: str) -> dict[str, Path]:
    """Where a service sees what of the tree."""
    pairs = (volume.split(":")[:2] for volume in SERVICES[service].get("volumes", []) if volume.startswith("."))
    return {target: (DEPLOY / source).resolve() for source, target in pairs}


def in_the_tree(service: str, path: str) -> Path:
    """The file of the tree that a service sees at a path."""
    (found,) = [place / path[len(at) + 1 :] for at, place in mounted(service).items() if path.startswith(f"{at}/")]
    return found


def test_everything_that_is_mounted_is_there() -> None:
    places = {place for service in SERVICES for place in mounted(service).values()}
    assert len(places) == 7
    for place in places:
        assert place.is_dir(), place
        assert any(place.iterdir()), f"{place} is empty"


def test_what_commands_name_lies_in_a_mount() -> None:
    for service in ("prometheus", "alertmanager"):
        (config,) = [flag for flag in SERVICES[service]["command"] if flag.startswith("--config.file=")]
        assert in_the_tree(service, config.partition("=")[2]).is_file()


def test_grafana_finds_its_dashboards_and_its_sources() -> None:
    provisioning = mounted("grafana")["/etc/grafana/provisioning"]
    (provider,) = yaml.safe_load((provisioning / "dashboards" / "tidegauge.yaml").read_text("utf-8"))["providers"]
    shown = mounted("grafana")[provider["options"]["path"]]
    assert any(shown.glob("*.json"))
    sources = yaml.safe_load((provisioning / "datasources" / "tidegauge.yaml").read_text("utf-8"))["datasources"]
    for source in sources:
        host, _, port = source["url"].removeprefix("http://").partition(":")
        assert host in SERVICES, "a service of compose, by its name"
        assert port.isdigit()


def test_prometheus_scrapes_and_tells_services_that_there_are() -> None:
    config = yaml.safe_load(in_the_tree("prometheus", "/etc/prometheus/prometheus.yml").read_text("utf-8"))
    told = [
        target for one in config["alerting"]["alertmanagers"] for s in one["static_configs"] for target in s["targets"]
    ]
    scraped = [target for job in config["scrape_configs"] for s in job["static_configs"] for target in s["targets"]]
    for target in (*told, *scraped):
        name, _, port = target.partition(":")
        assert any(p.endswith(f":{port}") for p in SERVICES[name]["ports"]), target


def test_real_servers_start_with_these_files_and_flags(tmp_path: Path) -> None:
    """But for the port, and the folder of their data: the images have those at places of their own."""
    places = {"/prometheus": str(tmp_path / "prometheus"), "/alertmanager": str(tmp_path / "alertmanager")}
    for service, program in (("prometheus", "prometheus"), ("alertmanager", "prometheus-alertmanager")):
        needed(program)
        here = f"{LOOPBACK}:{free_port()}"
        flags = []
        for flag in SERVICES[service]["command"]:
            name, _, value = flag.partition("=")
            if name == "--config.file":
                value = str(in_the_tree(service, value))
            flags.append(f"{name}={places.get(value, value)}" if "=" in flag else flag)
        server = Server(
            [*mortal(), str(shutil.which(program)), *flags, f"--web.listen-address={here}"], tmp_path / f"{service}.log"
        )
        try:
            server.wait_until(lambda: _ready(here))  # noqa: B023 - it is asked at once
        finally:
            server.stop()


def _ready(address: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"http://{address}/-/ready", timeout=2) as answer:
        return bool(answer.status == 200)
    return False


def test_the_page_writes_rules_where_this_prometheus_reads_them() -> None:
    config = yaml.safe_load(in_the_tree("prometheus", "/etc/prometheus/prometheus.yml").read_text(encoding="utf-8"))
    (read,) = config["rule_files"]
    page = (DEPLOY.parent / "docs/deploy.md").read_text(encoding="utf-8")
    (written,) = [line.split("> ")[1] for line in page.splitlines() if "> deploy/" in line]
    assert (DEPLOY.parent / written).match(in_the_tree("prometheus", read).as_posix())
    assert f"mkdir -p {Path(written).parent}" in page
