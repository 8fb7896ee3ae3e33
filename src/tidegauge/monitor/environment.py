"""`${NAME}` in a monitor's addresses, and addresses that are safe to show.

Secrets stay in the environment: a monitor's file names a variable, the value is read at the moment of use and is never
kept in an object that could be printed.
"""

import os
import re
from collections.abc import Mapping
from typing import Any

from tidegauge.errors import MonitorError, did_you_mean

_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_PASSWORD = re.compile(r"(://[^:@/?#]*):.*@", re.DOTALL)  # greedy: an unescaped "@" inside a password is hidden too
_PARAMETER = re.compile(r"([?&][^=&]*(?:pass|pwd|token|secret|key|sig)[^=&]*=)[^&#]*", re.IGNORECASE)
HIDDEN = "***"


def malformed(text: str) -> bool:
    """Whether a "${" is opened that no name and "}" follow."""
    return "${" in _REFERENCE.sub("", text)


def expand(text: str, what: str) -> str:
    """`text` with each ${NAME} replaced by the environment's value; `what` names the place in an error."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name not in os.environ:
            near = did_you_mean(name, [k for k in os.environ if k != name])
            hint = f" {near}" if near.startswith("Did you mean") else ""  # never a list of everything that is set
            raise MonitorError(f"{what}: the environment variable {name} is not set.{hint} Set it before running.")
        return os.environ[name]

    return _REFERENCE.sub(value, text)


def mask(text: str) -> str:
    """An address without its password, for anything that a person or a log sees.

    >>> mask("postgresql://reader:s3cret@db/prod")
    'postgresql://reader:***@db/prod'
    """
    return _PARAMETER.sub(rf"\1{HIDDEN}", _PASSWORD.sub(rf"\1:{HIDDEN}@", text))


def masked(value: Any) -> Any:  # noqa: ANN401 - any YAML value, however deep
    """The same value with every text in it masked."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {k: masked(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [masked(v) for v in value]
    return value
