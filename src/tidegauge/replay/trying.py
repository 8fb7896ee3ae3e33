"""Plant the catalogue's faults and ask every way whether it would have found them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.decisions.blame import BAD
from tidegauge.decisions.history import History
from tidegauge.decisions.record import Record
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.replay.catalogue import Catalogue
from tidegauge.replay.course import Track, records_of
from tidegauge.replay.events import Event
from tidegauge.replay.faults.base import SIZES
from tidegauge.replay.outcome import Trial
from tidegauge.replay.planned import Planned, plan
from tidegauge.replay.planting import Planted, Planter, on_trial, what_if

LEAST_ROWS = 20  # of a window that faults are planted in


@dataclass
class Tried:
    """What came of planting: a way's name → its trials, the same ones in the same order for every way."""

    trials: dict[str, list[Trial]] = field(default_factory=dict)
    left_out: int = 0
    windows: int = 0


def try_faults(
    pipeline: Pipeline,
    tracks: Sequence[Track],
    clean: Sequence[Window],
    catalogue: Catalogue,
    tick: Callable[[int, int], None],
) -> Tried:
    """Plant in windows that were fine as they are, so that an alert can only come from the fault."""
    tried = Tried({run.other.name: [] for run in tracks[0].runs}, windows=len(clean))
    if not clean:
        return tried
    planter = Planter(pipeline)
    plans = plan(catalogue, planter.ground(clean[0]), clean)
    pasts = _pasts(tracks, pipeline)
    for k, one in enumerate(plans, start=1):
        planted = planter.plant(one)
        if planted is None:
            tried.left_out += 1
        else:
            observers = [
                (track, on_trial(track.observer, planted)) for track in tracks if track.stage in planted.stages
            ]
            for name, trials in tried.trials.items():
                seen = [
                    what_if(track.run(name).decider, observer, one.window, pasts[track.stage, name].before(one.window))
                    for track, observer in observers
                ]
                trials.append(_trial(planter, one, planted, seen))
        tick(k, len(plans))
    return tried


def clean_windows(tracks: Sequence[Track], events: Sequence[Event], inside: set[Window]) -> list[Window]:
    """Windows of the replay that the monitor as it is found fine on every stage, outside of labelled events."""
    verdicts: dict[Window, list[Decision]] = {}
    for track in tracks:
        for d in track.runs[0].decisions:
            if d.window in inside:
                verdicts.setdefault(d.window, []).append(d)
    return sorted(w for w, found in verdicts.items() if _is_clean(found) and not any(e.holds(w) for e in events))


def _is_clean(found: Sequence[Decision]) -> bool:
    """Whether a window with rows enough is fine by its inputs, and bad by no stage."""
    first = found[0]
    fine = first.verdict is Verdict.FINE and first.stage == FIRST_STAGE and first.rows >= LEAST_ROWS
    return fine and not any(d.verdict in BAD for d in found)


class _Past:
    """A way's past that grows as windows pass: nothing of a window or of what came after it is in it."""

    def __init__(self, records: dict[Window, Record], pipeline: Pipeline) -> None:
        self._records, self._windows = records, sorted(records)
        self._history, self._next = History(pipeline.calendar), 0

    def before(self, window: Window) -> History:
        """What was known when the window was judged. Ask in order of time."""
        while self._next < len(self._windows) and self._windows[self._next] < window:
            w = self._windows[self._next]
            self._history.add(w, self._records[w])
            self._next += 1
        return self._history


def _pasts(tracks: Sequence[Track], pipeline: Pipeline) -> dict[tuple[str, str], _Past]:
    """Stage and way → its past."""
    return {
        (track.stage, run.other.name): _Past(records_of(track, run), pipeline) for track in tracks for run in track.runs
    }


def _trial(planter: Planter, one: Planned, planted: Planted, seen: Sequence[Decision]) -> Trial:
    """The strongest of the stages' decisions says whether it was found, and which column led."""
    alerts = sorted((d for d in seen if d.verdict in BAD), key=lambda d: -d.strength)
    named = alerts[0].findings[0].column if alerts and alerts[0].findings else ""
    blamed = one.fault.blames(planter.ground(one.window), one.columns)
    return Trial(
        fault=one.fault.name,
        size=SIZES[one.size],
        columns=one.columns,
        window=one.window,
        changed=planted.changed,
        rows=planted.rows,
        found=bool(alerts),
        strength=max((d.strength for d in seen), default=0.0),
        named=named,
        first=named in blamed,
    )
