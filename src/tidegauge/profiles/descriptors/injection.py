"""Whether a text tries to command a model, by the usual words."""

from typing import ClassVar

from tidegauge.profiles.descriptors.patterns import Holds, any_case


class Injection(Holds):
    """English phrases by which a text asks a model to forget what it was told."""

    name: ClassVar[str] = "injection"
    says: ClassVar[str] = "Whether it holds a phrase that asks a model to forget what it was told, in English."
    pattern: ClassVar[str] = any_case(
        "(ignore|disregard|forget) (all |everything |the )?(previous|above|system|prior)"
        "|system override|im_start|jailbreak"
    )
