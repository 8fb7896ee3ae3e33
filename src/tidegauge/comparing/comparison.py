"""What a comparison found: a sentence, a verdict for the whole and for each column, every statistic."""

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

from tidegauge.comparing.compared import ComparedColumn
from tidegauge.wording.text import DASH, number, one_line, share

if TYPE_CHECKING:
    import pandas as pd

ORDER = ("broken", "changed", "same", "left out")
SIDES = "reference", "current side"
NAMED = 3  # columns in the first sentence
FORMAT = 1  # of the JSON
FEWEST = 20  # rows a side below which all values lie in one pooled cell: no shape is told from another
MANY = 200


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer of `tidegauge.compare`. Print it for a table; `columns` is in the order of what matters most."""

    verdict: Literal["same", "changed", "broken"]
    sentence: str
    reference: str  # what was compared: a path, "pandas DataFrame" …
    current: str
    reference_rows: int
    current_rows: int
    columns: tuple[ComparedColumn, ...]

    def __getitem__(self, column: str) -> ComparedColumn:
        for each in self.columns:
            if each.name == column:
                return each
        raise KeyError(column)

    def to_dict(self) -> dict[str, Any]:
        """Everything but the cells, as JSON values."""
        return {
            "format": FORMAT,
            "verdict": self.verdict,
            "sentence": self.sentence,
            "reference": {"name": self.reference, "rows": self.reference_rows},
            "current": {"name": self.current, "rows": self.current_rows},
            "columns": [c.to_dict() for c in self.columns],
        }

    def to_json(self, *, indent: int | None = 2) -> str:
        """`to_dict` as text; the same tables give the same bytes."""
        return json.dumps(self.to_dict(), indent=indent, ensure_ascii=False, allow_nan=False)

    def to_html(self) -> str:
        """One page that opens anywhere: no network, no script, every value escaped."""
        from tidegauge.comparing.comparison_page import render  # templates are only read where a page is asked for

        return render({f.name: getattr(self, f.name) for f in fields(self)})

    def to_frame(self) -> "pd.DataFrame":
        """A row a column, the most important first: its verdict, strength and chance, every statistic, a sentence.

        What does not apply to a column, or can't be said of it, is NaN.
        """
        import pandas as pd  # only where a frame is asked for

        rows = [
            {"column": c.name, "kind": c.kind, "verdict": c.verdict, "strength": c.strength, "chance": c.chance}
            | c.statistics
            | {"sentence": c.sentence}
            for c in self.columns
        ]
        return pd.DataFrame(rows).set_index("column")

    def _repr_html_(self) -> str:
        """In a notebook: the sentence, the columns in a table, what changed most in a picture."""
        from tidegauge.comparing.comparison_page import fragment

        return fragment({f.name: getattr(self, f.name) for f in fields(self)})

    def __str__(self) -> str:
        sides = f"{self.reference} ({self.reference_rows:,} rows) against {self.current} ({self.current_rows:,} rows)"
        lines = [self.sentence, one_line(sides, 300), ""]
        lines += _table([c for c in self.columns if c.verdict != "left out"])
        out = [c for c in self.columns if c.verdict == "left out"]
        if out:
            lines += ["", "Not compared:"]
            lines += [f"  {one_line(c.name, 32)}: {one_line(c.sentence, 110)}" for c in out]
        return "\n".join(lines)


def _table(columns: list[ComparedColumn]) -> list[str]:
    """The lines of a table for a terminal, its head first."""
    rows = [("column", "verdict", "strength", "what")]
    for c in columns:
        said = one_line(c.sentence, 90) if c.verdict != "same" else ""
        rows.append((one_line(c.name, 32), c.verdict, number(round(c.strength, 2)) if c.kind else DASH, said))
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    return [f"{a:<{widths[0]}}  {b:<{widths[1]}}  {s:>{widths[2]}}  {d}".rstrip() for a, b, s, d in rows]


def whole(columns: list[ComparedColumn], rows: tuple[int, int]) -> tuple[Literal["same", "changed", "broken"], str]:
    """The verdict on all columns, and the sentence that a person reads first."""
    broken, changed = _with("broken", columns), _with("changed", columns)
    looked = len(changed) + len(_with("same", columns))
    if why := _silent(rows, looked, found=bool(broken or changed)):
        return "broken", why
    parts = [f"`{one_line(c.name, 60)}` {one_line(c.sentence, 200)}." for c in broken[:NAMED]]
    if changed:
        parts.append(_most_of_all(changed, looked))
    elif looked:
        parts.append(_nothing_changed(looked, min(rows), broken=bool(broken)))
    return "broken" if broken else "changed" if changed else "same", " ".join(parts)


def _silent(rows: tuple[int, int], looked: int, *, found: bool) -> str:
    """Why nothing can be said, where it can not; `found`: something was, which so few rows are enough for."""
    empty = [side for side, n in zip(SIDES, rows, strict=True) if not n]
    if empty:
        return f"The {' and the '.join(empty)} {'has' if len(empty) == 1 else 'have'} no rows."
    if found:
        return ""
    if not looked:
        return "There is no column that could be compared."
    n, side = min(zip(rows, SIDES, strict=True), key=lambda each: (each[0], each[1] != "current side"))
    if n >= FEWEST:
        return ""
    return (
        f"The {side} has {n} row{'s' * (n != 1)}: too few to say that nothing changed. "
        f"Give each side {FEWEST} at least; from a few hundred on, small differences show too."
    )


def _most_of_all(changed: list[ComparedColumn], looked: int) -> str:
    first = changed[0]
    return (
        f"{len(changed)} of {looked} columns changed, most of all `{one_line(first.name, 60)}`: {first.sentence}"
        f"{'' if first.sentence.endswith('?') else '.'}"
    )


def _with(verdict: str, columns: list[ComparedColumn]) -> list[ComparedColumn]:
    return [c for c in columns if c.verdict == verdict]


def _nothing_changed(looked: int, rows: int, *, broken: bool) -> str:
    """What is said where no column changed; `broken`: some could not be compared."""
    return (
        f"{'Otherwise n' if broken else 'N'}othing of a size that matters changed "
        f"in {looked} column{'' if looked == 1 else 's'}{_few(rows)}."
    )


def _few(rows: int) -> str:
    """What silence is worth with so few rows on the smaller side."""
    return f"; with {rows} rows on the smaller side only large differences would show" if rows < MANY else ""


def ordered(columns: list[ComparedColumn]) -> tuple[ComparedColumn, ...]:
    """Broken, then changed, then the same, the strongest first; what was left out last."""
    return tuple(sorted(columns, key=lambda c: (ORDER.index(c.verdict), -c.strength)))


def written(value: float, *, percent: bool = False) -> str:
    """A number of a sentence."""
    return share(value) if percent else number(value)
