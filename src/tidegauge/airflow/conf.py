"""What a run's conf may say. Strict: a key that nobody reads is somebody's wish that would be lost in silence."""

from collections.abc import Mapping
from typing import Any

from tidegauge.core.addresses.masking import mask
from tidegauge.core.errors import WindowError, did_you_mean

WINDOWS = ("window", "windows")  # which windows the run is about
FLAGS = ("live", "new", "clock_is_right", "wait")
LONGEST = 200  # characters of a window's name; a key has 45


def checked(conf: Any) -> Mapping[str, Any]:  # noqa: ANN401 - whatever started the run may have written
    """The conf of a run, if all that it says is understood; WindowError, in a sentence, where it is not.

    >>> checked({"window": "2013-04-01", "live": True})
    {'window': '2013-04-01', 'live': True}
    >>> checked({"Window": "2013-04-01"})
    Traceback (most recent call last):
    tidegauge.core.errors.WindowError: conf: unknown key "Window". Did you mean "window"?
    """
    conf = {} if conf is None else conf
    if not isinstance(conf, Mapping):
        raise WindowError(f'conf: must be a JSON object, such as {{"window": "2013-04-01"}}, and is {_shown(conf)}.')
    known = (*WINDOWS, *FLAGS)
    for key in conf:
        if key not in known:
            raise WindowError(f'conf: unknown key "{_named(key)}". {did_you_mean(str(key), known)}')
    for flag in FLAGS:
        if flag in conf and not isinstance(conf[flag], bool):
            raise WindowError(f'conf: "{flag}" is true or false, and this is {_shown(conf[flag])}.')
    names(conf, "conf")
    return conf


def names(given: Mapping[str, Any], where: str) -> list[str]:
    """The windows' names under "window" and "windows"; none where neither key is there.

    In the extra of an asset's event, other keys are other people's; but "Window" is meant for us, and says so.
    """
    found: list[str] = []
    for key, value in given.items():
        if key in WINDOWS:
            found += _names(value if isinstance(value, list) and key == "windows" else [value], where)
            if value == []:
                raise WindowError(f'{where}: "{key}" is empty. Name a window, such as "2013-04-01", or leave it out.')
        elif str(key).strip().lower() in WINDOWS:
            meant = str(key).strip().lower()
            raise WindowError(f'{where}: unknown key "{_named(key)}". Did you mean "{meant}"?')
    return found


def _names(given: list[Any], where: str) -> list[str]:
    for name in given:
        if not isinstance(name, str) or not name.strip():
            raise WindowError(
                f'{where}: a window is named by a text, such as "2013-04-01", and this is {_shown(name)}.'
            )
        if len(name) > LONGEST:
            raise WindowError(f"{where}: a window's name has at most {LONGEST} characters, and this has {len(name):,}.")
    return given


def _shown(value: object) -> str:
    """A value as a sentence shows it: masked as a whole, since a cut could take away the "@" that ends a password."""
    return mask(repr(value))[:LONGEST]


def _named(key: object) -> str:
    return mask(str(key))[:LONGEST]
