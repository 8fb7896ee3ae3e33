"""A source's stored states, read back and kept at hand while a run needs them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from tidegauge.core.errors import CorruptBlob
from tidegauge.core.window import FIRST_STAGE, VOLUME, WHOLE, Window
from tidegauge.profiles.kinds import KINDS
from tidegauge.profiles.kinds.every import read_layout
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.categorical import CategoricalLayout
from tidegauge.profiles.profile import Profile, WindowFacts
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.sampled_rows import SampledRows
from tidegauge.profiles.versions import Version, Versions
from tidegauge.store.profiles import Revision, StoredProfile
from tidegauge.store.store import Store
from tidegauge.store.stored_recuts import in_force

SEGMENT = "segment:"  # before a column's name, the layout that lists its segments
LABELS = "labels:"  # before a table and its column, the layout that says in which unit its labels are counted
CELLS, PROBLEM = "cells", "problem"  # kinds of stored state
FACTS = "facts"
ROWS, HOURS = "rows", "hours"  # kinds that are segments of their own as well: who wants cells does not read them
APART = {ROWS: "sampled rows", HOURS: "hours of the rows"}  # what these are called
KEPT = 400  # windows whose cells, and whose samples, are kept in memory


class StoredProfiles:
    """Reads profiles as states. A blob that fails its checksum is left out and named in `trouble`; the others go on.

    `counted_as`: the source whose layouts the profiles are counted in, where it is another one.
    """

    def __init__(self, store: Store, source: str, counted_as: str = "") -> None:
        self.store, self.source, self.counted_as = store, source, counted_as or source
        self.trouble: list[str] = []
        self._cells: dict[Window, dict[str, Cells]] = {}
        self._samples: dict[Window, SampledRows | None] = {}
        self._seen: dict[Window, Revision] = {}
        self._layouts: tuple[dict[str, Layout], dict[str, tuple[str, ...]]] | None = None
        self._versions: Versions | None = None
        self._labels: dict[str, Layout] = {}

    def layouts(self) -> tuple[dict[str, Layout], dict[str, tuple[str, ...]]]:
        """The first layouts of columns, and the values of each segment column."""
        if self._layouts is not None:
            return dict(self._layouts[0]), dict(self._layouts[1])
        layouts: dict[str, Layout] = {}
        segments: dict[str, tuple[str, ...]] = {}
        for column, text in self.store.layouts.of(self.source).items():
            if column.startswith(LABELS):
                continue
            layout = read_layout(text)
            if column.startswith(SEGMENT):
                segments[column.removeprefix(SEGMENT)] = tuple(layout.label(k) for k in range(1, layout.known + 1))
            else:
                layouts[column] = layout
        if layouts:  # once there, they stay: a column's first layout is its layout
            self._layouts = layouts, segments
        return dict(layouts), dict(segments)

    def put_layouts(self, layouts: dict[str, Layout], segments: dict[str, tuple[str, ...]]) -> None:
        """Make these a source's first layouts; whoever is first wins."""
        self._layouts = self._versions = None
        named: dict[str, Layout] = dict(layouts)
        named |= {SEGMENT + column: CategoricalLayout(values) for column, values in segments.items()}
        self.store.layouts.put(self.source, {c: (layout.id, layout.kind, layout.text) for c, layout in named.items()})

    def label_layout(self, name: str) -> Layout | None:
        """The layout of a labels table's column; None until it was cut."""
        if name not in self._labels:
            text = self.store.layouts.of(self.counted_as).get(LABELS + name)
            if text is None:
                return None
            self._labels[name] = read_layout(text)
        return self._labels[name]

    def later_label_layouts(self, name: str) -> list[tuple[datetime, Layout]]:
        """The layouts of a labels table's column that were cut later, oldest first, each with its point."""
        first = self.label_layout(name)
        found = self.store.recuts.of(self.counted_as) if first is not None else []
        before = {} if first is None else {LABELS + name: first.id}
        return [(r.point, read_layout(r.json)) for r in in_force(before, found)]

    def put_label_layout(self, name: str, layout: Layout) -> None:
        """Make this the layout of a labels table's column; whoever is first wins."""
        self.store.layouts.put(self.counted_as, {LABELS + name: (layout.id, layout.kind, layout.text)})

    def versions(self) -> Versions:
        """The layouts of columns through time, as of the last look."""
        if self._versions is None:
            layouts = self.layouts()[0] if self.counted_as == self.source else self._counted_as().layouts()[0]
            made = Versions(layouts, self._cut(layouts))
            if not layouts:
                return made
            self._versions = made
        return self._versions

    def _cut(self, first: Mapping[str, Layout]) -> dict[str, list[Version]]:
        """Column → its later versions, oldest first."""
        out: dict[str, list[Version]] = {}
        found = self.store.recuts.of(self.counted_as)
        for r in in_force({c: layout.id for c, layout in first.items()} if found else {}, found):
            out.setdefault(r.column, []).append(Version(r.point, read_layout(r.json)))
        return out

    def refresh(self) -> None:
        """Look afresh at what was cut again."""
        before = self._versions
        self._versions = None
        if before is not None and before.cut != self.versions().cut:
            self._cells.clear()

    def _counted_as(self) -> "StoredProfiles":
        return StoredProfiles(self.store, self.counted_as)

    def stored(self, stage: str, windows: Sequence[Window], segment: str | None = WHOLE) -> Iterable[StoredProfile]:
        """What a stage has stored of some windows; `segment` None: of all segments."""
        return self.store.profiles.of(self.source, stage, windows, segment=segment)

    def _states(self) -> dict[str, type[Cells]]:
        """Column → the state that its kind keeps."""
        if self.counted_as != self.source:
            return self._counted_as()._states()  # noqa: SLF001 - its own class
        return {column: KINDS[layout.kind].state for column, layout in self.layouts()[0].items()}

    def cells(self, windows: Sequence[Window]) -> list[dict[str, Cells]]:
        """Each window's column → cells of the whole, in the order asked for.

        A column that was cut again is there by all its names (`tidegauge.profiles.versions`).
        """
        missing = [w for w in windows if w not in self._cells]
        if len(self._cells) + len(missing) > KEPT:
            self._cells = {w: c for w, c in self._cells.items() if w in set(windows)}
        if missing:
            self._read_cells(missing)
        return [self._cells[w] for w in windows]

    def _read_cells(self, windows: Sequence[Window]) -> None:
        """Fetch the cells of windows that are not at hand; what does not read is noted."""
        self._cells.update({w: {} for w in windows})
        states, versions = self._states(), self.versions()
        for p in self.stored(FIRST_STAGE, windows):
            if p.kind != CELLS or p.column == VOLUME:
                continue
            try:
                found = states.get(p.column, Cells).from_row(p.blob)
                self._cells[p.window].update(versions.read(p.column, p.layout, found))
            except CorruptBlob as e:
                self.note(p.window, p.column, e)

    def samples(self, windows: Sequence[Window]) -> list[SampledRows | None]:
        """Each window's sampled rows, in the order asked for; None where none were kept, or an older version profiled.

        A reference of many windows is many megabytes: what a caller learns from it is worth keeping as an artefact.
        """
        missing = [w for w in windows if w not in self._samples]
        if len(self._samples) + len(missing) > KEPT:
            self._samples = {w: s for w, s in self._samples.items() if w in set(windows)}
        if missing:
            self._samples.update(dict.fromkeys(missing))
            for p in self.stored(FIRST_STAGE, missing, segment=ROWS):
                try:
                    self._samples[p.window] = SampledRows.from_row(p.blob)
                except CorruptBlob as e:
                    self.note(p.window, "sampled rows", e)
        return [self._samples[w] for w in windows]

    def hours(self, windows: Sequence[Window]) -> dict[Window, Cells]:
        """Of some windows their rows by hour since the start, where they were counted so."""
        found: dict[Window, Cells] = {}
        for p in self.stored(FIRST_STAGE, windows, segment=HOURS):
            try:
                found[p.window] = Cells.from_row(p.blob)
            except CorruptBlob as e:
                self.note(p.window, APART[HOURS], e)
        return found

    def see(self, revisions: Mapping[Window, Revision] | None = None) -> None:
        """Look afresh: no trouble yet, and nothing kept of windows that another process has profiled anew."""
        self.refresh()
        if self.trouble:  # to be met again, or mended by now
            self._cells.clear()
            self._samples.clear()
            self.trouble.clear()
        if revisions is not None:
            self.forget([w for w in {*self._cells, *self._samples} if self._seen.get(w) != revisions.get(w)])
            self._seen = dict(revisions)

    def forget(self, windows: Sequence[Window]) -> None:
        """Let go of windows whose profile has changed."""
        for w in windows:
            self._cells.pop(w, None)
            self._samples.pop(w, None)

    def profile(self, window: Window) -> tuple[Profile, dict[str, str]]:
        """One window's profile with its segments, and column → what was wrong with it when it was profiled."""
        segments: dict[str, dict[str, Cells]] = {WHOLE: {}}
        rows: dict[str, int] = {}
        facts, sample, hours, problems = WindowFacts(), None, None, {}
        states, versions = self._states(), self.versions()
        for p in self.stored(FIRST_STAGE, [window], segment=None):
            if p.kind == PROBLEM:
                problems[p.column] = p.blob.decode()
                continue
            try:
                if p.kind == ROWS:
                    sample = SampledRows.from_row(p.blob)
                    continue
                cells = _kept(p, states).from_row(p.blob)
            except CorruptBlob as e:
                problems[p.column] = self.note(window, APART.get(p.kind, p.column), e)
                continue
            if p.kind == FACTS:
                facts = _facts_of(cells)
            elif p.kind == HOURS:
                hours = cells
            elif p.column == VOLUME:
                rows[p.segment] = cells.rows
            elif p.segment == WHOLE:
                segments[WHOLE].update(versions.read(p.column, p.layout, cells))
            else:
                segments.setdefault(p.segment, {})[versions.ranked(p.column, p.layout)] = cells
        return Profile(window, facts, segments, rows, sample, hours), problems

    def rows(self, window: Window) -> int:
        """How many rows a window's profile has counted."""
        revision = self.store.profiles.revision(self.source, FIRST_STAGE, window)
        return revision.rows if revision else 0

    def note(self, window: Window, column: str, error: CorruptBlob) -> str:
        """Remember what did not read, and say it."""
        sentence = f'the stored profile of "{column}" in {window.key} is left out: {error}'
        if sentence not in self.trouble:
            self.trouble.append(sentence)
        return sentence


def _kept(p: StoredProfile, states: Mapping[str, type[Cells]]) -> type[Cells]:
    """The state that a row holds: of the whole, what its column's kind keeps."""
    return states.get(p.column, Cells) if p.segment == WHOLE and p.kind == CELLS else Cells


def _facts_of(cells: Cells) -> WindowFacts:
    """The facts of a window, which its row numbers."""
    known = dict(zip(cells.codes.tolist(), cells.counts.tolist(), strict=True))
    return WindowFacts(*(known.get(k, 0) for k in range(len(WindowFacts.__dataclass_fields__))))
