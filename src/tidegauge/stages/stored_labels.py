"""A window's stored labels, read back in the unit that they are counted in now."""

from dataclasses import replace
from datetime import datetime

import numpy as np

from tidegauge.core.errors import CorruptBlob
from tidegauge.core.window import Window
from tidegauge.profiles.layouts.label_unit import TRUTHS, LabelUnit
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.stages.stored_profiles import PROBLEM, StoredProfiles
from tidegauge.store.store import Store

STAGE = "labels"
COUNTED = "labels"  # kind of the stored state
ARRIVALS = "arrivals"  # kind, and column, of the one that says by which cut-off rows had a label


def labels_of(
    profiles: StoredProfiles, window: Window, unit: LabelUnit = TRUTHS
) -> tuple[dict[str, LabelCells], list[str]]:
    """One window's labels by segment, and what was wrong with them; sums in the unit."""
    found, problems = {}, []
    for p in profiles.stored(STAGE, [window], segment=None):
        if p.kind == PROBLEM:
            problems.append(p.blob.decode())
            continue
        if p.kind != COUNTED:
            continue
        try:
            cells = LabelCells.from_row(p.blob)
        except CorruptBlob as e:
            problems.append(profiles.note(window, f"labels of {p.segment}", e))
            continue
        known = unit.layout is None or p.layout == unit.layout.id
        found[p.segment] = cells if known else _brought(cells, unit)
    return found, problems


def counted_until(store: Store, source: str) -> dict[Window, datetime]:
    """Of each window whose labels were counted the cut-off that they count to."""
    known = store.profiles.revisions(source, STAGE)
    return {w: datetime.fromisoformat(r.freshest) for w, r in known.items() if r.freshest}


def _brought(cells: LabelCells, unit: LabelUnit) -> LabelCells:
    """Numbers that were counted in the unit of 0 and 1, before labels had a layout, as near as they can be brought."""
    sums = (cells.labels / TRUTHS.scale - cells.counts * unit.start) * unit.scale
    return replace(cells, labels=np.floor(sums).astype(np.int64), truths=np.zeros_like(cells.truths), sums={})
