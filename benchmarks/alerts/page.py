"""What docs/alerts.md says and shows, measured: real flights of 2013 through the real engine, into docs/alerts.json.

    python -m benchmarks.alerts.page HOME               # every part; those that HOME has already are not measured again
    python -m benchmarks.alerts.page HOME --part ramp   # this part again
    python -m tools.build_alerts                        # then draw the pictures, and put the numbers into the page

Needs the demo's packages. The model of examples/flights scores the flights of April to December, no fault is in them,
and the monitor is the demo's own without labels, so that the inputs have all of its budget. About five minutes of CPU.
"""

import argparse
import json
import pickle
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from benchmarks.alerts.year import FIRST as START
from benchmarks.alerts.year import LAST as END
from benchmarks.alerts.year import LOG, opened, prepare
from examples.flights import source
from examples.flights.model import FIRST, DelayModel
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.grid import between
from tidegauge.core.window import VOLUME, WHOLE, Window
from tidegauge.decisions.expectation import PREDICTORS, Normal
from tidegauge.decisions.history import History
from tidegauge.decisions.incidents import incidents_of
from tidegauge.decisions.judge import Judgement
from tidegauge.decisions.slow import PACES, SHARE
from tidegauge.monitor.durations import PER_MONTH
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.profiles.profile import profile_windows
from tidegauge.replay.poisson import interval
from tidegauge.reports.detectable import rows as seen_rows
from tidegauge.sensitivity.sensitivity import sensitivity_of
from tidegauge.stages.decider import VERSION, Decider
from tidegauge.stages.input_observer import InputObserver
from tidegauge.statistics.signal_set import Signal
from tidegauge.wording.lookup import find

if TYPE_CHECKING:
    from collections.abc import Callable

OUT = Path(__file__).resolve().parents[2] / "docs" / "alerts.json"
TRIAL, ZONE = "trial", "America/New_York"
COLUMNS = ["score", *source.FEATURES]
MILLION = 1_000_000
SIGNIFICANT = 0.05
SATURDAY = 5
SPREADS = 3.0  # either way, of the band in the picture of one number
BEFORE = 30  # days that a per-column test compares a day with

Floats = NDArray[np.float64]
Answer = dict[str, Any]


