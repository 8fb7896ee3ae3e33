# ruff: noqa: E501 - in the tables below a case is a line
"""A monitor's file: what it means, and what is said when it means nothing."""

import json
import re
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tidegauge.core.addresses.masking import mask
from tidegauge.core.errors import MonitorError
from tidegauge.core.registry import Registry
from tidegauge.monitor import Pool, load_monitor, parse_monitor
from tidegauge.monitor.choices import POOLS
from tidegauge.monitor.durations import parse_duration, spell_duration
from tidegauge.monitor.json_schema import schema_text
from tidegauge.monitor.options import build, options_of, options_schema, wrong_options
from tidegauge.monitor.outlets import ACTIONS, SINKS

FULL = """\
monitor: flights-delay
store: sqlite:///.demo/tidegauge.db
source:
  url: duckdb:///.demo/flights.duckdb
  table: inference_log
labels:
  table: labels
  id: flight_id
  value: late
  arrived: arrived_at
  delay: 1 day
columns:
  id: flight_id
  time: scheduled_at
  ingested: logged_at
  version: model_version
  prediction: score
  numeric: [distance, temp]
  categorical: [carrier, origin]
  segments: [carrier]
window: {every: day, zone: America/New_York, start: 2013-04-01, wait: 2 hours}
reference: {country: US, pools: [seasonal, {pinned: {from: 2013-01-01, to: 2013-04-01}}], look_back: 90 days, minimum: 5}
alerts: {budget: 2 per year}
sinks: [{prometheus: {pushgateway: "http://127.0.0.1:9091"}}, {html: {folder: reports}}]
actions: [report, {retrain: {dag: retrain_flights, cooldown: 7 days}}]
"""
SMALL = """\
monitor: small
source: {url: "duckdb:///x.duckdb", table: t}
columns: {time: at, numeric: [x]}
window: {every: hour}
"""


def complaint(text: str) -> str:
    with pytest.raises(MonitorError) as caught:
        parse_monitor(text, "m.yml")
    return str(caught.value)


def changed(old: str, new: str, text: str = FULL) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def test_every_key_arrives() -> None:
    m = parse_monitor(FULL, "flights.yml")
    assert (m.name, m.store, m.path) == ("flights-delay", "sqlite:///.demo/tidegauge.db", Path("flights.yml"))
    assert (m.source.url, m.source.table, m.source.zone) == ("duckdb:///.demo/flights.duckdb", "inference_log", "UTC")
    assert m.labels is not None
    assert (m.labels.value, m.labels.delay) == ("late", timedelta(days=1))
    assert (m.columns.numeric, m.columns.categorical) == (("distance", "temp"), ("carrier", "origin"))
    assert (m.window.every, m.window.start, m.window.wait) == ("day", date(2013, 4, 1), timedelta(hours=2))
    pinned = Pool("pinned", date(2013, 1, 1), date(2013, 4, 1))
    assert (m.reference.pools, m.reference.look_back) == ((Pool("seasonal"), pinned), timedelta(days=90))
    assert m.alerts.budget == pytest.approx(2 / 12)
    assert m.sinks == (("prometheus", {"pushgateway": "http://127.0.0.1:9091"}), ("html", {"folder": "reports"}))
    assert m.actions == (("report", {}), ("retrain", {"dag": "retrain_flights", "cooldown": "7 days"}))


def test_defaults_of_a_small_one() -> None:
    m = parse_monitor(SMALL)
    assert m.labels is None
    assert (m.alerts.budget, m.reference.minimum, m.window.zone) == (1.0, 4, "UTC")
    assert [p.name for p in m.reference.pools] == ["seasonal", "trailing"]
    assert m.sinks == m.actions == ()


