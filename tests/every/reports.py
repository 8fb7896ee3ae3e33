"""Reports as the pipeline makes them, for the sinks' tests: made by formula, so that they are the same everywhere."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import NormalDist

from tidegauge.core.changed_place import ChangedPlace, Whereabouts
from tidegauge.core.decision import CellShift, Decision, Finding, Score, Verdict
from tidegauge.core.incident import Incident, IncidentStatus, Severity, Turn
from tidegauge.core.parity import Fairness, Lies, Parity
from tidegauge.core.performance import Figure, Performance
from tidegauge.core.window import VOLUME, WHOLE, Window
from tidegauge.reports.report import (
    BARS,
    HISTOGRAM,
    Cell,
    Panel,
    PastWindow,
    Point,
    PredictionThen,
    Report,
    Stirred,
    Strip,
    StripRow,
)

ZONE = "America/New_York"
NIGHT = datetime(2013, 12, 12, 5, tzinfo=UTC)  # midnight in New York
SQL = """SELECT avg(CAST("temp" AS DOUBLE)) AS value
FROM (SELECT * FROM inference_log
      WHERE "scheduled_at" >= TIMESTAMPTZ '2013-12-12 05:00:00+00'
        AND "scheduled_at" <  TIMESTAMPTZ '2013-12-13 05:00:00+00') AS rows
WHERE isfinite("temp")"""


def day(back: int) -> Window:
    """The day that lies so many days before the decision's own."""
    start = NIGHT - timedelta(days=back)
    return Window(start, start + timedelta(days=1), "day")


def wave(i: int) -> float:
    """A bounded wobble that never repeats soon."""
    return math.sin(i * 2.399) * 0.6 + math.sin(i * 0.71 + 1) * 0.4


def normal(mean: float, sd: float) -> Callable[[float], float]:
    return NormalDist(mean, sd).cdf


def numeric_cells(
    was: Callable[[float], float], now: Callable[[float], float], at: NormalDist, missing: tuple[float, float] = (0, 0)
) -> tuple[Cell, ...]:
    """150 quantile cells of `at`, doubling tails on both sides, one beyond each, then missing."""
    body = [at.inv_cdf((i + 0.5) / 150) for i in range(150)]
    tails = [at.stdev * 0.02 * 2**i for i in range(22)]
    edges = [-math.inf, *(body[0] - t for t in reversed(tails)), *body, *(body[-1] + t for t in tails), math.inf]

    def part(cdf: Callable[[float], float], low: float, high: float, gone: float) -> float:
        upper = 1.0 if high == math.inf else cdf(high)
        return (upper - (0.0 if low == -math.inf else cdf(low))) * (1 - gone)

    cells = [
        Cell(f"[{low:.4g}, {high:.4g})", low, high, part(was, low, high, missing[0]), part(now, low, high, missing[1]))
        for low, high in pairwise(edges)
    ]
    return (*cells, Cell("missing", None, None, *missing))


def series(level: float, size: float, last: float, n: int = 60) -> tuple[Point, ...]:
    """A statistic with a weekly season and what like windows were; the last value is the decision's own."""
    out = []
    for back in range(n, -1, -1):
        season = size * 0.8 * math.sin(2 * math.pi * back / 7)
        value = level + season + size * 0.5 * wave(back)
        learning = back > n - 8
        low, high = (math.nan, math.nan) if learning else (level + season - size, level + season + size)
        expected = math.nan if learning else level + season
        alerted = not back and abs(last - level) > 3 * size
        out.append(Point(day(back).start, last if back == 0 else value, expected, low, high, alerted))
    return tuple(out)


