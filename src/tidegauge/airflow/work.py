"""What the tasks do. The pipeline and its engines are imported here, inside the task: DAG files are read every 30 s."""

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tidegauge.airflow.connection import source_address, web_address
from tidegauge.airflow.names import APPROVAL, run_id
from tidegauge.core.addresses.kept_address import set_keeper
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.errors import ClockError, ContractError, SinkError, TidegaugeError
from tidegauge.core.intent import Intent
from tidegauge.core.unseen import in_one_line, logger
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.monitor.read import load_monitor
from tidegauge.monitor.whole import Monitor

if TYPE_CHECKING:
    from tidegauge.pipeline.pipeline import Pipeline
    from tidegauge.store.outbox import Carried

_log = logger(__name__)
Trigger = dict[str, Any]  # the arguments of one TriggerDagRunOperator
LATER = "%s It stays in the outbox, and is tried again."
MOST_SWEPT = 48  # older gaps are a backfill's work: one scan for all of them

set_keeper(web_address)  # whatever runs here runs in Airflow: its sinks find their connections


@dataclass(frozen=True)
class Hearers:
    """Who is told what a run comes to."""

    made: Callable[[Decision], object] = lambda _: None
    found: Callable[[Decision], object] = lambda _: None  # what had been made before on the same rows
    last: "Callable[[Pipeline], object]" = lambda _: None  # when all is delivered


NOBODY = Hearers()


def work_off(
    path: Path,
    windows: Sequence[Window],
    *,
    live: bool,
    started: Callable[[str, str], bool],
    hears: Hearers = NOBODY,
    new: bool = False,
    clock_is_right: bool = False,
) -> list[Trigger]:
    """Profile, compare, decide and publish `windows`; carry out what is due here; return what other DAGs must do.

    A monitor without a history is NoHistory, unless these windows are to begin one (`new`). `started(dag, run)` says
    whether Airflow has such a run: an intent of a run that died between starting it and noting so is then done.
    """
    from tidegauge.actions.drawn_again import look_closer
    from tidegauge.pipeline.opening import Past
    from tidegauge.pipeline.pipeline import open_pipeline

    monitor, past = load_monitor(path), Past.BEGINS if new else Past.PROFILED
    triggers: list[Trigger] = []

    def start(intent: Intent) -> bool:
        trigger = _trigger(pipeline, intent)
        if started(trigger["trigger_dag_id"], trigger["trigger_run_id"]):
            return True
        triggers.append(trigger)
        return False

    try:
        with open_pipeline(monitor, past, url=source_address(monitor), clock_is_right=clock_is_right) as pipeline:
            pipeline.hold(windows)  # all of them, before the first one is judged
            made = {}
            for window in windows:
                made[FIRST_STAGE] = window
                decided = pipeline.run(window, live=live)
                for decision in decided:
                    made[decision.stage] = max(decision.window, made.get(decision.stage, decision.window))
                    _tell(decision, hears.made)
                if not any(d.window == window for d in decided):
                    _tell(pipeline.explain(window), hears.found, ", decided before on the same rows")
            _deliver(pipeline, start)
            look_closer(pipeline, made)
            hears.last(pipeline)
    except TidegaugeError:
        with suppress(TidegaugeError):  # what earlier windows asked for does not wait for this one
            deliver_due(path)
        raise
    return triggers


def _tell(decision: Decision, heard: Callable[[Decision], object], when: str = "") -> None:
    """A decision in the task's log: what is fine is no warning, so that a filter for warnings finds what is not."""
    heard(decision)
    level = logging.INFO if decision.verdict in (Verdict.FINE, Verdict.LEARNING) else logging.WARNING
    _log.log(level, "%s, %s%s: %s", decision.window.key, decision.stage, when, decision.sentence)


def deliver_due(path: Path) -> None:
    """Deliver what is due of a monitor, from its store alone; SinkError while something is given up."""
    from tidegauge.pipeline.pipeline import open_shown

    monitor = load_monitor(path)
    with open_shown(monitor) as pipeline:
        given_up = _deliver(pipeline)
    if given_up:
        raise SinkError(
            f"{monitor.name}: {len(given_up)} given up, the last for {given_up[-1].intent.window.key} "
            f"({given_up[-1].note}). Try again with `tidegauge deliver {path}`, or let go with --dismiss."
        )


def _deliver(pipeline: "Pipeline", start: Callable[[Intent], bool] | None = None) -> "list[Carried]":
    """Deliver what is due, log what failed; what is given up by now."""
    from tidegauge.actions.delivering import deliver
    from tidegauge.store.outbox import GIVEN_UP

    for outcome in deliver(pipeline, start=start):
        if outcome.failed:
            _log.error(LATER, outcome.note)
    given_up = [c for c in pipeline.store.outbox.undelivered(pipeline.monitor.name) if c.state == GIVEN_UP]
    for one in given_up:
        _log.error("Given up: %s for %s. %s", one.intent.action, one.intent.window.key, one.note)
    return given_up