@dataclass
class Walk:
    """Every day decided in order, with what the judge knew of it."""

    pipeline: Pipeline
    duck: duckdb.DuckDBPyConnection
    decider: Decider
    days: list[Window] = field(default_factory=list)
    decisions: dict[Window, Decision] = field(default_factory=dict)
    judgements: dict[Window, Judgement] = field(default_factory=dict)

    @property
    def observer(self) -> InputObserver:
        """What reads the stored profiles of the inputs."""
        assert isinstance(self.decider.observer, InputObserver)
        return self.decider.observer

    def go(self, windows: list[Window]) -> None:
        """Decide some windows, each by those before it."""
        history = self.past(windows[0])
        for window in windows:
            decided = self.decider.one(window, self.observer.observe(window), "alerts.md", history)
            history.add(window, decided.judgement.record.kept())
            self.days.append(window)
            self.decisions[window], self.judgements[window] = decided.decision, decided.judgement

    def past(self, before: Window) -> History:
        """What was known when a window was decided."""
        records = [(w, self.judgements[w].record) for w in self.days if w < before]
        return History(self.pipeline.calendar, records)

    def what_if(self, window: Window, frame: pd.DataFrame) -> tuple[Decision, Judgement]:
        """The day as it would have been decided with these rows in the place of its own."""
        self.duck.register("incoming", frame)
        self.duck.execute(f"CREATE OR REPLACE TABLE {TRIAL} AS SELECT * FROM {LOG} WHERE FALSE")
        self.duck.execute(f"INSERT INTO {TRIAL} BY NAME SELECT * FROM incoming")
        self.duck.unregister("incoming")
        layouts, segments = self.pipeline.profiler.profiles.layouts()
        contract = self.pipeline.profiler.contract
        mapping = replace(contract.mapping, table=f'"{TRIAL}"')
        ((profile,),) = profile_windows(
            self.pipeline.profiler.warehouse,
            contract.kinds,
            mapping,
            layouts,
            segments,
            [window],
            self.pipeline.monitor.sample,
        )
        made = self.decider.one(
            window, self.observer.observe_profile(window, profile, {}), "what-if", self.past(window)
        )
        return made.decision, made.judgement

    def rows(self, window: Window) -> pd.DataFrame:
        """A day's rows of the log."""
        frame: pd.DataFrame = self.duck.execute(
            f"SELECT * FROM {LOG} WHERE scheduled_at >= ? AND scheduled_at < ? ORDER BY scheduled_at, flight_id",
            [window.start, window.end],
        ).df()
        return frame

    @property
    def judged(self) -> list[Window]:
        """The days that have a verdict."""
        return [w for w in self.days if self.decisions[w].verdict is not Verdict.LEARNING]

    def signal(self, column: str, statistic: str, *others: str) -> int:
        """The place of a signal that is followed."""
        signals = self.decider.measure.signal_set.signals
        return next(
            k
            for k, t in enumerate(signals)
            if (t.column, t.statistic, t.segment) == (column, statistic, WHOLE) and (not others or t.others == others)
        )

    def natural(self, k: int, value: float) -> float:
        """A number in the unit that a person reads."""
        return float(self.decider.measure.natural(self.decider.measure.signal_set.signals[k], value))

    def course(self, k: int, days: list[Window], spreads: float = np.nan) -> list[list[Any]]:
        """Of each day its date, a number's value, what was expected, and the ends of a band.

        The band is so many spreads wide to either side, or else as wide as the number may go without being an alert.
        """
        out: list[list[Any]] = []
        for w in days:
            j = self.judgements[w]
            half = (j.reach[k] if np.isnan(spreads) else spreads) * j.scored.scale[k]
            middle = j.scored.expected[k]
            values = (j.record.x[k], middle, middle - half, middle + half)
            out.append([date(w), *(self.natural(k, float(v)) for v in values)])
        return out


def date(window: Window) -> str:
    """The local date of a day."""
    return str((window.start - timedelta(hours=4)).date())


def own_strength(judgement: Judgement, tied: NDArray[np.bool_]) -> float:
    """How strong a day would be if columns were looked at one by one."""
    assert judgement.tail is not None
    own = np.where(tied, 0.0, judgement.surprise)
    return float(judgement.tail.strongest(own) / judgement.threshold)


# ------------------------------------------------------------------------------------------------------------- the walk


def walk(pipeline: Pipeline, duck: duckdb.DuckDBPyConnection, kept: Path) -> Walk:
    """All days of the log, decided; `kept` holds them for the next time."""
    windows = between("day", ZONE, START, END)
    pipeline.profile(windows)
    decider = pipeline.decider("inputs")
    assert decider is not None
    made = Walk(pipeline, duck, decider)
    if kept.exists():  # delete it after a change of the engine
        made.days, made.decisions, made.judgements = pickle.loads(kept.read_bytes())  # noqa: S301 - our own
        return made
    made.go(windows)
    kept.write_bytes(pickle.dumps((made.days, made.decisions, made.judgements)))
    return made


# ------------------------------------------------------------------------------------------------------------ the parts


def clean(seen: Walk) -> Answer:
    """What is followed, and what was told of eight months in which nothing was planted."""
    v, days = seen.decider.measure.signal_set, seen.judged
    incidents = incidents_of([seen.decisions[w] for w in seen.days])
    months = len(days) / PER_MONTH["day"]
    low, high = interval(len(incidents), months)
    told = []
    for incident in incidents:
        d = seen.decisions[incident.first]
        told.append([date(incident.first), incident.alerts, d.findings[0].column, d.strength, d.sentence])
    last = seen.judgements[days[-1]]
    assert last.tail is not None
    reach = last.tail.signals.reach(last.threshold)
    levels = np.array([not t.tied for t in v.levels])
    inner = np.flatnonzero(levels & np.isfinite(last.scored.scale[: len(v.levels)]))
    least, most = inner[np.argmin(reach[inner])], inner[np.argmax(reach[inner])]
    return {
        "version": VERSION,
        "days": len(days),
        "months": months,
        "first": date(days[0]),
        "last": date(days[-1]),
        "rows": float(np.median([seen.decisions[w].rows for w in days])),
        "numbers": len(v.signals),
        "relations": sum(t.tied for t in v.signals),
        "distances": len(v.distances),
        "columns": len(COLUMNS),
        "budget": seen.pipeline.monitor.alerts.budget,
        "alerts": sum(seen.decisions[w].verdict is Verdict.ALERT for w in days),
        "notices": len(incidents),
        "rate": len(incidents) / months,
        "low": low,
        "high": high,
        "alerts_told": told,
        "reach": [_named(seen, k, reach[k]) for k in (least, most)],
        "reach_median": float(np.median(reach[inner])),
        "share": SHARE,
        "width": PACES["day"].width,
        "lasting": PACES["day"].lasting,
        "strength": [[date(w), seen.decisions[w].strength] for w in days],
    }