def timeline(last: float, verdict: Verdict, n: int = 60) -> tuple[PastWindow, ...]:
    points = []
    for back in range(n, 0, -1):
        strength = round(0.35 + 0.25 * abs(wave(back)) + 0.1 * (back % 7 == 3), 3)
        said = Verdict.FINE
        if back > n - 8:
            strength, said = 0.0, Verdict.LEARNING
        if back == 31:
            strength, said = 0.0, Verdict.OUTAGE
        if back in (17, 16):
            strength, said = 1.8 - 0.3 * (back == 16), Verdict.ALERT
        points.append(PastWindow(day(back), strength, said))
    return (*points, PastWindow(day(0), last, verdict))


LIKE = tuple(day(7 * i).key for i in range(1, 9))


def score(
    column: str,
    statistic: str,
    value: float,
    band: tuple[float, float],
    z: float,
    *,
    segment: str = WHOLE,
    pool: str = "same_weekday",
    n: int = 912,
) -> Score:
    surprise = min(0.4 * abs(z), 40.0)
    middle, reach = sum(band) / 2, (band[1] - band[0]) / 5  # like windows lie well inside of what alerts
    return Score(
        column, statistic, segment, value, middle, *band, z, surprise, pool, n, LIKE,
        least=middle - reach, most=middle + reach, like="8 past Thursdays",
    )  # fmt: skip


def incident(*columns: str, stage: str = "inputs", alerts: int = 2) -> Incident:
    first = day(alerts - 1)
    status = IncidentStatus.CONTINUED if alerts > 1 else IncidentStatus.OPENED
    return Incident(
        "a41c09f2b7d35e88", "flights-delay", stage, status, first, day(0), columns, alerts, Severity.HIGH, 9.4,
        (9.4, 1.3)[: len(columns)], tuple(day(k) for k in reversed(range(alerts))),
        (Turn(IncidentStatus.OPENED, first),),
    )  # fmt: skip


def strip(*columns: str, n: int = 42, verdict: Verdict = Verdict.FINE) -> Strip:
    """All columns over so many windows: the first leads, the second follows, the last is quiet."""
    past = timeline(4.0, verdict, n - 1)
    rows = []
    for j, column in enumerate(columns):
        loud = 0.9 if j + 1 == len(columns) else 0.45
        cells = [Stirred.NEAR if wave(i * 7 + j) > loud else Stirred.QUIET for i in range(n)]
        cells[0] = Stirred.UNKNOWN
        if verdict is Verdict.ALERT:
            cells[-1] = Stirred.LED if not j else Stirred.STRANGE if j == 1 else cells[-1]
        rows.append(StripRow(column, WHOLE, tuple(cells), follows=j == 1 and verdict is Verdict.ALERT))
    return Strip(past, tuple(rows))


