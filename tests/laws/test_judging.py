"""Laws of judging: one step ahead, the same whoever asks when, and slow drifts told by their own past."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from tests.laws.days import (
    BUDGET,
    CALENDAR,
    DAYS,
    SIGNALS,
    SIZE,
    Floats,
    a_judge,
    a_sample,
    alerts,
    lived,
    numbers,
    same,
)
from tidegauge.core.errors import CorruptBlob
from tidegauge.core.grid import KINDS, between
from tidegauge.core.window import Window
from tidegauge.decisions.expectation import Normal
from tidegauge.decisions.feedback import Accepted, Dismissed, Rulings
from tidegauge.decisions.history import History
from tidegauge.decisions.judge import NOBODY, Judgement, Recall
from tidegauge.decisions.record import Record
from tidegauge.decisions.slow import Slow, limits
from tidegauge.decisions.spreads import Spreads, known_at
from tidegauge.references.calendar import Calendar
from tidegauge.statistics.signal_set import Signal, SignalSet
from tidegauge.tuning.tuning import SHIPPED

TUNING = SHIPPED.decisions
PAST = 110  # days of a history
PROMISE, DOUBT = 1.5, 1e-3  # times the budget; the chance that this fails though it is kept
ZONES = ("UTC", "America/New_York", "America/Havana", "America/Sao_Paulo", "Asia/Beirut", "Australia/Lord_Howe")
Lived = tuple[History, list[Judgement], Floats]


@pytest.fixture(scope="module")
def past() -> Lived:
    """A history with something in it: gaps, a day that is off, a number that comes late."""
    xs = numbers(3, PAST)
    xs[:30, 4] = np.nan
    xs[50, :2] += 2
    xs[70] = np.nan
    history, found = lived(a_judge(), xs)
    return history, found, xs


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25)
@given(data=st.data())
def test_what_is_known_never_lies_in_the_future_and_never_goes_back(zone: str, kind: str, data: st.DataObject) -> None:
    """Through clock changes at midnight too."""
    begin = data.draw(st.datetimes(datetime(2017, 1, 1), datetime(2017, 12, 1), timezones=st.just(UTC)))  # noqa: DTZ001
    days = {"hour": 9, "day": 90, "week": 200}[kind]
    skip = data.draw(st.integers(0, 61)) if kind == "hour" else 0
    windows = between(kind, zone, begin, begin + timedelta(days=skip + days))
    calendar = Calendar(zone)
    known = [known_at(calendar.facts(w), w) for w in windows if w.start >= begin + timedelta(days=skip)]
    later = [w for w in windows if w.start >= begin + timedelta(days=skip)]
    assert all(k <= w.start for k, w in zip(known, later, strict=True))
    assert all(w.start - k <= timedelta(days=1, hours=1) for k, w in zip(known, later, strict=True))
    assert known == sorted(known)


@settings(max_examples=20)
@given(data=st.data())
def test_later_windows_change_nothing(past: Lived, data: st.DataObject) -> None:
    """Judged with all that came later in the history too, in any order, by a judge that has seen other windows."""
    history, found, xs = past
    order = data.draw(st.permutations(range(PAST)))
    shuffled, judge = History(CALENDAR), a_judge()
    for k in order:
        shuffled.add(DAYS[k], history.record(DAYS[k]))
    for k in data.draw(st.lists(st.integers(0, PAST - 1), min_size=1, max_size=4)):
        same(judge.judge(DAYS[k], a_sample(xs[k], k), shuffled), found[k])


def test_a_day_is_judged_with_what_is_there_and_not_with_itself(past: Lived) -> None:
    """Its own record in the history, or another one's in its place, is not looked at."""
    history, found, xs = past
    for k in (40, 77, PAST - 1):
        blank = a_judge().blank()
        own = History(CALENDAR, [(w, history.record(w) if w != DAYS[k] else blank) for w in history.windows])
        same(a_judge().judge(DAYS[k], a_sample(xs[k], k), own), found[k])


def test_one_judge_may_be_asked_of_different_pasts(past: Lived) -> None:
    """What it keeps at hand is of one past: another one of equal length is another."""
    history, found, xs = past
    other, elsewhere = lived(a_judge(), numbers(8, PAST))
    judge, k = a_judge(), PAST - 1
    for _ in range(2):
        same(judge.judge(DAYS[k], a_sample(xs[k], k), history), found[k])
        same(judge.judge(DAYS[k], a_sample(numbers(8, PAST)[k], k), other), elsewhere[k])


class StoredProfiles:
    """Records that are read when they are asked for."""

    def __init__(self, history: History) -> None:
        self.records = {w: history.record(w) for w in history.windows}
        self.read: list[Window] = []

    def load(self, windows: Sequence[Window]) -> dict[Window, Record]:
        self.read += windows
        return {w: Record.from_blob(self.records[w].to_blob()) for w in windows}


