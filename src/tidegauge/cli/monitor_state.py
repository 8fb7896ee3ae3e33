"""What the store knows of a monitor, gathered for `status`: as a person reads it, or as JSON."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

LATELY = 5  # incidents that have fallen silent, the newest, of which status says whether they were mended
WEEKS = timedelta(weeks=4)  # how long ago an incident may be that status names because nobody was told of it

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegauge.core.incident import Incident
    from tidegauge.core.intent import Intent
    from tidegauge.core.window import Window
    from tidegauge.pipeline.answering import Answered
    from tidegauge.pipeline.pipeline import Pipeline
    from tidegauge.store.outbox import Carried


def state_of(pipeline: "Pipeline") -> dict[str, Any]:
    """What the store knows of a monitor."""
    from tidegauge.core.window import FIRST_STAGE, STAGES
    from tidegauge.pipeline.changed_source import changed_source
    from tidegauge.pipeline.estimates import newest_estimates
    from tidegauge.pipeline.fairnesses import newest_fairness
    from tidegauge.pipeline.performances import newest
    from tidegauge.stages.limit_segments import without_rows

    stages = {stage: _of_stage(pipeline, stage) for stage in STAGES}
    known = sorted(pipeline.store.profiles.revisions(pipeline.monitor.source_key, FIRST_STAGE))
    latest = stages[FIRST_STAGE]["latest"]
    last = latest.window if known and latest else None
    return {
        "monitor": pipeline.monitor.name,
        "other_source": changed_source(pipeline.monitor, pipeline.store),
        "profiled": _profiled(known),
        "undecided": _after(last, known),
        "gaps": pipeline.gaps(last.end) if last else [],
        "stages": stages,
        **_incidents(pipeline),
        **_deliveries(pipeline),
        "held": _held(pipeline),
        "forgotten": pipeline.tombstones(),
        "failed": pipeline.store.runs.failing(
            pipeline.monitor.name, but=pipeline.store.decisions.evidences(pipeline.monitor.name, FIRST_STAGE)
        ),
        **_by_the_clock(pipeline, known),
        "cut_again": _cut_again(pipeline),
        "never_judged": list(without_rows(pipeline.monitor.limits, pipeline.profiler.profiles.layouts()[1])),
        "would_have_seen": pipeline.sensitivity(last, work=False) if last else None,
        "performance": newest(pipeline.deciding),
        "fairness": newest_fairness(pipeline.deciding),
        "estimates": newest_estimates(pipeline.deciding),
    }


def _cut_again(pipeline: "Pipeline") -> list[dict[str, object]]:
    """Columns that had outgrown their cells, labels among them, and since when they are counted in others."""
    cut = pipeline.profiler.profiles.versions().cut
    found: dict[str, object] = {column: versions[-1].since for column, versions in cut.items()}
    labels, known = pipeline.monitor.labels, pipeline.profiler.label_versions()
    if labels is not None and known is not None and known.later:
        found[labels.value] = known.later[-1][0]
    return [{"column": column, "since": since} for column, since in sorted(found.items(), key=lambda each: each[0])]


def _still(pipeline: "Pipeline", known: "Sequence[Answered]") -> "list[Incident]":
    """The latest incidents that have fallen silent, are not answered, and whose number is not back where it was."""
    from tidegauge.pipeline.aftermath import Aftermath, aftermaths

    silent = [a.incident for a in known if not a.incident.is_open and a.answer is None][-LATELY:]
    after = aftermaths(pipeline.deciding, silent)
    return [i for i in silent if after.get(i.id) is Aftermath.STILL]


def _untold(pipeline: "Pipeline", known: "Sequence[Answered]") -> "list[Incident]":
    """The latest incidents of the last weeks that nobody was told of: a backfill has found them. None is answered.

    Without a sink or an action nobody is ever told by us, and nothing says who has read what a run prints.
    """
    monitor, store = pipeline.monitor, pipeline.store
    if not (monitor.sinks or monitor.actions) or not known:
        return []
    fresh = _fresh(known)
    carried = store.outbox.carried(monitor.name, {w for i in fresh for w in i.windows})
    told = {(c.intent.payload.get("stage"), c.intent.window) for c in carried}
    return [i for i in fresh if told.isdisjoint((i.stage, w) for w in i.windows)][-LATELY:]


def _fresh(known: "Sequence[Answered]") -> "list[Incident]":
    """Those of the last weeks before the latest that nobody has answered."""
    since = max(a.incident.last for a in known).end - WEEKS
    return [a.incident for a in known if a.answer is None and a.incident.last.end > since]


def _of_stage(pipeline: "Pipeline", stage: str) -> dict[str, Any]:
    """How many windows of a stage are decided, and as what; or why there is none."""
    from tidegauge.stages import stage_named

    made = pipeline.store.decisions.of(pipeline.monitor.name, stage)
    counts = {d.verdict: sum(other.verdict is d.verdict for other in made) for d in made}
    watched = stage_named(stage).wait(pipeline.monitor) is not None
    why = "" if watched else f"not watched: the monitor says nothing of {stage}"
    return {"decided": len(made), "verdicts": counts, "latest": made[-1] if made else None, "why_none": why}


def _profiled(known: "Sequence[Window]") -> dict[str, Any]:
    """How many windows are profiled, from which to which."""
    first, last = (known[0], known[-1]) if known else (None, None)
    return {"windows": len(known), "first": first, "last": last}


def _after(last: "Window | None", known: "Sequence[Window]") -> "list[Window]":
    """The windows after the last that is decided: a replay profiles what no run has decided."""
    return [w for w in known if last is None or w > last]


def _incidents(pipeline: "Pipeline") -> dict[str, Any]:
    """The open ones, and what was answered."""
    from tidegauge.pipeline.answering import answered

    every = answered(pipeline.store, pipeline.monitor.name)
    known = _open(every)
    heard = [a for a in known if a.answer]
    still = _still(pipeline, every)
    return {
        "incidents": [a.incident for a in known],
        "answers": [a.answer for a in heard],
        "still": still,
        "untold": [i for i in _untold(pipeline, every) if i not in still],
        "words": {a.incident.id: a.words for a in heard},
        "needs_somebody": [a.incident.id for a in known if a.needs_somebody],
    }


def _open(every: "Sequence[Answered]") -> "list[Answered]":
    return [a for a in every if a.incident.is_open]


def _deliveries(pipeline: "Pipeline") -> dict[str, Any]:
    """What is still to be done, was tried in vain, and is tried no more."""
    from tidegauge.core.intent import SHOWN
    from tidegauge.store.outbox import GIVEN_UP

    unseen = pipeline.store.outbox.undelivered(pipeline.monitor.name, fresh=True)
    stand = [c for c in unseen if c.is_undelivered]
    return {
        "waiting": [c.intent for c in unseen if not c.is_undelivered and c.intent.action not in SHOWN],
        "undelivered": [c for c in stand if c.state != GIVEN_UP],
        "given_up": [c for c in stand if c.state == GIVEN_UP],
    }


def _held(pipeline: "Pipeline") -> "list[Carried]":
    """What open incidents ask for and is held, the last of each: what was asked for since is held no more."""
    from tidegauge.actions.ending import openings
    from tidegauge.actions.holding import held_of
    from tidegauge.core.window import STAGES

    if not (held := held_of(pipeline.monitor, pipeline.store)):
        return []
    acted = pipeline.store.outbox.acted(pipeline.monitor.name)
    begun = {*map(_asks, openings(acted))}
    last = {_asks(c.intent): c for c in held}
    every = (i for stage in STAGES for i in pipeline.store.incidents.of(pipeline.monitor.name, stage))
    known = {i.id for i in every if i.is_open}
    return [last[asks] for asks in last if asks not in begun and asks[-1] in known]


def _asks(intent: "Intent") -> tuple[str, ...]:
    """What it is, of whom, and for which incident."""
    return intent.action, *(intent.payload.get(k, "") for k in ("target", "stage", "incident"))


def _by_the_clock(pipeline: "Pipeline", known: "Sequence[Window]") -> dict[str, Any]:
    """Windows beyond the clock: those that follow on the others without a gap, as where the clock is behind.

    One that was run by a clock far ahead stands alone.
    """
    from tidegauge.core.grid import adjoining
    from tidegauge.core.window import FIRST_STAGE

    now = pipeline.clock.now()
    ahead = sorted(w for w in pipeline.known(FIRST_STAGE) if w.end > now)
    behind = [w for run in adjoining(known) if len(run) > 1 and run[0].end <= now for w in run if w.end > now]
    return {"not_ended": [w for w in ahead if w not in behind], "clock_behind": behind, "clock": now}