def numeric() -> Report:
    """A unit changed: temperatures of one night are Celsius among Fahrenheit."""
    cells = numeric_cells(normal(46, 9), normal(7.8, 4.9), NormalDist(46, 9), (0.004, 0.006))
    findings = (
        Finding(
            "temp",
            WHOLE,
            9.4,
            (
                score("temp", "mean", 7.81, (38.2, 55.1), -31.2),
                score("temp", "wasserstein", 4.21, (0.0, 0.62), 28.9),
                score("temp", "hellinger", 0.934, (0.04, 0.21), 19.4),
                score("temp", "missing_rate", 0.006, (0.0, 0.012), 0.3),
            ),
            (CellShift("[36, 37.1)", 0.031, 0.0), CellShift("< 12", 0.0004, 0.807), CellShift("[45, 46)", 0.045, 0.0)),
            SQL,
        ),
        Finding(
            "dewp",
            "EWR",
            1.3,
            (score("dewp", "mean", 24.8, (29.4, 41.0), -5.1, segment="EWR", n=310),),
            (),
            SQL.replace("temp", "dewp"),
        ),
    )
    decision = Decision(
        "flights-delay",
        day(0),
        "inputs",
        Verdict.ALERT,
        "Alert: `temp` of Thursday 12 December is unlike the 8 Thursdays before: mean 7.8 where 38–55 was expected.",
        "5b0f6a0cde1198f2",
        strength=9.4,
        rows=912,
        findings=findings,
        notes=(
            "Compared with the same weekday: 8 of the last 8 Thursdays. Thanksgiving (28 November) was left out.",
            "`wind_gust` could not be judged: 71 % of its rows are missing, as in the windows before.",
        ),
    )
    panels = (
        Panel("temp", WHOLE, HISTOGRAM, cells, series(46, 5, 7.81), "mean"),
        Panel(
            "dewp", "EWR", HISTOGRAM, numeric_cells(normal(35, 8), normal(26, 7), NormalDist(35, 8)),
            series(35, 5.5, 24.8), "mean",
        ),
    )  # fmt: skip
    mine = incident("temp", "dewp")
    place = ChangedPlace((("origin", "EWR"),), 0.41, 0.4, 0.96, 0.004, 0.98, 0.97, 1.0, 24.2)
    pair = ChangedPlace((("carrier", "AA"), ("hour", "6 to 8")), 0.02, 0.02, 0.9, 0.0, 0.2, -0.004, 0.31, 7.1, 1)
    where = (
        Whereabouts("temp", WHOLE, ("< 12", "12 to 14"), 0.404, 0.001, 912, 7_204, 8, 1_731, (place, pair)),
        Whereabouts("dewp", "EWR", ("[20, 25)",), 0.3, 0.28, 41, 320, 8, 0, silent="There are too few sampled rows."),
    )
    past = timeline(9.4, Verdict.ALERT)
    then = PredictionThen("score", 0.171, 0.155, 0.183, "8 past Thursdays")
    due = NIGHT + timedelta(days=2, hours=2)
    return Report(
        decision, mine, "flights-delay", past, panels, ZONE, (mine,), "flights.yml", where=where,
        prediction=then, labels_due=due, strip=strip("temp", "dewp", "humid", "carrier", verdict=Verdict.ALERT),
    )  # fmt: skip


CARRIERS = {"UA": 0.19, "B6": 0.165, "EV": 0.151, "DL": 0.142, "AA": 0.096, "MQ": 0.078, "US": 0.061, "9E": 0.054,
            "WN": 0.034, "VX": 0.0148, "FL": 0.009, "AS": 0.0024, "F9": 0.0018, "YV": 0.0006, "HA": 0.0004}  # fmt: skip


def categorical() -> Report:
    """A category was re-cased: UA arrives as ua."""
    cells = [Cell(name, None, None, p, 0.0 if name == "UA" else p * (1 + 0.04 * wave(i)))
             for i, (name, p) in enumerate(CARRIERS.items())]  # fmt: skip
    cells.append(Cell("never seen (ua)", None, None, 0.0, 1 - sum(c.current_share for c in cells)))
    finding = Finding(
        "carrier",
        WHOLE,
        4.7,
        (
            score("carrier", "new_categories", 0.191, (0.0, 0.004), 22.0),
            score("carrier", "population_stability_index", 2.87, (0.0, 0.09), 14.1),
            score("carrier", "share_of_UA", 0.0, (0.171, 0.21), -18.0),
        ),
        (CellShift("UA", 0.19, 0.0), CellShift("never seen (ua)", 0.0, 0.191)),
        "SELECT avg(CASE WHEN \"carrier\" IN ('UA', 'B6', 'EV') THEN 0 ELSE 1 END) AS value\nFROM inference_log",
    )
    decision = Decision(
        "flights-delay",
        day(0),
        "inputs",
        Verdict.ALERT,
        "Alert: `carrier` holds 19 % of values never seen before, mostly `ua`; `UA` is gone.",
        "77c0ffee00000001",
        strength=4.7,
        rows=912,
        findings=(finding,),
    )
    panel = Panel("carrier", WHOLE, BARS, tuple(cells), series(0.001, 0.001, 0.191), "new_categories")
    return Report(
        decision, incident("carrier", alerts=1), "flights-delay", timeline(4.7, Verdict.ALERT), (panel,), ZONE
    )