@pytest.mark.parametrize("k", [0, 5, 8, 33, 71, PAST - 1])
def test_records_read_when_needed_are_records_read_at_once(past: Lived, k: int) -> None:
    history, found, xs = past
    profiles = StoredProfiles(history)
    lazy = History(CALENDAR, windows=DAYS[:k], load=profiles.load)
    judge = a_judge()
    for _ in range(2):
        same(judge.judge(DAYS[k], a_sample(xs[k], k), lazy), found[k])
    assert len(profiles.read) == len(set(profiles.read)), "none is read twice"
    assert set(profiles.read) <= set(DAYS[:k])


@settings(max_examples=20)
@given(data=st.data())
def test_a_history_is_the_same_however_it_came_to_be(past: Lived, data: st.DataObject) -> None:
    full = past[0]
    excluded = frozenset(data.draw(st.lists(st.sampled_from(DAYS[:PAST]), max_size=6)))
    begun = data.draw(st.integers(0, PAST))
    grown = History(CALENDAR, windows=DAYS[:begun], load=StoredProfiles(full).load)
    assert grown.candidates is not None
    for k in data.draw(st.permutations(range(begun, PAST))):
        grown.add(DAYS[k], full.record(DAYS[k]))
    assert list(grown.windows) == list(full.windows)
    instant = data.draw(st.datetimes(datetime(2023, 1, 1), datetime(2023, 6, 1), timezones=st.just(UTC)))  # noqa: DTZ001
    most = data.draw(st.integers(0, 130))
    before = grown.before(instant, most, excluded)
    assert before == full.before(instant, most, excluded)
    left = [w for w in DAYS[:PAST] if w.end <= instant and w not in excluded]
    assert before == left[max(0, len(left) - most) :]
    np.testing.assert_array_equal(grown.levels(before, SIZE), full.levels(before, SIZE))


def stored(kept: dict[tuple[datetime, Rulings], bytes]) -> Callable[[History], Recall]:
    """Spreads as a store has them: fitted by whoever is first, and read by everybody."""

    def recall(known: datetime, said: Rulings, fit: Callable[[], Spreads]) -> Spreads:
        blob = kept.setdefault((known, said), b"") or fit().to_blob()
        kept[known, said] = blob
        return Spreads.of(SIGNALS, blob)

    return lambda _history: recall


def test_spreads_from_the_store_are_spreads_fitted_now(past: Lived) -> None:
    """The first one fits and keeps them, the second one reads; both decide like one who has no store."""
    _, found, xs = past
    kept: dict[tuple[datetime, Rulings], bytes] = {}
    for _ in range(2):
        for one, other in zip(lived(a_judge(), xs, recall=stored(kept))[1], found, strict=True):
            same(one, other)
    assert 60 < len(kept) <= PAST, "one a day"


@pytest.mark.parametrize("days", [0, 7, 8, 20, 30, PAST])
def test_spreads_read_back_what_they_wrote(past: Lived, days: int) -> None:
    """Before there is anything, with scales and no tail, and whole."""
    history = past[0]
    records = [(w, history.record(w)) for w in DAYS[:days]]
    normal = Normal(NOBODY, SIGNALS)
    slow = Slow.fit(records, SIGNALS, None, least=20)

    def fitted() -> Spreads:
        return Spreads.fit(records, SIGNALS, normal, alerts_per_window=BUDGET, learning=14, dismissed={}, slow=slow)

    spreads = fitted()
    assert (spreads.tail is not None) == (days >= 30)
    blob = spreads.to_blob()
    again = Spreads.of(SIGNALS, blob)
    assert again.to_blob() == blob
    assert (again.learnt, again.rows) == (spreads.learnt, spreads.rows)
    assert fitted().to_blob() == blob, "fitted twice, the same bytes"
    for at in np.linspace(0, len(blob) - 1, 40).astype(int):
        with pytest.raises(CorruptBlob):
            Spreads.of(SIGNALS, blob[:at] + bytes([blob[at] ^ 4]) + blob[at + 1 :])
        with pytest.raises(CorruptBlob):
            Spreads.of(SIGNALS, blob[:at])


