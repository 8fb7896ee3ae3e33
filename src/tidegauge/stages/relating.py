"""Which relations a source's windows are held to, and what of them was known when."""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from tidegauge.core.errors import CorruptBlob
from tidegauge.core.grid import FIRST_STRETCH
from tidegauge.core.window import Window
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.states.sampled_rows import SampledRows
from tidegauge.references.calendar import Calendar
from tidegauge.relations import FAMILIES
from tidegauge.relations.plan import Fit, Plan
from tidegauge.stages.stored_profiles import StoredProfiles
from tidegauge.store.profiles import Revision

MEMORY = {"hour": timedelta(days=120), "day": timedelta(days=120), "week": timedelta(days=728)}  # learnt from
LEAST = {"hour": timedelta(days=14), "day": timedelta(days=14), "week": timedelta(days=91)}  # of history, to learn
YOUNG = 3  # times LEAST: as long as a history is younger, it is learnt from anew each week, later every second
KEPT = 4  # fits in memory
PLAN, FIT = "plan", "relations"  # kinds of artefact


@dataclass(frozen=True)
class Learnt:
    """Plans and fits that a process has read already, by the digest of what each came from."""

    plans: dict[str, Plan | None] = field(default_factory=dict)
    fits: dict[tuple[datetime, str], Fit] = field(default_factory=dict)


class Relating:
    """Finds the relations of a source and what was known of them at any window, and learns what nobody has learnt yet.

    All of it is a function of the stored windows before: any order of runs, any process and any replay ends with the
    same plan and the same fits. What has been worked out is kept in the store, under a digest of what it came from.
    `revisions`: of every window, in order of time; `learnt`: what this process has read of it before.
    """

    def __init__(
        self,
        profiles: StoredProfiles,
        calendar: Calendar,
        kind: str,
        layouts: Mapping[str, Layout],
        prediction: str | None,
        revisions: Mapping[Window, Revision],
        learnt: Learnt | None = None,
    ) -> None:
        self.profiles, self.calendar, self.kind = profiles, calendar, kind
        self.layouts, self.prediction = layouts, prediction
        self.revisions = revisions
        self._windows = list(revisions)
        self.learnt = learnt or Learnt()
        self._digests: dict[tuple[datetime, frozenset[Window]], tuple[list[Window], str]] = {}

    @cached_property
    def plan(self) -> Plan | None:
        """The relations chosen from the source's first weeks; None before those are complete, or without samples."""
        if not self._windows:
            return None
        first = self._windows[0]
        until = first.start + FIRST_STRETCH[self.kind]
        if self._windows[-1].end < until:
            return None
        early = self._windows[: bisect_left(self._windows, until, key=lambda w: w.start)]
        layouts = "\x1f".join(f"{c}={self.layouts[c].id}" for c in sorted(self.layouts))
        inputs = self._digest(early, f"{','.join(FAMILIES)}\x1f{layouts}")  # a new family chooses anew
        if inputs not in self.learnt.plans:
            self.learnt.plans.clear()  # there is one at a time
            self.learnt.plans[inputs] = self._plan(first, early, inputs)
        return self.learnt.plans[inputs]

    def _plan(self, first: Window, early: Sequence[Window], inputs: str) -> Plan | None:
        store, source = self.profiles.store, self.profiles.source
        blob = store.artefacts.get(source, PLAN, first.start, inputs)
        if blob is None:
            plan = self._choose(early)
            made = plan.text.encode() if plan else b""
            store.artefacts.put(source, PLAN, first.start, inputs, made)
            kept = store.artefacts.get(source, PLAN, first.start, inputs)  # somebody may have been first
            blob = made if kept is None else kept
        return Plan.of(blob.decode()) if blob else None

    def fit(self, window: Window, excluded: Collection[Window] = ()) -> Fit | None:
        """What was known of the relations when a window began; nothing learnt from `excluded` windows."""
        if self.plan is None:
            return None
        since = self._valid_from(window)
        return Fit.nothing(self.plan) if since is None else self._fit_at(self.plan, since, excluded)

    def _fit_at(self, plan: Plan, since: datetime, excluded: Collection[Window]) -> Fit:
        past, inputs = self._past(plan, since, frozenset(excluded))
        key, fits = (since, inputs), self.learnt.fits
        if key not in fits:
            if len(fits) > KEPT:  # windows come in order: the last few are enough
                fits.clear()
            fits[key] = self._find(plan, since, inputs, past)
        return fits[key]

    def _past(self, plan: Plan, since: datetime, excluded: frozenset[Window]) -> tuple[list[Window], str]:
        """The windows that are learnt from, and their digest: worked out once for all the windows that it serves."""
        if (since, excluded) not in self._digests:
            if len(self._digests) > KEPT:
                self._digests.clear()
            low = bisect_left(self._windows, since - MEMORY[self.kind], key=lambda w: w.start)
            high = bisect_right(self._windows, since, key=lambda w: w.end)
            past = [w for w in self._windows[low:high] if w not in excluded]
            self._digests[since, excluded] = past, self._digest(past, plan.id)
        return self._digests[since, excluded]

    def _find(self, plan: Plan, since: datetime, inputs: str, past: Sequence[Window]) -> Fit:
        store, source = self.profiles.store, self.profiles.source
        found = _read(plan, store.artefacts.get(source, FIT, since, inputs))
        if found is not None:
            return found
        made = Fit.learn(plan, self._samples(past)).to_blob()
        store.artefacts.put(source, FIT, since, inputs, made)
        kept = _read(plan, store.artefacts.get(source, FIT, since, inputs))  # somebody may have been first
        return kept or Fit.of(plan, made)

    def _choose(self, early: Sequence[Window]) -> Plan | None:
        samples = [s for s in self._samples(early) if s.rows]
        known = {c: layout.known for c, layout in self.layouts.items() if not layout.ordered}
        if sum(s.rows for s in samples) < 50:
            return None
        return Plan.choose(samples, known, self.prediction)

    def _samples(self, windows: Sequence[Window]) -> list[SampledRows]:
        return [s for s in self.profiles.samples(windows) if s is not None]

    def _valid_from(self, window: Window) -> datetime | None:
        """The Monday whose knowledge a window is judged by; None where there is too little before it."""
        first = self._windows[0].start
        monday = self.calendar.facts(window).monday
        even = monday - timedelta(days=7 * (monday.toordinal() // 7 % 2))
        for since in (even, monday):
            span = min(since, window.start) - first
            if span >= LEAST[self.kind] * (YOUNG if since is even else 1):
                return min(since, window.start)
        return None

    def _digest(self, windows: Iterable[Window], also: str) -> str:
        digest = hashlib.sha256(also.encode())
        for w in windows:
            r = self.revisions[w]
            digest.update(f"{w.key}\x1f{r.rows}\x1f{r.freshest}\x1f{r.checksum}\x1e".encode())
        return digest.hexdigest()[:32]


def _read(plan: Plan, blob: bytes | None) -> Fit | None:
    """A stored fit; None where there is none that reads: it is learnt again, from the same."""
    try:
        return None if blob is None else Fit.of(plan, blob)
    except CorruptBlob:
        return None
