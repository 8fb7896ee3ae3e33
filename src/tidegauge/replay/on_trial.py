"""Stored profiles, but for one window with other contents: deciding reads a what-if as it reads what is stored."""

from collections.abc import Iterable, Mapping, Sequence

from tidegauge.core.window import FIRST_STAGE, WHOLE, Window
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.sampled_rows import SampledRows
from tidegauge.profiles.versions import Versions
from tidegauge.stages.stored_profiles import StoredProfiles
from tidegauge.store.profiles import Entry, StoredProfile


class TrialProfiles(StoredProfiles):
    """All that others have, and of one window what was counted on trial. Nothing is written.

    `counted`: what each stage that was counted would have stored; of the others the window is as it was.
    """

    def __init__(self, profiles: StoredProfiles, window: Window, counted: Mapping[str, Entry]) -> None:
        super().__init__(profiles.store, profiles.source)
        self._beneath, self._window, self._counted = profiles, window, counted

    def layouts(self) -> tuple[dict[str, Layout], dict[str, tuple[str, ...]]]:
        return self._beneath.layouts()

    def versions(self) -> Versions:
        return self._beneath.versions()

    def stored(self, stage: str, windows: Sequence[Window], segment: str | None = WHOLE) -> Iterable[StoredProfile]:
        if stage not in self._counted:
            yield from self._beneath.stored(stage, windows, segment)
            return
        yield from self._beneath.stored(stage, [w for w in windows if w != self._window], segment)
        if self._window in windows:
            window, _, rows = self._counted[stage]
            for r in rows:
                if segment in (None, r.segment):
                    yield StoredProfile(window, r.segment, r.column, r.layout, r.kind, r.blob)

    def cells(self, windows: Sequence[Window]) -> list[dict[str, Cells]]:
        past = iter(self._beneath.cells([w for w in windows if w != self._window]))
        return [super(TrialProfiles, self).cells([w])[0] if w == self._window else next(past) for w in windows]

    def samples(self, windows: Sequence[Window]) -> list[SampledRows | None]:
        past = iter(self._beneath.samples([w for w in windows if w != self._window]))
        return [super(TrialProfiles, self).samples([w])[0] if w == self._window else next(past) for w in windows]

    def rows(self, window: Window) -> int:
        if window == self._window and FIRST_STAGE in self._counted:
            return self._counted[FIRST_STAGE][1].rows
        return self._beneath.rows(window)
