"""For a finding: the cells that moved, and a statement that gives the number again on the warehouse."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from tidegauge.layouts.base import Layout
from tidegauge.layouts.categorical import CategoricalLayout
from tidegauge.layouts.numeric import BEYOND_LOW, NumericLayout
from tidegauge.nouns import VOLUME, WHOLE, Finding, Score, Window
from tidegauge.query import OTHERS, LogMapping, micros_of
from tidegauge.sql import template
from tidegauge.statistics.far_outside import RANGES
from tidegauge.warehouses.base import Dialect, has_zone

SAMPLED = "the decision read a sample of the window's rows; this statement reads all of them"
MODEL = "-- Only a stored model of earlier rows gives this number: no statement on the warehouse does."
BANDS = 8  # that a number is shown in beside another column
NEARLY = "sums are kept in whole units of {:.3g}, half of one added, so digits beyond that differ"


def statement(
    dialect: Dialect,
    kinds: Mapping[str, str],
    mapping: LogMapping,
    layouts: Mapping[str, Layout],
    finding: Finding,
    window: Window,
    segments: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """A statement with no parameters, to paste into a console: it reproduces the finding's first score.

    Of a relation between columns it shows the rows or combinations that the score is about.
    """
    if not finding.scores:
        return ""
    score = finding.scores[0]
    when = [Window.parse(k) for k in score.windows]
    current = _inside(dialect, kinds, mapping, [window])
    if finding.segment != WHOLE:
        current += f" AND {_segment(dialect, finding.segment, segments or {})}"
    head = _head(score, window)
    shared = {"table": mapping.table, "current": current, "head": head}
    if finding.column == VOLUME:
        return template("explain/rows.sql").render(
            **shared,
            id=mapping.id and dialect.quote(mapping.id),
            time=dialect.quote(str(mapping.time)),
            **_freshness(dialect, kinds, mapping, window),
        )
    layout = layouts.get(score.column)
    shared["reference"] = _inside(dialect, kinds, mapping, when) if when else "FALSE"
    if score.others or score.statistic in _ALONE:
        return _relation(dialect, kinds, layouts, score, shared)
    return "" if layout is None else _of_column(dialect, kinds, layout, score, shared)


def _of_column(
    dialect: Dialect, kinds: Mapping[str, str], layout: Layout, score: Score, shared: Mapping[str, str]
) -> str:
    """The number of one column again."""
    value = dialect.quote(score.column)
    if score.statistic == "hellinger-excess" and score.windows:
        cell = (
            value
            if isinstance(layout, CategoricalLayout)
            else _cell(layout, dialect.as_number(value, kinds[score.column]), dialect)
        )
        if isinstance(layout, CategoricalLayout):
            known = ", ".join(_text(v) for v in layout.values) or "NULL"
            bucket = f"'unknown ' || substr(md5(CAST({value} AS VARCHAR)), 1, 1)"
            text = f"CAST({value} AS VARCHAR)"
            cell = f"CASE WHEN {value} IS NULL THEN NULL WHEN {text} IN ({known}) THEN {text} ELSE {bucket} END"
        return template("explain/shares.sql").render(**shared, value=cell)
    number = dialect.as_number(value, kinds.get(score.column, ""))
    if isinstance(layout, NumericLayout) and score.statistic in _ON_CELLS:
        return template("explain/cells.sql").render(
            **shared,
            x=number,
            name=dialect.quote(score.statistic),
            number=_ON_CELLS[score.statistic](layout),
            nearly=NEARLY.format(1 / layout.scale) if score.statistic in ("location", "log-spread") else None,
            cell=_cell(layout, "x", dialect),
            lowest_cell=BEYOND_LOW,
            highest_cell=layout.high_inf - 1,
            lowest=dialect.number(layout.lowest),
            highest=dialect.number(layout.highest),
            middle=dialect.number(layout.middle),
            spread=dialect.number(layout.spread),
        )
    number = _number(score, layout, value, number)
    return template("explain/level.sql").render(**shared, number=number, name=dialect.quote(score.statistic))


def _head(score: Score, window: Window) -> str:
    """What a statement begins with. An average over windows is not what it gives: it is of the last window alone."""
    of = f"{score.statistic} of {score.column} in {window.key}"
    if score.over:
        head = f"{of} alone; over the last {score.over} windows it came to {score.value:.6g}"
    else:
        head = f"{of}, which was {score.value:.6g}"
    return _on_one_line(head)


def _on_one_line(text: str) -> str:
    return text.replace("\n", " ").replace("\r", " ")


_ALONE = frozenset({"residual-mean", "residual-size", "residual-far", "residual-fit"})


def _relation(
    dialect: Dialect,
    kinds: Mapping[str, str],
    layouts: Mapping[str, Layout],
    score: Score,
    shared: Mapping[str, str],
) -> str:
    """What shows a relation: its exact number where SQL has one, else the groups or combinations that make it up."""
    columns = (score.column, *score.others)
    name = _SHOWN.get(score.statistic)
    if name is None or any(c not in layouts for c in columns):
        return f"-- {shared['head']}\n{MODEL}\n"
    quoted = [dialect.quote(c) for c in columns]
    numbers = [dialect.as_number(q, kinds.get(c, "")) for q, c in zip(quoted, columns, strict=True)]
    sides = list(zip([layouts[c] for c in columns], quoted, numbers, strict=True))
    gone, banded = [_gone(*side) for side in sides], [_banded(*side, dialect) for side in sides]
    finite = [f"({n} > CAST('-Infinity' AS FLOAT8) AND {n} < CAST('Infinity' AS FLOAT8))" for n in numbers]
    there = f" AND NOT {gone[1]}" if score.others else ""
    head = f"{shared['head']}\n-- {SAMPLED}" if name == "level" else shared["head"]
    return template(f"explain/{name}.sql").render(
        **dict(shared) | {"head": head},
        rows=SAMPLED,
        names=[_on_one_line(c) for c in columns],
        columns=quoted,
        numbers=numbers,
        finite=finite,
        bands=banded,
        number=f"avg(CASE WHEN {gone[0]}{there} THEN 1.0 ELSE 0.0 END)",
        name=dialect.quote(score.statistic),
    )


# relation → the statement that gives it, or shows what it is about; those of models have none
_SHOWN = {
    "broken-groups": "groups",
    "broken-rows": "groups",
    "missing-without": "level",
    "pair-information": "pairs",
    "rank-correlation": "ranks",
}


def _gone(layout: Layout, value: str, number: str) -> str:
    """Whether a value is missing; NaN counts so in sampled rows."""
    if isinstance(layout, CategoricalLayout):
        return f"{value} IS NULL"
    return f"({value} IS NULL OR {number} = CAST('NaN' AS FLOAT8))"


def _banded(layout: Layout, value: str, number: str, dialect: Dialect) -> str:
    """A column as the rows and columns of a table: categories by name, numbers in a few bands."""
    if not isinstance(layout, NumericLayout):
        return f"CAST({value} AS VARCHAR)"
    inner = [float(e) for e in layout.edges if layout.least < e < layout.most]
    cuts = sorted(set(inner[:: max(len(inner) // BANDS, 1)]))
    cases = "".join(f" WHEN {number} < {dialect.number(c)} THEN 'below {c:.6g}'" for c in cuts)
    last = f" ELSE 'from {cuts[-1]:.6g}'" if cuts else " ELSE 'a number'"
    return f"CASE WHEN {_gone(layout, value, number)} THEN NULL{cases}{last} END"


def _number(score: Score, layout: Layout, value: str, number: str) -> str:
    """A level as SQL over raw rows."""
    share = "avg(CASE WHEN {} THEN 1.0 ELSE 0.0 END)"
    if score.statistic == "missing":
        return share.format(f"{value} IS NULL")
    if isinstance(layout, CategoricalLayout):
        there = f"sum(CASE WHEN {{}} THEN 1.0 ELSE 0.0 END) / nullif(count({value}), 0)"
        if score.statistic.startswith("top-share-"):
            return there.format(f"{value} = {_text(layout.values[int(score.statistic.rsplit('-', 1)[1]) - 1])}")
        if not layout.values:
            return there.format(f"{value} IS NOT NULL")
        known = ", ".join(_text(v) for v in layout.values)
        return there.format(f"CAST({value} AS VARCHAR) NOT IN ({known})")
    finite = f"({number} > CAST('-Infinity' AS FLOAT8) AND {number} < CAST('Infinity' AS FLOAT8))"
    if score.statistic == "not-finite":
        return share.format(f"{value} IS NOT NULL AND NOT {finite}")
    return f"avg({number})"


def _far(layout: NumericLayout) -> str:
    reach = RANGES * (layout.most - layout.least)
    far = f"mean < {layout.least - reach!r} OR mean > {layout.most + reach!r}"
    return f"sum(CASE WHEN {far} THEN n ELSE 0 END) / CAST(sum(n) AS FLOAT8)"


def _ranked(layout: NumericLayout) -> str:
    ranks = ", ".join(str(int(k)) for k in layout.coarse)
    return f"sum(n * ((ARRAY[{ranks}])[1 + cell] - 2) / CAST(17 AS FLOAT8)) / sum(n)"


# a level → SQL over the layout's cells, each with its rows n, mean, and mean a on the asinh scale
_ON_CELLS: Mapping[str, Callable[[NumericLayout], str]] = {
    "location": lambda layout: f"{layout.middle!r} + {layout.spread!r} * sinh(CAST(sum(n * a) / sum(n) AS FLOAT8))",
    "log-spread": lambda _: "sqrt(greatest(sum(n * a * a) / sum(n) - power(sum(n * a) / sum(n), 2), 0))",
    "mode-share": lambda _: "max(n) / CAST(sum(n) AS FLOAT8)",
    "share-at-maximum": lambda _: (
        "max(CASE WHEN cell = (SELECT max(cell) FROM tidegauge_squashed) THEN n END) / CAST(sum(n) AS FLOAT8)"
    ),
    "far-outside": _far,
    "prediction-rank": _ranked,
}


def _segment(dialect: Dialect, segment: str, segments: Mapping[str, Sequence[str]]) -> str:
    """The rows of one segment; those of all values that are not listed, and of none, go together."""
    column, _, value = segment.partition("=")
    quoted = f"CAST({dialect.quote(column)} AS VARCHAR)"
    if value != OTHERS:
        return f"{quoted} = {_text(value)}"
    listed = ", ".join(_text(v) for v in segments.get(column, ()))
    return f"({quoted} IS NULL OR {quoted} NOT IN ({listed}))" if listed else "TRUE"


def _freshness(dialect: Dialect, kinds: Mapping[str, str], mapping: LogMapping, window: Window) -> dict[str, str]:
    """The freshest event against when it was written, or against the window's end where nothing says."""

    def newest(column: str) -> str:
        return f"max({dialect.micros(dialect.quote(column), kinds[column], mapping.zone)})"

    until = newest(mapping.ingested) if mapping.ingested else str(micros_of(window.end))
    return {"until": until, "newest": newest(str(mapping.time))}


