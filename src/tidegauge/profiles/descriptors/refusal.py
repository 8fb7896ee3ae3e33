"""Whether a text is the refusal of a model, by its usual words."""

from typing import ClassVar

from tidegauge.profiles.descriptors.patterns import Holds, any_case


class Refusal(Holds):
    """English phrases by which models refuse. `can.?t` takes both apostrophes, and none."""

    name: ClassVar[str] = "refusal"
    says: ClassVar[str] = "Whether it holds a phrase by which models refuse, in English: I cannot help, I'm sorry, but."
    pattern: ClassVar[str] = any_case(
        "(^|[^A-Za-z])(i (can.?t|cannot|am unable to|won.?t) (help|assist|provide|answer|do that)"
        "|i.?m sorry,? but|as an ai)"
    )
