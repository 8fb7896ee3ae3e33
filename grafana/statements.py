"""How the SQL views are asked: whole statements in `sql/`, with the parts that differ filled in here.

A window is drawn from its start to a second before its end, each by a point of its own. `$monitor` and the like are
Grafana's variables: its PostgreSQL plugin doubles the quotes in them.
"""

from pathlib import Path

HERE = Path(__file__).parent / "sql"


def statement(name: str, **parts: str) -> str:
    """A statement of the folder; a part that it asks for and does not get is an error."""
    text = (HERE / f"{name}.sql").read_text(encoding="utf-8")
    return text.format(**parts).rstrip()


def choices(what: str, view: str, where: str = "TRUE") -> str:
    """The choices of a variable.

    >>> choices("d.monitor", "tidegauge_decisions AS d").splitlines()[-1]
    'SELECT DISTINCT d.monitor FROM tidegauge_decisions AS d WHERE TRUE ORDER BY 1'
    """
    return statement("choices", what=what, view=view, where=where)
