"""A shelf on which one window lies with other contents, so that deciding reads a what-if as it reads what is stored."""

from collections.abc import Sequence

from tidegauge.nouns import Window
from tidegauge.profile import Profile
from tidegauge.shelf import Shelf
from tidegauge.states.cells import Cells
from tidegauge.states.labels import LabelCells
from tidegauge.states.rows import SampledRows


class TrialShelf(Shelf):
    """All that another shelf has, and of one window what was profiled on trial. Nothing is written."""

    def __init__(
        self,
        shelf: Shelf,
        window: Window,
        profile: Profile,
        problems: dict[str, str],
        labels: dict[str, LabelCells] | None,
    ) -> None:
        super().__init__(shelf.store, shelf.source)
        self._beneath, self._window = shelf, window
        self._profile, self._problems, self._counted = profile, problems, labels

    def cells(self, windows: Sequence[Window]) -> list[dict[str, Cells]]:
        past = iter(self._beneath.cells([w for w in windows if w != self._window]))
        return [dict(self._profile.whole) if w == self._window else next(past) for w in windows]

    def samples(self, windows: Sequence[Window]) -> list[SampledRows | None]:
        past = iter(self._beneath.samples([w for w in windows if w != self._window]))
        return [self._profile.rows if w == self._window else next(past) for w in windows]

    def profile(self, window: Window) -> tuple[Profile, dict[str, str]]:
        if window != self._window:
            return self._beneath.profile(window)
        return self._profile, dict(self._problems)

    def rows(self, window: Window) -> int:
        return self._profile.facts.rows if window == self._window else self._beneath.rows(window)

    def labels(self, window: Window) -> tuple[dict[str, LabelCells], list[str]]:
        if window != self._window or self._counted is None:
            return self._beneath.labels(window)
        return dict(self._counted), []