def test_what_people_said_is_spelled_alike_everywhere() -> None:
    """It is part of the name that spreads are kept under: in another process a set has another order."""
    one, other = (Rulings(excluded=frozenset(some)) for some in (DAYS[40:60], DAYS[59:39:-1]))
    assert one.text == other.text
    places = [one.text.index(w.key) for w in DAYS[40:60]]
    assert places == sorted(places)
    gone, columns = tuple(DAYS[3:5]), ("a", '"b\x1f')
    some = [
        Rulings(),
        Rulings(excluded=frozenset(gone)),
        Rulings(excluded=frozenset(gone[:1])),
        Rulings(accepted=(Accepted(columns, gone[0], gone),)),
        Rulings(accepted=(Accepted(columns, gone[1], gone),)),
        Rulings(accepted=(Accepted(columns[:1], gone[0], gone),)),
        Rulings(dismissed=(Dismissed(gone[0], columns),)),
        Rulings(dismissed=tuple(Dismissed(w, columns) for w in gone)),
    ]
    assert len({s.text for s in some}) == len(some)
    assert Rulings(silenced="a deploy").text == Rulings().text, "whom one tells does not bear on what is normal"


@settings(max_examples=15)
@given(data=st.data())
def test_excluded_windows_might_as_well_not_be_there(past: Lived, data: st.DataObject) -> None:
    history, _, xs = past
    k = data.draw(st.integers(60, PAST - 1))
    excluded = frozenset(data.draw(st.lists(st.sampled_from(DAYS[1:k]), min_size=1, max_size=8)))
    left = History(CALENDAR, [(w, history.record(w)) for w in history.windows if w not in excluded])
    sample = a_sample(xs[k], k)
    same(a_judge().judge(DAYS[k], sample, history, Rulings(excluded)), a_judge().judge(DAYS[k], sample, left))


@settings(max_examples=15)
@given(data=st.data())
def test_answers_on_one_column_are_nothing_to_another(past: Lived, data: st.DataObject) -> None:
    """Accepted or dismissed: what does not name the column, alone or in a pair, is judged as before."""
    history, found, xs = past
    k = data.draw(st.integers(80, PAST - 1))
    column = data.draw(st.sampled_from(["a", "b", "c"]))
    gone = tuple(DAYS[52:55])
    accepted = Rulings(accepted=(Accepted((column,), gone[0], gone),))
    dismissed = Rulings(dismissed=(Dismissed(DAYS[50], (column,)),))
    rest = np.array([column not in (t.column, *t.others) for t in SIGNALS.signals])
    for rulings in (accepted, dismissed):
        judged = a_judge().judge(DAYS[k], a_sample(xs[k], k), history, rulings)
        np.testing.assert_array_equal(judged.record.z[rest], found[k].record.z[rest])
        np.testing.assert_array_equal(judged.surprise[rest], found[k].surprise[rest])
    # what is ordinary by a person's word is never stranger than before
    assert np.all(judged.surprise <= found[k].surprise + 1e-12)
    assert np.all(judged.columns <= found[k].columns + 1e-12)


def test_a_window_says_nothing_without_a_past() -> None:
    found = a_judge().judge(DAYS[0], a_sample(numbers(0, 1)[0], 0), History(CALENDAR))
    assert (found.strength, found.lasting, found.drifting) == (0.0, 0.0, False)
    assert found.tail is None
    assert not found.record.z.any()


@settings(max_examples=25)
@given(
    values=st.lists(st.floats(-1e12, 1e12) | st.just(float("nan")), min_size=SIZE, max_size=SIZE), n=st.floats(0, 1e9)
)
def test_no_window_is_too_strange_to_be_judged(past: Lived, values: list[float], n: float) -> None:
    history = past[0]
    found = a_judge().judge(DAYS[PAST], a_sample(np.array(values), PAST, n=n), history)
    assert np.isfinite([found.strength, found.sudden, found.lasting]).all()
    assert np.isfinite(found.surprise).all()
    assert (found.surprise >= 0).all()
    assert np.isfinite(found.record.z).all()


PLAIN = SignalSet(tuple(Signal(f"x{k}", "location") for k in range(8)), ())


def of(kind: str, seed: int, days: int) -> Floats:
    """[T, K] numbers without a fault: white noise; noise on a level that wanders; a wave of many weeks."""
    g = np.random.default_rng(seed)
    noise = g.normal(0, 0.1, (days, 8))
    if kind == "wandering":
        step, level = g.normal(0, 0.05, (days, 8)), np.zeros((days, 8))
        for k in range(1, days):
            level[k] = 0.97 * level[k - 1] + step[k]
        return noise + level
    if kind == "waves":
        return noise + 0.3 * np.sin(2 * np.pi * np.arange(days)[:, None] / g.uniform(60, 200, 8) + g.uniform(0, 6, 8))
    return noise


@pytest.mark.parametrize("kind", ["white noise", "wandering", "waves"])
def test_a_slow_drift_is_told_of_no_more_often_than_its_share_of_the_budget(kind: str) -> None:
    """Though a number may wander, and what wanders would look like a drift to anybody."""
    days, budget = 170, 0.1  # of all alerts; a fifth of them is for slow ones
    told, judged = 0, 0
    for seed in range(4):
        found = lived(a_judge(budget, PLAIN), of(kind, seed, days))[1]
        slow = [j.lasting > 1 for j in found]
        told += sum(now and not before for before, now in zip([False, *slow], slow, strict=False))
        judged += sum(np.isfinite(j.threshold) for j in found)
    assert judged > 500
    assert told <= poisson.ppf(1 - DOUBT, PROMISE * TUNING.slow.share * budget * judged), told


