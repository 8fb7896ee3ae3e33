"""The page, the contract and the folders draw one house."""

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "tidegauge"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+) \| `(\w+)` \| .+ \|$", re.MULTILINE)


def floors() -> list[set[str]]:
    """The rooms of each floor by the import contract, from the ground up."""
    found = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = [c for c in found["tool"]["importlinter"]["contracts"] if c["id"] == "floors"]
    assert contract["exhaustive"]
    return [set(re.findall(r"\w+", layer)) for layer in reversed(contract["layers"])]


def sources() -> Iterator[Path]:
    yield from (p for p in PACKAGE.rglob("*.py") if "migrations" not in p.parts)


def test_page_contract_and_folders_are_one_house() -> None:
    drawn: dict[int, set[str]] = defaultdict(set)
    for floor, room in ROW.findall(PAGE):
        drawn[int(floor)].add(room)
    assert [drawn[k] for k in sorted(drawn)] == floors()
    assert sorted(drawn) == list(range(1, len(drawn) + 1))
    folders = {p.name for p in PACKAGE.iterdir() if p.is_dir() and (p / "__init__.py").exists()}
    assert folders == set().union(*floors())


def test_the_house_is_low_and_no_floor_is_crowded() -> None:
    assert len(floors()) <= 12
    assert max(map(len, floors())) <= 4


def test_nothing_stands_loose_in_the_hall() -> None:
    assert [p.name for p in PACKAGE.glob("*.py")] == ["__init__.py"]


def test_no_module_and_no_class_has_another_s_name() -> None:
    modules, classes = defaultdict(list), defaultdict(list)
    for path in sources():
        if path.stem not in ("__init__", "base", "__main__"):
            modules[path.stem].append(path)
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                classes[node.name].append(path)
    assert not {name: found for name, found in (modules | classes).items() if len(found) > 1}


def test_every_family_on_the_page_is_there() -> None:
    rows = re.findall(r"^\| [\w ]+ \| `([\w.]+)`.* \| `([\w.]+)` \|$", PAGE, re.MULTILINE)
    assert len(rows) >= 8
    for names in rows:
        for name in names:
            module, _, attribute = name.rpartition(".")
            assert hasattr(import_module(module), attribute), name
