"""A replay is for whoever replays: it leaves nothing for the next run to show."""

from pathlib import Path

from click.testing import CliRunner, Result

from tests.pipeline.world import BEGIN, YAML, ZONE, a_log, day, write_duckdb
from tidegauge.cli import main
from tidegauge.core.intent import PAST
from tidegauge.store.store import Store


def tidegauge(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


def test_a_replay_asks_no_sink_for_anything(tmp_path: Path) -> None:
    store, file = f"sqlite:///{tmp_path}/s.db", tmp_path / "shop.yml"
    url = write_duckdb(tmp_path / "shop.duckdb", *a_log())
    text = YAML.format(name="shop", store=store, url=url, zone=ZONE, start=BEGIN.date(), folder=tmp_path)
    file.write_text(text.partition("sinks:")[0] + 'sinks: [{remote_write: {url: "http://127.0.0.1:9/w"}}]\n')
    assert tidegauge("backfill", file, "--to", f"{day(10).start:%Y-%m-%d}").exit_code in (0, 3)
    with Store.open(store) as opened:
        before = [i.key for i in opened.outbox.pending("shop")]
    assert before, "a backfill's windows are shown at their own time"
    assert tidegauge("run", file, "--window", f"{day(10).start:%Y-%m-%d}", "--replay").exit_code in (0, 1)
    with Store.open(store) as opened:
        after = opened.outbox.pending("shop")
        assert opened.decisions.get("shop", "inputs", day(10)) is not None
    assert [i.key for i in after] == before
    assert {i.action for i in after} == {PAST}
