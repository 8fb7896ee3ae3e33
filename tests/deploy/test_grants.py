"""Grants for warehouses that are not at hand: reading, and nothing more. PostgreSQL's are run in test_postgres.py."""

import re
from pathlib import Path

import pytest

GRANTS = Path(__file__).parents[2] / "deploy" / "grants"
NOT_RUN = ("snowflake", "bigquery", "redshift", "databricks")


def statements(name: str) -> list[str]:
    """Each statement of a file, in one line."""
    text = re.sub(r"--[^\n]*", "", (GRANTS / f"{name}.sql").read_text(encoding="utf-8"))
    return [" ".join(part.split()) for part in text.split(";") if part.strip()]


def test_every_file_says_on_top_whether_it_ran() -> None:
    for file in GRANTS.glob("*.sql"):
        assert ("-- NOT RUN: " if file.stem in NOT_RUN else "-- RAN HERE: ") in file.read_text(encoding="utf-8")[:900]


@pytest.mark.parametrize("name", NOT_RUN)
def test_reading_is_granted_and_nothing_more(name: str) -> None:
    found = statements(name)
    rights = re.compile(
        r"GRANT (?:(SELECT|USAGE|USE CATALOG|USE SCHEMA|`roles/bigquery\.dataViewer`) ON|(ROLE) \w+ TO USER)"
    )
    granted = [rights.match(s) for s in found if s.startswith("GRANT")]
    assert all(granted)
    assert {g[1] for g in granted if g} & {"SELECT", "`roles/bigquery.dataViewer`"}
    for statement in found:
        assert statement.split()[0] in {"GRANT", "REVOKE", "CREATE", "ALTER", "SET"}, statement
        assert not re.search(
            r"\b(ALL PRIVILEGES|OWNERSHIP|INSERT|UPDATE|DELETE|MODIFY|SUPERUSER|CREATEDB)\b", statement
        )
        assert not statement.endswith("WITH GRANT OPTION")
    assert re.search(r"timeout", " ".join(found), re.IGNORECASE)
