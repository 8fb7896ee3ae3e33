"""The reports as files in a folder, with lists of what lies there. Templates are loaded when a page is written."""

import os
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from tidegauge.core.errors import SinkError
from tidegauge.core.window import Window
from tidegauge.monitor.options import PLACE, option
from tidegauge.reports.report import Report
from tidegauge.sinks import by_date, folder
from tidegauge.sinks.base import Sink


@dataclass(frozen=True, slots=True)
class Html(Sink):
    """Writes `<folder>/<monitor>/<window start>-<stage>.html`, and lists of what lies in the folders.

    Files are written beside their place and renamed, so that a reader never sees half a page. Publishing the same
    window again replaces its page.
    """

    name: ClassVar[str] = "html"
    draws_sensitivity: ClassVar[bool] = True

    folder: str | Path = field(
        metadata=option(
            "Where the pages go, one for each window; a relative folder is one beside the monitor's file.", PLACE
        )
    )

    def publish(self, report: Report) -> None:
        from tidegauge.reports.rendering import render  # templates: for whoever writes a page

        try:
            place = self.path(report)
            folder.write(place, render(report, index=True))
            self._list(place.parent)
        except OSError as error:
            raise SinkError(
                f"the report of {report.decision.window.key} could not be written to {self.folder}: "
                f"{error.strerror or error}. Is the folder there, writable and not full?"
            ) from error

    def withdraw(self, monitor: str, stage: str, window: Window, newest: Report | None) -> None:  # noqa: ARG002
        """The page is removed, and the lists are written anew."""
        place = Path(self.folder) / folder.safe(monitor) / folder.page_name(window, stage)
        try:
            place.unlink(missing_ok=True)
            if place.parent.is_dir():
                self._list(place.parent)
        except OSError as error:
            raise SinkError(
                f"the report of {window.key} could not be taken out of {self.folder}: {error.strerror or error}. "
                "Is the folder writable and not full?"
            ) from error

    def problems(self, monitor: str, reach: timedelta, late: timedelta) -> list[str]:  # noqa: ARG002 - it loses nothing
        """That nothing could be written to the folder as it is now, or where it is to be made."""
        place = Path(self.folder) / folder.safe(monitor)
        there = next(p for p in (place, *place.absolute().parents) if p.exists())
        if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
            return []
        why = "is no folder" if not there.is_dir() else "may not be written to"
        return [f"no report can be written to {self.folder}: {there} {why}."]

    def path(self, report: Report) -> Path:
        """Where the page of a report lies."""
        decision = report.decision
        return Path(self.folder) / folder.safe(report.monitor) / folder.page_name(decision.window, decision.stage)

    def _list(self, place: Path) -> None:
        """Write the monitor's list anew from its pages, then the list of monitors."""
        from tidegauge.reports.rendering import environment

        listing = environment().get_template("index.html")
        entries, left_out = folder.entries(place)
        dated = {"calendars": by_date.calendars(entries), "incidents": by_date.incidents(entries)}
        listed = listing.render(title=place.name, entries=entries, left_out=left_out, up=True, **dated)
        folder.write(place / folder.LIST, listed)
        newest, hidden = folder.newest(place.parent)
        listed = listing.render(title="What the tide gauges say", entries=newest, left_out=hidden, up=False)
        folder.write(place.parent / folder.LIST, listed)
