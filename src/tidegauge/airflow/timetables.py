"""When a monitor's DAG runs: on the boundary of its windows, with the window as the run's data interval."""

from airflow.sdk import CronDataIntervalTimetable

CRON = {"hour": "0 * * * *", "day": "0 0 * * *", "week": "0 0 * * 1"}


def timetable(kind: str, zone: str) -> CronDataIntervalTimetable:
    """A timetable whose intervals are the windows of the grid, clock changes included.

    A cron *text* would not do: Airflow 3 gives such runs an interval of no length. Nor would a later minute: it moves
    the interval along with the start. Hours are hours of UTC, so their timetable is too.
    """
    return CronDataIntervalTimetable(CRON[kind], timezone="UTC" if kind == "hour" else zone)
