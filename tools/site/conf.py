"""The documentation site: the pages of the tree as they lie, with navigation, search and an API page (`make site`).

Sphinx reads the whole tree, so that a link from one page to another, or to a program, is the same on the site as in a
clone. Nothing is loaded from elsewhere: no CDN, no fonts, no telemetry (`tests/browser/test_site.py` looks).
"""

import re
import shutil
from pathlib import Path

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx
from sphinx.pycode import parser

from tidegauge import __version__

project = "tidegauge"
author = "the tidegauge developers"
copyright = author  # noqa: A001 - Sphinx calls it so
version = release = __version__

# Captions of the navigation, with their pages in the order in which they are read. A page that stands in none of them
# fails the build.
NAVIGATION = {
    "Using it": [
        "docs/inference-log",
        "docs/text",
        "docs/llm",
        "docs/classes",
        "docs/performance",
        "docs/deciding",
        "docs/page",
        "docs/causes",
        "docs/replay",
        "docs/incidents",
        "docs/retraining",
        "docs/models",
        "docs/delivery",
        "docs/event-time",
        "docs/rules",
        "docs/dashboards",
        "docs/store",
    ],
    "Airflow": ["docs/airflow", "docs/deploy", "examples/flights/README"],
    "Reference": [
        "docs/statistics",
        "docs/metrics",
        "docs/tuning",
        "docs/glossary",
        "docs/api",
        "docs/engines",
        "docs/extending",
    ],
    "Evidence": ["docs/alerts", "docs/benchmark", "benchmarks/README"],
    "The project": [
        "CONTRIBUTING",
        "docs/architecture",
        "docs/decisions/README",
        "requirements/README",
        "SECURITY",
        "CHANGELOG",
    ],
}

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
root_doc = "README"
include_patterns = [
    "*.md",
    "docs/*.md",
    "docs/decisions/*.md",
    "docs/runbooks/*.md",
    "requirements/*.md",
    "benchmarks/README.md",
    "examples/flights/README.md",
]
exclude_patterns = [".*", "**/__pycache__", "build", "dist", "benchmarks/out", "src", "tests", "sql"]

myst_heading_anchors = 4
autodoc_mock_imports = ["airflow"]  # only its names are told, and it is large
autodoc_typehints = "description"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
default_role = "code"  # docstrings here write code as Markdown does, between single backticks

# An attribute is told by the comment behind it, here as everywhere in the code; autodoc by itself wants `#:`.
parser.comment_re = re.compile(r"^\s*#:? ?(?!noqa|type:)(.*)\r?\n?$")

html_theme = "furo"
html_title = f"tidegauge {version}"
html_copy_source = False
html_show_sphinx = False
html_permalinks_icon = "#"
html_baseurl = ""


def _navigation(app: Sphinx, name: str, source: list[str]) -> None:
    """Hang the pages below the first one; decisions and runbooks below the page that lists them."""
    if name == "README":
        parts = NAVIGATION
    elif name == "docs/rules":
        pages = sorted(p.stem for p in (Path(app.srcdir) / "docs" / "runbooks").glob("*.md"))
        parts = {"": [f"docs/runbooks/{page}" for page in pages]}
    elif name == "docs/decisions/README":
        pages = sorted(p.stem for p in (Path(app.srcdir) / "docs" / "decisions").glob("[0-9]*.md"))
        parts = {"": [f"docs/decisions/{page}" for page in pages]}
    else:
        return
    for caption, pages in parts.items():
        lines = ["", "```{toctree}", ":hidden:", *([f":caption: {caption}"] if caption else [])]
        source[0] += "\n".join([*lines, *(f"/{page}" for page in pages), "```", ""])


def _front(app: Sphinx, error: Exception | None) -> None:
    """Readers look for index.html."""
    if error is None and app.builder.name == "html":
        shutil.copy(app.outdir / "README.html", app.outdir / "index.html")


def _comment(kept: dict[str, list[str]], what: str, name: str, lines: list[str]) -> None:
    """An attribute's comment as it stands: to napoleon, which comes between, the words before a colon are a type."""
    if what == "attribute" and name not in kept:
        kept[name] = list(lines)
    elif what == "attribute":
        lines[:] = kept.pop(name)


def setup(app: Sphinx) -> None:
    """What Sphinx calls."""
    for plain in ("csv", "mermaid"):  # read as they stand
        app.add_lexer(plain, TextLexer)
    kept: dict[str, list[str]] = {}
    for priority in (100, 900):
        app.connect("autodoc-process-docstring", lambda _, *a: _comment(kept, a[0], a[1], a[4]), priority)
    app.connect("source-read", _navigation)
    app.connect("build-finished", _front)
