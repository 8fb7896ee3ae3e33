"""What waits for a sink finds it, whatever becomes of the list of sinks in the monitor's file."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tidegauge.actions.asking import sinks_of
from tidegauge.actions.delivering import deliver
from tidegauge.core.errors import NobodyThere
from tidegauge.core.intent import DELIVER, EVENT_TIME, Intent
from tidegauge.core.point import SeriesSample
from tidegauge.core.window import Window
from tidegauge.monitor import load_monitor
from tidegauge.pipeline.pipeline import Pipeline, open_shown
from tidegauge.sinks.remote_write import RemoteWrite
from tidegauge.store.profiles import ProfileRow, Revision
from tidegauge.store.store import Store

FIRST = datetime(2024, 3, 1, tzinfo=UTC)
HTML, WRITE = "{html: {folder: pages}}", "{remote_write: {url: 'http://127.0.0.1:9/w'}}"
OTHER = "{remote_write: {url: 'http://127.0.0.1:9/other'}}"


def shop(folder: Path, *sinks: str) -> Path:
    file = folder / "shop.yml"
    file.write_text(
        f"monitor: shop\nstore: sqlite:///{folder}/store.db\n"
        f'source: {{url: "duckdb:///{folder}/not/there.duckdb", table: log}}\n'
        f"columns: {{time: at, numeric: [price]}}\nwindow: {{every: day}}\nsinks: [{', '.join(sinks)}]\n"
    )
    return file


def waiting(file: Path, *names: str) -> None:
    """Three days wait for each of these sinks."""
    with Store.open(f"sqlite:///{file.parent}/store.db") as store:
        days = [Window(FIRST + timedelta(days=k), FIRST + timedelta(days=k + 1), "day") for k in range(3)]
        entry = (days[0], Revision(1, "2024-03-02", "ab"), [ProfileRow("*", "price", "l1", "numeric", b"...")])
        store.profiles.put(load_monitor(file).source_key, "inputs", [entry])
        for name in names:
            said = {"sink": name, "stage": "inputs", EVENT_TIME: "yes"}
            store.outbox.ask([Intent(f"{name} {d.key}", DELIVER, "shop", d, said | {"window": d.key}) for d in days])


def delivered(file: Path, monkeypatch: pytest.MonkeyPatch, *, away: bool = False) -> tuple[list[str], list[str]]:
    """Where windows were written, and what became of each."""
    written: list[str] = []

    def show(self: RemoteWrite, samples: Sequence[SeriesSample]) -> str:
        del samples
        written.append(self.url)
        if away:
            raise NobodyThere("nobody there")
        return ""

    monkeypatch.setattr(RemoteWrite, "show", show)
    monkeypatch.setattr(Pipeline, "samples", lambda *_: [])
    with open_shown(load_monitor(file)) as pipeline:
        states = [o.state for o in deliver(pipeline, again=True)]
    return written, states


@pytest.mark.parametrize("name", ["remote_write", "0:remote_write"])
def test_a_sink_that_is_put_before_it_changes_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting(shop(tmp_path, WRITE), name)
    written, states = delivered(shop(tmp_path, HTML, WRITE), monkeypatch)
    assert (written, states) == (["http://127.0.0.1:9/w"] * 3, ["done"] * 3)


def test_two_of_a_kind_are_told_apart_by_old_names_and_new_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = shop(tmp_path, HTML, WRITE, OTHER)
    assert list(sinks_of(load_monitor(file))) == ["html", "remote_write", "remote_write:2"]
    waiting(file, "2:remote_write", "remote_write")
    written, _ = delivered(file, monkeypatch)
    assert sorted(written) == ["http://127.0.0.1:9/other"] * 3 + ["http://127.0.0.1:9/w"] * 3


def test_an_old_name_and_a_new_one_are_one_receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else windows of the two would overtake each other, and one that is away would be asked for each."""
    file = shop(tmp_path, HTML, WRITE)
    waiting(file, "1:remote_write", "remote_write")
    written, states = delivered(file, monkeypatch, away=True)
    assert (len(written), states) == (1, ["pending"] * 6)


def test_what_waits_for_a_sink_that_is_gone_is_given_up_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting(shop(tmp_path, WRITE), "remote_write")
    written, states = delivered(shop(tmp_path, HTML), monkeypatch)
    assert (written, states) == ([], ["given up"] * 3), "never done: no server has it"
    with open_shown(load_monitor(tmp_path / "shop.yml")) as pipeline:
        (note,) = {c.note for c in pipeline.store.outbox.undelivered("shop")}
    assert note.startswith('the monitor has no sink "remote_write" any more. If it is to have it, put it back')
    written, states = delivered(shop(tmp_path, WRITE), monkeypatch)
    assert (len(written), states) == (3, ["done"] * 3), "and put back it gets them"
