"""Statements are found, rendered strictly, and a wrong name is answered with the right one."""

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from tidegauge.core.errors import TidegaugeError
from tidegauge.warehouses import sql


@pytest.fixture
def statements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of statements of our own in place of the package's."""
    monkeypatch.setattr(sql, "folder", lambda: tmp_path)
    sql._environment.cache_clear()
    monkeypatch.setattr(sql, "_environment", sql._environment.__wrapped__)
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "one.sql").write_text("SELECT\n{% for c in columns %}\n  {{ c }},\n{% endfor %}\n1\n")
    return tmp_path


def test_every_statement_of_the_project_can_be_read() -> None:
    assert sql.names()
    for name in sql.names():
        assert sql.read(name).strip(), name
        assert sql.template(name).name == name


@pytest.mark.usefixtures("statements")
def test_a_block_leaves_no_blank_line_and_nothing_is_escaped() -> None:
    assert sql.template("part/one.sql").render(columns=['"a<b"']) == 'SELECT\n  "a<b",\n1\n'


@pytest.mark.usefixtures("statements")
def test_a_forgotten_parameter_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="'columns' is undefined"):
        sql.template("part/one.sql").render()


@pytest.mark.usefixtures("statements")
def test_a_wrong_name_is_answered_with_the_right_one() -> None:
    for ask in (sql.read, sql.template):
        with pytest.raises(TidegaugeError, match=r'no SQL statement "part/ome.sql". Did you mean "part/one.sql"\?'):
            ask("part/ome.sql")


def test_a_name_never_leaves_the_folder() -> None:
    for ask in (sql.read, sql.template):
        with pytest.raises(TidegaugeError, match="There is no SQL statement"):
            ask("../pyproject.toml")
