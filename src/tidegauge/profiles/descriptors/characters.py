"""How long a text is."""

from typing import ClassVar

from tidegauge.profiles.descriptors.base import Count
from tidegauge.warehouses.dialect import Dialect


class Characters(Count):
    """Code points of a text."""

    name: ClassVar[str] = "characters"
    says: ClassVar[str] = "How many characters it has (code points)."

    def count(self, dialect: Dialect, text: str) -> str:
        del dialect
        return f"length({text})"

    def number(self, text: str) -> int:
        return len(text)
