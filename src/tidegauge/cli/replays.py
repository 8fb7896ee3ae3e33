"""The verb that looks back before anybody trusts: replay."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tidegauge.cli.places import WORD, FilePath
from tidegauge.cli.printing import as_json as json_text
from tidegauge.cli.printing import clean
from tidegauge.cli.rim import begin, clock_option, cut, instant, json_option, opened, tell_if_it_begins, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rich.console import RenderableType

    from tidegauge.replay.outcome import Recall, Replay

DEFAULT = ":default:"  # what --faults stands for when no file follows it
SIZES = ("small", "medium", "large")  # of planted faults
SHOWN = 20  # notices in the terminal; page and JSON have all


@click.command(
    epilog="""\b
Decides past windows exactly as their runs would have: nothing from the future, no notice, no action, and the stored
decisions stay as they are. Windows that were never profiled are profiled once, as a backfill would.

\b
Examples:
  tidegauge replay --monitor my.yml --from 2013-05-01 --to 2014-01-01
  tidegauge replay --monitor my.yml --from 2013-05-01 --to 2014-01-01 --faults --out replay
  tidegauge replay --monitor my.yml --from 2013-05-01 --to 2014-01-01 --faults catalogue.yml --events incidents.csv
  tidegauge replay --monitor my.yml --from 2013-05-01 --to 2014-01-01 --json | jq .notices
"""
)
@click.argument("monitor", type=FilePath("a monitor's file"), required=False)
@click.option("--monitor", "named", type=FilePath("a monitor's file"), envvar="TIDEGAUGE_MONITOR", help="Its file.")
@click.option(
    "--from", "start", metavar="DATE", type=WORD, required=True, help="The first day, by the monitor's clock."
)
@click.option("--to", "end", metavar="DATE", type=WORD, required=True, help="The day after the last.")
@click.option(
    "--faults",
    metavar="[FILE]",
    type=FilePath("a YAML file"),
    is_flag=False,
    flag_value=DEFAULT,
    help="Plant faults and count which are found: every kind, or what a YAML file picks.",
)
@click.option(
    "--events",
    metavar="FILE",
    type=FilePath("a CSV file"),
    help="A CSV of incidents that you know: start,end,what[,column].",
)
@click.option("--what-if/--no-what-if", default=True, show_default=True, help="Try other budgets and references too.")
@click.option("--out", type=FilePath("a folder", file_okay=False), help="Write replay.html and replay.json here.")
@clock_option
@json_option
def replay(  # noqa: PLR0913 - as many as it has options
    *,
    monitor: Path | None,
    named: Path | None,
    start: str,
    end: str,
    faults: Path | None,
    events: Path | None,
    what_if: bool,
    out: Path | None,
    clock_is_right: bool,
    as_json: bool,
) -> None:
    """Replay the past: how often it would have alerted, what it would have caught, what would do better."""
    from tidegauge.pipeline.opening import Past
    from tidegauge.replay.catalogue import Catalogue, read_catalogue
    from tidegauge.replay.events import columns_of, read_events
    from tidegauge.replay.replay import replay as replayed

    path = _one_of(monitor, named)
    catalogue = None if faults is None else Catalogue() if str(faults) == DEFAULT else read_catalogue(faults)
    with opened(path, Past.BEGINS, clock_is_right=clock_is_right) as (found, pipeline), _telling() as tell:
        tell_if_it_begins(pipeline, here=False)
        known = read_events(events, found.window.zone, columns_of(found)) if events is not None else None
        first = begin(pipeline, instant(found, start))
        last = cut(pipeline, first, instant(found, end), wait=found.window.wait)
        made = replayed(pipeline, first, last, catalogue=catalogue, events=known, what_if=what_if, tell=tell)
    text = json_text(made)
    if out is not None:
        _write(out, made, text)
    if as_json:
        click.echo(text)
    else:
        from tidegauge.cli import show

        show.out(_shown(made))
    if out is not None:
        click.echo(f"Wrote {out / 'replay.html'} and {out / 'replay.json'}.", err=True)


def _one_of(monitor: Path | None, named: Path | None) -> Path:
    """The monitor's file, given by itself or as --monitor (or by the environment, where nothing else says)."""
    typed = click.get_current_context().get_parameter_source("named") is click.core.ParameterSource.COMMANDLINE
    if monitor is not None and typed:
        raise click.UsageError("Two monitors are named. Replay one at a time.")
    path = monitor or named
    if path is None:
        raise click.UsageError("Name the monitor's file: --monitor my.yml")
    return path


