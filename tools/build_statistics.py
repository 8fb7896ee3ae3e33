"""Write docs/statistics.md from the docstrings of the registries: `python -m tools.build_statistics`.

A test compares the page with `page()`, so that it cannot fall behind.
"""

import ast
import doctest
import inspect
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from tidegauge.relations import FAMILIES
from tidegauge.relations.base import Family
from tidegauge.statistics import (
    ARRIVALS,
    DISTANCES,
    FACTS,
    LABEL_LEVELS,
    LEVELS,
    SEGMENT_LABEL_LEVELS,
    SEGMENT_LEVELS,
    WINDOW_LEVELS,
)
from tidegauge.statistics.base import ColumnStatistic, SegmentLevel, WindowLevel
from tidegauge.statistics.statistic import Statistic

PAGE = Path(__file__).resolve().parents[1] / "docs" / "statistics.md"
Any = Statistic | Family

HEAD = """# Statistics

<!-- Written by tools/build_statistics.py from the docstrings; change those, not this page. -->

What tidegauge can say of a column, a window, its labels, or columns together. All but the relations is computed from
profiles (counts and exact sums by cell), for all columns at once, and never from rows; relations between columns are
told on a bounded sample of a window's rows. A value is nan where nothing can be said; it is never infinite.

Which one to read first:

- **What is different?** `never-seen` and `missing` for faults, `mean-shift` and `median-shift` for "how much higher".
- **How different, over all?** `hellinger` for any column; `wasserstein-normalised` for numbers where distance counts.
- **What does a policy name?** `psi`, `chi-squared`, `kolmogorov-smirnov`: all here, all with their traps.
- **What is wrong though every column looks as always?** The relations, at the end of this page.
- **What decides?** The levels and relations below and `hellinger-excess`, each against its own past, on a scale where
  its error hardly depends on its value.
"""

GROUPS: list[tuple[str, str, Mapping[str, Any]]] = [
    (
        "Between a profile and its reference",
        "Each compares two profiles in the same layout and is 0 for two equal ones, unless it says otherwise.",
        DISTANCES,
    ),
    (
        "Levels: facts of one profile",
        "Decisions follow each of them from window to window. As a statistic, a level is the difference of two.",
        LEVELS,
    ),
    ("Levels of a window's rows", "Facts of all rows of a window together.", WINDOW_LEVELS),
    (
        "Facts that need no spread",
        "Told only where no past window had them, by an exact chance; nothing is followed of them.",
        FACTS,
    ),
    ("Levels of a segment's predictions", "Of each segment that the monitor names.", SEGMENT_LEVELS),
    (
        "Levels of a window's labels",
        "In a stage of their own, when labels have arrived: some are judged, the others shown beside them.",
        {**LABEL_LEVELS, **ARRIVALS},
    ),
    (
        "Levels of a segment's labels",
        "Of each segment against all other rows of its window, beside its own `auc`.",
        SEGMENT_LABEL_LEVELS,
    ),
    (
        "Relations between columns",
        "Chosen once from a source's first weeks, learnt from past windows, scored on the rows that `sample` keeps.",
        FAMILIES,
    ),
]


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(_group(*group) for group in GROUPS)])


def _group(title: str, lead: str, members: Mapping[str, Any]) -> str:
    """A part of the page: a table of all its members, then each in full."""
    named: dict[type[Any], list[str]] = {}
    for name, member in members.items():
        named.setdefault(type(member), []).append(name)
    rows = [f"| {_names(names)} | {_kinds(kind)} | {_summary(kind)} |" for kind, names in named.items()]
    table = "\n".join(["| name | of | what it is |", "|---|---|---|", *rows])
    parts = [_member(kind, names, members[names[0]]) for kind, names in named.items()]
    return "\n".join([f"## {title}\n", f"{lead}\n", f"{table}\n", *parts])


def _member(kind: type[Any], names: list[str], member: Any) -> str:
    """One class in full: its docstring, the example fenced, and what decisions know of it."""
    text = "\n".join(_lines(kind))
    words = f'\n\nSaid as: "{member.says}".' if isinstance(member, Statistic) else _several(member)
    judged = getattr(member, "judged", True)
    facts = [f"least spread believed in: {member.floor}"] if hasattr(member, "floor") and judged else []
    facts += [] if judged else ["shown, and not judged"]
    facts += [word for flag, word in (("light", "light tail"), ("one_sided", "only a rise is bad"),
                                      ("only_falls", "only a fall is bad"),
                                      ("symmetric", "symmetric")) if getattr(member, flag, False)]  # fmt: skip
    tail = f"\n\n*{'; '.join(facts)[:1].upper()}{'; '.join(facts)[1:]}.*" if facts else ""
    return f"### {_names(names)}\n\n{text}{words}{tail}\n"


def _several(family: Family) -> str:
    """The words of a family of several numbers, one line each."""
    lines = [f'- `{s.name}`: "{s.says}".' for s in family.statistics]
    return "\n\nSaid as:\n\n" + "\n".join(lines)


def _lines(kind: type[Any]) -> list[str]:
    """The docstring's lines, examples in fences."""
    out: list[str] = []
    for block in doctest.DocTestParser().parse(_doc(kind)):
        if isinstance(block, str):
            if block.strip():
                out += ["```", "", block.strip()] if _open(out) else [block.strip()]
            continue
        if not _open(out):
            out += ["", "```pycon", *_imports(kind)]
        source = block.source.rstrip("\n").split("\n")
        out += [f">>> {source[0]}", *(f"... {line}" for line in source[1:])]
        out += block.want.rstrip("\n").split("\n") if block.want else []
    return [*out, "```"] if _open(out) else out


def _imports(kind: type[Any]) -> list[str]:
    """What an example takes from its module without saying, said: a reader has no such module around him."""
    source = "\n".join(e.source for e in doctest.DocTestParser().get_examples(_doc(kind)))
    names = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    found = vars(sys.modules[kind.__module__])
    out = []
    for name in sorted(names & set(found)):
        thing = found[name]
        if isinstance(thing, ModuleType):
            out.append(f">>> import {thing.__name__} as {name}")
        else:
            home = getattr(thing, "__module__", kind.__module__)  # a constant has none of its own
            out.append(f">>> from {home} import {name}")
    return sorted(out, key=lambda line: (line.startswith(">>> from"), line))


def _open(lines: list[str]) -> bool:
    """Whether a fence has begun and not ended."""
    return sum(line.startswith("```") for line in lines) % 2 == 1


def _doc(kind: type[Any]) -> str:
    return inspect.getdoc(kind) or ""


def _summary(kind: type[Any]) -> str:
    """The docstring's first sentence or paragraph, for a table."""
    return " ".join(_doc(kind).split("\n\n")[0].split()).replace("|", "\\|")


def _names(names: list[str]) -> str:
    """All names of a class; a long family by its ends."""
    some = names if len(names) <= 3 else [names[0], names[-1]]
    return (", " if len(names) <= 3 else " … ").join(f"`{name}`" for name in some)


def _kinds(kind: type[Any]) -> str:
    if issubclass(kind, ColumnStatistic):
        return ", ".join(sorted(kind.applies, reverse=True))
    if issubclass(kind, Family):
        return "rows of several columns"
    if issubclass(kind, SegmentLevel):
        return "predictions"
    return "window" if issubclass(kind, WindowLevel) else "labels"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
