"""Other packages' members join by entry points: read once and late, never instead of ours, and never in the way."""

import json
import logging
import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import duckdb
import pytest

from tests.families.installed import install, install_example
from tidegauge.core.errors import UnknownName
from tidegauge.core.plugins import Plugins
from tidegauge.core.registry import Registry
from tidegauge.statistics.base import Level
from tidegauge.statistics.missing import Missing
from tidegauge.statistics.statistic import whole

GROUP = "tidegauge.statistics"
COMMAND = "from tidegauge.cli import main; main()"
SRC = Path(__file__).parents[2] / "src"


def outside(folder: Path, *words: str) -> str:
    """What a program prints where the packages of a folder are installed."""
    env = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{SRC}"}
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False, env=env)
    assert done.returncode in (0, 1), done.stderr  # 1: there is a difference
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


def test_the_example_package_joins(tmp_path: Path) -> None:
    """Its statistic is at the end of the list, has words, and is told where tables are compared."""
    install_example(tmp_path)
    program = "from tidegauge.wording.lookup import find; from tidegauge.statistics import LEVELS, STATISTICS as S; "
    assert outside(tmp_path, "-c", program + "print([*LEVELS][-1], [*S][-1], find('even-share').title)").strip() == (
        "even-share even-share values in every second range"
    )
    for name in ("a", "b"):
        duckdb.sql(f"COPY (SELECT random() AS x FROM range(500)) TO '{tmp_path}/{name}.parquet'")
    compared = outside(tmp_path, "-c", COMMAND, "compare", f"{tmp_path}/a.parquet", f"{tmp_path}/b.parquet", "--json")
    assert "even-share" in json.loads(compared)["columns"][0]["statistics"]


def test_nothing_is_read_before_somebody_looks(tmp_path: Path) -> None:
    """Nor by the command's help: a slow package of a user's does not slow it down."""
    marker = tmp_path / "read"
    install(tmp_path, "slow", {GROUP: {"slow": "slow_module:X"}}, slow_module=f"open({str(marker)!r}, 'w').close()")
    outside(tmp_path, "-c", "import tidegauge.statistics, tidegauge.relations, tidegauge.wording.lookup")
    outside(tmp_path, "-c", COMMAND, "--help")
    assert not marker.exists()
    outside(tmp_path, "-c", "from tidegauge.wording.lookup import find; find('x')")
    assert marker.exists()


def a_registry() -> Registry[Level]:
    """A list of one, that other packages may add to, with what is installed now."""
    return Registry("level", [Missing()], check=whole, plugins=Plugins(GROUP), base=Level)


GOOD = """
from tests.families.toys import NegativeShare, RootRows, BothPositive

class Untold(NegativeShare):
    name = "untold"
    says = ""

class Shadow(NegativeShare):
    name = "missing"

class Again(NegativeShare):
    pass

made = NegativeShare()
function = print
"""


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("gone", "no_such_module:X", "does not load: ModuleNotFoundError"),
        ("attribute", "good_module:Nothing", "does not load: AttributeError"),
        ("untold", "good_module:Untold", "has no words: `says` is a clause that holds {value}, once."),
        ("shadow", "good_module:Shadow", '"missing" is a name that tidegauge has given already.'),
        ("function", "good_module:function", "is of none of the families' base classes."),
    ],
)
def test_a_broken_package_is_told_of_and_left_out(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    name: str,
    value: str,
    sentence: str,
) -> None:
    """Once, by its name; whoever needs the member hears why it is not there; all others go on."""
    install(tmp_path, "user-package", {GROUP: {name: value, "well": "good_module:made"}}, good_module=GOOD)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "good_module", raising=False)
    levels = a_registry()
    with caplog.at_level(logging.WARNING):
        assert list(levels) == ["missing", "negative-share"]
        assert type(levels["missing"]) is Missing
    (record,) = caplog.records
    assert "user-package" in record.getMessage()
    assert sentence in record.getMessage()
    with pytest.raises(UnknownName, match=f'no level is called "{name}". The package user-package brings it'):
        levels[name]


def test_two_packages_may_not_bring_one_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that comes first in the alphabet has it, whatever order they were installed in."""
    install(tmp_path, "b-package", {GROUP: {"other": "good_module:Again"}}, good_module=GOOD)
    install(tmp_path, "a-package", {GROUP: {"one": "good_module:made"}})
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "good_module", raising=False)
    levels = a_registry()
    assert type(levels["negative-share"]).__name__ == "NegativeShare"
    with pytest.raises(UnknownName, match='"negative-share" is a name that a-package has given already'):
        levels["other"]


def test_each_list_takes_what_is_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relation, a level and a number of rows come by one group."""
    lists = "FAMILIES, LEVELS, WINDOW_LEVELS, DISTANCES"
    program = f"""
from tidegauge.wording.lookup import find
from tidegauge.relations import FAMILIES
from tidegauge.statistics import DISTANCES, LEVELS, WINDOW_LEVELS
print(*([*each][-1] for each in ({lists})), find("both-positive").title)
"""
    names = {"r": "good_module:BothPositive", "l": "good_module:NegativeShare", "w": "good_module:RootRows"}
    install(tmp_path, "user-package", {GROUP: names}, good_module=GOOD)
    monkeypatch.chdir(Path(__file__).parents[2])
    assert outside(tmp_path, "-c", program).strip() == (
        "both-positive negative-share root-rows p90-shift above zero together with {others}"
    )


def test_a_list_of_classes_takes_classes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "user-package", {"tidegauge.toys": {"x": "good_module:NegativeShare"}}, good_module=GOOD)
    monkeypatch.syspath_prepend(str(tmp_path))
    listed: list[type[Level]] = [Missing]
    classes = Registry("toy", listed, plugins=Plugins("tidegauge.toys"), base=Level)  # type: ignore[type-var]  # a class attribute `name` is as good as an instance's
    assert [classes[n].__name__ for n in classes] == ["Missing", "NegativeShare"]


def test_what_is_installed_is_read_once_for_all_families(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And once more where modules are looked for elsewhere by then."""
    read: list[int] = []

    def counted() -> object:
        read.append(1)
        return entry_points()

    monkeypatch.setattr("tidegauge.core.plugins.entry_points", counted)
    monkeypatch.syspath_prepend(str(tmp_path / "a"))
    for group in ("tidegauge.toys", "tidegauge.kinds", "tidegauge.sinks"):
        assert Plugins(group).brought == ()
    assert len(read) == 1
    install(tmp_path / "b", "user-package", {"tidegauge.toys": {"x": "good_module:NegativeShare"}}, good_module=GOOD)
    monkeypatch.syspath_prepend(str(tmp_path / "b"))
    assert [b.name for b in Plugins("tidegauge.toys").brought] == ["x"]
    assert len(read) == 2
