"""Members of a family that other installed packages bring, by entry points.

In the `pyproject.toml` of such a package:

    [project.entry-points."tidegauge.statistics"]
    trimmed-mean = "my_package.trimmed:TrimmedMean"

What an entry point names is a member's class, or a member; its name is the member's. A package that does not load, or
brings something that does not belong, is told of once in a sentence and left out: monitors that don't need it go on.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from tidegauge.core.unseen import logger

_log = logger(__name__)


@dataclass(frozen=True)
class Brought:
    """What one entry point gave: a class or an object."""

    name: str  # the entry point's
    package: str  # the distribution that it comes from
    thing: Any

    def as_member(self, base: type, *, classes: bool) -> Any:  # noqa: ANN401 - of any family
        """The member of a registry of `base`: the class itself, or an object of it; None where it is of another."""
        if not isinstance(self.thing, type):
            return self.thing if not classes and isinstance(self.thing, base) else None
        if not issubclass(self.thing, base):
            return None
        return self.thing if classes else self.thing()


@dataclass(eq=False)
class Plugins:
    """The entry points of one group, read once, at the first look.

    `shared`: several registries take their members from it, so that what one of them cannot take may be another's.
    """

    group: str
    shared: bool = False
    trouble: dict[str, str] = field(default_factory=dict)  # an entry point's name → why it is left out
    _reserved: dict[str, str] = field(default_factory=dict)  # a name → whose it is

    def reserve(self, names: Iterable[str], owner: str = "tidegauge") -> None:
        """Names that are taken: no package may stand in for what another one brings."""
        self._reserved.update(dict.fromkeys(names, owner))

    def why_not(self, name: str) -> str:
        """Why the member of this name is not there, where a package promised it."""
        return self.trouble.get(name, "")

    @cached_property
    def brought(self) -> tuple[Brought, ...]:
        """What the packages give, in the order of their names, whatever order they were installed in."""
        if not self.group:
            return ()
        mine = [e for e in _installed(tuple(sys.path)) if e.group == self.group]
        found = sorted(mine, key=lambda e: (_package(e), e.name, e.value))
        return tuple(b for e in found if (b := self._load(e)) is not None)

    def _load(self, entry: EntryPoint) -> Brought | None:
        try:
            thing = entry.load()
        except Exception as e:  # noqa: BLE001 - another package's code may raise anything, and nobody may need it here
            self._leave_out(entry.name, _package(entry), f"{entry.value} does not load: {type(e).__name__}: {e}")
            return None
        lineage = (thing if isinstance(thing, type) else type(thing)).__mro__
        if not any(c.__module__.startswith("tidegauge.") for c in lineage):
            self._leave_out(entry.name, _package(entry), f"{entry.value} is of none of the families' base classes")
            return None
        return Brought(entry.name, _package(entry), thing)

    def _taken(self, names: Iterable[str]) -> str:
        """Whose the first of some names is already, in a clause; empty where all are free."""
        taken = next((n for n in names if n in self._reserved), None)
        return "" if taken is None else f'"{taken}" is a name that {self._reserved[taken]} has given already'

    def claim(self, family: str, base: type, check: Callable[[Any], None] | None, *, classes: bool) -> Iterator[Any]:
        """The members that belong to a registry; what cannot is told of and left out."""
        for b in self.brought:
            try:
                member = b.as_member(base, classes=classes)
                if member is None and self.shared:
                    continue
                if member is None:
                    kind = "a class" if classes else "a class or an object"
                    self._leave_out(b.name, b.package, f"{b.name} is not {kind} of {base.__module__}.{base.__name__}")
                    continue
                if check is not None:
                    check(member)
                names = names_of(member)
            except Exception as e:  # noqa: BLE001 - as above: a class that cannot be made, a part that is not there
                self._leave_out(b.name, b.package, f"{b.name} is no whole {family}: {e}")
                continue
            if taken := self._taken(names):
                self._leave_out(b.name, b.package, taken)
                continue
            self.reserve(names, b.package)
            yield member

    def _leave_out(self, name: str, package: str, why: str) -> None:
        self.trouble[name] = told = f"The package {package} brings it ({self.group}), but {why.rstrip('.')}."
        _log.warning("%s left out. %s", name, told)


def names_of(member: Any) -> tuple[str, ...]:  # noqa: ANN401 - of any family
    """The names that a member takes: its own, or all of those that it says."""
    return tuple(getattr(member, "names", ())) or (str(member.name),)


@lru_cache(maxsize=1)
def _installed(path: tuple[str, ...]) -> tuple[EntryPoint, ...]:
    """Every entry point that a path of modules has: all packages' metadata are read once, not once a family."""
    del path  # what stands on it is asked for by `sys.path`; another one is another answer
    every = entry_points()
    return tuple(e for group in every.groups for e in every.select(group=group))


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist is not None else "that nobody names"


NOBODY = Plugins("")  # of a family that no other package may join
