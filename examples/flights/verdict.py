"""What the ten nights came to: what each fault did, which retrainings ran, how the clean nights went.

Everything is read from where it really happened: decisions and intents from tidegauge's store, runs from Airflow's
API, candidates and reports from the disk. Nothing is taken from the list of faults but what to look for.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from examples.flights.faults import FAULTS, Fault
from examples.flights.when import FIRST_NIGHT, LAST_NIGHT, NIGHTS
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.intent import Intent
from tidegauge.core.window import STAGES
from tidegauge.monitor import Monitor
from tidegauge.sinks.folder import page_name, safe
from tidegauge.store.store import Store

Night = tuple[date, str]
MONTH = 365.25 / 12


@dataclass(frozen=True)
class Outcome:
    """What one listed fault led to."""

    fault: Fault
    alerted: bool
    rank: int | None  # of its column among what the alert points at; 1 is the first
    triggered: tuple[str, ...]  # actions that were carried out
    report: Path | None


@dataclass(frozen=True)
class Reckoning:
    """The whole demo in numbers, and every sentence that is not as promised."""

    outcomes: tuple[Outcome, ...]
    false_alerts: tuple[Decision, ...]  # on nights and stages without a fault
    allowed: int
    retrainings: tuple[str, ...]  # ids of Airflow's runs
    candidates: tuple[Path, ...]  # records
    wrong: tuple[str, ...]


def reckon(monitor: Monitor, runs: Sequence[Mapping[str, Any]], candidates: Path) -> Reckoning:
    """Compare what happened with what was listed. `runs`: the retraining DAG's runs as Airflow's API tells them."""
    zone = ZoneInfo(monitor.window.zone)
    with Store.open(monitor.expanded_store()) as store:
        decisions = [d for stage in STAGES for d in store.decisions.of(monitor.name, stage)]
        carried = [c.intent for c in store.outbox.carried(monitor.name) if c.state == "done"]
    made = {(_night(d, zone), d.stage): d for d in decisions if FIRST_NIGHT <= _night(d, zone) <= LAST_NIGHT}
    records = {path: json.loads(path.read_text()) for path in sorted(candidates.glob("*.json"))}
    outcomes = tuple(_outcome(fault, made, carried, monitor) for fault in FAULTS)
    listed: set[tuple[date, str]] = {(fault.night, fault.stage) for fault in FAULTS}
    false = tuple(d for at, d in sorted(made.items()) if d.verdict is not Verdict.FINE and not _explained(at, listed))
    allowed = math.ceil(monitor.alerts.budget * NIGHTS / MONTH)
    wrong = [sentence for outcome in outcomes for sentence in _wrong(outcome)]
    wrong += _wrong_retrainings(runs, list(records.values()))
    if len(false) > allowed:
        wrong.append(f"Clean nights alerted {len(false)} times, and the budget allows {allowed} in {NIGHTS} nights.")
    decided = sum(stage == "inputs" for _, stage in made)
    if decided != NIGHTS:
        wrong.append(f"{decided} of the {NIGHTS} nights were decided.")
    ids = tuple(str(run["dag_run_id"]) for run in runs)
    return Reckoning(outcomes, false, allowed, ids, tuple(records), tuple(wrong))


def _night(decision: Decision, zone: ZoneInfo) -> date:
    return decision.window.start.astimezone(zone).date()


def _explained(night: Night, listed: set[Night]) -> bool:
    """Whether a night is no clean one at this stage: inputs that broke may spoil the answers of the same night too."""
    return night in listed or (night[0], "inputs") in listed


def _outcome(
    fault: Fault,
    made: Mapping[Night, Decision],
    carried: Sequence[Intent],
    monitor: Monitor,
) -> Outcome:
    decision = made.get((fault.night, fault.stage))
    if decision is None or decision.verdict is not Verdict.ALERT:
        return Outcome(fault, alerted=False, rank=None, triggered=(), report=None)
    key, columns = decision.window.key, [finding.column for finding in decision.findings]
    mine = [i for i in carried if i.window.key == key and i.payload["stage"] == fault.stage and i.action != "deliver"]
    folder = next(str(sink.options["folder"]) for sink in monitor.sinks if sink.name == "html")
    report = Path(folder) / safe(monitor.name) / page_name(decision.window, decision.stage)
    return Outcome(
        fault,
        alerted=True,
        rank=next((k for k, column in enumerate(columns, 1) if column in fault.columns), None),
        triggered=tuple(sorted({intent.action for intent in mine})),
        report=report if report.exists() else None,
    )


def _wrong(outcome: Outcome) -> list[str]:
    """What is not as promised about one fault, a sentence each."""
    fault, said = outcome.fault, []
    if not outcome.alerted:
        return [f'"{fault.name}" on {fault.night} raised no alert.']
    if outcome.rank is None or outcome.rank > 3:
        said.append(f'"{fault.name}" alerted, but {" or ".join(fault.columns)} is not among its first three columns.')
    if outcome.triggered != fault.actions:
        said.append(f'"{fault.name}" triggered {outcome.triggered or "nothing"}, and should trigger {fault.actions}.')
    if outcome.report is None:
        said.append(f'The report of "{fault.name}" is not there.')
    return said


def _wrong_retrainings(runs: Sequence[Mapping[str, Any]], records: Sequence[Mapping[str, Any]]) -> list[str]:
    """Exactly the retrainings that the list asks for must have run, and each must have left its candidate."""
    intended = sorted(str(fault.night) for fault in FAULTS if "retrain" in fault.actions)
    ran = sorted(_local_day(run["conf"]) for run in runs if run["state"] == "success")
    made = sorted(_local_day(r) for r in records if Path(r["candidate"]["artefact"]).exists())
    said = []
    if len(ran) != len(runs):
        said.append(f"{len(runs) - len(ran)} of {len(runs)} retraining runs did not succeed.")
    if ran != intended:
        said.append(f"Airflow retrained for {ran or 'no night'}; intended was {intended}.")
    if made != intended:
        said.append(f"Candidates were recorded for {made or 'no night'}; intended was {intended}.")
    return said


def _local_day(conf: Mapping[str, Any]) -> str:
    """The local day of the window that a conf names: its start in UTC is a few hours past local midnight."""
    return str(conf["window"]).split("/")[1][:10]
