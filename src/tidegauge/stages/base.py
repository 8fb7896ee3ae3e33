"""What a stage is: when it is due, how it is counted, and what there is to say of a window that was counted."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.decision import CellShift, Decision, Finding
from tidegauge.core.errors import TidegaugeError, WarehouseError
from tidegauge.core.likely_cause import LikelyCause
from tidegauge.core.window import Window
from tidegauge.decisions.judge import Judgement
from tidegauge.decisions.record import Record
from tidegauge.decisions.scored import Sample
from tidegauge.monitor import Monitor
from tidegauge.profiles.states.cells import Cells
from tidegauge.references.ladder import Chosen
from tidegauge.stages.counting import Counting
from tidegauge.stages.figures import Figures
from tidegauge.stages.measures import Measure
from tidegauge.stages.profiler import Profiler, Progress
from tidegauge.stages.stored_profiles import StoredProfiles
from tidegauge.stages.structural import FactGrounds
from tidegauge.statistics.signal_set import SignalSet
from tidegauge.store.profiles import Entry, Revision
from tidegauge.tuning.tuning import SHIPPED, Tuning

Floats = NDArray[np.float64]
Spell = Callable[[Finding, Window], str]


@dataclass(frozen=True, slots=True)
class Observation:
    """What there is to say of one window before it is judged: its numbers, and what was wrong with its data."""

    sample: Sample
    rows: int
    problems: Mapping[str, str]
    notes: tuple[str, ...] = ()
    none: str = ""  # what a fine window without rows is said to have, where that is not its stage's word
    mute: str = ""  # why it can never be judged, whatever its past: a sentence
    waits: str = ""  # why it is not judged yet, where what is to come would make it another: a sentence
    # Of the whole; None where no facts are told of it, as of an hour whose rows are judged with another's.
    cells: Mapping[str, Cells] | None = None
    due: bool = True  # whether rows are to be expected at all: nobody misses the labels of no predictions


class Observer(ABC):
    """One stage of one monitor: reads what was stored of a window, and explains what deciding found."""

    stage: str  # its name
    profiles: StoredProfiles
    measure: Measure  # turns stored states into numbers
    tuning: Tuning = SHIPPED  # the constants that its windows are judged by
    spell: Spell | None = None  # finding → a statement that gives its number again
    lost: str = ""  # why no statement can be spelled, once the warehouse has not answered
    pinned: StoredProfiles | None = None  # of another model version, where the monitor pins one
    # What says how small a change its windows would have shown, by its address ("module:Class"), for it lies a floor
    # above: a `tidegauge.sensitivity.stage_changes.Changes`. Empty where nothing says so.
    changes: ClassVar[str] = ""

    def measure_at(self, window: Window) -> Measure:
        """What is followed of a window: columns that were cut again are, in their new cells too, from there on."""
        del window
        return self.measure

    def signal_sets(self, kind: str) -> Mapping[str, SignalSet]:
        """Id → every signal set that any window of the stage has; `kind` of window."""
        del kind
        return {self.measure.signal_set.id: self.measure.signal_set}

    @property
    def rests_on(self) -> tuple[str, ...]:
        """What its numbers mean beside what is followed: where that is chosen anew, all is decided again."""
        return ()

    def dated(self, revisions: Mapping[Window, Revision]) -> Mapping[Window, Revision]:
        """What evidence holds of windows: of one that is judged otherwise as it grows older, how old it is."""
        return revisions

    @cached_property
    def figures(self) -> Figures | None:
        """The numbers of performance of its windows; None where the stage says nothing of how good a model is."""
        return None

    def figures_at(self, window: Window) -> Figures | None:
        """The same as a window's decision tells them: labels that are counted anew later are not, at that time."""
        del window
        return self.figures

    @property
    def trouble(self) -> Sequence[str]:
        """What could not be read of the store since the last look at its revisions."""
        return [*self.profiles.trouble, *(self.pinned.trouble if self.pinned else ())]

    def of_pool(self, pool: str) -> StoredProfiles:
        """Where the windows of a reference lie."""
        return self.pinned if pool == "pinned" and self.pinned is not None else self.profiles

    @staticmethod
    def compared(judgement: Judgement, finding: Finding) -> tuple[str, list[Window]]:
        """The pool and the windows that a finding's first score was compared with; of none, those just before."""
        pool, keys = (finding.scores[0].pool, finding.scores[0].windows) if finding.scores else ("", ())
        return pool, [Window.parse(k) for k in keys] or list(judgement.expectation.pools.get("trailing", ()))

    def facts(self, known: FactGrounds) -> Sequence[Finding]:
        """What needs no spread to be told of a window, and no past window had."""
        del known
        return ()

    @abstractmethod
    def observe(self, window: Window, excluded: Collection[Window] = ()) -> Observation:
        """Read one window's stored states; from `excluded` windows nothing may have been learnt."""

    def explain(self, judgement: Judgement, finding: Finding, window: Window) -> Finding:
        """Add what moved, and how to see it again."""
        del judgement, window
        return finding

    def causes(self, findings: Sequence[Finding], window: Window, choice: Chosen) -> tuple[LikelyCause, ...]:
        """What most likely made an alert's columns what they are; `choice`: the windows that it is held against."""
        del findings, window, choice
        return ()

    def spelled(self, finding: Finding, window: Window) -> str:
        """A finding's statement. The warehouse is not needed to decide, only to spell: why there is none, then."""
        if self.lost or self.spell is None:
            return self.lost
        try:
            return self.spell(finding, window)
        except TidegaugeError as e:
            said = f"-- not to be had: {str(e).splitlines()[0]}"
            if isinstance(e, WarehouseError):  # waited for once, and not for every finding
                self.lost = said
            return said

    def in_cells(self, column: str) -> bool:
        """Whether a finding's column is drawn by its stored cells; else by `shares`."""
        del column
        return False

    def shares(self, finding: Finding, window: Window, others: Sequence[Window]) -> tuple[CellShift, ...]:
        """All that there is to draw of a column that has no cells of its own: shares in the others, and here."""
        del finding, window, others
        return ()

    def pinned_levels(self, measure: Measure | None = None) -> Callable[[Sequence[Window]], Floats] | None:
        """[T, K] levels of the pinned version's windows; None where the pinned windows are the monitor's own."""
        profiles, by = self.pinned, measure or self.measure
        if profiles is None:
            return None
        known: dict[Window, Floats] = {}

        def levels(windows: Sequence[Window]) -> Floats:
            for w in windows:
                if w not in known:
                    known[w] = by.levels_in(profiles, w)
            return np.array([known[w] for w in windows])

        return levels

    def not_judged(self, decision: Decision, record: Record) -> Iterator[str]:
        """What a decision says nothing of, beyond columns without numbers: a sentence each."""
        del decision, record
        yield from ()

    @abstractmethod
    def on(self, profiles: StoredProfiles) -> Self:
        """The same over other stored profiles, as a what-if needs it."""


