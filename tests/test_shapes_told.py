"""Who reads a function that gives arrays is told their shapes first: "[K, D] …"."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "tidegauge"
ROOMS = ("boosting", "causes", "decisions", "profiles", "references", "relations", "sensitivity", "statistics")
ARRAYS = re.compile(r"\b(NDArray|ndarray|Floats|Ints|Mask|Array|Bins)\b")
SHAPE = re.compile(r"\[[^\]]+\]")
# told once, in the base class: a member's own `_level` is `Level._level`
TOLD_IN_THE_BASE = {"_between", "_level", "onto"}


def of_arrays(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    """The functions that give arrays, by their annotations."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.returns is not None and ARRAYS.search(ast.unparse(node.returns)):
            yield node


def untold(source: str) -> list[str]:
    """The names of those whose docstring does not begin with shapes."""
    out = []
    for node in of_arrays(ast.parse(source)):
        told = ast.get_docstring(node)
        if told is None and node.name in TOLD_IN_THE_BASE:
            continue
        if told is None or not SHAPE.search(told.splitlines()[0]):
            out.append(node.name)
    return out


@pytest.mark.parametrize("room", ROOMS)
def test_a_docstring_begins_with_the_shapes_that_it_gives(room: str) -> None:
    sources = {path: path.read_text(encoding="utf-8") for path in sorted((PACKAGE / room).rglob("*.py"))}
    assert not {str(p.relative_to(PACKAGE)): names for p, text in sources.items() if (names := untold(text))}
    if room != "references":  # windows and calendars: no arrays to this day
        assert any(list(of_arrays(ast.parse(text))) for text in sources.values())


@pytest.mark.parametrize("told", ["", '    """The ranks."""\n', '    """The ranks.\n\n    Shapes: [n].\n    """\n'])
def test_the_search_finds_one_that_says_nothing(told: str) -> None:
    """Guards the test above."""
    assert untold(f"def ranks(x: Floats) -> Floats:\n{told}    return x\n") == ["ranks"]
    assert not untold('def ranks(x: Floats) -> Floats:\n    """[n] ranks."""\n    return x\n')
