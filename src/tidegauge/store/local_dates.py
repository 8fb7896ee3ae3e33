"""The date of each window in the zone of its monitor: what a person calls the day that it is about."""

from collections.abc import Mapping
from datetime import date

from tidegauge.core.window import Window
from tidegauge.store.part import StorePart
from tidegauge.store.schema import local_dates


class LocalDates(StorePart):
    """Keeps dates for the views. They follow from windows and a zone, so to write one twice changes nothing."""

    def put(self, monitor: str, dates: Mapping[Window, date]) -> None:
        """Note the dates of some windows, in the place of what was noted of them."""
        rows = [
            {"monitor": monitor, "starts": int(window.start.timestamp()), "date": day.isoformat()}
            for window, day in dates.items()
        ]
        if not rows:
            return
        key = [local_dates.c.monitor, local_dates.c.starts]
        with self._db.writing(f"local_dates {monitor}") as connection:
            for row in rows:
                said = self._db.insert(local_dates).values(row)
                connection.execute(said.on_conflict_do_update(index_elements=key, set_={"date": row["date"]}))
