"""What is seen of a text, in one list: one file and one line each. The first eight are seen of every text column."""

from tidegauge.core.registry import Registry
from tidegauge.profiles.descriptors.base import Descriptor
from tidegauge.profiles.descriptors.blank_text import BlankText
from tidegauge.profiles.descriptors.card import Card
from tidegauge.profiles.descriptors.characters import Characters
from tidegauge.profiles.descriptors.email_address import EmailAddress
from tidegauge.profiles.descriptors.injection import Injection
from tidegauge.profiles.descriptors.non_ascii import NonAscii
from tidegauge.profiles.descriptors.phone import Phone
from tidegauge.profiles.descriptors.question_marks import QuestionMarks
from tidegauge.profiles.descriptors.refusal import Refusal
from tidegauge.profiles.descriptors.text_bytes import TextBytes
from tidegauge.profiles.descriptors.text_digits import TextDigits
from tidegauge.profiles.descriptors.text_sentences import TextSentences
from tidegauge.profiles.descriptors.text_words import TextWords
from tidegauge.profiles.descriptors.upper_case import UpperCase
from tidegauge.profiles.descriptors.urls import Urls

DESCRIPTORS: Registry[Descriptor] = Registry(
    "descriptor of texts",
    [
        Characters(),
        TextWords(),
        TextSentences(),
        QuestionMarks(),
        UpperCase(),
        NonAscii(),
        Urls(),
        Refusal(),
        TextBytes(),
        TextDigits(),
        BlankText(),
        EmailAddress(),
        Phone(),
        Card(),
        Injection(),
    ],
)
USUAL = (  # what a text column is described by where its monitor says nothing else
    "characters",
    "words",
    "sentences",
    "question_marks",
    "upper_case",
    "non_ascii",
    "urls",
    "refusal",
)


def column_of(text: str, descriptor: str) -> str:
    """The name of the column that a descriptor makes of a text column.

    >>> column_of("question", "words")
    'question.words'
    """
    return f"{text}.{descriptor}"
