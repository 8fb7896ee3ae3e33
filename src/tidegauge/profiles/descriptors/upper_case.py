"""How a text is cased: what most embeddings cannot see."""

from string import ascii_uppercase
from typing import ClassVar

from tidegauge.profiles.descriptors.letters import CharacterCount


class UpperCase(CharacterCount):
    """Capital letters of a text, A to Z."""

    name: ClassVar[str] = "upper_case"
    says: ClassVar[str] = "How many capital letters it has, A to Z."
    characters: ClassVar[str] = ascii_uppercase