def labels() -> Report:
    """Labels of one segment were flipped."""
    finding = Finding(
        "late",
        "AA",
        2.2,
        (
            score("late", "auc", 0.312, (0.61, 0.78), -9.9, segment="AA", n=88, pool="trailing"),
            score("late", "label_minus_prediction", 0.41, (-0.08, 0.09), 8.7, segment="AA", n=88),
        ),
        (),
        "SELECT 1",
    )
    decision = Decision(
        "flights-delay",
        day(0),
        "labels",
        Verdict.ALERT,
        "Alert: predictions for `AA` rank late flights last: AUC 0.31 where 0.61–0.78 was expected.",
        "1abe15",
        strength=2.2,
        rows=905,
        findings=(finding,),
        notes=("7 of 912 labels have not arrived.",),
        provisional=True,
    )
    panel = Panel("late", "AA", BARS, (), series(0.7, 0.07, 0.312), "auc")
    return Report(
        decision, incident("late", stage="labels", alerts=1), "flights-delay", timeline(2.2, Verdict.ALERT),
        (panel,), ZONE, title="labels", noun="label", performance=performance(905, 912),
    )  # fmt: skip


def performance(labelled: int, predictions: int, note: str = "", n: int = 60) -> tuple[Performance, ...]:
    """Numbers of sixty days and the decision's own, with a number that only some days have, and one only shown."""
    return tuple(
        _day(back, labelled if not back else 880, predictions, note * (not back), n) for back in range(n, -1, -1)
    )


def _day(back: int, labelled: int, predictions: int, note: str, n: int) -> Performance:
    numbers = (
        ("auc", "order of labels by predictions (AUC)", "number", 0.71, 0.05),
        ("accuracy", "accuracy of predictions", "share", 0.84, 0.06),
        ("label-bias", "labels minus predictions", "column", 0.01, 0.04),
        ("half-right", "half of the labels", "number", 0.2, 0.05),
    )
    said = [f for f in numbers if not (note and f[0] == "auc")]
    figures = []
    for name, title, unit, level, size in numbers:
        season = level + size * 0.5 * math.sin(2 * math.pi * back / 7)
        value = season + size * 0.6 * wave(back) - (size * 1.5 if back < 4 and name == "accuracy" else 0)
        value = math.nan if (name, title, unit, level, size) not in said else value
        like = "" if back > n - 8 else "8 past Thursdays"
        least, most = (season - size, season + size) if like else (math.nan, math.nan)
        since = day(3) if not back and name == "accuracy" else None
        figures.append(
            Figure(
                name,
                title,
                unit,
                value,
                value - size / 2,
                value + size / 2,
                season if like else math.nan,
                least,
                most,
                like,
                level,
                level - size / 6,
                level + size / 6,
                since,
                name != "half-right",
            )
        )
    return Performance(day(back), "late", labelled, predictions, tuple(figures), "8 past Thursdays", note)


def labels_fine() -> Report:
    """A fine day of labels, all of one kind: the table is there, and says what it cannot."""
    decision = Decision(
        "flights-delay", day(0), "labels", Verdict.FINE,
        "Fine: Thursday 12 December 2013, 912 labels, is like the 8 past Thursdays.", "1abe16", strength=0.2, rows=912,
    )  # fmt: skip
    note = "Every label is 0: what tells the one kind from the other cannot be said."
    return Report(
        decision, None, "flights-delay", timeline(0.2, Verdict.FINE), (), ZONE, title="labels", noun="label",
        performance=performance(912, 912, note),
        fairness=(groups(),),
    )  # fmt: skip


