"""For a finding: the cells that moved, and a statement that gives the number again on the warehouse."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tidegauge.layouts.base import Layout
from tidegauge.layouts.categorical import CategoricalLayout
from tidegauge.layouts.numeric import BEYOND_LOW, NumericLayout
from tidegauge.nouns import VOLUME, WHOLE, Finding, Score, Window
from tidegauge.query import LogMapping, micros_of
from tidegauge.sql import template
from tidegauge.warehouses.base import Dialect, has_zone

MANY = 8  # reference windows in one statement


def statement(
    dialect: Dialect,
    kinds: Mapping[str, str],
    mapping: LogMapping,
    layouts: Mapping[str, Layout],
    finding: Finding,
    window: Window,
) -> str:
    """A statement with no parameters, to paste into a console: it reproduces the finding's first score."""
    if not finding.scores:
        return ""
    score = finding.scores[0]
    when = [Window.parse(k) for k in score.windows[:MANY]]
    current = _inside(dialect, kinds, mapping, [window])
    if finding.segment != WHOLE:
        column, _, value = finding.segment.partition("=")
        current += f" AND {dialect.quote(column)} = {_text(value)}"
    head = f"{score.statistic} of {score.column} in {window.key}, which was {score.value:.6g}".replace(
        "\n", " "
    ).replace("\r", " ")
    shared = {"table": mapping.table, "current": current, "head": head}
    if finding.column == VOLUME:
        return template("explain/rows.sql").render(
            **shared, id=mapping.id and dialect.quote(mapping.id), time=dialect.quote(str(mapping.time))
        )
    layout = layouts.get(score.column)
    value = dialect.quote(score.column)
    if layout is None:
        return ""
    if score.statistic == "hellinger-excess" and when:
        cell = (
            value
            if isinstance(layout, CategoricalLayout)
            else _cell(layout, dialect.as_number(value, kinds[score.column]), dialect)
        )
        if isinstance(layout, CategoricalLayout):
            known = ", ".join(_text(v) for v in layout.values) or "NULL"
            bucket = f"'unknown ' || substr(md5(CAST({value} AS VARCHAR)), 1, 1)"
            cell = f"CASE WHEN {value} IS NULL THEN NULL WHEN CAST({value} AS VARCHAR) IN ({known}) THEN CAST({value} AS VARCHAR) ELSE {bucket} END"
        return template("explain/shares.sql").render(
            **shared, value=cell, reference=_inside(dialect, kinds, mapping, when)
        )
    number = _number(score, layout, value, dialect.as_number(value, kinds.get(score.column, "")))
    return template("explain/level.sql").render(**shared, number=number, name=dialect.quote(score.statistic))


def _number(score: Score, layout: Layout, value: str, number: str) -> str:
    """A level as SQL over raw rows."""
    share = "avg(CASE WHEN {} THEN 1.0 ELSE 0.0 END)"
    if score.statistic == "missing":
        return share.format(f"{value} IS NULL")
    if isinstance(layout, CategoricalLayout):
        there = f"sum(CASE WHEN {{}} THEN 1.0 ELSE 0.0 END) / nullif(count({value}), 0)"
        if score.statistic.startswith("top-share-"):
            return there.format(f"{value} = {_text(layout.values[int(score.statistic.rsplit('-', 1)[1]) - 1])}")
        known = ", ".join(_text(v) for v in layout.values) or "NULL"
        return there.format(f"CAST({value} AS VARCHAR) NOT IN ({known})")
    if not isinstance(layout, NumericLayout):
        return f"count({value})"
    squashed = f"asinh(({number} - ({layout.middle!r})) / {layout.spread!r})"
    finite = f"({number} > CAST('-Infinity' AS FLOAT8) AND {number} < CAST('Infinity' AS FLOAT8))"
    within = f"CASE WHEN {finite} THEN {squashed} END"
    return {
        "location": f"{layout.middle!r} + {layout.spread!r} * sinh(avg({within}))",
        "log-spread": f"ln(stddev_pop({within}) + 0.05)",
        "not-finite": share.format(f"{value} IS NOT NULL AND NOT {finite}"),
        "share-at-maximum": f"sum(CASE WHEN {number} = (SELECT max(m) FROM (SELECT {layout.most!r} AS m) AS top) THEN 1.0 ELSE 0.0 END) / nullif(count({value}), 0)",
        "mode-share": f"mode() WITHIN GROUP (ORDER BY {number})",
        "far-outside": f"sum(CASE WHEN {number} < {layout.least - 3 * (layout.most - layout.least)!r} OR {number} > {layout.most + 3 * (layout.most - layout.least)!r} THEN 1.0 ELSE 0.0 END) / nullif(count({value}), 0)",
    }.get(score.statistic, f"avg({number})")


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
    return f"CASE WHEN {number} IS NULL OR {number} = CAST('NaN' AS FLOAT8) OR abs({number}) = CAST('Infinity' AS FLOAT8) THEN NULL{atoms}{cases} ELSE {layout.high_inf - 1} END"


def _inside(dialect: Dialect, kinds: Mapping[str, str], mapping: LogMapping, windows: Sequence[Window]) -> str:
    column, kind = dialect.quote(str(mapping.time)), kinds[str(mapping.time)]
    if has_zone(kind) or mapping.zone == "UTC":
        word = "TIMESTAMPTZ" if has_zone(kind) else "TIMESTAMP"
        spelled = [f"{word} '{_stamp(t, zone=has_zone(kind))}'" for w in windows for t in (w.start, w.end)]
    else:
        column = dialect.micros(column, kind, mapping.zone)
        spelled = [str(micros_of(t)) for w in windows for t in (w.start, w.end)]
    spans = [f"{column} >= {a} AND {column} < {z}" for a, z in zip(spelled[::2], spelled[1::2], strict=True)]
    return spans[0] if len(spans) == 1 else "(" + "\n    OR ".join(spans) + ")"


def _stamp(instant: datetime, *, zone: bool) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S}" + "+00" * zone


def _text(value: str) -> str:
    """A value as a literal: quotes doubled, and no other character is special in standard strings."""
    return "'" + value.replace("'", "''") + "'"
