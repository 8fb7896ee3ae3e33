"""The first task of a run: let late rows arrive, without holding a worker."""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.providers.standard.triggers.temporal import DateTimeTrigger
from airflow.sdk import BaseOperator, Context

from tidegauge.airflow.failing import SOON, at_once
from tidegauge.airflow.run_task import is_patient, windows_of
from tidegauge.core.errors import WindowError

GRACE = timedelta(minutes=10)  # that a triggerer may be late before the scheduler believes that there is none


class WaitForWindow(BaseOperator):
    """Done when `wait` has passed since the run's (last) window ended.

    It asks the clock, not the table. Rows newer than the window say that the log is alive, not that the window's last
    rows are there; a window judged too early is a false alert about volume. While it waits, the triggerer holds it.
    What landed a little before its window's end is waited for; a window that ends later than that is refused.

    Without a triggerer nobody would wake it. So the scheduler ends the waiting some minutes after it was due, and the
    next try goes on at once: late, but not never. A person who will not wait says so in the conf: {"wait": false}.
    """

    ui_color = "#e6f1f2"

    def __init__(self, *, kind: str, zone: str, wait: timedelta, **kwargs: Any) -> None:  # noqa: ANN401 - Airflow's own
        super().__init__(**kwargs)
        self.kind, self.zone, self.wait = kind, zone, wait

    def execute(self, context: Context) -> None:
        """Go on at once for a window of the past, as in every backfill."""
        from tidegauge.stages.clock import Reading, refuse

        now = datetime.now(UTC)
        with at_once(WindowError):
            last, patient = windows_of(context, self.kind, self.zone)[-1], is_patient(context)
            if last.end - now > max(SOON, self.wait):  # waiting for it would keep all other runs of this DAG waiting
                refuse(last, Reading(now, "this host"), self.zone)
        due = last.end + self.wait
        if now < due and not patient:
            self.log.info("Rows may arrive until %s; its conf says not to wait for that.", due.isoformat())
        elif now < due:  # the clock decides when to go on, never what to look at
            self.log.info(
                "Rows may arrive until %s; waiting for that. The triggerer wakes this task: where none runs (`airflow "
                'triggerer`), it goes on by a retry, about %d minutes later. A run with {"wait": false} does not wait.',
                due.isoformat(),
                GRACE // timedelta(minutes=1),
            )
            self.defer(trigger=DateTimeTrigger(moment=due), method_name="resume", timeout=due - now + GRACE)

    def resume(self, context: Context, event: object = None) -> None:
        """What the triggerer calls when the time has come."""
        del context, event
