"""One plain sentence: what would do better, and how sure that is. It says nothing that the windows do not show."""

from collections.abc import Sequence

from tidegauge.replay.outcome import Rate, Way
from tidegauge.replay.poisson import paired
from tidegauge.wording.text import rate

SURE = 0.05
FEW = 3.0  # notices that the budget expects: with fewer, nobody can say whether it is kept


def advice(budget: float, outside: Rate, ways: Sequence[Way], *, labelled: bool) -> str:
    """Whether the budget was kept, and what to change, if anything."""
    if not outside.months:
        return "Nothing was judged, so nothing is to be said of the budget: replay a longer or a later time."
    return f"{kept(budget, outside, labelled=labelled)} {_change(ways)}".strip()


def kept(budget: float, outside: Rate, *, labelled: bool) -> str:
    """How the notices compare with the budget."""
    which = "Outside of the events that you labelled, it" if labelled else "It"
    told = f"{which} would have sent {_notices(outside.count)}, {_rate(outside)}, on a budget of {rate(budget)}"
    if budget * outside.months < FEW:
        expected = rate(budget * outside.months)
        return f"{told}: the budget expects only {expected} in so short a time, too few to say whether it is kept."
    if outside.low > budget:
        return f"{told}: more than the budget." + (
            "" if labelled else " Some may be real: look at them, and label those with --events."
        )
    if outside.high < budget:
        return f"{told}: fewer than it allows."
    return f"{told}: the budget lies inside the interval, so these windows speak neither for nor against it."


def _change(ways: Sequence[Way]) -> str:
    """What another way would have done, if anything."""
    own = _as_it_is(ways)
    others = [w for w in ways if not w.own]
    if own is None or not others:
        return ""
    if not own.planted:
        return "Whether another budget or reference finds more cannot be said without faults: add --faults."
    return _better(own, others)


def _better(own: Way, others: Sequence[Way]) -> str:
    """Which way did better on the same windows, if one did."""
    # several ways are looked at, so each has to be that much surer
    surer = [w for w in others if w.gained > w.lost and paired(w.gained, w.lost) < SURE / len(others)]
    quieter = [w for w in others if _is_quieter(w, own)]
    if surer:
        return _more(own, surer, quieter)
    if quieter:
        return _fewer(own, quieter)
    return "No other budget or reference did clearly better on these windows: nothing here asks for a change."


def _as_it_is(ways: Sequence[Way]) -> Way | None:
    """The way of the monitor as it is."""
    return next((w for w in ways if w.own), None)


def _is_quieter(way: Way, own: Way) -> bool:
    """Whether it sends fewer notices, and finds and catches no less."""
    return way.notices.count < own.notices.count and way.found >= own.found and way.caught >= own.caught


def _more(own: Way, surer: Sequence[Way], quieter: Sequence[Way]) -> str:
    """Ways that find more: for nothing, for more notices, or nobody knows for what."""
    free = [w for w in surer if w.notices.count <= own.notices.count]
    best = max(free or surer, key=lambda w: (w.found, -w.notices.count))
    found = f"With {best.name} it would have found {_found(best)} planted faults where it finds {own.found}"
    if own.budget * own.notices.months < FEW:  # no notice in two weeks is no proof of quiet
        return f"{found}; what that costs in notices, so short a time cannot say."
    if free:
        return (
            f"{found}, for no more notices ({best.notices.count} instead of {own.notices.count}). Chance alone would "
            "hardly do that here; replay other months before you change it."
        )
    if quieter:
        return _fewer(own, quieter)
    best = min(surer, key=lambda w: w.notices.count)
    return (
        f"More is found only for more notices: with {best.name}, {_found(best)} planted faults instead of "
        f"{own.found}, at {_rate(best.notices)} instead of {rate(own.notices.a_month)}. "
        "Which is worth more, only you can say."
    )


def _fewer(own: Way, quieter: Sequence[Way]) -> str:
    best = min(quieter, key=lambda w: (w.notices.count, -w.found))
    return (
        f"With {best.name} it would have sent {_notices(best.notices.count)} instead of {own.notices.count} and found "
        "no fewer planted faults; so small a difference may be chance."
    )


def _found(way: Way) -> str:
    return f"{way.found} of {way.planted}"


def _notices(count: int) -> str:
    return f"{count} notice{'' if count == 1 else 's'}"


def _rate(r: Rate) -> str:
    return f"{rate(r.a_month)} a month ({rate(r.low)} to {rate(r.high)})"