def _write(folder: Path, made: "Replay", text: str) -> None:
    """The page and the JSON, each in one step."""
    from tidegauge.replay.replay_page import render
    from tidegauge.sinks.folder import write

    page = render(made)
    with writing(folder):
        write(folder / "replay.html", page)
        write(folder / "replay.json", text + "\n")


def _shown(made: "Replay") -> "Iterable[RenderableType]":
    """The answer in a terminal: what it amounts to first, then tables."""
    from rich.text import Text

    yield Text(clean(made.sentence), style="bold")
    yield Text("")
    for part in (_notices(made), _events(made), _planted(made), _ways(made)):
        shown = list(part)
        if shown:
            yield from shown
            yield Text("")
    yield Text(clean(made.advice))
    for note in made.notes:
        yield Text(f"Note: {clean(note)}")


def _notices(made: "Replay") -> "Iterator[RenderableType]":
    """What people would have been told."""
    from rich.text import Text

    from tidegauge.cli import show

    notices = [a for a in made.alerts if a.notice]
    if not notices:
        return
    rows = [
        (
            show.when(a.window, made.zone),
            a.stage,
            f"{a.strength:.2f}",
            str(sum(b.since == a.window and b.stage == a.stage for b in made.alerts)),
            (f"[{clean(a.event)}] " if a.event else "") + a.sentence,
        )
        for a in notices[-SHOWN:]
    ]
    yield show.table(("notice", "of", "strength", "alerts", "what it would have said"), rows)
    if len(notices) > SHOWN:
        yield Text(f"… and {len(notices) - SHOWN} before; --out and --json have all.")


def _events(made: "Replay") -> "Iterator[RenderableType]":
    """What people know of, and whether it was caught."""
    from tidegauge.cli import show

    if not made.events:
        return
    known = [
        (
            e.start,
            clean(e.what),
            "caught" if e.caught else "missed" if e.judged else "not judged",
            show.when(e.first, made.zone) if e.first else "",
            f"{e.hours_late:.0f} h after its start" if e.caught else "",
            e.named,
        )
        for e in made.events
    ]
    yield show.table(("event", "what", "", "first alert", "known", "column"), known)


def _planted(made: "Replay") -> "Iterator[RenderableType]":
    """How many of each kind of planted fault were found."""
    from tidegauge.cli import show

    if not made.trials:
        return
    names = dict.fromkeys(r.name for r in made.by_fault)
    planted = [_of_fault(name, [r for r in made.by_fault if r.name == name]) for name in names]
    yield show.table(("planted fault", *SIZES, "column first"), planted)


def _of_fault(name: str, some: "Sequence[Recall]") -> tuple[str, ...]:
    """One kind of fault as a row: how many were found of each size, and how often its column came first."""
    sizes = {r.size: f"{r.found} of {r.planted}" for r in some}
    first, found = sum(r.first for r in some), sum(r.found for r in some)
    return name, *(sizes.get(size, "") for size in SIZES), f"{first} of {found}"


def _ways(made: "Replay") -> "Iterator[RenderableType]":
    """What other budgets and references would have made of it."""
    from tidegauge.cli import show
    from tidegauge.wording.text import rate

    if len(made.ways) < 2 or not made.judged:  # a rate of no time is none
        return
    ways = [
        (
            way.name,
            rate(way.budget),
            f"{rate(way.notices.a_month)} ({rate(way.notices.low)} to {rate(way.notices.high)})",
            f"{way.found} of {way.planted}" if way.planted else "",
            f"{way.caught} of {way.events}" if way.events else "",
        )
        for way in made.ways
    ]
    yield show.table(("decided", "budget", "notices a month (95 %)", "faults found", "events caught"), ways)


@contextmanager
def _telling() -> "Iterator[Callable[[str, int, int], None]]":
    """A bar on standard error that says what is being done; silent where nobody watches."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Replaying", total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)
