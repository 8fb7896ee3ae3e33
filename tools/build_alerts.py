"""Draw the pictures of docs/alerts.md and put its numbers in: `python -m tools.build_alerts`, in a second.

Everything comes from docs/alerts.json, which benchmarks/alerts/page.py measures. In the page a number stands between
`<!--=name-->` and `<!--/-->`. A test compares page and pictures with what this script makes, so that nothing on the
page is typed by hand.
"""

import json
import math
import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from tidegauge.reports.axes import ticks
from tidegauge.reports.svg import runs

HERE = Path(__file__).resolve().parents[1] / "docs"
PAGE, PICTURES = HERE / "alerts.md", HERE / "pictures"
FIELD = re.compile(r"<!--=([\w-]+)-->.*?<!--/-->", re.DOTALL)
WIDE = 760
STYLE = """
svg { color-scheme: light dark; font: 12px system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif;
  --paper: #fbfaf6; --ink: #16242c; --quiet: #5a6a73; --rule: #dedfd8; --was: #a9bac0; --now: #1f6680; --band: #dbe7e8;
  --moved: #c2452d; }
@media (prefers-color-scheme: dark) { svg { --paper: #10191e; --ink: #e7ebea; --quiet: #9aabb3; --rule: #2a3941;
  --was: #566d78; --now: #72bfd6; --band: #22343c; --moved: #ff8a6b; } }
.paper { fill: var(--paper); } text { fill: var(--quiet); } .ink { fill: var(--ink); } .title { fill: var(--ink);
  font-weight: 600; font-size: 13px; } .said { fill: var(--moved); font-weight: 600; } .blue { fill: var(--now); }
.grid { stroke: var(--rule); } .band { fill: var(--band); } .line { fill: none; stroke: var(--now); stroke-width: 1.6; }
.expected { fill: none; stroke: var(--quiet); stroke-width: 1.2; stroke-dasharray: 4 3; }
.other { fill: none; stroke: var(--moved); stroke-width: 1.2; stroke-dasharray: 2 3; }
.dot { fill: var(--now); } .bad { fill: var(--moved); }
.hollow { fill: var(--paper); stroke: var(--now); stroke-width: 1.6; }
.cell { fill: var(--was); } .hit { fill: var(--moved); } .was { fill: var(--was); } .mark { stroke: var(--moved); }
.join { stroke: var(--was); stroke-width: 2; }
"""
SATURDAY, BEFORE = 5, 30
SHORT = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
Facts = dict[str, Any]
Scale = Callable[[float], float]


# ---------------------------------------------------------------------------------------------------------------- marks


