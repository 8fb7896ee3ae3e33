"""Whether a model treats groups alike, as a person reads it in a terminal."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from tidegauge.cli.show import table, when
from tidegauge.core.parity import Fairness
from tidegauge.wording.parity_words import HEADS, headed, hints, row

if TYPE_CHECKING:
    from rich.console import RenderableType


def fairness(some: Sequence[Fairness], zone: str) -> Iterable["RenderableType"]:
    """Each sensitive column: its groups' rates beside those of the base group."""
    for told in some:
        yield Text("")
        yield Text(headed(told, lambda w: when(w, zone)), style="bold")
        if told.parities:
            yield table(HEADS, [row(p) for p in told.parities])
        yield from (Text(hint) for hint in hints(told))
