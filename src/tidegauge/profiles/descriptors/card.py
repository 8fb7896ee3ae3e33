"""Whether a text holds the number of a card."""

from typing import ClassVar

from tidegauge.profiles.descriptors.patterns import Holds


class Card(Holds):
    """Sixteen digits, in fours or not."""

    name: ClassVar[str] = "card"
    says: ClassVar[str] = "Whether it holds sixteen digits, in fours or not, as cards have them."
    pattern: ClassVar[str] = r"(^|[^0-9])([0-9]{4}[ -]?){3}[0-9]{4}($|[^0-9])"
