"""The two stages of a window: what each looks at, and how it explains what it found."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tidegauge.decisions.judge import Judgement
from tidegauge.decisions.scored import Sample
from tidegauge.errors import TidegaugeError
from tidegauge.findings import moves_of
from tidegauge.layouts.base import Layout
from tidegauge.measures import InputMeasure, LabelMeasure, Measure
from tidegauge.nouns import WHOLE, Finding, Move, Stage, Window
from tidegauge.profile import Profile
from tidegauge.relating import Relating
from tidegauge.shelf import Shelf
from tidegauge.states.cells import Cells
from tidegauge.states.labels import LabelCells

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Look:
    """What there is to say of one window before it is judged: its numbers, and what was wrong with its data."""

    sample: Sample
    rows: int
    problems: Mapping[str, str]
    notes: tuple[str, ...] = ()
    due: bool = True  # whether rows are to be expected at all: nobody misses the labels of no predictions


class StageRoom(Protocol):
    """What deciding needs of a stage."""

    @property
    def stage(self) -> Stage:
        """Which stage it is."""

    @property
    def measure(self) -> Measure:
        """What turns stored states into numbers."""

    @property
    def trouble(self) -> Sequence[str]:
        """What could not be read of the store since the last look at its revisions."""

    def look(self, window: Window, excluded: Collection[Window] = ()) -> Look:
        """Read one window's stored states; from `excluded` windows nothing may have been learnt."""

    def explain(self, judgement: Judgement, finding: Finding, window: Window) -> Finding:
        """Add what moved, and how to see it again."""

    def pinned_levels(self) -> Callable[[Sequence[Window]], Floats] | None:
        """Levels of pinned windows, where they are not the monitor's own."""


@dataclass
class InputRoom:
    """Features, predictions and rows."""

    measure: InputMeasure
    shelf: Shelf
    layouts: Mapping[str, Layout]
    spell: Callable[[Finding, Window], str]  # finding → a statement that gives its number again
    pinned: Shelf | None = None  # of another model version, where the monitor pins one
    relating: Relating | None = None
    stage: Stage = Stage.INPUTS

    @property
    def trouble(self) -> Sequence[str]:
        return [*self.shelf.trouble, *(self.pinned.trouble if self.pinned else ())]

    def look(self, window: Window, excluded: Collection[Window] = ()) -> Look:
        profile, problems = self.shelf.profile(window)
        return self.look_at(window, profile, problems, excluded)

    def look_at(
        self, window: Window, profile: Profile, problems: Mapping[str, str], excluded: Collection[Window] = ()
    ) -> Look:
        """What there is to say of a profile, stored or not, taken as that of `window`."""
        notes = []
        if not profile.facts.rows:
            notes.append("The window has no rows at all.")
        all_missing = [c for c, cells in profile.whole.items() if profile.facts.rows and cells.codes.tolist() == [0]]
        notes += [f'Every value of "{c}" is missing.' for c in sorted(all_missing)]
        fit = self.relating.fit(window, excluded) if self.relating else None
        return Look(self.measure.sample(profile, self._past, fit), profile.facts.rows, problems, tuple(notes))

    def explain(self, judgement: Judgement, finding: Finding, window: Window) -> Finding:
        moves: tuple[Move, ...] = ()
        if finding.column in self.layouts:
            current, past = self.pair(judgement, finding, window)
            if finding.column in current:
                moves = moves_of(self.layouts[finding.column], current[finding.column], past, finding.column)
        try:
            sql = self.spell(finding, window)
        except TidegaugeError as e:  # the warehouse is not needed to decide, only to spell
            sql = f"-- not to be had: {str(e).splitlines()[0]}"
        return replace(finding, moves=moves, sql=sql)

    def pinned_levels(self) -> Callable[[Sequence[Window]], Floats] | None:
        """[T, K] levels of the pinned version's windows; None where the pinned windows are the monitor's own."""
        shelf = self.pinned
        if shelf is None:
            return None
        known: dict[Window, Floats] = {}

        def levels(windows: Sequence[Window]) -> Floats:
            for w in windows:
                if w not in known:
                    known[w] = self.measure.sample(shelf.profile(w)[0], self._past).x
            return np.array([known[w] for w in windows])

        return levels

    def _past(self, pool: str, windows: Sequence[Window]) -> list[dict[str, Cells]]:
        return (self.pinned if pool == "pinned" and self.pinned else self.shelf).cells(windows)

    def pair(
        self, judgement: Judgement, finding: Finding, window: Window
    ) -> tuple[Mapping[str, Cells], Sequence[Mapping[str, Cells]]]:
        """The window's cells and those of the windows that the finding's first score was compared with."""
        named = [Window.parse(k) for k in finding.scores[0].windows] if finding.scores else []
        named = named or list(judgement.expectation.pools.get("trailing", ()))
        pool = finding.scores[0].pool if finding.scores else ""
        return self.shelf.cells([window])[0], self._past(pool, named)


@dataclass
class LabelRoom:
    """Labels against predictions."""

    measure: LabelMeasure
    shelf: Shelf
    stage: Stage = Stage.LABELS

    @property
    def trouble(self) -> Sequence[str]:
        return self.shelf.trouble

    def pinned_levels(self) -> Callable[[Sequence[Window]], Floats] | None:
        """Labels of another version are no reference yet."""
        return None

    def look(self, window: Window, excluded: Collection[Window] = ()) -> Look:
        del excluded
        found, wrong = self.shelf.labels(window)
        return self.look_at(found, wrong, self.shelf.rows(window))

    def look_at(self, found: Mapping[str, LabelCells], wrong: Sequence[str], predictions: int) -> Look:
        """What there is to say of labels by segment, stored or not, of so many predictions."""
        whole = found.get(WHOLE, LabelCells.zero())
        rows = int(whole.counts.sum())
        problems = {self.measure.column: " ".join(wrong)} if wrong else {}
        notes = () if rows or wrong else ("No label of this window has arrived.",)
        return Look(self.measure.sample(found, predictions), rows, problems, notes, due=predictions > 0)

    def explain(self, judgement: Judgement, finding: Finding, window: Window) -> Finding:
        del judgement, window
        return finding
