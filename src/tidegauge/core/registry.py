"""Name → member for one family (statistics, kinds, warehouses, sinks, actions), kept as a visible list.

A user's own package joins a family by an entry point, without a fork; see `plugins`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, ValuesView
from pkgutil import resolve_name
from typing import Generic, Protocol, TypeVar, cast

from tidegauge.core.errors import UnknownName, did_you_mean
from tidegauge.core.plugins import NOBODY, Plugins, names_of


class Named(Protocol):
    """Whatever carries the name that a user writes."""

    @property
    def name(self) -> str:
        """The name."""


T = TypeVar("T", bound=Named)


class Registry(Mapping[str, T], Generic[T]):
    """An ordered, read-only mapping from names to members of one family.

    Each family's package keeps one, filled from a list that can be read top to bottom; tests, the reference page
    and the JSON Schema enumerate it. Adding a member is a new file and a line in that list, or an entry point of
    another package: those follow the list, and are read when somebody first looks.

    `check`: raises ValueError, with a sentence, for a member that lacks a part. `base`: the class that a plug-in of
    this registry is of, where several registries share one group of entry points.
    """

    def __init__(
        self,
        family: str,
        members: Sequence[T],
        *,
        check: Callable[[T], None] | None = None,
        plugins: Plugins = NOBODY,
        base: type = object,
    ) -> None:
        self.family = family
        self._check, self._plugins, self._base = check, plugins, base
        self._of_classes = bool(members) and isinstance(members[0], type)
        self._members = {m.name: m for m in members}
        if len(self._members) != len(members):
            raise ValueError(f"two members of {family} share a name: {[m.name for m in members]}")
        for member in members:
            if check is not None:
                check(member)
            plugins.reserve(names_of(member))
        self._complete = False

    def _all(self) -> Mapping[str, T]:
        """The members of the list, then those of other packages."""
        if not self._complete:
            self._complete = True  # before the packages are read: one of them may look here
            for member in self._plugins.claim(self.family, self._base, self._check, classes=self._of_classes):
                self._members[member.name] = cast("T", member)
        return self._members

    def why_not(self, name: str) -> str:
        """Why a member is not there that another package promised; empty where none did."""
        return self._plugins.why_not(name)

    def __getitem__(self, name: str) -> T:
        try:
            return self._all()[name]
        except KeyError:
            why = self.why_not(name) or did_you_mean(name, self._members)
            raise UnknownName(f'no {self.family} is called "{name}". {why}') from None

    def __contains__(self, name: object) -> bool:
        return name in self._all()

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def values(self) -> ValuesView[T]:
        """The members, in order; a mapping's own way asks for each by its name."""
        return self._all().values()


class Addressed(Registry[T]):
    """A registry of classes, each listed by its address ("module:Class") and imported when it is asked for by name.

    For a family that a low room names and a high one fills. Whoever asks for one of the list imports that one alone;
    who looks through all of them, or asks for another one, imports the rest and the packages that join.
    """

    def __init__(
        self, family: str, addresses: Mapping[str, str], *, base: str, check: Callable[[T], None], plugins: Plugins
    ) -> None:
        super().__init__(family, (), check=check, plugins=plugins)
        self._addresses, self._root = dict(addresses), base
        self._of_classes = True
        plugins.reserve(addresses)

    def _load(self, name: str) -> T:
        member = cast("T", resolve_name(self._addresses[name]))
        if member.name != name:
            raise ValueError(f'{self._addresses[name]} is listed as "{name}", and calls itself "{member.name}"')
        if self._check is not None:
            self._check(member)
        return member

    def _all(self) -> Mapping[str, T]:
        if not self._complete:
            self._base = resolve_name(self._root)
            self._members = {name: self[name] for name in self._addresses}
        return super()._all()

    def __getitem__(self, name: str) -> T:
        if name in self._addresses and name not in self._members:
            self._members[name] = self._load(name)
        return self._members[name] if name in self._members else super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        return name in self._addresses or super().__contains__(name)


class Joined(Registry[T]):
    """Several registries looked at as one, the first one that knows a name answers; it holds nothing itself."""

    def __init__(self, family: str, parts: Sequence[Mapping[str, T]]) -> None:
        super().__init__(family, ())
        self.parts = tuple(parts)

    def _all(self) -> Mapping[str, T]:
        return {name: member for part in reversed(self.parts) for name, member in part.items()}

    def __getitem__(self, name: str) -> T:
        for part in self.parts:
            if name in part:
                return part[name]
        raise UnknownName(f'no {self.family} is called "{name}". {did_you_mean(name, self)}')

    def __contains__(self, name: object) -> bool:
        return any(name in part for part in self.parts)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for part in self.parts for name in part))
