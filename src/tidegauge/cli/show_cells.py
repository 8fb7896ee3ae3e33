"""Which columns are counted in other cells than their first ones."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.text import Text

from tidegauge.core.grid import local_time
from tidegauge.wording.text import column_name


def cut_again(found: Sequence[Mapping[str, Any]], zone: str) -> Iterable[Text]:
    """A line that names them, and since when; nothing where there is none."""
    if found:
        told = (f"{column_name(c['column'])} ({local_time(c['since'], zone)[:10]})" for c in found)
        yield Text(f"Cut again, having outgrown their cells: {', '.join(told)}")