def _named(seen: Walk, k: int, value: float) -> list[Any]:
    t = seen.decider.measure.signal_set.signals[k]
    return [t.column, t.statistic, seen.decider.measure.about(t), float(value)]


def tests(seen: Walk) -> Answer:
    """Every column of every day against the 30 days before it: Kolmogorov–Smirnov for numbers, χ² for categories."""
    frames = {w: seen.rows(w) for w in seen.days}
    days = seen.judged
    limit = SIGNIFICANT / len(COLUMNS)
    grid = []
    for w in days:
        at = seen.days.index(w)
        past = pd.concat([frames[v] for v in seen.days[max(0, at - BEFORE) : at]])
        grid.append([int(_p(frames[w][c], past[c]) < limit) for c in COLUMNS])
    table = np.array(grid)
    month = PER_MONTH["day"]
    quiet = [k for k, w in enumerate(days) if seen.decisions[w].verdict is not Verdict.ALERT]
    return {
        "dates": [date(w) for w in days],
        "columns": COLUMNS,
        "grid": ["".join(map(str, row)) for row in table.tolist()],
        "alerts": [int(seen.decisions[w].verdict is Verdict.ALERT) for w in days],
        "any_days": int(table.any(axis=1).sum()),
        "any_a_month": float(table.any(axis=1).mean() * month),
        "all_quiet": int((~table[quiet].any(axis=1)).sum()),
        "median_columns": float(np.median(table.sum(axis=1))),
        # of two samples of a million, the least difference of means that such a test calls significant
        "million": float(stats.norm.isf(limit / 2) * np.sqrt(2 / MILLION)),
        "limit": limit,
    }


def _p(now: pd.Series, past: pd.Series) -> float:
    if now.dtype.kind in "fiu":
        return float(stats.ks_2samp(now.dropna(), past.dropna(), method="asymp").pvalue)
    a, b = now.fillna("").value_counts(), past.fillna("").value_counts()
    names = a.index.union(b.index)
    table = np.array([a.reindex(names, fill_value=0), b.reindex(names, fill_value=0)])
    rare = table.sum(axis=0) < 5 * table.sum() / max(table[0].sum(), 1)  # fewer than five expected in the day
    if rare.any():
        table = np.column_stack([table[:, ~rare], table[:, rare].sum(axis=1)])
    return float(stats.chi2_contingency(table).pvalue)


def number(seen: Walk) -> Answer:
    """One number through weeks with its band, and what a reference of the last seven days alone would say of it."""
    k = seen.signal(VOLUME, "volume")
    days = [w for w in seen.judged if "2013-08-25" <= date(w) <= "2013-10-26"]
    trailing = []
    for w in days:
        before = [seen.judgements[v].record.x[k] for v in seen.days if v < w][-7:]
        trailing.append(seen.natural(k, float(np.median(before))))
    course = seen.course(k, days, SPREADS)
    saturdays = [i for i, w in enumerate(days) if datetime.fromisoformat(date(w)).weekday() == SATURDAY]
    weekdays = [i for i, w in enumerate(days) if datetime.fromisoformat(date(w)).weekday() < SATURDAY]
    away, near = [], []  # in spreads: from the last seven days, and from what was expected
    for i in saturdays:
        j = seen.judgements[days[i]]
        away.append(abs(j.record.residuals[PREDICTORS.index("trailing")][k]) / j.scored.scale[k])
        near.append(j.record.z[k])
    return {
        "course": course,
        "spreads": SPREADS,
        "reach": float(np.median([seen.judgements[w].reach[k] for w in days])),
        "trailing": trailing,
        "saturdays": len(saturdays),
        "saturday": float(np.median([course[i][1] for i in saturdays])),
        "weekday": float(np.median([course[i][1] for i in weekdays])),
        "away": float(np.median(away)),
        "near": float(np.median(near)),
        "outside": sum(not c[3] <= c[1] <= c[4] for c in course),
        "alerts": sum(seen.decisions[days[i]].verdict is Verdict.ALERT for i in saturdays),
    }


