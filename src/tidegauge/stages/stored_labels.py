"""A window's stored labels, read back in the cells and the unit that are asked for."""

from dataclasses import dataclass
from datetime import datetime

from tidegauge.core.errors import CorruptBlob
from tidegauge.core.window import Window
from tidegauge.profiles.label_versions import LabelCut, LabelVersions
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.stages.stored_profiles import PROBLEM, StoredProfiles
from tidegauge.store.store import Store

STAGE = "labels"
COUNTED = "labels"  # kind of the stored state
ARRIVALS = "arrivals"  # kind, and column, of the one that says by which cut-off rows had a label


def labels_of(
    profiles: StoredProfiles, window: Window, versions: LabelVersions, cut: LabelCut, at: datetime | None = None
) -> tuple[dict[str, LabelCells], list[str]]:
    """One window's labels by segment, read in a cut, and what was wrong with them.

    `at`: as they were known at a moment; as they are known now, where none is given.
    """
    found, problems = {}, []
    if at is None:
        rows = profiles.stored(STAGE, [window], segment=None)
    else:
        _, rows = profiles.store.profiles.known_at(profiles.source, STAGE, window, at)
    for p in rows:
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
        found[p.segment] = versions.read(p.layout, cells, cut)
    return found, problems


@dataclass(frozen=True, slots=True)
class KnownOf:
    """What is to be known of a window's labels beside the labels."""

    until: str = ""  # the last cut-off by which any came, where they say when they came
    rewritten: int = 0  # cut-offs of which something else is known by now than there was at first
    is_dated: bool = True  # whether labels say when they came


def known_of(profiles: StoredProfiles, window: Window, at: datetime | None = None, *, dated: bool) -> KnownOf:
    """Up to when the labels of a window count, and whether history was rewritten: labels came after they say so."""
    if not dated:
        return KnownOf(is_dated=False)
    stored = profiles.store.profiles
    revision = (
        stored.revision(profiles.source, STAGE, window)
        if at is None
        else stored.known_at(profiles.source, STAGE, window, at)[0]
    )
    rewritten = profiles.store.profiles.rewritten(profiles.source, STAGE, window)
    return KnownOf(revision.freshest if revision else "", rewritten)


def counted_until(store: Store, source: str) -> dict[Window, datetime]:
    """Of each window whose labels were counted the cut-off that they count to."""
    known = store.profiles.revisions(source, STAGE)
    return {w: datetime.fromisoformat(r.freshest) for w, r in known.items() if r.freshest}
