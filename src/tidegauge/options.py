"""The options that a monitor's YAML gives a sink or an action: checked against the class's fields, then built."""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from typing import TypeVar

from tidegauge.errors import MonitorError, did_you_mean
from tidegauge.registry import Registry

T = TypeVar("T")


def build(family: Registry[type[T]], name: str, options: Mapping[str, object]) -> T:  # type: ignore[type-var]  # a class attribute `name` is as good as an instance's
    """The member called `name`, made with `options`.

    Each member is a dataclass whose fields are its options, so a field is documented, checked and completed in one
    place. A wrong option is a sentence that names the option and its nearest neighbour, never a `TypeError`.
    """
    member = family[name]
    known = {field.name: field for field in fields(member) if field.init}  # type: ignore[arg-type]  # members are dataclasses
    for option in options:
        if option not in known:
            hint = did_you_mean(str(option), known) if known else "It takes none."
            raise MonitorError(f'{family.family} "{name}" has no option "{option}". {hint}')
    for field in known.values():
        if field.name not in options and field.default is MISSING and field.default_factory is MISSING:
            raise MonitorError(f'{family.family} "{name}" needs the option "{field.name}".')
    return member(**options)


def build_all(family: Registry[type[T]], listed: Iterable[tuple[str, Mapping[str, object]]]) -> tuple[T, ...]:  # type: ignore[type-var]  # as above
    """Every member that a monitor lists, in its order."""
    return tuple(build(family, name, options) for name, options in listed)
