"""Secrets in texts that are no addresses, typed where a file, a date or a name belongs, and written into a monitor."""

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.secrets.stage import Stage


def forms(password: str) -> dict[str, str]:
    """Texts that hold a password behind its name."""
    escaped = password.replace("\\", "\\\\").replace("'", "\\'")
    return {
        "libpq": f"host=h user=me password={password}",
        "libpq quoted": f"user=me password = '{escaped}' host=h",
        "odbc": f"Driver={{PostgreSQL}};Uid=me;Pwd={password};Server=h",
        "motherduck": f"md:shop?motherduck_token={password}",
        "signed": f"data/x.parquet?X-Amz-Signature={password}",
    }


SPAN = ("--from", "2024-03-01", "--to", "2024-03-02")
ARGUMENTS = (  # M: the monitor's file, X: the text
    ("check", "X"),
    ("X",),
    ("run", "M", "X"),
    ("run", "M", "--window", "X"),
    ("backfill", "M", "--from", "X"),
    ("explain", "M", "X"),
    ("deliver", "M", "X"),
    ("deliver", "M", "--dismiss", "X"),
    ("replay", "M", "--from", "X", "--to", "2024-03-02"),
    ("replay", "M", *SPAN, "--events", "X"),
    ("replay", "M", *SPAN, "--faults", "X"),
    ("replay", "M", *SPAN, "--out", "X"),
    ("report", "M", "--out", "X"),
    ("incident", "show", "M", "X"),
    ("incident", "log", "M", "--export", "X"),
    ("compare", "X", "X"),
    ("compare", "a.csv", "b.csv", "--html", "X"),
    ("init", "--source", "X", "--table", "log"),
    ("init", "--path", "X"),
    ("init", "--path", "x.csv", "--out", "X"),
    ("init", "--source", "duckdb:///:memory:", "--table", "X"),
    ("init", "--source", "duckdb:///:memory:", "--table", "log", "--name", "X"),
)
IN_FILES = ("libpq", "motherduck")  # all of them would cost as much again
PLACES = {  # what is written in the place of what in a monitor's file
    "zone": ("table: log", "table: log, zone: X"),
    "table": ("table: log", "table: X"),
    "path": ("table: log", "path: X"),
    "paths": ("table: log", "table: log, paths: [X]"),
    "name": ("monitor: guarded", "monitor: X"),
    "column": ("numeric: [x]", "numeric: [X]"),
    "pages": ("sinks: [", "sinks: [{html: {folder: X}}, "),
    "notices": ("actions: [", "actions: [{notify: {log: X}}, "),
    "routing key": ("actions: [", "actions: [{pagerduty: {routing_key: X, timeout: 1}}, "),
    "hook": ("actions: [", "actions: [{webhook: {url: X, timeout: 1}}, "),
    "mail": ("actions: [", "actions: [{mail: {server: X, to: [X], sender: X, timeout: 1}}, "),
    "called": ("actions: [", "actions: [{slack: {url: 'http://127.0.0.1:9', called: X, timeout: 1}}, "),
    "dag": ("actions: [", "actions: [{retrain: {dag: X}}, "),
}


def typed(stage: "Stage", password: str) -> None:
    """Each form in each place; none is taken, and none is repeated."""
    good = stage.monitor("good.yml")
    text = good.read_text()
    file = stage.folder / "home" / "bad.yml"
    for form, given in forms(password).items():
        for words in ARGUMENTS:
            typed = (good if w == "M" else given if w == "X" else w for w in words)
            code = stage.verb(f"{form} typed: {' '.join(words)}", *typed)
            assert code in {2, 3}, (form, words, code)
        for place, (was, now) in PLACES.items() if form in IN_FILES else ():
            written = now.replace("X", json.dumps(given))
            assert was in text
            file.write_text(text.replace(was, written, 1))
            stage.verb(f"{form} in {place}", "check", file)
            stage.verb(f"{form} in {place}", "--debug", "run", file, "--new", "--window", "2024-03-03")
    # where one is needed to read it, and no address: files, of which none is there
    url = next(line for line in text.splitlines() if line.startswith("source:"))
    for form, given in forms(password).items():
        file.write_text(text.replace(url, f"source: {{path: {json.dumps(given)}}}"))
        stage.verb(f"{form} as a path", "check", file)
        stage.verb(f"{form} as a path", "--debug", "run", file, "--new", "--window", "2024-03-03")
