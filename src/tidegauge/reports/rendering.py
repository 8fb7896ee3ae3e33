"""The report: one decision as one file that opens anywhere, without a network, a script or a server.

The page is a function of its report alone: no clock, no random name, so that publishing twice writes the same bytes.
Three things keep foreign text harmless: Jinja escapes every value, `visible` spells out characters that can't be seen,
and the page's own Content-Security-Policy forbids every script and every address.
"""

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tidegauge.core.unseen import visible
from tidegauge.reports import page
from tidegauge.reports.report import Report
from tidegauge.wording import text


@cache
def environment() -> Environment:
    """The templates of this package, with every value made visible and then escaped."""
    env = Environment(
        loader=PackageLoader("tidegauge.reports", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value,
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
    for name, file in (("css", "report.css"), ("notebook_css", "notebook.css")):
        env.globals[name] = Markup(files("tidegauge.reports").joinpath(f"pages/{file}").read_text(encoding="utf-8"))  # noqa: S704 - our own file
    return env


def render(report: Report, *, index: bool = False) -> str:
    """The report of one decision as a whole HTML document; `index` adds a link to the folder's list."""
    return environment().get_template("report.html").render(page.contents(report), index=index)