def test_silences_are_windows_by_the_monitors_clock() -> None:
    """Days from midnight to midnight, the end not in it; a time touches the window that holds it."""
    silences = """[
      {from: 2013-03-09, to: 2013-03-11, why: the clock},
      {from: 2013-03-10T22:00, to: 2013-03-10T23:00, why: a deploy},
      {from: "2013-04-02T03:59:00+00:00", to: "2013-04-02T04:01:00+00:00", why: a moment}]"""
    text = FULL.replace("budget: 2 per year", f"silences: {silences}")
    found = parse_monitor(text).silenced()
    assert {w.key: why for w, why in found.items()} == {
        "day/2013-03-09T05:00:00Z/2013-03-10T05:00:00Z": "the clock",
        "day/2013-03-10T05:00:00Z/2013-03-11T04:00:00Z": "the clock; a deploy",
        "day/2013-04-01T04:00:00Z/2013-04-02T04:00:00Z": "a moment",
        "day/2013-04-02T04:00:00Z/2013-04-03T04:00:00Z": "a moment",
    }
    assert parse_monitor(text).source_key == parse_monitor(FULL).source_key, "a silence profiles nothing again"


def test_a_monitor_is_frozen() -> None:
    m = parse_monitor(SMALL)
    with pytest.raises(ValidationError):
        m.name = "other"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  numeric:", "  numerc:", 'm.yml:18: columns.numerc: unknown key. Did you mean "numeric"?'),
        ("sinks:", "sink:", 'm.yml:24: sink: unknown key. Did you mean "sinks"?'),
        ("every: day", "every: dya", 'm.yml:21: window.every: must be hour, day or week, and is "dya". Did you mean "day"?'),
        ("zone: America/New_York", "zone: New York", 'window.zone: no time zone is called "New York". Did you mean "America/New_York"?'),
        ("zone: America/New_York", "zone: Europa/Berlin", 'Did you mean "Europe/Berlin"?'),
        ("zone: America/New_York", "zone: Mars", 'Write an IANA name, such as "Europe/Berlin" or "UTC"'),
        ("  time: scheduled_at\n", "", "m.yml:12: columns.time: is missing. When the prediction was made."),
        ("  id: flight_id\n  time", "  time", "columns.id: is missing, and labels join by it."),
        ("prediction: score", "prediction: temp", 'columns.numeric: "temp" is already prediction. A column has one role'),
        ("numeric: [distance, temp]", "numeric: [temp, temp]", 'columns.numeric: names "temp" 2 times'),
        ("segments: [carrier]", "segments: [distance]", 'columns.segments: "distance" is already numeric'),
        ("segments: [carrier]", "segments: carrier", 'm.yml:20: columns.segments: must be a list, and is "carrier". Write [carrier].'),
        ("prediction: score", "prediction: 7", 'must be text, such as distance, and is 7 (a number). Put it in quotes: "7".'),
        ("prediction: score", "prediction: __volume__", "Rename it in a view"),
        ("prediction: score", 'prediction: "a\\0b"', "cannot hold the character NUL"),
        ("monitor: flights-delay", "monitor: Flights Delay", 'm.yml:1: monitor: "Flights Delay" may hold only a-z'),
        ("store: sqlite:///.demo/tidegauge.db", "store: mysql://h/d", 'store: no engine is called "mysql". Known: postgresql, sqlite.'),
        ("url: duckdb:///", "url: duckbd:///", 'source.url: no engine is called "duckbd". Did you mean "duckdb"?'),
        ("url: duckdb:///.demo/flights.duckdb", "url: flights.duckdb", "source.url: is not an address. Write one such as duckdb:///"),
        ("url: duckdb:///.demo/flights.duckdb", 'url: "${DB"', 'a "${" is not closed'),
        ("  table: inference_log", "  table: inference_log\n  path: x.parquet", "m.yml:3: source: needs either table"),
        ("  url: duckdb:///.demo/flights.duckdb\n", "", "source: needs url"),
        ("start: 2013-04-01", "start: 2013-04-31", 'window.start: must be a date such as 2013-04-01, and is "2013-04-31".'),
        ("wait: 2 hours", "wait: 2", '2 has no unit. Write one, such as "2 hours"'),
        ("wait: 2 hours", "wait: 2 hoers", '"hoers" is not a unit of time. Did you mean "hour"?'),
        ("look_back: 90 days", "look_back: 3 months", 'a month has no fixed length. Write days, such as "30 days"'),
        ("look_back: 90 days", "look_back: 3 days", "reference.look_back: holds 3 windows of a day, and minimum asks for 5. Give at least 5 days."),
        ("minimum: 5", "minimum: 0", "reference.minimum"),
        ("minimum: 5", "minimum: five", 'reference.minimum: must be a whole number, and is "five".'),
        ("country: US", "country: USS", 'reference.country: no calendar of holidays is known for "USS". Did you mean "US"?'),
        ("[seasonal, {", "[saisonal, {", 'reference.pools[0].saisonal: no pool is called "saisonal". Did you mean "seasonal"?'),
        ("[seasonal, {", "[pinned, {", "reference.pools[0].pinned: needs either from and to (two dates), or version"),
        ("to: 2013-04-01", "to: 2012-04-01", "reference.pools[1].pinned.to: must be after from (2013-01-01)"),
        ("to: 2013-04-01", "until: 2013-04-01", "reference.pools[1].pinned.until: unknown key."),
        ("pools: [seasonal, {pinned: {from: 2013-01-01, to: 2013-04-01}}]", "pools: []", "reference.pools: is empty."),
        ("budget: 2 per year", "budget: 0", 'a budget of no false alerts cannot be kept by any monitor that can alert. Try "1 per month".'),
        ("budget: 2 per year", "budget: 2 per day", "alerts.budget: is 60.9 a month, and a month has 30 windows: every one could alert."),
        ("budget: 2 per year", "budget: 0.001 per year", "rarer than one in ten years"),
        ("budget: 2 per year", "budget: few", '"few" is not a rate. Write how many and how often, such as "1 per month".'),
        ("budget: 2 per year", "budget: .inf", "alerts.budget"),
        ("budget: 2 per year", "silences: [{from: 2026-12-24, to: 2026-12-24, why: x}]", "alerts.silences[0].to: must be after from (2026-12-24)"),
        ("budget: 2 per year", "silences: [{from: 2026-12-24, to: 2036-12-24, why: x}]", "alerts.silences[0]: is longer than a year. Is a date mistyped?"),
        ("budget: 2 per year", "silences: [{from: christmas, to: 2026-12-24, why: x}]", 'silences[0].from: must be a date such as 2013-04-01, or a time such as 2013-04-01T05:30, and is "christmas".'),
        ("delay: 1 day", "thresholds: [high]", 'labels.thresholds: holds "high". A threshold is a score from which on a row counts as 1'),
        ("delay: 1 day", "thresholds: [true]", "labels.thresholds: holds true (a truth value)."),
        ("delay: 1 day", "thresholds: []", "labels.thresholds: must be 1 to 10 thresholds, and is 0"),
        ("delay: 1 day", "thresholds: high", "labels.thresholds: must be a list"),
        ("budget: 2 per year", "silences: [{from: 2026-12-24, to: 2026-12-25}]", "alerts.silences[0].why: is missing. The reason, in words."),
        ("budget: 2 per year", "silences: [{from: 2026-12-24, till: 2026-12-25, why: x}]", "alerts.silences[0].till: unknown key."),
        ("budget: 2 per year", "silences: [{start: 2026-12-24, to: 2026-12-25, why: x}]", "alerts.silences[0].start: unknown key. Known: from, to, why."),
        ("monitor: flights-delay", "name: flights-delay", "m.yml:1: name: unknown key."),
        ("budget: 2 per year", "silences: {from: 2026-12-24}", "alerts.silences: must be a list, and is a mapping."),
        ("{prometheus:", "{promethus:", 'sinks[0].promethus: no sink is called "promethus". Did you mean "prometheus"?'),
        ("[report, {retrain", "[reprot, {retrain", 'actions[0].reprot: no action is called "reprot". Did you mean "report"?'),
        ("{prometheus: {", "{prometheus: {timeout: 50.5, ", "sinks[0].prometheus.timeout: must be at most 50 seconds, as after 60 seconds another process would take the delivery over, and is 50.5"),
        ("{prometheus: {", "{prometheus: {timeout: 0, ", "sinks[0].prometheus.timeout: must be a number of seconds, and is 0"),
        ("{html: {folder: reports}}", "html", "m.yml:24: sinks[1].html: needs folder. Where the pages go"),
        ("{html: {folder: reports}}", "{html: {foldr: reports}}", 'm.yml:24: sinks[1].html.foldr: unknown key. Did you mean "folder"?'),
        ("cooldown: 7 days", "cooldown: 7", "m.yml:25: actions[1].retrain.cooldown: 7 has no unit."),
        ("cooldown: 7 days", "stage: label", 'actions[1].retrain.stage: must be inputs or labels, and is "label". Did you mean "labels"?'),
        ("cooldown: 7 days", "columns: carrier", "actions[1].retrain.columns: must be a list"),
        ("dag: retrain_flights, ", "", "m.yml:25: actions[1].retrain: needs dag."),
        ("value: late", "value: temp\n  delay: 1 day", "m.yml:12: labels.delay: written twice (first on line 10)"),
        ("alerts: {budget: 2 per year}", "alerts: [1]", "alerts: must be a mapping of keys, and is a list."),
        ("alerts: {budget: 2 per year}", "alerts: {budget: 2 per year", "this is not YAML"),
        ("prediction: score", "prediction: !!python/name:os.system", "the tag"),
        ("segments: [carrier]", "segments: &a [*a]", "an alias (*name) is not used in a monitor."),
        ("segments: [carrier]", "segments: " + "[" * 5000, "nested too deeply"),
        ("segments: [carrier]", 'segments: ["\\ud800"]', "columns.segments[0]: holds half of an escaped character"),
        ("segments: [carrier]", "segments: [\x01]", "the character U+0001 is not allowed"),
    ],
)  # fmt: skip
def test_an_error_is_a_sentence_with_a_place(old: str, new: str, said: str) -> None:
    assert said in complaint(changed(old, new))


