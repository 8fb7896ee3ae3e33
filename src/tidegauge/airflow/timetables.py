"""When a monitor's DAG runs: on the boundary of its windows, with the window as the run's data interval."""

from typing import Any

from airflow.sdk import Asset, AssetOrTimeSchedule, CronDataIntervalTimetable, PartitionedAssetTimetable

from tidegauge.monitor.whole import Monitor

CRON = {"hour": "0 * * * *", "day": "0 0 * * *", "week": "0 0 * * 1"}


def timetable(kind: str, zone: str) -> CronDataIntervalTimetable:
    """A timetable whose intervals are the windows of the grid, clock changes included.

    A cron *text* would not do: Airflow 3 gives such runs an interval of no length. Nor would a later minute: it moves
    the interval along with the start. Hours are hours of UTC, so their timetable is too.
    """
    return CronDataIntervalTimetable(CRON[kind], timezone="UTC" if kind == "hour" else zone)


def schedule_of(monitor: Monitor) -> Any:  # noqa: ANN401 - whatever Airflow takes as a schedule
    """What starts a monitor's runs: its windows' ends, an asset's events, or both."""
    at_end = timetable(monitor.window.every, monitor.window.zone)
    on = monitor.schedule.on
    if on is None:
        return at_end
    landed = Asset(name=on.asset, uri=on.uri or on.asset)
    if on.partitioned:
        return PartitionedAssetTimetable(assets=landed)
    return AssetOrTimeSchedule(timetable=at_end, assets=[landed]) if monitor.schedule.at_end else [landed]
