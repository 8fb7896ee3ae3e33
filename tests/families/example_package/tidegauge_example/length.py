"""A kind of column from outside: texts, of which only the length is looked at."""

from typing import ClassVar

from tidegauge.profiles.kinds.numbers import Numeric
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.numeric import NumericLayout
from tidegauge.warehouses.dialect import Dialect


class LengthLayout(NumericLayout):
    """The number line, under a name of its own."""

    kind: ClassVar[str] = "length"


class Length(Numeric):
    """How long texts are: all that is said of numbers is said of that."""

    name: ClassVar[str] = "length"
    says: ClassVar[str] = "Texts, of which only the length is looked at."
    layout: ClassVar[type[Layout]] = LengthLayout
    types: ClassVar[tuple[str, ...]] = ()

    def takes(self, type_name: str) -> bool:
        return type_name.upper() in ("VARCHAR", "TEXT", "CHARACTER VARYING")

    def source(self, dialect: Dialect, quoted: str, type_name: str) -> str:
        del type_name
        return dialect.real(f"length({quoted})")