def frame(title: str, height: float, parts: Sequence[str]) -> str:
    """A whole file."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {height:.0f}" role="img" aria-label="{title}">'
        f'<style>{STYLE}</style><rect class="paper" width="{WIDE}" height="{height:.0f}" rx="8"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    """Words."""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{words}</text>'


def rule(x1: float, y1: float, x2: float, y2: float, kind: str = "grid") -> str:
    """A straight line."""
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def dot(x: float, y: float, kind: str, r: float = 2.4) -> str:
    """A point."""
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{r}"/>'


def line(xs: Sequence[float], ys: Sequence[float | None], y: Scale, kind: str) -> str:
    """A line through what is known."""
    path = "".join(
        "M" + " L".join(f"{xs[i]:.1f} {y(float(ys[i] or 0)):.1f}" for i in run)
        for run in runs([v is not None for v in ys])
    )
    return f'<path class="{kind}" d="{path}"/>'


def band(xs: Sequence[float], low: Sequence[float | None], high: Sequence[float | None], y: Scale) -> str:
    """What was expected, from and to."""
    path = "".join(
        "M" + " L".join(f"{xs[i]:.1f} {y(float(high[i] or 0)):.1f}" for i in run)
        + " L" + " L".join(f"{xs[i]:.1f} {y(float(low[i] or 0)):.1f}" for i in reversed(run)) + "Z"
        for run in runs([a is not None and b is not None for a, b in zip(low, high, strict=True)])
    )  # fmt: skip
    return f'<path class="band" d="{path}"/>'


def upward(low: float, high: float, top: float, bottom: float) -> Scale:
    """Value → pixels."""
    return lambda v: bottom - (min(max(v, low), high) - low) / (high - low) * (bottom - top)


def along(left: float, right: float, n: int) -> list[float]:
    """The middle of each of n days."""
    return [left + (right - left) * (i + 0.5) / n for i in range(n)]


def day(iso: str) -> str:
    """13 Dec."""
    d = date.fromisoformat(iso)
    return f"{d.day} {SHORT[d.month - 1]}"


def share(value: float) -> str:
    """12 %, 3.4 %."""
    return f"{100 * value:.2g} %" if value < 0.995 else "100 %"


# ------------------------------------------------------------------------------------------------------------- pictures


def columns(f: Facts) -> str:
    """Which column's test alerted on which day; and which day tidegauge did."""
    t = f["tests"]
    left, right, tall, top = 116.0, WIDE - 16.0, 13.0, 52.0
    n = len(t["dates"])
    wide = (right - left) / n
    order = sorted(range(len(t["columns"])), key=lambda c: -sum(g[c] == "1" for g in t["grid"]))
    parts = [
        text(
            16,
            24,
            f"{len(order)} columns, each tested against the {BEFORE} days before it (p &lt; 0.05, Bonferroni)",
            "title",
        ),
        text(16, 41, "No fault was planted in any of these days. A mark is an alert."),
    ]
    for row, c in enumerate(order):
        y = top + row * (tall + 2)
        marks = strip([g[c] == "1" for g in t["grid"]], left, wide, y, tall)
        parts += [text(left - 8, y + 10.5, t["columns"][c], anchor="end"), f'<path class="cell" d="{marks}"/>']
    y = top + len(order) * (tall + 2) + 10
    any_ = strip(["1" in g for g in t["grid"]], left, wide, y, tall)
    ours = strip([bool(a) for a in t["alerts"]], left, wide, y + tall + 6, tall)
    parts += [
        text(left - 8, y + 10.5, "any of them", "ink", "end"),
        f'<path class="hit" d="{any_}"/>',
        text(left - 8, y + tall + 16.5, "tidegauge", "ink", "end"),
        rule(left, y + tall + 6 + tall, right, y + 2 * tall + 6),
        f'<path class="hit" d="{ours}"/>',
    ]
    bottom = y + 2 * tall + 6
    for i, iso in enumerate(t["dates"]):
        if iso.endswith("-01"):
            parts.append(text(left + wide * i, bottom + 17, day(iso)))
    return frame("Per-column tests alert every day; tidegauge seldom does", bottom + 30, parts)


def strip(hits: Sequence[bool], left: float, wide: float, y: float, tall: float) -> str:
    """Days in a row, as one path."""
    return "".join(
        f"M{left + wide * r[0]:.1f} {y:.1f}h{wide * len(r):.1f}v{tall}h{-wide * len(r):.1f}z" for r in runs(list(hits))
    )


def number(f: Facts) -> str:
    """One number through weeks."""
    s = f["number"]
    course, trailing = s["course"], s["trailing"]
    left, right, top, bottom = 52.0, WIDE - 20.0, 62.0, 262.0
    xs = along(left, right, len(course))
    values = [v for c in course for v in c[1:] if v is not None] + trailing
    low, high = min(values), max(values)
    y = upward(low - 0.05 * (high - low), high + 0.05 * (high - low), top, bottom)
    parts = [
        text(16, 24, "Flights a day, and what was expected of each day before it began", "title"),
        dot(22, 38, "dot", 2.4), text(32, 42, "the day"), dot(92, 38, "hollow", 3.4), text(102, 42, "a Saturday"),
        text(180, 42, "┄┄"), text(204, 42, "expected"),
        text(270, 42, "┄┄", "said"), text(294, 42, "by the last week alone"),
        '<rect class="band" x="470" y="32" width="18" height="12"/>',
        text(494, 42, f"{s['spreads']:.0f} spreads either way"),
    ]  # fmt: skip
    parts.append(band(xs, [c[3] for c in course], [c[4] for c in course], y))
    parts += grids(y, low, high, left, right, "")
    parts += [line(xs, trailing, y, "other"), line(xs, [c[2] for c in course], y, "expected")]
    parts.append(line(xs, [c[1] for c in course], y, "line"))
    for x, c in zip(xs, course, strict=True):
        special = date.fromisoformat(c[0]).weekday() == SATURDAY
        parts.append(dot(x, y(c[1]), "hollow" if special else "dot", 3.4 if special else 2.2))
    parts += dates(xs, [c[0] for c in course], bottom)
    return frame("Flights a day with their expected band; Saturdays are no fault", bottom + 30, parts)


