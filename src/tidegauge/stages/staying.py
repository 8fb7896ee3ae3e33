"""Levels of a fine window that stay where an alert found them: nothing alerts, and nothing went back.

On its second day a change for good is what the window before held too: expected by that, nothing is found of it, and
the window would be called like the past, which it is not. Here the numbers that an alert lately told of are held
against the windows that were like ones *before* that alert: beyond all of them, on the same side, they are still there.
No verdict and no strength rests on it. It keeps the incident open that told of it, and opens none (decision 0053).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from math import nan

from tidegauge.core.decision import Decision, Finding, Score
from tidegauge.core.window import VOLUME, WHOLE, Window
from tidegauge.decisions.blame import blamed
from tidegauge.decisions.judge import Judgement
from tidegauge.references.calendar import Calendar
from tidegauge.references.ladder import Ladder
from tidegauge.stages.findings import score_of
from tidegauge.stages.like_windows import LikeWindows, place_of, value_of
from tidegauge.statistics.own_limits import BROKEN_LIMITS
from tidegauge.statistics.signal_set import Signal
from tidegauge.wording.text import day_and_month
from tidegauge.wording.units import gone

NAMED = 3  # columns of a fine window, as of any other finding of it
TRIED = 3  # numbers of a column, those first that the alert told first


class Levels:
    """The levels of one fine window, beside those that alerts before it have told of, oldest first."""

    def __init__(
        self,
        window: Window,
        judgement: Judgement,
        like: LikeWindows,
        ladder: Ladder,
        calendar: Calendar,
        alerts: Sequence[Decision],
    ) -> None:
        self.window, self.judgement, self.like = window, judgement, like
        self.ladder, self.calendar, self.history = ladder, calendar, like.history
        self.signals, self.excluded = like.measure.signal_set.levels, like.normal.rulings.excluded
        self.tuning = like.measure.tuning.decisions.incidents
        # with those after the last that would resolve it
        self.most = self.tuning.stands[window.kind] + self.tuning.quiet - 1
        self._silenced = frozenset(d.window for d in alerts if d.silenced)
        self.alerts = self._lately([d for d in alerts if not d.silenced and d.window < window])
        self.lately = self._windows_of_late()
        self._known: dict[tuple[Window, Window], LikeWindows] = {}

    def _windows_of_late(self) -> list[Window]:
        """Those before this one in which something may stand; what was confirmed may as well."""
        told = {d.window for d in self.alerts}
        lately = self.history.before(self.window.start, self.most) if told else []
        return [w for w in lately if w in told or w not in self.excluded]

    def _lately(self, alerts: Sequence[Decision]) -> list[Decision]:
        """Those that may still stand, as their incident counts: each begins its time anew, silenced ones are none."""
        out, later = list[Decision](), self.window
        for d in reversed(alerts):
            gone_by = self.history.between(d.window, later)
            if gone_by[:1] != [d.window] or len(gone_by) - len(self._silenced.intersection(gone_by)) > self.most:
                break
            out.append(d)
            later = d.window
        return out[::-1]

    def before(self, found: Sequence[Finding]) -> tuple[Finding, ...]:
        """What is found of the window, with the columns first that stay where an alert found them.

        Of one that is missing or stuck that is said already.
        """
        silent = [f.column for f in found if f.scores and gone(f.scores[0])]
        stays = tuple(islice(self.findings(silent), NAMED))
        named = _columns(stays)
        return (*stays, *(f for f in found if f.column not in named))

    def beneath(self, found: Sequence[Finding]) -> tuple[Finding, ...]:
        """What is found of an alert, with what stands since an earlier one after what is new.

        A column that stands gives the lead to one that would alert without it. Others come last. A limit that does not
        hold stands for nothing: it is said of each window.
        """
        stays = tuple(self.findings(()))
        standing, named = _columns(stays), _columns(found)
        new = [f for f in found if f.column not in standing or _is_limit(f)]
        if new and new[0].strength > 1:
            found = (*new, *(f for f in found if f not in new))
        return (*found, *[f for f in stays if f.column not in named][:NAMED])

    def findings(self, but: Collection[str]) -> Iterator[Finding]:
        """A finding for each column that stays, led by the number that tells it best; `but`: of these it is said."""
        for column, levels in self._alerted().items():
            scores = (self._score(k, windows) for k, windows in levels.items() if column not in but)
            if (first := next((s for s in scores if s is not None), None)) is not None:
                yield Finding(column, WHOLE, 0.0, (first,))

    def _alerted(self) -> dict[str, dict[int, list[Window]]]:
        """Column → its levels that may stay → the alerts that told of them.

        What led an alert comes first, so that each of several has its say.
        """
        told: dict[str, dict[int, list[Window]]] = {}
        rank: dict[str, int] = {}
        for d, places in self._blamed():
            rank |= {column: min(rank.get(column, k), k) for column, k in places.items()}
            for finding in (f for f in d.findings if f.column in places):
                for k in self._levels_of(finding):
                    told.setdefault(finding.column, {}).setdefault(k, []).append(d.window)
        return {column: told[column] for column in sorted(told, key=lambda c: rank[c])}

    def _blamed(self) -> Iterator[tuple[Decision, dict[str, int]]]:
        """Each alert, and the columns that it is laid to and that are looked at, with their places in it."""
        about = [(d, blamed(d, self.tuning)) for d in self.alerts]
        columns = {c for _, of in about for c in of}
        since = {c: self._looked_at([d for d, of in about if c in of]) for c in columns}
        for d, of in about:
            yield d, {column: k for k, column in enumerate(of) if d.window in since[column]}

    def _levels_of(self, finding: Finding) -> list[int]:
        """Those of a finding's numbers that may stay and are followed, the first few."""
        places = [place_of(self.like.measure.signal_set, s) for s in finding.scores if self._may_stay(s)]
        return [k for k in places if k is not None and k < len(self.signals)][:TRIED]

    def _looked_at(self, alerts: Sequence[Decision]) -> set[Window]:
        """The windows of those of one column that may still stand: of a long row the first, and the newest."""
        some = [d.window for d in self._lately(alerts)]
        return {*some[:1], *some[-self.most :]}

    @staticmethod
    def _may_stay(score: Score) -> bool:
        """Whether a score is of a column by itself, in this window alone."""
        return score.segment == WHOLE and not score.others and not score.over

    def _score(self, k: int, alerts: Sequence[Window]) -> Score | None:
        """The k-th level beside the like windows before the first alert since which it has stayed; None for none."""
        for first in alerts:
            side = self._side(k, self.window, first, self._value(k, self.window))
            if not side:
                return None  # it is like some window of before
            begun = self._side(k, first, first, self._value(k, first))
            since = [self._side(k, w, first, self._value(k, w)) for w in self.lately if w >= first]
            if begun == side and 3 * since.count(side) >= 2 * len(since) and self._is_as_far(k, first):
                return self._beside(k, first)
        return None

    def _beside(self, k: int, first: Window) -> Score:
        like = self._like(self.window, first)
        found, keys = like.range(k), tuple(w.key for w in like.left(self.signals[k]))
        since = day_and_month(first.start, self.calendar.zone, hour=first.kind == "hour")
        score = replace(score_of(self.judgement, like.measure, k), pool=like.pool, windows=keys, over=0)
        score = replace(score, value=self._value(k, self.window), expected=found.middle, low=nan, high=nan)
        return replace(score, least=found.least, most=found.most, like=f"{found.words} before {since}")

    def _side(self, k: int, window: Window, first: Window, value: float) -> int:
        """1 where a value lies above all like windows before an alert, −1 below; 0 within them, or where none is."""
        found = self._like(window, first).range(k)
        if not found.words:
            return 0
        return int(value > found.most) - int(value < found.least)

    def _is_as_far(self, k: int, first: Window) -> bool:
        """Whether it lies half as far beyond like windows as the alert did: an ordinary one may be beyond a few."""
        now, then = (self._beyond(k, w, first) for w in (self.window, first))
        return 2 * now >= then

    def _beyond(self, k: int, window: Window, first: Window) -> float:
        """How far a window lies beyond like ones before an alert; rows by a part of theirs, as Sundays have fewer."""
        value, found = self._value(k, window), self._like(window, first).range(k)
        far = max(value - found.most, found.least - value)
        return far / max(found.most, 1.0) if self.signals[k].column == VOLUME else far

    def _value(self, k: int, window: Window) -> float:
        if window == self.window:
            return self._natural(self.signals[k], self.judgement.record.x[k])
        record = self.history.record(window)
        return self._natural(self.signals[k], value_of(record, self.like.measure.signal_set, k))

    def _natural(self, signal: Signal, level: float) -> float:
        return float(self.like.measure.natural(signal, float(level)))

    def _like(self, window: Window, first: Window) -> LikeWindows:
        """What was like a window among those before an alert."""
        if (window, first) not in self._known:
            of, history = self.like, self.history
            before = [w for w in history.candidates_but(self.excluded) if w < first]
            choice = self.ladder.choose(window, before, self.calendar)
            self._known[window, first] = LikeWindows.of(choice, of.measure, history, of.normal, of.figures)
        return self._known[window, first]


def _columns(findings: Sequence[Finding]) -> set[str]:
    return {f.column for f in findings}


def _is_limit(finding: Finding) -> bool:
    """Whether a finding is led by a broken limit of the monitor's own."""
    return bool(finding.scores) and finding.scores[0].statistic in BROKEN_LIMITS