def spread(seen: Walk) -> Answer:
    """The error that a day's rows give a number, and how far normal days really lie apart."""
    v, last = seen.decider.measure.signal_set, seen.days[-1]
    history = seen.past(last)
    spreads = seen.decider.judge.spreads(last, history, Normal(signal_set=v))
    scale = np.fmin.reduce(spreads.scale)
    days = seen.judged[-120:]
    error = np.nanmedian([seen.judgements[w].record.error for w in days], axis=0)
    n = float(np.median([seen.decisions[w].rows for w in days]))
    rows: list[tuple[str, str, float, float]] = []
    for column in COLUMNS:
        statistic = "location" if column in ("score", *source.NUMERIC) else "top-share-1"
        k = seen.signal(column, statistic)
        rows.append((column, seen.decider.measure.about(v.signals[k]), float(error[k]), float(scale[k])))
    ratio = [r[3] / r[2] for r in rows]
    return {
        "rows": rows,
        "n": n,
        "median": float(np.median(ratio)),
        "most": max(zip(ratio, [r[0] for r in rows], strict=True)),
        "least": min(zip(ratio, [r[0] for r in rows], strict=True)),
        "million": float(np.median(ratio) * np.sqrt(MILLION / n)),
    }


SWAP = {"B6": "EV", "EV": "B6"}
OFF = 5  # hours


