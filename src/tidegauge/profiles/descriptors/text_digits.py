"""How many digits a text has."""

from string import digits
from typing import ClassVar

from tidegauge.profiles.descriptors.letters import CharacterCount


class TextDigits(CharacterCount):
    """Digits of a text, 0 to 9."""

    name: ClassVar[str] = "digits"
    says: ClassVar[str] = "How many digits it has, 0 to 9."
    characters: ClassVar[str] = digits
