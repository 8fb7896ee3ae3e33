"""Two versions side by side, as a person reads them in a terminal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text

from tidegauge.cli.show import table
from tidegauge.core.versions_beside import VersionsBeside
from tidegauge.wording.text import one_line
from tidegauge.wording.versions_words import WINDOWS, apart, cells, heads, in_windows

if TYPE_CHECKING:
    from rich.console import RenderableType


def versions(found: VersionsBeside, zone: str) -> Iterable["RenderableType"]:
    """What they are, all rows, then the segments that windows agree on."""
    yield from map(Text, in_windows(found, zone))
    yield table(("of all rows", *heads(found)), [(f.title, *cells(f)) for f in found.whole])
    some, looked = apart(found)
    if some:
        shown = [(one_line(f.segment, 40), f.title, *cells(f)) for f in some]
        yield table(("segment", "where windows agree best", *heads(found)), shown)
    if looked:
        yield Text(f"{looked} --json has all of them.")
    yield Text(WINDOWS)
