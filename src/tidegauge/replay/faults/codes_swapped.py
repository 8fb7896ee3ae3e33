"""Two categories change places."""

from typing import ClassVar

from tidegauge.replay.faults.base import TEXT, WINDOW, Change, Columns, Fault, Ground

STEPS = ((2, 0.5), (3, 0.5), (3, 1.0))  # rank of the other code, share of rows


class CodesSwapped(Fault):
    """The most frequent code and another frequent one are exchanged: a table of codes that shifted by a line."""

    name: ClassVar[str] = "codes-swapped"
    sizes: ClassVar[tuple[str, str, str]] = ("first and second, half of the rows", "first and third, half", "all")

    def targets(self, ground: Ground) -> list[Columns]:
        return [(c,) for c in ground.names]

    def change(self, ground: Ground, columns: Columns, size: int) -> Change:
        (column,) = columns
        rank, share = STEPS[size]
        x = ground.text(column)
        ranked = (
            f"SELECT value FROM (SELECT {x} AS value, row_number() OVER (ORDER BY count(*) DESC, {x}) AS place "  # noqa: S608
            f"FROM {WINDOW} WHERE {x} IS NOT NULL GROUP BY {x}) AS ranked WHERE place"
        )
        first, other = f"({ranked} = 1)", f"({ranked} <= {rank} ORDER BY place DESC LIMIT 1)"
        swapped = f"CASE {x} WHEN {first} THEN {other} WHEN {other} THEN {first} ELSE {x} END"
        return Change({column: f"CASE WHEN {ground.hit(share)} THEN {swapped} ELSE {x} END"}, {column: TEXT})
