"""The proof of a likely cause: its reference, changed so, beside the window. Worked out from the store when shown."""

from collections.abc import Iterator

import numpy as np

from tidegauge.core.decision import Decision
from tidegauge.core.window import Window
from tidegauge.reports.report import BARS, HISTOGRAM, CausePicture, Cell
from tidegauge.stages.decider import Decider
from tidegauge.stages.naming_causes import Mapped, mapped_so
from tidegauge.stages.stored_profiles import StoredProfiles

SHOWN = 25  # categories


def cause_pictures(decision: Decision, decider: Decider, profiles: StoredProfiles) -> tuple[CausePicture, ...]:
    """Of the first cause; none where its windows are gone, or it is a count of rows."""
    return tuple(_pictures(decision, decider, profiles))


def _pictures(decision: Decision, decider: Decider, profiles: StoredProfiles) -> Iterator[CausePicture]:
    for cause in decision.causes[:1]:
        past = decider.observer.of_pool(cause.pool)
        like = [Window.parse(key) for key in cause.windows]
        found = mapped_so(cause, decision.window, like, profiles, past, decider.tuning.causes)
        if found is not None:
            yield CausePicture(cause, HISTOGRAM if found.layout.ordered else BARS, _cells(found))


def _cells(found: Mapped) -> tuple[Cell, ...]:
    """Both sides, cell by cell, those without rows left out."""
    codes = np.flatnonzero((found.changed > 0) | (found.now > 0))
    before, now = found.changed[codes], found.now[codes]
    if not found.labels:
        codes, (before, now) = found.layout.pooled(codes, [before, now])
    out = []
    for code, old, new in zip(codes.tolist(), before.tolist(), now.tolist(), strict=True):
        low, high = found.layout.ends(code) or (None, None)
        out.append(Cell(found.labels.get(code) or found.layout.label(code), low, high, old, new))
    if not found.layout.ordered:
        return tuple(sorted(out, key=lambda c: (-max(c.reference_share, c.current_share), c.label))[:SHOWN])
    return tuple(sorted(out, key=lambda c: c.low is None))
