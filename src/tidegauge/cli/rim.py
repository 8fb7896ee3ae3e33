"""What the verbs share: the monitor's argument, which windows a word means, an open pipeline, files, a bar."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tidegauge.cli.places import WORD, FilePath
from tidegauge.cli.printing import clean
from tidegauge.core.errors import SinkError, WindowError
from tidegauge.core.window import FIRST_STAGE, STAGES

if TYPE_CHECKING:
    from tidegauge.core.window import Window
    from tidegauge.monitor import Monitor
    from tidegauge.pipeline.opening import Past
    from tidegauge.pipeline.pipeline import Pipeline
    from tidegauge.store.store import Store

F = TypeVar("F", bound=Callable[..., Any])


def monitor_argument(command: F) -> F:
    """The monitor's file, first of all arguments."""
    return click.argument("monitor", type=FilePath("a monitor's file"), envvar="TIDEGAUGE_MONITOR")(command)


def json_option(command: F) -> F:
    """`--json`, where a script would want it."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")(command)


@contextmanager
def opened(path: Path, past: "Past", *, clock_is_right: bool = False) -> Iterator[tuple["Monitor", "Pipeline"]]:
    """The monitor in a file and its pipeline, closed at the end; `past` is what the verb needs."""
    from tidegauge.monitor import load_monitor
    from tidegauge.pipeline.pipeline import open_pipeline

    monitor = load_monitor(path)
    with open_pipeline(monitor, past, tell=warn, clock_is_right=clock_is_right) as pipeline:
        yield monitor, pipeline


def tell_if_it_begins(pipeline: "Pipeline", *, here: bool = True) -> None:
    """Say that a monitor has no past yet, where nobody has said so (as `run --new` does): its store may be lost.

    `here`: whether the verb begins one. A replay decides nothing that stays.
    """
    from tidegauge.pipeline.changed_source import changed_source

    monitor, store = pipeline.monitor, pipeline.store
    known = store.monitors.knows(monitor.source_key, monitor.name)
    if changed := changed_source(monitor, store, known):
        warn(changed)
    elif not (known.others or known.has_past) and (here or known.last is None):
        begins = "it begins here" if here else f"it begins with `tidegauge backfill {monitor.path}`, not by a replay"
        warn(
            f"{monitor.name} has no history in the store at {store.where}: {begins}. "
            "If it had one, stop, and find the store that it is in."
        )


@contextmanager
def shown(path: Path) -> Iterator[tuple["Monitor", "Pipeline"]]:
    """The same of a history, without its warehouse: what was decided is looked at while no row can be read."""
    from tidegauge.monitor import load_monitor
    from tidegauge.pipeline.pipeline import open_shown

    monitor = load_monitor(path)
    with open_shown(monitor, tell=warn) as pipeline:
        yield monitor, pipeline


@contextmanager
def opened_store(path: Path, past: "Past") -> Iterator[tuple["Monitor", "Store"]]:
    """The monitor in a file and its store alone: what is known can be looked at while the warehouse is down."""
    from tidegauge.monitor import load_monitor
    from tidegauge.pipeline.opening import open_store

    monitor = load_monitor(path)
    with open_store(monitor, past, warn) as store:
        yield monitor, store


def warn(*sentences: str) -> None:
    """Things to know that are no result, on standard error."""
    for sentence in sentences:
        click.echo(clean(sentence), err=True)


def window_option(command: F) -> F:
    """`--window`, by a date or a key."""
    text = (
        "A date (2013-04-01) or an hour (2013-04-01T05) by the monitor's clock, or a window's key. Default: the latest "
        "that has ended."
    )
    return click.option("--window", metavar="WINDOW", type=WORD, help=text)(command)


def clock_option(command: F) -> F:
    """`--clock-is-right`, for verbs that judge windows."""
    text = "Judge windows more than 35 days after the newest row: the clock is right, and the log has stopped."
    return click.option("--clock-is-right", is_flag=True, help=text)(command)


def stage_option(command: F) -> F:
    """`--stage`: inputs or labels."""
    kinds = click.Choice(STAGES)
    return click.option(
        "--stage", type=kinds, default=FIRST_STAGE, show_default=True, help="What was checked of the windows."
    )(command)


def windows_named(monitor: "Monitor", text: str) -> list["Window"]:
    """The windows that a word means: a key, a local date (all hours of it, for a monitor of hours), or an instant."""
    from tidegauge.core.grid import between, containing, is_date, on_grid
    from tidegauge.core.window import Window

    kind, zone = monitor.window.every, monitor.window.zone
    if "/" in text:
        window = Window.parse(text)
        if window.kind != kind:
            raise WindowError(f"{text} is a {window.kind}, and the windows of {monitor.name} are of a {kind}.")
        return [on_grid(window, zone)]
    when = instant(monitor, text)
    if kind == "hour" and is_date(text):
        day = containing("day", zone, when)
        return between(kind, zone, day.start, day.end)
    return [containing(kind, zone, when)]


def cut(pipeline: "Pipeline", start: datetime, end: datetime, *, wait: timedelta = timedelta(0)) -> datetime:
    """The end of the past that is asked for, as the pipeline cuts it; where it does, that is said."""
    until, is_cut = pipeline.clock.cut(start, end, wait=wait)
    if is_cut:
        from tidegauge.core.grid import local_time

        window = pipeline.monitor.window
        when = f"{local_time(until, window.zone)}, when the newest {window.every} of {pipeline.monitor.name} ended"
        click.echo(f"Goes up to {when}: --to lies later.", err=True)
    return until


def begin(pipeline: "Pipeline", start: datetime) -> datetime:
    """The beginning of the past that is asked for; where the monitor begins later, that is said."""
    first = pipeline.profiler.first_window().start
    if start < first:
        from tidegauge.core.grid import local_time

        window = pipeline.monitor.window
        when = f"{local_time(first, window.zone)}, where {pipeline.monitor.name} begins"
        click.echo(f"Goes back to {when}: --from lies earlier.", err=True)
    return start


def last_end(pipeline: "Pipeline") -> datetime:
    """The end of the last window that has ended and whose rows reach past its middle: a torn one would be no past."""
    from tidegauge.core.grid import containing

    monitor = pipeline.monitor
    newest = containing(monitor.window.every, monitor.window.zone, last := pipeline.clock.newest_event())
    ended = pipeline.clock.last(wait=monitor.window.wait).end
    if last - newest.start >= (newest.end - newest.start) / 2:
        return min(newest.end, ended)
    if newest.end <= ended:
        click.echo(f"Left out the last {newest.kind}, {newest.key}: its rows end early. --to takes it.", err=True)
    return min(newest.start, ended)


def instant(monitor: "Monitor", text: str) -> datetime:
    """A moment from ISO 8601, by the monitor's clock where it carries no offset."""
    from tidegauge.core.grid import moment

    try:
        return moment(text, monitor.window.zone)
    except ValueError:
        from tidegauge.core.addresses.masking import as_typed

        hint = "Write a date such as 2013-04-01, an hour such as 2013-04-01T05, or a window's key."
        raise WindowError(f'"{as_typed(text)}" names no window. {hint}') from None


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Around the writing of what the user named: a place that takes no file is a sentence, and no bug of ours."""
    try:
        yield
    except OSError as error:
        from tidegauge.core.addresses.masking import mask

        lacking = isinstance(error, FileNotFoundError) and not place.parent.is_dir()
        why = f"there is no folder {place.parent}. Make it, or name" if lacking else f"{error.strerror or error}. Name"
        raise SinkError(mask(f"{place} could not be written: {why} another place.")) from error


def write_out(place: Path, text: str) -> None:
    """Write the file that the user named. Straight into it: it may be a pipe, or /dev/stdout."""
    with writing(place):
        place.write_text(text, encoding="utf-8", errors="backslashreplace")


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, fed with (done, all); silent where nobody watches."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def me() -> str:
    """Who sits here."""
    from getpass import getuser

    try:
        return getuser()
    except (OSError, KeyError, ImportError):  # a container's user may have no name
        return "somebody"
