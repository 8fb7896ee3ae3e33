"""What a run by hand says of what it delivered, and of what it could not."""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tidegauge.cli.printing import clean
from tidegauge.core.errors import StoreError

if TYPE_CHECKING:
    from tidegauge.actions.delivering import Outcome
    from tidegauge.pipeline.pipeline import Pipeline


def delivered(pipeline: "Pipeline", before: Collection[str] | None = None) -> list[str]:
    """Deliver what is due; a retraining waits for Airflow. Sentences on what failed, and on what is undelivered.

    `before`: the keys of what had been asked for when a run began, which was said then; None: there was no run.
    """
    from tidegauge.actions.delivering import deliver
    from tidegauge.store.outbox import GIVEN_UP

    trouble: list[str] = []
    try:
        for outcome in deliver(pipeline):
            if outcome.failed:
                if (said := _failed(outcome)) not in trouble:  # one gateway, and many windows for it
                    trouble.append(said)
            elif before is not None and _is_new_wait(outcome, before):
                dag = outcome.intent.payload.get("dag", "?")
                click.echo(clean(f"Retraining asked for: the DAG {dag} (Airflow starts it)."), err=True)
        stand = pipeline.store.outbox.undelivered(pipeline.monitor.name)
    except StoreError as error:  # what was decided is shown all the same
        return [*trouble, str(error)]
    if stand:
        lost = sum(c.state == GIVEN_UP for c in stand)
        trouble.append(_undelivered(len(stand) - lost, lost, pipeline.monitor.path))
    return trouble


def _failed(outcome: "Outcome") -> str:
    """Why, with the receiver's name where it has one: a monitor may have several of a kind."""
    from tidegauge.cli.show_deliveries import called

    named = outcome.intent.payload.get("target") and not outcome.intent.payload.get("dag")
    return f"{called(outcome.intent)}: {outcome.note}" if named else outcome.note


def _undelivered(waiting: int, lost: int, file: Path) -> str:
    """How much waits and how much was given up, and what to do about it."""
    counts = [f"{n:,} {what}" for n, what in ((waiting, "not delivered yet"), (lost, "given up")) if n]
    return f"{' and '.join(counts)}: see tidegauge status {file}. To try now: tidegauge deliver {file}"


def _is_new_wait(outcome: "Outcome", before: Collection[str]) -> bool:
    """Whether it is a retraining that was not asked for before, and waits for Airflow."""
    from tidegauge.monitor.outlets import waits

    return not outcome.failed and waits(outcome.intent.action) and outcome.intent.key not in before
