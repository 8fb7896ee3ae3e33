"""A guess, written as YAML that teaches: every choice has its reason beside it, every section says what it is for."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tidegauge.core.addresses.variables import in_variables
from tidegauge.init.described import Described, is_number, is_time
from tidegauge.init.guess import Guess
from tidegauge.init.sample import MOST_CHARACTERS
from tidegauge.profiles.extent import Extent
from tidegauge.warehouses.base import has_zone
from tidegauge.wording.text import is_sentinel

WIDTH = 34  # where comments begin
BUSY_HOUR, QUIET_DAY = (
    2000,
    50,
)  # rows: from the first, hours are worth a look of their own; below the second, days are not
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}  # YAML 1.1 readers bend these


@dataclass(frozen=True, slots=True)
class TablePlace:
    """Where the table is, as the user gave it."""

    url: str | None
    table: str | None = None
    path: str | None = None
    paths: tuple[str, ...] = ()  # that a view reads


def write(name: str, place: TablePlace, columns: Sequence[Described], guess: Guess, extent: Extent) -> str:
    """The text of a monitor's file."""
    by_name = {c.name: c for c in columns}
    sections = (
        _head(name, place, columns, extent),
        _source(place, by_name.get(guess.time or "")),
        _labels(guess),
        _columns(guess, by_name),
        _window(extent, guess.time or ""),
        _rest(),
    )
    return "\n".join(line.rstrip() for section in sections for line in (*section, ""))


def yaml_text(text: str) -> str:
    """A text as one YAML scalar on one line, whatever is in it; also safe inside a comment.

    >>> yaml_text("flight_id"), yaml_text("no"), yaml_text("two words")
    ('flight_id', '"no"', '"two words"')
    """
    if _BARE.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return '"' + "".join(_escaped(c) for c in text) + '"'


def _escaped(c: str) -> str:
    if c in '"\\':
        return "\\" + c
    if c.isprintable():
        return c
    code = ord(c)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _line(text: str, why: str = "") -> str:
    return f"{text:<{WIDTH}} # {why}" if why else text


def _head(name: str, place: TablePlace, columns: Sequence[Described], extent: Extent) -> Iterator[str]:
    rows = max((c.rows for c in columns), default=0)
    what = yaml_text(place.table or place.path or "")
    yield f"# A first monitor for {what}, guessed by `tidegauge init` from {rows:,} of its {extent.rows:,} rows."
    yield "# Read it once, correct what is wrong, then run `tidegauge check` on it."
    yield "# A column that is not named here is not read."
    yield ""
    yield f"monitor: {yaml_text(name)}"
    yield _line(
        "store: sqlite:///tidegauge.db", "profiles and decisions, in a file beside this one; postgresql://… works too"
    )


def _source(place: TablePlace, time: Described | None) -> Iterator[str]:
    yield "source:"
    if place.url:
        url, needed = in_variables(place.url)
        for variable, what in needed.items():
            yield f"  # Read from the environment at use: export {variable}=… ({what})"
        yield f"  url: {_address(url)}"
    yield f"  table: {yaml_text(place.table)}" if place.table else f"  path: {yaml_text(place.path or '')}"
    if place.paths:
        yield _line(f"  paths: [{', '.join(map(yaml_text, place.paths))}]", "files that views here may read")
    if time and not has_zone(time.kind):
        why = f"{yaml_text(time.name)} carries no time zone: say which one it is written in"
        yield _line("  zone: UTC", why)


def _address(url: str) -> str:
    return url if re.fullmatch(r"[\w:/.${}@+?=&-]*[\w/}]", url, re.ASCII) else yaml_text(url)


def _labels(guess: Guess) -> Iterator[str]:
    found = guess.labels
    if found is None:
        yield "# Where the truth arrives, if it does. With it, accuracy and calibration are watched too."
        yield "# labels:"
        yield "#   table: labels"
        yield _line("#   id: row_id", "joins to columns: id")
        yield _line("#   value: label", "0/1, true/false, a number, or a class")
        yield _line("#   arrived: arrived_at", "when it became known")
        yield _line("#   delay: 1 day", "how long after a window's end its labels are there")
        return
    yield "labels:"
    yield f"  table: {yaml_text(found.table or '')}"
    yield _line(f"  id: {yaml_text(found.id)}", "joins to columns: id")
    yield _line(f"  value: {yaml_text(found.value)}", "the true outcome")
    if found.arrived:
        yield _line(f"  arrived: {yaml_text(found.arrived)}", "when it became known")
    if found.delay:
        yield _line(f"  delay: {found.delay}", "nearly all labels had arrived so long after their prediction")
        return
    yield _line("  delay: 1 day", "a guess: how long after a window's end its labels are there")