class Stage(ABC):
    """One thing that is looked at of every window, with a time of its own and a part of the budget of its own.

    The first stage is the rows themselves; it says which windows there are. Another one follows: it is given the
    windows that the first has seen, once `wait` is over. A member is a module here, with the name of the stage and an
    object `STAGE`, and a word in `tidegauge.core.window.STAGES`.
    """

    name: ClassVar[str]
    title: ClassVar[str]  # what is looked at, in words
    noun: ClassVar[str]  # what it counts: row, label
    none: ClassVar[str] = ""  # what is said of a fine day that has none of them; empty: as of any other day
    weight: ClassVar[float] = 1.0  # its part of the budget, beside those of the monitor's other stages

    @abstractmethod
    def wait(self, monitor: Monitor) -> timedelta | None:
        """How long after a window's end it is due; None where the monitor has no such stage."""

    def check(self, source: Profiler) -> list[str]:
        """What of the warehouse does not hold for this stage alone, a sentence each."""
        del source
        return []

    @abstractmethod
    def profile(
        self,
        source: Profiler,
        windows: Sequence[Window],
        *,
        again: bool = False,
        progress: Progress | None = None,
    ) -> int:
        """Count and store windows that are not stored, or whose rows have changed. How many windows were."""

    def follow(self, source: Profiler, windows: Sequence[Window], as_of: datetime) -> int:
        """Profile windows that are due, by what had arrived at a moment: some may hold more than when they fell due."""
        del as_of
        return self.profile(source, windows)

    def news(self, source: Profiler, windows: Sequence[Window], since: datetime) -> list[Window]:
        """Which of some windows that are due people want to hear of: those that could not be judged by a moment."""
        wait = self.wait(source.monitor) or timedelta(0)
        return [w for w in windows if w.end + wait > since]

    def changed(self, source: Profiler, windows: Sequence[Window]) -> list[Window]:
        """Which of a few windows may hold other rows than were counted, by a look that costs little beside counting.

        Rows corrected in place are seen by it, which keep their number and their times. Asked before `profile`.
        """
        del source, windows
        return []

    @abstractmethod
    def count(self, what: Counting, windows: Sequence[Window]) -> Iterator[list[Entry]]:
        """Count adjoining windows, ready to be stored; nothing where this cannot be counted. Writes nothing."""

    @abstractmethod
    def observer(self, source: Profiler) -> Observer | None:
        """What reads and explains it for a monitor; None where the monitor has no such stage, or no layouts yet."""
