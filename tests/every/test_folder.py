"""A folder of reports: complete files, safe names, lists of what is there."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.every.pages import Reader
from tests.every.reports import HOSTILE, day, fine, hostile, numeric
from tidegauge.core.window import STAGES
from tidegauge.sinks import folder
from tidegauge.sinks.html import Html


def test_pages_and_lists_are_written_in_one_step(tmp_path: Path) -> None:
    sink = Html(folder=tmp_path)
    report = numeric()
    sink.publish(report)
    first = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    sink.publish(report)
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == first, "twice is once"
    names = sorted(str(p.relative_to(tmp_path)) for p in first)
    assert names == ["flights-delay/2013-12-12T05-00-00Z-inputs.html", "flights-delay/index.html", "index.html"]
    assert stat.S_IMODE(sink.path(report).stat().st_mode) == 0o644


def test_the_list_names_every_page_newest_first(tmp_path: Path) -> None:
    sink = Html(folder=tmp_path)
    report = fine()
    for back in (0, 2, 1):
        decision = replace(report.decision, window=day(back), sentence=f"<b>{back}</b> & more")
        sink.publish(replace(report, decision=decision))
    sink.publish(replace(report, monitor="other"))
    text = Reader((tmp_path / "flights-delay" / "index.html").read_text()).text
    assert text.index("<b>0</b> & more") < text.index("<b>1</b> & more") < text.index("<b>2</b> & more")
    page = Reader((tmp_path / "index.html").read_text())
    links = [value for key, value in page.attributes if key == "href"]
    assert links == [
        "flights-delay/index.html",
        "flights-delay/2013-12-12T05-00-00Z-inputs.html",
        "other/index.html",
        "other/2013-12-12T05-00-00Z-inputs.html",
    ]
    assert all((tmp_path / link).exists() for link in links)


@given(st.one_of(st.text(), st.sampled_from([*HOSTILE, "..", ".", "/", "a/b", "CON", "-"])))
def test_any_name_is_one_safe_folder(name: str) -> None:
    made = folder.safe(name)
    assert 0 < len(made) <= 100
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def test_a_hostile_monitor_stays_in_the_folder(tmp_path: Path) -> None:
    sink = Html(folder=tmp_path / "reports")
    sink.publish(hostile())
    assert [p.name for p in tmp_path.iterdir()] == ["reports"]
    assert len(list((tmp_path / "reports").rglob("*-inputs.html"))) == 1


def test_the_list_of_all_monitors_looks_through_nobody_elses_past(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page that was written looked at each page of each monitor: the larger the fleet, the dearer each of them."""
    sink, report = Html(folder=tmp_path), fine()
    for name in ("flights-delay", "other"):
        for back in (1, 0):
            decision = replace(report.decision, window=day(back), sentence=f"{name} {back}.")
            sink.publish(replace(report, monitor=name, decision=decision))
    looked: list[str] = []
    once = folder.pages

    def counted(place: Path) -> list[Path]:
        looked.append(place.name)
        return once(place)

    monkeypatch.setattr(folder, "pages", counted)
    sink.publish(report)
    assert looked == ["flights-delay"]
    text = Reader((tmp_path / "index.html").read_text()).text
    assert "other 0." in text
    (tmp_path / "other" / folder.page_name(day(0), "inputs")).unlink()
    sink.publish(report)
    text = Reader((tmp_path / "index.html").read_text()).text
    assert "other 1." in text, "what a list names and is gone is looked for"


def test_pages_of_every_stage_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stage is one file and one line: no list of its pages is kept here."""
    monkeypatch.setattr(folder, "STAGES", [*STAGES, "costs"])
    for stage in ("inputs", "labels", "costs", "notes"):
        (tmp_path / folder.page_name(day(0), stage)).write_text("<html>")
    (tmp_path / "index.html").write_text("<html>")
    found = [p.name.rpartition("Z-")[2] for p in folder.pages(tmp_path)]
    assert found == ["labels.html", "inputs.html", "costs.html"]
