"""Descriptors that count characters of a few kinds: what is left when they are taken out."""

from typing import ClassVar

from tidegauge.profiles.descriptors.base import Band
from tidegauge.warehouses.dialect import Dialect


class CharacterCount(Band):
    """How many of some characters a text holds."""

    characters: ClassVar[str]

    def count(self, dialect: Dialect, text: str) -> str:
        these = dialect.text(self.characters)
        without = f"replace({text}, {these}, '')" if len(self.characters) == 1 else f"translate({text}, {these}, '')"
        return f"length({text}) - length({without})"

    def number(self, text: str) -> int:
        return sum(text.count(c) for c in self.characters)
