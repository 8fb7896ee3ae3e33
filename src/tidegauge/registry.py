"""Name → class for one family (statistics, warehouses, sinks, actions, references), kept as a visible list."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, Protocol, TypeVar

from tidegauge.errors import UnknownName, did_you_mean


class Named(Protocol):
    """Whatever carries the name that a user writes."""

    @property
    def name(self) -> str:
        """The name."""


T = TypeVar("T", bound=Named)


class Registry(Mapping[str, T], Generic[T]):
    """An ordered, read-only mapping from names to members of one family.

    Each family's package keeps one, filled from a list that can be read top to bottom; tests, the reference page
    and the JSON Schema enumerate it. Adding a member is a new file and a line in that list.
    """

    def __init__(self, family: str, members: Sequence[T]) -> None:
        self.family = family
        self._members = {m.name: m for m in members}
        if len(self._members) != len(members):
            raise ValueError(f"two members of {family} share a name: {[m.name for m in members]}")

    def __getitem__(self, name: str) -> T:
        try:
            return self._members[name]
        except KeyError:
            raise UnknownName(f'no {self.family} is called "{name}". {did_you_mean(name, self._members)}') from None

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)
