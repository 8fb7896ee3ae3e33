"""What Airflow's page shows of monitors, made from their stores when somebody looks.

No file of a folder of reports is served: the store is what every process of Airflow reaches, a page is always of the
decision that stands now, and a name in an address never becomes a path.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tidegauge.core.decision import Decision
from tidegauge.core.errors import TidegaugeError, WindowError
from tidegauge.core.grid import containing
from tidegauge.core.unseen import in_one_line
from tidegauge.core.window import STAGES, Window
from tidegauge.monitor.whole import Monitor
from tidegauge.pipeline.opening import by_store
from tidegauge.pipeline.pipeline import Pipeline, open_shown
from tidegauge.reports.page import contents
from tidegauge.reports.rendering import environment
from tidegauge.sinks.by_date import calendars
from tidegauge.sinks.folder import LISTED, Entry, page_name
from tidegauge.store.store import Store
from tidegauge.wording.text import number, span

UNREAD = "unknown"  # the badge of what could not be looked at


def page(monitor: Monitor, name: str, run: Sequence[Window] = (), run_id: str = "") -> str:
    """The report of the page of that name. Of a run with several pages each leads to the others."""
    with open_shown(monitor) as pipeline:
        window, stage = _named(monitor, name)
        report = pipeline.report(stage, window, work=False)
        if report is None:
            pipeline.explain(window, stage)  # says that there is none, and how to get one
            raise WindowError(f"{monitor.name} has no decision on the {stage} of {window.key}.")
        pages = _entries(_of_windows(pipeline, run), monitor)
        more = {"others": pages if len(pages) > 1 else [], "here": name, "run": run_id, "index": True}
        return environment().get_template("of_a_run.html").render(contents(report) | more)


def first_page(monitor: Monitor, windows: Sequence[Window]) -> str:
    """The name of the page that a run leads to: of its newest window, that of the first stage."""
    with open_shown(monitor) as pipeline:
        made = _of_windows(pipeline, windows)
        if not made:
            pipeline.explain(windows[-1])
            raise WindowError(f"{monitor.name} has no decision on {windows[-1].key}.")
        newest = max(made, key=lambda d: (d.window, -STAGES.index(d.stage)))
        return page_name(newest.window, newest.stage)


def pages_of(monitor: Monitor) -> str:
    """The list of a monitor's pages, the newest first."""
    with open_shown(monitor) as pipeline:
        made = pipeline.store.decisions.of(monitor.name, newest=LISTED + 1)[::-1]
    found = _entries(made[:LISTED], monitor)
    listing = environment().get_template("index.html")
    left, dated = max(len(made) - LISTED, 0), calendars(found)
    return listing.render(title=monitor.name, entries=found, left_out=left, up=True, calendars=dated)


def monitors(found: Mapping[str, Monitor | str], readable: Collection[str]) -> str:
    """The list of the monitors that somebody may read, each with its newest decision, or why there is none."""
    mine = {dag: found[dag] for dag in sorted(found) if dag in readable}
    seen = [_unknown(dag, "does not read", why) for dag, why in mine.items() if isinstance(why, str)]
    seen += [_newest(m, store) for m, store in by_store(m for m in mine.values() if isinstance(m, Monitor))]
    seen.sort(key=lambda e: (e.verdict != UNREAD, e.folder))  # what is broken is seen first
    listing = environment().get_template("index.html")
    title = "What the tide gauges say"
    return listing.render(title=title, entries=seen[:LISTED], left_out=max(len(seen) - LISTED, 0), up=False)


def nothing(sentence: str, title: str = "There is nothing to show") -> str:
    """A page that says why there is none."""
    return environment().get_template("nothing.html").render(title=title, sentence=sentence)


def _newest(monitor: Monitor, store: Store | TidegaugeError) -> Entry:
    """A monitor's newest decision, or why there is none."""
    try:
        if isinstance(store, TidegaugeError):
            raise store
        made = _entries(store.decisions.of(monitor.name, newest=1), monitor)
    except TidegaugeError as error:
        return _unknown(monitor.name, "cannot be looked at", in_one_line(error))
    return made[0] if made else _unknown(monitor.name, "", "Nothing has been decided yet.")


def _unknown(dag: str, when: str, why: str) -> Entry:
    return Entry(dag, "index.html", UNREAD, "", when, "", why)


def _of_windows(pipeline: Pipeline, windows: Sequence[Window]) -> list[Decision]:
    """The decisions on a run's windows, of every stage that has one by now."""
    if not windows:
        return []
    made = pipeline.store.decisions.of(pipeline.monitor.name, None, windows[0].start, windows[-1].end)
    return [d for d in made if d.window in set(windows)]


def _entries(made: Sequence[Decision], monitor: Monitor) -> list[Entry]:
    zone = monitor.window.zone
    return [
        Entry(
            monitor.name,
            page_name(d.window, d.stage),
            d.verdict.value,
            d.stage,
            span(d.window, zone),
            number(d.strength, 3),
            d.sentence,
            f"{d.window.start.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H}",
            d.window.kind,
        )
        for d in made
    ]


def _named(monitor: Monitor, name: str) -> tuple[Window, str]:
    """The window and the stage that a page's name means."""
    start, _, stage = name.removesuffix(".html").rpartition("-")
    try:
        at = datetime.strptime(start, "%Y-%m-%dT%H-%M-%SZ").replace(tzinfo=UTC)
    except ValueError:
        at = None
    if at is None or stage not in STAGES:
        raise WindowError("No page has such a name.")
    window = containing(monitor.window.every, monitor.window.zone, at)
    if page_name(window, stage) != name:
        raise WindowError("No page has such a name.")
    return window, stage
