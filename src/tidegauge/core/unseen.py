"""Foreign characters made visible, and texts kept on one line, so that nobody's data writes a line of a log.

The name of a column, a segment or a category comes from somebody's table and may hold anything: a line break followed
by what looks like an entry of the log, an escape that moves the cursor. So what goes into a log is one line, whoever
wrote it: `logger` for what is logged, `unbreak` for the errors that somebody else will print.
"""

import logging
import unicodedata

from tidegauge.core.addresses.keyed import mask_keyed
from tidegauge.core.errors import MonitorError

LONGEST = 8000  # characters of an entry; a name may be longer than a log should be
_UNSEEN = {
    "Cc",
    "Cf",
    "Cs",
    "Co",
    "Zl",
    "Zp",
}  # controls, bidi and zero-width marks, surrogates, private use, separators
_JOINERS = {"\u200c", "\u200d"}  # Persian, Indic scripts and emoji can't be written without them
_BREAKS = str.maketrans({"\n": "\\n", "\t": "\\t"})


def visible(text: str) -> str:
    r"""`text` with controls, bidirectional overrides and other unseen characters spelled out; newlines and tabs stay.

    >>> visible("invoice\u202efdp.exe")
    'invoice\\u202efdp.exe'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_spelled(c) if unicodedata.category(c) in _UNSEEN and c not in _JOINERS else c for c in text)


def _spelled(character: str) -> str:
    if character in "\n\t":
        return character
    point = ord(character)
    return f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def unbroken(text: str) -> str:
    r"""`text` on one line: line breaks are spelled out too, and what is longer than a log should be is cut.

    >>> unbroken("fare\nINFO - all is well")
    'fare\\nINFO - all is well'
    """
    found = visible(text[:LONGEST]).translate(_BREAKS)
    return found if len(text) <= LONGEST else f"{found}… ({len(text):,} characters)"


def in_one_line(error: BaseException) -> str:
    """What an error says, on one line. The problems of a monitor's file, a line each, follow one another."""
    lines = str(error).split("\n") if isinstance(error, MonitorError) else [str(error)]
    return " ".join(unbroken(mask_keyed(line)) for line in lines)


def unbreak(error: BaseException) -> None:
    """Make an error and all that led to it say what they say on one line each: something else is going to print them.

    Airflow writes an error of a task into its log with its causes.
    """
    seen: set[int] = set()
    led: list[BaseException | None] = [error]
    while led:
        one = led.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        led += [one.__cause__, one.__context__, *(one.exceptions if isinstance(one, BaseExceptionGroup) else ())]
        _unbreak_one(one)


def _unbreak_one(one: BaseException) -> None:
    """Make one error say what it says on one line."""
    if isinstance(one, MonitorError):
        one.args = (in_one_line(one), *one.args[1:])
    else:
        one.args = tuple(unbroken(mask_keyed(a)) if isinstance(a, str) else a for a in one.args)
    if isinstance(one, OSError) and isinstance(one.strerror, str):  # which it says, and not its args
        one.strerror = unbroken(mask_keyed(one.strerror))
    if getattr(one, "__notes__", None):
        one.__notes__ = [unbroken(str(note)) for note in one.__notes__]


class _Unbroken(logging.Filter):
    """Puts what is logged on one line, before anything is done with it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = unbroken(record.getMessage()), ()
        return True


def logger(name: str) -> logging.Logger:
    """The logger of a module, each of whose entries is one line. No module of ours takes another."""
    found = logging.getLogger(name)
    if not any(isinstance(one, _Unbroken) for one in found.filters):  # a module may be imported again
        found.addFilter(_Unbroken())
    return found
