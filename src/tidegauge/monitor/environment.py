"""`${NAME}` in a monitor's file: secrets stay in the environment.

A monitor's file names a variable; the value is read at the moment of use (`tidegauge.core.addresses.reading`) and is
never kept in an object that could be printed.
"""

import os
import re

from tidegauge.core.addresses.keyed import HIDDEN, REFERENCE
from tidegauge.core.errors import MonitorError

_PASSWORD = re.compile(r"(://[^:@/?#]*):.*@", re.DOTALL)
_PARAMETER = re.compile(r"([?&][^=&]*(?:pass|pwd|token|secret|key|sig)[^=&]*=)[^&#]*", re.IGNORECASE)


def malformed(text: str) -> bool:
    """Whether a "${" is opened that no name and "}" follow."""
    return "${" in REFERENCE.sub("", text)


def filled(text: str, what: str) -> str:
    """A file's or folder's place with each ${NAME} filled in from the environment; an address is `read_address`'s.

    MonitorError where one is not set, for a folder called "${OUT}" is what nobody meant; `what`: whose place it is.
    """
    for name in REFERENCE.findall(text):
        if not os.environ.get(name):
            raise MonitorError(f"{what}: the environment variable {name} is not set. Set it before running.")
    return REFERENCE.sub(lambda found: os.environ[found[1]], text)


def identity(text: str) -> str:
    """An address as stored profiles are found by it, where a new password must be no new source.

    Only for a hash: to show an address, use `mask`. It stays as it was when the first profiles were stored, for with
    another one every store would have to be filled again.
    """
    return _PARAMETER.sub(rf"\1{HIDDEN}", _PASSWORD.sub(rf"\1:{HIDDEN}@", text))
