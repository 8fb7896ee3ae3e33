"""What is fuzzed, and how one input of each is made and tried: 1 where it was taken, 0 where a sentence refused it.

Anything else than an error of ours is a fault: it goes on, with the seed that makes the same input again.
"""

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from tests.fuzz.values import damaged, scratched, text, value
from tests.test_monitor import FULL
from tidegauge.core.errors import TidegaugeError
from tidegauge.monitor.yaml_lines import read_yaml

Target = Callable[[random.Random, Path], None]
SILENT = "alerts: {budget: 2 per year, silences: [{from: 2013-12-24, to: 2013-12-26, why: holidays}]}"
MONITOR: Any = read_yaml(FULL.replace("alerts: {budget: 2 per year}", SILENT)).value
CONF = {"window": "2013-04-01", "windows": ["2013-04-01T05"], "live": True, "new": False, "clock_is_right": True}
SUITE = {
    "name": "s",
    "meta": {"notes": "n"},
    "expectations": [
        {"type": "expect_column_to_exist", "kwargs": {"column": "x"}, "meta": {"notes": "n"}},
        {"type": "expect_table_row_count_to_be_between", "kwargs": {"min_value": 1}},
        {"type": "expect_column_values_to_be_between", "kwargs": {"column": "x", "min_value": 0, "max_value": 9}},
        {"type": "expect_column_values_to_be_in_set", "kwargs": {"column": "c", "value_set": ["a", "b"]}},
    ],
}
CATALOGUE = {
    "windows": 24,
    "trials": 4,
    "sizes": ["small", "large"],
    "faults": [
        "missing",
        {"unit-error": {"columns": ["x"], "trials": 8}},
        {"columns-swapped": {"columns": [["a", "b"]]}},
    ],
}
EVENTS = "start,end,what,column\n2013-04-01,2013-04-02,storm,\n2013-05-01T05,,late feed,x\n"


def monitors(dice: random.Random, home: Path) -> None:
    """A monitor's file: damaged as a tree, or scratched as a text; and what is asked of one that was taken."""
    from tidegauge.monitor.read import load_monitor

    tree = damaged(dice, MONITOR, 0.02)
    place = home / "m.yml"
    written = (
        json.dumps(tree, allow_nan=True) if dice.random() < 0.5 else yaml.dump(tree, allow_unicode=dice.random() < 0.5)
    )
    _write(place, scratched(dice, FULL) if dice.random() < 0.3 else written)
    found = load_monitor(place)
    assert found.source_key
    assert found.where("columns", "time")
    assert len(found.silenced()) >= 0
    found.expanded_store()


