"""Whether a text tries to command a model, by the usual words."""

from typing import ClassVar

from tidegauge.profiles.descriptors.patterns import Holds


class Injection(Holds):
    """English phrases by which a text asks a model to forget what it was told."""

    name: ClassVar[str] = "injection"
    says: ClassVar[str] = "Whether it holds a phrase that asks a model to forget what it was told, in English."
    lower: ClassVar[bool] = True
    pattern: ClassVar[str] = (
        "(ignore|disregard|forget) (all |everything |the )?(previous|above|system|prior)"
        "|system override|im_start|jailbreak"
    )