def test_labels_in_the_same_table_are_no_feature() -> None:
    text = changed("  table: labels", "  table: inference_log").replace("value: late", "value: temp")
    assert 'm.yml:9: labels.value: "temp" also has a role in columns.' in complaint(text)


def test_all_errors_come_at_once_in_the_order_of_lines() -> None:
    text = changed("  numeric:", "  numerc:").replace("every: day", "every: dya").replace("monitor: f", "monitor: F")
    lines = complaint(text).splitlines()
    assert [int(line.split(":")[1]) for line in lines] == [1, 18, 21]


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n", "just words"])
def test_what_is_no_monitor_at_all(text: str) -> None:
    assert "`tidegauge init` writes a first monitor." in complaint(text)


def test_names_that_yaml_would_bend_stay_names() -> None:
    """In YAML 1.1 NO is false, on is true and 1:30 is 90; here they are what they look like."""
    m = parse_monitor(changed("country: US", "country: NO").replace("[distance, temp]", "[on, yes, 1:30, 2013-01-01]"))
    assert m.reference.country == "NO"
    assert m.columns.numeric == ("on", "yes", "1:30", "2013-01-01")


@pytest.mark.parametrize("name", ["__volume__", "(others)"])
def test_a_column_has_no_name_that_tidegauge_keeps(name: str) -> None:
    """All columns without series of their own are told of under one of them: it stopped every decision."""
    said = complaint(changed("[distance, temp]", f'[distance, "{name}"]'))
    assert f"{name} is a name that tidegauge keeps for facts about rows. Rename it in a view" in said


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "flights.yml").write_text(SMALL)
    (tmp_path / "latin.yml").write_bytes(SMALL.replace("small", "gr\xf6\xdfe").encode("latin-1"))
    assert load_monitor(tmp_path / "flights.yml").name == "small"
    with pytest.raises(MonitorError, match=r'Did you mean "flights\.yml"\?'):
        load_monitor(tmp_path / "flight.yml")
    with pytest.raises(MonitorError, match="is not UTF-8 text"):
        load_monitor(tmp_path / "latin.yml")
    with pytest.raises(MonitorError, match="cannot be read"):
        load_monitor(tmp_path)