def _columns(guess: Guess, by_name: dict[str, Described]) -> Iterator[str]:
    why = {
        "id": "identifies a row",
        "time": "when the prediction was made; windows are cut by it",
        "ingested": "when the row was written; finds rows that come late",
        "version": "which model answered",
        "prediction": "what the model said",
    }
    yield "columns:"
    for role, reason in why.items():
        if name := getattr(guess, role):
            yield _line(f"  {role}: {yaml_text(name)}", f"{reason}; {_seen(by_name[name])}")
    if guess.scores:
        yield _line("  scores:", "of each class that the model may name")
        yield from (_line(f"    {yaml_text(name)}: {yaml_text(column)}") for name, column in guess.scores)
    yield from _listed("numeric", "quantities, where more and less mean something", guess.numeric, by_name)
    yield from _listed("categorical", "names and codes, where only equal means something", guess.categorical, by_name)
    yield from _listed("segments", "each value of these is also watched on its own", guess.segments, by_name)
    if guess.text:
        yield _line("  text:", "texts, of which numbers are watched; none is kept (docs/text.md)")
        yield from (_line(f"    - {yaml_text(c)}", _length_of(by_name[c])) for c in guess.text)
    if guess.left_out:
        yield "  # Left out:"
        for name, reason in guess.left_out:
            yield f"  #   {yaml_text(name)}: {_comment(reason)}"
    for note in guess.notes:
        yield f"  # Note: {note}"


def _listed(role: str, why: str, names: Iterable[str], by_name: dict[str, Described]) -> Iterator[str]:
    if names:
        yield _line(f"  {role}:", why)
        for name in names:
            yield _line(f"    - {yaml_text(name)}", _seen(by_name[name]))


def _length_of(column: Described) -> str:
    """What is said of a text: never a piece of it."""
    missing = f", {column.nulls / column.rows:.0%} missing" if column.rows and column.nulls else ""
    return f"{column.length:.0f} characters on average, of the first {MOST_CHARACTERS}{missing}"


def _far(column: Described) -> str:
    """The values that look like sentinels, each with its words."""
    return "".join(f"; {is_sentinel(*s)}" for s in column.sentinels)


def _seen(column: Described) -> str:
    """What the sample showed of a column, in a few words."""
    missing = f", {column.nulls / column.rows:.0%} missing" if column.rows and column.nulls else ""
    if is_time(column.kind):
        return f"a {column.kind}{missing}"
    if column.unique:
        return "no sampled value occurs twice"
    if is_number(column.kind) and column.low is not None and column.high is not None:
        return f"{_number(column.low)} to {_number(column.high)}{missing}{_far(column)}"
    values = f"{column.distinct} value{'s' * (column.distinct != 1)}"
    examples = ", ".join(_comment(e[:20]) for e in column.examples[:3])
    return f"{values}, such as {examples}{missing}" if examples else f"{values}{missing}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if 10_000 <= abs(value) < 1e15 else f"{value:.4g}"


def _comment(text: str) -> str:
    """A text from the data that cannot end its comment."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _window(extent: Extent, time: str) -> Iterator[str]:
    days, a_day = extent.days, extent.held / extent.days
    yield f"# Rows: {extent.first:%Y-%m-%d} to {extent.last:%Y-%m-%d}, about {a_day:,.0f} a day."
    yield from (f"# {_comment(sentence)}" for sentence in extent.strays(time))
    every = "hour" if a_day >= 24 * BUSY_HOUR else "week" if a_day < QUIET_DAY and days > 60 else "day"
    yield "window:"
    yield _line(f"  every: {every}", "hour, day or week")
    yield _line("  zone: UTC", "by whose clock your users live, such as America/New_York")
    yield _line(f"  # start: {extent.first:%Y-%m-%d}", "leave out history from before this day")
    yield _line("  wait: 2 hours", "how long rows may still arrive after a window's end")


def _rest() -> Iterator[str]:
    yield "# Which past windows are normal. A Sunday is compared with Sundays, a holiday with holidays."
    yield "reference:"
    yield _line("  # country: US", "its public holidays are compared with their like")
    yield _line(
        "  pools: [seasonal, trailing]", "{pinned: {from: …, to: …}} adds a fixed past, such as the training data"
    )
    yield "  look_back: 120 days"
    yield _line("  minimum: 4", "with fewer alike windows than this, a wider pool is used")
    yield ""
    yield "alerts:"
    yield _line("  budget: 1 per month", "false alerts that you can bear; there are no other thresholds")
    yield ""
    yield "sinks:"
    yield _line("  - html: {folder: reports}", "one self-contained page for each window")
    yield "  # - prometheus: {pushgateway: http://127.0.0.1:9091}"
    yield "actions:"
    yield "  - report"
    yield "  # - retrain: {dag: retrain_my_model, cooldown: 7 days}"
