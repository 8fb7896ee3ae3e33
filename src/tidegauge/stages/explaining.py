"""For a finding: a statement that gives its number again on the warehouse, as the statistic says how."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tidegauge.core.addresses.masking import mask
from tidegauge.core.decision import Finding, Score
from tidegauge.core.window import VOLUME, WHOLE, Window
from tidegauge.profiles.kinds import KINDS
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.segments import OTHERS
from tidegauge.profiles.versions import later
from tidegauge.profiles.window_index import micros_of
from tidegauge.statistics.statement import NoStatement, Question, Shown, StatementSide, on_one_line
from tidegauge.tuning.tuning import SHIPPED, Tuning
from tidegauge.warehouses.base import has_zone
from tidegauge.warehouses.dialect import Dialect
from tidegauge.warehouses.sql import template
from tidegauge.wording.lookup import find

GONE = NoStatement("No statistic of this name is installed: no statement gives this number again.")


def statement(
    dialect: Dialect,
    kinds: Mapping[str, str],
    mapping: LogMapping,
    layouts: Mapping[str, Layout],
    finding: Finding,
    window: Window,
    segments: Mapping[str, Sequence[str]] | None = None,
    tuning: Tuning = SHIPPED,
) -> str:
    """A statement with no parameters, to paste into a console: it reproduces the finding's first score.

    `layouts`: by the names that columns have in their cells (`tidegauge.profiles.versions`).
    Of a relation between columns it shows the rows or combinations that the score is about.
    """
    if not finding.scores:
        return ""
    score = finding.scores[0]
    named = () if finding.column == VOLUME else (score.column, *score.others)
    cells = [later(column, score.cells) for column in named]
    if not layouts.keys() >= {*cells}:
        return ""
    sides = [_side(dialect, c, kinds.get(c, ""), layouts[name]) for c, name in zip(named, cells, strict=True)]
    asked = Question(dialect, sides, compared=bool(score.windows))
    shown = shown_by(score.statistic, asked, tuning)
    current = inside(dialect, kinds, mapping, [window])
    current += _and_in_segment(dialect, finding.segment, segments or {})
    when = [Window.parse(k) for k in score.windows]
    shared: dict[str, object] = {
        "d": dialect,
        "table": mapping.table,
        "current": current,
        "reference": inside(dialect, kinds, mapping, when) if when else "FALSE",
    }
    if not sides:
        shared |= _of_rows(dialect, kinds, mapping, window)
    return rendered(dialect, shown, head_of(score, window), dialect.quote(score.statistic), shared)


def rendered(dialect: Dialect, shown: Shown, head: str, name: str, shared: Mapping[str, object]) -> str:
    """The statement of a statistic; a comment that says why, where it has none."""
    if isinstance(shown, NoStatement):
        return f"-- {head}\n-- {shown.why}\n"
    head += f"\n-- {shown.note}" if shown.note else ""
    sql = template(f"explain/{shown.template}.sql").render(**{**shared, **shown.parts, "head": head, "name": name})
    return sql.replace(dialect.written("%"), "%")  # it is pasted, and no client stands between


def _side(dialect: Dialect, column: str, kind: str, layout: Layout) -> StatementSide:
    """A column as a statement reads it."""
    return StatementSide(column, layout, *KINDS[layout.kind].shown(dialect, column, kind, layout))


def shown_by(name: str, question: Question, tuning: Tuning) -> Shown:
    """What the statistic of a name shows of a question."""
    statistic = find(name)
    return GONE if statistic is None else statistic.tuned(tuning).sql(question)


def head_of(score: Score, window: Window) -> str:
    """What a statement begins with. An average over windows is not what it gives: it is of the last window alone."""
    of = f"{score.statistic} of {score.column} in {window.key}"
    if score.over:
        head = f"{of} alone; over the last {score.over} windows it came to {score.value:.6g}"
    else:
        head = f"{of}, which was {score.value:.6g}"
    return on_one_line(head)


def in_segment(dialect: Dialect, segment: str, segments: Mapping[str, Sequence[str]]) -> str:
    """The rows of one segment; those of all values that are not listed, and of none, go together."""
    column, _, value = segment.partition("=")
    quoted = dialect.as_text(dialect.quote(column))
    if value != OTHERS:
        return f"{quoted} = {dialect.text(value)}"
    listed = ", ".join(dialect.text(v) for v in segments.get(column, ()))
    return f"({quoted} IS NULL OR {quoted} NOT IN ({listed}))" if listed else "TRUE"


def _and_in_segment(dialect: Dialect, segment: str, segments: Mapping[str, Sequence[str]]) -> str:
    """A further condition for the rows of one segment, if it is not the whole."""
    return "" if segment == WHOLE else f" AND {in_segment(dialect, segment, segments)}"


def _of_rows(dialect: Dialect, kinds: Mapping[str, str], mapping: LogMapping, window: Window) -> dict[str, object]:
    """What a statement about the rows themselves reads: their ids and times, and how fresh they are."""
    return {
        "id": mapping.id and dialect.quote(mapping.id),
        "time": dialect.quote(str(mapping.time)),
        **_freshness(dialect, kinds, mapping, window),
    }


def _freshness(dialect: Dialect, kinds: Mapping[str, str], mapping: LogMapping, window: Window) -> dict[str, str]:
    """The freshest event against when it was written, or against the window's end where nothing says."""

    def newest(column: str) -> str:
        return f"max({dialect.micros(dialect.quote(column), kinds[column], mapping.zone)})"

    until = newest(mapping.ingested) if mapping.ingested else str(micros_of(window.end))
    return {"until": until, "newest": newest(str(mapping.time))}


def unsigned(sql: str, path: str | None) -> str:
    """A statement to be stored and shown: of files with a signed address, without its signature.

    >>> unsigned("SELECT x FROM 'https://h/a.csv?token=k3y'", "https://h/a.csv?token=k3y")
    "SELECT x FROM 'https://h/a.csv?token=***'"
    """
    if path is None:
        return sql
    literal, shown = (text.replace("'", "''") for text in (path, mask(path)))
    return sql.replace(literal, shown)


def inside(dialect: Dialect, kinds: Mapping[str, str], mapping: LogMapping, windows: Sequence[Window]) -> str:
    """The rows of some windows."""
    column, kind = dialect.quote(str(mapping.time)), kinds[str(mapping.time)]
    if has_zone(kind) or mapping.zone == "UTC":
        spelled = [
            dialect.bound(dialect.instant(t, zoned=has_zone(kind)), kind) for span in _merged(windows) for t in span
        ]
    else:
        column = dialect.micros(column, kind, mapping.zone)
        spelled = [str(micros_of(t)) for span in _merged(windows) for t in span]
    spans = [f"{column} >= {a} AND {column} < {z}" for a, z in zip(spelled[::2], spelled[1::2], strict=True)]
    return spans[0] if len(spans) == 1 else "(" + "\n    OR ".join(spans) + ")"


def _merged(windows: Sequence[Window]) -> list[tuple[datetime, datetime]]:
    """Spans of adjoining windows, oldest first."""
    spans: list[tuple[datetime, datetime]] = []
    for w in sorted(windows):
        if spans and spans[-1][1] == w.start:
            spans[-1] = (spans[-1][0], w.end)
        else:
            spans.append((w.start, w.end))
    return spans