def _cell(layout: Layout, number: str, dialect: Dialect) -> str:
    """A number's cell as one CASE over the layout's edges: slow, plain, and the same cells."""
    if not isinstance(layout, NumericLayout):
        return number
    atoms = "".join(f" WHEN {number} = {dialect.number(v)} THEN {code}" for v, code in layout.atom_codes)
    taken = {code for _, code in layout.atom_codes}
    cases = "".join(
        f" WHEN {number} < {dialect.number(float(high))} THEN {code}"
        for code, high in enumerate(layout.edges[1:-1].tolist(), start=BEYOND_LOW)
        if code not in taken
    )
    unreal = f"{number} IS NULL OR {number} = CAST('NaN' AS FLOAT8) OR abs({number}) = CAST('Infinity' AS FLOAT8)"
    return f"CASE WHEN {unreal} THEN NULL{atoms}{cases} ELSE {layout.high_inf - 1} END"


def _inside(dialect: Dialect, kinds: Mapping[str, str], mapping: LogMapping, windows: Sequence[Window]) -> str:
    column, kind = dialect.quote(str(mapping.time)), kinds[str(mapping.time)]
    if has_zone(kind) or mapping.zone == "UTC":
        word = "TIMESTAMPTZ" if has_zone(kind) else "TIMESTAMP"
        spelled = [f"{word} '{_stamp(t, zone=has_zone(kind))}'" for span in _merged(windows) for t in span]
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


def _stamp(instant: datetime, *, zone: bool) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S}" + "+00" * zone


def _text(value: str) -> str:
    """A value as a literal: quotes doubled, and no other character is special in standard strings."""
    return "'" + value.replace("'", "''") + "'"