def grids(y: Scale, low: float, high: float, left: float, right: float, unit: str, most: int = 4) -> list[str]:
    """Lines across with their numbers."""
    out = []
    for t in ticks(low, high, most):
        label = share(t) if unit == "share" else f"{t:,.6g}"
        out += [rule(left, y(t), right, y(t)), text(left - 6, y(t) + 4, label, anchor="end")]
    return out


def dates(xs: Sequence[float], isos: Sequence[str], bottom: float) -> list[str]:
    """Every second Monday or so."""
    step = max(7, 7 * round(len(isos) / 42))
    return [text(xs[i], bottom + 18, day(isos[i]), anchor="middle") for i in range(3, len(isos), step)]


def spread(f: Facts) -> str:
    """Rows-level error against real spread, column by column."""
    s = f["spread"]
    rows = sorted(s["rows"], key=lambda r: r[3] / r[2])
    left, right, top, tall = 170.0, WIDE - 70.0, 86.0, 19.0
    values = [v for r in rows for v in r[2:4]] + [r[2] * math.sqrt(s["n"] / 1e6) for r in rows]
    low, high = math.log10(min(values)) - 0.1, math.log10(max(values)) + 0.1

    def x(v: float) -> float:
        return left + (math.log10(v) - low) / (high - low) * (right - left)

    parts = [
        text(16, 24, "How far two normal days lie apart, and how far a row-level test believes they may", "title"),
        dot(22, 40, "dot", 4), text(32, 44, "real spread between days"),
        dot(202, 40, "bad", 4), text(212, 44, f"error of a day of {s['n']:.0f} rows"),
        '<circle class="mark" fill="none" cx="384" cy="40" r="3.5"/>', text(394, 44, "the same of a million rows"),
        text(right + 54, 66, "spread ÷ error", anchor="end"),
    ]  # fmt: skip
    end = top + tall * len(rows)
    for t in (0.001, 0.01, 0.1, 1.0):
        if low <= math.log10(t) <= high:
            parts += [rule(x(t), top - 12, x(t), end), text(x(t), end + 16, f"{t:g}", anchor="middle")]
    for k, (name, about, error, real) in enumerate(rows):
        y = top + tall * k
        label = f"{name} = {about}" if about else name
        big = error * math.sqrt(s["n"] / 1e6)
        parts += [
            text(left - 14, y + 4, label, "ink", "end"),
            rule(x(min(big, real)), y, x(max(error, real)), y, "join"),
            dot(x(real), y, "dot", 4), dot(x(error), y, "bad", 4),
            f'<circle class="mark paper" cx="{x(big):.1f}" cy="{y:.1f}" r="3.5"/>',
            text(right + 54, y + 4, f"{real / error:.2g} ×", anchor="end"),
        ]  # fmt: skip
    parts.append(
        text(left, end + 34, "in spreads of the column’s values (numbers) or arcsin √share (categories); logarithmic")
    )
    return frame("Row-level error against the real spread between days", end + 46, parts)


def relations(f: Facts) -> str:
    """Three faults that no column shows by itself."""
    r = f["relations"]
    said = {
        "swapped": "B6 and EV change places in “carrier”",
        "clock": "weather of five hours ago",
        "shuffled": "each flight has another flight’s prediction",
    }
    parts, top, tall = [], 0.0, 118.0
    left, right = 60.0, WIDE - 216.0
    for name, what in said.items():
        s = r[name]
        course = s["course"]
        xs = along(left, right, len(course))
        known = [v for c in course for v in c[1:] if v is not None] + [s["value"]]
        low, high = min(known), max(known)
        pad = 0.06 * (high - low)
        y = upward(low - pad, high + pad, top + 56, top + 56 + tall)
        last = xs[-1]
        parts += [
            text(16, top + 24, what, "title"),
            text(16, top + 42, f"“{s['signal'][0]}”: {s['title']}"),
            *grids(y, low, high, left, right, "", 3),
            band(xs, [c[3] for c in course], [c[4] for c in course], y),
            line(xs, [c[2] for c in course], y, "expected"),
            line(xs, [c[1] for c in course], y, "line"),
            *(dot(x, y(c[1]), "dot", 1.8) for x, c in zip(xs, course, strict=True)),
            rule(last, y(course[-1][1]), last, y(s["value"]), "mark"),
            dot(last, y(course[-1][1]), "hollow", 3.4),
            dot(last, y(s["value"]), "bad", 4.4),
            *dates(xs, [c[0] for c in course], top + 56 + tall),
            text(right + 24, top + 82, "strength of the day", "ink"),
            text(right + 24, top + 102, f"columns one by one: {s['own_strength']:.2f}"),
            text(right + 24, top + 120, f"with relations: {s['strength']:.2f}", "said" if s["strength"] > 1 else ""),
            text(right + 24, top + 144, f"alerts on {s['found']} of {r['days']} days,", "ink"),
            text(right + 24, top + 160, f"one by one on {s['own']}", "ink"),
        ]
        top += 56 + tall + 34
    return frame("Three faults that no single column shows", top, parts)