def groups(column: str = "sex", name: str = "F", note: str = "") -> Fairness:
    """A group that one rate of is outside, one that is not shown, and one of too few rows."""
    cells = (
        ("selection-rate", "selection rate", 0.31, 0.52, 0.5, 0.45, 0.56, Lies.OUTSIDE),
        ("true-positive-rate", "true-positive rate", 0.8, 0.9, 0.89, 0.71, 1.02, Lies.ACROSS),
        ("false-positive-rate", "false-positive rate", 0.1, 0.1, 1.0, 0.9, 1.1, Lies.INSIDE),
        ("positive-predictive-value", "predictive value", math.nan, 0.7, math.nan, math.nan, math.nan, Lies.FEW),
    )
    some = tuple(Parity(c[0], c[1], column, name, "M", c[2], c[3], 1200, 2400, *c[4:]) for c in cells)
    return Fairness(day(0), day(27), day(0), 28, column, "M", 0.5, 0.8, some, note)


def labels_none() -> Report:
    """A day whose labels have not come."""
    sentence = "Learning: Thursday 12 December 2013 has no labels yet."
    decision = Decision("flights-delay", day(0), "labels", Verdict.LEARNING, sentence, "1abe17")
    none = Performance(day(0), "late", 0, 912, (), "", "No label of this window has arrived.")
    return Report(decision, None, "flights-delay", (), (), ZONE, title="labels", noun="label", performance=(none,))


def fine() -> Report:
    """Nothing to say, and the column that was nearest to saying something."""
    finding = Finding("distance", WHOLE, 0.41, (score("distance", "hellinger", 0.11, (0.03, 0.14), 1.2),), (), SQL)
    decision = Decision(
        "flights-delay",
        day(0),
        "inputs",
        Verdict.FINE,
        "Fine: Thursday 12 December is like the 8 Thursdays before.",
        "f1fe",
        strength=0.41,
        rows=912,
        findings=(finding,),
    )
    cells = numeric_cells(normal(1040, 420), normal(1050, 425), NormalDist(1040, 420))
    panel = Panel("distance", WHOLE, HISTOGRAM, cells, series(0.085, 0.05, 0.11), "hellinger")
    yesterday = Incident(
        "0ff1ce0ff1ce0ff1", "flights-delay", "inputs", IncidentStatus.REOPENED, day(4), day(1), (VOLUME,), 3,
        Severity.MEDIUM, 2.2, (2.2,), (day(4), day(3), day(1)),
    )  # fmt: skip
    return Report(
        decision, None, "flights-delay", timeline(0.41, Verdict.FINE), (panel,), ZONE, (yesterday,), "flights.yml",
        strip=strip("temp", "distance", "carrier"),
    )  # fmt: skip


def broken() -> Report:
    """A column is gone; the rest goes on."""
    finding = Finding(VOLUME, WHOLE, 0.6, (score(VOLUME, "volume", 6.81, (6.7, 6.95), -0.4),))
    decision = Decision(
        "flights-delay",
        day(0),
        "inputs",
        Verdict.BROKEN,
        "Broken: column `temp` is not in `inference_log`. Did you mean `temp_f`? The other 14 columns were judged.",
        "b0b0",
        strength=0.6,
        rows=912,
        findings=(finding,),
        notes=("`temp` could not be judged: the table has no such column.",),
        silenced="the weather feed moves to another supplier",
    )
    return Report(decision, None, "flights-delay", timeline(0.6, Verdict.BROKEN), (), ZONE)


HOSTILE = (
    "</script><script>document.title='owned'</script>",
    '"><img src=x onerror="document.title=\'owned\'">',
    "'; DROP TABLE scores; --",
    "{{ 7 * 7 }}{% raw %}${7*7}",
    "safe\u202efdp.exe\u2066\u200f",
    "nul\x00bell\x07escape\x1b[31mred",
    "lone surrogate \ud800 and a line\nbreak, a quote ' and a back`tick",
    "x" * 10_000,
    "שלום عالم",
    "\u200f",
    "",
)


