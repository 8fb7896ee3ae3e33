"""How many sentences a text has."""

from typing import ClassVar

from tidegauge.profiles.descriptors.patterns import MatchCount


class TextSentences(MatchCount):
    """Ends of sentences: points, question and exclamation marks before a blank or the end."""

    name: ClassVar[str] = "sentences"
    says: ClassVar[str] = "How many times . ! or ? stand before a blank, a new line or its end."
    pattern: ClassVar[str] = r"[.!?]+([ \t\r\n]|$)"