def test_secrets_are_read_at_use_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    text = changed("url: duckdb:///.demo/flights.duckdb", "url: postgresql://me:${PW_OF_TEST}@h/d")
    text = changed("sqlite:///.demo/tidegauge.db", "postgresql://me:hunter2@h/s?password=hunter2", text)
    text = changed("http://127.0.0.1:9091", "http://me:hunter2@h:9091", text)
    m = parse_monitor(text)
    monkeypatch.delenv("PW_OF_TEST", raising=False)
    with pytest.raises(MonitorError, match=r"source\.url: the environment variable PW_OF_TEST is not set"):
        m.source.expanded_url()
    monkeypatch.setenv("PW_OF_TEST", "hunter2@x")
    assert m.source.expanded_url().libpq() == {"host": "h", "user": "me", "password": "hunter2@x", "dbname": "d"}
    assert ("password", "hunter2") in m.expanded_store().libpq().items()
    for shown in (repr(m), str(m), f"{m.source}", repr(m.sinks), repr(m.source)):
        assert "hunter2" not in shown
    assert "hunter2" not in complaint(changed("postgresql://me:hunter2", "postgresq://me:hunter2", text))


def test_a_connection_is_known_inside_airflow_only() -> None:
    m = parse_monitor(changed("url: duckdb:///.demo/flights.duckdb", "connection: warehouse"))
    with pytest.raises(MonitorError, match=r"give source\.url instead"):
        m.source.expanded_url()


