"""`${NAME}` in a monitor's file: secrets stay in the environment.

A monitor's file names a variable; the value is read at the moment of use (`tidegauge.core.addresses.reading`) and is
never kept in an object that could be printed.
"""

import re

from tidegauge.core.addresses.keyed import HIDDEN, REFERENCE

_PASSWORD = re.compile(r"(://[^:@/?#]*):.*@", re.DOTALL)
_PARAMETER = re.compile(r"([?&][^=&]*(?:pass|pwd|token|secret|key|sig)[^=&]*=)[^&#]*", re.IGNORECASE)


def malformed(text: str) -> bool:
    """Whether a "${" is opened that no name and "}" follow."""
    return "${" in REFERENCE.sub("", text)


def identity(text: str) -> str:
    """An address as stored profiles are found by it, where a new password must be no new source.

    Only for a hash: to show an address, use `mask`. It stays as it was when the first profiles were stored, for with
    another one every store would have to be filled again.
    """
    return _PARAMETER.sub(rf"\1{HIDDEN}", _PASSWORD.sub(rf"\1:{HIDDEN}@", text))
