"""Every sink: published twice it says the same, foreign text does no harm, a receiver that is away is a SinkError."""

import math
import re
import stat
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from statistics import NormalDist
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import delete_from_gateway, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from tests.every.bulletins import EXAMPLES, HOSTILE, day, fine, hostile, large, normal, numeric, numeric_cells
from tests.golden.golden import check
from tidegauge.errors import MonitorError, SinkError, UnknownName
from tidegauge.monitor.options import SINKS as NAMES
from tidegauge.nouns import Stage, Verdict
from tidegauge.options import build, build_all
from tidegauge.sinks import SINKS, folder
from tidegauge.sinks.base import Bulletin, Cell, Sink
from tidegauge.sinks.bins import gather
from tidegauge.sinks.html import Html, render
from tidegauge.sinks.metrics import COLUMNS, HELP, gauges, registry
from tidegauge.sinks.prometheus import Prometheus
from tidegauge.sinks.text import cut, one_line, visible

EVERY = {**EXAMPLES, "hostile": hostile, "large": large}
NOWHERE = "http://127.0.0.1:9"  # the discard port: nothing listens


class Reader(HTMLParser):
    """A page's elements and text, as a browser's parser would find them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(key, value or "") for key, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


# --- the family -----------------------------------------------------------------------------------------------------
def test_the_monitor_knows_the_same_names() -> None:
    assert set(SINKS) == set(NAMES)


def test_options_are_checked_with_a_sentence() -> None:
    with pytest.raises(UnknownName, match='no sink is called "promtheus". Did you mean "prometheus"?'):
        build(SINKS, "promtheus", {})
    with pytest.raises(MonitorError, match='sink "html" has no option "foldr". Did you mean "folder"?'):
        build(SINKS, "html", {"foldr": "x"})
    with pytest.raises(MonitorError, match='sink "prometheus" needs the option "pushgateway"'):
        build(SINKS, "prometheus", {})
    made = build_all(SINKS, (("html", {"folder": "x"}), ("prometheus", {"pushgateway": "http://y"})))
    assert made == (Html(folder="x"), Prometheus(pushgateway="http://y"))


@pytest.fixture(params=sorted(SINKS))
def away(request: pytest.FixtureRequest, tmp_path: Path) -> Sink:
    """Each sink with a receiver that is not there."""
    (tmp_path / "file").write_text("a file where a folder should be")
    receivers: dict[str, dict[str, object]] = {
        "html": {"folder": tmp_path / "file" / "folder"},
        "prometheus": {"pushgateway": NOWHERE, "timeout": 2.0},
    }
    name = str(request.param)
    return build(SINKS, name, receivers[name])


def test_a_receiver_that_is_away_is_a_sink_error(away: Sink) -> None:
    with pytest.raises(SinkError) as error:
        away.publish(fine())
    assert "?" in str(error.value), "the sentence says what to look at"


# --- the page -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("example", sorted(EXAMPLES))
def test_page_is_as_it_was(example: str) -> None:
    check(f"reports/{example}.html", render(EXAMPLES[example]()))


@pytest.mark.parametrize("example", sorted(EVERY))
def test_page_stands_alone(example: str) -> None:
    page = Reader(render(EVERY[example]()))
    assert not {"script", "link", "img", "iframe", "object", "base", "form"} & set(page.tags)
    assert not [a for a in page.attributes if a[0].startswith("on")]
    assert not [a for a in page.attributes if a[0] in ("src", "href", "action", "xlink:href")]


@pytest.mark.parametrize("example", sorted(EVERY))
def test_page_says_the_sentence_first_and_all_pictures_have_names(example: str) -> None:
    html = render(EVERY[example]())
    page = Reader(html)
    assert html.index("<h1") < html.index("<h2")
    named = [value for key, value in page.attributes if key == "aria-label"]
    assert len(named) == html.count('role="img"')
    assert all(named)


def test_hostile_text_is_shown_and_harmless() -> None:
    html = render(hostile())
    page = Reader(html)
    assert "</script><script>document.title='owned'</script>" in page.text
    assert "{{ 7 * 7 }}" in page.text
    assert "safe\\u202efdp.exe" in page.text
    assert "שלום عالم" in page.text
    assert not [c for c in html if visible(c) != c], "no character that can't be seen"
    assert html.count("x" * 1000) == 10, "ten thousand characters are cut, but in the statement, which is to be run"
    assert len(html) < 300_000
    html.encode("utf-8")


def test_page_of_fifty_columns_and_sixty_windows_is_small() -> None:
    assert len(render(large(50, 60)).encode()) < 1_500_000


@given(st.text())
def test_any_text_keeps_the_page_in_one_piece(text: str) -> None:
    bulletin = fine()
    finding = replace(bulletin.decision.findings[0], column=text, segment=text, sql=text)
    decision = replace(bulletin.decision, sentence=text, notes=(text,), findings=(finding,), evidence=text)
    hurt = Reader(render(replace(bulletin, decision=decision, exhibits=())))
    calm = Reader(render(replace(bulletin, decision=replace(decision, sentence="a", notes=("a",)), exhibits=())))
    assert [t for t in hurt.tags if t != "code"] == [t for t in calm.tags if t != "code"]


@given(st.text(), st.integers(2, 200))
def test_one_line_is_one_short_visible_line(text: str, limit: int) -> None:
    said = one_line(text, limit)
    assert len(said) <= limit
    assert "\n" not in said
    assert visible(said) == said
    assert cut(said, limit) == said


def test_a_sentence_with_a_tick_too_many_is_whole() -> None:
    bulletin = fine()
    odd = replace(bulletin, decision=replace(bulletin.decision, sentence="a ` b"))
    assert "a ` b" in Reader(render(odd)).text


def test_values_that_are_not_numbers_are_drawn() -> None:
    bulletin = fine()
    points = tuple(
        replace(p, value=v, low=low)
        for p, (v, low) in zip(
            bulletin.exhibits[0].series, [(math.nan, 0.0), (math.inf, -math.inf), (1.0, math.nan)] * 20, strict=False
        )
    )
    odd = replace(bulletin, exhibits=(replace(bulletin.exhibits[0], series=points),))
    pictures = re.findall(r"<svg class=.picture.*?</svg>", render(odd), re.DOTALL)
    assert len(pictures) > 2
    assert not [p for p in pictures if re.search(r"\b(nan|inf)\b", p)]


# --- bars -----------------------------------------------------------------------------------------------------------
SHAPES: dict[str, Callable[[], tuple[Cell, ...]]] = {
    "alike": lambda: numeric_cells(normal(0, 1), normal(0, 1), day_scale()),
    "unit change": lambda: numeric_cells(normal(50, 5), normal(50_000, 5000), day_scale(50, 5)),
    "one value": lambda: (Cell("7", 7.0, 7.0, 1.0, 1.0),),
    "zeros and a tail": lambda: (Cell("0", 0.0, 0.0, 0.9, 0.5), Cell("t", 1.0, 1e9, 0.1, 0.5)),
    "beyond only": lambda: (Cell("a", -math.inf, -1e300, 0.5, 0.0), Cell("b", 1e308, math.inf, 0.5, 1.0)),
    "all missing": lambda: (Cell("x", 0.0, 1.0, 0.0, 0.0), Cell("missing", None, None, 0.1, 1.0)),
    "nothing": lambda: (),
    "everything in one": lambda: (Cell("all", -math.inf, math.inf, 1.0, 1.0),),
}


def day_scale(mean: float = 0, sd: float = 1) -> NormalDist:
    return NormalDist(mean, sd)


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_bars_lose_no_rows(shape: str) -> None:
    cells = SHAPES[shape]()
    bars = list(gather(cells))
    assert math.isclose(sum(b.reference for b in bars), sum(c.reference_share for c in cells), abs_tol=1e-9)
    assert math.isclose(sum(b.current for b in bars), sum(c.current_share for c in cells), abs_tol=1e-9)
    assert len(bars) <= 60


def test_a_change_of_unit_leaves_both_shapes_readable() -> None:
    bars = gather(SHAPES["unit change"]())
    assert bars.axis.bend > 0
    assert sum(b.reference > 0.02 for b in bars.body) >= 3
    assert sum(b.current > 0.02 for b in bars.body) >= 1


# --- the folder -----------------------------------------------------------------------------------------------------
def test_pages_and_lists_are_written_in_one_step(tmp_path: Path) -> None:
    sink = Html(folder=tmp_path)
    bulletin = numeric()
    sink.publish(bulletin)
    first = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    sink.publish(bulletin)
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == first, "twice is once"
    names = sorted(str(p.relative_to(tmp_path)) for p in first)
    assert names == ["flights-delay/2013-12-12T05-00-00Z-inputs.html", "flights-delay/index.html", "index.html"]
    assert stat.S_IMODE(sink.path(bulletin).stat().st_mode) == 0o644


def test_the_list_names_every_page_newest_first(tmp_path: Path) -> None:
    sink = Html(folder=tmp_path)
    bulletin = fine()
    for back in (0, 2, 1):
        decision = replace(bulletin.decision, window=day(back), sentence=f"<b>{back}</b> & more")
        sink.publish(replace(bulletin, decision=decision))
    sink.publish(replace(bulletin, monitor="other"))
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


# --- metrics --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("example", sorted(EXAMPLES))
def test_metrics_are_as_they_were(example: str) -> None:
    check(f"metrics/{example}.prom", generate_latest(registry(EXAMPLES[example]())).decode())


@pytest.mark.parametrize("example", sorted(EVERY))
def test_metrics_are_few_and_bounded(example: str) -> None:
    bulletin = EVERY[example]()
    made = gauges(bulletin)
    assert {g.name for g in made} <= set(HELP)
    assert len({(g.name, *sorted(g.labels.items())) for g in made}) == len(made), "one value for a series"
    assert all(len(value) <= 120 and visible(value) == value for g in made for value in g.labels.values())
    assert len({g.labels["column"] for g in made if "column" in g.labels}) <= COLUMNS
    list(text_string_to_metric_families(generate_latest(registry(bulletin)).decode()))  # a scrape can read it


def held(url: str, job: str) -> dict[tuple[str, ...], float]:
    """What the gateway shows of a job: (name, labels that matter) → value."""
    with urllib.request.urlopen(f"{url}/metrics", timeout=5) as answer:
        text = answer.read().decode()
    return {
        (s.name, s.labels.get("stage", ""), s.labels.get("column", "")): s.value
        for family in text_string_to_metric_families(text)
        for s in family.samples
        if s.labels.get("job") == job and s.name.startswith("tidegauge")
    }


def at(bulletin: Bulletin, back: int, **changes: object) -> Bulletin:
    return replace(bulletin, decision=replace(bulletin.decision, window=day(back), **changes))  # type: ignore[arg-type]  # fields of Decision


@pytest.fixture
def job(pushgateway_url: str) -> Iterator[str]:
    """A job of this test's own, gone afterwards: some gateways keep their groups on disk."""
    name = f"test-{uuid4().hex}"
    yield name
    for example in EVERY.values():
        for stage in Stage:
            group = {"monitor": one_line(example().monitor, 120), "stage": stage.value}
            delete_from_gateway(pushgateway_url, name, grouping_key=group)


