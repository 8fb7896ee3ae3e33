"""Addresses of the web in a text."""

from typing import ClassVar

from tidegauge.profiles.descriptors.patterns import MatchCount


class Urls(MatchCount):
    """Addresses that begin with http:// or https://."""

    name: ClassVar[str] = "urls"
    says: ClassVar[str] = "How many addresses it has that begin with http:// or https://."
    pattern: ClassVar[str] = r"https?://[^ \t\r\n]+"
