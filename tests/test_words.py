"""One language: words that the house has given up do not come back.

They were its own for things that the field, or plain English, has a word for; docs/decisions keeps them as history.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
# old word → ours; each anywhere, also in its plural
GONE = {
    "beat": "point",
    "bulletin": "report",
    "carrying": "carrying out: actions/execution",
    "exhibit": "panel",
    "harvest": "what was tried",
    "lane": "track",
    "nouns": "core",
    "shelf": "stored profiles",
    "shelves": "stored profiles, kept candidates",
    "sight": "sensitivity",
    "tale": "incident builder",
    "unjudged": "coverage",
}
# old name → ours; these words are plain English in a sentence, and no module, class, function or key is called so
NAMELESS = {
    "cutting": "first layouts",
    "look": "observation",
    "move": "cell shift",
    "said": "what it says: a clause, a sentence, an answer",
    "standing": "rulings",
    "term": "signal",
    "told": "who was notified, an option, an outline",
}
TEXTS = {".py", ".md", ".sql", ".html", ".css", ".toml", ".yml", ".yaml", ".sh", ".json"}
FOLDERS = ("src", "sql", "tests", "docs", "examples", "benchmarks", "tools", "dags")


def texts() -> Iterator[Path]:
    """All that people read and write here, but for the decisions, which tell how it came about."""
    inside = (p for folder in FOLDERS for p in sorted((ROOT / folder).rglob("*")))
    for path in (*ROOT.glob("*.*"), *inside):
        if path.suffix in TEXTS and path.is_file() and ROOT / "docs/decisions" not in path.parents:
            yield path


def test_words_that_were_given_up_are_nowhere() -> None:
    gone = re.compile(rf"\b({'|'.join(GONE)})s?\b|_({'|'.join(GONE)})s?\b|\b({'|'.join(GONE)})s?_", re.IGNORECASE)
    found = {
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in texts()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if gone.search(line)
    }
    assert not found


def _names(tree: ast.AST) -> Iterator[str]:
    """What a file's classes, functions, fields and keys are called."""
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.Dict(keys=keys):
                yield from (k.value for k in keys if isinstance(k, ast.Constant) and isinstance(k.value, str))
        if isinstance(node, ast.ClassDef):
            yield from (
                b.target.id for b in node.body if isinstance(b, ast.AnnAssign) and isinstance(b.target, ast.Name)
            )


def test_nothing_is_called_by_a_word_that_says_nothing() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in texts()
        if path.suffix == ".py" and path != Path(__file__)
        for name in (path.stem, *_names(ast.parse(path.read_text())))
        if name.strip("_").lower() in NAMELESS
    }
    assert not found
