"""Which faults to plant, in what sizes, where and how often: from a YAML file, or the default."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tidegauge.core.errors import MonitorError, did_you_mean
from tidegauge.core.regular_files import read_regular_text
from tidegauge.replay.faults import FAULTS
from tidegauge.replay.faults.base import SIZES

WINDOWS, TRIALS = 24, 4
MOST = 1000
KEYS, OPTIONS = ("windows", "trials", "sizes", "faults"), ("columns", "sizes", "trials")


@dataclass(frozen=True, slots=True)
class Pick:
    """One kind of fault."""

    fault: str
    sizes: tuple[str, ...] = SIZES
    trials: int = TRIALS  # of each size
    columns: tuple[tuple[str, ...], ...] = ()  # empty: every column that it applies to, in turn
    where: str = field(default="", compare=False)  # the file that says so, for an error


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is planted. It only picks: what a fault is stands in code, and nothing is ever tuned to it."""

    windows: int = WINDOWS  # past windows that faults are planted in, spread evenly
    picks: tuple[Pick, ...] = field(default_factory=lambda: tuple(Pick(name) for name in FAULTS))


def read_catalogue(path: Path) -> Catalogue:
    """The catalogue in a YAML file.

    windows: 24            # past windows to plant in
    trials: 4              # of each kind and size
    sizes: [small, large]
    faults:                # left out: every kind
      - missing
      - unit-error: {columns: [distance], trials: 8}
      - columns-swapped: {columns: [[temp, dewp]]}
    """
    found = _read(path)
    found = {} if found is None else found
    if not isinstance(found, Mapping):
        raise MonitorError(f"{path}: must be a mapping with the keys {', '.join(KEYS)}.")
    where = str(path)
    _known(where, found, KEYS)
    sizes = _sizes(where, found.get("sizes", SIZES))
    trials = _count(where, "trials", found.get("trials", TRIALS))
    listed = found.get("faults", list(FAULTS))
    if not isinstance(listed, list):
        raise MonitorError(f"{where}: faults: must be a list of names, such as [missing, unit-error].")
    picks = tuple(_pick(where, entry, sizes, trials) for entry in listed)
    if doubled := next((p.fault for k, p in enumerate(picks) if p.fault in [q.fault for q in picks[:k]]), None):
        raise MonitorError(f"{where}: faults: {doubled} is listed twice. Once is enough.")
    return Catalogue(_count(where, "windows", found.get("windows", WINDOWS)), picks)


def _read(path: Path) -> Any:  # noqa: ANN401 - any YAML value
    """What a YAML file holds.

    Raises:
        MonitorError: It cannot be read, or is not YAML.
    """
    try:
        return yaml.safe_load(read_regular_text(path))
    except OSError as error:
        raise MonitorError(f"{path}: cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise MonitorError(f"{path}: is not UTF-8 text. Save it as UTF-8.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise MonitorError(f"{path}:{line}: is not YAML: {getattr(error, 'problem', None) or 'unreadable'}.") from None


def _pick(where: str, entry: Any, sizes: tuple[str, ...], trials: int) -> Pick:  # noqa: ANN401 - any YAML value
    if isinstance(entry, str):
        entry = {entry: {}}
    if not isinstance(entry, Mapping) or len(entry) != 1:
        raise MonitorError(f"{where}: faults: each entry is a name, perhaps with options, such as missing.")
    [(name, options)] = entry.items()
    if name not in FAULTS:
        raise MonitorError(f'{where}: faults: no fault is called "{name}". {did_you_mean(str(name), FAULTS)}')
    options = {} if options is None else options
    if not isinstance(options, Mapping):
        raise MonitorError(f"{where}: {name}: options are a mapping, such as {{columns: [amount]}}.")
    _known(f"{where}: {name}", options, OPTIONS)
    chosen = _columns(f"{where}: {name}", options.get("columns", []))
    return Pick(
        str(name),
        _sizes(f"{where}: {name}", options.get("sizes", sizes)),
        _count(f"{where}: {name}", "trials", options.get("trials", trials)),
        chosen,
        where,
    )


def _known(where: str, given: Mapping[Any, Any], keys: tuple[str, ...]) -> None:
    if wrong := [str(k) for k in given if k not in keys]:
        raise MonitorError(f'{where}: unknown key "{wrong[0]}". {did_you_mean(wrong[0], keys)}')


def _sizes(where: str, value: Any) -> tuple[str, ...]:  # noqa: ANN401 - any YAML value
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list | tuple) or not given:
        raise MonitorError(f"{where}: sizes: must be a list of {', '.join(SIZES)}.")
    if wrong := [str(s) for s in given if s not in SIZES]:
        raise MonitorError(f'{where}: sizes: no size is called "{wrong[0]}". {did_you_mean(wrong[0], SIZES)}')
    return tuple(s for s in SIZES if s in given)


def _count(where: str, key: str, value: Any) -> int:  # noqa: ANN401 - any YAML value
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST:
        raise MonitorError(f"{where}: {key}: must be a whole number from 1 to {MOST}.")
    return value


def _columns(where: str, columns: Any) -> tuple[tuple[str, ...], ...]:  # noqa: ANN401 - any YAML value
    """The columns of a fault: each by itself, or several that it needs at once."""
    if not isinstance(columns, list):
        raise MonitorError(f"{where}: columns: must be a list, such as [amount].")
    return tuple(tuple(str(c) for c in (entry if isinstance(entry, list) else [entry])) for entry in columns)