def ramp(f: Facts) -> str:
    """A ramp of four weeks, two references, and the day of the alert."""
    s = f["ramp"]
    course = s["course"]
    left, right = 52.0, WIDE - 20.0
    top, bottom, low_top, low_bottom = 82.0, 262.0, 300.0, 370.0
    xs = along(left, right, len(course))
    known = [v for c in course for v in c[1:5] if v is not None]
    low, high = min(known), max(known)
    y = upward(low - 0.01, high + 0.01, top, bottom)
    z = upward(0.0, 2.0, low_top, low_bottom)
    week = [None if i < 7 else median([c[1] for c in course[i - 7 : i]]) for i in range(len(course))]
    start = next(i for i, c in enumerate(course) if c[0] == s["start"])
    parts = [
        text(16, 24, "Planes without a year: from one day on, a registry that nobody keeps up", "title"),
        dot(22, 40, "dot", 2.4),
        text(32, 44, "share of the day’s flights"),
        text(190, 44, "┄┄"),
        text(214, 44, "the week before, which follows"),
        text(470, 44, "┄┄", "said"),
        text(494, 44, "expected four weeks before"),
        *grids(y, low, high, left, right, "share"),
        rule(xs[start] - 5, top - 12, xs[start] - 5, low_bottom, "mark"),
        text(xs[start], top - 4, "the drift begins", "said"),
        line(xs, week, y, "expected"),
        line(xs, [c[3] for c in course], y, "other"),
        line(xs, [c[1] for c in course], y, "line"),
        text(
            left,
            low_top - 8,
            f"strength of this number’s slow drift by itself; an alert above 1, {f['clean']['lasting']} days in a row",
            "ink",
        ),
        rule(left, z(1.0), right, z(1.0), "mark"),
        text(left - 6, z(1.0) + 4, "1", anchor="end"),
        rule(left, z(0.0), right, z(0.0)),
        line(xs, [c[7] for c in course], z, "line"),
    ]
    for x, c in zip(xs, course, strict=True):
        parts.append(dot(x, y(c[1]), "dot", 2))
        if s["alerts"] and c[0] == s["alerts"][0][1]:
            parts += [rule(x, top + 20, x, low_bottom, "mark"), dot(x, y(c[1]), "bad", 4.5), dot(x, z(c[7]), "bad", 4)]
            parts.append(text(x + 7, top + 30, f"alert, day {s['alerts'][0][0]}", "said"))
    parts += dates(xs, [c[0] for c in course], low_bottom)
    return frame("A slow drift, the reference that follows it and the one that does not", low_bottom + 30, parts)


DRAWN = {"columns": columns, "number": number, "spread": spread, "relations": relations, "ramp": ramp}


# ------------------------------------------------------------------------------------------------------------- the page