@pytest.mark.parametrize("sign", [1, -1])
def test_a_ramp_is_found(sign: int) -> None:
    """A level that climbs by one day's noise a day, and before it has climbed by half a month's."""
    days, begin = 150, 130
    xs = of("white noise", 5, days)
    ramp = np.clip(np.arange(days) - begin, 0, None) * 0.1
    xs[:, 3] += sign * ramp
    found = lived(a_judge(BUDGET, PLAIN), xs)[1]
    assert not any(j.lasting > 1 for j in found[:begin])
    first = next(k for k, j in enumerate(found) if j.lasting > 1)
    assert first <= begin + 14
    assert int(np.argmax(found[first].slow.surprise)) == 3
    assert np.nanmedian(found[first].slow.pooled[:, 3]) * sign > 0
    assert found[first].strength > 1


def test_a_drift_must_last_for_some_windows() -> None:
    """One odd average alone says nothing yet: what it comes to is the least of the last ones."""
    xs = of("white noise", 5, 140)
    xs[110:, 3] += 2
    found = lived(a_judge(BUDGET, PLAIN), xs)[1]
    last = TUNING.slow.paces["day"].lasting
    for k in range(last, len(found)):
        least = min(j.slow.strength for j in found[k + 1 - last : k + 1])
        assert (found[k].lasting > 1) == (least > 1)
        assert least <= 1 or found[k].lasting == pytest.approx(least, rel=1e-6)
    first = next(k for k, j in enumerate(found) if j.slow.strength > 1)
    assert [j.lasting > 1 for j in found[first : first + last]] == [False] * (last - 1) + [True]
    assert all(pace.lasting > 1 for pace in (TUNING.slow.paces[kind] for kind in ("hour", "day", "week"))), (
        "of every kind of window it is told in the end"
    )


def test_a_drift_does_not_teach_what_is_normal() -> None:
    """However slow: what goes on for less than four weeks moves neither the reference nor the yardstick."""
    days, begin = 150, 123
    xs = of("white noise", 5, days)
    drifted = xs.copy()
    drifted[begin:, 3] += np.arange(days - begin) * 0.1
    plain, moved = (lived(a_judge(BUDGET, PLAIN), x)[1] for x in (xs, drifted))
    for k in range(begin, days):
        np.testing.assert_array_equal(plain[k].expectation.lagged, moved[k].expectation.lagged)
        np.testing.assert_array_equal(plain[k].record.slow_z[:3], moved[k].record.slow_z[:3])
        if 3 in np.flatnonzero(moved[k].slow.widths == plain[k].slow.widths):
            assert plain[k].slow.edge[3] == moved[k].slow.edge[3]
    assert moved[-1].lasting > moved[begin + 14].lasting > 1, "and it is told of as long as it goes on"


def test_the_limit_is_nearer_for_what_no_season_changes() -> None:
    pair = Signal("a", "pair-information", others=("b",))
    fixed = Signal("a", "broken-groups", others=("b",), shared=False)
    alone = limits(SignalSet((Signal("a", "location"), pair, fixed), ()))
    assert alone[0] > alone[1] > alone[2] > 1


def test_slow_alerts_are_counted_as_alerts() -> None:
    days = 150
    xs = of("white noise", 5, days)
    xs[:, 0] += np.clip(np.arange(days) - 130, 0, None) * 0.2
    told = alerts(lived(a_judge(BUDGET, PLAIN), xs)[1])
    assert 0 < told["slow"] <= told["all"]


def test_a_holiday_may_lie_further_from_what_is_expected(past: Lived) -> None:
    """It is expected by a handful of others; the numbers of an ordinary day are not touched."""
    history, found, xs = past
    holiday = next(k for k in range(40, PAST) if found[k].expectation.special)
    ordinary = next(k for k in range(40, PAST) if not found[k].expectation.special)
    no_more = SHIPPED.but({"decisions.score.holiday": 1.0}).decisions
    for k, factor in ((holiday, TUNING.score.holiday), (ordinary, 1.0)):
        plain = a_judge(tuning=no_more).judge(DAYS[k], a_sample(xs[k] + 1, k), history).scored
        wide = a_judge().judge(DAYS[k], a_sample(xs[k] + 1, k), history).scored
        np.testing.assert_allclose(wide.z * factor, plain.z)
        np.testing.assert_allclose(wide.scale, plain.scale * factor)
        assert plain.z.max() > 1
