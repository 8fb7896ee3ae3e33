"""A stage joins by its own module and a word in the list: it is run, decided, shown, replayed, answered as others."""

import json
import sys
import types
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Self

import click
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.begun import open_pipeline
from tests.families.test_statistics import command, on
from tests.pipeline.world import BEGIN, FIRST, YAML, ZONE, a_log, change, day, inside, write_duckdb
from tidegauge.cli.main import main
from tidegauge.core.decision import Detectable, Sensitivity, Verdict
from tidegauge.core.errors import UnknownName
from tidegauge.core.grid import adjoining
from tidegauge.core.window import FIRST_STAGE, STAGES, Window
from tidegauge.decisions.history import History
from tidegauge.decisions.scored import Sample
from tidegauge.monitor import Monitor, load_monitor
from tidegauge.profiles.states.cells import Cells
from tidegauge.sensitivity.stage_changes import Changes, usual
from tidegauge.stages import due, every, share, stage_named
from tidegauge.stages.base import Observation, Observer, Stage
from tidegauge.stages.counting import Counting
from tidegauge.stages.profiler import Profiler, Progress
from tidegauge.stages.stored_profiles import CELLS, StoredProfiles
from tidegauge.statistics.signal_set import Signal, SignalSet
from tidegauge.store.profiles import Entry, ProfileRow, Revision
from tidegauge.tuning.tuning import SHIPPED
from tidegauge.wording.lookup import find

FLOOD = day(50)  # the day on which refunds are many times as many; nothing else is unlike any other day
COUNT = """
SELECT count(*) AS n FROM refunds WHERE epoch_us(refunded) >= $since AND epoch_us(refunded) < $until
"""


class Refunds(Stage):
    """How many refunds a day, from a table of their own, two days later."""

    name: ClassVar[str] = "refunds"
    title: ClassVar[str] = "refunds of a day"
    noun: ClassVar[str] = "refund"

    def wait(self, monitor: Monitor) -> timedelta:
        del monitor
        return timedelta(days=2)

    def profile(
        self, source: Profiler, windows: Sequence[Window], *, again: bool = False, progress: Progress | None = None
    ) -> int:
        del progress
        known = {} if again else source.store.profiles.revisions(source.monitor.source_key, self.name)
        stale = [w for w in windows if w not in known]
        for run in adjoining(stale):
            for entries in self.count(source.counting(), run):
                source.store.profiles.put(source.profiles.source, self.name, entries)
        return len(stale)

    def count(self, what: Counting, windows: Sequence[Window]) -> Iterator[list[Entry]]:
        for w in windows:
            bounds = {"since": int(w.start.timestamp() * 1e6), "until": int(w.end.timestamp() * 1e6)}
            n = int(what.warehouse.fetch(COUNT, bounds)["n"][0])
            cells = Cells(np.zeros(1, dtype=np.int64), np.array([n]))
            yield [(w, Revision(n, "", str(n)), [ProfileRow("*", "refund", "-", CELLS, cells.to_row())])]

    def observer(self, source: Profiler) -> "RefundObserver":
        return RefundObserver(source.profiles)


class RefundMeasure:
    """One number: the logarithm of how many."""

    tuning = SHIPPED
    signal_set = SignalSet((Signal("refund", "volume", floor=0.05, grows=True),), ())

    def natural(self, signal: Signal, value: float) -> float:
        known = find(signal.statistic)
        return value if known is None else known.read(value, None)

    def about(self, signal: Signal) -> str:
        del signal
        return ""

    def levels_in(self, profiles: StoredProfiles, window: Window) -> NDArray[np.float64]:
        return self.sample(profiles, window).x

    @staticmethod
    def sample(profiles: StoredProfiles, window: Window) -> Sample:
        n = refunds(profiles, window)
        level = np.log(np.array([float(max(n, 1))]))
        return Sample(level, np.array([1 / np.sqrt(max(n, 1))]), float(n), lambda _pool, _windows: np.zeros(0))


def refunds(profiles: StoredProfiles, window: Window) -> int:
    """How many a window has."""
    return sum(Cells.from_row(p.blob).rows for p in profiles.stored(Refunds.name, [window]))


@dataclass
class RefundObserver(Observer):
    """Reads how many there were."""

    profiles: StoredProfiles
    measure: RefundMeasure = RefundMeasure()  # noqa: RUF009 - it has no state
    stage: str = Refunds.name
    changes: ClassVar[str] = f"{__name__}:RefundChanges"

    def observe(self, window: Window, excluded: Collection[Window] = ()) -> Observation:
        del excluded
        return Observation(self.measure.sample(self.profiles, window), refunds(self.profiles, window), {})

    def on(self, profiles: StoredProfiles) -> Self:
        return replace(self, profiles=profiles)


class RefundChanges(Changes[RefundObserver]):
    """How many times as many refunds would have been too many."""

    nothing: ClassVar[str] = "A day without refunds shows nothing of them."

    def rows(self, window: Window) -> int:
        return refunds(self.room.profiles, window)

    def work_out(self, history: History, past: Sequence[Window]) -> tuple[float, Sensitivity]:
        del history
        rows, _ = usual([float(self.rows(w)) for w in past])
        return rows, Sensitivity((Detectable("refund", moved=0.5),), len(past))

    def scaled(self, found: Detectable, factor: float, window: Window) -> Detectable:
        del window
        return replace(found, moved=found.moved * factor)


