"""Options of sinks and actions: told once, by the fields of their dataclasses, and checked before anything is made.

A field says in its metadata what the option is for and what kind of value it takes (`told`); whether it must be given,
and what holds otherwise, is its default. The monitor's checks, its sentences and the JSON Schema are made of that.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from inspect import isabstract
from pathlib import Path
from typing import Any, TypeVar

from tidegauge.core.addresses.keyed import REFERENCE
from tidegauge.core.errors import MonitorError, did_you_mean
from tidegauge.core.incident import Severity
from tidegauge.core.registry import Registry
from tidegauge.core.retrying import LEASE, LONGEST_EXCHANGE
from tidegauge.core.window import STAGES
from tidegauge.monitor.environment import filled
from tidegauge.monitor.fields import duration, many
from tidegauge.monitor.texts import Wrong, named, plain_text, refuse, text_of

T = TypeVar("T")
_OPTION = "option"  # where in a field's metadata


@dataclass(frozen=True, slots=True)
class Value:
    """A kind of value: how it is read from YAML (ValueError, with a sentence, where it can't be), how a schema has it.

    >>> percent = Value(lambda v: float(v.rstrip("%")), {"type": "string", "pattern": "%$"})
    >>> percent.read("5%")
    5.0
    """

    read: Callable[[Any], Any]
    schema: Mapping[str, Any]


def _stage(value: Any) -> str:  # noqa: ANN401 - any YAML value
    if value not in STAGES:
        raise refuse(((), f"must be {' or '.join(STAGES)}, and is {named(value)}. {did_you_mean(str(value), STAGES)}"))
    return str(value)


def _severity(value: Any) -> str:  # noqa: ANN401 - any YAML value
    known = [*Severity]
    if value not in known:
        raise refuse(((), f"must be {', '.join(known[:-1])} or {known[-1]}, and is {named(value)}"))
    return str(value)


def _secret(value: Any) -> str:  # noqa: ANN401 - any YAML value
    if not isinstance(value, str) or not REFERENCE.fullmatch(value):
        raise refuse(((), "must be the name of a variable of the environment, such as ${TOKEN}, and no secret itself"))
    return value


def _texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - any YAML value
    return tuple(text_of(name, "distance") for name in many(value))


def _texts_by_name(value: Any) -> dict[str, str]:  # noqa: ANN401 - any YAML value
    if not isinstance(value, Mapping):
        raise refuse(((), f"must be names with a text each, such as {{X-Scope-OrgID: team}}, and is {named(value)}"))
    for name in value:
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", str(name)):  # RFC 9110, 5.1
            raise refuse(((), f"must be headers by name, such as X-Scope-OrgID, and {named(name)} is no name of one"))
    return {text_of(name, "X-Scope-OrgID"): text_of(text, "team") for name, text in value.items()}


def _flag(value: Any) -> bool:  # noqa: ANN401 - any YAML value
    if not isinstance(value, bool):
        raise refuse(((), f"must be true or false, and is {named(value)}"))
    return value


def _count(value: Any) -> int:  # noqa: ANN401 - any YAML value
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise refuse(((), f"must be a whole number, 1 at the least, and is {named(value)}"))
    return value


def _seconds(value: Any) -> float:  # noqa: ANN401 - any YAML value
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise refuse(((), f"must be a number of seconds, and is {named(value)}"))
    if value > LONGEST_EXCHANGE:
        why = f"after {LEASE:g} seconds another process would take the delivery over"
        raise refuse(((), f"must be at most {LONGEST_EXCHANGE:g} seconds, as {why}, and is {named(value)}"))
    return float(value)


TEXT = Value(lambda value: text_of(value, "a text"), {"type": "string", "minLength": 1})
TEXTS = Value(_texts, {"type": "array", "items": TEXT.schema})
TEXTS_BY_NAME = Value(_texts_by_name, {"type": "object", "additionalProperties": TEXT.schema})
SECONDS = Value(_seconds, {"type": "number", "exclusiveMinimum": 0, "maximum": LONGEST_EXCHANGE})  # for one delivery
DURATION = Value(duration, TEXT.schema)
# a name, which stands in tables and sentences
PLAIN = Value(lambda value: plain_text(value, "team"), TEXT.schema)
# what may not stand in the file itself
SECRET = Value(_secret, {"type": "string", "pattern": r"^\$\{[A-Za-z_][A-Za-z0-9_]*\}$"})
SEVERITY = Value(_severity, {"enum": [*Severity]})
COUNT = Value(_count, {"type": "integer", "minimum": 1})
FLAG = Value(_flag, {"type": "boolean"})
STAGE = Value(_stage, {"enum": STAGES})
# a file or a folder, a relative one from the folder of the monitor's file
PLACE = Value(lambda value: plain_text(value, "reports"), TEXT.schema)


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a member: what it is for, its kind of value, whether it must be given, and what holds otherwise."""

    about: str
    value: Value
    needed: bool = False
    default: object = None
    instead_of: str = ""  # another option, of which and this one exactly one is given

    @property
    def words(self) -> str:
        """What it is for; with its default, where that is a word or a number."""
        if isinstance(self.default, bool) or not isinstance(self.default, str | int | float) or self.default == "":
            return self.about
        return f"{self.about} Default: {self.default if isinstance(self.default, str) else f'{self.default:g}'}."


def option(about: str, value: Value = TEXT, *, instead_of: str = "") -> dict[str, tuple[str, Value, str]]:
    """What makes a dataclass field an option: `field(default="", metadata=option("A file to write to."))`.

    `instead_of`: another option of the class; exactly one of the two is to be given, and both have a default.
    """
    return {_OPTION: (about, value, instead_of)}


HTTP_CONNECTION = option(  # of whatever asks over HTTP, beside its `url`
    "The id of an Airflow connection of the type http: its host, login, password, and headers in its extra. "
    "Works inside Airflow only.",
    instead_of="url",
)


def options_of(member: type) -> dict[str, Option]:
    """The options of a sink or an action, in the order of its fields; ValueError where one says nothing of itself."""
    found: dict[str, Option] = {}
    for field in fields(member) if is_dataclass(member) else ():
        if field.init:
            if _OPTION not in field.metadata:
                raise ValueError(f"its option {field.name} lacks words: metadata=option(…) says what it is for")
            needed = field.default is MISSING and field.default_factory is MISSING
            about, value, instead_of = field.metadata[_OPTION]
            made = field.default if field.default_factory is MISSING else field.default_factory()
            found[field.name] = Option(about, value, needed, None if needed else made, instead_of)
    return found


def whole(member: type) -> None:
    """ValueError, with a sentence, for a class that can be no member of a family: a part is forgotten."""
    if "__dataclass_params__" not in vars(member):
        raise ValueError("its class is no dataclass: write @dataclass(frozen=True, kw_only=True) above it")
    if isabstract(member):
        lacking = ", ".join(sorted(member.__abstractmethods__))  # type: ignore[attr-defined]  # of every abstract class
        raise ValueError(f"its class lacks {lacking}")
    options_of(member)


def wrong_options(options: Mapping[str, Any], known: Mapping[str, Option]) -> list[Wrong]:
    """What is wrong with the options of one sink or action, each with its place."""
    wrong: list[Wrong] = []
    for key, given in options.items():
        if key not in known:
            hint = did_you_mean(str(key), known) if known else "It takes none"
            wrong.append(((key,), f"unknown key. {hint}"))
            continue
        wrong += [((key, *at), sentence) for at, sentence in _wrong_value(known[key], given)]
    missing = [key for key, option in known.items() if option.needed and key not in options]
    wrong += [((), f"needs {key}. {known[key].about}") for key in missing]
    return wrong + list(_pairs(options, known))


def _pairs(options: Mapping[str, Any], known: Mapping[str, Option]) -> Iterator[Wrong]:
    """Of two options that stand for each other: both are there, or neither is."""
    for key, one in known.items():
        if other := one.instead_of:
            if key in options and other in options:
                yield (key,), f"stands beside {other}. Keep one of the two"
            elif key not in options and other not in options:
                yield (), f"needs {other} or {key}. {known[other].about}"


def _wrong_value(option: Option, given: Any) -> list[Wrong]:  # noqa: ANN401 - any YAML value
    """What is wrong with the value of one option."""
    try:
        option.value.read(given)
    except ValueError as error:
        wrong: list[Wrong] = (getattr(error, "context", None) or {}).get("problems", [((), str(error))])
        return wrong
    return []


def build(family: Registry[type[T]], name: str, options: Mapping[str, object], beside: Path = Path()) -> T:  # type: ignore[type-var]  # a class attribute `name` is as good as an instance's
    """The member called `name`, made with `options` as YAML has them. A wrong one is a sentence, never a TypeError.

    `beside`: the folder that its relative places are meant from.
    """
    member = family[name]
    known = options_of(member)
    if wrong := wrong_options(options, known):
        where = f'{family.family} "{name}"'
        raise MonitorError("\n".join(": ".join((where, *map(str, at), sentence)) for at, sentence in wrong))
    read = {key: known[key].value.read(given) for key, given in options.items()}
    told = {key: f"{family.family} {name}.{key}" for key in places(member) if read.get(key)}
    return member(**read | {key: str(beside / filled(read[key], what)) for key, what in told.items()})


def places(member: type) -> tuple[str, ...]:
    """The options of a sink or an action that name a file or a folder."""
    return tuple(key for key, known in options_of(member).items() if known.value is PLACE)


def options_schema(family: Mapping[str, type]) -> dict[str, Any]:
    """The JSON Schema of one entry of a family: a bare name, or a name with its options."""
    members = {name: options_of(member) for name, member in family.items()}
    bare = [name for name, known in members.items() if not any(o.needed or o.instead_of for o in known.values())]
    one = {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": False}
    entry = {**one, "properties": {name: _member(known) for name, known in members.items()}}
    return {"anyOf": [{"enum": bare}, entry]} if bare else entry


def _member(known: Mapping[str, Option]) -> dict[str, Any]:
    needs = _needs(known)
    return {
        "type": "object" if needs else ["object", "null"],
        "properties": {key: {**option.value.schema, "description": option.words} for key, option in known.items()},
        "additionalProperties": False,
        **needs,
    }


def _needs(known: Mapping[str, Option]) -> dict[str, Any]:
    """What a schema says of options that must be given, and of two of which exactly one must be."""
    needed = [key for key, option in known.items() if option.needed]
    pairs = [(option.instead_of, key) for key, option in known.items() if option.instead_of]
    needs: dict[str, Any] = {}
    if needed:
        needs["required"] = needed
    if pairs:
        needs["allOf"] = [{"oneOf": [{"required": [key]} for key in pair]} for pair in pairs]
    return needs
