"""Secrets that stand behind their own name, in whatever is no address: `password=…` of libpq, `;Pwd=…`, `?token=…`.

Such texts are typed where a file, a date or a name belongs, and stand in paths and settings. What ends the value
depends on who would read it, and a password holds any character; so all that follows on the line is taken for it.
"""

import re

HIDDEN = "***"
REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
# Long words anywhere in a key (motherduck_token, sslpassword, X-Amz-Signature); short ones as the whole of it, and
# "key" not as the folder of a partition (data/key=1/…). A letter before would only be more of the key, so that each
# place in the text is looked at once.
_LONG = "passw(?:or)?d|passwd|passphrase|pwd|token|secret|credential|signature"
_KEYS = r"(?:api|access|account|private|shared|storage|master|encryption)[_-]?key"
_IS = r"(?:[ \t]{0,3}=|['\"][ \t]{0,3}:)[ \t]{0,3}+"  # password=…, and 'password': … of JSON or a repr
_NAME = rf"(?<![\w-])(?=[\w-]{{1,60}}{_IS})(?:[\w-]{{0,40}}?(?:{_LONG}|{_KEYS})[\w-]{{0,40}}|pass|sig|auth)"
_KEY = r"(?<![^?&;\s])key"
_SHOWN = r"(?:\*\*\*|(['\"]?)\$\{\w+\}\2)(?:[&;]|\s+[\w-]+\s*=|\s*$)"  # masked already, or a variable's name alone
# as YAML and HTTP have it, "api_key: …": long words and keys alone, not in a sentence of ours ("the password: it is …")
_YAML = rf"(?<![\w -])(?:[\w-]{{0,40}}?(?:{_KEYS}|token|secret)):[ \t]{{0,3}}(?=\S{{4,}}[ \t]*$)"
_KEYED = re.compile(rf"((?:{_NAME}|{_KEY}){_IS}|{_YAML})(?!{_SHOWN})[^\r\n]+", re.IGNORECASE | re.MULTILINE)


def holds_keyed(text: str) -> bool:
    """Whether a secret stands in a text behind its name.

    >>> holds_keyed("{'password': 's3cret'}"), holds_keyed("the password: it is wrong"), holds_keyed("api_key: s3cret")
    (True, False, True)

    >>> holds_keyed("host=h user=me password=s3cret"), holds_keyed("password=${PW}"), holds_keyed("data/key=1/a.csv")
    (True, False, False)
    """
    return _may(text) and _KEYED.search(text) is not None


def mask_keyed(text: str) -> str:
    """The text without them.

    >>> mask_keyed("host=h user=me password='s3 cret' port=1"), mask_keyed("Server=h;Pwd = x")
    ('host=h user=me password=***', 'Server=h;Pwd = ***')
    >>> mask_keyed("md:db?motherduck_token=s3cret"), mask_keyed("a key=value in a sentence of ours")
    ('md:db?motherduck_token=***', 'a key=***')
    """
    return _KEYED.sub(rf"\g<1>{HIDDEN}", text) if _may(text) else text


def _may(text: str) -> bool:
    """What costs nothing is asked first."""
    return "=" in text or ":" in text