def hold_contract(path: Path, suite: Path, windows: Sequence[Window]) -> None:
    """Judge the suite of facts on each window's stored profile; raises ContractError where a fact does not hold.

    A check that broke raises TidegaugeError, which is no statement about the data and is worth another try.
    """
    from tidegauge.pipeline.opening import Past
    from tidegauge.pipeline.pipeline import open_shown
    from tidegauge.quality.frame import small_frame
    from tidegauge.quality.judging import judge
    from tidegauge.quality.suite import load

    monitor, expectations = load_monitor(path), load(suite)
    failures, errors = [], []
    with open_shown(monitor, Past.PROFILED) as pipeline:
        layouts, _ = pipeline.profiler.profiles.layouts()
        for window in windows:
            profile, problems = pipeline.profiler.profiles.profile(window)
            columns = {c: cells for c, cells in profile.whole.items() if c in layouts and c not in problems}
            found = judge(expectations, small_frame(columns, layouts), profile.facts.rows)
            failures += [f"{window.key}: {sentence}" for sentence in (*found.failures, *problems.values())]
            errors += [f"{window.key}: {sentence}" for sentence in found.errors]
            if found.verdict is not Verdict.FINE:
                _log.error("%s: %s", window.key, found.verdict)
    if errors:
        raise TidegaugeError("The contract could not be checked. " + " ".join(errors))
    if failures:
        raise ContractError("The contract does not hold. " + " ".join(failures))


def settle(path: Path, runs: Iterable[str]) -> None:
    """Note that the intents behind these run ids are carried out."""
    from tidegauge.pipeline.pipeline import open_shown

    monitor, done = load_monitor(path), set(runs)
    with open_shown(monitor) as pipeline:
        for intent in pipeline.unsettled():  # also of a window that was forgotten meanwhile
            if run_id("tidegauge", intent.key) in done:
                pipeline.done(intent)


def sweep(path: Path, until: datetime) -> list[Trigger]:
    """One run of the monitor's DAG for each window that nobody has worked on and that was due well before `until`.

    Of a monitor without a history all windows are such: NoHistory, and nothing is started.
    """
    from tidegauge.pipeline.opening import Past
    from tidegauge.pipeline.pipeline import open_pipeline

    monitor = load_monitor(path)
    with open_pipeline(monitor, Past.PROFILED, url=source_address(monitor)) as pipeline:
        missing = pipeline.missing(until - monitor.window.wait - patience(monitor))
        try:
            pipeline.clock.hold(missing[-1:])
        except ClockError as error:  # said here, and no run started that could only say the same
            _log.warning("%s: %s", monitor.name, in_one_line(error))
            missing = [w for w in missing if w.start <= error.until]
    if len(missing) > MOST_SWEPT:
        _log.warning(
            "%s: %d windows from %s on were never worked on. The newest %d are started now; for the others run "
            "`tidegauge backfill %s`, which takes one scan.",
            monitor.name,
            len(missing),
            missing[0].key,
            MOST_SWEPT,
            path,
        )
    return [
        {
            "trigger_dag_id": monitor.name,
            "trigger_run_id": run_id("sweep", window.key),
            "conf": {"window": window.key},
        }
        for window in missing[-MOST_SWEPT:]
    ]


def answer(path: Path, incident: str, said: str, *, at: datetime, by: str, note: str) -> str:
    """Answer an incident; the sentence that tells what this changes. The warehouse is not needed."""
    from tidegauge.decisions.feedback import Answer
    from tidegauge.pipeline import answering
    from tidegauge.pipeline.opening import Past, open_store

    monitor = load_monitor(path)
    with open_store(monitor, Past.KNOWN) as store:
        made, new = answering.answer(store, monitor.name, incident, Answer(said), at=at, by=by, note=note)
    return answering.sentence(made, monitor.window.zone, new=new)


def patience(monitor: Monitor) -> timedelta:
    """How long a window's own run may take to begin before the sweep steps in: a quarter of it, an hour at least."""
    return max(timedelta(hours=1), monitor.window.length / 4)


def _trigger(pipeline: "Pipeline", intent: Intent) -> Trigger:
    """The run that carries out a retraining, or asks whether it may.

    Its id is the idempotency key: Airflow starts no second one, and asks nobody twice.
    """
    conf = intent.payload | {"monitor": intent.monitor, "window": intent.window.key, "key": intent.key}
    asks = intent.payload.get("approve") == "true"
    if asks:
        from tidegauge.airflow.question import question

        decisions = pipeline.store.decisions
        conf["question"] = question(intent, decisions.get(intent.monitor, intent.payload["stage"], intent.window))
    return {
        "trigger_dag_id": APPROVAL if asks else intent.payload["dag"],
        "trigger_run_id": run_id("tidegauge", intent.key),
        "conf": conf,
    }
