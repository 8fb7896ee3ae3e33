"""Why rows are behind a decision, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tidegauge.core.window import WHOLE
from tidegauge.profiles.rows_behind import FoundRows, RowsBehind
from tidegauge.wording.text import column_name, one_line


@dataclass(frozen=True)
class RowsWords:
    """What is said of the rows that were asked for."""

    asked: RowsBehind
    when: str  # their window, as a person says it
    cells: Mapping[int, str]  # code → what a cell of the changed column is called
    places: tuple[str, ...]  # where the change lies, in words

    @property
    def about(self) -> str:
        """Which rows these are."""
        of = f"of {self.when}" + (f" with {one_line(self.asked.segment, 60)}" if self.asked.segment != WHOLE else "")
        if self.asked.repeated:
            return f"those {of} whose id is another's too"
        places = " or ".join(self.places)
        if self.asked.cells:
            first = f", first those where {places}" if places else ""
            names = list(dict.fromkeys(self.cells.values()))
            cells = f"{len(names)} cells" if len(names) > 1 else names[0]
            return f"those {of} in what gained of {column_name(self.asked.column)} ({one_line(cells, 60)}){first}"
        if places:
            return f"those {of} where {places}"
        return f"all {of}, as no cells are told that gained"

    def why(self, rows: FoundRows) -> list[str]:
        """Why each row is among them."""
        of = [(place, code) for place, code in np.stack([rows.places, rows.codes], axis=1).tolist()]
        known = {one: self._reason(*one) for one in set(of)}
        return [known[one] for one in of]

    def _reason(self, place: int, code: int) -> str:
        """Of the rows in one place, or in none, and in one cell."""
        told = []
        if self.asked.cells:
            told.append(f"{one_line(self.asked.column, 60)} = {one_line(self.cells[code], 60)}")
        if self.asked.repeated:
            told.append("its id is another row's too")
        if self.places:
            told.append(f"where {self.places[place]}" if place < len(self.places) else "elsewhere")
        if self.asked.segment != WHOLE:
            told.append(f"of {one_line(self.asked.segment, 60)}")
        return ", ".join(told) or "a row of the window"
