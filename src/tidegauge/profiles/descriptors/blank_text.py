"""Whether there is nothing in a text."""

from typing import ClassVar

from tidegauge.profiles.descriptors.base import Flag
from tidegauge.warehouses.dialect import Dialect


class BlankText(Flag):
    """Empty, or blanks alone."""

    name: ClassVar[str] = "blank"
    says: ClassVar[str] = "Whether it is empty, or blanks alone."

    def holds(self, dialect: Dialect, text: str) -> str:
        del dialect
        return f"replace({text}, ' ', '') = ''"

    def true_of(self, text: str) -> bool:
        return not text.replace(" ", "")