def test_files_need_no_address() -> None:
    m = parse_monitor(changed('{url: "duckdb:///x.duckdb", table: t}', "{path: x/*.parquet}", SMALL))
    assert m.source.expanded_url().opened() == ":memory:"


def test_source_key_holds_what_profiles_depend_on() -> None:
    key = parse_monitor(FULL).source_key
    assert re.fullmatch("[0-9a-f]{16}", key)
    same = [("2 per year", "1 per year"), ("delay: 1 day", "delay: 2 days"), ("wait: 2 hours", "wait: 3 hours")]
    same += [("[distance, temp]", "[temp, distance]"), ("country: US", "country: DE"), ("[report, ", "[")]
    for old, new in same:
        assert parse_monitor(changed(old, new)).source_key == key, new
    other = [("every: day", "every: week"), ("America/New_York", "UTC"), ("[distance, temp]", "[temp]")]
    other += [("inference_log", "other"), ("value: late", "value: later"), (".demo/flights", "flights")]
    keys = {parse_monitor(changed(old, new)).source_key for old, new in other}
    assert len(keys | {key}) == len(other) + 1
    urls = [changed("duckdb:///.demo/flights.duckdb", f"postgresql://u:{pw}@h/d") for pw in ("one", "two")]
    assert len({parse_monitor(text).source_key for text in urls}) == 1, "a changed password profiles nothing again"


def test_source_key_is_stable_across_releases() -> None:
    """A golden: changing it would profile everybody's history again."""
    assert parse_monitor(SMALL).source_key == "343770aaa8d92bb8"


def test_a_later_error_can_name_the_line() -> None:
    assert parse_monitor(FULL, "f.yml").where("columns", "numeric", 1) == "f.yml:18: columns.numeric[1]"


def test_the_published_schema_is_current() -> None:
    published = Path(__file__).parents[1] / "docs" / "monitor.schema.json"
    assert published.read_text(encoding="utf-8") == schema_text(), (
        "run: python -m tidegauge.monitor.json_schema > docs/monitor.schema.json"
    )


def test_every_key_of_the_schema_teaches() -> None:
    schema = json.loads(schema_text())
    parts = [schema, *schema["$defs"].values()]
    mute = [f"{part['title']}.{key}" for part in parts for key, value in part["properties"].items() if not value.get("description") and "$ref" not in json.dumps(value)]  # fmt: skip
    assert mute == []


def test_names_of_the_families_are_in_the_schema() -> None:
    text = schema_text()
    assert all(f'"{name}"' in text for name in (*POOLS, *SINKS, *ACTIONS))


