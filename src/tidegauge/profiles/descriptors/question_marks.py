"""Whether a text asks."""

from typing import ClassVar

from tidegauge.profiles.descriptors.letters import CharacterCount


class QuestionMarks(CharacterCount):
    """Question marks of a text."""

    name: ClassVar[str] = "question_marks"
    says: ClassVar[str] = "How many ? it has."
    characters: ClassVar[str] = "?"