def relations(seen: Walk) -> Answer:
    """Three faults that no column shows by itself, in every sixth normal day."""
    v = seen.decider.measure.signal_set
    tied = np.array([t.tied for t in v.signals], dtype=bool)
    fine = [w for w in seen.judged if "2013-07-01" <= date(w) < "2013-12-20" and seen.decisions[w].strength < 0.8][::6]
    out: Answer = {"days": len(fine)}
    for name, plant in {"swapped": _swapped, "clock": _clock, "shuffled": _shuffled}.items():
        made = []
        for w in fine:
            decision, judgement = seen.what_if(w, plant(seen, w))
            made.append((w, decision, judgement, own_strength(judgement, tied)))
        found = [m for m in made if m[1].verdict is Verdict.ALERT]
        shown = sorted(made, key=lambda m: m[1].strength)[len(made) // 2]  # the middle one: no better than usual
        w, decision, judgement, own = shown
        about = np.array([not {t.column, *t.others}.isdisjoint(BLAMED[name]) for t in v.signals])
        k = int(np.argmax(np.where(tied & about, judgement.surprise, 0.0)))
        t = v.signals[k]
        days = [d for d in seen.judged if d <= w][-43:]
        out[name] = {
            "found": len(found),
            "own": sum(m[3] > 1 for m in made),
            "own_median": float(np.median([m[3] for m in made])),
            "median": float(np.median([m[1].strength for m in made])),
            "first": sum(m[1].findings[0].column in BLAMED[name] for m in found),
            "date": date(w),
            "signal": [t.column, t.statistic, list(t.others)],
            "title": _title(t),
            "course": seen.course(k, days),
            "value": seen.natural(k, float(judgement.record.x[k])),
            "strength": decision.strength,
            "own_strength": own,
            "sentence": decision.sentence,
        }
    return out


BLAMED = {"swapped": ("carrier",), "clock": tuple(source.WEATHER), "shuffled": ("score",)}


def _swapped(seen: Walk, window: Window) -> pd.DataFrame:
    return seen.rows(window).assign(carrier=lambda f: f["carrier"].map(lambda c: SWAP.get(c, c)))


def _clock(seen: Walk, window: Window) -> pd.DataFrame:
    """The weather of five hours before: local time was taken for UTC, about."""
    frame = seen.rows(window)
    weather = source._weather()  # noqa: SLF001 - the demo's own join, an hour wrong
    weather["hour_at"] += pd.Timedelta(hours=OFF)
    at = frame["scheduled_at"].dt.tz_convert("UTC").dt.floor("h").astype(weather["hour_at"].dtype)
    joined = frame[["origin"]].assign(hour_at=at).merge(weather, on=["origin", "hour_at"], how="left")
    return frame.assign(**{c: joined[c].to_numpy() for c in source.WEATHER})


def _shuffled(seen: Walk, window: Window) -> pd.DataFrame:
    frame = seen.rows(window)
    return frame.assign(score=np.random.default_rng(8).permutation(frame["score"].to_numpy()))


def corroborated(seen: Walk) -> Answer:
    """A fault that several numbers of one column show a little: the demo's stuck sensor, in a part of the rows."""
    v = seen.decider.measure.signal_set
    window = next(w for w in seen.days if date(w) == "2013-12-18")
    tries = []
    for share in (0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3, 0.4):
        frame = seen.rows(window)
        hit = np.random.default_rng(18).random(len(frame)) < share
        frame.loc[hit, "wind_speed"] = frame["wind_speed"].iloc[0]
        decision, j = seen.what_if(window, frame)
        mine = [k for k, t in enumerate(v.signals) if t.column == "wind_speed" and j.surprise[k] > 1.5]
        numbers = sorted(
            ((v.signals[k].statistic, float(j.surprise[k] / j.threshold)) for k in mine), key=lambda x: -x[1]
        )
        tries.append(
            {
                "share": share,
                "strength": decision.strength,
                "number": float(j.surprise.max() / j.threshold),
                "column": float(j.columns.max() / j.threshold),
                "numbers": numbers,
                "leads": decision.findings[0].column if decision.findings else "",
            }
        )
    return {"tries": tries}


RAMP, OVER, LOSES = datetime(2013, 10, 7, 4, tzinfo=UTC), 28, 0.20


def ramp(seen: Walk, home: Path) -> Answer:
    """Planes fade from a registry that is no longer kept up, a little more every day for four weeks."""
    shutil.copy(home / "tidegauge.db", home / "ramp.db")
    days = [w for w in seen.days if w.start >= RAMP][: OVER + 14]
    model = DelayModel.load(home / "models" / f"{FIRST}.pickle")
    with opened(home, "ramp.db") as (pipeline, duck):
        for k, w in enumerate(days):
            frame = seen.rows(w)
            draw = np.random.default_rng(20131007).random(400_000)[frame["flight_id"].to_numpy()]
            lost = draw < LOSES * min((k + 1) / OVER, 1.0)
            frame.loc[lost, ["plane_year", "seats"]] = np.nan
            frame.loc[lost, "manufacturer"] = None
            frame["score"] = model.score(frame)
            duck.execute(f"DELETE FROM {LOG} WHERE scheduled_at >= ? AND scheduled_at < ?", [w.start, w.end])
            duck.register("incoming", frame)
            duck.execute(f"INSERT INTO {LOG} BY NAME SELECT * FROM incoming")
            duck.unregister("incoming")
        pipeline.profile(days, again=True)
        decider = pipeline.decider("inputs")
        assert decider is not None
        before = [w for w in seen.days if w < days[0]]
        made = Walk(
            pipeline,
            duck,
            decider,
            before,
            {w: seen.decisions[w] for w in before},
            {w: seen.judgements[w] for w in before},
        )
        made.go(days)
    return _ramp_told(seen, made, days)


def _ramp_told(seen: Walk, made: Walk, days: list[Window]) -> Answer:
    k = made.signal("plane_year", "missing")
    shown = [w for w in made.days if days[0].start - timedelta(days=28) <= w.start]
    rows: list[list[Any]] = []
    for w in shown:
        j = made.judgements[w]
        nearest = int(j.slow.nearest[k])
        seasonal = j.expectation.base[0][k]  # the same weekdays of the last weeks
        lagged = j.expectation.lagged[nearest, k]
        recent = [made.judgements[v].record.x[k] for v in made.days if v <= w][-PACES["day"].width :]
        edge = lagged + j.slow.reach[k]
        values = (j.record.x[k], seasonal, lagged, float(np.mean(recent)), edge)
        rows.append(
            [
                date(w),
                *(made.natural(k, float(v)) for v in values),
                float(j.sudden),
                _own(j, k),
                made.decisions[w].verdict.value,
            ]
        )
    last = PACES["day"].lasting
    own = [i for i in range(last - 1, len(rows)) if min(r[7] for r in rows[i + 1 - last : i + 1]) > 1]
    first = next((rows[i][0] for i in own if rows[i][0] >= date(days[0])), None)
    alerts = [w for w in days if made.decisions[w].verdict is Verdict.ALERT]
    without = [w for w in days if made.judgements[w].sudden > 1]
    return {
        "course": rows,
        "start": date(days[0]),
        "over": OVER,
        "loses": LOSES,
        "found": first,
        "day": next((i + 1 for i, w in enumerate(days) if date(w) == first), None),
        "alerts": [[days.index(w) + 1, date(w), made.decisions[w].sentence] for w in alerts],
        "sudden": [days.index(w) + 1 for w in without],
        "clean_alerts": [days.index(w) + 1 for w in days if seen.decisions[w].verdict is Verdict.ALERT],
    }


def _own(judgement: Judgement, k: int) -> float:
    """How strong a slow drift of one number is."""
    slow = judgement.slow
    return float(slow.z[k] / slow.edge[k])


def silence(seen: Walk) -> Answer:
    """What a quiet day would have seen."""
    w = next(w for w in reversed(seen.days) if seen.decisions[w].strength < 0.6 and date(w) < "2013-12-20")
    found = sensitivity_of(seen.decider.over(past=seen.past), w)  # what was decided here is in no store
    assert found is not None
    return {
        "date": date(w),
        "windows": found.windows,
        "note": found.note,
        "columns": [[r.column, r.shift, r.spreads, r.missing, r.moved] for r in seen_rows(found)],
    }


# ------------------------------------------------------------------------------------------------------------- together


def main() -> None:
    """Measure what is missing, and write docs/alerts.json."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("home", type=Path)
    words.add_argument("--part", action="append", default=[], help="measure this part again")
    asked = words.parse_args()
    home = asked.home.resolve()
    prepare(home)
    parts: dict[str, Callable[[Walk], Answer]] = {
        "clean": clean,
        "number": number,
        "ramp": lambda seen: ramp(seen, home),
        "silence": silence,
        "corroborated": corroborated,
        "spread": spread,
        "tests": tests,
        "relations": relations,
    }
    todo = [p for p in parts if p in asked.part or not (home / f"{p}.json").exists()]
    if todo:
        with opened(home, "tidegauge.db") as (pipeline, duck):
            seen = walk(pipeline, duck, home / "walk.pickle")
            for part in todo:
                print(f"{datetime.now(UTC):%H:%M:%S} {part}", flush=True)
                (home / f"{part}.json").write_text(json.dumps(_short(parts[part](seen))), encoding="utf-8")
    every = {p: json.loads((home / f"{p}.json").read_text(encoding="utf-8")) for p in parts}
    OUT.write_text(
        "{\n" + ",\n".join(f"{json.dumps(p)}: {json.dumps(a)}" for p, a in every.items()) + "\n}\n", encoding="utf-8"
    )


def _short(value: Any) -> Any:  # noqa: ANN401 - JSON is anything
    """Five digits; infinite and missing numbers as null."""
    if isinstance(value, dict):
        return {k: _short(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_short(v) for v in value]
    if isinstance(value, float | np.floating):
        return float(f"{value:.5g}") if np.isfinite(value) else None
    return value


def _title(signal: Signal) -> str:
    """What a signal is, in words."""
    known = find(signal.statistic)
    return (known.title if known else signal.statistic).format(others=", ".join(signal.others))


if __name__ == "__main__":
    main()
