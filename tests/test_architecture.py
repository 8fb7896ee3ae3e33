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
LONGEST, LARGEST = 250, 50  # lines of a file, lines of a function
# Settings of objects that are not ours, and have no other way to be told.
THEIRS = {
    # an entry of the log and an error of anybody's, kept on their lines: neither can be made anew
    "core/unseen.py": {"record.msg", "record.args", "one.args", "one.strerror", "one.__notes__"},
    "airflow/note.py": {"run.note"},  # Airflow's
    "airflow/report_link.py": {"each.operator_extra_links"},  # Airflow's
    "cli/main.py": {"error.message"},  # click's
    "cli/show.py": {"console.width"},  # rich's
    "quality/judging.py": {"context.variables.progress_bars"},  # Great Expectations'
    "replay/events.py": {"reader.fieldnames"},  # csv's
    "reports/rendering.py": {"env.filters"},  # jinja's
    "warehouses/postgres.py": {"connection.read_only"},  # psycopg's
}
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


def test_no_file_and_no_function_is_long() -> None:
    long = {}
    for path in sources():
        text, place = path.read_text(encoding="utf-8"), path.relative_to(PACKAGE).as_posix()
        if (lines := text.count("\n")) > LONGEST:
            long[place] = lines
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > LARGEST:
                    long[f"{place}: {node.name}"] = lines
    assert not long


def assigned(tree: ast.AST) -> Iterator[ast.Attribute]:
    """What statements set, add to or delete of objects: `x.y = …`, `x.y, z = …`, `x.y += …`, `setattr(x, "y", …)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
            yield node
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("setattr", "delattr", "object.__setattr__"):
            yield ast.Attribute(node.args[0], ast.unparse(node.args[1]).strip("'"), ast.Store())


def fields(tree: ast.Module) -> set[str]:
    """The fields of a file's own classes."""
    of_self = {n.attr for n in assigned(tree) if ast.unparse(n.value) in ("self", "cls")}
    bodies = (n.body for n in ast.walk(tree) if isinstance(n, ast.ClassDef))
    listed = (n.target for body in bodies for n in body if isinstance(n, ast.AnnAssign))
    return of_self | {n.id for n in listed if isinstance(n, ast.Name)}


def foreign(tree: ast.Module) -> set[str]:
    """Fields that a file sets of objects whose classes are another file's."""
    own = fields(tree)
    others = (n for n in assigned(tree) if ast.unparse(n.value) not in ("self", "cls"))
    return {ast.unparse(n) for n in others if n.attr not in own}


def test_nobody_sets_another_s_fields() -> None:
    """Who wants another thing asks its maker for one: what an object is made with, it keeps."""
    for path in sources():
        place = path.relative_to(PACKAGE).as_posix()
        assert foreign(ast.parse(path.read_text(encoding="utf-8"))) == THEIRS.get(place, set()), place


def test_setting_a_field_is_seen_however_it_is_written() -> None:
    """Guards the test above."""
    for text in ("a.b = 1", "a.b, c = 1, 2", "a.b += 1", "del a.b", "setattr(a, 'b', 1)", "a.b: int = 1"):
        assert foreign(ast.parse(text)) == {"a.b"}, text
    assert not foreign(ast.parse("class A:\n    b: int\n\ndef f(a: A) -> None:\n    a.b = 1"))


def test_parts_are_held_and_not_inherited() -> None:
    """A store of eleven parents, a pipeline that is a profiler: no class has more than two parents of ours."""
    many = {}
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and len(node.bases) > 2:
                many[node.name] = [ast.unparse(b) for b in node.bases]
    assert not many
    for name in (
        "store.store.Store",
        "pipeline.pipeline.Pipeline",
        "stages.profiler.Profiler",
        "stages.decider.Decider",
    ):
        module, _, member = f"tidegauge.{name}".rpartition(".")
        assert getattr(import_module(module), member).__bases__ == (object,), name
