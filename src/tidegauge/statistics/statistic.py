"""What every statistic is: one number with its words, what it is to a reader, and the statement that gives it again."""

import re
from abc import ABC, abstractmethod
from enum import StrEnum
from math import inf
from typing import ClassVar

import numpy as np

from tidegauge.core.plugins import Plugins
from tidegauge.core.window import WHOLE
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.states.stack import Array
from tidegauge.statistics.signal_set import Counts, Signal
from tidegauge.statistics.statement import Question, Shown
from tidegauge.tuning.tunable import Tunable

# for each list of statistics and of relations: it takes what is of its base
PLUGINS = Plugins("tidegauge.statistics", shared=True)
NAME = r"[a-z0-9]+(-[a-z0-9]+)*"
FILLED = frozenset({"value", "others", "of"})  # what stands in braces in a title or a clause
PLAINLY = FILLED | {"column", "more"}  # and in what is said to who knows no title: {more} is "more" or "less"


class Reads(StrEnum):
    """What a statistic's value is to a reader, once `natural` has taken it off its scale."""

    SHARE = "share"  # of rows, values or groups: told in per cent
    NUMBER = "number"  # a plain number, or a count
    COLUMN = "column"  # in the column's own unit
    SECONDS = "seconds"


class Statistic(Tunable, ABC):
    """One number about a column, a window's rows, its labels or columns together, and all that is told of it.

    A part that is forgotten is an error where the statistic is listed, with a sentence: see `whole`.
    """

    name: str  # as a person types it: small letters, digits and hyphens
    title: str  # what it is, in a table or on a picture; {others}: a relation's other columns, {of}: its one category
    says: str  # the same with its {value}, as a clause of a sentence
    plain: ClassVar[str] = "the values of {column} are not spread as they were"  # to who knows no title: see `PLAINLY`
    reads: Reads  # what the value is to a reader
    subject: str = ""  # of a number about rows: what a sentence calls them by, as "the number of rows"
    unit: ClassVar[str] = ""  # of the value on its own scale, for the reference page; "" for a plain number
    floor: ClassVar[float]  # of a level: the least spread between windows that decisions should believe in
    light: ClassVar[bool] = False  # its variation between windows has a light tail (bounded, or averaged)
    shape: ClassVar[float] = 0.0  # more, or less, heavy than that: see Signal.shape
    one_sided: ClassVar[bool] = False  # only a rise is bad
    only_falls: ClassVar[bool] = False  # only a fall is bad: a rise says that the model got better
    grows: ClassVar[bool] = False  # does not settle with more rows: see Signal.grows
    walks: ClassVar[bool] = True  # its average over weeks means the same from month to month: see Signal.walks
    falls: ClassVar[bool] = False  # what a person reads falls as the value rises
    counts: ClassVar[Counts] = Counts.NOTHING  # whose chance on few rows is exact: see `Counts`
    bounds: ClassVar[tuple[float, float]] = (-inf, inf)  # beyond which nothing that a person reads can lie
    quoted: ClassVar[bool] = True  # what it is about, {of}, is a value from somebody's table
    tells: ClassVar[str] = ""  # where its clause needs no comparison, the whole sentence, with the {day}
    after: ClassVar[tuple[str, ...]] = ()  # of its column, what brings it about and is told first
    far: ClassVar[float] = inf  # on the value's own scale: a limit further out is none

    @abstractmethod
    def sql(self, question: Question) -> Shown:
        """The statement that gives the number again or shows what it is about; or that there is none, and why."""

    @property
    def is_share(self) -> bool:
        """Whether values are read in per cent."""
        return self.reads is Reads.SHARE

    @property
    def is_time(self) -> bool:
        """Whether a value is a number of seconds."""
        return self.reads is Reads.SECONDS

    def natural(self, level: Array) -> Array:
        """[...] values as a person reads them; as they are, unless the class says otherwise."""
        return level

    def read(self, level: float, layout: Layout | None = None) -> float:
        """One value as a person reads it, in the unit of the column where it has one.

        What is put together of several windows, as an average of three days, can lie past what there can be.
        """
        del layout
        least, most = self.bounds
        return min(max(float(self.natural(np.array([level]))[0]), least), most)

    def about(self, layout: Layout | None) -> str:
        """The one category that the statistic is about; empty for most."""
        del layout
        return ""

    def leads(self, value: float) -> bool:
        """Whether a value beyond its band is told before the column's other facts; False where they say more."""
        del value
        return True

    def gone(self, value: float, expected: float) -> bool:
        """Whether a column that used to say something says nothing any more: all else would follow from that."""
        del value, expected
        return False

    def signal(self, column: str, segment: str = WHOLE) -> Signal:
        """What decisions follow of it."""
        return Signal(
            column,
            self.name,
            segment,
            floor=dict(self.tuning.statistics.floors).get(self.name, self.floor),
            light=self.light,
            shape=dict(self.tuning.statistics.shapes).get(self.name, self.shape),
            one_sided=self.one_sided,
            only_falls=self.only_falls,
            grows=self.grows,
            walks=self.walks,
            counts=self.counts,
        )

    def lacks(self) -> str:
        """The first part that was forgotten, in words; empty where the statistic is whole."""
        title, says = getattr(self, "title", ""), getattr(self, "says", "")
        if not title:
            return "title: what it is, in a few words, for a table or a picture"
        if says.count("{value}") != 1:
            return "words: `says` is a clause that holds {value}, once"
        strange = set(re.findall(r"\{(.*?)\}", title + says)) - FILLED
        strange |= set(re.findall(r"\{(.*?)\}", self.plain)) - PLAINLY
        if strange:
            return f"words that can be said: nobody fills {{{min(strange)}}}"
        if not isinstance(getattr(self, "reads", None), Reads):
            return f"unit: `reads` is one of {', '.join(f'Reads.{r.name}' for r in Reads)}"
        return ""


def whole(statistic: Statistic) -> None:
    """Raise ValueError, with a sentence that names member and part, for a statistic that lacks one."""
    kind, name = type(statistic).__name__, getattr(statistic, "name", "")
    if not re.fullmatch(NAME, name):
        raise ValueError(f'{kind} is called "{name}"; a name is of small letters, digits and single hyphens.')
    if part := statistic.lacks():
        raise ValueError(f'"{name}" ({kind}) has no {part}.')
