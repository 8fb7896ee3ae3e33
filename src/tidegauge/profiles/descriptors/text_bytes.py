"""How much room a text takes."""

from typing import ClassVar

from tidegauge.profiles.descriptors.base import Count
from tidegauge.warehouses.dialect import Dialect


class TextBytes(Count):
    """Bytes of a text in UTF-8."""

    name: ClassVar[str] = "bytes"
    says: ClassVar[str] = "How many bytes it has in UTF-8."

    def count(self, dialect: Dialect, text: str) -> str:
        return f"{dialect.text_bytes}({text})"

    def number(self, text: str) -> int:
        return len(text.encode())
