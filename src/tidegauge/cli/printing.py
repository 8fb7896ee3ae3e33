"""Texts for a terminal and for scripts: foreign characters made harmless, frozen values as JSON."""

import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from tidegauge.core.unseen import unbroken
from tidegauge.core.window import Window


def clean(text: str) -> str:
    """A sentence that moves no cursor, hides nothing and stays on its line, whatever the names in it hold."""
    return unbroken(text.replace("\t", " "))


def plain(value: Any) -> Any:  # noqa: ANN401 - any value of ours
    """A frozen value as what JSON can hold: windows by their key, what is no number as null."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Window | Path):
        return str(value)
    if _is_record(value):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(plain(k)): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return None if _is_no_number(value) else value


def _is_record(value: Any) -> bool:  # noqa: ANN401 - any value of ours
    """Whether it is an object of a dataclass, and not the class."""
    return is_dataclass(value) and not isinstance(value, type)


def _is_no_number(value: Any) -> bool:  # noqa: ANN401 - any value of ours
    """Whether it is nan or infinite, for which JSON has no sign."""
    return isinstance(value, float) and not math.isfinite(value)


def as_json(value: Any) -> str:  # noqa: ANN401 - any value of ours
    """The JSON that `--json` prints. ASCII only, so that it passes through every terminal and pipe as it is."""
    return json.dumps(plain(value), indent=2, default=str)