@contextmanager
def joined() -> Iterator[None]:
    """The module is there, and its word in the list."""
    module = types.ModuleType(f"tidegauge.stages.{Refunds.name}")
    module.STAGE = Refunds()  # type: ignore[attr-defined]
    sys.modules[module.__name__] = module
    STAGES.append(Refunds.name)
    try:
        with pytest.MonkeyPatch.context() as patch:
            for option in (p for command in main.commands.values() for p in command.params if p.name == "stage"):
                if isinstance(option.type, click.Choice):  # read from the list when the command line is imported
                    patch.setattr(option.type, "choices", (*option.type.choices, Refunds.name))
            yield
    finally:
        STAGES.remove(Refunds.name)
        del sys.modules[module.__name__]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shop and its refunds, the monitor and a store in which one day was live."""
    folder = tmp_path_factory.mktemp("refunds")
    url = write_duckdb(folder / "shop.duckdb", *a_log())
    change(
        url,
        "CREATE TABLE refunds AS SELECT sold_at AS refunded FROM log WHERE id % 4 = 0",
        f"INSERT INTO refunds SELECT sold_at FROM log, range(12) WHERE {inside(FLOOD)}",
    )
    store = f"sqlite:///{folder}/store.db"
    text = YAML.format(name="shop", store=store, url=url, zone=ZONE, start=FIRST, folder=folder)
    (folder / "shop.yml").write_text(text, encoding="utf-8")
    with joined(), open_pipeline(load_monitor(folder / "shop.yml")) as pipeline:
        pipeline.backfill(BEGIN, FLOOD.start)
        pipeline.run(FLOOD)
        pipeline.run(day(51))
        made = pipeline.run(day(52))
        assert (FLOOD, Refunds.name) in {(d.window, d.stage) for d in made}, "two days later its time has come"
    return folder


def test_it_is_decided_and_alerts(lived: Path) -> None:
    with joined(), open_pipeline(load_monitor(lived / "shop.yml")) as pipeline:
        decisions = {d.window: d for d in pipeline.store.decisions.of("shop", Refunds.name)}
        assert decisions[FLOOD].verdict is Verdict.ALERT
        assert decisions[FLOOD].findings[0].column == "refund"
        fine = [d for w, d in decisions.items() if w != FLOOD and d.verdict is Verdict.FINE]
        assert all(d.sentence.endswith(("past Tuesdays.", "past weekdays.")) or "refunds" in d.sentence for d in fine)
        assert len(fine) > 20
        asked = [i for i in pipeline.store.outbox.carried("shop") if i.intent.payload.get("stage") == Refunds.name]
        assert {c.intent.action for c in asked} >= {"deliver", "notify"}, "and it is shown and told as any other"


def test_every_verb_knows_it(lived: Path, tmp_path: Path) -> None:
    file = str(lived / "shop.yml")
    with joined():
        assert "refund" in command("explain", file, on(FLOOD), "--stage", Refunds.name)
        page = tmp_path / "page.html"
        command("report", file, "--window", on(FLOOD), "--stage", Refunds.name, "--out", str(page))
        assert "refunds of a day" in page.read_text(encoding="utf-8")
        assert f"{Refunds.name}: " in command("status", file)
        listed = [each["incident"] for each in json.loads(command("incident", "list", file, "--json"))]
        (incident,) = [i for i in listed if i["stage"] == Refunds.name]
        told = command("incident", "confirm", file, incident["id"], "--by", "ana", "--note", "a broken till")
        assert incident["id"][:4] in told
        assert "decide" in command("decide", file, "--stage", Refunds.name)


def test_it_says_what_its_windows_would_have_shown(lived: Path) -> None:
    with joined(), open_pipeline(load_monitor(lived / "shop.yml")) as pipeline:
        found = pipeline.sensitivity(FLOOD, stage=Refunds.name)
        assert found is not None
        assert [d.column for d in found.columns] == ["refund"]
        assert found.columns[0].moved >= 0.5
        kept = pipeline.sensitivity(FLOOD, stage=Refunds.name, work=False)
        assert repr(kept) == repr(found), "it is kept, as others are"  # NaN is itself to no comparison


def test_it_is_replayed(lived: Path) -> None:
    with joined():
        made = json.loads(
            command("replay", str(lived / "shop.yml"), "--from", on(day(49)), "--to", on(day(53)), "--json")
        )
        assert Refunds.name in made["stages"]
        assert [a["stage"] for a in made["alerts"] if a["window"] == FLOOD.key] == [Refunds.name]
        assert made["same"]["different"] == []


def test_it_has_its_share_of_the_budget(lived: Path) -> None:
    monitor = load_monitor(lived / "shop.yml")
    assert share(monitor, FIRST_STAGE) == 1 / 2
    with joined():
        assert [s.name for s in due(monitor)] == ["inputs", "labels", "refunds"]
        assert share(monitor, Refunds.name) == share(monitor, FIRST_STAGE) == 1 / 3


def test_what_is_no_stage_is_a_sentence() -> None:
    with pytest.raises(UnknownName, match='no stage is called "labls". Did you mean "labels"'):
        stage_named("labls")


def test_a_store_with_a_stage_that_is_gone_is_read(lived: Path) -> None:
    """Its package was taken away: its decisions stay readable, and the other stages go on."""
    file = str(lived / "shop.yml")
    assert "inputs" in command("status", file)
    with open_pipeline(load_monitor(lived / "shop.yml")) as pipeline:
        assert pipeline.store.decisions.of("shop", Refunds.name), "still there"
        assert pipeline.run(day(53))


@pytest.mark.parametrize("stage", every(), ids=lambda s: s.name)
def test_every_stage_says_what_it_is(stage: Stage) -> None:
    assert stage.title
    assert stage.noun.islower()
    assert stage.weight > 0
    assert type(stage).__doc__
