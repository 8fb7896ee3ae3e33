"""What the gates look at: both models on the same labelled rows, window by window, and what golden rows came to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from tidegauge.core.window import Window
from tidegauge.promotion.window_sums import WindowSums


@dataclass(frozen=True, eq=False)
class Pair:
    """Both models on the same rows."""

    champion: WindowSums
    challenger: WindowSums

    def first(self, windows: int) -> "Pair":
        """The same of the first so many windows alone."""
        return Pair(self.champion.first(windows), self.challenger.first(windows))

    @classmethod
    def none(cls) -> Self:
        """Of no windows."""
        return cls(WindowSums.none(), WindowSums.none())

    @property
    def rows(self) -> float:
        """Labelled rows."""
        return float(self.champion.rows.sum())


@dataclass(frozen=True, slots=True)
class Beside:
    """What both models said of one window's rows, labelled or not."""

    rows: int
    unscored: int  # of them, those that the challenger says nothing of
    flipped: int = (
        0  # of the scored, those that fall on the other side of a threshold of the monitor's, or another class
    )


@dataclass(frozen=True, slots=True)
class Response:
    """Golden rows of one listed category: as they are, and with a value in its place that no model has seen."""

    column: str
    category: str
    rows: int
    champion: int  # of them, those whose prediction by the champion the category changes
    challenger: int


@dataclass(frozen=True, slots=True)
class Golden:
    """What golden rows came to."""

    responses: tuple[Response, ...] = ()
    own: int = 0  # rows of the user's own with an expected decision
    wrong: int = 0  # of them, those that the challenger decides otherwise
    named: tuple[str, ...] = ()  # the first of these


@dataclass(frozen=True, eq=False)
class Evidence:
    """All that is known of a challenger beside its champion, in mature windows that neither was trained on."""

    windows: Sequence[Window]
    whole: Pair
    segments: Mapping[str, Pair] = field(default_factory=dict)
    beside: Sequence[Beside] = ()  # a window each
    golden: Golden | None = None

    def first(self, windows: int) -> "Evidence":
        """The same of the first so many windows alone."""
        return replace(
            self,
            windows=self.windows[:windows],
            whole=self.whole.first(windows),
            segments={name: pair.first(windows) for name, pair in self.segments.items()},
            beside=self.beside[:windows],
        )
