"""The likely causes of an alert, as a person reads them in a terminal."""

from collections.abc import Iterator

from rich.text import Text

from tidegauge.core.decision import Decision
from tidegauge.wording.cause_words import fit, sentence


def causes(decision: Decision) -> Iterator[Text]:
    """Each with what speaks for it."""
    for k, cause in enumerate(decision.causes):
        if not k:
            yield Text(f"\nLikely cause{'s' * (len(decision.causes) > 1)}", style="bold")
        yield Text(f"{sentence(cause)} {fit(cause)}".rstrip())
