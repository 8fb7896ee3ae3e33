"""The report: one decision as one file that opens anywhere, without a network, a script or a server.

The page is a function of its bulletin alone: no clock, no random name, so that publishing twice writes the same bytes.
Three things keep foreign text harmless: Jinja escapes every value, `visible` spells out characters that can't be seen,
and the page's own Content-Security-Policy forbids every script and every address.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import ClassVar

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tidegauge.errors import SinkError
from tidegauge.nouns import Window
from tidegauge.sinks import folder, page, text
from tidegauge.sinks.base import Bulletin, Sink


@cache
def environment() -> Environment:
    """The templates of this package, with every value made visible and then escaped."""
    env = Environment(
        loader=PackageLoader("tidegauge.sinks", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: (
            text.visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
        ),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters |= {
        "line": text.one_line,
        "number": text.number,
        "share": text.share,
        "points": text.points,
        "ticked": text.ticked,
        "words": text.words,
        "first_up": text.first_up,
    }
    env.globals["css"] = Markup(files("tidegauge.sinks").joinpath("pages/report.css").read_text(encoding="utf-8"))  # noqa: S704 - our own file
    return env


def render(bulletin: Bulletin, *, index: bool = False) -> str:
    """The report of one decision as a whole HTML document; `index` adds a link to the folder's list."""
    return environment().get_template("report.html").render(page.contents(bulletin), index=index)


@dataclass(frozen=True, slots=True)
class Html(Sink):
    """Writes `<folder>/<monitor>/<window start>-<stage>.html`, and lists of what lies in the folders.

    Files are written beside their place and renamed, so that a reader never sees half a page. Publishing the same
    window again replaces its page.
    """

    name: ClassVar[str] = "html"

    folder: str | Path

    def publish(self, bulletin: Bulletin) -> None:
        try:
            place = self.path(bulletin)
            folder.write(place, render(bulletin, index=True))
            self._list(place.parent)
        except OSError as error:
            raise SinkError(
                f"the report of {bulletin.decision.window.key} could not be written to {self.folder}: "
                f"{error.strerror or error}. Is the folder there, writable and not full?"
            ) from error

    def withdraw(self, monitor: str, stage: str, window: Window, newest: Bulletin | None) -> None:  # noqa: ARG002
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

    def path(self, bulletin: Bulletin) -> Path:
        """Where the page of a bulletin lies."""
        decision = bulletin.decision
        return Path(self.folder) / folder.safe(bulletin.monitor) / folder.page_name(decision.window, decision.stage)

    def _list(self, place: Path) -> None:
        """Write the monitor's list anew from its pages, then the list of monitors."""
        listing = environment().get_template("index.html")
        entries, left_out = folder.entries(place)
        listed = listing.render(title=place.name, entries=entries, left_out=left_out, up=True)
        folder.write(place / "index.html", listed)
        newest, hidden = folder.newest(place.parent)
        listed = listing.render(title="What the tide gauges say", entries=newest, left_out=hidden, up=False)
        folder.write(place.parent / "index.html", listed)
