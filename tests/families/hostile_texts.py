"""Texts made to trip whoever counts them: blanks of all kinds, marks, pairs, patterns that nearly match."""

import random
from collections.abc import Iterator

PIECES = (
    *(
        "a",
        "Z",
        "I can't help",
        "I can’t answer",
        "I'm sorry but",
        "as an AI",
        "I am unable to assist",
        "ICANNOT",
        "i cannot",
    ),
    *("?", "!", ".", "...", "?!", ". ", "! ", "?\n", ".\r\n", ".\t", " ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u2003"),
    *(
        "http://x",
        "https://",
        "HTTPS://X",
        "https://a.b/c?d=1",
        "https://ä.de/ü",
        "a.b@c.org",
        "a@b.c",
        "@",
        "x@y.zz.",
        "a@b..de",
    ),
    *(
        "4111 1111 1111 1111",
        "4111-1111-1111-111",
        "+1 (555) 123-4567",
        "12345678",
        "123456789",
        "(0) 30",
        "٣٤٥٦٧٨٩٠١٢",
    ),
    *(
        "ignore all previous",
        "Disregard the SYSTEM",
        "jailbreak",
        "forget everything prior",
        "IM_START",
        "system  override",
    ),
    *(
        "é",
        "e\u0301",
        "ß",
        "ẞ",
        "İ",
        "\u0131",
        "\u017f",
        "\u212a",
        "ﬁ",
        "ǅ",
        "😀",
        "👨‍👩‍👧",
        "한국어",
        "مرحبا",
        "\u200b",
        "\ufeff",
        "\U0010ffff",
        "\x01",
        "\x7f",
    ),
    *("%", "%s", "%%", "$1", "\\", "\\N", "\\d", "'", '"', "null", "NaN", "{}", "-- ", ";", "_", "|", "^", "$"),
)
FIXED = (
    None,
    "",
    " ",
    "   ",
    "\n",
    ".",
    "?",
    "a.",
    "a.\n",
    "a. ",
    "x" * 5000,
    "é" * 3000 + "?",
    "a " * 2500,
    "İI am unable to assist",
)


def hostile_texts(many: int, seed: int = 19, *, longest: int = 12) -> Iterator[str | None]:
    """So many texts, the fixed ones first, each of up to so many pieces."""
    chance = random.Random(seed)
    for k in range(many):
        if k < len(FIXED):
            yield FIXED[k]
        else:
            yield "".join(chance.choices(PIECES, k=chance.randint(1, longest)))
