"""compose.yaml: valid by Compose's own schema, closed to the network, pinned, and without a secret of its own.

Docker is not here, so nothing of it is started; what can be started by hand is, in test_postgres.py and
`benchmarks/image.py`.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import tidegauge

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
FILE = DEPLOY / "compose.yaml"
TEXT = FILE.read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
SECRET = re.compile(r"PASSWORD|SECRET|FERNET|TOKEN")
NO_SECRET = {"AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"}  # says where one is
AIRFLOW = ("init", "api-server", "scheduler", "dag-processor", "triggerer")


def complaints(file: Path) -> str:
    """What Compose's own JSON Schema says against a file."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return "" if done.returncode == 0 else done.stdout


def test_it_is_valid_by_compose_s_schema() -> None:
    assert not complaints(FILE)


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("    restart: unless-stopped\n", "    restarts: unless-stopped\n", "restarts"),
        ("condition: service_healthy", "condition: healthy", "healthy"),
    ],
)
def test_the_schema_finds_what_is_wrong(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text(TEXT.replace(right, wrong, 1))
    assert TEXT.count(right)
    assert said in complaints(file)


def test_it_is_closed_to_the_network() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert len(ports) == 5
    for port in ports:
        assert re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port), port
    for service in SERVICES.values():
        assert not {"network_mode", "privileged", "cap_add", "pid", "ipc"} & set(service)
        assert not any("docker.sock" in volume for volume in service.get("volumes", []))


def test_every_image_is_one_version() -> None:
    for name, service in SERVICES.items():
        tag = service["image"].rpartition(":")[2]
        assert re.fullmatch(r"v?\d+\.\d+(\.\d+)?", tag), (name, tag)
    assert "latest" not in TEXT


def test_the_image_s_version_is_the_package_s() -> None:
    for name in AIRFLOW:
        assert SERVICES[name]["image"] == f"tidegauge-airflow:{tidegauge.__version__}"


def strings(node: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Each text in a tree of YAML, with the key that it stands under."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from strings(value, str(key))
    elif isinstance(node, list):
        for value in node:
            yield from strings(value, name)
    elif isinstance(node, str):
        yield name, node


def test_every_secret_is_required_and_has_no_default() -> None:
    asked = set()
    for key, text in strings(COMPOSE):
        for variable, rest in re.findall(r"(?<!\$)\$\{(\w+)([^}]*)\}", text):
            assert rest.startswith(":?"), f"{key}: {variable} is not required"
            asked.add(variable)
        if SECRET.search(key) and key not in NO_SECRET:
            assert re.search(r"\$\{\w+:\?", text), f"{key} is written out"
        assert not re.search(r"://[^/@\s$]+:[^$@\s][^@\s]*@", text), f"{key}: a password in an address"
    listed = dict(re.findall(r"^(\w+)=(.*)$", (DEPLOY / "example.env").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(listed) == asked
    assert not any(listed.values())


def test_every_service_says_whether_it_is_well_and_comes_back() -> None:
    for name, service in SERVICES.items():
        if name == "init":
            assert service["restart"] == "no"
            continue
        assert service["restart"] == "unless-stopped", name
        assert service["healthcheck"]["test"][0] == "CMD", name


def test_who_waits_for_whom() -> None:
    assert SERVICES["init"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for name in AIRFLOW[1:]:
        assert SERVICES[name]["depends_on"] == {"init": {"condition": "service_completed_successfully"}}
        assert SERVICES[name]["command"] == [name]


def test_the_airflow_services_are_one_installation() -> None:
    """What one of them knows of the database, the keys and the folders, all know."""
    shared = {name: dict(SERVICES[name]["environment"]) for name in AIRFLOW}
    shared["init"].pop("AIRFLOW_ADMIN_PASSWORD")  # nobody else is told
    assert len({json.dumps(each, sort_keys=True) for each in shared.values()}) == 1
    assert len({json.dumps(SERVICES[name]["volumes"]) for name in AIRFLOW}) == 1
    assert shared["init"]["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"


def test_what_is_mounted_is_there_and_read_only() -> None:
    named = set(COMPOSE["volumes"])
    used = set()
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source, _, rest = volume.partition(":")
            if source.startswith("."):
                assert rest.endswith(":ro"), volume
            else:
                used.add(source)
    assert used == named


def test_prometheus_keeps_a_year_and_takes_what_is_written() -> None:
    command = SERVICES["prometheus"]["command"]
    assert "--web.enable-remote-write-receiver" in command
    assert "--storage.tsdb.retention.time=400d" in command
