"""The first task of a run: let late rows arrive, without holding a worker."""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.providers.standard.triggers.temporal import DateTimeTrigger
from airflow.sdk import BaseOperator, Context

from tidegauge.airflow.failing import SOON, at_once
from tidegauge.airflow.run_task import windows_of
from tidegauge.core.errors import WindowError


class WaitForWindow(BaseOperator):
    """Done when `wait` has passed since the run's (last) window ended.

    It asks the clock, not the table. Rows newer than the window say that the log is alive, not that the window's last
    rows are there; a window judged too early is a false alert about volume. While it waits, the triggerer holds it.
    What landed a little before its window's end is waited for; a window that ends later than that is refused.
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
            last = windows_of(context, self.kind, self.zone)[-1]
            if last.end - now > max(SOON, self.wait):  # waiting for it would keep all other runs of this DAG waiting
                refuse(last, Reading(now, "this host"), self.zone)
        due = last.end + self.wait
        if now < due:  # the clock decides when to go on, never what to look at
            self.log.info("Rows may arrive until %s; waiting for that.", due.isoformat())
            self.defer(trigger=DateTimeTrigger(moment=due), method_name="resume")

    def resume(self, context: Context, event: object = None) -> None:
        """What the triggerer calls when the time has come."""
        del context, event