def test_gateway_holds_the_newest_window_of_each_stage(pushgateway_url: str, job: str) -> None:
    sink = Prometheus(pushgateway=pushgateway_url, job=job)
    sink.publish(at(numeric(), 1))
    shown = held(pushgateway_url, job)
    assert shown["tidegauge_alert", "inputs", ""] == 1
    assert shown["tidegauge_column_z", "inputs", "temp"] == -31.2
    sink.publish(at(fine(), 0))
    sink.publish(at(fine(), 0))
    newer = held(pushgateway_url, job)
    assert newer["tidegauge_alert", "inputs", ""] == 0
    assert ("tidegauge_column_z", "inputs", "temp") not in newer, "a column that is no longer named is gone"
    sink.publish(at(numeric(), 5))
    assert held(pushgateway_url, job) == newer, "an older window does not come back"
    sink.publish(at(numeric(), 3, stage=Stage.LABELS))
    both = held(pushgateway_url, job)
    assert both["tidegauge_alert", "labels", ""] == 1
    assert both["tidegauge_alert", "inputs", ""] == 0
    sink.publish(at(fine(), 0, verdict=Verdict.BROKEN, rows=3))
    assert held(pushgateway_url, job)["tidegauge_rows", "inputs", ""] == 3, "the same window, decided again"


def test_gateway_takes_hostile_text(pushgateway_url: str, job: str) -> None:
    sink = Prometheus(pushgateway=pushgateway_url, job=job)
    sink.publish(hostile())
    sink.publish(hostile())
    assert held(pushgateway_url, job)["tidegauge_rows", "inputs", ""] == 1e9


def test_what_is_no_gateway_is_a_sink_error(pushgateway_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SinkError, match="must start with http"):
        Prometheus(pushgateway="file:///etc/passwd").publish(fine())
    with pytest.raises(SinkError, match="refused the metrics of day/2013-12-12T05:00:00Z"):
        Prometheus(pushgateway=f"{pushgateway_url}/nothing/here").publish(fine())
    monkeypatch.setenv("GATEWAY", "http://user:s3cret@127.0.0.1:9")
    with pytest.raises(SinkError) as error:
        Prometheus(pushgateway="${GATEWAY}").publish(fine())
    assert "s3cret" not in str(error.value)
