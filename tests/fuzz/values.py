"""Odd values and small damages, drawn by a seed: what people, programs and enemies put where something else belongs."""

import random
from collections.abc import Mapping
from typing import Any

TEXTS = (
    *("", " ", "\n", "\0", "a\nb", "a\tb", "\r\n", "\u2028", "\x85", "\x1b[31m", "\u202e", "\ufeff", "é", "雪", "😀"),
    *("null", "true", "no", "~", "1e400", "nan", "-inf", "0x10", "1_000", "%s", "{0}", "${HOME}", "${", "${NO_SUCH}"),
    *(
        "../../etc/passwd",
        "/dev/zero",
        "a/b",
        "~",
        "~nobody/x",
        "*",
        "[",
        "a[1]",
        "C:\\x",
        "'; DROP TABLE log; --",
        '"',
    ),
    *(
        "2013-04-01",
        "2013-02-30",
        "9999-12-31",
        "0001-01-01",
        "2013-04-01T05",
        "2013-03-10T02:30",
        "2013-04-01T05+25:00",
    ),
    *("day/2013-04-01T04:00:00Z/2013-04-02T04:00:00Z", "day/x/y", "/", "//", "a/b/c/d", "hour/9999-12-31T23:00:00Z/"),
    *(
        "x" * 1000,
        "é" * 5000,
        "x" * 100_000,
        "\ud800",
        "a\udfffb",
        "window",
        "live",
        "postgresql://u:p@h/d",
        "duckdb:///",
    ),
    *("sqlite://x.db", "duckdb://x", "http://", "1 per month", "0 per day", "1e9 days", "-1 hour", "America/New_York"),
    *("UTC", "US", "Mars/Base", "missing", "psi", "small", "day", "hour", "html", "notify", "*", "__volume__", "1.5"),
)
NUMBERS = (
    0,
    1,
    -1,
    2,
    4,
    1.5,
    -0.0,
    1e308,
    -1e308,
    5e-324,
    float("nan"),
    float("inf"),
    float("-inf"),
    2**31,
    2**63,
    -(2**64),
)
OTHERS = (None, True, False, 10**30, 10**400)
DEEP = 4


def value(dice: random.Random, depth: int = 0) -> Any:  # noqa: ANN401 - any JSON value
    """Any value that JSON or YAML can hold."""
    kind = dice.random()
    if depth < DEEP and kind < 0.12:
        return [value(dice, depth + 1) for _ in range(dice.randint(0, 3))]
    if depth < DEEP and kind < 0.24:
        return {text(dice): value(dice, depth + 1) for _ in range(dice.randint(0, 3))}
    if kind < 0.45:
        return dice.choice(NUMBERS)
    return dice.choice(OTHERS) if kind < 0.6 else text(dice)


def text(dice: random.Random) -> str:
    """A text, mostly an odd one."""
    if dice.random() < 0.7:
        return dice.choice(TEXTS)
    return "".join(
        chr(dice.choice((dice.randint(0, 127), dice.randint(0, 0x2FFF)))) for _ in range(dice.randint(0, 12))
    )


def damaged(dice: random.Random, whole: Any, odds: float = 0.15) -> Any:  # noqa: ANN401 - any JSON value
    """The same tree with some of it replaced, renamed, left out, doubled or wrapped."""
    if dice.random() < odds:
        return dice.choice((value(dice), [whole], {text(dice): whole}, None))
    if isinstance(whole, Mapping):
        found = {k: damaged(dice, v, odds / 2) for k, v in whole.items() if dice.random() > odds / 3}
        if dice.random() < odds:
            found[text(dice)] = value(dice)
        if found and dice.random() < odds:
            key = dice.choice([*found])
            found[_mistyped(dice, str(key))] = found.pop(key)
        return found
    if isinstance(whole, list):
        found_list = [damaged(dice, v, odds / 2) for v in whole]
        return found_list + found_list[:1] if dice.random() < odds / 2 else found_list
    return whole


def scratched(dice: random.Random, written: str) -> str:
    """The same text with characters lost, doubled, swapped or put in."""
    for _ in range(dice.randint(1, 4)):
        at = dice.randint(0, len(written))
        put = dice.choice((text(dice)[:50], "", written[at : at + 20], dice.choice(":-[]{}#&*!|>'\"%@`, \n\t")))
        written = written[:at] + put + written[at + dice.choice((0, 0, 1, 7)) :]
    return written


def _mistyped(dice: random.Random, key: str) -> str:
    at = dice.randint(0, len(key))
    return dice.choice(
        (key.upper(), key.title(), key + "s", key[:at] + key[at + 1 :], f" {key}", key[:at] + "x" + key[at:])
    )
