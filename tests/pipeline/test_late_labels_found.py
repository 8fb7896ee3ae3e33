"""An alert of labels that a backfill has found, since they were loaded late: the next run and `status` say it."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, FIRST, TODAY, YAML, ZONE, a_monitor, change, day, inside
from tests.test_cli import tidegauge
from tidegauge.core.decision import Verdict
from tidegauge.core.intent import SHOWN

WHENEVER = {"arrived: known_at, ": ""}
FLIPPED = f"UPDATE labels SET y = 1 - y WHERE id IN (SELECT id FROM log WHERE {inside(day(TODAY))})"
HELD_BACK = f"DELETE FROM labels WHERE id IN (SELECT id FROM log WHERE {inside(day(TODAY))})"


def told_of_labels(url: str, folder: Path, *, later: timedelta) -> list[str]:
    """What is asked for of the day's labels by the run two days later, whose labels a backfill had decided before."""
    change(url, FLIPPED)
    at = day(TODAY + 2).end + timedelta(hours=3)
    with open_pipeline(a_monitor(url, folder, **WHENEVER), clock=lambda: at + later) as pipeline:
        pipeline.backfill(BEGIN, day(TODAY + 2).end)
        assert pipeline.explain(day(TODAY), "labels").verdict is Verdict.ALERT
        assert not pipeline.store.outbox.carried("shop"), "nobody was told"
        found = []
        for _ in range(2):
            pipeline.run(day(TODAY + 2))
            carried = [c.intent for c in pipeline.store.outbox.carried("shop", [day(TODAY)])]
            found.append([i.action for i in carried if i.payload.get("stage") == "labels"])
        assert found[0] == found[1], "once"
        assert (("labels", day(TODAY)) in pipeline.told_late) is bool(found[0])
    return [action for action in found[0] if action not in SHOWN]


def test_the_next_run_tells_of_what_a_backfill_found_of_labels(warehouse: str, tmp_path: Path) -> None:
    """Inside its look-back, while it is news: as it does of a window of its own that a backfill had decided."""
    assert "notify" in told_of_labels(warehouse, tmp_path, later=timedelta(0))


def test_of_what_is_no_news_any_more_nobody_is_told(duck: str, tmp_path: Path) -> None:
    assert told_of_labels(duck, tmp_path, later=timedelta(days=9)) == []


@pytest.fixture
def file(duck: str, tmp_path: Path) -> Path:
    """The shop's monitor, whose labels of one day have not come; every night was run up to three days after that."""
    change(duck, HELD_BACK)
    place = tmp_path / "shop.yml"
    store = f"sqlite:///{tmp_path}/store.db"
    text = YAML.format(name="shop", store=store, url=duck, zone=ZONE, start=FIRST, folder=tmp_path)
    place.write_text(text.replace("arrived: known_at, ", ""))
    tidegauge("backfill", place, "--to", f"{day(TODAY + 3).start:%Y-%m-%d}")
    return place


LOADED = f"INSERT INTO labels SELECT id, 1 - CAST(score > 0.5 AS INT), now() FROM log WHERE {inside(day(TODAY))}"


def test_a_run_says_what_stands_of_labels_in_its_look_back(file: Path, duck: str) -> None:
    change(duck, LOADED)
    days = [f"{day(TODAY + n).start:%Y-%m-%d}" for n in (0, 2, 3)]
    assert "alert" in tidegauge("backfill", file, "--from", days[0], "--to", days[2], "--again").stdout
    ran = tidegauge("run", file, "--window", days[1])
    stands = f"Decided before, and standing: alert on the labels of {day(TODAY).key}. tidegauge explain {file} --window"
    assert stands in ran.stderr
    assert ran.exit_code == 0, "it was decided before, and told before, or is no news"


def test_status_says_what_nobody_was_told_of_though_it_lies_long_before(file: Path, duck: str) -> None:
    """Of labels that were loaded after the look-back nobody is paged; it is no secret."""
    change(duck, LOADED)
    tidegauge("backfill", file, "--to", f"{day(TODAY + 5).start:%Y-%m-%d}", "--again")
    ran = tidegauge("run", file, "--window", f"{day(TODAY + 5).start:%Y-%m-%d}")
    assert "labels" not in ran.stderr
    looked = tidegauge("status", file)
    (said,) = [line for line in looked.stdout.splitlines() if line.startswith("Found by a backfill, and told to no")]
    assert " labels: " in said
    assert f"{day(TODAY).start:%a %Y-%m-%d}" in said
    incident = said.split("nobody: ")[1].split()[0]
    tidegauge("incident", "dismiss", file, incident)
    assert "told to nobody" not in tidegauge("status", file).stdout
