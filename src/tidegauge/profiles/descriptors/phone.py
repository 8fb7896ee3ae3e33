"""Whether a text holds a telephone number."""

from typing import ClassVar

from tidegauge.profiles.descriptors.patterns import Holds


class Phone(Holds):
    """Nine digits and more, with blanks, points, hyphens and brackets among them."""

    name: ClassVar[str] = "phone"
    says: ClassVar[str] = "Whether it holds what looks like a telephone number."
    pattern: ClassVar[str] = r"(^|[^0-9])[+]?[0-9(][0-9() .-]{7,}[0-9]($|[^0-9])"
