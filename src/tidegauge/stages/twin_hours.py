"""The hour that a clock shows twice: a time without a zone is of either, so the two are judged as one."""

from dataclasses import replace

import numpy as np

from tidegauge.core.clock_back import Twin, twin
from tidegauge.core.grid import zone_of
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.decisions.scored import Sample
from tidegauge.profiles.profile import Profile
from tidegauge.stages.base import Observation
from tidegauge.stages.stored_profiles import StoredProfiles
from tidegauge.statistics.signal_set import SignalSet


def shown_twice(profiles: StoredProfiles, window: Window, profile: Profile, zone: str) -> Twin | None:
    """The other hour of a clock that went back, where the rows of both are counted in the later one.

    Engines take such a time for the later of two. That times have no zone is seen by the earlier hour: it is empty.
    """
    other = twin(window, zone)
    if other is None:
        return None
    if other.is_later:
        return None if profile.facts.rows else other
    earlier = profiles.store.profiles.revision(profiles.source, FIRST_STAGE, other.window)
    return other if earlier is not None and not earlier.rows else None


def halved(profile: Profile) -> Profile:
    """Two hours in one, with the rows that one of them has; shares and means are those of both."""
    facts = profile.facts
    return replace(profile, facts=replace(facts, rows=facts.rows // 2, ids=facts.ids // 2))


def left_to(later: Twin, signals: SignalSet, window: Window, zone: str) -> Observation:
    """What there is to say of the earlier of the two hours: nothing to judge, and no row to miss."""
    levels, distances = len(signals.levels), len(signals.distances)
    blank = np.full(levels, np.nan)
    nothing = Sample(blank, blank, 0.0, lambda _pool, _windows: np.full(distances, np.nan))
    note = f"Not judged alone, but together with {later.window.key}: {why(window, zone)}"
    return Observation(nothing, 0, {}, (note,), f"no rows of its own: it is judged with {later.window.key}", due=False)


def why(window: Window, zone: str) -> str:
    """Why two hours are judged as one."""
    hour = window.start.astimezone(zone_of(zone))
    return (
        f"that night the clocks of {zone} show {hour:%H:%M} twice, and times without a zone do not say which of the "
        "two they are. The rows of both hours are counted in the later one; half of them are held against other hours."
    )
