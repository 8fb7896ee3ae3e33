"""Names chosen from a family, with their options: pools, sinks, actions.

Which sinks and actions there are stands in `outlets`, and what they take is read by `options`.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, WithJsonSchema

from tidegauge.core.addresses.masking import masked
from tidegauge.core.errors import UnknownName, did_you_mean
from tidegauge.core.registry import Registry
from tidegauge.monitor.fields import day, many
from tidegauge.monitor.options import options_of, options_schema, wrong_options
from tidegauge.monitor.outlets import ACTIONS, SINKS
from tidegauge.monitor.texts import named, refuse, text_of

POOLS = ("seasonal", "trailing", "pinned")


class Choice(NamedTuple):
    """A registered name and the options written under it: `{prometheus: {pushgateway: …}}`."""

    name: str
    options: dict[str, Any]

    def __repr__(self) -> str:
        return f"Choice({self.name!r}, {masked(self.options)!r})"


class Pool(NamedTuple):
    """A pool of past windows to compare with; the last three say what a pinned one holds."""

    name: str
    start: date | None = None  # pinned: first local day, included
    end: date | None = None  # pinned: last local day, excluded
    version: str | None = None  # pinned: the windows of this model version


def _named(value: Any, known: Collection[str]) -> Choice:  # noqa: ANN401 - any YAML value
    """A name and the options under it, as written."""
    if isinstance(value, str):
        value = {value: {}}
    if not isinstance(value, Mapping) or len(value) != 1:
        raise refuse(((), f"must be one name with its options, such as {next(iter(known))}, and is {named(value)}"))
    [(name, options)] = value.items()
    options = {} if options is None else options
    if not isinstance(options, Mapping):
        raise refuse(((name,), f"the options of {name} must be a mapping of keys, and are {named(options)}"))
    return Choice(name, dict(options))


class _Of:
    """One entry of a family: read as a choice, and shown in the JSON Schema with all members and their options."""

    def __init__(self, family: Registry[Any]) -> None:
        self.family = family

    def read(self, value: Any) -> Choice:  # noqa: ANN401 - any YAML value
        """The name, if there is such a member and its options hold."""
        if isinstance(value, Choice):
            return value
        choice = _named(value, self.family)
        try:
            member = self.family[str(choice.name)]
        except UnknownName as error:
            raise refuse(((choice.name,), str(error))) from None
        if wrong := wrong_options(choice.options, options_of(member)):
            raise refuse(*(((choice.name, *at), sentence) for at, sentence in wrong))
        return choice

    def __get_pydantic_json_schema__(self, *_: object) -> dict[str, Any]:
        """When a schema is asked for, and not when this is imported: it looks at every member."""
        return options_schema(self.family)


def _pool(value: Any) -> Pool:  # noqa: ANN401 - any YAML value
    if isinstance(value, Pool):
        return value
    name, options = _named(value, POOLS)
    if name not in POOLS:
        raise refuse(((name,), f'no pool is called "{name}". {did_you_mean(str(name), POOLS)}'))
    if name != "pinned":
        if options:
            raise refuse(((name,), f"{name} takes no options; look_back and minimum stand beside pools"))
        return Pool(name)
    return _pinned(name, options)


def _pinned(name: str, options: Mapping[str, Any]) -> Pool:
    """A fixed past: from one day to another, or all of one model version."""
    keys = ("from", "to", "version")
    if wrong := [k for k in options if k not in keys]:
        raise refuse(*(((name, k), f"unknown key. {did_you_mean(k, keys)}") for k in wrong))
    if set(options) not in ({"from", "to"}, {"version"}):
        raise refuse(((name,), "needs either from and to (two dates), or version (a model version), and not both"))
    if "version" in options:
        return Pool(name, version=text_of(options["version"], '"v1"'))
    start, end = (day(options[k], (name, k)) for k in ("from", "to"))
    if end <= start:
        raise refuse(((name, "to"), f"must be after from ({start}); the day of `to` itself is not in it"))
    return Pool(name, start, end)


_PINNED = {
    "type": "object",
    "properties": {
        "from": {"type": "string", "format": "date", "description": "First day, included."},
        "to": {"type": "string", "format": "date", "description": "Last day, not included."},
        "version": {"type": "string", "description": "Instead of dates: the windows scored by this model version."},
    },
    "additionalProperties": False,
}
_POOL_SCHEMA = {
    "anyOf": [
        {"enum": ["seasonal", "trailing"]},
        {"type": "object", "properties": {"pinned": _PINNED}, "required": ["pinned"], "additionalProperties": False},
    ]
}
Pools = Annotated[
    tuple[Annotated[Pool, BeforeValidator(_pool), WithJsonSchema(_POOL_SCHEMA)], ...], BeforeValidator(many)
]
_SINK, _ACTION = _Of(SINKS), _Of(ACTIONS)
Sinks = Annotated[tuple[Annotated[Choice, BeforeValidator(_SINK.read), _SINK], ...], BeforeValidator(many)]
Actions = Annotated[tuple[Annotated[Choice, BeforeValidator(_ACTION.read), _ACTION], ...], BeforeValidator(many)]
