"""What is installed: pins that pin, dependencies that are declared, a wheel that is whole and runs by itself."""

import ast
import os
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from collections.abc import Iterable
from email import message_from_bytes
from importlib.metadata import distribution
from pathlib import Path

import duckdb
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import tidegauge

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def environments() -> dict[str, set[str]]:
    """Environment → extras of pyproject.toml, as the Makefile lists them."""
    listed = re.findall(r"^EXTRAS_(\w+) := (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    return {name: set(extras.split()) for name, extras in listed}


@pytest.mark.parametrize("pins", sorted(p.name for p in (ROOT / "requirements").glob("*.txt")))
def test_every_pin_is_one_version_with_hashes_and_no_address(pins: str) -> None:
    text = (ROOT / "requirements" / pins).read_text(encoding="utf-8")
    entries = [line for line in re.sub(r" *\\\n", " ", text).splitlines() if line and not line.lstrip().startswith("#")]
    assert entries
    for entry in entries:
        assert re.match(r"[a-z0-9._\[\]-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", entry), entry
    assert "://" not in text
    assert "--index" not in text


def test_every_environment_has_its_pins_and_no_pins_are_nobody_s() -> None:
    assert {"test", "demo", "docs"} <= set(environments())
    assert {p.stem for p in (ROOT / "requirements").glob("*.txt")} == {"build", *environments()}


def named(requirements: list[str]) -> set[str]:
    """The packages that some requirements name."""
    return {re.split(r"[\[<>=~! ]", each)[0].lower() for each in requirements}


def pinned(environment: str) -> dict[str, str]:
    """Package → version, where there is one for every Python."""
    text = (ROOT / "requirements" / f"{environment}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("environment", sorted(environments()))
def test_every_dependency_is_pinned(environment: str) -> None:
    extras = PROJECT["optional-dependencies"]
    wanted = named(sum((extras[e] for e in environments()[environment]), PROJECT["dependencies"]))
    assert wanted <= set(pinned(environment)), "run `make pins`"


@pytest.mark.parametrize("environment", sorted(environments()))
def test_environments_agree_for_they_share_one_venv(environment: str) -> None:
    here, test = pinned(environment), pinned("test")
    assert not {n: (v, test[n]) for n, v in here.items() if test.get(n, v) != v}


def test_the_demo_installs_no_test_and_no_tool() -> None:
    assert not named([*PROJECT["optional-dependencies"]["check"], *PROJECT["optional-dependencies"]["docs"]]) & set(
        pinned("demo")
    )
    assert not {"great-expectations", "hypothesis", "pytest", "psycopg"} & set(pinned("demo"))


# What Airflow's own constraints pin of what we need, by its version (for Python 3.12). Who follows Airflow's way to
# install it has these.
AIRFLOW_PINS = {
    "3.2.1": {
        "alembic": "1.18.4",
        "apache-airflow-providers-standard": "1.12.3",
        "click": "8.3.2",
        "jinja2": "3.1.6",
        "markupsafe": "3.0.3",
        "numpy": "2.4.4",
        "pandas": "2.3.3",
        "prometheus-client": "0.25.0",
        "pyarrow": "23.0.1",
        "pydantic": "2.13.1",
        "pydantic-core": "2.46.1",
        "pytz": "2026.1.post1",
        "pyyaml": "6.0.3",
        "rich": "13.9.4",
        "scipy": "1.17.1",
        "sqlalchemy": "2.0.49",
        "tzdata": "2026.1",
    }
}


@pytest.mark.parametrize("airflow", sorted(AIRFLOW_PINS))
def test_the_wheel_installs_under_airflow_s_own_constraints(airflow: str) -> None:
    extras = PROJECT["optional-dependencies"]
    ranges = [Requirement(r) for r in sum((extras[e] for e in ("airflow", "postgres")), PROJECT["dependencies"])]
    pins = AIRFLOW_PINS[airflow] | {"apache-airflow": airflow}
    met = [r for r in ranges if r.name in pins]
    assert len(met) > 12
    assert not [f"{r} but {pins[r.name]}" for r in met if not r.specifier.contains(pins[r.name])]


# What a distribution is imported as, where that is another name.
IMPORTED_AS = {"great-expectations": "great_expectations", "pyyaml": "yaml", "apache-airflow": "airflow"}


def test_whatever_is_imported_is_declared() -> None:
    """A package that comes along with another one may stay away the day that the other one changes."""
    extras = PROJECT["optional-dependencies"]
    declared = named(sum((extras[e] for e in ("postgres", "spark", "airflow", "quality")), PROJECT["dependencies"]))
    known = {IMPORTED_AS.get(name, name.replace("-", "_")) for name in declared}
    found: dict[str, str] = {}
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            found |= {name.partition(".")[0]: path.name for name in names}
    foreign = {name: where for name, where in found.items() if name not in {*sys.stdlib_module_names, "tidegauge"}}
    assert "markupsafe" in foreign
    assert not {name: where for name, where in foreign.items() if name not in known}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from these sources without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, check=True, capture_output=True, cwd=ROOT)
    (made,) = folder.glob("*.whl")
    return made


def test_the_wheel_is_whole(wheel: Path) -> None:
    """Statements and the mark of types travel inside it, and no test or example does."""
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    statements = {path.relative_to(ROOT).as_posix() for path in (ROOT / "sql").rglob("*.sql")}
    assert statements
    assert {f"tidegauge/{name}" for name in statements} <= inside
    assert "tidegauge/py.typed" in inside
    assert {name.partition("/")[0] for name in inside} == {"tidegauge", f"tidegauge-{tidegauge.__version__}.dist-info"}


def test_a_package_index_is_shown_no_broken_link_and_no_broken_picture(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith("/METADATA"))
        shown = message_from_bytes(archive.read(name))
    page = shown.get_payload()
    assert isinstance(page, str)
    assert shown["Description-Content-Type"] == "text/markdown"
    assert [t for t in re.findall(r"\]\(([^)]+)\)", page) if not t.startswith("https://")] == []
    assert "| Alerts that you can believe |" in page, "words stay"
    assert "These pages are in the source distribution" in page


def needed(names: Iterable[str]) -> set[str]:
    """Everything that pip would install for these names, by what is installed here."""
    found: set[str] = set()
    waiting = [(Requirement(each), "") for each in names]
    while waiting:
        one, extra = waiting.pop()
        if one.marker and not one.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(one.name)
        if name not in found or one.extras:
            asked = [Requirement(each) for each in distribution(name).requires or ()]
            waiting += [(each, e) for each in asked for e in one.extras or [""]]
        found.add(name)
    return found


@pytest.fixture(scope="module")
def alone(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel and what it says that it needs, and nothing else; its folder of programs."""
    place = tmp_path_factory.mktemp("alone")
    venv.create(place, with_pip=False)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python", str(place / "bin/python")]
    subprocess.run([*pip, "install", "--no-index", "--no-deps", str(wheel)], check=True, capture_output=True)
    (packages,) = (place / "lib").glob("python*/site-packages")
    for name in needed(PROJECT["dependencies"]):
        for top in {file.parts[0] for file in distribution(name).files or ()} - {"..", "__pycache__"}:
            if not (packages / top).exists():
                (packages / top).symlink_to(str(distribution(name).locate_file(top)))
    return place / "bin"


def printed(*command: str | Path, folder: Path, code: int = 0) -> str:
    """What a program prints that knows nothing of these sources."""
    known = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}
    done = subprocess.run([*command], capture_output=True, text=True, check=False, cwd=folder, env=known)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_compares_two_tables_with_what_it_says_that_it_needs(alone: Path, tmp_path: Path) -> None:
    for name, first in (("january", 0), ("february", 25)):
        rows = "".join(f"{first + i % 50}.5,{'DE' if i % 3 else 'FR'}\n" for i in range(500))
        (tmp_path / f"{name}.csv").write_text(f"age,country\n{rows}", encoding="utf-8")
    assert str(ROOT) not in printed(alone / "python", "-c", "import tidegauge as t; print(t.__file__)", folder=tmp_path)
    tables = ("january.csv", "february.csv", "--html", "page.html")
    assert "the median went from" in printed(alone / "tidegauge", "compare", *tables, folder=tmp_path, code=1)
    assert "<svg" in (tmp_path / "page.html").read_text(encoding="utf-8")


LOG = """CREATE TABLE log AS SELECT i AS id, TIMESTAMPTZ '2024-01-01 00:00:00+00' + INTERVAL (i * 6) MINUTE AS at,
(hash(i) % 1000) / 1000.0 AS x FROM range(6000) AS t(i)"""
MONITOR = """
monitor: m
source: {url: "duckdb:///log.duckdb", table: log}
columns: {id: id, time: at, numeric: [x]}
window: {every: day, zone: UTC}
"""
TELL = "import atexit, sys; atexit.register(lambda: print('\\nloaded', *sys.modules))"


def test_a_night_that_has_nothing_to_do_brings_in_no_frames_and_no_scipy(alone: Path, tmp_path: Path) -> None:
    """A second run and a check: they need little, so they start at once. The first run needs no frames either."""
    with duckdb.connect(str(tmp_path / "log.duckdb")) as warehouse:
        warehouse.execute(LOG)
    (tmp_path / "m.yml").write_text(MONITOR, encoding="utf-8")
    printed(alone / "tidegauge", "backfill", "m.yml", "--to", "2024-01-24", folder=tmp_path)
    night = ("run", "m.yml", "--window", "2024-01-25")
    verbs = [night, night, ("check", "m.yml")]
    for k, verb in enumerate(verbs):
        program = f"{TELL}; from tidegauge.cli import main; main({[*verb]!r})"
        told = printed(alone / "python", "-c", program, folder=tmp_path)
        loaded = {name.partition(".")[0] for name in told.partition("\nloaded ")[2].split()}
        assert "sqlalchemy" in loaded
        assert not loaded & ({"pandas"} if k == 0 else {"pandas", "scipy"}), verb
