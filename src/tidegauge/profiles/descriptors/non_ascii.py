"""How much of a text is beyond ASCII: another language, another keyboard, a broken encoding."""

from typing import ClassVar

from tidegauge.profiles.descriptors.base import Band
from tidegauge.warehouses.dialect import Dialect


class NonAscii(Band):
    """Bytes that a text takes beyond one a character."""

    name: ClassVar[str] = "non_ascii"
    says: ClassVar[str] = "How many bytes it has beyond one a character: 1 for é, 2 for 語, 3 for an emoji."

    def count(self, dialect: Dialect, text: str) -> str:
        return f"{dialect.text_bytes}({text}) - length({text})"

    def number(self, text: str) -> int:
        return len(text.encode()) - len(text)
