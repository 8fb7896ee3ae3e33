"""The checked-in dashboards are current, and the two forms of each are one description."""

import json
from typing import Any

import pytest

from grafana.build import DASHBOARDS, HERE, files
from grafana.promql import containing
from tests.grafana.filling import NAMES, page


def test_the_files_are_current() -> None:
    """Each is what the code says, and there is no other."""
    written = dict(files())
    there = {f"{folder}/{path.name}" for folder in ("v1", "v2") for path in (HERE / folder).iterdir()}
    assert there == set(written)
    for place, text in written.items():
        assert (HERE / place).read_text(encoding="utf-8") == text, f"{place}: run `make dashboards`"


def _v2(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / "v2" / f"{name}.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_both_forms_show_the_same(name: str) -> None:
    """Panels, places, queries, looks, variables and marks."""
    one, two = page(name), _v2(name)["spec"]
    assert _v2(name)["metadata"]["name"] == one["uid"]
    spots = {item["spec"]["element"]["name"]: item["spec"] for item in two["layout"]["spec"]["items"]}
    assert len(one["panels"]) == len(two["elements"]) == len(spots)
    for panel in one["panels"]:
        other, spot = two["elements"][f"panel-{panel['id']}"]["spec"], spots[f"panel-{panel['id']}"]
        assert (panel["title"], panel["description"]) == (other["title"], other["description"])
        assert panel["gridPos"] == {"x": spot["x"], "y": spot["y"], "w": spot["width"], "h": spot["height"]}
        asked = [q["spec"]["query"]["spec"] for q in other["data"]["spec"]["queries"]]
        assert [{k: v for k, v in t.items() if k != "refId"} for t in panel["targets"]] == asked
        config = other["vizConfig"]
        assert (panel["type"], panel["options"]) == (config["group"], config["spec"]["options"])
        assert panel["fieldConfig"] == config["spec"]["fieldConfig"]
        assert panel.get("interval") == other["data"]["spec"]["queryOptions"].get("interval")
    named = [(v["name"], v.get("regex", "")) for v in one["templating"]["list"]]
    assert named == [(v["spec"]["name"], v["spec"].get("regex", "")) for v in two["variables"]]
    marks = [mark["name"] for mark in one["annotations"].get("list", [])]
    assert marks == [mark["spec"]["name"] for mark in two["annotations"]]


@pytest.mark.parametrize("name", NAMES)
def test_every_panel_has_one_sentence_of_help_and_every_line_is_of_steps(name: str) -> None:
    for panel in page(name)["panels"]:
        assert panel["description"].endswith(".")
        assert ". " not in panel["description"]
        if panel["type"] == "timeseries":
            assert panel["fieldConfig"]["defaults"]["custom"]["lineInterpolation"] == "stepAfter"


def test_dashboards_lead_only_to_dashboards_that_there_are() -> None:
    uids = {one.uid for one in DASHBOARDS}
    for place, text in files():
        for led in text.split("/d/")[1:]:
            assert led.partition("?")[0] in uids, place


def test_the_look_a_window_ahead_is_spelled_once() -> None:
    idiom = containing("x").partition("x")[2]
    assert idiom == "[1$step] offset -1$step)"
    spelled = [path.name for path in HERE.glob("*.py") if "offset -" in path.read_text(encoding="utf-8")]
    assert spelled == ["promql.py"]


def test_addresses_that_are_given_reach_the_links() -> None:
    for place, text in files({"reports": "https://reports.example.com"}):
        assert "https://reports.example.com" in text, place
        assert "127.0.0.1:8000" not in text
