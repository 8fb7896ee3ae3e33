"""Whether a text holds an e-mail address."""

from typing import ClassVar

from tidegauge.profiles.descriptors.patterns import Holds


class EmailAddress(Holds):
    """Something like name@host.tld."""

    name: ClassVar[str] = "email"
    says: ClassVar[str] = "Whether it holds what looks like an e-mail address."
    pattern: ClassVar[str] = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+[.][A-Za-z][A-Za-z]"