def confs(dice: random.Random, home: Path) -> None:
    """What started a run: its conf, its partition key, its events, its interval."""
    del home
    from tidegauge.airflow.resolve import resolve

    conf = value(dice) if dice.random() < 0.1 else damaged(dice, {k: v for k, v in CONF.items() if dice.random() < 0.6})
    extras = [damaged(dice, {"window": "2013-04-01", "rows": 7}) for _ in range(dice.randint(0, 2))]
    ends = [None if dice.random() < 0.3 else datetime(dice.choice((1, 2013, 9999)), 4, 1, tzinfo=UTC) for _ in range(2)]
    resolve(
        dice.choice(("hour", "day", "week")),
        dice.choice(("UTC", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia")),
        conf=conf,
        partition_key=text(dice) if dice.random() < 0.3 else None,
        extras=[extra for extra in extras if isinstance(extra, dict)],
        interval=(ends[0], ends[1]),
    )


def suites(dice: random.Random, home: Path) -> None:
    """A suite that somebody edited; what holds of a column is named, whatever else stands in it."""
    from tidegauge.quality.suite import load

    place = home / "m.expectations.json"
    written = json.dumps(damaged(dice, SUITE))
    _write(place, scratched(dice, written) if dice.random() < 0.3 else written)
    load(place)


def judged(dice: random.Random, home: Path) -> None:
    """The same, judged on a small frame by Great Expectations itself."""
    import pandas as pd

    from tidegauge.quality.judging import judge
    from tidegauge.quality.suite import load

    place = home / "m.expectations.json"
    _write(place, json.dumps(damaged(dice, SUITE, 0.1)))
    judge(load(place), pd.DataFrame({"x": [1.0, None, 12.0], "c": ["a", "b", None]}), 3)


def catalogues(dice: random.Random, home: Path) -> None:
    """Which faults a replay plants, and which events it looks for."""
    from tidegauge.replay.catalogue import read_catalogue
    from tidegauge.replay.events import read_events

    place = home / "faults.yml"
    if dice.random() < 0.3:
        _write(place, scratched(dice, EVENTS))
        read_events(place, "UTC", ["x"] if dice.random() < 0.5 else None)
        return
    written = yaml.dump(damaged(dice, CATALOGUE))
    _write(place, scratched(dice, written) if dice.random() < 0.4 else written)
    read_catalogue(place)


def frames(dice: random.Random, home: Path) -> None:
    """Two frames, compared: odd names, odd types, odd values, no rows, no columns, and odd words about them."""
    del home
    from tidegauge import compare

    sides = [_frame(dice) for _ in range(2)]
    if dice.random() < 0.3:
        sides[1] = sides[0]
    named: dict[str, Any] = {
        role: [text(dice) for _ in range(dice.randint(0, 1))] for role in ("numeric", "categorical", "ignore")
    }
    found = compare(*sides, **(named if dice.random() < 0.3 else {}))
    assert str(found)
    assert found.to_json()


TARGETS: dict[str, Target] = {t.__name__: t for t in (monitors, confs, suites, judged, catalogues, frames)}


def tried(target: str, seed: int, home: Path) -> bool:
    """Whether the input that a seed makes was taken; AssertionError, with the seed, where it is a traceback."""
    dice = random.Random(f"{target} {seed}")
    try:
        TARGETS[target](dice, home)
    except TidegaugeError as error:
        sentence = str(error)
        assert sentence.strip(), f"{target} {seed}: refused without a word"
        return False
    except Exception as error:
        raise AssertionError(f"{target} {seed}: {type(error).__name__}: {str(error)[:300]}") from error
    return True


def _write(place: Path, written: str) -> None:
    place.write_bytes(written.encode("utf-8", "surrogatepass"))


def _frame(dice: random.Random) -> Any:  # noqa: ANN401 - pandas or Arrow
    import pandas as pd
    import pyarrow as pa

    rows = dice.choice((0, 1, 2, 60, 200))
    names = dict.fromkeys(text(dice)[:200] if dice.random() < 0.3 else name for name in "abcd"[: dice.randint(0, 4)])
    columns = {name: _column(dice, rows) for name in names}
    if dice.random() < 0.4:
        try:
            return pa.table({k: pa.array(v) for k, v in columns.items()})
        except (pa.ArrowException, OverflowError, TypeError, ValueError, UnicodeError):  # Arrow's own refusal
            pass
    made = pd.DataFrame({n: _series(dice, cells) for n, cells in enumerate(columns.values())})
    made.columns = pd.Index([*columns], dtype=object)  # pandas' own texts take no half of a character
    return made


def _series(dice: random.Random, cells: list[Any]) -> Any:  # noqa: ANN401 - pandas
    import pandas as pd

    try:
        return pd.Series(cells, dtype=dice.choice((object, None, None)))
    except (OverflowError, ValueError):  # pandas' own refusal
        return pd.Series(cells, dtype=object)


def _column(dice: random.Random, rows: int) -> list[Any]:
    odd = (0.0, 1.5, 1e308, float("nan"), float("-inf"))
    cell: Callable[[], Any] = dice.choice(
        (
            lambda: value(dice),
            lambda: dice.choice((None, True, False)),
            lambda: text(dice)[:300],
            lambda: datetime(dice.choice((1, 1970, 2024, 9999)), 1, 1, tzinfo=UTC),
            lambda: dice.choice(odd),
            lambda: b"\xff\x00",
            lambda: [1, 2],
            lambda: dice.gauss(0, 1),
        )
    )
    return [cell() for _ in range(rows)]
