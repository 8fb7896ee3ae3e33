"""Passwords that break whatever is not careful, every dress they may come to light in, and the search for them."""

import base64
import html
import json
import random
import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, quote_plus

SPECIAL = "%@/:?#[]&=+ '\"\\$;|<>()*~^`!,.-_{}éß→雪"
LETTERS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
BITS = ("%zz", "%41", "%", "@", "@h", "${HOME}", "://", "''", '\\"', "?a=b", "#c", "/d", "\\x00", "{0}", "%s", "%(p)s")
PIECE = 4


def passwords(n: int, seed: int = 20) -> list[str]:
    """So many passwords, always the same ones: ends and joints full of what URLs, SQL, shells and formats mean."""
    dice = random.Random(seed)
    return [_password(dice) for _ in range(n)]


def _password(dice: random.Random) -> str:
    while True:
        parts = [_word(dice) for _ in range(dice.randint(3, 6))]
        made = "".join(p + dice.choice((dice.choice(BITS), dice.choice(SPECIAL))) for p in parts)
        made = made if dice.random() < 0.5 else dice.choice("%@:/?#") + made
        # no run of letters that a clock or a hash may show by chance, and nothing that is cut off as white space
        if made == made.strip() and not any(_common(p) for p in pieces(made)):
            return made


def _word(dice: random.Random) -> str:
    return "".join(dice.choice(LETTERS) for _ in range(dice.randint(2, 7)))


def _common(piece: str) -> bool:
    return bool(re.fullmatch(r"[0-9a-f]+|[A-Za-z]+=?b|HOME|{HOM|OME}|\${HO", piece)) and "HOM" not in piece


def twin(secret: str) -> str:
    """Another secret of the same shape: each letter another one, and what URLs, SQL and formats mean where it was.

    What a run with a secret shows because of its *shape* (a sentence that only such passwords bring on), a run with its
    twin shows too. What it shows of the secret itself, the twin's does not.
    """
    return re.sub(r"%..|%$|\$\{HOME\}|\\x00|[A-Za-z0-9]", lambda m: _next(m[0]) if len(m[0]) == 1 else m[0], secret)


def _next(letter: str) -> str:
    at = LETTERS.find(letter)
    return letter if at < 0 else LETTERS[(at + 7) % len(LETTERS)]


def pieces(text: str) -> set[str]:
    """Every four characters in a row."""
    return {text[i : i + PIECE] for i in range(len(text) - PIECE + 1)}


def dresses(secret: str) -> Iterator[str]:
    """A secret as it is, quoted, escaped, in repr, in JSON, in HTML, in base64."""
    data = secret.encode()
    yield from (secret, repr(secret)[1:-1], repr(data)[2:-1], json.dumps(secret)[1:-1], html.escape(secret))
    yield from (quote(secret, safe=""), quote(secret), quote_plus(secret), secret.encode("unicode_escape").decode())
    yield from (secret.replace("'", "''"), secret.replace('"', '""'), re.sub(r"([\\'])", r"\\\1", secret))
    for shift in range(3):
        code = base64.b64encode(b"u" * shift + data).decode()
        code = code[4 if shift else 0 : (len(data) + shift) // 3 * 4]  # what the neighbours' bits are not in
        yield from (code, code.replace("+", "-").replace("/", "_"))


def shown(secret: str, outputs: Mapping[str, bytes], control: Mapping[str, bytes]) -> list[str]:
    """Where a piece of a secret comes to light that the same run with another secret does not show.

    A run of digits that only a dress makes (the 2237 of %2237) is not looked for: a clock shows it by chance, and of a
    dress that came to light there are other pieces.
    """
    found = []
    looked_for = {p.encode() for dress in dresses(secret) for p in pieces(dress) if not _common(p)}
    for name, output in outputs.items():
        other = control.get(name, b"")
        found += [f"{name}: {p!r}" for p in sorted(looked_for) if p in output and p not in other]
        if secret.encode() in output:
            found.append(f"{name}: all of it")
    return found