@pytest.mark.parametrize("family", [SINKS, ACTIONS], ids=lambda f: f.family)
def test_what_a_member_tells_of_an_option_is_what_is_checked_and_shown(family: Registry[Any]) -> None:
    """Once, by the field: its words and its default in the schema, its need in the sentence, its value in the member."""
    shown = options_schema(family)
    entry = shown["anyOf"][-1] if "anyOf" in shown else shown
    assert list(entry["properties"]) == list(family)
    for name, member in family.items():
        options = options_of(member)
        assert list(options) == [f.name for f in fields(member) if f.init]
        for key, option in options.items():
            assert re.fullmatch(r"[A-Z].*[.]", option.about), f"{name}.{key}: a sentence"
            assert entry["properties"][name]["properties"][key]["description"] == option.words
        needed = [key for key, option in options.items() if option.needed]
        assert entry["properties"][name].get("required", []) == needed
        pairs = {option.instead_of: key for key, option in options.items() if option.instead_of}
        assert [one["oneOf"] for one in entry["properties"][name].get("allOf", [])] == [
            [{"required": [key]} for key in pair] for pair in pairs.items()
        ]
        assert [sentence for _, sentence in wrong_options({}, options)] == [
            *(f"needs {key}. {options[key].about}" for key in needed),
            *(f"needs {one} or {other}. {options[one].about}" for one, other in pairs.items()),
        ]
        typed = {"pushgateway": "http://x", "routing_key": "${KEY}", "to": ["x"]}
        given = {key: typed.get(key, "x") for key in (*needed, *pairs)}
        made = build(family, name, given)
        assert all(getattr(made, key) == option.default for key, option in options.items() if key not in given)


KEYS = sorted(set(re.findall(r"(\w+):(?= |\n)", FULL)))


@settings(max_examples=150, deadline=None)
@given(key=st.sampled_from(KEYS), wrong=st.text(st.characters(codec="utf-8"), max_size=8))
def test_any_mangled_key_is_a_monitor_error_with_its_line(key: str, wrong: str) -> None:
    written = json.dumps(wrong) if wrong != key else '"mangled"'
    lines = FULL.splitlines(keepends=True)
    number = next(n for n, line in enumerate(lines) if re.search(rf"\b{key}:(?= |\n)", line))
    lines[number] = re.sub(rf"\b{key}:(?= |\n)", lambda _: f"{written}:", lines[number], count=1)
    said = complaint("".join(lines))
    assert f"m.yml:{number + 1}: " in said


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.text("[]{}:,-&*!|>%@`'\"\n ab1", max_size=60))
def test_no_text_raises_anything_else(text: str) -> None:
    with pytest.raises(MonitorError):
        parse_monitor(text)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_any_value_anywhere_is_taken_or_refused_with_a_line(data: st.DataObject) -> None:
    document = yaml.safe_load(FULL)
    section = data.draw(st.sampled_from(sorted(document)))
    inner = document[section] if isinstance(document[section], dict) else document
    inner[data.draw(st.sampled_from(sorted(inner)))] = data.draw(VALUES)
    said = ""
    try:
        parse_monitor(yaml.safe_dump(document, allow_unicode=True), "m.yml")
    except MonitorError as error:
        said = str(error)
    assert not said or re.match(r"m\.yml:[1-9][0-9]*: ", said)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=36_000)))
def test_durations_are_read_back_as_spelt(length: timedelta) -> None:
    assert parse_duration(spell_duration(length)) == length


@pytest.mark.parametrize(
    "text", ["", "hours", "2", "2 hours and", "-2 hours", "1e3 days", "99999999 weeks", "9" * 400 + " days"]
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a (duration|unit)|longer than a century"):
        parse_duration(text)


@pytest.mark.parametrize(
    "url", ["postgresql://u:p@h/d", "postgresql+psycopg://u:p@@h/d", "http://:p@h", "x://u:p/q@h?a=1&sslpassword=p"]
)
def test_masked_addresses_hold_no_password(url: str) -> None:
    assert "***@h" in mask(url)
    assert "=p" not in mask(url)


def test_thresholds_are_in_order_and_are_no_part_of_what_profiles_depend_on() -> None:
    """Those that are declared are counted beside what is there: nothing is profiled again but labels."""
    plain = parse_monitor(FULL, "m.yml")
    other = parse_monitor(FULL.replace("delay: 1 day", "thresholds: [0.5, 0.3, 0.5]"), "m.yml")
    one = parse_monitor(FULL.replace("delay: 1 day", "thresholds: 0.3"), "m.yml")
    assert plain.labels is not None
    assert other.labels is not None
    assert one.labels is not None
    assert (plain.labels.thresholds, other.labels.thresholds, one.labels.thresholds) == ((0.5,), (0.3, 0.5), (0.3,))
    assert plain.source_key == other.source_key
