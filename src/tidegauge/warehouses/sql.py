"""Whole SQL statements, kept as files in `sql/` so that SQL reads as SQL.

The folder stands at the root of the source tree and travels inside the wheel as `tidegauge/sql`. A statement with
parts that depend on a monitor is a Jinja template; one that needs none is read as it is.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tidegauge.core.errors import TidegaugeError, did_you_mean

if TYPE_CHECKING:
    from jinja2 import Environment, Template

_HERE = Path(__file__).resolve().parents[1]  # the package


@cache
def folder() -> Path:
    """Where the statements are: in the installed package, or else at the root of the source tree."""
    for place in (_HERE / "sql", _HERE.parents[1] / "sql"):
        if place.is_dir():
            return place
    raise TidegaugeError(
        f"tidegauge's SQL statements are missing: there is neither {_HERE / 'sql'} nor {_HERE.parents[1] / 'sql'}. "
        "The installation is incomplete; install tidegauge again."
    )


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # for whoever asks an engine something

    return Environment(
        loader=FileSystemLoader(folder()),
        undefined=StrictUndefined,  # a forgotten parameter is an error, never an empty string inside a statement
        autoescape=False,  # noqa: S701 - it is SQL, not HTML; each dialect quotes its names and literals itself
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def names() -> list[str]:
    """Every statement, by its path below `sql/`."""
    return sorted(path.relative_to(folder()).as_posix() for path in folder().rglob("*.sql"))


def read(name: str) -> str:
    """The text of a statement, as it stands in the file.

    Raises:
        TidegaugeError: No statement has this name.
    """
    if name not in names():
        raise _unknown(name)
    return (folder() / name).read_text(encoding="utf-8")


def template(name: str) -> "Template":
    """A statement that has parameters: `template("profile.sql").render(table=…)`.

    Raises:
        TidegaugeError: No statement has this name.
    """
    from jinja2 import TemplateNotFound

    try:
        return _environment().get_template(name)
    except TemplateNotFound:
        raise _unknown(name) from None


def macro(name: str, called: str, *arguments: object) -> str:
    """What one macro of a statement file renders to, for a place that the file itself does not reach."""
    return str(getattr(template(name).module, called)(*arguments))


def _unknown(name: str) -> TidegaugeError:
    return TidegaugeError(f'There is no SQL statement "{name}". {did_you_mean(name, names())}')
