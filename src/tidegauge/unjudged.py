"""What a decision could not judge, and why: silence about it means nothing."""

from collections.abc import Iterator

import numpy as np

from tidegauge.deciding import Decider
from tidegauge.decisions.record import Record
from tidegauge.errors import CorruptBlob
from tidegauge.measures import InputMeasure
from tidegauge.nouns import VOLUME, WHOLE, Decision, Stage, Verdict
from tidegauge.profiling import FIRST_LOOK
from tidegauge.relations import FAMILIES
from tidegauge.units import listed

FEW = 50  # rows: in fewer, only a large change stands out
MOST = 12  # columns that are named


def unjudged(decision: Decision, decider: Decider) -> tuple[str, ...]:
    """A sentence for each thing that the decision says nothing of."""
    return tuple(_all(decision, decider))


def _all(decision: Decision, decider: Decider) -> Iterator[str]:
    broken = tuple(f.column for f in decision.findings if not f.scores and f.column != VOLUME)
    if decision.verdict is Verdict.BROKEN and broken:
        yield f"Not judged, for the table does not hold to its contract: {_names(broken)}."
    if decision.verdict is Verdict.LEARNING:
        yield "Nothing of this window was judged: the monitor is still learning what is normal."
        return
    if 0 < decision.rows < FEW:
        yield f"With {decision.rows} rows only large changes can be told from chance."
    record = _record(decision, decider)
    if record is None:
        return
    yield from _columns(record, decider, broken)
    if decision.stage is Stage.INPUTS:
        yield from _relations(decision, record, decider)


def _record(decision: Decision, decider: Decider) -> Record | None:
    """The window's stored numbers; None where they do not read, or are of other columns."""
    window = decision.window
    blob = decider.store.score_blobs(decision.monitor, decision.stage, [window]).get(window)
    try:
        record = Record.from_blob(blob) if blob else None
    except CorruptBlob:
        return None
    return record if record is not None and record.vocabulary == decider.measure.vocabulary.id else None


def _columns(record: Record, decider: Decider, broken: tuple[str, ...]) -> Iterator[str]:
    """Columns whose own numbers are not there, or have nothing to be compared with."""
    there = ~np.isnan(record.x)
    known = np.any(~np.isnan(record.residuals), axis=0)
    own: dict[str, list[int]] = {}
    for k, t in enumerate(decider.measure.vocabulary.levels):
        if not t.tied and t.segment == WHOLE and t.column not in (VOLUME, *broken):
            own.setdefault(t.column, []).append(k)
    silent = tuple(c for c, ks in own.items() if not there[ks].any())
    unknown = tuple(c for c, ks in own.items() if there[ks].any() and not known[ks].any())
    if silent:
        yield f"Not judged, for the window holds too few of their values: {_names(silent)}."
    if unknown:
        yield f"Not judged, for there is no past window to compare them with: {_names(unknown)}."


def _relations(decision: Decision, record: Record, decider: Decider) -> Iterator[str]:
    """Whether relations between columns were watched."""
    measure, monitor = decider.measure, decider.monitor
    plan = measure.plan if isinstance(measure, InputMeasure) else None
    ways = "Relations between columns are not watched"
    if not monitor.sample:
        yield f"{ways}: the monitor samples no rows (sample: 0)."
    elif plan is None:
        days = FIRST_LOOK[decider.kind].days
        yield f"{ways} yet: they are found in the sampled rows of the first {days} days, once these are complete."
    elif decision.rows and plan.terms:
        levels = measure.vocabulary.levels
        x = {k: record.x[k] for k, t in enumerate(levels) if t.tied}
        learning = {s.name for family in FAMILIES.values() if family.learns for s in family.statistics}
        learnt = [v for k, v in x.items() if levels[k].statistic in learning]
        if np.isnan(list(x.values())).all():
            yield "Relations between columns were not judged: there are no sampled rows of this window."
        elif learnt and np.isnan(learnt).all():
            yield "Relations that a model must learn first were not judged: there is too little history to learn from."


def _names(columns: tuple[str, ...]) -> str:
    more = f" and {len(columns) - MOST} more" if len(columns) > MOST else ""
    return listed(columns[:MOST], '"') + more
