"""A window's profile as the store keeps it, a row for each of its states."""

import numpy as np

from tidegauge.core.window import VOLUME, WHOLE
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.profile import Profile, WindowFacts
from tidegauge.profiles.states.cells import Cells
from tidegauge.stages.stored_profiles import CELLS, FACTS, HOURS, PROBLEM, ROWS
from tidegauge.store.profiles import ProfileRow


def rows_of(profile: Profile, layouts: dict[str, Layout], problems: dict[str, str]) -> list[ProfileRow]:
    """A profile as the store keeps it."""
    out = [ProfileRow(WHOLE, column, "-", PROBLEM, sentence.encode()) for column, sentence in sorted(problems.items())]
    facts = np.array([getattr(profile.facts, f) for f in WindowFacts.__dataclass_fields__], dtype=np.int64)
    out.append(ProfileRow(WHOLE, VOLUME, "-", FACTS, Cells(np.arange(len(facts)), facts).to_row()))
    if profile.hours is not None:
        out.append(ProfileRow(HOURS, VOLUME, "-", HOURS, profile.hours.to_row()))
    for segment, n in sorted(profile.segment_rows.items()):
        out.append(ProfileRow(segment, VOLUME, "-", CELLS, Cells(np.zeros(1, dtype=np.int64), np.array([n])).to_row()))
    if profile.rows is not None:
        out.append(ProfileRow(ROWS, VOLUME, "-", ROWS, profile.rows.to_row()))
    for segment, columns in profile.segments.items():
        out += [ProfileRow(segment, c, layouts[c].id, CELLS, cells.to_row()) for c, cells in sorted(columns.items())]
    return out
