"""How many words a text has, as the blanks between them say."""

from typing import ClassVar

from tidegauge.profiles.descriptors.base import Count
from tidegauge.warehouses.dialect import Dialect


class TextWords(Count):
    """Blanks of a text, and one; none where it is empty. By a pattern it would cost five times as much."""

    name: ClassVar[str] = "words"
    says: ClassVar[str] = "How many words it has: its blanks, and one; none where it is empty."

    def count(self, dialect: Dialect, text: str) -> str:
        del dialect
        return f"CASE WHEN {text} = '' THEN 0 ELSE length({text}) - length(replace({text}, ' ', '')) + 1 END"

    def number(self, text: str) -> int:
        return text.count(" ") + 1 if text else 0