def numbers_of(f: Facts) -> dict[str, str]:
    """Every number on the page, by the name that it has there."""
    c, t, n, s, r, m = (f[k] for k in ("clean", "tests", "number", "spread", "relations", "ramp"))
    days = r["days"]
    slow = [x for x in c["alerts_told"] if "drifted slowly" in x[4]]
    named = m["alerts"][0][2].split('"')[1] if m["alerts"] else ""
    temp = next(x[3] / x[2] for x in s["rows"] if x[0] == "temp")
    ratio = sorted((x[3] / x[2], x[0]) for x in s["rows"])
    out = {
        "version": f"{c['version']}",
        "days": f"{c['days']}",
        "months": f"{c['months']:.1f}",
        "rows": f"{c['rows']:.0f}",
        "numbers": f"{c['numbers']}",
        "tied": f"{c['relations']}",
        "any": f"{t['any_days']} of {len(t['dates'])}",
        "several": f"{t['median_columns']:.0f} of {len(t['columns'])}",
        "million": f"{t['million']:.4f}",
        "notices": f"{c['notices']}",
        "rate": f"{c['rate']:.1f}",
        "low": f"{c['low']:.1f}",
        "high": f"{c['high']:.1f}",
        "slow-notices": f"{len(slow)}",
        "sudden-notices": f"{c['notices'] - len(slow)}",
        "share": share(c["share"]),
        "saturday": f"{n['saturday']:.0f}",
        "weekday": f"{n['weekday']:.0f}",
        "volume-reach": f"{n['reach']:.0f}",
        "away": f"{n['away']:.1f}",
        "near": f"{n['near']:.1f}",
        "most": f"{ratio[-1][0]:.0f}",
        "most-column": ratio[-1][1],
        "least": f"{ratio[0][0]:.1f}",
        "least-column": ratio[0][1],
        "temp-million": f"{temp * math.sqrt(1e6 / s['n']):.0f}",
        "reach-least": f"{c['reach'][0][3]:.1f}",
        "reach-least-name": f"`{c['reach'][0][1]}` of `{c['reach'][0][0]}`",
        "reach-most": f"{c['reach'][1][3]:.0f}",
        "reach-most-name": f"`{c['reach'][1][1]}` of `{c['reach'][1][0]}`",
        "reach-median": f"{c['reach_median']:.1f}",
        "ramp-to": share(m["loses"]),
        "ramp-over": f"{m['over']}",
        "ramp-first": (
            f"The first alert comes on day {m['alerts'][0][0]}, {day(m['alerts'][0][1])}, and names `{named}`."
            if m["alerts"]
            else "Here that was not enough: this ramp was not told of."
        ),
        "ramp-peak": f"{max(x[7] for x in m['course'] if x[0] >= m['start']):.2f}",
        "alerts-told": told_rows(c["alerts_told"]),
        "sensitivity": sensitivity(f["silence"]),
        "sensitivity-windows": f"{f['silence']['windows']}",
        "sensitivity-day": day(f["silence"]["date"]),
    }
    for name in ("swapped", "clock", "shuffled"):
        out[name] = f"{r[name]['found']} of {days}"
        out[f"{name}-alone"] = f"{r[name]['own']}"
        out[f"{name}-first"] = f"{r[name]['first']}"
    return out | corroborated(f["corroborated"])


def corroborated(f: Facts) -> dict[str, str]:
    """The smallest part of a stuck sensor that alerts."""
    found = next((x for x in f["tries"] if x["strength"] > 1), f["tries"][-1])
    return {
        "stuck": share(found["share"]),
        "stuck-number": f"{found['number']:.2f}",
        "stuck-column": f"{found['column']:.2f}",
        "stuck-strength": f"{found['strength']:.2f}",
        "stuck-numbers": f"{len(found['numbers'])}",
    }


def told_rows(rows: Sequence[Sequence[Any]]) -> str:
    """Every notice on days without a planted fault."""
    lines = ["", "", "| first day | alerts | strength | leads | kind |", "|---|---|---|---|---|"]
    for iso, alerts, column, strength, sentence in rows:
        kind = "slow drift" if "drifted slowly" in sentence else "the day"
        name = "rows" if column == "__volume__" else f"`{column}`"
        lines.append(f"| {day(iso)} | {alerts} | {strength:.2f} | {name} | {kind} |")
    return "\n".join([*lines, "", ""])


def sensitivity(s: Facts) -> str:
    """What a quiet day would have seen."""
    heads = ("column", "all values shifted by", "in spreads", "values missing", "rows moved to another value")
    lines = ["", "", "| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    lines += [f"| `{name}` | " + " | ".join(rest) + " |" for name, *rest in s["columns"]]
    return "\n".join([*lines, "", ""])


def page(f: Facts, old: str) -> str:
    """The page with its numbers in."""
    numbers = numbers_of(f)
    return FIELD.sub(lambda m: f"<!--={m[1]}-->{numbers[m[1]]}<!--/-->", old)


def made() -> dict[Path, str]:
    """What every file should hold."""
    f = json.loads((HERE / "alerts.json").read_text(encoding="utf-8"))
    out = {PICTURES / f"alerts-{name}.svg": draw(f) for name, draw in DRAWN.items()}
    return out | {PAGE: page(f, PAGE.read_text(encoding="utf-8"))}


if __name__ == "__main__":
    for place, content in made().items():
        place.write_text(content, encoding="utf-8")
