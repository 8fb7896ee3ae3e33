"""A comparison as one page: a sentence, what changed in pictures, all columns in a table."""

from collections.abc import Mapping
from typing import Any

from tidegauge.comparing.compared import ComparedColumn
from tidegauge.reports.bar_rows import categories, most_moved
from tidegauge.reports.bins import Bar, gather
from tidegauge.reports.pictures import histogram
from tidegauge.reports.rendering import environment
from tidegauge.statistics.hellinger import Hellinger
from tidegauge.wording.text import one_line

WORDS = {"same": ("Same", "fine"), "changed": ("Changed", "alert"), "broken": ("Broken", "broken")}
PICTURES = 50
NEAREST = 3  # columns to show where nothing changed
DRAWN = 2  # pictures in a notebook, and so many lines of its table
MOST = 30


def render(comparison: Mapping[str, Any]) -> str:
    """The page, from a comparison's fields alone, so that the same tables give the same bytes."""
    columns: tuple[ComparedColumn, ...] = comparison["columns"]
    compared = [c for c in columns if c.current is not None]
    changed = [c for c in compared if c.verdict == "changed"]
    word, tone = WORDS[comparison["verdict"]]
    shown = changed[:PICTURES] or compared[:NEAREST]
    return (
        environment()
        .get_template("comparison.html")
        .render(
            c=comparison,
            verdict_word=word,
            tone=tone,
            changed=len(changed),
            looked=len(compared),
            distance=Hellinger.name,  # 0 to 1 for any kind of column: the one to list
            pictures=[_picture(c) for c in shown],
            version=_version(),
        )
    )


def fragment(comparison: Mapping[str, Any]) -> str:
    """What a notebook shows of it: no page of its own, and styles that change nothing around it."""
    columns: tuple[ComparedColumn, ...] = comparison["columns"]
    compared = [c for c in columns if c.current is not None]
    shown = [c for c in compared if c.verdict == "changed"] or compared
    return (
        environment()
        .get_template("notebook_comparison.html")
        .render(
            c=comparison,
            word=WORDS[comparison["verdict"]][0],
            rows=columns[:MOST],
            left_out=len(columns[MOST:]),
            pictures=[_picture(c) for c in shown[:DRAWN]],
        )
    )


def _picture(column: ComparedColumn) -> dict[str, Any]:
    changed = column.verdict == "changed"
    if not column.ordered:
        rows = categories(column.cells, mark=changed)
        return {"column": column, "histogram": None, "rows": rows, "marked": any(r.moved for r in rows)}
    bars = gather(column.cells)
    moved: frozenset[Bar] = frozenset()
    if changed:
        moved = frozenset(most_moved(list(bars), (b.current - b.reference for b in bars)))
    title = f"Histogram of {one_line(column.name, 60)}: reference and current"
    return {"column": column, "histogram": histogram(bars, moved, title), "rows": [], "marked": bool(moved)}


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("tidegauge")
    except PackageNotFoundError:
        return "0"
