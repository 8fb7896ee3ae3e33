"""How a constant stands in a tuning: its value, what it does, and where it comes from."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Generic, TypeAlias, TypeVar, get_type_hints

T = TypeVar("T")
UNSWEPT = "judged by hand, never swept"


@dataclass(frozen=True, slots=True)
class Because:
    """The reason of a constant and its source: a decision (by its number), a paper, a convention; or `UNSWEPT`."""

    reason: str
    source: str = UNSWEPT


@dataclass(frozen=True, slots=True)
class PerKind(Generic[T]):
    """One value for each kind of window.

    >>> PerKind(24, 7, 4)["day"]
    7
    """

    hour: T
    day: T
    week: T

    def __getitem__(self, kind: str) -> T:
        if kind not in ("hour", "day", "week"):
            raise KeyError(kind)
        found: T = getattr(self, kind)
        return found


Constant: TypeAlias = tuple[str, object, Because | None]


def constants(tuning: object, prefix: str = "") -> Iterator[Constant]:
    """The path, the value and the reason of every constant in a tuning and the tunings in it; None: it has none."""
    hints = get_type_hints(type(tuning), include_extras=True)
    for f in fields(tuning):  # type: ignore[arg-type]
        value: Any = getattr(tuning, f.name)
        why = next((m for m in getattr(hints[f.name], "__metadata__", ()) if isinstance(m, Because)), None)
        if why is None and is_dataclass(value):
            yield from constants(value, f"{prefix}{f.name}.")
        else:
            yield f"{prefix}{f.name}", value, why