def hostile() -> Report:
    """Foreign text wherever text may come from data."""
    findings = tuple(
        Finding(
            text,
            HOSTILE[(i + 1) % len(HOSTILE)],
            5.0 - i * 0.1,
            (score(text, text[:200], math.inf, (-math.inf, 0.1), math.nan, segment=text, pool=text),),
            (CellShift(text, 0.1, 0.9),),
            f"SELECT '{text}'",
        )
        for i, text in enumerate(HOSTILE)
    )
    panels = tuple(
        Panel(
            f.column, f.segment, BARS,
            tuple(Cell(text, None, None, 0.1, 0.02 * i) for i, text in enumerate(HOSTILE)), series(1, 1, 9), f.column,
        )
        for f in findings
    )  # fmt: skip
    decision = Decision(
        "../../" + HOSTILE[0],
        day(0),
        "inputs",
        Verdict.ALERT,
        "Alert: `" + "` and `".join(HOSTILE) + "`",
        HOSTILE[1],
        strength=5.0,
        rows=10**9,
        findings=findings,
        notes=HOSTILE,
    )
    named = Incident(
        HOSTILE[0],
        decision.monitor,
        "inputs",
        IncidentStatus.CONTINUED,
        day(1),
        day(0),
        tuple(f.column for f in findings),
    )
    figures = tuple(
        Figure(text, text, text, math.inf, -math.inf, math.inf, 1.0, 0.5, 1.5, text, 1.0, 0.5, 1.5, day(3))
        for text in HOSTILE
    )
    told = tuple(Performance(day(back), HOSTILE[0], 10**9, 0, figures, HOSTILE[1], HOSTILE[2]) for back in (1, 0))
    places = tuple(ChangedPlace(((text, text), (text, text)), math.nan, 0.5, 0.1, math.inf) for text in HOSTILE)
    where = tuple(
        Whereabouts(f.column, f.segment, HOSTILE, math.nan, math.inf, 10**9, 0, 1, 10**9, (place,), HOSTILE[0])
        for f, place in zip(findings, places, strict=True)
    )
    return Report(
        decision, named, decision.monitor, timeline(5.0, Verdict.ALERT), panels, ZONE, performance=told,
        fairness=(groups(HOSTILE[0], HOSTILE[1]), groups(note=HOSTILE[2])),
        where=where, strip=strip(*HOSTILE, verdict=Verdict.ALERT),
    )  # fmt: skip


def large(columns: int = 50, windows: int = 60) -> Report:
    """As much as a page may hold: every column strange, each with its pictures."""
    names = [f"feature_{i:02d}" for i in range(columns)]
    cells = numeric_cells(normal(46, 9), normal(52, 12), NormalDist(46, 9), (0.004, 0.016))
    findings = tuple(
        Finding(
            name, WHOLE, 9.0 - i * 0.1,
            tuple(score(name, f"statistic_{k}", 7.81 + k, (38.2, 55.1), -31.2) for k in range(12)),
            tuple(CellShift(f"[{k}, {k + 1})", 0.1, 0.2) for k in range(8)), SQL,
        )
        for i, name in enumerate(names)
    )  # fmt: skip
    panels = tuple(Panel(name, WHOLE, HISTOGRAM, cells, series(46, 5, 7.81, windows - 1), "mean") for name in names)
    decision = Decision(
        "flights-delay", day(0), "inputs", Verdict.ALERT, "Alert: everything moved.", "1a59e",
        strength=9.0, rows=1_000_000, findings=findings,
    )  # fmt: skip
    return Report(
        decision,
        None,
        "flights-delay",
        timeline(9.0, Verdict.ALERT, windows - 1),
        panels,
        ZONE,
        strip=strip(*names, verdict=Verdict.ALERT),
    )


EXAMPLES: dict[str, Callable[[], Report]] = {
    "numeric": numeric,
    "categorical": categorical,
    "labels": labels,
    "labels_fine": labels_fine,
    "labels_none": labels_none,
    "fine": fine,
    "broken": broken,
}
