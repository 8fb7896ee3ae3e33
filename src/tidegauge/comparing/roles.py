"""Which columns of two tables can be compared, as what, and why the others can't."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tidegauge.comparing.sides import Side
from tidegauge.core.addresses.masking import as_typed
from tidegauge.core.errors import ContractError, did_you_mean
from tidegauge.profiles.kinds import CLASS, KINDS, SCORE
from tidegauge.warehouses.base import is_category, is_number, is_time

BY_TYPE = (SCORE, CLASS)  # what a type says by itself; any other kind is compared where it is asked for
IDENTIFIER = re.compile(r"(?i:(^|_|\b)(id|ids|uuid|guid|key|rowid|index)$|^unnamed: 0$)|[a-z]I[Dd]$")


@dataclass(frozen=True, slots=True)
class Roles:
    """What becomes of each column, in the reference's order. A sentence says why a column is not compared."""

    columns: dict[str, tuple[str, ...]]  # kind → the columns that are compared as it
    broken: dict[str, str]  # gone, new or of another type: a finding
    left_out: dict[str, str]  # nothing to compare: an id, a time, what the caller left out


def names(option: str, given: object) -> tuple[str, ...]:
    """The columns that an option names: a list of them, or one by itself. A frame may call its columns by numbers.

    >>> names("numeric", ["x", 7]), names("ignore", "x")
    (('x', '7'), ('x',))
    """
    several = (given,) if isinstance(given, str | int) else given
    if not isinstance(several, Iterable) or isinstance(several, Mapping):
        raise ContractError(f"{option} takes names of columns, as a list, and not {given!r}.")
    out = tuple(several)
    for name in out:
        if not isinstance(name, str | int) or isinstance(name, bool):
            raise ContractError(f"{option} takes names of columns, and {name!r} is none.")
    return tuple(map(str, out))


def family(kind: str) -> str:
    """What can be done with a column of this type.

    >>> family("DECIMAL(9,2)"), family("ENUM('a', 'b')"), family("TIMESTAMP"), family("INTEGER[]"), family("BOOLEAN")
    ('numeric', 'categorical', 'time', 'other', 'categorical')
    """
    upper = kind.upper()
    if upper.endswith("]"):
        return "other"
    if upper.startswith("BOOL"):
        return CLASS  # two names: nobody asks for the median of yes and no
    if is_number(upper):
        return SCORE
    if is_time(upper):
        return "time"
    if upper == '"NULL"':
        return "nothing"
    return CLASS if is_category(upper) else "other"


def roles(
    reference: Side, current: Side, asked: Mapping[str, Sequence[str]] | None = None, ignore: Sequence[str] = ()
) -> Roles:
    """Roles by the columns' types on both sides; `asked` (kind → columns) and `ignore` are the caller's word."""
    names = list(dict.fromkeys((*reference.kinds, *current.kinds, *reference.mixed, *current.mixed)))
    asked = asked or {}
    _check_named(asked, ignore, names)
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    broken: dict[str, str] = {}
    left_out: dict[str, str] = {}
    for name in names:
        if name in ignore:
            left_out[name] = "left out, as you asked"
        elif why := _not_on_both(name, reference, current):
            broken[name] = why
        else:
            role = _role(name, reference, current, broken, left_out)
            for kind in _kinds_asked(name, asked):
                role = _asked(name, kind, role, (reference, current), broken, left_out)
            if role:
                found[role].append(name)
    return Roles({kind: tuple(columns) for kind, columns in found.items()}, broken, left_out)


def _not_on_both(name: str, reference: Side, current: Side) -> str:
    """Why there are no two columns of this name to compare; empty where there are."""
    if name in reference.mixed or name in current.mixed:
        return _mixed(name, reference, current)
    if name not in current.kinds:
        return f"is gone: the reference has it ({reference.kinds[name]}), the current side does not"
    if name not in reference.kinds:
        return f"is new: the current side has it ({current.kinds[name]}), the reference does not"
    return ""


def _mixed(name: str, reference: Side, current: Side) -> str:
    """Of which side's files the types of a column do not go together."""
    sides = {"in the reference": reference.mixed, "now": current.mixed}
    return "; ".join(f"{side} {mixed[name]}" for side, mixed in sides.items() if name in mixed)


def _check_named(asked: Mapping[str, Sequence[str]], ignore: Sequence[str], names: Sequence[str]) -> None:
    """Refuse a column that the caller named and that is on neither side."""
    for name in (*(c for some in asked.values() for c in some), *ignore):
        if name not in names:
            raise ContractError(f'column "{as_typed(name)}" is on neither side. {did_you_mean(name, names)}')


def _kinds_asked(name: str, asked: Mapping[str, Sequence[str]]) -> list[str]:
    """The kinds that the caller gave a column: one, if at all, or a contradiction of which the last counts."""
    return [kind for kind in KINDS if name in asked.get(kind, ())]


def _asked(
    name: str, kind: str, role: str, sides: tuple[Side, Side], broken: dict[str, str], left_out: dict[str, str]
) -> str:
    """The kind that the caller gave a column, where its types allow that; `role` is what they say by themselves."""
    before, now = (side.kinds[name] for side in sides)
    counted = KINDS[kind].takes(before) and KINDS[kind].takes(now)
    if kind == role or (counted and (role or kind not in BY_TYPE)):
        broken.pop(name, None)
        left_out.pop(name, None)
        return kind
    if not counted:
        broken[name] = f"should be {kind}, but holds {before} in the reference and {now} now"
        left_out.pop(name, None)
        return ""
    return role


def _role(name: str, reference: Side, current: Side, broken: dict[str, str], left_out: dict[str, str]) -> str:
    """The role that both types agree on; empty where there is none, which is then said in one of the two lists."""
    before, now = (family(side.kinds[name]) for side in (reference, current))
    if before != now:  # a column without one value has whatever type the file's reader fancied
        before = now if _is_empty(reference, name, before) else before
        now = before if _is_empty(current, name, now) else now
    if before != now:
        broken[name] = f"changed its type: {reference.kinds[name]} in the reference, {current.kinds[name]} now"
    elif before == "time":
        left_out[name] = "a time: it moves on by itself"
    elif before in ("other", "nothing"):
        left_out[name] = (
            f"of a type that is not compared ({reference.kinds[name]})"
            if before == "other"
            else "without a value on both sides"
        )
    else:
        return before
    return ""


def _is_empty(side: Side, name: str, what: str) -> bool:
    if what == "nothing" or side.rows == 0:
        return True
    found = side.warehouse.fetch(f"SELECT count({side.warehouse.dialect.quote(name)}) AS n FROM {side.table}")  # noqa: S608 - quoted
    return int(found["n"][0]) == 0


def named_like_an_id(name: str) -> bool:
    """Whether a column's name says that it tells rows apart.

    >>> named_like_an_id("flight_id"), named_like_an_id("customerId"), named_like_an_id("paid")
    (True, True, False)
    """
    return IDENTIFIER.search(name) is not None
