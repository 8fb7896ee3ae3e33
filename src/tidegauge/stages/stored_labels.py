"""A window's stored labels, read back in the cells and the unit that are asked for."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from tidegauge.core.errors import CorruptBlob
from tidegauge.core.window import WHOLE, Window
from tidegauge.profiles.label_versions import LabelCut, LabelVersions
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.stages.stored_profiles import PROBLEM, StoredProfiles
from tidegauge.store.profiles import StoredProfile
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
    return labels_in(profiles, {window: at}, versions, cut)[window]


def labels_in(
    profiles: StoredProfiles,
    moments: Mapping[Window, datetime | None],
    versions: LabelVersions,
    cut: LabelCut,
    segment: str | None = None,
) -> dict[Window, tuple[dict[str, LabelCells], list[str]]]:
    """The same of some windows, each as it was known at its moment; of one segment, or of all (None)."""
    out: dict[Window, tuple[dict[str, LabelCells], list[str]]] = {window: ({}, []) for window in moments}
    for p in _rows(profiles, moments, segment):
        found, problems = out[p.window]
        if p.kind == PROBLEM:
            problems.append(p.blob.decode())
            continue
        if p.kind != COUNTED:
            continue
        try:
            cells = LabelCells.from_row(p.blob)
        except CorruptBlob as e:
            problems.append(profiles.note(p.window, f"labels of {p.segment}", e))
            continue
        found[p.segment] = versions.read(p.layout, cells, cut)
    return out


def _rows(
    profiles: StoredProfiles, moments: Mapping[Window, datetime | None], segment: str | None
) -> Iterator[StoredProfile]:
    now = [window for window, at in moments.items() if at is None]
    then = {window: at for window, at in moments.items() if at is not None}
    if now:
        yield from profiles.stored(STAGE, now, segment)
    if then:
        yield from profiles.store.profiles.known_by(profiles.source, STAGE, then, segment)[1]


def labelled_by(profiles: StoredProfiles, windows: Iterable[Window], at: datetime) -> int:
    """How many rows of some windows had a label, as it was known at a moment; a damaged count is none."""
    found = 0
    for p in _rows(profiles, dict.fromkeys(windows, at), WHOLE):
        if p.kind == COUNTED:
            with suppress(CorruptBlob):
                found += LabelCells.from_row(p.blob).rows
    return found


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
